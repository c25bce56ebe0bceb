"""Talking to a Label Studio server: the SDK signs in with tokens, plain HTTP asks.

The SDK types every field of every task, which costs more than the server's own work and drops what
it does not know; a snapshot must hold what the server sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from dateline.errors import DataError, UsageError
from dateline.studio.web import is_here

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk import LabelStudio

__all__ = ["DRAFTED", "Client", "Listed", "Project", "changed_since", "numbered"]

PAGE = 200
"""Tasks of one answer of a listing: some megabytes."""
_KNOWN = "id,title,description,created_at,task_number"  # other counts take the server a second
_TRIES = 6
_TIMEOUT = 600.0

Answer = TypeVar("Answer")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project as the server lists it."""

    id: int
    title: str
    description: str | None = None
    created_at: str = ""
    task_number: int | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a listing without its labels."""

    id: int
    data: dict[str, Any] = {}
    total_annotations: int = 0
    total_predictions: int = 0
    cancelled_annotations: int = 0
    draft_exists: bool = False
    updated_at: str | None = None

    @property
    def doc_id(self) -> str:
        """The document of a task; that of no task of ours has this name."""
        return str(self.data.get("doc_id"))[:80]


class _Page(msgspec.Struct):
    tasks: list[Listed]


class _Projects(msgspec.Struct):
    results: list[Project]


class _Work(msgspec.Struct):
    annotations: list[msgspec.Raw] = []
    drafts: list[msgspec.Raw] = []


@dataclass
class Client:
    """A signed-in connection. No error and no representation holds the key."""

    url: str
    http: httpx.Client
    key: str = field(repr=False)

    @classmethod
    def connect(cls, url: str, key: str) -> Client:
        """Sign in.

        Raises
        ------
        UsageError : the extra `studio` is not installed, or the address is none.
        DataError : nothing answers there, or the key is not accepted.
        """
        try:
            import httpx
        except ImportError:
            hint = 'pip install "dateline[studio]"'
            raise UsageError(
                "dateline studio", "the extra `studio`", "not installed", hint
            ) from None
        if not url.startswith(("http://", "https://")):
            raise UsageError("--url", "an address http://… or https://…", repr(url))
        url = url.rstrip("/")
        # A proxy of the environment is for what is elsewhere.
        http = httpx.Client(
            base_url=url, timeout=_TIMEOUT, follow_redirects=True, trust_env=not is_here(url)
        )
        server = cls(url, http, key)
        server._request("GET", "/api/current-user/whoami")  # once: it may be a wrong address
        return server

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    @cached_property
    def sdk(self) -> LabelStudio:
        """Label Studio's own client, which takes a second to import."""
        from label_studio_sdk import LabelStudio

        return LabelStudio(  # type: ignore[no-untyped-call]
            base_url=self.url, api_key=self.key, httpx_client=self.http, max_retries=0
        )

    def _sign(self) -> dict[str, str]:
        """The header that signs a request: the SDK makes it of a personal access token (a JWT, in
        three parts), and renews it when it runs out; a legacy key is sent as it is.
        """
        if self.key.count(".") != 2:
            return {"Authorization": f"Token {self.key}"}
        return dict(self.sdk._client_wrapper.get_headers())

    # ── requests

    def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        import httpx

        try:
            headers = self._sign() | more.pop("headers", {})
            answer = self.http.request(method, path, headers=headers, **more)
        except httpx.HTTPError as error:
            raise DataError(self.url, "an answer of the server", type(error).__name__) from None
        except Exception as error:  # the SDK has no common class of errors for a refused key
            if type(error).__name__ != "ApiError":
                raise
            raise DataError(self.url, "a key that the server accepts", "a refusal") from None
        if answer.status_code in (401, 403):
            hint = (
                "The server's page Account & Settings shows the key: set DATELINE_STUDIO_KEY to it."
            )
            found = str(answer.status_code)
            raise DataError(self.url, "a key that the server accepts", found, hint)
        if answer.status_code >= 400:
            found = f"{answer.status_code} {_detail(answer)}"
            raise DataError(f"{self.url}{path}", "an answer of the server", found)
        return answer

    def get(self, path: str, **query: Any) -> bytes:
        """The body of an answer; asked again while the server is busy or away for a moment."""
        return self.patiently(lambda: bytes(self._request("GET", path, params=query).content))

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        """Send JSON once. Who sends what must not be done twice looks first, then sends again."""
        raw = b"" if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        return bytes(
            self._request(method, path, content=raw, headers=headers, params=query).content
        )

    def upload(self, path: str, name: str, content: bytes, **query: Any) -> bytes:
        """Send a file once."""
        files = {"file": (name, content)}
        return bytes(self._request("POST", path, files=files, params=query).content)

    def patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask until it is answered, six times at most: a locked database is free again soon."""
        for number in range(_TRIES):
            try:
                return ask()
            except DataError as error:
                if "a key that" in error.expected or error.found[:1] == "4" or number + 1 == _TRIES:
                    raise
                time.sleep(0.5 * 2**number)
        raise AssertionError

    # ── accounts, projects and tasks

    def users(self) -> bytes:
        """All accounts of the server, as a page of a snapshot."""
        return b'{"users":' + self.get("/api/users") + b"}"

    def projects(self) -> list[Project]:
        """All projects that the key may see, by id."""
        found: list[Project] = []
        while True:
            page = len(found) // 500 + 1
            raw = self.get("/api/projects", page=page, page_size=500, include=_KNOWN)
            projects = _answer(raw, _Projects, self.url).results
            found += projects
            if len(projects) < 500:
                return sorted(found, key=lambda project: project.id)

    def project(self, project: int) -> Project:
        raw = self.get(f"/api/projects/{project}", include=_KNOWN)
        return _answer(raw, Project, self.url)

    def pages(
        self,
        project: int,
        filters: Sequence[dict[str, Any]] = (),
        **query: Any,
    ) -> Iterator[bytes]:
        """A listing of tasks as the server sends it, some hundred an answer, in the order of ids.

        Each answer begins behind the last id of the one before, so that a task that is deleted
        meanwhile makes no other one slip through. A task that the server fails to send, since it
        stored what it cannot write, hides no other: its id comes with the word `unreadable`.
        """
        last, size = 0, PAGE
        while True:
            behind = _filter("id", "greater", "Number", last)
            parts = {"conjunction": "and", "items": [behind, *filters]}
            asked = json.dumps({"filters": parts, "ordering": ["tasks:id"]})
            place = {"project": project, "page_size": size, "page": 1, "query": asked}
            try:
                raw = self.get("/api/tasks", **place, **query)
            except DataError as error:
                if error.found[:2] != "50":
                    raise
                if size > 1:
                    size = size // 8 or 1
                    continue
                bare = self.get("/api/tasks", **place, include="id")
                (task,) = _answer(bare, _Page, self.url).tasks
                unreadable = {"id": task.id, "unreadable": error.found}
                raw = msgspec.json.encode({"tasks": [unreadable]})
            ids = [task.id for task in _answer(raw, _Page, self.url).tasks]
            if ids:
                yield raw
            if len(ids) < size:
                return
            last, size = max(ids), PAGE if size == 1 else size

    def listed(self, project: int) -> Iterator[Listed]:
        """The tasks of a project without their labels."""
        counts = "total_annotations,total_predictions,cancelled_annotations,draft_exists"
        include = f"id,data,{counts},updated_at"
        for raw in self.pages(project, include=include):
            yield from _answer(raw, _Page, self.url).tasks

    def is_begun(self, task: int) -> bool:
        """Whether a task holds anybody's work now; the counts of a listing may lag behind."""
        work = _answer(self.get(f"/api/tasks/{task}"), _Work, self.url)
        return bool(work.annotations or work.drafts)

    def clock(self) -> datetime:
        """The server's own time, to the second."""
        answer = self.patiently(lambda: self._request("GET", "/api/current-user/whoami"))
        try:
            return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError):
            raise DataError(self.url, "an answer with a date", "none") from None

    def task_url(self, project: int, task: int) -> str:
        """Where a person opens a task."""
        return f"{self.url}/projects/{project}/data?task={task}"


def changed_since(moment: str | None) -> list[dict[str, Any]]:
    """A filter for tasks that were touched at this moment or later."""
    if moment is None:
        return []
    if "." not in moment:  # as the server writes a whole second; it does not read it so
        moment = moment.replace("Z", ".000000Z")
    return [_filter("updated_at", "greater_or_equal", "Datetime", moment)]


def numbered(tasks: Sequence[int]) -> list[dict[str, Any]]:
    """A filter for some tasks; a hundred or so fit into an address."""
    return [_filter("id", "in_list", "Number", list(tasks))]


def _filter(column: str, operator: str, kind: str, value: Any) -> dict[str, Any]:
    return {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}


DRAFTED = [_filter("draft_exists", "equal", "Boolean", True)]
"""A filter for tasks that hold a draft; saving one does not touch the task's own time."""


def _answer(raw: bytes, kind: type[Answer], where: str) -> Answer:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise DataError(where, "an answer of Label Studio's form", str(error)) from None


def _detail(answer: httpx.Response) -> str:
    """What the server says of a refusal, without the page of HTML that it may send."""
    try:
        said = answer.json()
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    return str(said.get("validation_errors") or said.get("detail") or "")
