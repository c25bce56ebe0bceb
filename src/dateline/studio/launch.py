"""What the server's own interpreter runs: the server, tied to its starter and to this machine.

This file is run by path in an environment that has no `dateline`; it imports nothing of it.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import sys
import threading

__all__ = ["end_with_starter", "stay_inside"]

_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")


def end_with_starter() -> None:
    """Kill this process group once the other end of standard input is closed.

    Only the starter holds that end, and whatever ends the starter closes it, SIGKILL too. A thread
    in the server's own process needs no second process, which could itself be killed, and no call
    that only Linux has.
    """

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def stay_inside() -> None:
    """Refuse every connection and every lookup of a name beyond this machine.

    Settings alone do not keep the server inside: its page of tips fetches them from the web
    whenever the front page is opened.
    """
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, args: tuple[object, ...]) -> None:
    if event in _LOOKUPS:
        host = args[0]
    elif event in _SENDS and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if not _is_here(host):
        raise ConnectionRefusedError("this server keeps to this machine")


def _is_here(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    end_with_starter()
    stay_inside()
    # Else every request stands in the log twice, with its query, and so with an invitation's token.
    logging.disable(logging.INFO)
    from django.conf import global_settings  # type: ignore[import-not-found]
    from label_studio.server import main  # type: ignore[import-not-found]

    global_settings.FILE_UPLOAD_PERMISSIONS = 0o600  # uploads are made readable for all otherwise

    main()
