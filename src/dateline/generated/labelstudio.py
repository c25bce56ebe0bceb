"""The Label Studio labelling configuration, from the scheme: all layers in one project."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from dateline.scheme import Scheme, Term

__all__ = ["labelling_config"]

_STYLE = (
    ".lsf-htx-richtext { line-height: 2.6; white-space: pre-wrap; } "
    ".dl-layer { margin: 0 0 0.5em 0; }"
)
CONTROLS = {
    "entities": "entity",
    "events": "event",
    "attributions": "attribution",
    "stances": "stance",
}
"""The name of each layer's span control."""


def _labels(parent: Xml.Element, scheme: Scheme, layer: str) -> None:
    box = Xml.SubElement(parent, "View", className="dl-layer")
    Xml.SubElement(box, "Header", value=layer.capitalize(), size="5")
    control = Xml.SubElement(
        box, "Labels", name=CONTROLS[layer], toName="text", showInline="true", choice="single"
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


def _choices(
    parent: Xml.Element, control: str, name: str, labels: list[str], values: dict[str, Term]
) -> None:
    """A choice that is shown for a selected region of these labels ([]: of any)."""
    view = Xml.SubElement(parent, "View", visibleWhen="region-selected", whenTagName=control)
    if labels:
        view.set("whenLabelValue", ",".join(labels))
    Xml.SubElement(view, "Header", value=name.partition("-")[0].replace("_", " "), size="6")
    choice = Xml.SubElement(
        view,
        "Choices",
        name=name,
        toName="text",
        perRegion="true",
        choice="single-radio",
        showInline="true",
    )
    for value, term in values.items():
        hint = " ".join(term.definition.split())
        Xml.SubElement(choice, "Choice", {"value": value, "hint": hint, **_look(term)})


def labelling_config(scheme: Scheme) -> str:
    """The configuration as XML text.

    Regions are spans of the four layers; attributes are choices on the selected region; roles and
    links are relations, and `part` joins source, cue and content of one attribution.
    """
    root = Xml.Element("View")
    root.append(
        Xml.Comment(f" Generated from schema/scheme.yaml, version {scheme.version}: change that. ")
    )
    Xml.SubElement(root, "Style").text = _STYLE
    Xml.SubElement(root, "Header", value="$headline", size="4")
    for layer in CONTROLS:
        _labels(root, scheme, layer)
    Xml.SubElement(root, "Text", name="text", value="$text", granularity="symbol")
    relations = Xml.SubElement(root, "Relations")
    for found in scheme.layers.values():
        for name, link in found.links.items():
            shown = f"same {found.prefix}" if name == "cluster" else name
            Xml.SubElement(relations, "Relation", value=shown, background=link.colour or "#cccccc")
    part = scheme.layers["attributions"].colour or "#cccccc"
    Xml.SubElement(relations, "Relation", value="part", background=part)
    for layer, control in CONTROLS.items():
        for name, attribute in scheme.layers[layer].attributes.items():
            if attribute.values:
                only = [] if "*" in attribute.only else attribute.only
                _choices(root, control, f"{name}-{layer}", only, attribute.values)
        for label_name, label in scheme.layers[layer].labels.items():
            if label.modes:
                _choices(root, control, f"mode-{label_name}", [label_name], label.modes)
    view = Xml.SubElement(root, "View", visibleWhen="region-selected", whenTagName="stance")
    Xml.SubElement(view, "Header", value="holder", size="6")
    choice = Xml.SubElement(view, "Choices", name="holder", toName="text", perRegion="true")
    Xml.SubElement(
        choice, "Choice", value="AUTHOR", hint="The article's own voice; else a relation"
    )
    view = Xml.SubElement(root, "View", visibleWhen="region-selected", whenTagName="entity")
    Xml.SubElement(view, "Header", value="knowledge base id", size="6")
    Xml.SubElement(
        view, "TextArea", name="kb", toName="text", perRegion="true", maxSubmissions="1", rows="1"
    )
    Xml.indent(root, "  ")
    return Xml.tostring(root, encoding="unicode") + "\n"
