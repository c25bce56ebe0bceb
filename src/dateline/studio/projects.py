"""The projects of a server that are Dateline's: what each is for, and making them."""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import Any, Literal, get_args

import msgspec

from dateline.errors import DataError
from dateline.generated.labelstudio import labelling_config
from dateline.records import is_doc_id
from dateline.scheme import LAYERS
from dateline.studio.client import Client, Project
from dateline.tree import Tree

__all__ = ["Purpose", "ensure", "guidelines_digest", "ours"]

Kind = Literal["pass", "adjudication", "training"]
_MARK = re.compile(
    rf"\[dateline (?P<kind>{'|'.join(get_args(Kind))}) (?P<annotator>\S+) (?P<layer>\S+)\]"
)


class Purpose(msgspec.Struct, frozen=True, order=True):
    """What a project is for, and so which one it is: there is one of each on a server.

    `annotator` is whose pass it makes (None: everyone's own, by account), `layer` the layer that is
    labelled there (None: all).
    """

    kind: Kind
    annotator: str | None = None
    layer: str | None = None

    @property
    def mark(self) -> str:
        """How the project is known again, in its description; its title is free to change."""
        return f"[dateline {self.kind} {self.annotator or '-'} {self.layer or 'all'}]"

    @property
    def title(self) -> str:
        who = self.annotator or "everyone"
        names = {"pass": who, "adjudication": "adjudication", "training": f"training of {who}"}
        return f"Dateline: {names[self.kind]}, {self.layer or 'all layers'}"[:50]

    @property
    def name(self) -> str:
        """A name for files: the purpose in one word."""
        return "-".join([self.kind, self.annotator or "everyone", self.layer or "all"])

    @classmethod
    def of(cls, description: str | None) -> Purpose | None:
        """The purpose that a description names, or None for a project that is not ours."""
        match = _MARK.search(description or "")
        if match is None:
            return None
        annotator = None if match["annotator"] == "-" else match["annotator"]
        layer = None if match["layer"] == "all" else match["layer"]
        if (annotator and not is_doc_id(annotator)) or (layer and layer not in LAYERS):
            return None
        kind = next(kind for kind in get_args(Kind) if kind == match["kind"])
        return cls(kind, annotator, layer)


def ours(server: Client) -> dict[Purpose, Project]:
    """The projects on a server that are Dateline's.

    Raises
    ------
    DataError : two projects for one purpose, so that nobody can say which one is meant.
    """
    found: dict[Purpose, Project] = {}
    for project in server.projects():
        purpose = Purpose.of(project.description)
        if purpose is None:
            continue
        if purpose in found:
            hint = "Take the mark out of the description of one."
            ids = f"{found[purpose].id} and {project.id}"
            raise DataError(server.url, f"one project {purpose.mark}", ids, hint)
        found[purpose] = project
    return found


def guidelines_digest(tree: Tree) -> str:
    """SHA-256 of the guidelines, as passes record what their annotator read."""
    return hashlib.sha256((tree.root / "schema" / "GUIDELINES.md").read_bytes()).hexdigest()


def ensure(server: Client, tree: Tree, purpose: Purpose) -> Project:
    """The project for a purpose: made if there is none, brought up to date if it is of an older
    scheme or has older instructions.
    """
    wanted: dict[str, Any] = {
        "label_config": labelling_config(
            tree.scheme, purpose.layer, cases=purpose.kind == "adjudication"
        ),
        "expert_instruction": instructions(tree),
        "show_instruction": True,
        "show_collab_predictions": purpose.kind != "training",
        "show_skip_button": True,
        "enable_empty_annotation": True,
    }
    known = ours(server).get(purpose)
    if known is None:
        mark = f"Made by `dateline studio push`; keep this mark: {purpose.mark}"
        most = 1 if purpose.annotator else 2
        new = {"title": purpose.title, "description": mark, "maximum_annotations": most}
        made = server.send("POST", "/api/projects", new | wanted)
        return server.project(msgspec.json.decode(made, type=Project).id)
    now = msgspec.json.decode(server.get(f"/api/projects/{known.id}"))
    if any(now.get(name) != value for name, value in wanted.items()):
        server.send("PATCH", f"/api/projects/{known.id}", wanted)
    return server.project(known.id)


def instructions(tree: Tree) -> str:
    """The guidelines as HTML, for the page that an annotator opens beside a task."""
    from markdown_it import MarkdownIt

    text = (tree.root / "schema" / "GUIDELINES.md").read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S)
    html = str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
    # Label Studio's page shows neither margins nor marks of lists, and takes away every style.
    html = re.sub(r'<ol(?: start="(\d+)")?>(.*?)</ol>', _numbered, html, flags=re.S)
    html = html.replace("<li>", "<li>• ").replace("<li>• \u200b", "<li>")
    return re.sub(r"(</p>|</ul>|</ol>|</table>)\n(?=<[phuot])", r"\1\n<br>\n", html)


def _numbered(found: re.Match[str]) -> str:
    count = itertools.count(int(found[1] or 1))
    items = re.sub("<li>", lambda _: f"<li>\u200b{next(count)}. ", found[2])
    return f"<ol>{items}</ol>"
