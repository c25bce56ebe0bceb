"""Parquet as a target: a built folder, or any file with the columns of a config."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.columns import Layout
from dateline.checks.document import findings, once
from dateline.checks.incident import Incident
from dateline.checks.spans import Finding
from dateline.checks.texts import check_texts
from dateline.documents import article_from_row
from dateline.errors import DataError
from dateline.rows import rows_from_batch
from dateline.scheme import Scheme
from dateline.tables import (
    ADDED,
    CONFIGS,
    ROW_ID,
    Labels,
    Type,
    arrow_schema,
    columns,
    feature_types,
)

__all__ = ["check_derived", "check_layout", "check_parquet", "parquet_files"]

_ROWS = 2_500


def parquet_files(target: Path) -> list[Path]:
    """The Parquet files of a target, without the row digests of a built folder."""
    if target.is_file():
        return [target]
    return [p for p in sorted(target.rglob("*.parquet")) if p.parent.name != "digests"]


def check_parquet(path: Path, where: str, scheme: Scheme) -> Iterator[Incident]:
    """Levels 1 to 4 of one file, in bounded memory; findings point at row and field."""
    try:
        file = pq.ParquetFile(path)
        names, metadata = file.schema_arrow.names, file.schema_arrow.metadata or {}
    except (OSError, pa.ArrowException) as error:
        found = str(error).partition("\n")[0]
        yield incident("DL101", where, "a readable Parquet file", found)
        return
    config = _config(path, names, scheme)
    if config is None:
        expected = f"the columns of a config ({', '.join(CONFIGS)})"
        yield incident("DL210", where, expected, ", ".join(names))
        return
    wanted = arrow_schema(config, scheme)
    for column in ADDED.keys() & set(wanted.names) - set(names):
        wanted = wanted.remove(wanted.get_field_index(column))
    if not file.schema_arrow.equals(wanted):
        yield incident("DL210", where, *_difference(file.schema_arrow, wanted))
        return
    wrong = list(_label_names(metadata, wanted.names, config, scheme, where))
    yield from wrong
    if wrong:
        return
    row, order = 0, _Order(config, where)
    try:
        for batch in file.iter_batches(batch_size=_ROWS):
            for finding in _check_batch(batch, config, scheme):
                at = f"{where} row {row + finding.row} {finding.where}"
                doc_id = str(batch.column("doc_id")[finding.row].as_py())
                yield incident(
                    finding.code, at, finding.expected, finding.found, finding.span, doc_id
                )
            yield from order.check(batch, row)
            row += batch.num_rows
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x}"
        yield incident("DL102", f"{where} row {row}", "UTF-8 in every text", found)
    except (OSError, pa.ArrowException) as error:
        found = str(error).partition("\n")[0]
        yield incident("DL101", f"{where} row {row}", "readable Parquet pages", found)


def _check_batch(batch: pa.RecordBatch, config: str, scheme: Scheme) -> Iterator[Finding]:
    if config in ("documents", "external"):
        yield from once(check_layout(Layout(batch, scheme), derived=True))
        return
    yield from _numbers_in_range(batch, columns(scheme)[config])
    yield from _words(batch, config)


def check_layout(layout: Layout, *, derived: bool) -> Iterator[Finding]:
    """Every check of levels 1 to 4 on a batch of documents; `derived` re-derives columns too."""
    yield from check_texts(layout)
    yield from findings(layout)
    if derived:
        yield from check_derived(layout)


def _config(path: Path, names: list[str], scheme: Scheme) -> str | None:
    if path.parent.name in CONFIGS:
        return path.parent.name
    fitting = [
        config
        for config in CONFIGS
        if [c for c in columns(scheme)[config] if c in names or c not in ADDED] == names
    ]
    return fitting[0] if fitting else None


def _difference(found: pa.Schema, wanted: pa.Schema) -> tuple[str, str]:
    """The first field in which two schemas differ, as expected and found."""
    for name in wanted.names:
        if name not in found.names:
            return f"a column {name}: {wanted.field(name).type}", "none"
        if not found.field(name).equals(wanted.field(name)):
            return f"{name}: {wanted.field(name).type}", f"{found.field(name).type}"
    extra = [name for name in found.names if name not in wanted.names]
    return (
        f"the columns {', '.join(wanted.names)}",
        f"also {', '.join(extra)}" if extra else "others",
    )


def _label_names(
    metadata: dict[bytes, bytes], columns: list[str], config: str, scheme: Scheme, where: str
) -> Iterator[Incident]:
    """DL211: the label names in the metadata are the scheme's, in its order."""
    wanted = {name: feature_types(scheme)[config][name] for name in columns}
    try:
        stated = json.loads(metadata[b"huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError):
        yield incident("DL211", where, "label names in the metadata", "none")
        return
    for path, names in _names(wanted):
        found = dict(_names(stated)).get(path)
        if found != names:
            expected = ", ".join(names)
            got = "none" if found is None else ", ".join(map(str, found))
            yield incident("DL211", f"{where} {path}", expected, got)


def _names(features: Any, below: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(features, dict):
        if features.get("_type") == "ClassLabel":
            yield below, features.get("names", [])
        elif features.get("_type") == "List":
            yield from _names(features.get("feature"), f"{below}[]")
        elif "_type" not in features:
            for name, sub in features.items():
                yield from _names(sub, f"{below}.{name}" if below else name)


class _Order:
    """DL215: rows in order of document, and in one document no item twice."""

    def __init__(self, config: str, where: str) -> None:
        self.where = where
        self.item = ROW_ID[config]
        self.doc_id = ""
        self.seen: set[object] = set()

    def check(self, batch: pa.RecordBatch, first: int) -> Iterator[Incident]:
        doc_ids = batch.column("doc_id").to_pylist()
        items = batch.column(self.item).to_pylist() if self.item else [None] * len(doc_ids)
        for row, (doc_id, item) in enumerate(zip(doc_ids, items, strict=True), first):
            doc_id = doc_id or ""
            if doc_id != self.doc_id:
                self.seen = set()
            if doc_id < self.doc_id or item in self.seen:
                found = doc_id if item is None else f"{doc_id} {item}"
                expected = "rows in order of document, each once"
                yield incident("DL215", f"{self.where} row {row}", expected, found, doc_id=doc_id)
            self.seen.add(item)
            self.doc_id = doc_id


def _numbers_in_range(batch: pa.RecordBatch, kinds: dict[str, Type]) -> Iterator[Finding]:
    """DL206: label numbers that have no name."""
    for name, kind in kinds.items():
        yield from _range(batch.column(name), kind, name, np.arange(batch.num_rows))


def _range(array: pa.Array, kind: Type, where: str, rows: Any) -> Iterator[Finding]:
    if isinstance(kind, Labels):
        numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
        for i in np.flatnonzero((numbers < 0) | (numbers >= len(kind.names))).tolist():
            expected = f"a number below {len(kind.names)}"
            yield Finding("DL206", int(rows[i]), where, expected, f"number {numbers[i]}")
    elif isinstance(kind, list):
        owner = pc.list_parent_indices(array).to_numpy(zero_copy_only=False)
        yield from _range(pc.list_flatten(array), kind[0], f"{where}[]", rows[owner])
    elif isinstance(kind, dict):
        for name, sub in kind.items():
            yield from _range(pc.struct_field(array, name), sub, f"{where}.{name}", rows)


def _words(batch: pa.RecordBatch, config: str) -> Iterator[Finding]:
    """DL314: the words beside offsets are those of the row's own text at these offsets."""
    spans = _WORDED[config]
    for row, values in enumerate(batch.to_pylist()):
        text, base = spans[0](values)
        if text is None:
            continue
        for where, span in spans[1](values):
            if span is None or span.get("text") is None:
                continue
            low, high = span["start"] - base, span["end"] - base
            inside = 0 <= low <= high <= len(text)
            if inside and text[low:high] != span["text"]:
                yield Finding("DL314", row, where, repr(text[low:high]), repr(span["text"]))
            elif "token_start" in span and "tokens" in values:
                yield from _on_tokens(row, where, span, values)


def _on_tokens(
    row: int, where: str, span: dict[str, Any], values: dict[str, Any]
) -> Iterator[Finding]:
    """DL314: a span's token numbers are those of the tokens that it touches."""
    pairs = zip(values["token_starts"], values["token_ends"], strict=False)
    touched = [
        i for i, (start, end) in enumerate(pairs) if start < span["end"] and end > span["start"]
    ]
    wanted = (touched[0], touched[-1] + 1) if touched else (0, 0)
    found = (span["token_start"], span["token_end"])
    if touched and found != wanted:
        expected = f"tokens [{wanted[0]}, {wanted[1]})"
        yield Finding("DL314", row, f"{where}.token_start", expected, f"[{found[0]}, {found[1]})")


def _row_text(row: dict[str, Any]) -> tuple[str | None, int]:
    return row["text"], row["start"]


def _tokens(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    triples = zip(row["token_starts"], row["token_ends"], row["tokens"], strict=False)
    for i, (start, end, text) in enumerate(triples):
        yield f"tokens[{i}]", {"start": start, "end": end, "text": text}


def _entity_spans(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _tokens(row)
    for i, mention in enumerate(row["mentions"]):
        yield f"mentions[{i}]", mention


def _event_spans(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "trigger", row["trigger"]
    for i, argument in enumerate(row["arguments"]):
        if argument["start"] is not None:
            yield f"arguments[{i}]", argument


def _attribution_spans(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _tokens(row)
    yield "source", row["source"]
    yield "cue", row["cue"]
    for i, content in enumerate(row["content"]):
        yield f"content[{i}]", content


def _stance_spans(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "expression", row["expression"]
    for name in ("holder", "target"):
        if row[name]["start"] is not None:
            yield name, row[name]


_Row = dict[str, Any]
_WORDED: dict[
    str,
    tuple[
        Callable[[_Row], tuple[str | None, int]],
        Callable[[_Row], Iterator[tuple[str, Any]]],
    ],
] = {
    "entities": (_row_text, _entity_spans),
    "events": (lambda r: (r["sentence"]["text"], r["sentence"]["start"]), _event_spans),
    "stance": (lambda r: (r["context"]["text"], r["context"]["start"]), _stance_spans),
    "attribution": (_row_text, _attribution_spans),
}


def check_derived(layout: Layout) -> Iterator[Finding]:
    """DL308: sentences, nesting, reporting and grounding are what text and spans give."""
    for row, stored in enumerate(layout.batch.to_pylist()):
        yield from _derived(row, stored, layout)


def _derived(row: int, stored: dict[str, Any], layout: Layout) -> Iterator[Finding]:
    try:
        named = next(rows_from_batch(layout.batch.slice(row, 1)))
    except DataError:
        return  # a label number without a name, which is reported as such
    article = article_from_row(named)
    columns_ = (
        ("events", "reported_in", article.reported_in),
        ("attributions", "nested_in", article.nested_in),
        ("stances", "grounded_in", article.grounded_in),
    )
    for layer, name, derived in columns_:
        for i, item in enumerate(stored[layer]):
            wanted = derived.get(item["id"])
            if item[name] != wanted:
                where = f"{layer}[{i}].{name}"
                yield Finding("DL308", row, where, str(wanted), str(item[name]))
    if article.text is not None and "sentences" in stored:
        wanted_ = [{"start": a, "end": b} for a, b in article.units.sentences]
        if wanted_ != stored["sentences"]:
            expected = f"{len(wanted_)} sentences as the splitter gives them"
            yield Finding("DL308", row, "sentences", expected, f"{len(stored['sentences'])} others")
