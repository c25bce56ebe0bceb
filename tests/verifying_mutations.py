"""Random single changes to a frozen version, or to rows loaded from it, and what `verify` says.

A change is drawn by its kind, its place and its depth. Places: a `copy` of the version elsewhere
(the release is at hand), the version `here` in its tree, or rows `loaded` from it. Depths say what
was made true of the changed files again:

0  nothing
1  the digests of files, in the manifest
2  the digests of rows too
3  the manifest's digest beside the releases too
4  the digest in the changelog too: then only a digest from elsewhere, of a citation, knows

Every change must be found. A changed row must be named, and no other accused, wherever a truthful
copy or the row digests are there to know it: in a copy always, in the tree down to depth 1.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from broken import edit, rehash, release, rename_labels, rewrite_parquet, set_item
from conftest import REPOSITORY
from dateline.checks.verifying import Verdict, verify
from dateline.manifest import ANCHORS, NAME, manifest_digest, read_manifest
from dateline.rows import row_id
from dateline.tree import Tree

VERSION = "0.2.0"
EVERY = 6
SOURCES = (
    "schema",
    "corpus/articles",
    "corpus/world",
    "annotations/adjudicated",
    "annotations/passes",
)
Row = dict[str, Any]
Key = tuple[str, str]


class UnfitError(Exception):
    """Nothing here can be changed so: draw again."""


# ── What is changed


def make_tree(root: Path) -> Tree:
    """A tree of every sixth article of the repository, with two frozen versions."""
    for name in (
        "schema",
        "corpus/articles",
        "corpus/world",
        "annotations/adjudicated",
        "annotations/passes",
    ):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "annotations" / "annotators.yaml", root / "annotations")
    tree = Tree(root)
    labelled = [doc_id for doc_id in tree.labelled() if tree.meta(doc_id).tier == "open"]
    kept = labelled[::EVERY]
    for doc_id in set(labelled) - set(kept):
        tree.adjudicated_path(doc_id).unlink()
    tree = Tree(root)
    release(tree, "0.1.0")
    event = next(e for e in tree.article(kept[0]).labels.events if e.certainty == "certain")
    set_item(tree, kept[0], event.id, certainty="possible")
    release(Tree(root), VERSION, "0.1.0")
    return Tree(root)


@dataclass
class Place:
    """The tree and the folder in it that a change is made to; `anchor` is the citation's digest.

    `row`, where the change says it, is the one row that must be named: its file, its number in it
    as it is now (None: it is gone), and its key before.
    """

    root: Path
    folder: Path
    rng: Random
    anchor: str
    row: tuple[str, int | None, Key] | None = None
    loaded: Any = None
    said: str = ""
    sealed: bool = False  # the manifest is to stay as it is

    def parquet(self, least: int = 1) -> Path:
        """A Parquet file of at least so many rows."""
        found = [f for f in read_manifest(self.folder).parquet() if f.rows >= least]
        return self.folder / self.rng.choice(found).path

    def any_file(self) -> Path:
        found = [p for p in sorted(self.folder.rglob("*")) if p.is_file() and p.stat().st_size]
        return self.rng.choice(found)


Change = Callable[[Place], None]


@dataclass(frozen=True)
class Kind:
    """A kind of change; `rows` kinds can be made true again, and say which row it was."""

    name: str
    change: Change
    places: tuple[str, ...]
    depths: tuple[int, ...]
    weight: int


KINDS: dict[str, Kind] = {}


def kind(
    *places: str, depths: tuple[int, ...] = (0,), weight: int = 1
) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        name = change.__name__.replace("_", " ")
        KINDS[name] = Kind(name, change, places, depths, weight)
        return change

    return register


ALL = (0, 1, 2, 3, 4)


# ── Rows


def another(rng: Random, value: Any, type_: pa.DataType) -> Any:
    """A value of an Arrow type that is not this one: something deep in it has changed."""
    if pa.types.is_struct(type_):
        if value is None or rng.random() < 0.05:
            return None if value is not None else {f.name: None for f in type_}
        chosen = type_.field(rng.randrange(type_.num_fields))
        return {**value, chosen.name: another(rng, value[chosen.name], chosen.type)}
    if pa.types.is_list(type_):
        if not value:
            return [] if value is None else [None]
        at, act = rng.randrange(len(value)), rng.random()
        if act < 0.15:
            return value[:at] + value[at + 1 :]
        if act < 0.3:
            return [*value, value[at]]
        return [*value[:at], another(rng, value[at], type_.value_type), *value[at + 1 :]]
    if value is not None and rng.random() < 0.1:
        return None
    if pa.types.is_boolean(type_):
        return not value
    if pa.types.is_string(type_):
        return another_text(rng, value or "")
    if pa.types.is_floating(type_):
        return (value or 0.0) + rng.choice((0.5, -1.0, 1e9))
    assert pa.types.is_integer(type_), type_
    choices = {-1, 0, 1, 2, 99, (value or 0) + 1, (value or 0) - 1} - {value}
    return rng.choice(sorted(choices))


def another_text(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    letter = rng.choice("aZ 0é\n\u200b\U0001f600")
    if text[at : at + 1] == letter:
        letter = "q"
    return text[:at] + letter + text[at + rng.randint(0, 1) :]


def key_of(row: Row, config: str) -> Key:
    return str(row["doc_id"]), row_id(row, config)


def rewrite(place: Place, path: Path, change: Callable[[list[Row], pa.Schema], None]) -> None:
    table = pq.ParquetFile(path).read()
    rows = table.to_pylist()
    change(rows, table.schema)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)


def with_another_cell(rng: Random, row: Row, schema: pa.Schema) -> Row:
    name = rng.choice(schema.names)
    return {**row, name: another(rng, row[name], schema.field(name).type)}


@kind("copy", "here", depths=ALL, weight=12)
def a_cell(place: Place) -> None:
    path = place.parquet()
    config = path.parent.name

    def change(rows: list[Row], schema: pa.Schema) -> None:
        at = place.rng.randrange(len(rows))
        before = rows[at]
        rows[at] = with_another_cell(place.rng, before, schema)
        assert rows[at] != before
        place.row = f"{config}/{path.name}", at, key_of(before, config)

    rewrite(place, path, change)


@kind("copy", "here", depths=ALL, weight=3)
def a_row_fewer(place: Place) -> None:
    path = place.parquet(2)
    config = path.parent.name

    def change(rows: list[Row], schema: pa.Schema) -> None:
        gone = rows.pop(place.rng.randrange(len(rows)))
        place.row = f"{config}/{path.name}", None, key_of(gone, config)

    rewrite(place, path, change)


@kind("copy", "here", depths=ALL, weight=2)
def a_row_twice(place: Place) -> None:
    path = place.parquet()
    config = path.parent.name

    def change(rows: list[Row], schema: pa.Schema) -> None:
        at = place.rng.randrange(len(rows))
        rows.insert(at, rows[at])
        place.row = f"{config}/{path.name}", at + 1, key_of(rows[at], config)

    rewrite(place, path, change)


@kind("copy", "here", depths=ALL, weight=2)
def two_rows_changed_places(place: Place) -> None:
    def change(rows: list[Row], schema: pa.Schema) -> None:
        one, two = place.rng.sample(range(len(rows)), 2)
        rows[one], rows[two] = rows[two], rows[one]

    rewrite(place, place.parquet(2), change)


@kind("copy", "here", depths=ALL, weight=2)
def an_article_of_another_split(place: Place) -> None:
    path = place.parquet()
    others = [p for p in sorted(path.parent.glob("*.parquet")) if p != path]
    if not others:
        raise UnfitError
    rows = pq.ParquetFile(path).read()
    doc_id = place.rng.choice(rows["doc_id"].to_pylist())
    moved = rows.filter(pa.compute.equal(rows["doc_id"], doc_id))
    rewrite_parquet(place.rng.choice(others), lambda table: pa.concat_tables([table, moved]))


# ── Columns


@kind("copy", "here", depths=(0, 1, 3, 4), weight=2)
def label_names_permuted(place: Place) -> None:
    path = place.parquet()
    features = json.loads(pq.read_schema(path).metadata[b"huggingface"])["info"]["features"]
    named = [n for n, f in features.items() if isinstance(f, dict) and len(f.get("names", ())) > 1]
    if not named:
        raise UnfitError
    name = place.rng.choice(named)
    names = list(features[name]["names"])
    one, two = place.rng.sample(range(len(names)), 2)
    names[one], names[two] = names[two], names[one]
    rewrite_parquet(path, lambda table: rename_labels(table, name, names))
    place.said = f"{path.relative_to(place.folder).as_posix()} {name}"


@kind("copy", "here", depths=(0, 1, 3, 4))
def a_column_gone_renamed_or_moved(place: Place) -> None:
    path = place.parquet()

    def change(table: pa.Table) -> pa.Table:
        names = list(table.column_names)
        at, act = place.rng.randrange(len(names)), place.rng.randrange(3)
        if act == 0:
            return table.drop_columns([names[at]])
        if act == 1:
            return table.rename_columns([*names[:at], f"{names[at]}_", *names[at + 1 :]])
        return table.select([names[at], *names[:at], *names[at + 1 :]] if at else names[::-1])

    rewrite_parquet(path, change)


@kind("copy", "here", depths=(0, 1, 3, 4))
def features_that_are_gone_or_odd(place: Place) -> None:
    metadata = place.rng.choice(
        [None, {}, {"huggingface": "{"}, {"huggingface": '{"info": {"features": {"doc_id": []}}}'}]
    )
    rewrite_parquet(place.parquet(), lambda table: table.replace_schema_metadata(metadata))


# ── Files


@kind("copy", "here", weight=8)
def a_byte(place: Place) -> None:
    path = place.any_file()
    raw = bytearray(path.read_bytes())
    raw[place.rng.randrange(len(raw))] ^= place.rng.randint(1, 255)
    path.write_bytes(raw)
    place.said = path.relative_to(place.folder).as_posix()


@kind("copy", "here", weight=3)
def bytes_added_or_cut_off(place: Place) -> None:
    path = place.any_file()
    raw = path.read_bytes()
    rng = place.rng
    path.write_bytes(
        raw[: rng.randrange(len(raw))] if rng.random() < 0.5 else raw + rng.randbytes(9)
    )
    place.said = path.relative_to(place.folder).as_posix()


@kind("copy", "here", weight=3)
def a_file_gone(place: Place) -> None:
    path = place.any_file()
    if path.name == NAME:
        raise UnfitError  # then it is another kind of target, or no version
    path.unlink()
    place.said = path.relative_to(place.folder).as_posix()


@kind("copy", "here", weight=2)
def two_files_changed_places(place: Place) -> None:
    one, two = place.any_file(), place.any_file()
    if one.read_bytes() == two.read_bytes() or NAME in (one.name, two.name):
        raise UnfitError
    other = two.read_bytes()
    two.write_bytes(one.read_bytes())
    one.write_bytes(other)
    place.said = one.relative_to(place.folder).as_posix()


@kind("copy", "here", depths=(0, 3))
def rows_more_in_a_file_of_their_own(place: Place) -> None:
    path = place.parquet()
    name = f"{place.rng.choice(('more', 'train-00001', 'deep/er/more'))}.parquet"
    (path.parent / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, path.parent / name)
    place.said = f"{path.parent.name}/{name}"


@kind("copy", "here", depths=(0, 1, 3, 4), weight=2)
def the_same_rows_in_other_bytes(place: Place) -> None:
    path = place.parquet()
    options = place.rng.choice([{"compression": "gzip"}, {"version": "1.0"}, {"row_group_size": 3}])
    pq.write_table(pq.ParquetFile(path).read(), path, **options)
    place.said = path.relative_to(place.folder).as_posix()


@kind("copy", "here", depths=(0, 1), weight=2)
def a_row_digest(place: Place) -> None:
    found = sorted((place.folder / "digests").iterdir())
    path = place.rng.choice([p for p in found if pq.ParquetFile(p).metadata.num_rows])

    def change(rows: list[Row], schema: pa.Schema) -> None:
        row, name = place.rng.choice(rows), place.rng.choice(schema.names)
        old = row[name]
        row[name] = place.rng.randbytes(32) if name == "sha256" else another_text(place.rng, old)

    rewrite(place, path, change)


# ── Manifests and the chain


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from leaves(inner, (*path, key))
    else:
        yield path


@kind("copy", "here", depths=(0, 3), weight=8)
def a_field_of_the_manifest(place: Place) -> None:
    path = place.folder / NAME
    manifest = json.loads(path.read_bytes())
    *way, last = place.rng.choice(list(leaves(manifest)))
    holder = manifest
    for key in way:
        holder = holder[key]
    value = holder[last]
    match value:
        case bool():
            holder[last] = not value
        case int():
            holder[last] = value + place.rng.choice((1, -1, 1000))
        case str():
            holder[last] = another_text(place.rng, value)
        case _:
            holder[last] = "x" if value is None else None
    path.write_text(json.dumps(manifest, indent=1))
    place.sealed = True


def listed(place: Place) -> Path:
    return place.root / "corpus" / "releases" / ANCHORS


@kind("here", weight=2)
def a_digest_that_was_written_down(place: Place) -> None:
    path = place.rng.choice((listed(place), place.root / "CHANGELOG.md"))
    digest = place.rng.choice(listed(place).read_text().split()[::2])
    at = place.rng.randrange(64)
    other = place.rng.choice(sorted({*"0123456789abcdef"} - {digest[at]}))
    edit(path, digest, digest[:at] + other + digest[at + 1 :])


@kind("here")
def a_line_gone(place: Place) -> None:
    lines = listed(place).read_text().splitlines(keepends=True)
    lines.pop(place.rng.randrange(len(lines)))
    listed(place).write_text("".join(lines))


@kind("here")
def a_version_renamed(place: Place) -> None:
    old = place.folder.with_name("0.1.0")
    old.rename(old.with_name(place.rng.choice(("0.1.1", "0.0.9", "gone"))))


# ── Loaded rows


@kind("loaded", weight=6)
def a_cell_of_a_table(place: Place) -> None:
    path = place.parquet()
    config, table = path.parent.name, pq.ParquetFile(path).read()
    rows = table.to_pylist()
    at = place.rng.randrange(len(rows))
    key = key_of(rows[at], config)
    rows[at] = with_another_cell(place.rng, rows[at], table.schema)
    table = pa.Table.from_pylist(rows, table.schema)
    order = list(range(len(rows)))
    place.rng.shuffle(order)
    place.loaded = {path.name.partition("-")[0]: table.take(order)}
    place.row = "table", order.index(at), key


@kind("loaded", weight=2)
def a_row_of_a_table_gone_or_twice(place: Place) -> None:
    path = place.parquet(2)
    table = pq.ParquetFile(path).read()
    order = list(range(len(table)))
    if place.rng.random() < 0.5:
        order.pop(place.rng.randrange(len(order)))
    else:
        order.append(place.rng.choice(order))
    place.loaded = {path.name.partition("-")[0]: table.take(order)}


@kind("loaded")
def a_table_of_another_split(place: Place) -> None:
    path = place.parquet()
    splits = {"train", "validation", "test"} - {path.name.partition("-")[0]}
    if path.parent.name == "external":
        raise UnfitError
    place.loaded = {place.rng.choice(sorted(splits)): pq.ParquetFile(path).read()}


# ── Judging


@dataclass
class Score:
    """What became of the mutations: by kind and depth how many; those not found or not named."""

    tried: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    named: int = 0
    nameable: int = 0
    problems: list[str] = field(default_factory=list)


def draws(count: int, seed: int) -> Iterator[tuple[Kind, str, int]]:
    """So many kinds with a place and a depth: every one in turn, the weightier more often."""
    every = [
        (one, place, depth)
        for one in KINDS.values()
        for place in one.places
        for depth in (one.depths if place == "here" else [d for d in one.depths if d < 3])
    ]
    rng = Random(seed)
    rng.shuffle(every)
    yield from every[:count]
    weights = [one.weight / len(one.places) for one, _, _ in every]
    yield from rng.choices(every, weights, k=max(0, count - len(every)))


def score(base: Tree, folder: Path, count: int, seed: int) -> Score:
    """Make `count` mutations, one by one, in copies of a tree with frozen versions."""
    found = Score()
    for number, (one, where, depth) in enumerate(draws(count, seed)):
        root = folder / "tree"
        for attempt in range(100):
            shutil.rmtree(folder, ignore_errors=True)
            for name in ("schema", "corpus/releases"):
                shutil.copytree(base.root / name, root / name)
            shutil.copy(base.root / "CHANGELOG.md", root)
            at = root / "corpus" / "releases" / VERSION
            if where == "copy":
                at = Path(shutil.copytree(at, folder / "copy"))
            place = Place(root, at, Random(f"{seed} {number} {attempt}"), manifest_digest(at))
            try:
                one.change(place)
                break
            except UnfitError:
                continue
        found.tried[one.name, where, depth] += 1
        told = f"{number}: {one.name} ({where}, depth {depth})"
        try:
            make_true(place, depth)
            verdict = judged(place, where, depth)
        except Exception as error:  # whatever it is, nothing was said of what is wrong
            found.problems.append(f"{told}: {type(error).__name__}: {error}")
            continue
        if verdict.holds:
            found.problems.append(f"{told}: not found; {place.row} {place.said}")
        elif place.said and depth == 0 and place.said not in " ".join(map(str, verdict.incidents)):
            found.problems.append(f"{told}: {place.said} not named: {shown(verdict)}")
        if place.row and (where != "here" or depth < 2):
            found.nameable += 1
            if names(verdict, place.row):
                found.named += 1
            else:
                found.problems.append(f"{told}: {place.row} not named alone: {shown(verdict)}")
    return found


def shown(verdict: Verdict) -> str:
    return "; ".join(map(str, verdict.incidents[:4]))


def make_true(place: Place, depth: int) -> None:
    """Make digests true of the files again, as deep as is asked."""
    if depth and not place.sealed:
        try:
            rehash(place.folder, rows=depth > 1)
        except Exception:  # what cannot be read as rows has the digests of its files at least
            rehash(place.folder, rows=False)
    if depth > 2:
        edit(listed(place), place.anchor, manifest_digest(place.folder))
    if depth == 4:
        edit(place.root / "CHANGELOG.md", place.anchor, manifest_digest(place.folder))


def judged(place: Place, where: str, depth: int) -> Verdict:
    if where == "loaded":
        return verify(place.loaded, root=place.root)
    if where == "copy":
        return verify(place.folder, version=VERSION, root=place.root)
    return verify(VERSION, digest=place.anchor if depth == 4 else None, root=place.root)


def names(verdict: Verdict, row: tuple[str, int | None, Key]) -> bool:
    """Whether the one row is named, by its number or its key, and no other is accused."""
    file, number, key = row
    name = " ".join(key).strip()
    accused = [one for one in verdict.incidents if one.code == "DL602"]
    return bool(accused) and all(
        (number is not None and one.path.endswith(f"{file} row {number}"))
        or (one.found == "none" and one.expected == f"the row {name}")
        for one in accused
    )
