"""The marks that the feature structures of one view make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dateline.formats.standoff import Notice
from dateline.formats.texts import Fitted
from dateline.formats.xmi.chains import Chain, Chains
from dateline.formats.xmi.drafts import ASIDES, Draft, draft
from dateline.formats.xmi.joining import Joining
from dateline.formats.xmi.names import API
from dateline.formats.xmi.offsets import Units
from dateline.formats.xmi.structures import Structure, Structures
from dateline.records import Foreign, Span

__all__ = ["MADE_ANEW", "Marking", "here_of"]

MADE_ANEW = "tokens, sentences and metadata of the CAS, which are made anew"
_DOCUMENT = f"{API}metadata.type.DocumentMetaData"


class Marking:
    """Makes the marks of one view; `notices` says what could not be taken as it stands."""

    def __init__(
        self,
        structures: Structures,
        here: list[Structure],
        text: Fitted,
        units: Units,
    ) -> None:
        self.structures = structures
        self.text = text
        self.units = units
        self.notices: list[Notice] = []
        self._here = {one.key: one for one in here}
        self._drafts: dict[str, Draft] = {}
        self._asides: dict[str, list[Draft]] = {layer: [] for layer in ASIDES}
        self._used: set[str] = set()

    def marks(self) -> list[Foreign]:
        """All marks of the view, in no order."""
        chains, links, structure = [], [], []
        for one in self._here.values():
            shape = one.shape
            if shape.container:
                continue
            if shape.target is not None or shape.chained:
                links.append(one)
            elif shape.chain:
                chains.append(one)
            elif shape.structure:
                structure.append(one)
            else:
                self._draft(one)
        self._bring_structure()
        ours = any(self._asides.values()) or any(d.layer for d in self._drafts.values())
        found = [self._chain(one) for one in chains]
        for one in links:
            if one.key in self._used:
                continue
            if one.shape.chained:
                found.append(Chain(one, self._linked(one.key)))
            else:
                self._notice("a link that nothing has", one.key)
        if not ours:
            self._count(structure)
        joining = Joining(self._drafts, self._asides, self._notice)
        joining.join()
        chained = Chains(joining, ours, self._span)
        chained.place(found)
        joining.name()
        groups = list(chained.groups(found))
        return [*joining.made(), *groups]

    def meta(self, name: str) -> dict[str, str]:
        """What the view says of the article; a title that is a file's name is none."""
        for article in self._asides["Article"]:
            return article.attributes | (article.aside.attributes if article.aside else {})
        for one in self._here.values():
            if one.shape.name == _DOCUMENT:
                title, language = (
                    one.said.get(feature, "").strip() for feature in ("documentTitle", "language")
                )
                names = {"", name, one.said.get("documentId", name)}
                found = {} if {title, title.rsplit(".", 1)[0]} & names else {"title": title}
                known = language not in ("", "x-unspecified")
                return found | ({"language": language} if known else {})
        return {}

    def _notice(self, reason: str, key: str) -> None:
        self.notices.append(Notice(reason, f"{self.structures.where} xmi:id {key[:40]}"))

    def _span(self, one: Structure) -> list[Span]:
        """The words of a structure in the stored text."""
        if one.place is None:
            return []
        begin, end = one.place
        return [self.text.span(self.units.to_points(begin), self.units.to_points(end, last=True))]

    def _draft(self, one: Structure) -> None:
        made = draft(self.structures, one, self._span(one), self._used)
        if made.layer in self._asides:
            self._asides[made.layer].append(made)
        else:
            self._drafts[one.key] = made

    def _bring_structure(self) -> None:
        """Tokens and the like that a mark refers to are marks too."""
        waiting = list(self._drafts.values())
        while waiting:
            for _, key in waiting.pop().args:
                one = self._here.get(key)
                if one is not None and one.shape.structure and key not in self._drafts:
                    self._draft(one)
                    waiting.append(self._drafts[key])

    def _chain(self, head: Structure) -> Chain:
        first = next(self.structures.referred(head, "first"), "")
        return Chain(head, self._linked(first))

    def _linked(self, key: str) -> list[Structure]:
        """The links of a chain from its first on; each link is in one chain."""
        found: list[Structure] = []
        while (one := self._here.get(key)) is not None:
            if key in self._used:
                self._notice("a link in two chains", one.key)
                break
            self._used.add(key)
            found.append(one)
            key = next(self.structures.referred(one, "next"), "")
        return found

    def _count(self, structure: list[Structure]) -> None:
        """Name what is no mark, once for each text."""
        left = Counter(one.shape.short for one in structure if one.key not in self._drafts)
        if left:
            said = ", ".join(f"{number} {name}" for name, number in sorted(left.items()))
            self.notices.append(Notice(MADE_ANEW, f"{self.structures.where}: {said}"))


def here_of(structures: Structures, sofa: str, first: bool) -> Iterator[Structure]:
    """The structures of a view; the first has those of no view, too."""
    for one in structures.all.values():
        if one.sofa == sofa or (first and one.sofa not in structures.sofas):
            yield one
