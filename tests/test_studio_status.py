"""Where the labelling stands, in figures that a person can act on."""

from __future__ import annotations

import json
from typing import Any

from studio_desk import Desk


def status(desk: Desk) -> dict[str, Any]:
    done = desk.run("status", "--annotator", desk.ana, "--format", "json")
    assert done.exit_code == 0, done.output or done.exception
    (found,) = json.loads(done.stdout)
    return dict(found)


def row(desk: Desk, account: str) -> dict[str, Any]:
    rows = {one["account"]: one for one in status(desk)["rows"]}
    return dict(rows[f"{account}@example.org"])


def test_nothing_is_begun(desk: Desk) -> None:
    desk.push("--annotator", desk.ana)
    found = status(desk)
    assert (found["tasks"], found["open"], found["rows"]) == (4, 4, [])


def test_each_account_has_its_figures(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "--from", "adjudicated")
    project = desk.project(annotator=desk.ana)
    mill, toll, march, away = (
        desk.task(project, doc_id) for doc_id in ("mill-1", "toll-1", "march-1", "away-1")
    )
    number = desk.submit(mill, lead_time=30.0)
    desk.submit(toll, lead_time=90.0)
    desk.skip(march)
    desk.draft(away)
    desk.submit(mill, "eve")
    found = status(desk)
    assert (found["tasks"], found["open"]) == (4, 2)
    ana, eve = row(desk, "ana"), row(desk, "eve")
    assert (ana["done"], ana["skipped"], ana["not_pulled"]) == (2, 1, 2)
    assert ana["seconds"] == [30.0, 90.0] and ana["annotator"] == desk.ana
    assert (eve["annotator"], eve["not_pulled"]) == (None, 1)
    owner = next(one for one in found["rows"] if one["account"].startswith("owner"))
    assert owner["drafts"] == 1
    desk.pull("--annotator", desk.ana)
    assert row(desk, "ana")["not_pulled"] == 0
    assert (row(desk, "eve")["not_pulled"], row(desk, "eve")["quarantined"]) == (0, 1)
    desk.change(number, mill["predictions"][0]["result"][:1])
    assert row(desk, "ana")["not_pulled"] == 1


def test_it_is_shown_as_a_table(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "--from", "adjudicated", "mill-1")
    desk.submit(desk.task(desk.project(annotator=desk.ana), "mill-1"), "eve")
    done = desk.run("status", "--annotator", desk.ana)
    head, names, line = done.output.splitlines()
    assert "1 tasks, 0 not submitted" in head
    assert " ".join(names.split()) == "account annotator done skipped draft aside not pulled min"
    assert line.split() == ["eve@example.org", "not", "entered", "1", "0", "0", "0", "1", "1.0"]
