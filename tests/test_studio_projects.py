"""The projects of a server: known by their mark, one for each purpose, brought up to date."""

from __future__ import annotations

import json

import pytest

from dateline.errors import DataError
from dateline.studio.projects import Purpose, ensure, guidelines_digest, instructions, ours
from dateline.tree import Tree
from studio_desk import Desk

PURPOSES = [
    Purpose("pass"),
    Purpose("pass", "ana"),
    Purpose("pass", "ana", "events"),
    Purpose("pass", None, "stances"),
    Purpose("adjudication"),
    Purpose("adjudication", "cleo-1"),
    Purpose("training", "a" * 80, "attributions"),
]


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda one: one.name)
def test_a_mark_tells_the_purpose(purpose: Purpose) -> None:
    assert Purpose.of(f"words before {purpose.mark} and after") == purpose
    assert 3 <= len(purpose.title) <= 50


def test_names_of_purposes_differ() -> None:
    assert len({purpose.name for purpose in PURPOSES}) == len(PURPOSES)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[dateline]",
        "[dateline pass ana]",
        "[dateline exam ana all]",
        "[dateline pass ../x all]",
        "[dateline pass ana colours]",
    ],
)
def test_another_mark_is_nobodys(text: str | None) -> None:
    assert Purpose.of(text) is None


def test_a_project_is_made_once_and_keeps_its_settings(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    made = ensure(desk.server, desk.tree, purpose)
    assert ensure(desk.server, desk.tree, purpose) == made
    now = json.loads(desk.server.get(f"/api/projects/{made.id}"))
    assert now["title"] == f"Dateline: {desk.ana}, all layers"
    assert now["show_instruction"] and now["show_skip_button"]
    assert "<h1>" in now["expert_instruction"] and "<!--" not in now["expert_instruction"]
    assert now["maximum_annotations"] == 1


def test_a_title_may_be_changed_and_settings_come_back(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    made = ensure(desk.server, desk.tree, purpose)
    changed = {"title": "Mine", "expert_instruction": "old", "show_skip_button": False}
    desk.server.send("PATCH", f"/api/projects/{made.id}", changed)
    again = ensure(desk.server, desk.tree, purpose)
    assert (again.id, again.title) == (made.id, "Mine")
    now = json.loads(desk.server.get(f"/api/projects/{made.id}"))
    assert now["expert_instruction"] == instructions(desk.tree) and now["show_skip_button"]


def test_two_projects_for_one_purpose_are_told(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    made = ensure(desk.server, desk.tree, purpose)
    body = {"title": "A copy", "description": purpose.mark}
    other = json.loads(desk.server.send("POST", "/api/projects", body))["id"]
    with pytest.raises(DataError, match=rf"{made.id} and {other}"):
        ours(desk.server)
    done = desk.run("pull")
    assert "Take the mark out" in str(done.exception)
    desk.server.send("PATCH", f"/api/projects/{other}", {"description": "a copy"})
    assert ours(desk.server)[purpose].id == made.id


def test_a_project_that_is_not_there_names_those_that_are(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "mill-1")
    done = desk.run("pull", "--annotator", desk.ben)
    assert f"pass-{desk.ana}-all" in str(done.exception)


def test_the_digest_is_that_of_the_guidelines(tree: Tree) -> None:
    before = guidelines_digest(tree)
    (tree.root / "schema" / "GUIDELINES.md").write_text("# Others\n")
    assert guidelines_digest(tree) != before and len(before) == 64


def test_a_list_that_goes_on_keeps_its_numbers(tree: Tree) -> None:
    """After a table, say; the server would begin it at 1 again."""
    text = "1. One.\n\n| a |\n|---|\n| b |\n\n2. **Two.**\n3. Three.\n"
    (tree.root / "schema" / "GUIDELINES.md").write_text(text)
    page = instructions(tree)
    page = page.replace("\u200b", "")
    assert "<li>1. One.</li>" in page
    assert "<li>2. <strong>Two.</strong></li>\n<li>3. Three.</li>" in page
