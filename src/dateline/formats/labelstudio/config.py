"""The labelling configuration: that of Dateline's own projects, with what else the tasks have."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from dateline.formats.labelstudio.shape import OTHER, OTHER_EVENT, Place, Shape
from dateline.generated.labelstudio import labelling_config
from dateline.generated.places import TEXT

__all__ = ["Configuration"]


class Configuration:
    """Collects what tasks need, so that the project knows every label, field and arrow in them."""

    def __init__(self, shape: Shape) -> None:
        self._scheme = shape.scheme
        self._labels: dict[str, set[str]] = {OTHER: set(), OTHER_EVENT: set()}
        self._fields: set[str] = set()
        self._arrows: set[str] = set()

    def add(self, places: Iterable[Place], fields: Iterable[str], arrows: Iterable[str]) -> None:
        """Take the labels of regions, the fields for words and the names of arrows."""
        for control, label in places:
            if control in self._labels:
                self._labels[control].add(label)
        self._fields.update(fields)
        self._arrows.update(arrows)

    def text(self) -> str:
        """The file."""
        root = Xml.fromstring(labelling_config(self._scheme))
        bar = next(view for view in root if view.tag == "View")
        for control, labels in self._labels.items():
            if labels:
                box = Xml.SubElement(bar, "View", className="dl-layer")
                Xml.SubElement(box, "Header", value=control, size="6")
                made = Xml.SubElement(
                    box, "Labels", name=control, toName=TEXT, showInline="true", choice="single"
                )
                for label in sorted(labels):
                    Xml.SubElement(made, "Label", value=label)
        side = root.find(".//View[@className='dl-side']")
        relations = root.find("Relations")
        assert side is not None
        assert relations is not None
        for name in sorted(self._fields):
            view = Xml.SubElement(side, "View", visibleWhen="region-selected")
            Xml.SubElement(view, "Header", value=name, size="6")
            field = {"name": name, "toName": TEXT, "perRegion": "true", "rows": "1"}
            Xml.SubElement(view, "TextArea", field | {"maxSubmissions": "1", "editable": "true"})
        known = {relation.get("value") for relation in relations}
        for name in sorted(self._arrows - known):
            Xml.SubElement(relations, "Relation", value=name)
        Xml.indent(root, "  ")
        return Xml.tostring(root, encoding="unicode") + "\n"
