"""Raw answers of the server, kept as they came before anything in them is interpreted.

A snapshot is gzip over lines, one answer of a listing a line. It lies in the user's cache, since it
holds texts and addresses. It is the last resort when something was lost on the server.
"""

from __future__ import annotations

import gzip
import json
import os
import queue
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from dateline.errors import DataError
from dateline.studio.wire import Account

__all__ = ["Page", "kept", "read_page", "read_snapshot", "snapshots"]

_AHEAD = 2  # answers that may wait: the server works while we do


def kept(pages: Iterator[bytes], folder: Path, kind: str) -> Iterator[tuple[bytes, float]]:
    """Each answer once it is in the snapshot, with the seconds waited for the server.

    A thread asks for the next answers meanwhile. The file has its final name when all are in it; a
    cut one keeps the ending `.part` and holds what came.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
    path = folder / f"{stamp}-{kind}.jsonl.gz"
    part = path.with_name(f"{path.name}.part")
    empty = True
    with part.open("wb") as raw:
        os.fchmod(raw.fileno(), 0o600)
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as file:
            for page, waited in _ahead(pages):
                empty = False
                file.write(page.replace(b"\n", b" ") + b"\n")
                file.flush()
                yield page, waited
        raw.flush()
        os.fsync(raw.fileno())
    if empty:
        part.unlink()
    else:
        part.rename(path)


def _ahead(pages: Iterator[bytes]) -> Iterator[tuple[bytes, float]]:
    """Pages from a thread, and how long each was waited for here."""
    waiting: queue.Queue[bytes | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def put(entry: bytes | BaseException | None) -> None:
        while not stopped.is_set():
            try:
                waiting.put(entry, timeout=0.2)
            except queue.Full:
                continue
            return

    def ask() -> None:
        try:
            for page in pages:
                put(page)
                if stopped.is_set():
                    return
        except BaseException as error:  # it is raised where the pages are used
            put(error)
        else:
            put(None)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        while True:
            since = time.perf_counter()
            entry = waiting.get()
            if entry is None:
                return
            if isinstance(entry, BaseException):
                raise entry
            yield entry, time.perf_counter() - since
    finally:
        stopped.set()
        thread.join(timeout=5)


def snapshots(folder: Path) -> list[Path]:
    """The snapshots of a project, oldest first."""
    return sorted(folder.glob("*.jsonl.gz"))


def read_snapshot(path: Path) -> Iterator[bytes]:
    """The answers in a snapshot, once it is known to be whole.

    Raises
    ------
    DataError : no gzip, or one that is cut or damaged.
    """
    try:
        with gzip.open(path, "rb") as file:
            if not file.read(1):
                raise EOFError("an empty file")
            while file.read(1 << 20):
                pass
        with gzip.open(path, "rb") as file:
            yield from (line.rstrip(b"\n") for line in file)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(str(path), "a whole snapshot", str(error)) from None


class Page(msgspec.Struct):
    """What an answer holds: tasks; or accounts, number to address, as a snapshot begins with."""

    tasks: list[Any] = []
    users: dict[int, str] = {}


def read_page(raw: bytes, where: str) -> Page:
    """An answer: a listing of tasks, an export (a bare list), or the accounts.

    Raises
    ------
    DataError : the JSON is cut or of another form.
    """
    try:
        answer = _decoded(raw)
        if isinstance(answer, dict) and "users" in answer:
            users = msgspec.convert(answer["users"], list[Account])
            return Page(users={user.id: user.email for user in users if user.email})
    except (ValueError, RecursionError) as error:
        raise DataError(where, "a whole answer in JSON", str(error)) from None
    tasks = answer.get("tasks") if isinstance(answer, dict) else answer
    if not isinstance(tasks, list):
        raise DataError(where, "a list of tasks", type(tasks).__name__)
    return Page(tasks=tasks)


def _decoded(raw: bytes) -> Any:
    """JSON, and what other programs take for it, so that one bad entry does not hide the rest."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return json.loads(raw)  # lone surrogates, NaN: what holds them is set aside by itself
