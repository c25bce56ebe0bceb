"""What differs between two states of one article, label by label: a pure function.

Items pair by `dateline.matching.Match`, those that are the same in all but ids before any other.
Where the text has changed the later labels are first laid onto the earlier text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from dateline.derived import Article
from dateline.matching import Pairing, fields
from dateline.records import ArticleMeta, Attribution, Entity, Event, Item, item_spans
from dateline.releases.difference.changes import LAYERS, Change
from dateline.releases.difference.clusters import cluster_changes
from dateline.releases.difference.paired import Gone, Paired, anchor, named, shown, span_of, type_of
from dateline.text import digest

__all__ = ["Compared", "article_changes", "compared", "labels_of"]

_ITEM_LAYERS = LAYERS[1:5]
_SPANS = ("source", "cue", "content")
_REFERENCES = ("refs", "holder", "target")


@dataclass(frozen=True)
class Compared:
    """The changes of an article, in the order of the text, and what is not a change."""

    changes: list[Change]
    renumbered: int = 0
    shifted: int = 0
    retraced: int = 0


def article_changes(before: Article, after: Article, gone: Gone | None = None) -> list[Change]:
    """What differs between two states of an article, in the order of the text.

    Ids alone are no difference. Words of external articles are not given. `gone` may say why
    labels went out.
    """
    return compared(before, after, lambda: gone or {}).changes


def compared(before: Article, after: Article, gone: Callable[[], Gone] = dict) -> Compared:
    """`article_changes` with the counts of what is not a change; `gone` is asked only where a label
    was removed.
    """
    return _Comparison(Paired(shown(before), shown(after), gone)).result()


def labels_of(article: Article) -> dict[str, int]:
    """The number of labels of each layer, clusters included."""
    return {name: len(getattr(article.labels, name)) for name in LAYERS[1:]}


class _Comparison:
    """One comparison: of the article, then of its four layers."""

    def __init__(self, both: Paired) -> None:
        self.both = both
        self.before = both.before
        self.after = both.after
        self.match = both.match

    def result(self) -> Compared:
        changes = [*self.article()]
        if not self.both.same_text and self.both.alignment is None:
            return Compared([*changes, *self.numbers()])
        labels = [change for layer in _ITEM_LAYERS for change in self.layer(layer)]
        labels += cluster_changes(self.both)
        labels.sort(key=lambda c: (_start(c), LAYERS.index(c.layer)))
        twins = self.match.twins
        pairs = [(self.before.by_id[a], self.after.by_id[b]) for a, b in twins.items()]
        ids = twins | self.both.clusters
        old, new = self.before.labels.provenance, self.after.labels.provenance
        return Compared(
            [*changes, *labels],
            renumbered=sum(a != b for a, b in ids.items()),
            shifted=sum(_spans(a) != _spans(b) for a, b in pairs) if self.both.alignment else 0,
            retraced=sum(old.get(a) != new.get(b) for a, b in ids.items()) if old and new else 0,
        )

    # What is known of the article.

    def article(self) -> Iterator[Change]:
        """The text, metadata, status and annotator."""
        old, new = self.before.meta, self.after.meta
        if not self.both.same_text:
            aligned = self.both.alignment
            passages = [] if aligned is None else aligned.differences
            before = {"sha256": _digest(self.before), "passages": [a for a, _ in passages]}
            after = {"sha256": _digest(self.after), "passages": [b for _, b in passages]}
            yield self.both.change("articles", "text", field="text", before=before, after=after)
        names = [n for n in ArticleMeta.__struct_fields__ if n not in ("doc_id", "text_sha256")]
        values = [(name, getattr(old, name), getattr(new, name)) for name in names]
        mine, theirs = self.before.labels, self.after.labels
        more = ("scheme", "status", "annotator")
        values += [(name, getattr(mine, name), getattr(theirs, name)) for name in more]
        for name, was, now in values:
            if was != now:
                was, now = msgspec.to_builtins(was), msgspec.to_builtins(now)
                yield self.both.change("articles", "changed", field=name, before=was, after=now)

    def numbers(self) -> Iterator[Change]:
        """All that can be said of labels on two texts that are not at hand."""
        old, new = labels_of(self.before), labels_of(self.after)
        for layer in old:
            if old[layer] or new[layer]:
                yield self.both.change(layer, "uncompared", before=old[layer], after=new[layer])

    # The four layers.

    def layer(self, layer: str) -> Iterator[Change]:
        pairing: Pairing[Any] = getattr(self.match, layer)
        for item in pairing.left:
            value = self.value(self.before, item)
            yield self.both.of_item(layer, "removed", item, None, before=value)
        for item in pairing.right:
            mine = self.after.by_id[item.id]
            yield self.both.of_item(layer, "added", None, mine, after=self.value(self.after, mine))
        for old, new in pairing.pairs:
            yield from self.pair(layer, old, new)

    def value(self, article: Article, item: Item) -> dict[str, Any]:
        """An item in full, references with the words that they point at."""
        found: dict[str, Any] = msgspec.to_builtins(item)
        for name in ("id", "start", "end"):
            found.pop(name, None)
        if isinstance(item, Event):
            found["arguments"] = [{"role": a.role, **named(article, a.ref)} for a in item.arguments]
        elif isinstance(item, Attribution):
            found["content"] = [span_of(article, span) for span in item.content]
            found["cue"] = span_of(article, item.cue)
            if item.source is not None:
                refs = [named(article, ref) for ref in item.source.refs]
                found["source"] = {**(span_of(article, item.source) or {}), "refs": refs}
        elif not isinstance(item, Entity):
            found["holder"] = named(article, item.holder)
            found["target"] = named(article, item.target)
        return found

    def pair(self, layer: str, old: Item, placed: Item) -> Iterator[Change]:
        """What differs between partners; `placed` is the later one on the earlier text."""
        new = self.after.by_id[placed.id]
        twins = self.match.twins
        was = fields(old, lambda ref: twins.get(ref, f"only before: {ref}"))
        now = fields(placed, lambda ref: ref)
        if "refs" in was:
            was["refs"], now["refs"] = frozenset(was["refs"]), frozenset(now["refs"])
            if was["source"] is None or now["source"] is None:
                now["refs"] = was["refs"]  # they come and go with the source
        for name in was:
            if was[name] != now[name]:
                yield self.field(layer, name, old, new)
        if isinstance(old, Event) and isinstance(new, Event):
            yield from self.arguments(old, new)

    def field(self, layer: str, name: str, old: Item, new: Item) -> Change:
        """The change of one field of `fields`, in its kind."""
        kind = "changed"
        if name == "extent":
            kind = "moved"
            before: Any = span_of(self.before, anchor(old))
            after: Any = span_of(self.after, anchor(new))
        elif name in _SPANS:
            before, after = self.spans(self.before, old, name), self.spans(self.after, new, name)
        elif name in _REFERENCES:
            kind = "reference-changed"
            before, after = self.refs(self.before, old, name), self.refs(self.after, new, name)
        elif name == "type" and type_of(old) == type_of(new):
            name = "mode"
            before, after = getattr(old, name), getattr(new, name)
        else:
            kind = "retyped" if name == "type" else kind
            before, after = getattr(old, name), getattr(new, name)
            if name == "type" and isinstance(old, Event) and isinstance(new, Event):
                before, after = (f"{e.type}/{e.mode}" if e.mode else e.type for e in (old, new))
        return self.both.of_item(layer, kind, old, new, field=name, before=before, after=after)

    def spans(self, article: Article, item: Item, name: str) -> Any:
        value = getattr(item, name)
        if isinstance(value, list):
            return [span_of(article, span) for span in value]
        return span_of(article, value)

    def refs(self, article: Article, item: Item, name: str) -> Any:
        if isinstance(item, Attribution):
            return [named(article, ref) for ref in (item.source.refs if item.source else [])]
        return named(article, getattr(item, name))

    def arguments(self, old: Event, new: Event) -> Iterator[Change]:
        """Arguments that came, went, or changed their role, by role and partner of the filler."""
        twins = self.match.twins
        was = Counter((a.role, twins.get(a.ref, f"only before: {a.ref}")) for a in old.arguments)
        now = Counter((a.role, a.ref) for a in new.arguments)
        back = {twins.get(a.ref, f"only before: {a.ref}"): a.ref for a in old.arguments}
        gone, come = list((was - now).elements()), list((now - was).elements())

        def said(article: Article, role: str, ref: str) -> dict[str, Any]:
            return {"role": role, **named(article, ref)}

        for role, filler in gone:
            before = said(self.before, role, back[filler])
            other = next((x for x in come if x[1] == filler), None)
            if other is None:
                kind, after = "argument-removed", None
            else:
                come.remove(other)
                kind, after = "role-changed", said(self.after, *other)
            yield self.both.of_item(
                "events", kind, old, new, field=role, before=before, after=after
            )
        for role, filler in come:
            after = said(self.after, role, filler)
            yield self.both.of_item("events", "argument-added", old, new, field=role, after=after)


def _digest(article: Article) -> str:
    return article.meta.text_sha256 if article.text is None else digest(article.text)


def _spans(item: Item) -> list[tuple[int, int]]:
    return [(span.start, span.end) for _, span in item_spans(item)]


def _start(change: Change) -> int:
    place = change.now or change.was
    return place.start or 0 if place is not None else 0
