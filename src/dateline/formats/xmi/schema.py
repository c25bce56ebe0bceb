"""The type system of an export: the layers of ours with the features that were seen."""

from __future__ import annotations

from collections.abc import Iterable

from dateline.formats.xmi.names import (
    API,
    ARGUMENTS,
    CHAIN,
    LAYERS,
    LINK,
    NAMED_ENTITY,
    OWN,
    RELATIONS,
)
from dateline.formats.xmi.types import cassis
from dateline.scheme import Scheme

__all__ = ["Schema"]

_ANNOTATION, _STRING, _ARRAY = "uima.tcas.Annotation", "uima.cas.String", "uima.cas.FSArray"
_TOP, _BASE = "uima.cas.TOP", "uima.cas.AnnotationBase"
_ALWAYS = ("mark", "value", "aside")
_LAYER_OF = {"Mention": "entities", "Event": "events", "Attribution": "attributions"}
_MORE = {
    "Mention": (),
    "Span": ("fragment",),
    "Cluster": ("kb", "name"),
    "Kept": (),
    "Article": ("title", "published", "outlet", "genre", "language", "source", "licence"),
    "Remark": ("text",),
    "Stance": ("fragment", "holder"),
}
_ABOUT = {
    "Mention": "How a named entity refers; on the same words as it.",
    "Span": "Words of an attribution (SOURCE, CONTENT), and spans of other labels.",
    "Event": "An event on its trigger, with its roles.",
    "Attribution": "Reported speech on its cue, with its source and content.",
    "Stance": "What somebody thinks of something, with holder and target.",
    "OtherEvent": "Events of other labels.",
    "Remark": "A remark on other words.",
    "Cluster": "The name and link of a cluster; on its first member.",
    "Kept": "What no layer has a form for.",
    "Article": "What is known of the article.",
}


class Schema:
    """Collects the features of each layer, so that the type system has all that is in the files."""

    def __init__(self, scheme: Scheme) -> None:
        self.library = cassis()
        self.scheme = scheme
        self._features: dict[str, dict[str, None]] = {}
        for layer in (*_MORE, *LAYERS, *RELATIONS.values()):
            more = _MORE.get(layer, ("fragment",) if layer in LAYERS else ())
            self.see(layer, more)
        for layer, name in (*_LAYER_OF.items(), ("Stance", "stances")):
            self.see(layer, scheme.layers[name].attributes)

    def see(self, layer: str, features: Iterable[str]) -> None:
        """Take the features of an annotation of a layer."""
        self._features.setdefault(layer, {}).update(dict.fromkeys(features))

    def xml(self) -> bytes:
        """The type system's file."""
        system = self.library.TypeSystem()

        def made(name: str, above: str, features: dict[str, str], about: str = "") -> None:
            new = system.create_type(name, above, about or None)
            for feature, range_ in features.items():
                system.create_feature(new, feature, range_)

        segmentation = f"{API}segmentation.type."
        made(f"{segmentation}Token", _ANNOTATION, {})
        made(f"{segmentation}Sentence", _ANNOTATION, {})
        document = {"documentId": _STRING, "documentTitle": _STRING}
        made(f"{API}metadata.type.DocumentMetaData", "uima.tcas.DocumentAnnotation", document)
        made(NAMED_ENTITY, _ANNOTATION, dict.fromkeys(("value", "identifier"), _STRING))
        link_features = ("referenceType", "referenceRelation")
        made(LINK, _ANNOTATION, dict.fromkeys(link_features, _STRING))
        system.create_feature(system.get_type(LINK), "next", LINK)
        made(CHAIN, _BASE, {"first": LINK})
        for layer, features in self._features.items():
            always = () if layer == "Article" else _ALWAYS
            names = dict.fromkeys((*always, "aside", *features))
            texts = dict.fromkeys(names, _STRING)
            made(f"{OWN}{layer}", _ANNOTATION, texts, _ABOUT.get(layer, ""))
            if layer in LAYERS:
                link = f"{OWN}{layer}ArgumentsLink"
                made(link, _TOP, {"role": _STRING, "target": _ANNOTATION})
                one = system.get_type(f"{OWN}{layer}")
                system.create_feature(one, ARGUMENTS, _ARRAY, elementType=link)
        for end, layer in RELATIONS.items():
            both = f"{OWN}{end}" if end else NAMED_ENTITY
            for feature in ("Governor", "Dependent"):
                system.create_feature(system.get_type(f"{OWN}{layer}"), feature, both)
        text: str = system.to_xml()
        return text.encode()
