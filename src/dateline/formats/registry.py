"""The formats there are: each sub-package of `dateline.formats` that has a `FORMAT`.

To add one is to add a sub-package, `FORMAT = Format(…)` in its `__init__`, and a folder of tests.
What a format needs beyond the package's own dependencies it imports inside its functions.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dateline.errors import UsageError
from dateline.formats import format_names
from dateline.formats.standoff import StandOff
from dateline.scheme import Scheme

__all__ = ["Format", "Known", "find_format", "formats_written"]


@dataclass(frozen=True)
class Known:
    """What reading may need to know beside the files.

    `text_of` gives the text of an article of the tree by its id, for formats that hold none, and
    raises `DataError` where it is not at hand. `encoding` is that of files whose format leaves it
    open.
    """

    scheme: Scheme
    text_of: Callable[[str], str]
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Format:
    """A form that labels come in and go out in.

    Parameters
    ----------
    read : the texts with marks of a file or folder, one at a time; `DataError` for what is not of
        this form, and nothing worse whatever the bytes.
    write : file names below the folder of an export, with their bytes; lazily. A form that is only
        read, that of one corpus, has None.
    kept : what of a text with marks survives: `read` of `write` gives exactly that.
    mapping : the mapping that an import takes unless it is given another.
    """

    name: str
    title: str
    read: Callable[[Path, Known], Iterator[StandOff]]
    write: Callable[[Iterable[StandOff], Scheme], Iterator[tuple[str, bytes]]] | None = None
    kept: Callable[[StandOff, Scheme], StandOff] | None = None
    mapping: str | None = None


def formats_written() -> list[str]:
    """The names of the formats that an export can be of, sorted."""
    return [name for name in format_names() if find_format(name).write is not None]


def find_format(name: str) -> Format:
    """The format of a name.

    Raises
    ------
    UsageError : there is none.
    """
    names = format_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]}?" if near else ""
        raise UsageError("FORMAT", f"one of {', '.join(names)}", repr(name), hint)
    found: Format = importlib.import_module(f"dateline.formats.{name}").FORMAT
    return found
