"""The floors of the package: an import points down only, and only commands print."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import dateline

PACKAGE = Path(dateline.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# From the ground up; modules on one floor may import each other, wings may not.
FLOORS = [
    {"errors", "components"},
    {"decoding", "drawing", "files", "page", "text"},
    {"scheme"},
    {"records"},
    {"derived", "gazetteer", "matching", "names", "pipeline", "quoting", "world"},
    {"documents", "rows", "tables", "training", "tree", "views"},
    {
        "articles",
        "citation",
        "errata",
        "hydration",
        "ingest",
        "loading",
        "manifest",
        "stats",
        "style",
        "targets",
    },
    {"generated"},
    {"checks"},
    {"releases", "formats", "agreement", "baselines", "scoring", "studio"},
    {"evaluation"},  # what several wings do together
    {"commands", "cli"},
]
WINGS = {"releases", "formats", "agreement", "baselines", "scoring", "studio"}


# Data that lower floors read too, though it lies in a room further up.
DATA = {"dateline.checks.catalogue": "decoding", "dateline.checks.incident": "decoding"}


def room(module: str) -> str:
    """`dateline.releases.build` is in the room `releases`; the package itself in none."""
    if module in DATA:
        return DATA[module]
    return [*module.split("."), ""][1]


def floor(name: str) -> int:
    return next(height for height, rooms in enumerate(FLOORS) if name in rooms)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("dateline.")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    here = room(name_of(path))
    if not here:
        return  # the package's own face looks at everything
    for module in imports(path):
        there = room(module)
        assert floor(there) <= floor(here), f"{here} may not import {module}"
        if here in WINGS and there in WINGS and here != there:
            assert floor(there) < floor(here), f"the wing {here} may not import the wing {there}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_commands_print(path: Path) -> None:
    if room(name_of(path)) in ("commands", "cli"):
        return
    calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_command_is_listed_documented_and_one_module() -> None:
    from dateline.cli import COMMANDS

    commands = PACKAGE / "commands"
    paths = [p.relative_to(commands) for p in commands.rglob("*.py") if p.stem != "__init__"]
    assert set(COMMANDS.values()) == {".".join(path.with_suffix("").parts) for path in paths}
    readme = (PACKAGE.parent.parent / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"dateline {name}" in readme
