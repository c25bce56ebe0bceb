"""The marks that brackets, tags and asides make together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from dateline.formats.conllu.asides import Aside
from dateline.formats.conllu.brackets import Mention
from dateline.formats.conllu.escapes import pairs_of, plain, title
from dateline.formats.conllu.page import Page
from dateline.formats.conllu.shape import BRIDGE, SPLIT, Cut, cut_of
from dateline.formats.native import CLUSTER
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    RELATION,
    SPAN,
    arguments,
    fresh_ids,
)
from dateline.formats.tags import decode
from dateline.formats.texts import Fitted
from dateline.records import Argument, Foreign, Span

__all__ = ["Marking"]

_LINK = re.compile(r"([^<,]+)<([^<,:]+)(?::([^,]*))?")

MOVED = "words that were changed: an exact place in them no longer holds"
ELSEWHERE = "words that are not those at the offsets"
GONE = "an aside on something that is gone"
TWO_NAMES = "a second name of one entity, kept at the mention"
NO_WORDS = "a mention without words, on a node that is empty"
NO_LINK = "a link that cannot be read, left out"
ID_TWICE = "an id that stands twice, and is now another"


class Marking:
    """Makes the marks of one page; what is amiss is told to the page.

    Parameters
    ----------
    linked : whether mentions keep the page that each is linked to, as the attribute `identity`;
        else it is their cluster's name alone.
    """

    def __init__(self, page: Page, text: Fitted, linked: bool = False) -> None:
        self.page = page
        self.linked = linked
        self.text = text
        self._taken: set[str] = set()
        self._again: dict[str, int] = {}  # how often each id stood again
        self._next, self._previous = _filled(page.starts, page.ends)
        self._whole: list[tuple[int, Aside, int]] = []
        self._on: dict[str, tuple[Aside, int]] = {}
        for sentence, aside, line in page.asides:
            if aside.on is None:
                self._whole.append((sentence, aside, line))
            else:
                self._on[aside.on] = aside, line

    def marks(self) -> list[Foreign]:
        """All marks, in no order."""
        found = self._mentions()
        groups = self._groups(found)
        marks = [mark for mark, _ in found] + groups
        marks = [self._patched(mark) for mark in marks]
        for _, line in self._on.values():
            self.page.tell(GONE, line)
        marks += [self._aside(*whole) for whole in self._whole]
        marks += self._tagged()
        return marks + self._links(found, {group.id for group in groups})

    def _own(self, key: str, line: int) -> str:
        """The id, or another where it is taken."""
        if key in self._taken:
            self.page.tell(ID_TWICE, line)
        own, number = key, self._again.get(key, 0)
        while own in self._taken:
            number += 1
            own = f"{key}~{number}"
        self._again[key] = number
        self._taken.add(own)
        return own

    def _fresh(self, prefix: str) -> Iterator[str]:
        for key in fresh_ids(prefix, self._taken):
            self._taken.add(key)
            yield key

    # ── Brackets

    def _mentions(self) -> list[tuple[Foreign, Mention]]:
        """The mentions as spans and events, with the group's name and link taken out of them."""
        made: list[tuple[Foreign, Mention]] = []
        unnamed = []
        for mention in self.page.brackets.mentions:
            fields = mention.fields
            said = {key: plain(value) for key, value in fields.items() if value}
            more = dict(pairs_of(fields.get("other", "")))
            said.pop("other", None)
            page = said.pop("identity", "")
            if page and self.linked:
                said["identity"] = title(fields["identity"])
            key, kind = more.pop("id", ""), SPAN
            if key and said.get("head") == "1":
                del said["head"]
            if more.get("kind") == EVENT:
                kind = more.pop("kind")
            cut = cut_of(more["cut"], len(mention.parts)) if "cut" in more else None
            spans = self._spans(mention, cut)
            if cut is not None:
                del more["cut"]
            label = plain(mention.label) or "entity"
            if key:
                key = self._own(key, mention.line)
            else:
                unnamed.append(len(made))
            made.append((Foreign(key, kind, label, spans, [], said | more), mention))
        ids = self._fresh("T")
        for number in unnamed:
            mark, mention = made[number]
            made[number] = msgspec.structs.replace(mark, id=next(ids)), mention
        return made

    def _spans(self, mention: Mention, cuts: list[Cut] | None) -> list[Span]:
        found: list[tuple[int, int]] = []
        for first, last in mention.parts:
            start = self._next[first] if first < len(self._next) else -1
            end = self._previous[last] if last < len(self._previous) else -1
            if 0 <= start < end:
                found.append((start, end))
        if not found:
            self.page.tell(NO_WORDS, mention.line)
        if cuts is not None:
            if [end - start for start, end in found] == [cut.length for cut in cuts]:
                pairs = zip(found, cuts, strict=True)
                found = [(start + cut.first, end - cut.last) for (start, end), cut in pairs]
            else:
                self.page.tell(MOVED, mention.line)
        return [self.text.span(*place) for place in found]

    # ── Groups

    def _groups(self, found: list[tuple[Foreign, Mention]]) -> list[Foreign]:
        """The entities that have several mentions, or a name."""
        members: dict[str, list[int]] = {}
        for number, (_, mention) in enumerate(found):
            if mention.known:
                members.setdefault(mention.eid, []).append(number)
        groups = []
        for eid, numbers in members.items():
            said: dict[str, str] = {}
            for number in numbers:
                mark, mention = found[number]
                name = title(mention.fields.get("identity", ""))
                kept = dict(mark.attributes)
                if name and said.setdefault("name", name) != name:
                    self.page.tell(TWO_NAMES, mention.line)
                    kept["identity"] = name
                if kept != mark.attributes:
                    found[number] = msgspec.structs.replace(mark, attributes=kept), mention
            if len(numbers) == 1 and not said and eid not in self._on:
                continue
            for number in numbers:
                mark, mention = found[number]
                kb = mark.attributes.get("kb")
                if kb is not None and said.setdefault("kb", kb) == kb:
                    kept = {k: v for k, v in mark.attributes.items() if k != "kb"}
                    found[number] = msgspec.structs.replace(mark, attributes=kept), mention
            args = arguments(MEMBER, [found[number][0].id for number in numbers])
            key = self._own(eid, found[numbers[0]][1].line)
            if key != eid:
                self._on.pop(eid, None)
            groups.append(Foreign(key, GROUP, CLUSTER, [], args, said))
        return groups

    # ── Asides

    def _patched(self, mark: Foreign) -> Foreign:
        """A mark with what an aside says of it."""
        aside, _ = self._on.pop(mark.id, (None, 0))
        if aside is None:
            return mark
        args = aside.arguments() if aside.args is not None else mark.args
        if mark.kind == GROUP and _members(args) != _members(mark.args):
            args = mark.args  # changed since: the brackets win
        return msgspec.structs.replace(
            mark, args=args, attributes=mark.attributes | aside.attributes
        )

    def _aside(self, sentence: int, aside: Aside, line: int) -> Foreign:
        sentences = self.page.sentences
        base = sentences[min(sentence, len(sentences) - 1)] if sentences else 0
        spans = [self.text.span(base + start, base + end) for start, end in aside.spans]
        for span, words in zip(spans, aside.words, strict=False):
            if self.text.text[max(span.start, 0) : max(span.end, 0)] != words:
                self.page.tell(ELSEWHERE, line)
                break
        mark = aside.mark(spans)
        return msgspec.structs.replace(mark, id=self._own(mark.id, line))

    # ── Tags and links

    def _tagged(self) -> list[Foreign]:
        """The entities of tags in MISC."""
        page = self.page
        if not page.tagged:
            return []
        words = list(page.tokens())
        numbers = {word: number for number, (word, _) in enumerate(words)}
        pairs = enumerate(words)
        starts = {n for n, (_, s) in pairs if n == 0 or s != words[n - 1][1]}
        marks = []
        ids = self._fresh("T")
        for tagged in page.tagged.values():
            tags = ["O"] * len(words)
            at: dict[int, int] = {}
            for word, tag, line in tagged:
                if word in numbers:
                    tags[numbers[word]] = tag
                    at[numbers[word]] = line
            stretches, faults = decode(tags, starts)
            for fault in faults:
                page.tell(fault.reason, at.get(fault.token, 0))
            for label, first, end in stretches:
                start, last = page.starts[words[first][0]], page.ends[words[end - 1][0]]
                span = self.text.span(start, last)
                marks.append(Foreign(next(ids), SPAN, label, [span]))
        return marks

    def _links(self, found: list[tuple[Foreign, Mention]], groups: set[str]) -> list[Foreign]:
        """Bridging and split antecedents as relations, from entities to the mentions there."""
        first: dict[str, str] = {}
        opened: dict[tuple[str, int], str] = {}
        for mark, mention in found:
            first.setdefault(mention.eid, mark.id)
            opened.setdefault((mention.eid, mention.parts[0][0]), mark.id)
        marks = []
        ids = self._fresh("R")
        for key, value, word, line in self.page.links:
            joined: dict[tuple[str, str], list[str]] = {}
            for piece in value.split(","):
                match = _LINK.fullmatch(piece)
                if match is None:
                    self.page.tell(NO_LINK, line)
                    continue
                before = match[1] if match[1] in groups else first.get(match[1], match[1])
                here = opened.get((match[2], word)) or first.get(match[2], match[2])
                joined.setdefault((here, plain(match[3] or "")), []).append(before)
            for (here, how), befores in joined.items():
                many = [befores] if key == SPLIT else [[before] for before in befores]
                said = {"relation": how} if how else {}
                for some in many:
                    args = [*arguments("antecedent", some), Argument("anaphor", here)]
                    label = BRIDGE if key != SPLIT else SPLIT
                    marks.append(Foreign(next(ids), RELATION, label, [], args, said))
        return marks


def _members(args: Iterable[Argument]) -> list[tuple[str, str]]:
    return sorted((a.role, a.ref) for a in args)


def _filled(starts: list[int], ends: list[int]) -> tuple[list[int], list[int]]:
    """For each word the start of the next that has a place, and the end of the one before it."""
    if -1 not in starts:
        return starts, ends
    after, before = starts[:], ends[:]
    for word in range(len(after) - 2, -1, -1):
        if after[word] < 0:
            after[word] = after[word + 1]
    for word in range(1, len(before)):
        if before[word] < 0:
            before[word] = before[word - 1]
    return after, before
