"""The label tables of GUIDELINES.md, from the scheme."""

from __future__ import annotations

from collections.abc import Iterable

from dateline.scheme import Scheme, Term

__all__ = ["guideline_tables", "table"]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars and line ends in cells are made harmless."""
    columns = list(head)

    def line(cells: Iterable[str]) -> str:
        plain = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
        return f"| {' | '.join(plain)} |"

    return "\n".join([line(columns), "|" + "---|" * len(columns), *map(line, rows)])


def _example(term: Term) -> str:
    return term.example.replace("[[", "**[**").replace("]]", "**]**")


def _maps(term: Term) -> str:
    return "; ".join(f"{name}: {value}" for name, value in term.maps.items())


def _terms(first: str, terms: dict[str, Term]) -> str:
    rows = (
        (f"`{name}`", term.hotkey or "", term.definition, _example(term), _maps(term))
        for name, term in terms.items()
    )
    return table((first, "key", "definition", "example", "elsewhere"), rows)


def _attributes(scheme: Scheme, layer: str, names: Iterable[str]) -> str:
    parts = []
    for name in names:
        attribute = scheme.layers[layer].attributes[name]
        standing = "required" if attribute.required else "optional"
        default = f"; by default `{attribute.default}`" if attribute.default else ""
        on = "" if "*" in attribute.only else f"; on {', '.join(attribute.only)}"
        parts.append(f"**`{name}`** ({standing}{default}{on}). {attribute.definition}")
        if attribute.values:
            parts.append(_terms(name, dict(attribute.values)))
    return "\n\n".join(parts)


def guideline_tables(scheme: Scheme) -> dict[str, str]:
    """The blocks of GUIDELINES.md by name."""
    events = scheme.layers["events"]
    types = table(
        ("type", "key", "class", "definition", "example", "elsewhere"),
        (
            (f"`{n}`", t.hotkey or "", t.group or "–", t.definition, _example(t), _maps(t))
            for n, t in events.labels.items()
        ),
    )
    modes = table(
        ("type", "mode", "key", "definition", "example"),
        (
            (f"`{n}`", f"`{m}`", term.hotkey or "", term.definition, _example(term))
            for n, label in events.labels.items()
            for m, term in label.modes.items()
        ),
    )
    roles = table(
        ("role", "definition", "filled by", "on", "example"),
        (
            (
                f"`{name}`",
                link.definition,
                "; ".join(
                    f"any of the {layer}" if names == ["*"] else ", ".join(names)
                    for layer, names in link.to.items()
                ),
                "all" if "*" in link.only else ", ".join(link.only),
                _example(link),
            )
            for name, link in events.links.items()
            if name != "cluster"
        ),
    )
    rules = table(
        ("ruling", "layer", "a program sees a breach", "what it says", "example"),
        (
            (f"`{name}`", rule.layer, rule.check, rule.definition, _example(rule))
            for name, rule in scheme.rules.items()
        ),
    )
    attributions = scheme.layers["attributions"]
    stances = scheme.layers["stances"]
    return {
        "entities": _terms("type", dict(scheme.layers["entities"].labels)),
        "mention": _attributes(scheme, "entities", ["mention"]),
        "sector": _attributes(scheme, "entities", ["sector"]),
        "events": f"{types}\n\n{modes}",
        "event-attributes": _attributes(scheme, "events", ["polarity", "certainty", "time"]),
        "roles": roles,
        "attributions": _terms("part", dict(attributions.labels)),
        "attribution-attributes": _attributes(scheme, "attributions", attributions.attributes),
        "stances": _terms("part", {**stances.labels, **stances.links})
        + "\n\n"
        + _attributes(scheme, "stances", stances.attributes),
        "rules": rules,
    }
