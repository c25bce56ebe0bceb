"""A model as a folder: `model.json`, and a file for each part.

Nothing in it is a pickle. The digests of the parts are in `model.json`: they show a file that was
broken or exchanged, and not who made the model.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from dateline.baselines.blank import Blank, read_blank
from dateline.baselines.counts import Counts, CountTagger, read_counts
from dateline.baselines.crf import Crf, read_crf
from dateline.baselines.examples import CHOSEN
from dateline.baselines.linear import Linear, read_linear
from dateline.baselines.model import FORM, NAMES, About, Model, Part
from dateline.baselines.parts import NONE, Chooser, Tagger
from dateline.baselines.spans import TAGGED
from dateline.errors import DataError, UsageError
from dateline.files import staged_folder
from dateline.scheme import Scheme

__all__ = ["ABOUT", "is_model", "read_model", "write_model"]

ABOUT = "model.json"
_FILE = re.compile(r"[a-z_]+\.(crfsuite|npz|json|spacy)")
_KINDS: dict[type, tuple[str, str]] = {
    Crf: ("crf", "crfsuite"),
    Linear: ("linear", "npz"),
    Counts: ("counts", "json"),
    CountTagger: ("counts", "json"),
    Blank: ("spacy", "spacy"),
}


def is_model(path: Path) -> bool:
    """Whether a folder claims to hold a model."""
    return (path / ABOUT).is_file()


def write_model(model: Model, path: Path) -> None:
    """Write a model's folder whole, or not at all; a model that is there is replaced.

    Raises
    ------
    DataError : something else lies there.
    """
    if path.exists() and not is_model(path) and (not path.is_dir() or any(path.iterdir())):
        raise DataError(str(path), "no file or folder, or that of a model", "something else")
    parts: list[Part] = []
    with staged_folder(path, "training") as folder:
        sides: tuple[tuple[str, Mapping[str, Tagger | Chooser]], ...] = (
            ("tagger", model.tagger_parts),
            ("chooser", model.choosers),
        )
        for role, each in sides:
            for name, part in sorted(each.items()):
                kind, ending = _KINDS[type(part)]
                file = f"{role}_{name}.{ending}"
                part.write(folder / file)
                parts.append(Part(role, name, kind, file, _digest(folder / file)))
        about = msgspec.structs.replace(model.about, parts=parts)
        raw = msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n"
        (folder / ABOUT).write_bytes(raw)


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and digests of a folder's files."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    each = sorted(p for p in path.rglob("*") if p.is_file())
    lines = [f"{_digest(p)} {p.relative_to(path).as_posix()}\n" for p in each]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_model(path: Path, scheme: Scheme) -> Model:
    """Read a model that was trained under `scheme`.

    Raises
    ------
    UsageError : there is no such folder, or a package is missing.
    DataError : a file that is missing, broken, exchanged or of another form; another scheme; labels
        that the scheme does not have.
    """
    if not is_model(path):
        hint = "dateline baseline train --out MODEL makes one."
        raise UsageError(str(path), f"the folder of a model, with {ABOUT}", "none", hint)
    where = str(path / ABOUT)
    try:
        about = msgspec.json.decode((path / ABOUT).read_bytes(), type=About)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise DataError(where, "what a model says of itself", str(error)) from None
    if about.form != FORM or about.name not in NAMES:
        raise DataError(where, f"the form {FORM}, one of {', '.join(NAMES)}", about.form)
    if about.scheme != scheme.version:
        raise DataError(where, f"a model of the scheme {scheme.version}", about.scheme)
    taggers: dict[str, Tagger] = {}
    choosers: dict[str, Chooser] = {}
    readers: dict[tuple[str, str], Callable[[Path, str], Any]] = {
        ("tagger", "crf"): read_crf,
        ("tagger", "spacy"): read_blank,
        ("tagger", "counts"): lambda file, at: CountTagger(read_counts(file, at)),
        ("chooser", "linear"): read_linear,
        ("chooser", "counts"): read_counts,
    }
    known = {"tagger": TAGGED, "chooser": CHOSEN}
    for part in about.parts:
        reader = readers.get((part.role, part.kind))
        if reader is None or part.name not in known[part.role]:
            raise DataError(where, "parts of this package", f"{part.role} {part.name}")
        file = path / part.file
        if not _FILE.fullmatch(part.file) or not file.exists() or file.is_symlink():
            raise DataError(where, "the file of each part beside it", part.file)
        if _digest(file) != part.sha256:
            raise DataError(str(file), f"SHA-256 {part.sha256}", _digest(file))
        made = reader(file, str(file))
        if part.role == "tagger":
            _require_tags(part, made, scheme, str(file))
            taggers[part.name] = made
        else:
            _require_labels(part, made, scheme, str(file))
            choosers[part.name] = made
    if {"triggers", "described"} & {*taggers} and not {"type", "mention"} <= {*choosers}:
        raise DataError(where, "choosers of type and mention beside taggers of their spans", "none")
    return Model(about, taggers, choosers)


def _require_tags(part: Part, made: Tagger, scheme: Scheme, where: str) -> None:
    names = {
        "entities": scheme.labels("entities"),
        "described": scheme.layers["entities"].attributes["mention"].only,
        "triggers": ["TRIGGER"],
        "cues": ["SOURCE", "CUE"],
        "contents": ["CONTENT"],
        "stances": ["EXPRESSION"],
    }[part.name]
    known = {"O", *(f"{letter}-{name}" for letter in "BI" for name in names)}
    for tag in made.known():
        if tag not in known:
            raise DataError(where, f"tags for {part.name} that the scheme has", repr(tag))


def _require_labels(part: Part, made: Chooser, scheme: Scheme, where: str) -> None:
    attributes = {
        "mention": ("entities", "mention"),
        "sector": ("entities", "sector"),
        "mode": ("events", "mode"),
        "polarity": ("events", "polarity"),
        "certainty": ("events", "certainty"),
        "time": ("events", "time"),
        "source_kind": ("attributions", "source_kind"),
        "denial": ("attributions", "polarity"),
        "stance": ("stances", "value"),
        "attitude": ("stances", "attitude"),
        "explicit": ("stances", "explicit"),
    }
    if part.name == "type":
        allowed = scheme.labels("events")
    elif part.name == "argument":
        allowed = scheme.roles()
    else:
        allowed = scheme.values(*attributes[part.name])
    may_be_none = part.name in ("sector", "mode", "source_kind", "argument", "stance")
    for label in made.labels:
        if label not in allowed and not (may_be_none and label == NONE):
            raise DataError(where, f"labels for {part.name} that the scheme has", repr(label))
