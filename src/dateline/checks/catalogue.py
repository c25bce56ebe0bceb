"""Every code with its level, severity, title, the reason for it, and how to mend what it finds.

The first digit is the level: 1 files, 2 structure, 3 spans, 4 references and meaning.
"""

from __future__ import annotations

import msgspec

from dateline.checks.incident import Incident, Severity

__all__ = ["CATALOGUE", "Code", "incident"]


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the catalogue."""

    title: str
    why: str
    mend: str
    severity: Severity = "error"


CATALOGUE: dict[str, Code] = {
    "DL101": Code(
        title="a file cannot be read",
        why="What cannot be read cannot be released.",
        mend="Mend the file at the place given; `git log` shows when it was last whole.",
    ),
    "DL201": Code(
        title="labels of another scheme",
        why="Labels mean what the scheme of their version says.",
        mend="Set `scheme` to the version of schema/scheme.yaml after checking the labels.",
    ),
    "DL202": Code(
        title="a file is not in canonical form",
        why="One way to write a document keeps differences small and digests equal.",
        mend="Write it again with the package: `dateline.document` and `canonical`.",
    ),
    "DL203": Code(
        title="an id of the wrong form",
        why="The letter of an id tells its layer; tools rely on it.",
        mend="Give it the layer's letter and a number, as in T1, E1, A1, S1, C1.",
    ),
    "DL204": Code(
        title="an id that stands twice",
        why="A reference to it would be ambiguous.",
        mend="Renumber one of the two and the references that meant it.",
    ),
    "DL205": Code(
        title="an unknown label",
        why="A label that the scheme does not define has no meaning.",
        mend="Take a label of the scheme; `schema/GUIDELINES.md` lists them.",
    ),
    "DL206": Code(
        title="an attribute's value is unknown or not allowed here",
        why="A value outside the scheme's list has no meaning.",
        mend="Take one of the values given.",
    ),
    "DL207": Code(
        title="a required attribute is missing",
        why="Users filter on it; absence would be read as a value.",
        mend="Give it one of the values listed.",
    ),
    "DL208": Code(
        title="an unknown annotator",
        why="No label is trusted whose maker is not known.",
        mend="Enter the annotator, with its kind, in annotations/annotators.yaml.",
    ),
    "DL301": Code(
        title="a span outside the text",
        why="It covers nothing, or not what it was meant to.",
        mend="Check that the labels belong to this text and label the words again.",
    ),
    "DL302": Code(
        title="an empty or reversed span",
        why="It covers no words.",
        mend="Label the words again, start before end.",
    ),
    "DL303": Code(
        title="white space at a span's edge",
        why="Two annotators who mean the same words would disagree.",
        mend="Move the edge to the first or last visible character.",
    ),
    "DL304": Code(
        title="labels of another text",
        why="Offsets are true of one text alone.",
        mend="Restore the text that was labelled, or label the new one.",
    ),
    "DL305": Code(
        title="fragments out of order or touching",
        why="Fragments are apart, in the order of the text; touching ones are one.",
        mend="Order them and join those that touch.",
    ),
    "DL401": Code(
        title="a reference to nothing",
        why="It names an item that does not exist.",
        mend="Point it at an item of this article, or take it out.",
    ),
    "DL402": Code(
        title="a reference to the wrong kind of item",
        why="The scheme says which items may stand there.",
        mend="Point it at an item of an allowed type, or correct that item's type.",
    ),
    "DL403": Code(
        title="an unknown role, or one that this type of event does not have",
        why="A role outside the scheme has no meaning.",
        mend="Take a role that the type allows.",
    ),
    "DL404": Code(
        title="a role that is wanted is missing",
        why="COOPERATE, AID and SANCTION are done to somebody, whom the text mostly names.",
        mend="Add the recipient if the clause names it; else leave it.",
        severity="warning",
    ),
    "DL405": Code(
        title="a cluster that mixes entities and events, or several types",
        why="What corefers is one thing.",
        mend="Split the cluster or correct the type.",
    ),
    "DL406": Code(
        title="a cluster without members, or a member without its cluster",
        why="A cluster's entry and its members must agree.",
        mend="Add the entry under `clusters`, or take it out.",
    ),
    "DL407": Code(
        title="an attribution without content",
        why="Somebody must say something.",
        mend="Add the content's span, or take the attribution out.",
    ),
    "DL408": Code(
        title="an argument given twice",
        why="The same role and filler count once.",
        mend="Take one of the two out.",
    ),
}
"""All codes."""


def incident(
    code: str, path: str, expected: str, found: str, span: tuple[int, int] | None = None
) -> Incident:
    """An incident with the catalogue's title and severity for `code`."""
    entry = CATALOGUE[code]
    return Incident(
        code=code,
        severity=entry.severity,
        path=path,
        message=entry.title,
        expected=expected,
        found=found,
        span=span,
    )
