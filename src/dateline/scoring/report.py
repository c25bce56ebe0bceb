"""Scores as lines, as JSON, and as one page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import msgspec

from dateline.page import page
from dateline.scoring.layers import NAMED
from dateline.scoring.lines import LABELLED, MACRO, Line
from dateline.scoring.mistakes import KINDS
from dateline.scoring.scores import LAYERS, Scores

__all__ = ["html", "json", "text"]

HEADS = ("Measure", "F1", "95 % interval", "Precision", "Recall", "Predicted", "Gold")
PAIRED = ("Other", "Difference", "95 % interval", "p")


def json(scores: Scores) -> str:
    """All figures and the mistakes that were kept, as JSON."""
    plain = {
        "articles": scores.articles,
        "resamples": scores.resamples,
        "seed": scores.seed,
        "notes": scores.notes,
        "scores": scores.lines,
        "mistakes": [
            {
                "layer": layer,
                "kind": kind,
                "count": count,
                "first": scores.mistakes.shown[layer, kind],
            }
            for (layer, kind), count in _counted(scores)
        ],
    }
    return msgspec.json.format(msgspec.json.encode(plain), indent=1).decode() + "\n"


def text(scores: Scores, *, labels: bool, parts: bool, mistakes: int) -> Iterator[str]:
    """The scores as lines, `mistakes` of each layer and kind with their sentences."""
    yield _summary(scores)
    yield from (f"note: {note}" for note in scores.notes)
    paired = _is_paired(scores)
    for layer in LAYERS:
        rows = [_row(line, paired) for line in _of(scores, layer) if _shown(line, labels, parts)]
        if not rows:
            continue
        heads = (layer, *_heads(scores)[1:])
        widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
        yield ""
        for row in (heads, *rows):
            first, *rest = (
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            yield "  ".join((first, *rest)).rstrip()
    if not mistakes:
        return
    for (layer, kind), count in _counted(scores):
        yield f"\n{layer}, {kind}: {count}"
        for one in scores.mistakes.shown[layer, kind][:mistakes]:
            yield f"  {one.doc_id} @{one.sentence}  {one.text or '(an external text)'}"
            if one.gold is not None:
                yield f"    gold       {one.gold}"
            if one.predicted is not None:
                yield f"    predicted  {one.predicted}"


def html(scores: Scores, title: str) -> str:
    """The scores as a page: every layer's figures, labels, parts and mistakes."""
    notes = "".join(f"<br>{escape(note)}" for note in scores.notes)
    return page(title, escape(_summary(scores)) + notes, _body(scores))


def _body(scores: Scores) -> Iterator[str]:
    for layer in LAYERS:
        lines = _of(scores, layer)
        if not lines:
            continue
        yield f"<h2>{layer.capitalize()}</h2>"
        for about, chosen in (
            ("All", [x for x in lines if _shown(x, False, False)]),
            ("By label", [x for x in lines if _is_label(x)]),
            ("In parts of the data", [x for x in lines if x.part and x.part != NAMED]),
        ):
            if chosen:
                yield from _table(about, scores, chosen)
        for kind in KINDS:
            count = scores.mistakes.counts[layer, kind]
            shown = scores.mistakes.shown[layer, kind]
            if not count:
                continue
            yield f"<details><summary>{kind}: {count} ({len(shown)} shown)</summary><ol>"
            for one in shown:
                words = escape(one.text) if one.text is not None else "(an external text)"
                yield f'<li><p><span class="place">{escape(one.doc_id)} @{one.sentence}</span></p>'
                for name, said in (("gold", one.gold), ("predicted", one.predicted)):
                    if said is not None:
                        yield f"<p>{name}: {escape(said)}</p>"
                yield f"<blockquote>{words}</blockquote></li>"
            yield "</ol></details>"


def _table(caption: str, scores: Scores, lines: list[Line]) -> Iterator[str]:
    yield f"<figure><table>\n<caption>{escape(caption)}</caption>\n<thead><tr>"
    for i, head in enumerate(_heads(scores)):
        yield f'<th scope="col"{" class=number" if i else ""}>{escape(head)}</th>'
    yield "</tr></thead>\n<tbody>"
    for line in lines:
        first, *others = _row(line, _is_paired(scores))
        cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in others)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table></figure>"


def _summary(scores: Scores) -> str:
    return (
        f"{scores.articles} articles. 95 % intervals by {scores.resamples} resamples of articles, "
        f"seed {scores.seed}."
    )


def _of(scores: Scores, layer: str) -> list[Line]:
    return [line for line in scores.lines if line.layer == layer]


def _is_label(line: Line) -> bool:
    return line.layer in LABELLED and bool(line.label) and not line.label.startswith(MACRO)


def _shown(line: Line, labels: bool, parts: bool) -> bool:
    if line.part:
        return parts or line.part == NAMED
    return labels or not _is_label(line)


def _counted(scores: Scores) -> Iterator[tuple[tuple[str, str], int]]:
    for layer in LAYERS:
        for kind in KINDS:
            if count := scores.mistakes.counts[layer, kind]:
                yield (layer, kind), count


def _is_paired(scores: Scores) -> bool:
    return any(line.p is not None for line in scores.lines)


def _heads(scores: Scores) -> tuple[str, ...]:
    return HEADS + PAIRED if _is_paired(scores) else HEADS


def _row(line: Line, paired: bool) -> tuple[str, ...]:
    name = ", ".join(x for x in (line.measure, line.label, line.part) if x)
    cells = (
        name,
        _number(line.f1),
        _interval(line.low, line.high),
        _number(line.precision),
        _number(line.recall),
        _count(line.predicted),
        _count(line.gold),
    )
    if not paired:
        return cells
    p = "–" if line.p is None else f"{line.p:.3f}"
    between = _interval(line.difference_low, line.difference_high)
    return (*cells, _number(line.other), _number(line.difference), between, p)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{low:.3f} to {high:.3f}"


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:g}" if value < 100_000 else f"{value:.0f}"
