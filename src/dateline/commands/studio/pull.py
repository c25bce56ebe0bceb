"""Bring back what was submitted in Label Studio: checked, and written as passes or set aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import AsJson, Root, is_json
from dateline.commands.studio import Key, Url, chosen, connected, counted

if TYPE_CHECKING:
    from dateline.studio.pull import PullReport
    from dateline.tree import Tree


def run(
    annotator: Annotated[str | None, typer.Option(help="Only this annotator's projects.")] = None,
    layer: Annotated[str | None, typer.Option(help="Only projects of this layer.")] = None,
    adjudication: Annotated[
        bool, typer.Option("--adjudication", help="Only adjudication projects.")
    ] = False,
    training: Annotated[bool, typer.Option("--training", help="Only training rounds.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Ask for every task, not for those changed since.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over labels that were changed here.")
    ] = False,
    snapshot: Annotated[
        Path | None, typer.Option(help="Interpret this kept answer again; one project.")
    ] = None,
    format: AsJson = "text",
    url: Url = None,
    key: Key = None,
    root: Root = None,
) -> None:
    import json

    from dateline.errors import DataError, UsageError
    from dateline.studio.pull import pull
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    tree = Tree(find_root(root))
    tree.require_sources()
    server = connected(url, key)
    projects = chosen(server, annotator, layer, adjudication=adjudication, training=training)
    if snapshot is not None and len(projects) != 1:
        found = ", ".join(purpose.name for purpose in projects)
        raise UsageError("--snapshot", "one project, by --annotator, --layer and the like", found)
    reports = []
    for purpose, project in projects.items():
        with counted(f"pulling {project.title}", None) as progress:
            report = pull(
                server,
                tree,
                project,
                purpose,
                full=full,
                replace=replace,
                snapshot=snapshot,
                progress=lambda n, p=progress: p(n),  # type: ignore[misc]
            )
        reports.append(report)
        if not as_json:
            _print(report)
            if purpose.kind == "training":
                _feedback(tree, report)
    if as_json:
        print(json.dumps([_plain(report) for report in reports], indent=1, ensure_ascii=False))
    aside = sum(len(report.quarantined) for report in reports)
    if aside:
        expected = "submissions that can be taken"
        raise DataError(
            "studio pull", expected, f"{aside} in quarantine", "The others are written."
        )


def _print(report: PullReport) -> None:
    """A report in words: what was written, and everything that was not."""
    print(f"{report.project.title}: {report.tasks} tasks looked at")
    print(f"  {len(report.written)} written, {len(report.unchanged)} as they were here")
    for what, pairs in (
        ("draft, not submitted", report.drafts),
        ("skipped", report.skipped),
        ("deleted on the server; the labels are kept here", report.deleted),
    ):
        for doc_id, who in pairs:
            print(f"  {what}: {doc_id}, {who}")
    for note in report.notes:
        print(f"  note: {note}")
    for warning in report.warnings:
        print(f"  {warning}")
    for key, entry in report.quarantined.items():
        print(f"  quarantine: {key}, {entry.account}: {entry.url}")
        for fault in entry.faults:
            print(f"    {fault}")


def _plain(report: PullReport) -> dict[str, object]:
    import msgspec

    fields = ("written", "unchanged", "drafts", "skipped", "deleted", "notes", "warnings", "tasks")
    return {
        "project": report.project.id,
        "title": report.project.title,
        **{name: getattr(report, name) for name in fields},
        "quarantined": msgspec.to_builtins(report.quarantined),
    }


def _feedback(tree: Tree, report: PullReport) -> None:
    """How the answers of a training round differ from the adjudicated ones, article by article."""
    from dateline.agreement.adjudication import disagreement
    from dateline.agreement.figures import agreement
    from dateline.agreement.reports import text as report_text
    from dateline.agreement.sheet import sheet
    from dateline.files import Staged
    from dateline.studio.pull import training_path

    rounds: dict[str, list[str]] = {}
    for doc_id, who in report.written + report.unchanged:
        rounds.setdefault(who, []).append(doc_id)
    for who, docs in rounds.items():
        articles = []
        for doc_id in docs:
            text = tree.text(tree.meta(doc_id)) or ""
            answer = tree.read_document(training_path(who, doc_id), doc_id)
            truth = tree.article(doc_id).labels
            articles.append((doc_id, text, True, {who: answer, truth.annotator.id: truth}))
        found = agreement(iter(articles), tree.scheme, resamples=0)
        parts = [report_text(found, tree.scheme, labels=False, worst=0)]
        for doc_id, text, _, passes in articles:
            lines = sheet(disagreement(passes, list(passes), doc_id), text).split("\n")[3:]
            body = "\n".join(line.removeprefix("#") for line in lines)
            parts.append(f"{doc_id}: a is your answer, b the settled one\n{body}")
        path = training_path(who, "feedback").with_suffix(".txt")
        with Staged() as staged:
            staged.write(path, "\n".join(parts).encode())
        print(f"  feedback for {who} on {len(docs)} articles: {path}")
