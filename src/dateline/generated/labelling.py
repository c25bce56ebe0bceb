"""Tables for the people who label and who run the labelling: keys, and where each field lies."""

from __future__ import annotations

from dateline.generated.places import place_rows
from dateline.scheme import Scheme

__all__ = ["keys_table", "places_table"]


def places_table(scheme: Scheme) -> str:
    """Each stored field with its place in a project, as Markdown."""
    lines = ["| stored | in Label Studio |", "|---|---|"]
    lines += [f"| `{name}` | {place} |" for name, place in place_rows(scheme)]
    return "\n".join(lines)


def keys_table(scheme: Scheme) -> str:
    """The keys of labels, and of the values of their fields, as Markdown."""
    lines = ["| layer | keys |", "|---|---|"]
    for name, layer in scheme.layers.items():
        shown = [f"{label} `{term.hotkey}`" for label, term in layer.labels.items()]
        lines.append(f"| {name} | {' · '.join(shown)} |")
    lines += ["", "| field | keys, with a region selected |", "|---|---|"]
    for name, layer in scheme.layers.items():
        for field, attribute in layer.attributes.items():
            if attribute.values:
                shown = [f"{value} `{term.hotkey}`" for value, term in attribute.values.items()]
                lines.append(f"| {field} ({name}) | {' · '.join(shown)} |")
        for label, term in layer.labels.items():
            if term.modes:
                shown = [f"{mode} `{one.hotkey}`" for mode, one in term.modes.items()]
                lines.append(f"| mode of {label} | {' · '.join(shown)} |")
    return "\n".join(lines)
