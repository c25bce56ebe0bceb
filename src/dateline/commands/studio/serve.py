"""Run a Label Studio server of your own: private, pinned, its data kept; Ctrl-C stops it."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer


def run(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="By default one that is free.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Where its data lie; by default in your cache.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(help="The first account's e-mail address, at the first start.")
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="EMAIL", help="Make an account for an annotator; repeatable."),
    ] = None,
) -> None:
    from dateline.studio.data import credentials, data_folder
    from dateline.studio.server import running, start
    from dateline.studio.web import checked_email

    emails = [checked_email(email, "--account") for email in account or []]
    place = data_folder(data)
    if url := running(place):
        say(f"Label Studio runs already at {url}; Ctrl-C where it was started stops it.")
        show_sign_in(place)
        make_accounts(url, credentials(place).key, emails)
        return
    ended = contextlib.suppress(KeyboardInterrupt)
    with ended, interruptible(), start(place, user, port, say) as server:
        say(f"Label Studio runs at {server.url}; Ctrl-C stops it.")
        show_sign_in(place)
        make_accounts(server.url, server.who.key, emails)
        server.wait()
    say("Stopped.")


def say(line: str) -> None:
    """Print at once: whoever reads it through a pipe waits for it."""
    print(line, flush=True)


def show_sign_in(data: Path) -> None:
    """How a person signs in. The password goes to a terminal only, not to a file or a pipe."""
    from dateline.studio.data import credentials

    who = credentials(data)
    secret = who.password if sys.stdout.isatty() else f"in {data / 'credentials.json'}"
    say(f"  e-mail    {who.email}\n  password  {secret}\n  data      {data}")


def make_accounts(url: str, key: str, emails: list[str]) -> None:
    """Make the accounts that are not there yet; each new password is shown this once."""
    from dateline.studio.web import add_account

    for email in emails:
        password = add_account(url, key, email)
        shown = f"password {password} (shown only now)" if password else "was there already"
        say(f"  account   {email}: {shown}")


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let what asks a process to end do what Ctrl-C does; an ignored signal (nohup) stays so."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
