"""Type systems: reading anyone's with cassis, within bounds, and making ours."""

from __future__ import annotations

import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from dateline.errors import DataError, UsageError
from dateline.formats.xmi.names import API, CHAIN, LINK
from dateline.formats.xmi.xml import clean

__all__ = [
    "REF",
    "REFS",
    "TEXT",
    "TEXTS",
    "XMI_ID",
    "Shape",
    "cassis",
    "read_types",
    "unknown_shape",
]

TEXT, TEXTS, REF, REFS, PLACE = "text", "texts", "ref", "refs", "place"
XMI_ID = "http://www.omg.org/XMI id"
_LARGEST = 8_000_000
_DEEPEST = 64
_COST = 100_000_000
_STRUCTURE = (
    f"{API}segmentation.type.",
    f"{API}metadata.type.",
    "org.dkpro.core.api.xml.type.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "de.tudarmstadt.ukp.inception.",
    "uima.tcas.DocumentAnnotation",
)
_CONTAINERS = ("Array", "List")
_BUILTIN = "uima.cas."
_PLACES = dict.fromkeys((XMI_ID, "sofa", "begin", "end"), PLACE)


@dataclass(frozen=True)
class Shape:
    """What reading needs to know of a type.

    `features` has the kind of each: `text`, `texts` (several), `ref` or `refs` (to others), or
    `place`. `refs` are those that refer, `target` that of a link, `structure` is what is made anew
    and no label.
    """

    name: str
    known: bool = True
    annotation: bool = True
    base: bool = True
    structure: bool = False
    container: bool = False
    chain: bool = False
    chained: bool = False
    relation: bool = False
    target: str | None = None
    features: dict[str, str] = field(default_factory=dict)
    refs: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name without its package."""
        return self.name.rpartition(".")[2]

    @property
    def refers(self) -> bool:
        """Whether it has features that refer to others."""
        return bool(self.refs) and not self.chained


def cassis() -> Any:
    """The package `cassis`, imported when it is needed.

    Raises
    ------
    UsageError : it is not installed.
    """
    try:
        import cassis
    except ImportError:
        hint = "pip install 'dateline[cas]'"
        raise UsageError("xmi", "the extra `cas`", "not installed", hint) from None
    return cassis


def unknown_shape(name: str, annotation: bool) -> Shape:
    """A type that the type system does not have: all its features are texts."""
    places = _PLACES if annotation else {XMI_ID: PLACE}
    return Shape(name, known=False, annotation=annotation, base=annotation, features=places)


def read_types(raw: bytes, where: str) -> dict[str, Shape]:
    """The types of a type system, by name, with those that every one has.

    Raises
    ------
    DataError : no type system, or one that contradicts itself or refers to types that it lacks.
    UsageError : the extra `cas` is not installed.
    """
    library = cassis()
    text, _ = clean(raw, where)
    _bounded(text, where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = library.load_typesystem(BytesIO(text.encode()))
            return {t.name: _shape(found, t) for t in found.get_types(built_in=True)}
    except RecursionError:
        raise DataError(where, "types in a shallow order", "too deep a one") from None
    except Exception as error:
        # cassis says what it finds wrong by whatever goes wrong: KeyError for a missing supertype,
        # ValueError, TypeError, AttributeError, lxml's and toposort's own errors.
        said = f"{type(error).__name__}: {error}"[:120]
        raise DataError(where, "a sound type system", said) from None


def _bounded(text: str, where: str) -> None:
    """Refuse what would take cassis longer than the size of the file warrants.

    It hands each feature down to every subtype, and compares all features of a type each time.
    """
    if len(text) > _LARGEST:
        raise DataError(where, f"a type system of at most {_LARGEST} characters", str(len(text)))
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise DataError(where, "well-formed XML", str(error)[:120]) from None
    if root.tag.rpartition("}")[2] != "typeSystemDescription":
        raise DataError(where, "a type system (typeSystemDescription)", root.tag[:80])
    own: dict[str, tuple[str, int]] = {}
    for one in root.iter():
        if one.tag.rpartition("}")[2] == "typeDescription":
            said = {part.tag.rpartition("}")[2]: (part.text or "").strip() for part in one}
            features = sum(1 for part in one.iter() if part.tag.endswith("featureDescription"))
            above, before = own.get(said.get("name", ""), ("", 0))
            own[said.get("name", "")] = (said.get("supertypeName", above), before + features)
    cost = 0
    for name in own:
        depth, number, at = 0, 0, name
        while at in own and depth <= _DEEPEST:
            number += own[at][1]
            at, depth = own[at][0], depth + 1
        cost += 100 + number**3
        if depth > _DEEPEST or cost > _COST:
            found = "types in a ring, or too deep a row of them" if depth > _DEEPEST else "more"
            raise DataError(where, "a type system of a size that is in use", found)


def _shape(system: Any, type_: Any) -> Shape:
    name: str = type_.name
    features = {
        feature.name.removesuffix("_") if feature._has_reserved_name else feature.name: _kind(
            system, feature
        )
        for feature in type_.all_features
        if feature.name not in ("sofa", "begin", "end")
    }
    above = list(_line(type_))
    base = "uima.cas.AnnotationBase" in above
    refers = [key for key, kind in features.items() if kind in (REF, REFS)]
    ranges = {feature.name: feature.rangeType for feature in type_.all_features}
    first = ranges.get("first")
    target = refers[0] if not base and len(refers) == 1 and len(features) == 2 else None
    return Shape(
        name=name,
        annotation="uima.tcas.Annotation" in above,
        base=base,
        structure=any(one.startswith(_STRUCTURE) for one in above),
        container=name.startswith(_BUILTIN) and name.endswith(_CONTAINERS),
        chain=name == CHAIN or (first is not None and first.get_feature("next") is not None),
        chained=name == LINK or (name.endswith("Link") and ranges.get("next") == type_),
        relation=set(refers) == {"Governor", "Dependent"},
        target=None if name.startswith(_BUILTIN) else target,
        features=features | (_PLACES if base else {XMI_ID: PLACE}),
        refs=tuple(refers),
    )


def _kind(system: Any, feature: Any) -> str:
    range_ = feature.rangeType
    if system.is_primitive(range_):
        return TEXT
    if system.is_primitive_array(range_) or system.is_primitive_list(range_):
        return TEXTS
    return REFS if system.is_array(range_) or system.is_list(range_) else REF


def _line(type_: Any) -> Iterator[str]:
    while type_ is not None:
        yield type_.name
        type_ = type_.supertype
