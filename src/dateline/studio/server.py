"""A Label Studio server of one's own: private, pinned, and gone when its starter is gone."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from dateline.errors import DataError, UsageError
from dateline.files import locked
from dateline.studio import launch
from dateline.studio.data import (
    DATABASE,
    UNFINISHED,
    Credentials,
    State,
    credentials,
    prepared,
    private,
    read,
    write,
)
from dateline.studio.environment import environment
from dateline.studio.web import whoami

__all__ = ["Server", "child_environment", "free_port", "running", "start"]

HOST = "127.0.0.1"
_GRACE = 10  # seconds between SIGTERM and SIGKILL
_PATIENCE = 900  # seconds for a start; the first one, with its migrations, takes about 90
_TOLD = 20  # seconds between two lines that say that a start goes on
_TAIL = 12  # lines of the log in an error
# Django prints it once the socket is bound; the server takes another port when one is busy.
_LISTENING = re.compile(r"^Starting development server at http://127\.0\.0\.1:(\d+)/$", re.M)


def running(data: Path) -> str | None:
    """The address of the server that runs on `data`, None when there is none.

    A state that a killed server left behind counts for nothing.
    """
    try:
        state = read(data / "server.json", State)
        os.kill(state.pid, 0)
        return state.url if whoami(state.url, credentials(data).key) else None
    except (OSError, DataError):
        return None


def start(
    data: Path,
    user: str | None = None,
    port: int | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> Server:
    """Start a server on `data` and wait until it answers; the caller stops it.

    Parameters
    ----------
    user : the e-mail address of the first account, at the first start.
    port : by default one that is free.
    say : takes the lines that tell of progress; by default they are dropped.

    Raises
    ------
    UsageError : the port is busy; the folder holds something else, or another first account.
    DataError : another server runs on this folder, or this one does not start.
    """
    if os.name != "posix":
        raise UsageError("studio serve", "Linux or macOS", os.name, "A server elsewhere: --url.")
    free_port(port)  # before anything is made
    with contextlib.ExitStack() as undo:
        undo.enter_context(locked(data, "server"))
        who = prepared(data, user)
        if (data / UNFINISHED).exists():  # nobody could sign in to what is there
            (data / DATABASE).unlink(missing_ok=True)
        server = Server(data, who, environment(say), free_port(port))
        undo.callback(server.end)
        server.wait_until_up(say)
        (data / UNFINISHED).unlink(missing_ok=True)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        write(data / "server.json", State(server.url, server.pid, since))
        server.held = undo.pop_all()
    return server


class Server:
    """A server that was started here, for a `with` block: its end stops it."""

    def __init__(self, data: Path, who: Credentials, python: Path, port: int) -> None:
        self.data, self.who, self.port = data, who, port
        self.url = f"http://{HOST}:{port}"
        self.log = data / "server.log"
        self.held = contextlib.ExitStack()
        if self.log.exists():  # the last run's is kept: it may say why that ended
            self.log.replace(data / "server.log.1")
        place = ["--internal-host", HOST, "--port", str(port)]
        with private(self.log) as log:
            self._process = subprocess.Popen(
                [python, "-I", "-u", launch.__file__, "start", "--no-browser", *place],
                stdin=subprocess.PIPE,  # whose other end is what the launcher watches
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=data,
                env=child_environment(data, who),
                umask=0o077,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop the whole group
            )
        self.pid = self._process.pid

    def wait_until_up(self, say: Callable[[str], None]) -> None:
        """Wait until it listens on its port and knows our key.

        Raises
        ------
        DataError : it ended, took another port, knows another key, or was not up in 15 minutes.
        """
        began = told = time.monotonic()
        fresh = not (self.data / DATABASE).exists()
        say("Starting; the first time takes a minute or two." if fresh else "Starting.")
        while not (found := _LISTENING.search(self._text())):
            self._check_alive("a server that starts")
            now = time.monotonic()
            if now - began > _PATIENCE:
                raise self._fault("a server within 15 minutes", "none yet")
            if now - told >= _TOLD:
                say(f"… {now - began:.0f} s")
                told = now
            time.sleep(0.2)
        # Only now is it sure that nobody else sits on the port and would be shown the key.
        if found[1] != str(self.port):
            hint = "Something else took the port in between; try again."
            raise DataError(f"port {self.port}", "the server on it", f"port {found[1]}", hint)
        if whoami(self.url, self.who.key) is None:
            self._check_alive("a server that answers")
            hint = "Its database was made with other credentials."
            raise DataError(
                f"{self.data}",
                f"a server that knows the key of {self.who.email}",
                "one that refuses it",
                hint,
            )

    def wait(self) -> None:
        """Wait until the server ends, which it should not do by itself.

        Raises
        ------
        DataError : it has ended.
        """
        self._process.wait()
        self._check_alive("a server that runs until it is stopped")

    def end(self) -> None:
        """End the server's whole process group: with SIGTERM, after ten seconds with SIGKILL."""
        try:
            self._signal(signal.SIGTERM)
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            pass
        finally:  # on a second Ctrl-C as well
            self._signal(signal.SIGKILL)
            self._process.communicate()
            (self.data / "server.json").unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server and let go of its data folder; nothing happens the second time."""
        self.held.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _check_alive(self, expected: str) -> None:
        if (code := self._process.poll()) is not None:
            raise self._fault(expected, f"one that ended with {code}")

    def _fault(self, expected: str, found: str) -> DataError:
        """An error with the last lines of the log, and no secret in them."""
        tail = "\n  ".join(self._text().splitlines()[-_TAIL:])
        for secret in (self.who.password, self.who.key, self.who.secret_key):
            tail = tail.replace(secret, "…")
        return DataError(str(self.log), expected, found, tail)


def free_port(asked: int | None = None) -> int:
    """A port of this machine that can be listened on: the one asked for, else any.

    Raises
    ------
    UsageError : the one asked for is busy, or not ours to take.
    """
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            trial.bind((HOST, asked or 0))
        except (OSError, OverflowError) as error:
            found = f"{asked}: {getattr(error, 'strerror', None) or error}"
            hint = "Without --port a free one is found."
            raise UsageError("--port", "a free port", found, hint) from None
        return int(trial.getsockname()[1])


def child_environment(data: Path, who: Credentials) -> dict[str, str]:
    """All that the server gets to know: nothing of the user's environment but path and language.

    Both addresses for crash reports default to real ones, and so are set empty.
    """
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(data),
        "SECRET_KEY": who.secret_key,
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": who.email,
        "LABEL_STUDIO_PASSWORD": who.password,
        "LABEL_STUDIO_USER_TOKEN": who.key,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "FEATURE_FLAGS_OFFLINE": "true",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
    }
