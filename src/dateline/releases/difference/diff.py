"""The difference between two versions by meaning, article by article, as a stream.

Both sides are read in the order of ids and merged. Rows that hold the same are never decoded, so
that the work is that of what changed, and the memory that of a few hundred rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dateline.derived import Article
from dateline.releases.difference.changes import ArticleChange, Change, Summary, Tally
from dateline.releases.difference.comparing import compared, labels_of
from dateline.releases.difference.paired import Gone
from dateline.releases.difference.rows import COLUMNS, META, Row, RowFile
from dateline.releases.difference.schemas import SchemaChange, schema_changes
from dateline.releases.difference.sides import Side, TreeRow

__all__ = ["Diff", "summary"]

AnyRow = Row | TreeRow


class Diff:
    """What differs between two sides; iterating gives the articles that do, by id.

    Parameters
    ----------
    before, after : the sides.
    reasons : decisions by which labels of an article went out, by its id; asked only for articles
        that lost some.
    progress : called with the number of articles compared.

    Raises
    ------
    DataError : (while iterating) an article twice on a side, a file or row that cannot be read.
    """

    def __init__(
        self,
        before: Side,
        after: Side,
        reasons: Callable[[str], Gone] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.before = before
        self.after = after
        self._reasons = reasons
        self._progress = progress
        self._shared: dict[tuple[int, int], tuple[str, ...] | None] = {}
        self.summary: Summary | None = None

    def __iter__(self) -> Iterator[ArticleChange]:
        tally = Tally()
        beyond: Counter[tuple[str, str]] = Counter()
        for done, (old, new) in enumerate(_joined(self.before.rows(), self.after.rows()), 1):
            if done % 100 == 0:
                self._progress(done)
            change = self._article(old, new, beyond)
            if change is None:
                tally.same()
            elif change.kind != "beyond":
                tally.add(change)
                yield change
        notes = [*self.before.notes, *self.after.notes, *self._beyond(beyond)]
        self.summary = tally.summary(
            self.before.info, self.after.info, self._schema_changes(), notes
        )

    def _article(
        self, old: AnyRow | None, new: AnyRow | None, beyond: Counter[tuple[str, str]]
    ) -> ArticleChange | None:
        """The change of one article, None where nothing differs."""
        if old is not None and new is not None:
            return self._both(old, new)
        row, other = (old, self.after) if new is None else (new, self.before)
        assert row is not None
        article = row.article({})
        if not other.holds(row.split, article.meta.tier):
            beyond[other.info.name, row.split or "unknown"] += 1
            return _change(article, "beyond", row.split)
        kind = "added" if old is None else "withdrawn"
        labels = {"has" if old is None else "had": labels_of(article)}
        splits: dict[str, Any] = {"after" if old is None else "before": row.split or "unknown"}
        change = Change(doc_id=row.doc_id, layer="articles", kind=kind, **splits)
        return _change(article, kind, row.split, changes=[change], **labels)

    def _both(self, old: AnyRow, new: AnyRow) -> ArticleChange | None:
        moved = old.split != new.split and None not in (old.split, new.split)
        if not moved and self._same(old, new):
            return None
        before, after = self._articles(old, new)
        if not moved and before == after:
            return None
        reasons = self._reasons
        found = compared(before, after, lambda: reasons(new.doc_id) if reasons else {})
        changes = list(found.changes)
        if moved:
            change = Change(
                doc_id=new.doc_id,
                layer="articles",
                kind="moved",
                before=old.split,
                after=new.split,
            )
            changes.insert(0, change)
        apart = (found.renumbered, found.shifted, found.retraced)
        if not changes and not any(apart):
            return None  # derived columns, or the order of items
        return _change(
            after,
            "changed" if changes else "same",
            new.split,
            had=labels_of(before),
            has=labels_of(after),
            renumbered=found.renumbered,
            shifted=found.shifted,
            retraced=found.retraced,
            changes=changes,
        )

    def _articles(self, old: AnyRow, new: AnyRow) -> tuple[Article, Article]:
        """Both states, a column that one side has not filled from the other: that a column is
        gone is said once, of the schema.
        """
        mine: Mapping[str, Any] = new.values() if _lacks(old) else {}
        theirs: Mapping[str, Any] = old.values() if _lacks(new) else {}
        return old.article(mine), new.article(theirs)

    def _same(self, old: AnyRow, new: AnyRow) -> bool:
        """Whether two rows hold the same, as far as that shows without decoding them."""
        if not isinstance(old, Row) or not isinstance(new, Row):
            return False
        key = (id(old.file), id(new.file))
        if key not in self._shared:
            self._shared[key] = _shared(old.file, new.file)
        columns = self._shared[key]
        return columns is not None and old.same(new, columns)

    def _beyond(self, counts: Counter[tuple[str, str]]) -> list[str]:
        """Said once of each split that a copy has not."""
        return [
            f"{side} has no articles of the split {split}: {count} of the other side not compared"
            for (side, split), count in sorted(counts.items())
        ]

    def _schema_changes(self) -> list[SchemaChange]:
        found = []
        old, new = self.before.configs, self.after.configs
        if old is not None and new is not None:
            pairs = [("config removed", c) for c in old if c not in new]
            pairs += [("config added", c) for c in new if c not in old]
            found = [SchemaChange(config=c, column=None, kind=kind) for kind, c in pairs]
        for config, schema in self.before.schemas.items():
            if config in self.after.schemas:
                found += schema_changes(config, schema, self.after.schemas[config])
        return found


def summary(diff: Diff) -> Summary:
    """A difference in figures; what was not read yet is read to the end."""
    if diff.summary is None:
        for _ in diff:
            pass
    assert diff.summary is not None
    return diff.summary


def _change(article: Article, kind: str, split: str | None, **more: Any) -> ArticleChange:
    meta = article.meta
    title = meta.title if meta.tier == "open" else None
    return ArticleChange(
        doc_id=meta.doc_id, kind=kind, title=title, outlet=meta.outlet, split=split, **more
    )


def _joined(
    before: Iterator[AnyRow], after: Iterator[AnyRow]
) -> Iterator[tuple[AnyRow | None, AnyRow | None]]:
    """Both sides by id: the rows of one article, or the one of the side that has it."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old.doc_id < new.doc_id):
            yield old, None
            old = next(before, None)
        elif old is None or new.doc_id < old.doc_id:
            yield None, new
            new = next(after, None)
        else:
            yield old, new
            old, new = next(before, None), next(after, None)


def _lacks(row: AnyRow) -> bool:
    return isinstance(row, Row) and bool(META.keys() - row.file.columns)


def _shared(old: RowFile, new: RowFile) -> tuple[str, ...] | None:
    """The columns by which rows of two files can be compared as they are stored.

    None where they cannot: types or the numbers of labels differ. Names that one side has more, at
    the end, leave the other numbers as they are.
    """
    columns = [name for name in COLUMNS if name in old.columns and name in new.columns]
    if any(old.schema.field(c).type != new.schema.field(c).type for c in columns):
        return None
    return tuple(columns) if _numbered_alike(old.labels, new.labels, columns) else None


def _numbered_alike(
    old: dict[str, list[str]], new: dict[str, list[str]], columns: Sequence[str]
) -> bool:
    for path in old.keys() | new.keys():
        if path.split(".")[0] in columns:
            a, b = old.get(path), new.get(path)
            if a is None or b is None:
                return False
            shorter = min(len(a), len(b))
            if a[:shorter] != b[:shorter]:
                return False
    return True
