"""The server of one's own: private, pinned, where it says it is, and gone when it should be."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from dateline.errors import DataError, UsageError
from dateline.studio import environment as environments
from dateline.studio import launch
from dateline.studio import server as servers
from dateline.studio.connection import Connection, connection
from dateline.studio.data import Credentials, credentials, data_folder
from dateline.studio.environment import VERSION, environment
from dateline.studio.server import Server, child_environment, free_port, running, start
from dateline.studio.web import add_account, whoami
from studio_fixtures import copied

LINUX = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")


def secrets_of(who: Credentials) -> list[str]:
    return [who.password, who.key, who.secret_key]


def get(url: str) -> tuple[int, bytes]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def signs_in(url: str, email: str, password: str) -> bool:
    """Whether the sign-in form takes an account, as a person would use it."""
    jar = CookieJar()
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
    )
    browser.open(f"{url}/user/login/").read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"email": email, "password": password, "csrfmiddlewaretoken": token}
    request = urllib.request.Request(
        f"{url}/user/login/", urllib.parse.urlencode(form).encode(), {"Referer": url}
    )
    browser.open(request).read()
    try:
        with browser.open(f"{url}/api/current-user/whoami") as answer:
            return bool(json.load(answer)["email"] == email)
    except urllib.error.HTTPError:
        return False


def listening(pid: int) -> set[tuple[str, int]]:
    """The addresses that a process listens on, from the kernel's tables."""
    held = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            held.add(str(link.readlink()))
    found = set()
    for family, table in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6")):
        path = Path(f"/proc/{pid}/net/{table}")
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            fields = line.split()
            if fields[3] != "0A" or f"socket:[{fields[9]}]" not in held:
                continue
            address, port = fields[1].split(":")
            words = [bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8)]
            found.add((socket.inet_ntop(family, b"".join(words)), int(port, 16)))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())


def at_work_in(folder: Path) -> list[Path]:
    """The processes whose working folder it is, as a server's is its data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == folder:
                found.append(process)
    return found


def serve(*arguments: object) -> subprocess.Popen[str]:
    """`dateline studio serve`, as a user runs it, its output in a pipe."""
    code = "from dateline.cli import main; main()"
    command = [sys.executable, "-c", code, "studio", "serve", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What a process says, up to the line with these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without {words!r}:\n{said}")


@pytest.fixture
def data(studio_template: Path, studio_env: None, tmp_path: Path) -> Path:
    return copied(studio_template, tmp_path / "data")


# ── A server that runs


def test_it_answers_and_knows_the_key(studio_server: Server) -> None:
    assert get(f"{studio_server.url}/health")[0] == 200
    assert whoami(studio_server.url, studio_server.who.key) == "owner@dateline.invalid"
    assert running(studio_server.data) == studio_server.url


def test_another_key_or_none_is_refused(studio_server: Server) -> None:
    assert whoami(studio_server.url, "0" * 40) is None
    assert get(f"{studio_server.url}/api/projects")[0] == 401


def test_the_owner_signs_in_with_the_password(studio_server: Server) -> None:
    who = studio_server.who
    assert signs_in(studio_server.url, who.email, who.password)
    assert not signs_in(studio_server.url, who.email, who.password + "x")


@LINUX
def test_it_listens_on_this_machine_alone(studio_server: Server) -> None:
    assert listening(studio_server.pid) == {("127.0.0.1", studio_server.port)}


@LINUX
def test_no_secret_is_on_the_command_line_or_in_the_log(studio_server: Server) -> None:
    line = Path(f"/proc/{studio_server.pid}/cmdline").read_text()
    logs = "".join(path.read_text() for path in studio_server.data.glob("server.log*"))
    assert "launch.py" in line
    assert "Starting development server" in logs
    for secret in secrets_of(studio_server.who):
        assert secret not in line + logs + repr(studio_server.who)


@LINUX
def test_it_is_told_nothing_but_what_it_needs(studio_server: Server) -> None:
    raw = Path(f"/proc/{studio_server.pid}/environ").read_text().rstrip("\0").split("\0")
    told = dict(pair.split("=", 1) for pair in raw)
    assert told == child_environment(studio_server.data, studio_server.who)
    assert told["SENTRY_DSN"] == told["FRONTEND_SENTRY_DSN"] == ""
    assert told["COLLECT_ANALYTICS"] == told["LATEST_VERSION_CHECK"] == "false"


def test_pages_name_no_outside_script_or_report(studio_server: Server) -> None:
    status, page = get(f"{studio_server.url}/user/login/")
    assert status == 200
    assert b"sentry-cdn" not in page
    assert b"ingest.sentry.io" not in page


def test_what_it_writes_is_for_its_owner_alone(studio_server: Server) -> None:
    for path in (studio_server.data, *studio_server.data.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_tips_are_not_fetched_from_the_web(studio_server: Server) -> None:
    """Bites where the web can be reached; elsewhere the launcher's own tests do."""
    assert get(f"{studio_server.url}/heidi-tips/")[0] == 404


def test_a_second_serve_says_where_it_runs(studio_server: Server, tmp_path: Path) -> None:
    again = serve("--data", studio_server.data)
    said, _ = again.communicate()
    assert again.returncode == 0
    assert f"runs already at {studio_server.url}" in said
    assert "credentials.json" in said
    assert not [secret for secret in secrets_of(studio_server.who) if secret in said]


def test_accounts_are_made_once_and_their_link_is_used_up(studio_server: Server) -> None:
    url, key = studio_server.url, studio_server.who.key
    password = add_account(url, key, "once@example.org")
    assert password is not None
    assert signs_in(url, "once@example.org", password)
    assert add_account(url, key, "once@example.org") is None
    assert password not in studio_server.log.read_text()
    assert "token=" not in studio_server.log.read_text()


def test_an_account_the_server_does_not_take(studio_server: Server) -> None:
    with pytest.raises(
        DataError, match=r"an account for a@b,c\.org, got HTTP 200 from the sign-up"
    ):
        add_account(studio_server.url, studio_server.who.key, "a@b,c.org")
    with pytest.raises(DataError, match="HTTP 401"):
        add_account(studio_server.url, "0" * 40, "ben@example.org")


def test_commands_find_the_server_that_runs_here(studio_server: Server) -> None:
    found = connection(data=studio_server.data)
    assert found == Connection(studio_server.url, studio_server.who.key)
    assert connection(studio_server.url, data=studio_server.data) == found
    assert connection(key="abc", data=studio_server.data).key == "abc"


# ── Its life


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are killed at the test's end, should it fail."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_data_are_kept_and_no_process_is_left(
    data: Path, ended: list[subprocess.Popen[str]]
) -> None:
    port = free_port()
    first = serve("--data", data, "--port", port, "--account", "Ben@example.org")
    ended.append(first)
    said = read_until(first, "ben@example.org: password")
    assert f"runs at http://127.0.0.1:{port};" in said
    assert not [secret for secret in secrets_of(credentials(data)) if secret in said]
    pid = json.loads((data / "server.json").read_text())["pid"]
    first.terminate()
    assert first.communicate()[0] == "Stopped.\n"
    assert first.returncode == 0
    assert not is_alive(pid)
    assert running(data) is None
    assert not (data / "server.json").exists()

    second = serve("--data", data, "--account", "ben@example.org")
    ended.append(second)
    read_until(second, "ben@example.org: was there already")
    pid = json.loads((data / "server.json").read_text())["pid"]
    assert is_alive(pid)
    second.kill()
    second.communicate()
    while is_alive(pid):  # a server that outlives its starter would keep this test from its end
        time.sleep(0.1)
    assert running(data) is None, "a state that was left behind counts for nothing"


def test_two_starts_at_once_are_refused(data: Path) -> None:
    with servers.locked(data, "server"), pytest.raises(DataError) as refused:
        start(data)
    assert "expected no other server at work here" in str(refused.value)


@LINUX
def test_an_interrupted_start_leaves_no_process(
    data: Path, ended: list[subprocess.Popen[str]]
) -> None:
    process = serve("--data", data)
    ended.append(process)
    read_until(process, "Starting")
    while not at_work_in(data):
        time.sleep(0.05)
    process.terminate()
    process.wait()
    assert process.returncode == 0
    assert at_work_in(data) == []
    assert not (data / "server.json").exists()


def test_a_server_that_cannot_start_says_why_and_tells_no_secret(data: Path) -> None:
    who = credentials(data)
    (data / "label_studio.sqlite3").write_bytes(f"no database, {who.key}".encode() * 100)
    with pytest.raises(DataError) as failed:
        start(data)
    assert "server.log: expected a server that starts, got one that ended with" in str(failed.value)
    assert "file is not a database" in str(failed.value)
    assert not [secret for secret in secrets_of(who) if secret in str(failed.value)]
    assert not (data / "server.json").exists()
    with servers.locked(data, "server"):
        pass  # it has let go


def test_secrets_are_blotted_out_of_errors(studio_server: Server) -> None:
    kept = studio_server.log.read_text()
    try:
        with studio_server.log.open("a") as log:
            log.write(f"\nkey {studio_server.who.key}, {studio_server.who.password}\n")
        assert str(studio_server._fault("x", "y")).endswith("key …, …")
    finally:
        studio_server.log.write_text(kept)


def test_a_port_that_is_taken_in_between_is_noticed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(servers, "free_port", lambda asked=None: taken)
        with pytest.raises(DataError, match=f"port {taken}: expected the server on it, got port"):
            start(data)


def test_a_database_of_other_credentials(data: Path) -> None:
    path = data / "credentials.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"key": "0" * 40}))
    with pytest.raises(DataError, match=r"a server that knows the key of owner@dateline\.invalid"):
        start(data)


@pytest.mark.full
@pytest.mark.skipif(
    "DATELINE_FULL" not in os.environ, reason="migrates from nothing: scripts/test --full"
)
def test_a_first_start_that_was_interrupted_is_begun_anew(
    studio_env: None, tmp_path: Path, ended: list[subprocess.Popen[str]]
) -> None:
    data = tmp_path / "data"
    first = serve("--data", data)
    ended.append(first)
    read_until(first, "Starting")
    while not (data / "label_studio.sqlite3").exists():
        time.sleep(0.1)
    first.kill()
    first.communicate()
    (data / "label_studio.sqlite3").write_bytes(b"half of a database")
    with start(data, user="owner@dateline.invalid") as server:
        assert whoami(server.url, server.who.key) == server.who.email


def test_a_busy_port_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port: expected a free port, got {taken}: "):
            start(tmp_path / "data", port=taken)
    assert not (tmp_path / "data").exists()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UsageError, match=r"expected an empty folder.*, got thesis\.tex"):
        start(tmp_path)


def test_another_first_account_is_refused(data: Path) -> None:
    with pytest.raises(UsageError, match=r"owner@dateline.invalid, got eve@example\.org"):
        start(data, user="Eve@example.org")
    with pytest.raises(UsageError, match="--user: expected an e-mail address"):
        start(data, user="eve")


def test_damaged_credentials_are_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text('{"email": "a@b.c", "key": "hush" hush')
    with pytest.raises(DataError, match="expected what this package wrote") as refused:
        credentials(tmp_path)
    assert "hush" not in str(refused.value)


# ── Its environment


def fake_environment(place: Path, version: str) -> Path:
    """An environment whose interpreter only ever says one version."""
    python = place / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {version}\n")
    python.chmod(0o755)
    return python


def test_a_chosen_environment_must_have_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = fake_environment(tmp_path / "right", VERSION)
    monkeypatch.setenv("DATELINE_STUDIO_ENV", str(tmp_path / "right"))
    assert environment(print) == right
    fake_environment(tmp_path / "old", "1.20.0")
    monkeypatch.setenv("DATELINE_STUDIO_ENV", str(tmp_path / "old"))
    with pytest.raises(UsageError, match=rf"label-studio {VERSION}, got 1\.20\.0, in"):
        environment(print)
    monkeypatch.setenv("DATELINE_STUDIO_ENV", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="No such file"):
        environment(print)


def fake_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, install: str) -> None:
    """A `uv` that makes an empty environment, and does `install` when it is to install."""
    uv = folder / "uv"
    uv.parent.mkdir()
    uv.write_text(
        '#!/bin/sh\nif [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; '
        f'touch "$last/bin/python"; else {install}; fi\n'
    )
    uv.chmod(0o755)
    monkeypatch.setattr(environments.shutil, "which", lambda name: str(uv))
    monkeypatch.delenv("DATELINE_STUDIO_ENV", raising=False)


def test_it_is_installed_once(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_uv(tmp_path / "tools", monkeypatch, f'echo "$@" >>{tmp_path}/calls')
    said: list[str] = []
    first, second = environment(said.append), environment(said.append)
    assert first == second == own_cache / "studio" / f"label-studio-{VERSION}" / "bin" / "python"
    (call,) = (tmp_path / "calls").read_text().splitlines()
    assert call.endswith(f"label-studio=={VERSION}")
    assert len(said) == 1


def test_a_failed_installation_leaves_nothing(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail = "echo no route to https://me:hush@index.example.org/simple >&2; exit 3"
    fake_uv(tmp_path / "tools", monkeypatch, fail)
    with pytest.raises(DataError, match="got exit code 3 from uv") as failed:
        environment(print)
    assert "no route to https://index.example.org" in str(failed.value)
    assert "hush" not in str(failed.value)
    assert list((own_cache / "studio").iterdir()) == []


# ── It keeps to this machine


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("socket.create_connection(('192.0.2.1', 9), 1)", "keeps to this machine"),
        ("socket.create_connection(('tips.example.org', 443), 1)", "keeps to this machine"),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))", "keeps to"),
        ("socket.create_server(('127.0.0.1', 0)).getsockname() and print('fine')", "fine"),
        ("socket.getfqdn('127.0.0.1') and print('fine')", "fine"),
        (
            "s = socket.create_server(('127.0.0.1', 0));"
            "socket.create_connection(('localhost', s.getsockname()[1])) and print('fine')",
            "fine",
        ),
    ],
)
def test_the_launcher_refuses_what_is_outside(code: str, says: str) -> None:
    head = f"import runpy, socket; runpy.run_path({launch.__file__!r})['stay_inside']();"
    command = [sys.executable, "-I", "-c", head + code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert says in (done.stdout + done.stderr).splitlines()[-1]


# ── Which server


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DATELINE_STUDIO_URL", "DATELINE_STUDIO_KEY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_server_elsewhere(clean: pytest.MonkeyPatch) -> None:
    found = connection("https://Label.example.org/studio/", "abc")
    assert found == Connection("https://label.example.org/studio", "abc")
    assert "abc" not in repr(found)
    clean.setenv("DATELINE_STUDIO_URL", "https://label.example.org")
    clean.setenv("DATELINE_STUDIO_KEY", "def\n")
    assert connection() == Connection("https://label.example.org", "def")
    assert connection(key="own") == Connection("https://label.example.org", "own")


def test_a_key_is_not_sent_to_another_address(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("DATELINE_STUDIO_KEY", "abc")
    assert connection("https://label.example.org").key == "abc"
    clean.setenv("DATELINE_STUDIO_URL", "https://label.example.org")
    with pytest.raises(UsageError, match=r"the API key for https://other\.example\.org, got none"):
        connection("https://other.example.org")


def test_without_https_there_is_a_note() -> None:
    assert "without https" in connection("http://label.example.org:8080", "abc").note
    for url in ("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"):
        assert connection(url, "abc").note == ""


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [
        (None, None, "expected a Label Studio server, got none that runs here"),
        ("ftp://x", "abc", "got 'ftp://x'"),
        ("label.example.org", "abc", "got 'label.example.org'"),
        ("https://me:hush@x.org", "abc", "got one with a user name or password in it"),
        ("https://x.org/?token=hush", "abc", "got one of a page"),
        ("https://x.org:port", "abc", "--url: expected the address of a server"),
        ("https://x.org", "hush\nhush", "got 9 characters that cannot be one"),
    ],
)
def test_what_cannot_be_a_server_or_a_key(
    clean: pytest.MonkeyPatch, url: str | None, key: str | None, says: str
) -> None:
    with pytest.raises(UsageError) as refused:
        connection(url, key)
    assert says in str(refused.value)
    assert "hush" not in str(refused.value)


def test_the_default_data_folder_is_in_the_cache(own_cache: Path, tmp_path: Path) -> None:
    assert data_folder() == own_cache / "studio" / "data"
    assert data_folder(tmp_path) == tmp_path
