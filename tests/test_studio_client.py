"""Talking to a server: what it answers, how it fails, and that the key stays with us."""

from __future__ import annotations

import base64
import gzip
import http.server
import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline.errors import DataError, UsageError
from dateline.studio import client as clients
from dateline.studio.client import DRAFTED, Client, changed_since, numbered
from dateline.studio.server import Server, free_port
from studio_desk import Desk

OLD = ({"alg": "HS256", "typ": "JWT"}, {"exp": 1, "token_type": "refresh"})
KEY = "0123456789" * 4


class Broken(http.server.BaseHTTPRequestHandler):
    """A server that answers everything with one status, after it has let us in."""

    status = 500
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        code = 200 if "whoami" in self.path else self.status
        body = b"{}" if code == 200 else f"<html>Authorization: Token {KEY}</html>".encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(clients.time, "sleep", lambda _: None)
    monkeypatch.setattr(Broken, "asked", 0)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


# ── Failures


def test_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients.time, "sleep", lambda _: None)
    with pytest.raises(DataError, match="ConnectError") as caught:
        Client.connect(f"http://127.0.0.1:{free_port()}", KEY)
    assert KEY not in repr(caught.value) and caught.value.__cause__ is None


def test_a_key_that_is_refused_is_not_tried_again(studio_server: Server) -> None:
    with pytest.raises(DataError, match="a key that the server accepts, got 401") as caught:
        Client.connect(studio_server.url, KEY)
    assert KEY not in str(caught.value)


def test_no_address() -> None:
    with pytest.raises(UsageError, match="an address"):
        Client.connect("localhost:8080", KEY)


@pytest.mark.parametrize(("status", "times"), [(500, 6), (503, 6), (404, 1), (401, 1)])
def test_what_may_pass_is_asked_again(
    broken: str, monkeypatch: pytest.MonkeyPatch, status: int, times: int
) -> None:
    monkeypatch.setattr(Broken, "status", status)
    server = Client.connect(broken, KEY)
    monkeypatch.setattr(Broken, "asked", 0)
    with pytest.raises(DataError) as caught:
        server.get("/api/projects")
    assert Broken.asked == times
    assert str(status) in caught.value.found and KEY not in str(caught.value)


def test_what_changes_something_is_sent_once(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Client.connect(broken, KEY)
    monkeypatch.setattr(Broken, "asked", 0)
    with pytest.raises(DataError, match="500"):
        server.send("POST", "/api/projects", {})
    assert Broken.asked == 1


def test_the_extra_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(UsageError, match=r"dateline\[studio\]"):
        Client.connect("http://127.0.0.1:1", KEY)


# ── The key


def test_a_personal_access_token_does_as_well(studio_server: Server) -> None:
    """The server's newer kind of key, which is exchanged for one that soon runs out."""
    owner = Client.connect(studio_server.url, studio_server.who.key)
    token = json.loads(owner.send("POST", "/api/token/"))["token"]
    assert token.count(".") == 2
    assert Client.connect(studio_server.url, token).projects() == owner.projects()


def test_a_token_that_ran_out_is_told() -> None:
    part = [base64.urlsafe_b64encode(json.dumps(x).encode()).decode().rstrip("=") for x in OLD]
    token = ".".join([*part, "c2lnbmF0dXJl"])
    with pytest.raises(DataError, match="a key that the server accepts") as caught:
        Client.connect("http://127.0.0.1:1", token)
    assert token not in str(caught.value)


def test_a_proxy_is_not_asked_for_this_machine(
    studio_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert Client.connect(studio_server.url, studio_server.who.key).users()


def test_the_key_is_in_no_file_no_output_and_no_log(
    desk: Desk,
    studio_server: Server,
    own_cache: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A whole round, with an error and a quarantine in it, all loggers speaking."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(clients.time, "sleep", lambda _: None)
    key = studio_server.who.key
    said = [desk.push("--annotator", desk.ana, "--from", "adjudicated", "mill-1")]
    task = desk.task(desk.project(annotator=desk.ana), "mill-1")
    desk.submit(task, "eve")
    for words in (["pull"], ["status"], ["status", "--format", "json"], ["pull", "--layer", "x"]):
        done = desk.run(*words)
        said += [done.output, str(done.exception), repr(done.exception)]
    away = f"http://127.0.0.1:{free_port()}"
    done = desk.run("status", "--url", away, "--key", key)
    assert "ConnectError" in str(done.exception)
    said += [done.output, str(done.exception), repr(done.exception), repr(desk.server)]
    said += [record.getMessage() for record in caplog.records]
    assert caplog.records  # httpx tells of its requests
    assert not [line for line in said if key in line]
    files = [path for path in own_cache.rglob("*") if path.is_file()]
    files += [path for path in desk.tree.root.rglob("*") if path.is_file()]
    assert any(path.suffix == ".gz" for path in files)
    for path in files:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
        assert key.encode() not in raw, path


# ── Answers


def test_a_listing_comes_whole_in_small_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.push("--annotator", desk.ana)
    project = desk.project(annotator=desk.ana)
    whole = [task.id for task in desk.server.listed(project)]
    for size in (1, 2, 3, 4, 5):
        monkeypatch.setattr(clients, "PAGE", size)
        assert [task.id for task in desk.server.listed(project)] == whole
    (page,) = desk.server.pages(project, numbered([whole[0], whole[3], 10**6]))
    assert [task["id"] for task in json.loads(page)["tasks"]] == [whole[0], whole[3]]


def test_filters_take_moments_as_the_server_writes_them(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "mill-1")
    project = desk.project(annotator=desk.ana)
    (task,) = desk.tasks(project)
    count = {
        moment: sum(len(json.loads(p)["tasks"]) for p in desk.server.pages(project, f))
        for moment, f in {
            "same": changed_since(task["updated_at"]),
            "whole second": changed_since("2020-01-01T00:00:00Z"),
            "future": changed_since("2999-01-01T00:00:00Z"),
            "drafts": DRAFTED,
        }.items()
    }
    assert count == {"same": 1, "whole second": 1, "future": 0, "drafts": 0}


def test_work_is_seen_at_once(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "--from", "adjudicated", "mill-1", "toll-1")
    project = desk.project(annotator=desk.ana)
    mill, toll = (desk.task(project, doc_id) for doc_id in ("mill-1", "toll-1"))
    assert not desk.server.is_begun(mill["id"])
    desk.draft(mill)
    desk.submit(toll)
    assert desk.server.is_begun(mill["id"]) and desk.server.is_begun(toll["id"])


def test_the_clock_is_the_servers(desk: Desk) -> None:
    assert abs((desk.server.clock() - datetime.now(UTC)).total_seconds()) < 60
