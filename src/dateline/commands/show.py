"""Read an article in the terminal: its text in colour, who says what, what happened, stances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import AsJson, Root, is_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.text import Text

    from dateline.derived import Article
    from dateline.records import Attribution, Entity, Event
    from dateline.scheme import Scheme
    from dateline.text import HasSpan

LAYERS = ("entities", "events", "attributions", "stances")


def run(
    doc: Annotated[str, typer.Argument(help="A document id.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Only this layer; may be given several times.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="A release, or `tree`.")] = None,
    annotator: Annotated[
        str | None, typer.Option(help="The pass of this annotator, not the adjudicated labels.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="The bare text: numbered sentences, paragraphs apart.")
    ] = False,
    format: AsJson = "text",
    root: Root = None,
) -> None:
    from rich.console import Console

    from dateline.articles import document
    from dateline.errors import UsageError
    from dateline.records import canonical
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    layers = tuple(layer or LAYERS)
    for name in layers:
        if name not in LAYERS:
            raise UsageError("--layer", f"one of {', '.join(LAYERS)}", repr(name))
    tree = Tree(find_root(root))
    if plain:
        print("\n".join(_numbered(tree, doc)))
        return
    article = tree.article(doc, annotator) if annotator else document(doc, version, root=root)
    if as_json:
        print(canonical(article.labels).decode(), end="")
        return
    console = Console(highlight=False)
    for part in _page(article, tree.scheme, layers):
        console.print(part)


def _numbered(tree: object, doc_id: str) -> Iterator[str]:
    """The sentences of an article, labelled or not, with the numbers of the quoted form."""
    from dateline.errors import DataError
    from dateline.text import segment
    from dateline.tree import Tree

    assert isinstance(tree, Tree)
    text = tree.text(tree.meta(doc_id))
    if text is None:
        raise DataError(doc_id, "its text in your cache", "none", "dateline hydrate FILE")
    before = 0
    for number, (start, end) in enumerate(segment(text).sentences, 1):
        if "\n" in text[before:start]:
            yield ""
        yield f"{number}\t{text[start:end]}"
        before = end


def _page(article: Article, scheme: Scheme, layers: tuple[str, ...]) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    meta = article.meta
    facts = [meta.outlet, meta.published, meta.genre, meta.storyline, meta.tier]
    yield Rule(Text(meta.title or meta.doc_id, style="bold"))
    yield Text(" · ".join(fact for fact in facts if fact), style="dim")
    yield Text(_makers(article), style="dim")
    if article.text is None:
        hint = f"dateline hydrate FILE (SHA-256 {meta.text_sha256})"
        yield Text(f"The text is not in the repository. With a copy of it: {hint}", style="yellow")
    else:
        yield Padding(_coloured(article, scheme, layers), (1, 2))
    shown = {"attributions": _attributions, "events": _events, "stances": _stances}
    for name, lines in shown.items():
        if name in layers and getattr(article, name):
            yield Rule(Text(f"{name} ({len(getattr(article, name))})"), align="left", style="dim")
            for line in lines(article, scheme):
                yield Padding(line, (0, 0, 0, 2))
    if "entities" in layers and article.clusters:
        yield Rule(Text(f"clusters ({len(article.clusters)})"), align="left", style="dim")
        for line in _clusters(article, scheme):
            yield Padding(line, (0, 0, 0, 2))


def _makers(article: Article) -> str:
    """What made the words and the labels: said of every article."""
    maker = article.labels.annotator
    text = (
        f"text by {article.meta.author}" if article.meta.author else f"text: {article.meta.licence}"
    )
    return f"{text} · labels by {maker.id} ({maker.kind}), {article.labels.status}"


def _coloured(article: Article, scheme: Scheme, layers: tuple[str, ...]) -> Text:
    """The text with mentions, triggers, cues and expressions in the scheme's colours."""
    from rich.style import Style
    from rich.text import Text

    text = Text(article.text or "")
    dark = "#101010"
    if "entities" in layers:
        for entity in sorted(article.entities, key=lambda e: e.start - e.end):
            colour = scheme.layers["entities"].labels[entity.type].colour
            text.stylize(Style(color=dark, bgcolor=colour), entity.start, entity.end)
    if "events" in layers:
        for event in article.events:
            colour = scheme.layers["events"].labels[event.type].colour
            text.stylize(Style(color=dark, bgcolor=colour, bold=True), event.start, event.end)
    if "attributions" in layers:
        for attribution in article.attributions:
            if attribution.cue is not None:
                cue = attribution.cue
                text.stylize(Style(underline=True, bold=True), cue.start, cue.end)
    if "stances" in layers:
        for stance in article.stances:
            text.stylize(Style(italic=True, underline2=True), stance.start, stance.end)
    return text


def _words(article: Article, span: HasSpan, limit: int = 90) -> str:
    words = article.surface(span)
    if words is None:
        return f"[{span.start}, {span.end})"
    words = " ".join(words.split())
    return words if len(words) <= limit else f"{words[: limit // 2]} … {words[-limit // 2 :]}"


def _name(article: Article, ref: str) -> str:
    """What an id points at, in words; a pronoun or nominal with its cluster's name behind it."""
    from dateline.records import Entity

    head = article.head(ref)
    if head is None:
        return "the article itself" if ref == "AUTHOR" else ref
    kind, span = head
    words = _words(article, span, 60)
    item = article.by_id[ref]
    if kind == "attribution":
        return f"{ref} “{words}”"
    if isinstance(item, Entity) and item.mention in ("nominal", "pronoun") and item.cluster:
        cluster = article.clusters.get(item.cluster)
        if cluster and cluster.name and cluster.name != words:
            return f"{words} (= {cluster.name})"
    return words if kind == "entity" else f"{ref} “{words}”"


def _nested(article: Article, outer: str | None, depth: int) -> Iterator[tuple[int, Attribution]]:
    """Attributions in the order of the text, each followed by those inside it, with their depth."""
    for a in article.attributions:
        if article.nested_in[a.id] == outer:
            yield depth, a
            yield from _nested(article, a.id, depth + 1)


def _attributions(article: Article, scheme: Scheme) -> Iterator[Text]:
    from rich.text import Text

    for depth, a in _nested(article, None, 0):
        who = _words(article, a.source) if a.source else "(no source)"
        meant = ", ".join(_name(article, r) for r in (a.source.refs if a.source else []))
        how = _words(article, a.cue) if a.cue else "–"
        what = " … ".join(_words(article, span) for span in a.content)
        line = Text("   " * depth + ("└ " if depth else ""))
        line.append(f"{a.id:<4}", style="dim").append(who, style="bold")
        if meant and meant != who:
            line.append(f" [{meant}]", style="dim")
        line.append(f"  {how}  ", style="italic underline").append(what)
        denied = " DENIED" if a.polarity == "negative" else ""
        kinds = ", ".join(x for x in (a.quote, a.source_form, a.source_kind) if x)
        line.append(f"  ({kinds}){denied}", style="dim")
        yield line


def _events(article: Article, scheme: Scheme) -> Iterator[Text]:
    from rich.style import Style
    from rich.text import Text

    for e in article.events:
        colour = scheme.layers["events"].labels[e.type].colour
        line = Text().append(f"{e.id:<4}", style="dim")
        kind = f"{e.type}/{e.mode}" if e.mode else e.type
        line.append(f" {kind} ", style=Style(color="#101010", bgcolor=colour))
        line.append(f" {_words(article, e)}", style="bold")
        flags = [] if e.polarity == "positive" else ["NOT"]
        flags += [] if e.certainty == "certain" else [e.certainty]
        flags += [] if e.time == "past" else [e.time]
        if flags:
            line.append(f" ({', '.join(flags)})", style="yellow")
        for argument in e.arguments:
            line.append(f"  {argument.role} ", style="dim").append(_name(article, argument.ref))
        if outer := article.reported_in[e.id]:
            line.append(f"  in {outer}", style="dim")
        yield line


def _stances(article: Article, scheme: Scheme) -> Iterator[Text]:
    from rich.text import Text

    arrows = {"favor": "is for", "against": "is against", "neutral": "takes no side on"}
    for s in article.stances:
        line = Text().append(f"{s.id:<4}", style="dim")
        line.append(_name(article, s.holder), style="bold")
        line.append(f" {arrows.get(s.value, 'is of two minds on')} ", style="italic")
        line.append(_name(article, s.target), style="bold").append(f"  “{_words(article, s)}”")
        said = "stated" if s.explicit == "yes" else "implied"
        line.append(f"  ({s.attitude}, {said})", style="dim")
        yield line


def _clusters(article: Article, scheme: Scheme) -> Iterator[Text]:
    from rich.text import Text

    members: dict[str, list[str]] = {}
    marked: list[Entity | Event] = [*article.entities, *article.events]
    for item in marked:
        if item.cluster is not None:
            members.setdefault(item.cluster, []).append(_words(article, item, 40))
    for key, cluster in article.clusters.items():
        line = Text().append(f"{key:<4}", style="dim").append(cluster.name or "–", style="bold")
        if cluster.kb:
            line.append(f" {cluster.kb}", style="cyan")
        line.append(f"  {' · '.join(dict.fromkeys(members.get(key, [])))}", style="dim")
        yield line
