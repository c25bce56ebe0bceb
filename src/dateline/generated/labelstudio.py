"""The Label Studio labelling configuration, from the scheme: all layers, or those up to one."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from dateline.generated.places import (
    AUTHOR_CONTROL,
    CLUSTERED,
    CONTROLS,
    NOTE_CONTROL,
    TEXT,
    choice_control,
    layers_up_to,
    mode_control,
    relation_names,
    text_control,
)
from dateline.records import AUTHOR
from dateline.scheme import Attribute, Scheme, Term

__all__ = ["labelling_config"]

# Lines far enough apart for relations to be told from each other; the fields of the selected
# region beside the text, so that they are in view wherever the text is scrolled to.
_STYLE = """
.lsf-htx-richtext { line-height: 2.6; white-space: pre-wrap; }
.dl-page { display: flex; align-items: flex-start; gap: 1.2em; }
.dl-text { flex: 1 1 auto; min-width: 0; }
.dl-side { flex: 0 0 17em; position: sticky; top: 0; max-height: 85vh; overflow-y: auto; }
.dl-side h4, .dl-layer h4 { font-size: 14px; margin: 0.4em 0 0.1em 0 !important; }
.dl-layer { display: flex; align-items: baseline; gap: 0.6em; }
.dl-layer h4 { flex: 0 0 6em; }
.dl-layer .lsf-labels { margin: 0; }
"""


_SHORT = 6  # values that fit a line or two
_ONE_LINE = {"maxSubmissions": "1", "editable": "true", "rows": "1"}


def _labels(parent: Xml.Element, scheme: Scheme, layer: str) -> None:
    box = Xml.SubElement(parent, "View", className="dl-layer")
    Xml.SubElement(box, "Header", value=layer.capitalize(), size="6")
    control = Xml.SubElement(
        box, "Labels", name=CONTROLS[layer], toName=TEXT, showInline="true", choice="single"
    )
    for name, term in scheme.layers[layer].labels.items():
        Xml.SubElement(control, "Label", {"value": name, **_look(term)})


def _look(term: Term) -> dict[str, str]:
    look = {}
    if term.colour:
        look["background"] = term.colour
    if term.hotkey:
        look["hotkey"] = term.hotkey
    return look


def _field(
    side: Xml.Element, kind: str, name: str, layer: str, labels: list[str], heading: str
) -> Xml.Element:
    """A field that is shown while a region with one of these labels is selected.

    The labels stand on the field too: hidden fields hear hotkeys as well, and only what is tied to
    the region's label is sent with it.
    """
    view = Xml.SubElement(side, "View", visibleWhen="region-selected", whenTagName=CONTROLS[layer])
    view.set("whenLabelValue", ",".join(labels))
    Xml.SubElement(view, "Header", value=heading, size="6")
    field = Xml.SubElement(view, kind, name=name, toName=TEXT, perRegion="true")
    field.set("whenLabelValue", ",".join(labels))
    return field


def _choices(field: Xml.Element, values: dict[str, Term]) -> None:
    field.set("choice", "single-radio")
    field.set("showInline", "true")
    for value, term in values.items():
        hint = " ".join(term.definition.split())
        Xml.SubElement(field, "Choice", {"value": value, "hint": hint, **_look(term)})


def _heading(name: str, attribute: Attribute) -> str:
    shown = name.replace("_", " ")
    return f"{shown} (unset: {attribute.default})" if attribute.default else shown


def _attributes(side: Xml.Element, scheme: Scheme, layer: str) -> None:
    """The fields of a region of one layer, each on the labels that carry it; long ones last."""
    attributes = scheme.layers[layer].attributes
    every = scheme.labels(layer)
    short = [name for name, attribute in attributes.items() if len(attribute.values) <= _SHORT]
    for name in short:
        _attribute(side, scheme, layer, name)
    for name, label in scheme.layers[layer].labels.items():
        if label.modes:
            control = mode_control(name)
            _choices(_field(side, "Choices", control, layer, [name], "mode"), label.modes)
    if layer == "stances":
        heading = "holder, if no relation gives one"
        field = _field(side, "Choices", AUTHOR_CONTROL, layer, every, heading)
        Xml.SubElement(field, "Choice", value=AUTHOR, hint="The article's own voice")
    if layer in CLUSTERED:
        _words(side, layer, "cluster", "cluster: one word for all that are one", "C1", every)
        heading = "knowledge base id, on one of a cluster"
        _words(side, layer, "kb", heading, "dl:… wd:… NIL", every)
    for name in [name for name in attributes if name not in short]:
        _attribute(side, scheme, layer, name)


def _attribute(side: Xml.Element, scheme: Scheme, layer: str, name: str) -> None:
    attribute = scheme.layers[layer].attributes[name]
    only = scheme.labels(layer) if "*" in attribute.only else attribute.only
    if layer == "attributions":
        only = ["CUE", "CONTENT"]
    if attribute.values:
        control = choice_control(layer, name)
        field = _field(side, "Choices", control, layer, only, _heading(name, attribute))
        _choices(field, attribute.values)


def _words(
    side: Xml.Element, layer: str, name: str, heading: str, shown: str, labels: list[str]
) -> None:
    field = _field(side, "TextArea", text_control(layer, name), layer, labels, heading)
    for key, value in _ONE_LINE.items():
        field.set(key, value)
    field.set("placeholder", shown)


def labelling_config(scheme: Scheme, layer: str | None = None, *, cases: bool = False) -> str:
    """The configuration as XML text.

    Regions are spans of the layers; attributes are choices on the selected region, clusters words
    on it; roles and links are relations, and `part` joins the parts of one attribution.
    `dateline.generated.places` gives each stored field its place.

    Parameters
    ----------
    layer : the project's layer, shown with those below it; None is all layers.
    cases : whether tasks bring the list of cases in which two passes differ, to be shown.
    """
    layers = layers_up_to(layer)
    root = Xml.Element("View")
    root.append(
        Xml.Comment(f" Generated from schema/scheme.yaml, version {scheme.version}: change that. ")
    )
    Xml.SubElement(root, "Style").text = _STYLE
    Xml.SubElement(root, "Header", value="$headline", size="4")
    Xml.SubElement(root, "Header", value="$byline", size="6")
    bar = Xml.SubElement(root, "View")
    for name in layers:
        _labels(bar, scheme, name)
    page = Xml.SubElement(root, "View", className="dl-page")
    main = Xml.SubElement(page, "View", className="dl-text")
    Xml.SubElement(main, "Text", name=TEXT, value="$text", granularity="symbol")
    if cases:
        Xml.SubElement(main, "Header", value="Where the passes differ", size="5")
        Xml.SubElement(main, "Text", name="cases", value="$cases")
    relations = Xml.SubElement(root, "Relations")
    for name, colour in relation_names(scheme, layers).items():
        Xml.SubElement(relations, "Relation", value=name, background=colour)
    side = Xml.SubElement(page, "View", className="dl-side")
    for name in layers:
        _attributes(side, scheme, name)
    Xml.SubElement(side, "Header", value="note on this article (an unclear rule?)", size="6")
    Xml.SubElement(side, "TextArea", {"name": NOTE_CONTROL, "toName": TEXT, **_ONE_LINE})
    Xml.indent(root, "  ")
    return Xml.tostring(root, encoding="unicode") + "\n"
