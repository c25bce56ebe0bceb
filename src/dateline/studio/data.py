"""What lies in a server's data folder beside its database: who may sign in, and where it runs."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from dateline.errors import DataError, UsageError
from dateline.files import cache_folder
from dateline.studio.web import checked_email, new_password

__all__ = ["OWNER", "Credentials", "State", "credentials", "data_folder", "prepared"]

OWNER = "owner@dateline.invalid"
"""The first account of a server, unless the user names another."""

DATABASE = "label_studio.sqlite3"
UNFINISHED = "first-start-unfinished"
"""A file that is there until a server has come up once: a first start may be interrupted."""

Record = TypeVar("Record")


@dataclass(frozen=True)
class Credentials:
    """The first account of a server, and what the server signs with. Only `email` may be shown."""

    email: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class State:
    """What `server.json` says while a server runs."""

    url: str
    pid: int
    started: str


def data_folder(chosen: Path | None = None) -> Path:
    """Where a server's data lie: the chosen folder, else one in the user's cache."""
    return chosen.absolute() if chosen else cache_folder() / "studio" / "data"


def credentials(data: Path) -> Credentials:
    """The first account of the server whose data lie in `data`.

    Raises
    ------
    DataError : no server was ever started there, or the file is damaged.
    """
    path = data / "credentials.json"
    try:
        return read(path, Credentials)
    except FileNotFoundError:
        hint = f"dateline studio serve --data {data}"
        raise DataError(str(path), "the credentials of a server", "none", hint) from None


def prepared(data: Path, user: str | None) -> Credentials:
    """The credentials of a data folder; folder and credentials are made at the first start.

    Raises
    ------
    UsageError : the folder holds something else, or another first account than `user`.
    """
    email = None if user is None else checked_email(user, "--user")
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700, exist_ok=True)
    path = data / "credentials.json"
    if not path.exists():
        kept = [entry for entry in data.iterdir() if not entry.name.startswith(".")]
        if other := next((entry for entry in kept if entry.name != UNFINISHED), None):
            raise UsageError(str(data), "an empty folder, or one of a server", other.name)
        key, sign = secrets.token_hex(20), secrets.token_urlsafe(48)
        (data / UNFINISHED).touch()
        write(path, Credentials(email or OWNER, new_password(), key, sign))
    who = credentials(data)
    if email not in (None, who.email):
        hint = "An account for someone else: --account EMAIL."
        raise UsageError("--user", f"the first account of {data}, {who.email}", str(email), hint)
    return who


def read(path: Path, kind: type[Record]) -> Record:
    """A record that `write` wrote.

    Raises
    ------
    FileNotFoundError : there is none.
    DataError : it is damaged; the message quotes nothing of it.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except ValueError:
        raise DataError(str(path), "what this package wrote", "something else") from None


def write(path: Path, record: object) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    staging = path.with_name(f".{path.name}.new")
    staging.unlink(missing_ok=True)
    with private(staging) as file:
        file.write(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    staging.replace(path)


def private(path: Path) -> BinaryIO:
    """A new file, open for writing, that its owner alone may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
