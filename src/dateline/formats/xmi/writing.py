"""Writing UIMA CAS XMI: a file for each text, and the type system of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    NOTE,
    ON,
    RELATION,
    SPAN,
    StandOff,
    file_stem,
    ordered,
)
from dateline.formats.xmi.elements import Elements, sofa_text
from dateline.formats.xmi.names import (
    ARGUMENTS,
    RELATIONS,
    Aside,
    encoded,
    identifier,
    kb_of,
    layer_of,
    named,
    plain,
    sayable,
    within,
    xml_text,
)
from dateline.formats.xmi.schema import Schema
from dateline.records import Foreign, Span
from dateline.scheme import Scheme
from dateline.text import segment

__all__ = ["sofa_text", "write"]


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`<id>.xmi` for each text, and a `TypeSystem.xml` for all.

    Raises
    ------
    DataError : a name that is no document id, and so may be no file's.
    UsageError : the extra `cas` is not installed.
    """
    schema = Schema(scheme)
    for standoff in standoffs:
        stem = file_stem(standoff)
        yield f"{stem}.xmi", _Page(standoff, schema).text().encode()
    yield "TypeSystem.xml", schema.xml()


class _Page:
    """The feature structures of one text while they are made."""

    def __init__(self, standoff: StandOff, schema: Schema) -> None:
        self.standoff = standoff
        self.source = sofa_text(standoff.text)
        self.schema = schema
        self.page = Elements(self.source)
        self.layers: dict[str, str] = {}  # mark id: the layer that its words are in
        self.keys: dict[str, int] = {}  # mark id: xmi:id of its first words
        self.first: dict[str, Span] = {}
        self.links: dict[str, str] = {}  # entity: the identifier that its cluster gives it

    def text(self) -> str:
        """The file's text."""
        marks = ordered(self.standoff.marks)
        hosted = [mark for mark in marks if self._hosted(mark)]
        for mark in hosted:
            self.layers[mark.id] = layer_of(mark, self.schema.scheme)
            self.first[mark.id] = mark.spans[0]
        groups = [mark for mark in marks if self._chained(mark)]
        self._identify(groups)
        self._document()
        for mark in hosted:
            self.keys[mark.id] = next(self.page.numbers)
        for mark in hosted:
            self._words(mark)
        done = {mark.id for mark in hosted} | {mark.id for mark in groups}
        self._chains(groups)
        for mark in marks:
            if mark.id not in done and not self._relation(mark) and not self._note(mark):
                aside = encoded(Aside(mark=mark))
                self._own("Kept", Span(0, 0), {"aside": aside})
        return self.page.text()

    # ── Which marks have forms of their own

    def _hosted(self, mark: Foreign) -> bool:
        """Whether a mark's words can be annotations."""
        return mark.kind in (SPAN, EVENT) and named(mark) and within(self.source, mark.spans)

    def _chained(self, mark: Foreign) -> bool:
        """Whether a group can be a chain."""
        refs = [argument.ref for argument in mark.args]
        sound = mark.kind == GROUP and refs and not mark.spans and len(set(refs)) == len(refs)
        roles = all(argument.role == MEMBER for argument in mark.args)
        return bool(sound) and named(mark) and roles and all(ref in self.layers for ref in refs)

    # ── Elements

    def _own(self, layer: str, span: Span, said: dict[str, str], key: int | None = None) -> int:
        return self.page.add(f"custom:Dateline{layer}", span, said, key)

    def _document(self) -> None:
        """The metadata, sentences and tokens."""
        meta, whole = self.standoff.meta, Span(0, len(self.source))
        known = {k: v for k, v in meta.items() if xml_text(v)}
        said = {
            "documentId": self.standoff.doc_id,
            "documentTitle": known.get("title", self.standoff.doc_id),
            "language": known.get("language", "x-unspecified"),
        }
        self.page.add("metadata:DocumentMetaData", whole, said)
        more, rest = plain(meta)
        self.schema.see("Article", more)
        if rest:
            more["aside"] = encoded(Aside(attributes=rest))
        self._own("Article", Span(0, 0), more)
        found = segment(self.source)
        for start, end in found.sentences:
            self.page.add("segmentation:Sentence", Span(start, end), {})
        for start, end in found.tokens:
            self.page.add("segmentation:Token", Span(start, end), {})

    def _words(self, mark: Foreign) -> None:
        """The annotations of a mark with words."""
        layer, key = self.layers[mark.id], self.keys[mark.id]
        said = {"mark": mark.id, "value": mark.label}
        features, rest = plain(mark.attributes)
        aside = Aside(attributes=rest)
        if layer == "":
            entity = {"value": mark.label}
            if mark.id in self.links:
                entity["identifier"] = self.links[mark.id]
            self.page.add("ner:NamedEntity", mark.spans[0], entity, key)
            self.schema.see("Mention", features)
            if rest:
                said["aside"] = encoded(aside)
            self._own("Mention", mark.spans[0], said | features)
            return
        slots = "" if layer == "Span" else self._slots(layer, mark)
        natural = [] if layer == "Span" else sayable(mark.args, self.keys)
        if natural != mark.args:
            aside = Aside(args=[(a.role, a.ref) for a in mark.args], attributes=rest)
        self.schema.see(layer, features)
        said |= features
        if slots:
            said[ARGUMENTS] = slots
        if aside != Aside():
            said["aside"] = encoded(aside)
        self._own(layer, mark.spans[0], said, key)
        for number, span in enumerate(mark.spans[1:], 2):
            part = {"mark": mark.id, "value": mark.label, "fragment": str(number)}
            self._own(layer, span, part)

    def _slots(self, layer: str, mark: Foreign) -> str:
        """The links of a mark, and their ids."""
        name = f"custom:Dateline{layer}ArgumentsLink"
        made = [
            self.page.add(name, None, {"role": a.role, "target": str(self.keys[a.ref])})
            for a in sayable(mark.args, self.keys)
        ]
        return " ".join(map(str, made))

    # ── What refers to words

    def _identify(self, groups: list[Foreign]) -> None:
        """Give entities the links of their clusters."""
        for group in groups:
            link = identifier(group.attributes.get("kb"))
            for argument in group.args:
                if link is not None and self.layers[argument.ref] == "":
                    self.links.setdefault(argument.ref, link)

    def _chains(self, groups: list[Foreign]) -> None:
        """Groups as chains, with what a chain does not say on the first member."""
        entities: dict[Span, list[str]] = {}
        others: dict[Span, list[str]] = {}
        for key, layer in self.layers.items():
            (entities if layer == "" else others).setdefault(self.first[key], []).append(key)
        at = others | entities
        for group in groups:
            refs = [argument.ref for argument in group.args]
            keys = [next(self.page.numbers) for _ in refs]
            for number, ref in enumerate(refs):
                said = {"referenceType": group.id, "referenceRelation": group.label}
                if number + 1 < len(refs):
                    said["next"] = str(keys[number + 1])
                self.page.add("coref:CoreferenceLink", self.first[ref], said, keys[number])
            self.page.add("coref:CoreferenceChain", None, {"first": str(keys[0])}, indexed=True)
            self._cluster(group, refs, at)

    def _cluster(self, group: Foreign, refs: list[str], at: dict[Span, list[str]]) -> None:
        features, rest = plain({k: v for k, v in group.attributes.items() if k != "kb"})
        said = {"mark": group.id, "value": group.label}
        kb = group.attributes.get("kb")
        seen = sorted({self.links[ref] for ref in refs if ref in self.links})
        if kb is not None and xml_text(kb):
            said["kb"] = kb
        tells = all(at[self.first[ref]] == [ref] for ref in refs)
        fits = kb_of(seen, said.get("kb"), None) == kb
        aside = Aside(
            attributes=rest,
            members=None if tells else refs,
            kb=None if fits else kb,
            seen=None if fits else seen,
        )
        if aside != Aside():
            said["aside"] = encoded(aside)
        self.schema.see("Cluster", features)
        if len(said) > 2 or features:
            self._own("Cluster", self.first[refs[0]], said | features)

    def _relation(self, mark: Foreign) -> bool:
        """A relation of two in one layer; False where it is of another shape."""
        if mark.kind != RELATION or mark.spans or not named(mark) or len(mark.args) != 2:
            return False
        one, two = mark.args
        ends = {self.layers.get(argument.ref) for argument in mark.args}
        layer = ends.pop()
        if ends or layer not in RELATIONS:
            return False
        features, rest = plain(mark.attributes)
        aside = Aside(attributes=rest, roles=(one.role, two.role))
        said = {"mark": mark.id, "value": mark.label} | features | {"aside": encoded(aside)}
        said |= {"Governor": str(self.keys[one.ref]), "Dependent": str(self.keys[two.ref])}
        self.schema.see(RELATIONS[layer], features)
        self._own(RELATIONS[layer], self.first[two.ref], said)
        return True

    def _note(self, mark: Foreign) -> bool:
        """A remark on words; False where it is on something else."""
        if mark.kind != NOTE or mark.spans or not named(mark):
            return False
        if [a.role for a in mark.args] != [ON] or mark.args[0].ref not in self.keys:
            return False
        text = mark.attributes.get("text")
        features, rest = plain({k: v for k, v in mark.attributes.items() if k != "text"})
        said = {"mark": mark.id, "value": mark.label} | features
        if text is not None and xml_text(text):
            said["text"] = text
        elif text is not None:
            rest["text"] = text
        if rest:
            said["aside"] = encoded(Aside(attributes=rest))
        said[ARGUMENTS] = self._slots("Remark", mark)
        self.schema.see("Remark", features)
        self._own("Remark", self.first[mark.args[0].ref], said)
        return True
