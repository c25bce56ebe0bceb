"""The command line, run as a user runs it."""

from __future__ import annotations

from typer.testing import CliRunner

from dateline.cli import app

__all__ = ["run"]


def run(*arguments: object) -> str:
    """What a command says; it must end well."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output
