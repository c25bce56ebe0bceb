"""Pushing to and pulling from a real server, measured in one run against raw requests."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from made import make_tree
from results import Run

from dateline.records import Document, canonical, items
from dateline.studio.client import Client
from dateline.studio.projects import Purpose, ensure, guidelines_digest, ours
from dateline.studio.server import Server, start
from dateline.studio.sources import labels_from
from dateline.studio.tasks import Outgoing, task_of
from dateline.tree import Tree, find_root

BATCH = 500
LABELS = 30
ROUNDS = 3
OWNER = "owner@dateline.invalid"

# Each measured step runs in a process of its own, for its peak memory to be its own. Its last line
# is what it measured.
COMMAND = """
import sys
from dateline.cli import main
sys.argv = ["dateline", *sys.argv[1:]]
try:
    main()
finally:
    status = open("/proc/self/status").read()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""
STEP = """
import json, sys
sys.path.insert(0, sys.argv[1])
import studio
print(json.dumps(getattr(studio, sys.argv[2])(*sys.argv[3:])))
"""


def trimmed(doc: Document) -> Document:
    """The first labels of a document that make sense by themselves, LABELS in all."""
    entities = doc.entities[: LABELS * 2 // 3]
    kept = {entity.id for entity in entities}
    alone = {(event.start, event.end): event for event in doc.events}.values()  # one a place
    events = []
    for event in sorted(alone, key=lambda one: one.start)[: LABELS - len(entities)]:
        arguments = [one for one in event.arguments if one.ref in kept]
        events.append(msgspec.structs.replace(event, arguments=arguments))
    used = {item.cluster for item in [*entities, *events]}
    return msgspec.structs.replace(
        doc,
        entities=entities,
        events=events,
        attributions=[],
        stances=[],
        clusters={key: cluster for key, cluster in doc.clusters.items() if key in used},
        provenance={},
        foreign=[],
    )


def trim(tree: Tree) -> float:
    """Leave LABELS labels in every article; how many there are in the mean."""
    counts = []
    for doc_id in tree.labelled():
        path = tree.adjudicated_path(doc_id)
        doc = trimmed(tree.read_document(path, doc_id))
        path.write_bytes(canonical(doc))
        counts.append(len(list(items(doc))))
    return statistics.mean(counts)


def connect() -> Client:
    return Client.connect(os.environ["DATELINE_STUDIO_URL"], os.environ["DATELINE_STUDIO_KEY"])


def bodies(tree: Tree, purpose: Purpose, share: int = 1) -> list[Outgoing]:
    """Articles as tasks, filled in with their labels: all, or one in so many."""
    digest = guidelines_digest(tree)
    return [
        task_of(meta, text, tree.scheme, purpose, {"adjudicated": doc} if doc else {}, digest)
        for meta, text, doc in labels_from(tree, "adjudicated", tree.doc_ids()[::share])
    ]


# ── Steps, each in a process of its own


def step_push(root: str, annotator: str) -> dict[str, float]:
    """Our push of tasks that are ready."""
    from dateline.studio.push import push

    tree, purpose, server = Tree(Path(root)), Purpose("pass", annotator), connect()
    project = ensure(server, tree, purpose)
    ready = bodies(tree, purpose, ROUNDS)
    began = time.perf_counter()
    report = push(server, project, ready, batch=BATCH)
    assert len(report.created) == len(ready)
    return {"seconds": time.perf_counter() - began, "tasks": len(ready)}


def step_raw_push(root: str, annotator: str) -> dict[str, float]:
    """The same bodies in the same batches, by nothing but requests."""
    tree, purpose, server = Tree(Path(root)), Purpose("pass", annotator), connect()
    project = ensure(server, tree, purpose)
    ready = [task.raw for task in bodies(tree, purpose, ROUNDS)]
    began = time.perf_counter()
    for start_at in range(0, len(ready), BATCH):
        body = msgspec.Raw(b"[" + b",".join(ready[start_at : start_at + BATCH]) + b"]")
        server.send("POST", f"/api/projects/{project.id}/import", body)
    return {"seconds": time.perf_counter() - began, "tasks": len(ready)}


def step_fill(root: str, annotator: str) -> int:
    """A project in which every task is submitted just as it was filled in."""
    tree, purpose, server = Tree(Path(root)), Purpose("pass", annotator), connect()
    project = ensure(server, tree, purpose)
    batch: list[Any] = []
    for task in [*bodies(tree, purpose), None]:
        if task is not None:
            body = json.loads(task.raw)
            result = body["predictions"][0]["result"]
            body["annotations"] = [{"result": result, "completed_by": {"email": OWNER}}]
            batch.append(body)
        if len(batch) == BATCH or (task is None and batch):
            server.send("POST", f"/api/projects/{project.id}/import", batch)
            batch = []
    return project.id


def step_pull(root: str, annotator: str) -> dict[str, float]:
    """Our pull of everything."""
    from dateline.studio.pull import pull

    tree, purpose, server = Tree(Path(root)), Purpose("pass", annotator), connect()
    project = ours(server)[purpose]
    began, busy = time.perf_counter(), time.process_time()
    report = pull(server, tree, project, purpose, full=True)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    assert not report.quarantined, next(iter(report.quarantined.values()))
    assert len(report.written) == report.tasks
    return {"seconds": seconds, "busy": busy, "found": report.tasks}


def step_raw_pull(annotator: str) -> dict[str, float]:
    """The same requests, their answers thrown away."""
    server = connect()
    project = ours(server)[Purpose("pass", annotator)]
    began = time.perf_counter()
    size = sum(len(page) for page in server.pages(project.id, fields="all"))
    return {"seconds": time.perf_counter() - began, "bytes": size}


# ── The run


def step(name: str, *arguments: object) -> Any:
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", STEP, here, f"step_{name}", *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def command(*arguments: object) -> tuple[float, float]:
    """Seconds and peak memory in MB of a command of ours, started as a user starts it."""
    began = time.perf_counter()
    line = [sys.executable, "-c", COMMAND, *map(str, arguments)]
    done = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True)
    return time.perf_counter() - began, int(done.stdout.splitlines()[-1]) / 1024


def pushing(run: Run, root: Path, articles: int) -> None:
    rates: dict[str, list[float]] = {"push": [], "raw_push": []}
    for number in range(ROUNDS):
        # In turns, either first now and then: a shared machine is not equally fast all the time.
        for kind in sorted(rates, reverse=bool(number % 2)):
            found = step(kind, root, f"{kind.replace('_', '-')}-{number}")
            rates[kind].append(found["tasks"] / found["seconds"])
    mine, raw = (statistics.median(rates[kind]) for kind in ("push", "raw_push"))
    note = (
        f"{mine:.0f} against {raw:.0f} tasks/s, medians of {ROUNDS} of {articles // ROUNDS:,} tasks"
    )
    run.add("push, its rate to that of raw batches of 500", f"{mine / raw:.2f} ×", "≥ 0.9 ×", note)
    took, peak = command("studio", "push", "--from", "adjudicated", "--root", root)
    note = f"{articles:,} tasks, {articles / took:.0f} a second, with reading and checking them"
    run.add("`studio push --from adjudicated`, whole", f"{took:.0f} s", "", note)
    run.add("peak memory of `studio push`", f"{peak:.0f} MB", "< 500 MB")


def pulling(run: Run, root: Path, articles: int) -> None:
    project = step("fill", root, "filled")
    ours_took, raw_took, busy = [], [], []
    for _ in range(ROUNDS):
        raw = step("raw_pull", "filled")
        raw_took.append(raw["seconds"])
        shutil.rmtree(root / "annotations" / "passes", ignore_errors=True)
        found = step("pull", root, "filled")
        assert found["found"] == articles, found
        ours_took.append(found["seconds"])
        busy.append(found["busy"])
    mine, bare = statistics.median(ours_took), statistics.median(raw_took)
    note = f"{mine:.0f} s against {bare:.0f} s of the same requests, medians of {ROUNDS}"
    run.add("pull, what it adds to raw requests", f"{1 - bare / mine:.1%}", "< 10 %", note)
    note = f"{raw['bytes'] / 1e6:.0f} MB of answers; we work while the server does"
    run.add("pull, our processor time", f"{statistics.median(busy):.0f} s", "", note)
    shutil.rmtree(root / "annotations" / "passes")
    scope = ("--annotator", "filled", "--root", root)
    took, peak = command("studio", "pull", *scope)
    run.add("peak memory of `studio pull`", f"{peak:.0f} MB", "< 500 MB", f"{took:.0f} s")
    changed(run, project, scope)


def changed(run: Run, project: int, scope: tuple[object, ...]) -> None:
    server = connect()
    first = next(iter(server.listed(project)))
    task = json.loads(server.get(f"/api/tasks/{first.id}"))
    times = []
    for number in range(3):
        result = [r for r in task["annotations"][0]["result"] if r["type"] != "textarea"]
        path = f"/api/annotations/{task['annotations'][0]['id']}"
        server.send("PATCH", path, {"result": result, "lead_time": number})
        times.append(command("studio", "pull", *scope)[0])
    note = "the whole command, median of 3"
    run.add("pull of one changed task", f"{statistics.median(times):.1f} s", "< 2 s", note)


def enter(root: Path, names: list[str]) -> None:
    """Enter annotators: rules, for nobody clicked."""
    lines = [
        f"{name}: {{kind: rule, does: measuring, instructions: none, since: '2026-11-01'"
        + (f", account: {OWNER}}}" if name == "filled" else "}")
        for name in names
    ]
    with (root / "annotations" / "annotators.yaml").open("a") as file:
        file.write("\n" + "\n".join(lines) + "\n")


def measure(server: Server, work: Path, articles: int) -> None:
    os.environ["DATELINE_STUDIO_URL"], os.environ["DATELINE_STUDIO_KEY"] = (
        server.url,
        server.who.key,
    )
    tree = make_tree(Tree(find_root(Path(__file__).parent.parent)), work, articles)
    rounds = [f"{kind}-{number}" for kind in ("push", "raw-push") for number in range(ROUNDS)]
    enter(tree.root, [*rounds, "filled"])
    labels = trim(tree)
    run = Run("studio", f"{articles:,} tasks of 2.3 KB with {labels:.0f} labels each, SQLite")
    pushing(run, tree.root, articles)
    pulling(run, tree.root, articles)
    run.keep()


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        data = work / "data"
        if template := os.environ.get("BENCH_STUDIO_DATA"):  # migrated already; saves a minute
            shutil.copytree(template, data)
        with start(data, say=print) as server:
            os.environ["DATELINE_CACHE"] = str(work / "cache")
            measure(server, work, articles)


if __name__ == "__main__":
    main()
