"""`annotation.conf`: the labels, roles and values that brat offers, of the scheme and beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dateline.formats.brat.shape import plain_attributes, plain_label
from dateline.formats.native import ATTRIBUTION, CLUSTER, CONTENT, REF, SOURCE, STANCE
from dateline.formats.standoff import EVENT, GROUP, RELATION, SPAN
from dateline.records import AUTHOR, Foreign
from dateline.scheme import Link, Scheme

__all__ = ["Configuration"]

_ANY, _ENTITY, _EVENT = "<ANY>", "<ENTITY>", "<EVENT>"


class Configuration:
    """Collects what is written, so that brat knows every label in the files beside."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._seen: dict[str, dict[str, None]] = {kind: {} for kind in (SPAN, EVENT, RELATION)}
        self._equivs: dict[str, None] = {CLUSTER: None}
        self._attributes: dict[str, dict[str, None]] = {}

    def add(self, marks: Iterable[Foreign]) -> None:
        """Take the labels and attributes of marks."""
        for mark in marks:
            if mark.kind in self._seen:
                self._seen[mark.kind].setdefault(plain_label(mark.label))
            elif mark.kind == GROUP:
                self._equivs.setdefault(plain_label(mark.label))
            if mark.kind in (SPAN, EVENT):
                for name, value in plain_attributes(mark.attributes).items():
                    self._attributes.setdefault(name, {}).setdefault(value)

    def text(self) -> str:
        """The file."""
        own = self._own_events()
        spans = [*self.scheme.labels("entities"), SOURCE, CONTENT]
        spans += [label for label in self._seen[SPAN] if label not in spans]
        events = [*own.values(), *(e for e in self._seen[EVENT] if e not in own)]
        relations = [f"{label}\tArg1:{_ANY}, Arg2:{_ANY}" for label in self._seen[RELATION]]
        relations += [
            f"{label}\tArg1:{_ANY}, Arg2:{_ANY}, <REL-TYPE>:symmetric-transitive"
            for label in self._equivs
        ]
        parts = {
            "entities": spans,
            "relations": relations,
            "events": events,
            "attributes": self._own_attributes(),
        }
        return "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in parts.items())

    def _own_events(self) -> dict[str, str]:
        """The line of each kind of event that the scheme has, by its label."""
        layers = self.scheme.layers
        links = {role: layers["events"].links[role] for role in self.scheme.roles()}
        lines = {}
        for label in layers["events"].labels:
            allowed = {r: k for r, k in links.items() if "*" in k.only or label in k.only}
            roles = [f"{role}*:{_targets(link)}" for role, link in allowed.items()]
            lines[label] = f"{label}\t{', '.join(roles)}"
        refs = _targets(layers["attributions"].links["refs"])
        roles = [f"source?:{SOURCE}", f"content?:{CONTENT}", f"{REF}*:{refs}"]
        lines[ATTRIBUTION] = f"{ATTRIBUTION}\t{', '.join(roles)}"
        stance = layers["stances"].links
        roles = [f"holder?:{_targets(stance['holder'])}", f"target:{_targets(stance['target'])}"]
        lines[STANCE] = f"{STANCE}\t{', '.join(roles)}"
        return lines

    def _own_attributes(self) -> list[str]:
        """The attributes of the scheme, and those that were seen beside."""
        allowed: dict[str, dict[str, None]] = {}
        values: dict[str, dict[str, None]] = {}
        one = {"attributions": ATTRIBUTION, "stances": STANCE}
        for name, layer in self.scheme.layers.items():
            for key, attribute in layer.attributes.items():
                on: Sequence[str] = attribute.only
                if "*" in on:
                    on = [one[name]] if name in one else list(layer.labels)
                allowed.setdefault(key, {}).update(dict.fromkeys(on))
                known = self.scheme.values(name, key)
                values.setdefault(key, {}).update(dict.fromkeys(known))
        allowed["holder"], values["holder"] = {STANCE: None}, {AUTHOR: None}
        for key, seen in self._attributes.items():
            allowed.setdefault(key, {_ANY: None})
            values.setdefault(key, {}).update(seen)
        return [
            f"{plain_label(key)}\tArg:{'|'.join(allowed[key])}, Value:{'|'.join(values[key])}"
            for key in allowed
        ]


def _targets(link: Link) -> str:
    """What a link may point at, as brat writes it."""
    if set(link.to) == {"entities"}:
        labels = link.to["entities"]
        return _ENTITY if "*" in labels else "|".join(labels)
    return _EVENT if set(link.to) == {"events"} else _ANY
