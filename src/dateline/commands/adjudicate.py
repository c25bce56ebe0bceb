"""Merge two passes: what agrees is taken, what differs is listed, asked or decided from a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root

if TYPE_CHECKING:
    from dateline.agreement.cases import Case, Disagreement
    from dateline.tree import Tree

Names = list[str] | None


def run(
    docs: Annotated[
        list[str] | None,
        typer.Argument(metavar="DOC...", help="Articles; by default all that have decisions."),
    ] = None,
    passes: Annotated[
        str | None, typer.Option(help="The two annotators, A,B; by default those there are.")
    ] = None,
    sheets: Annotated[
        Path | None, typer.Option(help="Write the open cases of each article to this folder.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask each open case here.")] = False,
    by: Annotated[str | None, typer.Option(help="Who answers: an id of annotators.yaml.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where an answer is stale.")
    ] = False,
    root: Root = None,
) -> None:
    from dateline.agreement.adjudication import adjudicated
    from dateline.errors import DataError, UsageError
    from dateline.files import Staged
    from dateline.records import canonical
    from dateline.tree import Tree, find_root

    tree = Tree(find_root(root))
    tree.require_sources()
    chosen = [name.strip() for name in passes.split(",")] if passes else None
    if chosen is not None and (len(chosen) != 2 or chosen[0] == chosen[1]):
        raise UsageError("--passes", "two annotator ids, A,B", repr(passes))
    if sheets is not None:
        _write_sheets(tree, docs, chosen, sheets)
        return
    if ask:
        if by is None or by not in tree.annotators:
            known = ", ".join(tree.annotators)
            raise UsageError("--by", f"an id of annotators.yaml ({known})", repr(by))
        _ask(tree, docs, chosen, by)
    decided = [path.stem for path in sorted(tree.decisions_path("x").parent.glob("*.txt"))]
    wanted = list(dict.fromkeys(docs or decided))
    if not wanted:
        raise DataError("annotations/decisions", "decisions to merge passes by", "none")
    faults = stale = 0
    with Staged() as staged:
        for doc_id, text, _, found in tree.passes(wanted):
            where = tree.where(tree.decisions_path(doc_id))
            done = adjudicated(tree, doc_id, text, found, tree.decisions(doc_id), where)
            for incident in done.incidents:
                if incident.severity == "error":
                    print(f"{incident.severity}: {incident}")
                    faults += 1
            if not check:
                for note in done.notes:
                    print(f"note: {doc_id}: {note}")
            target = tree.adjudicated_path(doc_id)
            stored = canonical(done.document)
            same = target.is_file() and target.read_bytes() == stored
            if check and not same:
                print(f"stale: {tree.where(target)}")
                stale += 1
            elif not check and not same:
                print(f"written: {tree.where(target)}")
                staged.write(target, stored)
        if faults or stale:
            found_faults = f"{faults} errors, {stale} stale"
            expected = "answers without errors that are what passes and decisions give"
            raise DataError("adjudicate", expected, found_faults, "Nothing was written.")
        if check:
            print(f"{len(wanted)} articles are what their passes and decisions give")
    if not check:
        print(f"{len(wanted)} articles adjudicated")


def _cases(tree: Tree, docs: Names, chosen: Names) -> Iterator[tuple[str, str, Disagreement]]:
    """Articles with the cases between the two passes that are chosen or there."""
    from dateline.agreement.adjudication import disagreement, require_sound
    from dateline.errors import UsageError

    for doc_id, text, _, found in tree.passes(docs, chosen):
        names = chosen or _decided_on(tree, doc_id, text) or sorted(found)
        if len(names) != 2:
            if docs is None and len(names) < 2:
                continue
            expected = "two annotators, A,B"
            raise UsageError("--passes", expected, f"{doc_id} has {', '.join(names) or 'none'}")
        require_sound(tree, doc_id, text, {name: found[name] for name in names if name in found})
        yield doc_id, text, disagreement(found, names, doc_id)


def _decided_on(tree: Tree, doc_id: str, text: str) -> Names:
    """The two passes, in their order, that decisions on the article were begun on."""
    from dateline.agreement.decisions import read_decisions

    path = tree.decisions_path(doc_id)
    if not path.is_file():
        return None
    return list(read_decisions(tree.decisions(doc_id), text, tree.where(path)).passes)


def _write_sheets(tree: Tree, docs: Names, chosen: Names, folder: Path) -> None:
    from dateline.agreement.sheet import sheet
    from dateline.errors import DataError
    from dateline.files import Staged

    cases = articles = 0
    with Staged() as staged:
        for doc_id, text, found in _cases(tree, docs, chosen):
            path = folder / f"{doc_id}.txt"
            if path.is_file() and _answered_in(path.read_bytes()):
                raise DataError(str(path), "no answers that would be lost", "some", "Move it away.")
            staged.write(path, sheet(found, text).encode())
            cases += len(found.cases)
            articles += 1
    print(f"{cases} cases of {articles} articles written to {folder}")


def _answered_in(raw: bytes) -> bool:
    """Whether a sheet has lines that somebody wrote: more than its head and its comments."""
    heads = (b"#", b"doc ", b"passes ")
    return any(line.strip() and not line.startswith(heads) for line in raw.splitlines())


def _ask(tree: Tree, docs: Names, chosen: Names, by: str) -> None:
    """Ask each open case and keep every answer at once."""
    from dateline.agreement.decisions import read_decisions
    from dateline.agreement.sheet import case_lines, digest_of, sheet
    from dateline.errors import DataError
    from dateline.files import Staged
    from dateline.text import segment

    for doc_id, text, found in _cases(tree, docs, chosen):
        path = tree.decisions_path(doc_id)
        head = sheet(found, text).split("\n#")[0] + "\n"
        raw = tree.decisions(doc_id) if path.is_file() else head
        known = read_decisions(raw, text, tree.where(path))
        passes = (found.match.left, found.match.right)
        if known.passes != {doc.annotator.id: digest_of(doc) for doc in passes}:
            expected = "decisions on the passes as they are, in this order"
            raise DataError(tree.where(path), expected, ", ".join(known.passes), "Decide anew.")
        raw = f"{raw.rstrip()}\nby {by} {tree.annotators[by].kind}\n"
        units = segment(text)
        for case in found.cases:
            if case.number in known.of:
                continue
            start, end = units.sentences[units.sentence_of(case.slots[-1].start)]
            print(f"\n{doc_id}, case {case.number} of {len(found.cases)}: {text[start:end]}")
            print("\n".join(case_lines(case, found, text, units)))
            raw = _answered(raw, case, text, tree.where(path))
            with Staged() as staged:
                staged.write(path, raw.encode())


def _answered(raw: str, case: Case, text: str, where: str) -> str:
    """The file with one more answer: asked again until it fits the case."""
    from dateline.agreement.decisions import read_decisions
    from dateline.agreement.merging import check_own
    from dateline.errors import DataError

    while True:
        answer = " ".join(typer.prompt("a, b, drop or own field=value, and the reason").split())
        more = f"{raw}{case.number} {answer}\n"
        try:
            check_own(case, read_decisions(more, text, where).of[case.number], where)
        except DataError as error:
            print(f"error: expected {error.expected}, got {error.found}")
        else:
            return more
