"""The environment of the pinned server: its own, for its dependencies and ours do not agree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dateline.errors import DataError, UsageError
from dateline.files import cache_folder, staged_folder

__all__ = ["VERSION", "environment"]

VERSION = "1.23.2"
"""The version of Label Studio that this package is made for and tested with."""

_CHOSEN = "DATELINE_STUDIO_ENV"
_ASK = "from importlib.metadata import version; print(version('label-studio'))"


def environment(say: Callable[[str], None]) -> Path:
    """The interpreter of an environment with the pinned server; made in the user's cache if needed.

    `DATELINE_STUDIO_ENV` names an environment that is there already.

    Raises
    ------
    UsageError : the named environment has another version, or no server.
    DataError : the server could not be installed, or another process is installing it.
    """
    if chosen := os.environ.get(_CHOSEN):
        return _existing(Path(chosen).absolute())
    place = cache_folder() / "studio" / f"label-studio-{VERSION}"
    if not _python(place).exists():
        say(f"Installing Label Studio {VERSION} in {place}: once, a minute or so.")
        # Renamed into place when it is whole. An environment may be moved as long as its scripts
        # are not used, and we only ever call its interpreter.
        with staged_folder(place, "installation of the server") as staging:
            _install(staging)
    return _python(place)


def _python(place: Path) -> Path:
    return place / "bin" / "python"


def _existing(place: Path) -> Path:
    """The interpreter of an environment that the user named, once its version is known."""
    wanted = f"an environment with label-studio {VERSION}"
    try:
        command = [str(_python(place)), "-I", "-c", _ASK]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise UsageError(_CHOSEN, wanted, f"{place}: {error.strerror}") from None
    found = done.stdout.strip() or "none in it"
    if found != VERSION:
        raise UsageError(_CHOSEN, wanted, f"{found}, in {place}")
    return _python(place)


def _install(place: Path) -> None:
    wanted = f"label-studio=={VERSION}"
    python = str(_python(place))
    if uv := shutil.which("uv"):
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(place)])
        _run([uv, "pip", "install", "--quiet", "--python", python, wanted])
    else:
        _run([sys.executable, "-m", "venv", str(place)])
        pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        _run([*pip, "--no-input", wanted])


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        # An index may be configured with a password in its address.
        hint = re.sub(r"://[^/@\s]+@", "://", "\n  ".join(said))
        where = f"the environment of Label Studio {VERSION}"
        found = f"exit code {done.returncode} from {Path(command[0]).name}"
        raise DataError(where, "an installation that succeeds", found, hint)
