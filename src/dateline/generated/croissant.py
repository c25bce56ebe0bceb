"""Croissant 1.1: a built folder described for machines, in JSON-LD, with its files and columns.

Each config is a record set over its Parquet files, and so is each table of label names
(`labels/…`), which the columns name whose numbers it explains. Structs and lists of structs are
fields with subfields. A list of structs inside another has none: mlcroissant, with which Croissant
is read, cannot take it apart, and would give its first items for all without a word. The field
around it says that it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from dateline.citation import ABSTRACT, KEYWORDS, bibtex, cited
from dateline.generated.responsible import RESPONSIBLE
from dateline.manifest import Manifest

__all__ = ["croissant"]

Json = dict[str, Any]

_TERMS = (
    "annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field "
    "fileObject fileProperty fileSet format includes isArray isLiveDataset jsonPath key md5 "
    "parentField path readLines recordSet references regex repeated replace samplingRate sdVersion "
    "separator source subField transform unArchive value"
)
CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}
_TYPES = {
    "string": "sc:Text",
    "bool": "sc:Boolean",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "float64": "sc:Float",
}
_PARQUET = "application/x-parquet"


class _Labels:
    """The tables of label names met so far, each once, under the place where it was met first."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], str] = {}

    def table(self, names: list[str], place: str) -> str:
        return self.found.setdefault(tuple(names), f"labels/{place}")

    def record_sets(self) -> Iterator[Json]:
        for names, key in self.found.items():
            yield {
                "@type": "cr:RecordSet",
                "@id": key,
                "name": key,
                "dataType": "sc:Enumeration",
                "key": {"@id": f"{key}/number"},
                "field": [
                    _field(f"{key}/number", "number", dataType="sc:Integer"),
                    _field(f"{key}/name", "name", dataType=["sc:Text", "sc:name"]),
                ],
                "data": [
                    {f"{key}/number": number, f"{key}/name": name}
                    for number, name in enumerate(names)
                ],
            }


def _field(key: str, name: str, **more: Any) -> Json:
    return {"@type": "cr:Field", "@id": key, "name": name, **more}


def _leaf(kind: Json, key: str, labels: _Labels) -> Json:
    if kind["_type"] != "ClassLabel":
        return {"dataType": _TYPES[kind["dtype"]]}
    table = labels.table(kind["names"], key)
    found: Json = {
        "dataType": ["sc:Integer", "cr:Label"],
        "description": f"A number; its name is in the record set {table}.",
    }
    if key.count("/") > 1:
        # On a whole column mlcroissant takes a reference for a join, reads everything into memory,
        # and gives no rows when they are asked for a second time.
        found["references"] = {"field": {"@id": f"{table}/number"}}
    return found


def _described(
    kind: Json, key: str, source: Json, labels: _Labels, steps: tuple[str, ...], in_list: bool
) -> Json | None:
    """The field of a column or of a part of one; None for what cannot be read.

    `steps` are the names that lead from the column to the part.
    """
    name = key.rpartition("/")[2]
    array: Json = {}
    if kind.get("_type") == "List":
        array = {"isArray": True, "arrayShape": "-1"}
        kind = kind["feature"]
    if "_type" in kind:
        transform = {"transform": [{"jsonPath": step} for step in steps]} if steps else {}
        leaf = _leaf(kind, key, labels)
        return _field(key, name, **leaf, **array, source={**source, **transform})
    if array and in_list:
        return None
    inner = in_list or bool(array)
    parts = {
        part: _described(sub, f"{key}/{part}", source, labels, (*steps, part), inner)
        for part, sub in kind.items()
    }
    if out := [part for part, found in parts.items() if found is None]:
        array["description"] = f"Left out here, a list in a list: {', '.join(out)}."
    return _field(key, name, **array, subField=[part for part in parts.values() if part])


def _config(config: str, manifest: Manifest, features: Json, labels: _Labels) -> Json:
    splits = "|".join(manifest.configs[config].splits)
    files = {"fileSet": {"@id": f"{config}-files"}}
    split = _field(
        f"{config}/split",
        "split",
        dataType=["sc:Text", "cr:Split"],
        source={
            **files,
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": f"{config}/({splits})-.*parquet"},
        },
    )
    fields = [
        _described(
            kind, f"{config}/{column}", {**files, "extract": {"column": column}}, labels, (), False
        )
        for column, kind in features.items()
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": _ABOUT[config],
        "field": [split, *(field for field in fields if field is not None)],
    }


_ABOUT = {
    "documents": "An article a row, with its text and all layers nested.",
    "entities": "A sentence a row: tokens, BIO tags of names and values, all mentions as spans.",
    "events": "An event a row: sentence, trigger, type, attributes, arguments.",
    "stance": "A stance a row: who is for or against what, and by which words.",
    "attribution": "An attribution a row: source, cue, content, and the sentences it touches.",
    "external": "Stand-off labels of articles whose words are not ours to give.",
}
_SPLITS = {
    split: f"http://mlcommons.org/croissant/{kind}Split"
    for split, kind in (("train", "Training"), ("validation", "Validation"), ("test", "Test"))
}


def _distribution(manifest: Manifest) -> Iterator[Json]:
    """Every Parquet file by itself, with its digest, and those of each config as a set."""
    for config, entry in manifest.configs.items():
        files = [file for split in entry.splits.values() for file in split.files]
        for file in files:
            yield {
                "@type": "cr:FileObject",
                "@id": file.path,
                "name": file.path,
                "contentUrl": file.path,
                "contentSize": f"{file.bytes} B",
                "encodingFormat": _PARQUET,
                "sha256": file.sha256,
            }
        if files:
            yield {
                "@type": "cr:FileSet",
                "@id": f"{config}-files",
                "name": f"{config}-files",
                "encodingFormat": _PARQUET,
                "includes": [file.path for file in files],
            }


def croissant(manifest: Manifest, schemas: Mapping[str, pa.Schema]) -> bytes:
    """The Croissant file of a built folder, to lie in it as `croissant.json`.

    Parameters
    ----------
    schemas : the Arrow schema of each config, with the features in its metadata.

    It cites the version without the digest of its manifest, on which it would depend.
    """
    labels = _Labels()
    citation = cited(manifest)
    record_sets = []
    for config, schema in schemas.items():
        if any(split.files for split in manifest.configs[config].splits.values()):
            features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
            record_sets.append(_config(config, manifest, features, labels))
    names = dict.fromkeys(s for entry in manifest.configs.values() for s in entry.splits)
    splits = {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [
            _field("splits/name", "name", dataType="sc:Text"),
            _field("splits/url", "url", dataType="sc:URL"),
        ],
        "data": [{"splits/name": name, "splits/url": _SPLITS.get(name, "")} for name in names],
    }
    found: Json = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": "Dateline",
        "alternateName": citation.title,
        "description": ABSTRACT,
        "version": "0.0.0" if manifest.version == "tree" else manifest.version,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "creator": {"@type": "sc:Organization", "name": citation.authors},
        "keywords": list(KEYWORDS),
        "inLanguage": "en",
        "isLiveDataset": False,
        "citeAs": bibtex(citation),
        **({"datePublished": citation.released} if citation.released else {}),
        **RESPONSIBLE,
        "distribution": list(_distribution(manifest)),
        "recordSet": [*record_sets, splits, *labels.record_sets()],
    }
    return json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"
