"""A trained baseline: its parts, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from dateline.baselines.parts import Chooser, Tagger, chosen

__all__ = ["FORM", "NAMES", "About", "Model", "Part"]

FORM = "dateline-baseline 1"
NAMES = ("crf", "majority", "random", "spacy")
"""The baselines that can be trained."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file or folder of a model; `kind` is `crf`, `linear`, `counts` or `spacy`."""

    role: str
    name: str
    kind: str
    file: str
    sha256: str = ""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `model.json` says: on which articles the model was trained, with what, and its parts."""

    form: str = FORM
    name: str
    scheme: str
    data: str
    split: str
    articles: int
    seed: int
    packages: dict[str, str] = {}
    reporting: list[str] = []
    parts: list[Part] = []


@dataclass(frozen=True)
class Model:
    """Taggers by what they find, and choosers by what they choose (see `TAGGED` and `CHOSEN`)."""

    about: About
    tagger_parts: Mapping[str, Tagger]
    choosers: Mapping[str, Chooser]

    @property
    def reporting(self) -> frozenset[str]:
        return frozenset(self.about.reporting)

    @property
    def taggers(self) -> Iterable[tuple[str, Tagger]]:
        return self.tagger_parts.items()

    def choose(
        self,
        name: str,
        rows: Sequence[Sequence[str]],
        fallback: str,
        allowed: Sequence[frozenset[str]] | None = None,
    ) -> list[str]:
        """A label for each candidate; `fallback` for all where the model has no such chooser."""
        chooser = self.choosers.get(name)
        if chooser is None:
            return [fallback] * len(rows)
        return [label for label, _ in chosen(chooser, rows, allowed)]
