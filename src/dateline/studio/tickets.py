"""Tickets: what comes too late comes to nothing.

A request that was cut off may still be carried out: a server that finds its database locked tries
an import again and again, for up to 51 minutes (label-studio 1.23.2). What it makes then would be
there twice, and no look can tell whether it is yet to come. So each import names a ticket, a small
uploaded file that its tasks say they came from. Once the ticket is deleted, the database refuses
tasks that refer to it, all those of a request. Who holds a ticket, has deleted all others and looks
then, sees all that there will ever be but for what comes with their own.

The server lists to an account only its own uploads, so that this holds among the pushes of one
account, on whatever machine. It keeps some twenty bytes of a deleted upload on its disk.
"""

from __future__ import annotations

import msgspec

from dateline.studio.client import Client

__all__ = ["held", "take", "void"]

_NAME = "dateline-push.json"
_CONTENT = b'[{"data":{"text":""}}]'  # the server reads it, and makes nothing of it yet


class _Uploaded(msgspec.Struct):
    file_upload_ids: list[int]


class _Upload(msgspec.Struct):
    id: int
    file: str


def take(server: Client, project: int) -> int:
    """A new ticket of a project, all others being void from now on.

    The new one is there before the others go: of two pushes that do so at once, one at most has a
    valid ticket in the end, and has yet to look.

    Raises
    ------
    DataError : the server goes on failing.
    """
    path = f"/api/projects/{project}/import"
    raw = server.patiently(lambda: server.upload(path, _NAME, _CONTENT, commit_to_project="false"))
    (mine,) = msgspec.json.decode(raw, type=_Uploaded).file_upload_ids
    void(server, project, [one for one in held(server, project) if one != mine])
    return mine


def held(server: Client, project: int) -> list[int]:
    """The tickets of a project that are valid: one while a push runs, or if it was cut off."""
    raw = server.get(f"/api/projects/{project}/file-uploads", all="true")
    uploads = msgspec.json.decode(raw, type=list[_Upload])
    return [one.id for one in uploads if one.file.endswith(f"-{_NAME}")]


def void(server: Client, project: int, tickets: list[int]) -> None:
    """Delete tickets; the tasks that came with them stay, and refer to none."""
    path = f"/api/projects/{project}/file-uploads"
    if tickets:
        server.patiently(lambda: server.send("DELETE", path, {"file_upload_ids": tickets}))
