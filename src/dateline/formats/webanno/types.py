"""The layers of ours as a UIMA type system, which INCEpTION makes layers of."""

from __future__ import annotations

from dateline.formats.webanno.shape import (
    ANY,
    ENTITY,
    OF_EVENT,
    OWN,
    RELATIONS,
    ROLES,
    features,
)
from dateline.scheme import Scheme

__all__ = ["type_system"]

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">
<name>Dateline</name>
<types>
"""
_STRING, _ANNOTATION = "uima.cas.String", "uima.tcas.Annotation"


def type_system(scheme: Scheme) -> str:
    """The file: a type for each layer of ours, and for the links of its slots."""
    parts = [_HEAD]
    for layer in sorted(OWN):
        found = [_feature(name, _STRING) for name in features(layer, scheme)]
        if layer in OF_EVENT:
            link = f"{layer}RolesLink"
            found.append(_feature(ROLES, "uima.cas.FSArray", link))
            ends = [_feature("role", _STRING), _feature("target", ANY)]
            parts.append(_type(link, "uima.cas.TOP", ends))
        if layer == RELATIONS:
            found += [_feature(name, ENTITY) for name in ("Governor", "Dependent")]
        parts.append(_type(layer, _ANNOTATION, found))
    parts.append(
        _type(ENTITY, _ANNOTATION, [_feature(n, _STRING) for n in ("identifier", "value")])
    )
    return "".join([*parts, "</types>\n</typeSystemDescription>\n"])


def _type(name: str, above: str, found: list[str]) -> str:
    inner = "".join(found)
    return (
        f"<typeDescription><name>{name}</name><description/>"
        f"<supertypeName>{above}</supertypeName>\n<features>\n{inner}</features>\n"
        "</typeDescription>\n"
    )


def _feature(name: str, kind: str, element: str = "") -> str:
    of = f"<elementType>{element}</elementType>" if element else ""
    return (
        f"<featureDescription><name>{name}</name><description/>"
        f"<rangeTypeName>{kind}</rangeTypeName>{of}</featureDescription>\n"
    )
