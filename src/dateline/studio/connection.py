"""Which server a command talks to, and with whose key."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dateline.errors import UsageError
from dateline.studio.data import credentials, data_folder
from dateline.studio.server import running
from dateline.studio.web import is_here

__all__ = ["Connection", "connection"]

_URL, _KEY = "DATELINE_STUDIO_URL", "DATELINE_STUDIO_KEY"


@dataclass(frozen=True)
class Connection:
    """A server's address and a key to it; `note` warns of what the user should know."""

    url: str
    key: str = field(repr=False)
    note: str = ""


def connection(
    url: str | None = None, key: str | None = None, data: Path | None = None
) -> Connection:
    """The server that is asked for, else that of the environment, else the one that runs here.

    Whether it answers is not tried. A key of the environment belongs to the address there: it is
    not sent to another one.

    Raises
    ------
    UsageError : no server, no key for it, or an address or a key that cannot be one.
    """
    kept = _address(os.environ.get(_URL), _URL)
    wanted = _address(url, "--url") or kept
    if wanted is not None and kept in (None, wanted):
        key = key or os.environ.get(_KEY)
    if wanted is None or not key:
        place = data_folder(data)
        local = running(place)
        if wanted is None and local is None:
            hint = f"Start one with: dateline studio serve. One elsewhere: --url and {_KEY}."
            raise UsageError("server", "a Label Studio server", "none that runs here", hint)
        if local is not None and wanted in (None, local):
            wanted, key = local, key or credentials(place).key
    if not key:
        hint = f"Its page Account & Settings has it; set {_KEY}, which no list of processes shows."
        raise UsageError("--key", f"the API key for {wanted}", "none", hint)
    return Connection(str(wanted), _checked(key), _note(str(wanted)))


def _address(url: str | None, where: str) -> str | None:
    """An address without a slash at its end.

    Raises
    ------
    UsageError : no http(s) address of a server; a password in it is not repeated.
    """
    if not url:
        return None
    expected = "the address of a server, such as https://label.example.org"
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise UsageError(where, expected, str(error)) from None
    if parts.username is not None or parts.password is not None:
        raise UsageError(where, expected, "one with a user name or password in it")
    if parts.query or parts.fragment:
        raise UsageError(where, expected, "one of a page, with ? or #")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(where, expected, repr(url))
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _checked(key: str) -> str:
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key or not key:
        raise UsageError("--key", "an API key", f"{len(key)} characters that cannot be one")
    return key


def _note(url: str) -> str:
    if url.startswith("https:") or is_here(url):
        return ""
    return f"{url}: without https everyone on the way can read the key and the articles."
