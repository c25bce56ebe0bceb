"""The command line: finds the commands, and turns errors into messages and exit codes."""

from __future__ import annotations

import importlib
import sys

import typer

from dateline.errors import DatelineError

__all__ = ["COMMANDS", "app", "main"]

COMMANDS = {
    "add": "add",
    "hydrate": "hydrate",
    "show": "show",
    "validate": "validate",
    "stats": "stats",
    "cite": "cite",
    "build": "build",
    "verify": "verify",
    "diff": "diff",
    "release": "release",
    "generate": "generate",
    "import": "import_",
    "export": "export",
    "score": "score",
    "baseline train": "baseline.train",
    "baseline evaluate": "baseline.evaluate",
    "agree": "agree",
    "adjudicate": "adjudicate",
    "studio serve": "studio.serve",
    "studio push": "studio.push",
    "studio pull": "studio.pull",
    "studio status": "studio.status",
}
"""Command names and the modules of `dateline.commands` that hold them, in the order of the help.

A name of two words is a command in a group: a package, whose docstring is the group's help."""

app = typer.Typer(
    help="Dateline: build, check, label, version and load an annotated corpus of news.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"dateline {installed('dateline')}")  # noqa: T201
        raise typer.Exit


_groups = {"": app}
for _name, _module in COMMANDS.items():
    _command = importlib.import_module(f"dateline.commands.{_module}")
    _group, _, _last = _name.rpartition(" ")
    if _group not in _groups:
        _help = importlib.import_module(f"dateline.commands.{_group}").__doc__
        _groups[_group] = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
        app.add_typer(_groups[_group], name=_group, help=_help)
    _groups[_group].command(_last, help=_command.__doc__)(_command.run)


def main() -> None:
    """The entry point. Exit codes: 0 fine, 1 the data falls short, 2 wrong use."""
    try:
        app()
    except DatelineError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        place = error.filename or "the file system"
        line = f"error: {place}: expected a file or folder to use, got: {error.strerror}"
        print(line, file=sys.stderr)  # noqa: T201
        sys.exit(1)
