"""What the fuzzing of a format starts from: what it writes itself, and files made by hand.

A format that only reads, and any other that likes, has `tests/formats/<name>/seeds.py` with
`SEEDS`, a list of inputs: file names below a folder, with their bytes.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from dateline.formats.native import to_standoff
from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from fuzzing.cutting import Files
from marks import standoffs
from strategies import SCHEME, articles

__all__ = ["seeds_of", "texts_by_id"]

_FORMATS = Path(__file__).parent.parent / "formats"
_LARGEST = 20_000


def _drawn(strategy: st.SearchStrategy[Any], count: int, seed: int) -> list[Any]:
    found: list[Any] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(one: Any) -> None:
        found.append(one)

    take()
    return found


def _named(standoff: StandOff, number: int) -> StandOff:
    return msgspec.structs.replace(standoff, doc_id=f"olm-{number}")


def _standoffs(seed: int) -> list[StandOff]:
    """The text that has everything, documents, and arbitrary marks; each under an id of its own."""
    documents = [to_standoff(article, SCHEME) for article in _drawn(articles(), 20, seed)]
    every = [sample(), *documents, *_drawn(standoffs(), 40, seed)]
    return [_named(standoff, number) for number, standoff in enumerate(every, 1)]


def texts_by_id(seed: int) -> Callable[[str], str]:
    """The texts of the seeds, for formats that hold none."""
    return {standoff.doc_id: standoff.text for standoff in _standoffs(seed)}.__getitem__


def seeds_of(form: Format, seed: int) -> list[Files]:
    """The inputs to start from, without files that are large; the names are those of one text.

    Raises
    ------
    LookupError : it neither writes nor has any made by hand.
    """
    found: list[Files] = []
    if form.write is not None:
        every = _standoffs(seed)
        for standoff in every:
            files = dict(form.write([standoff], SCHEME))
            found.append({n.replace(standoff.doc_id, "olm-1"): raw for n, raw in files.items()})
        found.append(dict(form.write(every[:2], SCHEME)))
    found += _by_hand(form.name)
    if not found:
        raise LookupError(f"{form.name}: expected SEEDS in tests/formats/{form.name}/seeds.py")
    small = [{n: raw for n, raw in files.items() if len(raw) <= _LARGEST} for files in found]
    return [files for files in small if files]


def _by_hand(name: str) -> list[Files]:
    path = _FORMATS / name / "seeds.py"
    if not path.is_file():
        return []
    spec = importlib.util.spec_from_file_location(f"seeds_of_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))  # for what the tests of the format have beside
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return [dict(files) for files in module.SEEDS]
