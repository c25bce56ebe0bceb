"""The one form of the pages that reports are: no script, nothing from outside, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib import resources

__all__ = ["page"]

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{summary}</p>
</header>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, summary: str, body: Iterable[str]) -> str:
    """An HTML page. `summary` and the lines of `body` are HTML: the caller has escaped them."""
    style = resources.files("dateline").joinpath("page.css").read_text(encoding="utf-8")
    return _PAGE.format(title=escape(title), style=style, summary=summary, body="\n".join(body))
