"""Where each stored field has its place in a Label Studio project.

The names of controls and relations that the labelling configuration is made of and that the bridge
reads back, and the table in `docs/label-studio.md`, from the records and the scheme.
"""

from __future__ import annotations

from collections.abc import Iterator

from dateline.records import Attribution, Cluster, Document, Entity, Event, Stance
from dateline.scheme import LAYERS, Scheme

__all__ = [
    "AUTHOR_CONTROL",
    "CLUSTERED",
    "CONTROLS",
    "NOTE_CONTROL",
    "PART",
    "SAME",
    "TEXT",
    "choice_control",
    "layers_up_to",
    "mode_control",
    "place_rows",
    "relation_names",
    "text_control",
]

TEXT = "text"
"""The name of the text that all controls mark."""
CONTROLS = {
    "entities": "entity",
    "events": "event",
    "attributions": "attribution",
    "stances": "stance",
}
"""The name of each layer's span control."""
CLUSTERED = ("entities", "events")
"""The layers whose items may belong to a cluster."""
PART = "part"
"""The relation that joins source, cue and content of one attribution."""
SAME = "same"
"""The relation between two mentions of one thing, or two triggers of one occurrence."""
AUTHOR_CONTROL = "holder"
NOTE_CONTROL = "note"


def choice_control(layer: str, attribute: str) -> str:
    """The name of the control of an attribute other than `mode`."""
    return f"{attribute}-{layer}"


def mode_control(event_type: str) -> str:
    """The name of the control of the modes of one event type."""
    return f"mode-{event_type}"


def text_control(layer: str, name: str) -> str:
    """The name of the field of words on a region: its `cluster`, or the `kb` of that."""
    return f"{name}-{layer}"


def layers_up_to(layer: str | None) -> list[str]:
    """A layer with those below it, which a project of its own shows; None is all."""
    return list(LAYERS if layer is None else LAYERS[: LAYERS.index(layer) + 1])


def relation_names(scheme: Scheme, layers: list[str]) -> dict[str, str]:
    """The relations of a project of these layers, in the scheme's order, with their colours."""
    found: dict[str, str] = {}
    for name in layers:
        layer = scheme.layers[name]
        for link, term in layer.links.items():
            found.setdefault(SAME if link == "cluster" else link, term.colour or "#cccccc")
        if name == "attributions":
            found[PART] = layer.colour or "#cccccc"
    return found


_SPAN = "region: its offsets; its words are never read back"
_SIDECAR = "sidecar"
_PLACES = {
    "doc_id": "task data",
    "scheme": "task data; a task of another version is quarantined",
    "text_sha256": "task data; a task whose text has another hash is quarantined",
    "annotator": "the account that submitted, by `account` in annotations/annotators.yaml",
    "status": "not carried: silver, and gold where a human adjudicated",
    "guidelines": "task data: the digest of the instructions that the project showed",
    "provenance": (
        f"{_SIDECAR}, by item: an untouched item keeps its trace; one that was changed or drawn "
        "anew gets a new one"
    ),
    "foreign": f"{_SIDECAR}, as it is",
    "entities.id": "region id",
    "entities.start": _SPAN,
    "entities.end": _SPAN,
    "entities.cluster": (
        f"words `{text_control('entities', 'cluster')}` on the region, or a relation `{SAME}`"
    ),
    "events.id": "region id",
    "events.start": _SPAN,
    "events.end": _SPAN,
    "events.cluster": (
        f"words `{text_control('events', 'cluster')}` on the region, or a relation `{SAME}`"
    ),
    "events.mode": "choice `mode-TYPE` on the region",
    "clusters.name": (
        f"{_SIDECAR}, by cluster; a new cluster takes its longest name (none for external texts)"
    ),
    "clusters.kb": (
        f"words `kb-entities` or `kb-events` on the first member's region; {_SIDECAR}, should that "
        "region be deleted while others of its cluster stay"
    ),
    "attributions.id": "region ids of its parts, `ID_source`, `ID_cue`, `ID_content_N`",
    "attributions.source": "region SOURCE, or none",
    "attributions.source.refs": "relations `refs` from SOURCE to the mentions, in their order",
    "attributions.cue": "region CUE, or none",
    "attributions.content": "regions CONTENT, one for each fragment",
    "attributions.parts": (
        f"relations `{PART}` from CUE to the others; without a cue from the first CONTENT"
    ),
    "stances.id": "region id",
    "stances.start": _SPAN,
    "stances.end": _SPAN,
    "stances.holder": f"relation `holder`, or the choice `{AUTHOR_CONTROL}` AUTHOR",
    "stances.target": "relation `target`; an attribution is pointed at by its CUE, or else CONTENT",
}


def _fields() -> Iterator[str]:
    """Every stored field, from the records; an attribution's refs and joints beside them."""
    records = {"entities": Entity, "events": Event, "attributions": Attribution, "stances": Stance}
    for name in Document.__struct_fields__:
        if name == "clusters":
            yield from (f"clusters.{field}" for field in Cluster.__struct_fields__)
        elif name not in records:
            yield name
        else:
            for field in records[name].__struct_fields__:
                yield f"{name}.{field}"
                if (name, field) == ("attributions", "source"):
                    yield "attributions.source.refs"
                if (name, field) == ("attributions", "content"):
                    yield "attributions.parts"


def place_rows(scheme: Scheme) -> list[tuple[str, str]]:
    """Each stored field with its place in a project."""
    rows = []
    for field in _fields():
        layer, _, name = field.partition(".")
        if field in _PLACES:
            rows.append((field, _PLACES[field]))
        elif name == "type":
            rows.append((field, f"label of the region (control `{CONTROLS[layer]}`)"))
        elif name == "arguments":
            roles = ", ".join(f"`{role}`" for role in scheme.roles())
            rows.append((field, f"relations from the trigger to the filler: {roles}"))
        else:  # every other field of an item is an attribute of the scheme, or this fails
            values = scheme.layers[layer].attributes[name].values
            shown = f"{len(values)} values" if len(values) > 5 else ", ".join(values)
            on = " (on CUE, or else CONTENT)" if layer == "attributions" else ""
            rows.append(
                (field, f"choice `{choice_control(layer, name)}` on the region{on}: {shown}")
            )
    return rows
