"""For each code of the catalogue the smallest invalid example, and its valid twin beside it.

A case is one function that changes a fresh copy of the small tree (`make_base`) by a value: with
one value the tree is invalid, with the other it is legal, so that the two differ in nothing else.
It returns what is to be validated; None is the tree itself.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from conftest import REPOSITORY, make_tree
from dateline.checks.exchange import LARGEST
from dateline.files import Staged, cache_folder
from dateline.generated.files import stale
from dateline.manifest import (
    ANCHORS,
    NAME,
    ConfigEntry,
    FileEntry,
    Manifest,
    SplitEntry,
    anchors,
    manifest_digest,
    read_manifest,
    seal,
    sha256_of,
)
from dateline.records import (
    Annotator,
    Argument,
    ArticleMeta,
    Attribution,
    Cluster,
    Document,
    Entity,
    Span,
    canonical,
    decode,
    items,
)
from dateline.releases.build import build
from dateline.releases.changelog import entered
from dateline.releases.shards import DigestWriter
from dateline.rows import row_digest, row_id, rows_from_batch
from dateline.scheme import Scheme, read_scheme
from dateline.text import digest
from dateline.tree import Tree

replace = msgspec.structs.replace
Row = dict[str, Any]
Change = Callable[[Tree], Path | None]


@dataclass(frozen=True)
class Case:
    """Two trees that differ in one value; `at` is the path of the first finding in the invalid."""

    at: str
    invalid: Change
    valid: Change


CASES: dict[str, Case] = {}


def case(code: str, at: str, invalid: Any, valid: Any) -> Callable[[Any], Any]:
    """Register a function of a tree and a value as the case of a code."""

    def register(change: Any) -> Any:
        assert code not in CASES, code
        pair = (functools.partial(change, value=value) for value in (invalid, valid))
        CASES[code] = Case(at, *pair)
        return change

    return register


def plain(path: str) -> str:
    """A path without the part of a Parquet file's name that says what is in it."""
    return re.sub(r"-\d{5}-of-\d{5}-[0-9a-f]{12}(?=\.parquet)", "", path)


# ── The tree, and ways to change it


def make_base(root: Path) -> Tree:
    """The small tree of the tests without what is only worth a look, so that it has no finding."""
    tree = make_tree(root)
    relabel(tree, "mill-1", lambda doc: replace(doc, stances=doc.stances[:1]))
    text = text_of(tree, "march-1")
    cue, content = "was not known", "who had called them"
    said = Attribution(
        id="A1",
        source=None,
        cue=span_of(text, cue),
        content=[span_of(text, content)],
        quote="indirect",
        source_form="implicit",
        polarity="positive",
    )
    relabel(tree, "march-1", lambda doc: replace(doc, attributions=[said]))
    return tree


def text_of(tree: Tree, doc_id: str) -> str:
    text = tree.text(tree.meta(doc_id))
    assert text is not None
    return text


def span_of(text: str, words: str) -> Span:
    """Where words stand for the last time."""
    start = text.rindex(words)
    return Span(start, start + len(words))


def labels_of(tree: Tree, doc_id: str) -> Document:
    return tree.read_document(tree.adjudicated_path(doc_id), doc_id)


def relabel(tree: Tree, doc_id: str, change: Callable[[Document], Document]) -> None:
    """Write the labels of an article anew, in canonical form."""
    path = tree.adjudicated_path(doc_id)
    path.write_bytes(canonical(change(decode(path.read_bytes(), Document, doc_id))))


def remeta(tree: Tree, doc_id: str, **changes: Any) -> None:
    """Write the metadata of an article anew, in canonical form."""
    path = tree.meta_path(doc_id)
    path.write_bytes(canonical(replace(decode(path.read_bytes(), ArticleMeta, doc_id), **changes)))


def set_item(tree: Tree, doc_id: str, key: str, **changes: Any) -> None:
    """Change fields of the item that has an id."""

    def change(doc: Document) -> Document:
        layer, position, item = next(found for found in items(doc) if found[2].id == key)
        layer_items = list(getattr(doc, layer))
        layer_items[position] = replace(item, **changes)
        return replace(doc, **{layer: layer_items})

    relabel(tree, doc_id, change)


def item(tree: Tree, doc_id: str, key: str) -> Any:
    return next(found for _, _, found in items(labels_of(tree, doc_id)) if found.id == key)


def add_entities(tree: Tree, doc_id: str, *added: Entity) -> None:
    relabel(tree, doc_id, lambda doc: replace(doc, entities=[*doc.entities, *added]))


def argue(tree: Tree, doc_id: str, key: str, role: str, /, **changes: Any) -> None:
    """Change the first argument of an event that has a role."""
    arguments = list(item(tree, doc_id, key).arguments)
    at = [argument.role for argument in arguments].index(role)
    arguments[at] = replace(arguments[at], **changes)
    set_item(tree, doc_id, key, arguments=arguments)


def add_argument(tree: Tree, doc_id: str, key: str, role: str, ref: str) -> None:
    arguments = [*item(tree, doc_id, key).arguments, Argument(role, ref)]
    set_item(tree, doc_id, key, arguments=arguments)


def edit(path: Path, old: str, new: str) -> None:
    """Replace words that stand once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def extend(tree: Tree, doc_id: str, words: str) -> int:
    """Add words at the end of a text, hashes and all; where they begin."""
    text = text_of(tree, doc_id)
    sha256 = digest(text + words)
    tree.text_path(doc_id).write_text(f"{text}{words}\n", encoding="utf-8")
    remeta(tree, doc_id, text_sha256=sha256)
    relabel(tree, doc_id, lambda doc: replace(doc, text_sha256=sha256))
    return len(text)


def add_text(tree: Tree, raw: bytes) -> None:
    """An article without labels, `note-1`, whose file holds these bytes."""
    sha256 = digest(raw.decode("utf-8", "replace").rstrip("\n"))
    meta = replace(tree.meta("march-1"), doc_id="note-1", text_sha256=sha256)
    tree.meta_path("note-1").write_bytes(canonical(meta))
    tree.text_path("note-1").write_bytes(raw)


def copy_article(tree: Tree, doc_id: str, new: str, storyline: str) -> None:
    """The article once more under another id, with one word more so that it is another text."""
    for path in (tree.meta_path, tree.text_path, tree.adjudicated_path):
        shutil.copy(path(doc_id), path(new))
    meta = decode(tree.meta_path(new).read_bytes(), ArticleMeta, new)
    tree.meta_path(new).write_bytes(canonical(replace(meta, doc_id=new, storyline=storyline)))
    labels = decode(tree.adjudicated_path(new).read_bytes(), Document, new)
    tree.adjudicated_path(new).write_bytes(canonical(replace(labels, doc_id=new)))
    extend(tree, new, f" ({new})")


# ── Built folders, and ways to change them


def built(tree: Tree) -> Path:
    build(tree, tree.root / "build", workers=1)
    return tree.root / "build"


def parquet_of(folder: Path, config: str, split: str = "train") -> Path:
    (path,) = (folder / config).glob(f"{split}-*.parquet")
    return path


def rewrite_parquet(path: Path, change: Callable[[pa.Table], pa.Table]) -> Path:
    """Write a Parquet file anew from its table, changed."""
    pq.write_table(change(pq.ParquetFile(path).read()), path)
    return path


def rewrite_rows(path: Path, change: Callable[[list[Row]], object]) -> Path:
    """Write a Parquet file anew from its rows, which `change` changes in place."""

    def changed(table: pa.Table) -> pa.Table:
        rows = table.to_pylist()
        change(rows)
        return pa.Table.from_pylist(rows, table.schema)

    return rewrite_parquet(path, changed)


def rename_labels(table: pa.Table, column: str, names: list[str]) -> pa.Table:
    """A table with other label names for a column in its metadata."""
    info = json.loads(table.schema.metadata[b"huggingface"])
    info["info"]["features"][column]["names"] = names
    return table.replace_schema_metadata({"huggingface": json.dumps(info)})


def rehash(folder: Path, *, rows: bool) -> None:
    """Make a folder's manifest true of its files again; with `rows`, its row digests as well."""
    manifest, scheme = read_manifest(folder), read_scheme(REPOSITORY)
    configs = {
        config: replace(
            entry,
            splits={
                split: _rehashed(folder, config, split, found, scheme if rows else None)
                for split, found in entry.splits.items()
            },
        )
        for config, entry in manifest.configs.items()
    }
    write_manifest(folder, manifest, configs)


def write_manifest(folder: Path, manifest: Manifest, configs: dict[str, ConfigEntry]) -> None:
    seal(folder, replace(manifest, configs=configs))


def _rehashed(
    folder: Path, config: str, split: str, entry: SplitEntry, scheme: Scheme | None
) -> SplitEntry:
    files = [_file(folder, file) for file in entry.files]
    logical = entry.logical_sha256
    if scheme is not None:
        digests = DigestWriter(folder, config, split)
        for file in files:
            table = pq.ParquetFile(folder / file.path).read()
            rows = list(rows_from_batch(table))
            digests.add([(r["doc_id"], row_id(r, config), row_digest(r)) for r in rows])
        logical = digests.close()
    count = sum(file.rows for file in files)
    return SplitEntry(rows=count, logical_sha256=logical, files=files)


def _file(folder: Path, file: FileEntry) -> FileEntry:
    path = folder / file.path
    rows, size = pq.ParquetFile(path).metadata.num_rows, path.stat().st_size
    return replace(file, rows=rows, bytes=size, sha256=sha256_of(path))


def release(tree: Tree, version: str, previous: str | None = None) -> Path:
    """A frozen version in the tree: its digest is written down, and the documents tell of it."""
    folder = tree.releases / version
    before = previous and manifest_digest(tree.releases / previous)

    def complete(folder: Path, manifest: Manifest) -> Manifest:
        if before:
            (folder / "changes.json").write_text("{}\n")
        return seal(folder, manifest)

    build(
        tree,
        folder,
        version=version,
        provisional=False,
        previous=before,
        workers=1,
        complete=complete,
    )
    with (tree.releases / ANCHORS).open("a") as sums:
        sums.write(f"{manifest_digest(folder)}  {version}/{NAME}\n")
    changelog = tree.root / "CHANGELOG.md"
    said = changelog.read_text() if changelog.exists() else "# Changelog\n\n## Data\n"
    head, _, rest = said.partition("## Data\n")
    waiting = f"{head}## Data\n\n### In the tree, not yet released\n\n- Made.\n{rest}"
    frozen = anchors(tree.releases)
    changelog.write_text(entered(waiting, tree.releases, frozen, version, "2026-11-22"))
    results = [f"benchmarks/results/{name}.json" for name in ("baselines", "style", "transformer")]
    for name in ("README.md", "DATASHEET.md", "annotations/agreement.json", *results):
        if not (tree.root / name).exists():
            (tree.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, tree.root / name)
    with Staged() as staged:
        for name, raw in stale(tree).items():
            staged.write(tree.root / name, raw)
    return folder


# ── Level 1: files


@case("DL101", "corpus/articles/mill-1.txt", invalid="mill-1", valid="away-1")
def a_text_that_is_gone(tree: Tree, value: str) -> None:
    """An external text need not be at hand."""
    away = cache_folder() / "texts" / f"{tree.meta('away-1').text_sha256}.txt"
    (away if value == "away-1" else tree.text_path(value)).unlink()


@case("DL102", "corpus/articles/note-1.txt byte 3", invalid="latin-1", valid="utf-8")
def bytes_of_another_encoding(tree: Tree, value: str) -> None:
    add_text(tree, "Café closed.\n".encode(value))


@case("DL103", "corpus/articles/note-1.txt line 1, column 8", invalid=b"\r\n", valid=b"\n")
def a_carriage_return(tree: Tree, value: bytes) -> None:
    add_text(tree, b"A title" + value + b"A line.\n")


@case("DL104", "corpus/articles/note-1.txt line 1, column 1", invalid="\ufeff", valid="“")
def a_byte_order_mark(tree: Tree, value: str) -> None:
    add_text(tree, f"{value}A line.\n".encode())


@case("DL105", "corpus/articles/note-1.txt line 1, column 2", invalid="\0", valid=" ")
def a_nul(tree: Tree, value: str) -> None:
    add_text(tree, f"A{value}line.\n".encode())


@case("DL106", "corpus/articles/note-1.txt line 1, column 4", invalid="e\u0301", valid="é")
def an_accent_that_is_apart(tree: Tree, value: str) -> None:
    add_text(tree, f"Caf{value} closed.\n".encode())


@case("DL107", "corpus/articles/note-1.txt line 1, column 2", invalid="\v", valid="\t")
def a_control_character(tree: Tree, value: str) -> None:
    add_text(tree, f"A{value}line.\n".encode())


@case("DL108", "corpus/articles/note-1.txt line 1, column 2", invalid="\u202e", valid="\u200f")
def an_override_of_direction(tree: Tree, value: str) -> None:
    """A mark of direction, which overrides nothing, is legal."""
    add_text(tree, f"A{value} line.\n".encode())


@case("DL109", "corpus/articles/Note.txt", invalid="Note", valid="note-1")
def a_name_that_is_no_id(tree: Tree, value: str) -> None:
    add_text(tree, b"A line.\n")
    tree.text_path("note-1").rename(tree.articles / f"{value}.txt")
    if value == "Note":
        tree.meta_path("note-1").unlink()


@case("DL110", "annotations/adjudicated/march-1.json", invalid=2, valid=0)
def labels_that_are_cut_short(tree: Tree, value: int) -> None:
    path = tree.adjudicated_path("march-1")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) - value])


@case("DL111", "schema/scheme.yaml", invalid="1.0", valid="'1.0'")
def a_version_that_yaml_takes_for_a_number(tree: Tree, value: str) -> None:
    edit(tree.root / "schema" / "scheme.yaml", 'version: "1.0"', f"version: {value}")


@case("DL112", "corpus/articles/mill-1.txt line 5", invalid="", valid="\n")
def no_line_end_at_the_end(tree: Tree, value: str) -> None:
    text = text_of(tree, "mill-1")
    tree.text_path("mill-1").write_text(f"{text}{value}", encoding="utf-8")


@case("DL113", "corpus/articles/note-1.txt line 1, column 1", invalid=b"\n", valid=b"A.\n")
def no_words(tree: Tree, value: bytes) -> None:
    add_text(tree, value)


@case("DL114", "annotations/adjudicated/march-1.json", invalid=LARGEST + 1, valid=None)
def a_document_of_64_megabytes(tree: Tree, value: int | None) -> None:
    if value is not None:
        with tree.adjudicated_path("march-1").open("r+b") as file:
            file.truncate(value)  # a hole, which takes no room on the disk


# ── Level 2: structure


@case("DL201", "annotations/adjudicated/march-1.json $.scheme", invalid="0.9", valid="1.0")
def another_scheme(tree: Tree, value: str) -> None:
    relabel(tree, "march-1", lambda doc: replace(doc, scheme=value))


@case("DL202", "annotations/adjudicated/march-1.json", invalid="\t", valid=" ")
def another_indent(tree: Tree, value: str) -> None:
    edit(tree.adjudicated_path("march-1"), ' "status"', f'{value}"status"')


@case("DL203", "annotations/adjudicated/mill-1.json $.entities[0].id", invalid="M1", valid="T21")
def an_id_with_another_letter(tree: Tree, value: str) -> None:
    set_item(tree, "mill-1", "T1", id=value)


@case("DL204", "annotations/adjudicated/mill-1.json $.entities[1].id", invalid="T2", valid="T21")
def an_id_that_stands_twice(tree: Tree, value: str) -> None:
    set_item(tree, "mill-1", "T1", id=value)


@case(
    "DL205",
    "annotations/adjudicated/mill-1.json $.events[3].type",
    invalid="FIRE",
    valid="THREATEN",
)
def a_type_that_the_scheme_lacks(tree: Tree, value: str) -> None:
    set_item(tree, "mill-1", "E4", type=value)


@case(
    "DL206", "annotations/adjudicated/mill-1.json $.events[3].time", invalid="soon", valid="future"
)
def a_value_that_the_scheme_lacks(tree: Tree, value: str) -> None:
    set_item(tree, "mill-1", "E4", time=value)


@case(
    "DL207",
    "annotations/adjudicated/mill-1.json $.entities[12].mention",
    invalid="mention",
    valid="sector",
)
def an_attribute_that_is_taken_away(tree: Tree, value: str) -> None:
    set_item(tree, "mill-1", "T13", **{value: None})


@case("DL208", "annotations/adjudicated/march-1.json $.annotator", invalid="model", valid="human")
def a_model_that_passes_for_a_human(tree: Tree, value: str) -> None:
    with (tree.root / "annotations" / "annotators.yaml").open("a") as file:
        file.write(
            f'ana: {{kind: {value}, does: labels, instructions: none, since: "2026-11-01"}}\n'
        )
    relabel(tree, "march-1", lambda doc: replace(doc, annotator=Annotator("ana", "human")))


@case("DL209", "annotations/adjudicated/march-1.json $", invalid="guideline", valid="guidelines")
def a_misspelt_key(tree: Tree, value: str) -> None:
    edit(
        tree.adjudicated_path("march-1"), "]\n}\n", f']],\n "{value}": "0"\n}}\n'.replace("]]", "]")
    )


@case("DL210", "train.parquet", invalid=["title"], valid=[])
def a_column_that_is_dropped(tree: Tree, value: list[str]) -> Path:
    path = parquet_of(built(tree), "documents")
    return rewrite_parquet(path, lambda table: table.drop_columns(value))


@case(
    "DL211",
    "train.parquet status",
    invalid=["gold", "silver"],
    valid=["silver", "gold"],
)
def label_names_in_another_order(tree: Tree, value: list[str]) -> Path:
    path = parquet_of(built(tree), "documents")
    return rewrite_parquet(path, lambda table: rename_labels(table, "status", value))


@case(
    "DL212",
    "schema/generated/features.json",
    invalid="schema/generated/features.json",
    valid="schema/scheme.yaml",
)
def a_generated_file_that_is_edited(tree: Tree, value: str) -> None:
    """A comment at the end of the scheme changes nothing that follows from it."""
    with (tree.root / value).open("a") as file:
        file.write("# seen\n")


@case("DL213", "annotations/adjudicated/march-1.json", invalid=False, valid=True)
def labels_without_an_article(tree: Tree, value: bool) -> None:
    """An article without labels, the other way round, is legal."""
    if value:
        tree.adjudicated_path("march-1").unlink()
    else:
        tree.meta_path("march-1").unlink()
        tree.text_path("march-1").unlink()


@case("DL214", "annotations/adjudicated/march-1.json $.doc_id", invalid="march-2", valid="march-1")
def a_document_under_another_name(tree: Tree, value: str) -> None:
    relabel(tree, "march-1", lambda doc: replace(doc, doc_id=value))


@case("DL215", "train.parquet row 1", invalid=1, valid=0)
def a_row_that_stands_twice(tree: Tree, value: int) -> Path:
    path = parquet_of(built(tree), "stance")
    return rewrite_rows(path, lambda rows: rows.extend(rows[:value]))


# ── Level 3: spans


@case("DL301", "annotations/adjudicated/march-1.json $.entities[4]", invalid=1, valid=0)
def an_end_beyond_the_text(tree: Tree, value: int) -> None:
    set_item(tree, "march-1", "T5", end=len(text_of(tree, "march-1")) + value)


@case("DL302", "annotations/adjudicated/march-1.json $.entities[4]", invalid=0, valid=1)
def a_span_of_no_character(tree: Tree, value: int) -> None:
    set_item(tree, "march-1", "T5", end=item(tree, "march-1", "T5").start + value)


@case(
    "DL303", "annotations/adjudicated/march-1.json $.entities[3]", invalid="Sael ", valid="Sael on"
)
def a_blank_at_the_end(tree: Tree, value: str) -> None:
    set_item(tree, "march-1", "T4", end=item(tree, "march-1", "T4").start + len(value))


@case(
    "DL304",
    "annotations/adjudicated/march-1.json $.text_sha256",
    invalid="Another text.",
    valid=None,
)
def labels_of_another_text(tree: Tree, value: str | None) -> None:
    text = value or text_of(tree, "march-1")
    relabel(tree, "march-1", lambda doc: replace(doc, text_sha256=digest(text)))


@case("DL305", "annotations/adjudicated/mill-1.json $.attributions[1].content", invalid=-1, valid=1)
def fragments_in_reverse(tree: Tree, value: int) -> None:
    content = item(tree, "mill-1", "A2").content
    set_item(tree, "mill-1", "A2", content=content[::value])


@case("DL306", "annotations/adjudicated/march-1.json $.entities[5]", invalid="Oq", valid="Oq̃")
def an_edge_between_a_letter_and_its_accent(tree: Tree, value: str) -> None:
    start = extend(tree, "march-1", " Oq̃ came too.") + 1
    end = start + len(value)
    add_entities(tree, "march-1", Entity(id="T6", start=start, end=end, type="GPE", mention="name"))


@case("DL307", "train.parquet row 0 sentences[1]", invalid=-2, valid=0)
def sentences_that_overlap(tree: Tree, value: int) -> Path:
    def change(rows: list[Row]) -> None:
        rows[0]["sentences"][1]["start"] += value

    return rewrite_rows(parquet_of(built(tree), "documents"), change)


@case("DL308", "train.parquet row 0 attributions[5].nested_in", invalid="A1", valid="A5")
def a_nesting_that_the_spans_do_not_give(tree: Tree, value: str) -> Path:
    def change(rows: list[Row]) -> None:
        rows[0]["attributions"][5]["nested_in"] = value

    return rewrite_rows(parquet_of(built(tree), "documents"), change)


def beside_sunday(tree: Tree, first: int, last: int) -> None:
    """A second date beside T5, "Sunday", its edges moved from those of T5."""
    day = item(tree, "march-1", "T5")
    more = replace(day, id="T6", start=day.start + first, end=day.end + last)
    add_entities(tree, "march-1", more)


@case("DL310", "annotations/adjudicated/march-1.json $.entities[5]", invalid=0, valid=-3)
def two_mentions_on_the_same_words(tree: Tree, value: int) -> None:
    beside_sunday(tree, 0, value)


@case("DL311", "annotations/adjudicated/march-1.json $.entities[5]", invalid=1, valid=0)
def mentions_that_cross(tree: Tree, value: int) -> None:
    beside_sunday(tree, 3, value)


@case("DL312", "annotations/adjudicated/march-1.json $.attributions[0]", invalid=4, valid=0)
def a_cue_that_reaches_into_the_content(tree: Tree, value: int) -> None:
    cue = item(tree, "march-1", "A1").cue
    set_item(tree, "march-1", "A1", cue=replace(cue, end=cue.end + value))


@case("DL313", "annotations/adjudicated/march-1.json $.events[2]", invalid=3, valid=2)
def the_same_event_twice(tree: Tree, value: int) -> None:
    """With an argument less the second is another event."""
    march = item(tree, "march-1", "E2")
    more = replace(march, id="E3", arguments=march.arguments[:value])
    relabel(tree, "march-1", lambda doc: replace(doc, events=[*doc.events, more]))


@case("DL314", "train.parquet row 0 trigger", invalid="shelling", valid="Shelling")
def a_trigger_that_is_not_in_the_text(tree: Tree, value: str) -> Path:
    def change(rows: list[Row]) -> None:
        rows[0]["trigger"]["text"] = value

    return rewrite_rows(parquet_of(built(tree), "events"), change)


# ── Level 4: references and meaning


@case(
    "DL401",
    "annotations/adjudicated/march-1.json $.events[1].arguments[1].ref",
    invalid="T9",
    valid="T2",
)
def a_reference_to_nothing(tree: Tree, value: str) -> None:
    argue(tree, "march-1", "E2", "place", ref=value)


@case(
    "DL402",
    "annotations/adjudicated/march-1.json $.events[1].arguments[2].ref",
    invalid="T1",
    valid="T5",
)
def a_number_for_a_time(tree: Tree, value: str) -> None:
    argue(tree, "march-1", "E2", "time", ref=value)


@case(
    "DL403",
    "annotations/adjudicated/march-1.json $.events[1].arguments[1].role",
    invalid="victim",
    valid="actor",
)
def a_victim_of_a_march(tree: Tree, value: str) -> None:
    argue(tree, "march-1", "E2", "place", role=value)


@case(
    "DL404", "annotations/adjudicated/toll-1.json $.events[0]", invalid="actor", valid="recipient"
)
def cooperation_with_nobody(tree: Tree, value: str) -> None:
    agreed = item(tree, "toll-1", "E1")
    arguments = [replace(a, role=value) if a.ref == "T2" else a for a in agreed.arguments]
    set_item(tree, "toll-1", "E1", type="COOPERATE", arguments=arguments)


@case("DL405", "annotations/adjudicated/mill-1.json $.clusters.C1", invalid="C1", valid=None)
def a_cluster_of_two_types(tree: Tree, value: str | None) -> None:
    set_item(tree, "mill-1", "T1", type="LOC", cluster=value)


@case("DL406", "annotations/adjudicated/march-1.json $.clusters.C1", invalid=None, valid="C1")
def a_cluster_without_members(tree: Tree, value: str | None) -> None:
    relabel(tree, "march-1", lambda doc: replace(doc, clusters={"C1": Cluster(name="Sael")}))
    set_item(tree, "march-1", "T2", cluster=value)


@case("DL407", "annotations/adjudicated/march-1.json $.attributions[0].content", invalid=0, valid=1)
def an_attribution_of_nothing(tree: Tree, value: int) -> None:
    set_item(tree, "march-1", "A1", content=item(tree, "march-1", "A1").content[:value])


@case(
    "DL408",
    "annotations/adjudicated/mill-1.json $.events[2].arguments[3]",
    invalid="T9",
    valid="T16",
)
def an_argument_given_twice(tree: Tree, value: str) -> None:
    add_argument(tree, "mill-1", "E3", "victim", value)


@case(
    "DL409",
    "annotations/adjudicated/mill-1.json $.attributions[1].quote",
    invalid="indirect",
    valid="mixed",
)
def indirect_speech_in_quotation_marks(tree: Tree, value: str) -> None:
    set_item(tree, "mill-1", "A2", quote=value)


@case(
    "DL410",
    "annotations/adjudicated/march-1.json $.attributions[1]",
    invalid=None,
    valid=Span(50, 52),
)
def attributions_that_hold_each_other(tree: Tree, value: Span | None) -> None:
    one = replace(item(tree, "march-1", "A1"), cue=None)
    two = replace(one, id="A2", cue=value)
    relabel(tree, "march-1", lambda doc: replace(doc, attributions=[one, two]))


@case(
    "DL411", "annotations/adjudicated/mill-1.json $.stances[0].holder", invalid="T20", valid="T15"
)
def a_holder_who_is_not_the_source(tree: Tree, value: str) -> None:
    """T15 is another mention of the source."""
    set_item(tree, "mill-1", "S1", holder=value)


@case("DL412", "annotations/adjudicated/mill-1.json $.clusters.C4.kb", invalid="Q5", valid="wd:Q5")
def an_id_of_no_knowledge_base(tree: Tree, value: str) -> None:
    def change(doc: Document) -> Document:
        cluster = Cluster(name="Radio Dorrek", kb=value)
        return replace(doc, clusters={**doc.clusters, "C4": cluster})

    relabel(tree, "mill-1", change)


@case(
    "DL413",
    "annotations/adjudicated/march-1.json $.entities[5]",
    invalid="30 February",
    valid="28 February",
)
def a_day_that_never_was(tree: Tree, value: str) -> None:
    start = extend(tree, "march-1", f" They left on {value}.") + len(" They left on ")
    add_entities(tree, "march-1", Entity(id="T6", start=start, end=start + len(value), type="DATE"))


@case(
    "DL414",
    "annotations/adjudicated/march-1.json $.attributions[0].source_form",
    invalid="unnamed",
    valid="implicit",
)
def a_form_without_a_source(tree: Tree, value: str) -> None:
    set_item(tree, "march-1", "A1", source_form=value)


@case(
    "DL415",
    "annotations/adjudicated/mill-1.json $.events[1].arguments[3]",
    invalid="T5",
    valid="T16",
)
def an_actor_who_is_the_recipient(tree: Tree, value: str) -> None:
    add_argument(tree, "mill-1", "E2", "recipient", value)


@case(
    "DL416",
    "annotations/adjudicated/mill-1.json $.events[4].arguments[2].ref",
    invalid="E5",
    valid="E6",
)
def a_request_for_itself(tree: Tree, value: str) -> None:
    argue(tree, "mill-1", "E5", "topic", ref=value)


# ── Level 5: corpus


@case(
    "DL501",
    "annotations/adjudicated/march-1.json $.entities[3].type",
    invalid=["T4"],
    valid=["T2", "T4"],
)
def a_name_of_another_type(tree: Tree, value: list[str]) -> None:
    """Four of five uses are a habit, three are not."""
    for key in value:
        set_item(tree, "march-1", key, type="LOC")


@case("DL502", "corpus/articles/march-1.json $.storyline", invalid="mull", valid="mill")
def a_storyline_that_is_not_there(tree: Tree, value: str) -> None:
    remeta(tree, "march-1", storyline=value)


@case("DL503", "toll-1 storyline", invalid="mill", valid="toll-2")
def a_storyline_in_two_splits(tree: Tree, value: str) -> Path:
    """Only a built folder can have one: in a tree the storyline itself has the split."""

    def change(rows: list[Row]) -> None:
        rows[0]["storyline"] = value

    folder = built(tree)
    rewrite_rows(parquet_of(folder, "documents", "validation"), change)
    rehash(folder, rows=True)
    return folder


@case("DL504", "corpus/articles/mill-2.txt", invalid="toll", valid="mill")
def a_copy_in_another_split(tree: Tree, value: str) -> None:
    copy_article(tree, "mill-1", "mill-2", value)


@case("DL505", "corpus validation", invalid=20, valid=19)
def a_label_that_only_one_split_has(tree: Tree, value: int) -> None:
    words = [f" {number}th" for number in range(4, 4 + value)]
    at = extend(tree, "mill-1", "".join(words)) + 1
    for number, word in enumerate(words, 21):
        end = at + len(word) - 1
        add_entities(tree, "mill-1", Entity(id=f"T{number}", start=at, end=end, type="ORDINAL"))
        at = end + 1


@case("DL506", "corpus/articles/march-1.json $.published", invalid="2026-02-30", valid="2026-02-28")
def a_day_of_publication_that_never_was(tree: Tree, value: str) -> None:
    remeta(tree, "march-1", published=value)


@case("DL507", "annotations/passes/llm-t/march-2.json", invalid="march-2", valid="march-1")
def a_pass_of_no_article(tree: Tree, value: str) -> None:
    path = tree.pass_path("llm-t", value)
    path.parent.mkdir(parents=True)
    path.write_bytes(canonical(replace(labels_of(tree, "march-1"), doc_id=value)))


@case("DL508", "corpus/articles/march-1.txt line 2, column 85", invalid="harbour", valid="port")
def eight_words_of_an_external_article(tree: Tree, value: str) -> None:
    extend(tree, "march-1", f" Once the Brask fleet left Sael at dawn, {value} gates shut.")


@case("DL509", "annotations/adjudicated/fair-1.json $.entities", invalid=7, valid=6)
def far_more_names_than_elsewhere(tree: Tree, value: int) -> None:
    """Two and three names a sentence are usual; what lies up to three beyond is not reported."""
    for number in range(1, 21):
        copy_article(tree, "march-1", f"fair-{number}", "march")
        words = ["Tesk", "Varn", "Oris", "Pell", "Ulm", "Harv", "Lend"]
        names = words[: value if number == 1 else 2 + number % 2]
        one_sentence(tree, f"fair-{number}", f"On day {number} they met in ", names)
        set_item(tree, f"fair-{number}", "E1", type=("CONSULT", "AGREE")[number % 2])


def one_sentence(tree: Tree, doc_id: str, before: str, names: list[str]) -> None:
    """Give an article another text, with names, an event and an attribution."""
    text = before + ", ".join(names)
    start, entities = len(before), []
    for number, name in enumerate(names, 1):
        end = start + len(name)
        entities.append(Entity(id=f"T{number}", start=start, end=end, type="GPE", mention="name"))
        start = end + 2
    met = span_of(text, "met")

    def change(doc: Document) -> Document:
        event = replace(doc.events[0], start=met.start, end=met.end, mode=None, arguments=[])
        said = replace(doc.attributions[0], cue=None, content=[Span(0, len(text))])
        return replace(
            doc,
            text_sha256=digest(text),
            entities=entities,
            events=[event],
            attributions=[said],
        )

    tree.text_path(doc_id).write_text(f"{text}\n", encoding="utf-8")
    remeta(tree, doc_id, text_sha256=digest(text))
    relabel(tree, doc_id, change)


@case(
    "DL510",
    "annotations/adjudicated/mill-1.json $.attributions",
    invalid="attributions",
    valid="stances",
)
def a_layer_without_items(tree: Tree, value: str) -> None:
    relabel(tree, "mill-1", lambda doc: replace(doc, **{value: []}))


# ── Level 6: release


def link(tree: Tree, key: str, kb: str) -> None:
    """Link a cluster of mill-1."""

    def change(doc: Document) -> Document:
        return replace(doc, clusters={**doc.clusters, key: replace(doc.clusters[key], kb=kb)})

    relabel(tree, "mill-1", change)


MILL = "annotations/adjudicated/mill-1.json"


@case("DL511", f"{MILL} $.clusters.C1.kb", invalid="dl:relief", valid="NIL")
def a_town_that_is_a_committee(tree: Tree, value: str) -> None:
    link(tree, "C1", value)


@case("DL512", f"{MILL} $.events[0].time", invalid="2026-03-05", valid="2026-03-04")
def shells_that_fell_before_they_were_fired(tree: Tree, value: str) -> None:
    path = tree.root / "corpus" / "world" / "storylines" / "mill.yaml"
    event = {"id": "e1", "date": value, "type": "ASSAULT", "summary": "Guns shelled the mill."}
    story = {"id": "mill", "title": "The mill", "split": "train", "events": [event]}
    path.write_text(json.dumps(story))
    link(tree, "C5", "dl:mill/e1")


@case("DL601", "stance/train.parquet", invalid=False, valid=True)
def a_file_of_other_bytes(tree: Tree, value: bool) -> Path:
    """The rows are the same; the manifest of the twin knows the new bytes."""
    folder = built(tree)
    path = parquet_of(folder, "stance")
    pq.write_table(pq.ParquetFile(path).read(), path, compression="gzip")
    if value:
        rehash(folder, rows=False)
    return folder


@case("DL602", "documents/train.parquet row 0", invalid="Mills", valid="About mill-1")
def a_row_that_was_changed(tree: Tree, value: str) -> Path:
    def change(rows: list[Row]) -> None:
        rows[0]["title"] = value

    folder = built(tree)
    rewrite_rows(parquet_of(folder, "documents"), change)
    rehash(folder, rows=False)
    return folder


@case("DL603", "stance/more.parquet", invalid="parquet", valid="txt")
def a_file_that_the_manifest_does_not_know(tree: Tree, value: str) -> Path:
    """Only rows count: a hub adds files of its own."""
    folder = built(tree)
    shutil.copy(parquet_of(folder, "stance"), folder / "stance" / f"more.{value}")
    return folder


@case("DL604", "corpus/releases/0.1.0/manifest.json", invalid="manifest.json", valid="notes.txt")
def a_manifest_that_was_changed(tree: Tree, value: str) -> None:
    folder = release(tree, "0.1.0")
    release(tree, "0.2.0", "0.1.0")
    with (folder / value).open("a") as file:
        file.write("\n")


@case("DL605", "corpus/releases/0.2.0 mentions.name", invalid=40, valid=1)
def forty_labels_that_changed(tree: Tree, value: int) -> None:
    words = " the town"
    at = extend(tree, "mill-1", words * 40) + 1
    towns = [
        Entity(id=f"T{21 + i}", start=start, end=start + 8, type="GPE", mention="nominal")
        for i, start in enumerate(range(at, at + 40 * len(words), len(words)))
    ]
    add_entities(tree, "mill-1", *towns)
    release(tree, "0.1.0")
    for town in towns[:value]:
        set_item(tree, "mill-1", town.id, mention="name")
    release(tree, "0.2.0", "0.1.0")


@case("DL606", "README.md", invalid="| **all** | **", valid="\n# Dateline")
def a_figure_that_is_edited(tree: Tree, value: str) -> None:
    release(tree, "0.1.0")
    edit(tree.root / "README.md", value, f"{value}1")


@case("DL607", "events/train.parquet row 3", invalid=0, valid=1)
def a_view_that_says_something_else(tree: Tree, value: int) -> Path:
    """The shots that the ministry denied; every digest is made anew."""

    def change(rows: list[Row]) -> None:
        rows[3]["polarity"] = value

    folder = built(tree)
    rewrite_rows(parquet_of(folder, "events"), change)
    rehash(folder, rows=True)
    return folder


@case("DL608", "events/train.parquet polarity", invalid=-1, valid=1)
def a_label_table_in_another_order(tree: Tree, value: int) -> Path:
    folder = built(tree)
    manifest = read_manifest(folder)
    events = manifest.configs["events"]
    labels = events.labels | {"polarity": events.labels["polarity"][::value]}
    write_manifest(folder, manifest, manifest.configs | {"events": replace(events, labels=labels)})
    return folder


@case("DL609", "corpus/releases/errata.yaml $[0].version", invalid="0.9.0", valid="0.1.0")
def an_erratum_of_no_version(tree: Tree, value: str) -> None:
    release(tree, "0.1.0")
    erratum = {"version": value, "state": "erroneous", "since": "2026-11-22", "text": "Wrong."}
    (tree.releases / "errata.yaml").write_text(json.dumps([erratum]))
