"""The corpus tree on disk: where everything lies, and reading and writing it.

`find_root` is the one function that finds the data: an explicit root, else the nearest tree above
the working folder, else the checkout of an editable install, else what the wheel carries.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import msgspec

from dateline.decoding import from_yaml
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.files import cache_folder
from dateline.records import ArticleMeta, Document, Kind, decode, is_doc_id
from dateline.scheme import Scheme, read_scheme
from dateline.text import digest, normalise, parse_text
from dateline.world import World, read_world

__all__ = ["AnnotatorEntry", "Tree", "cached_text", "find_root"]

_MARK = Path("schema/scheme.yaml")
_CARRIED = Path(__file__).resolve().parent / "_data"


def find_root(root: str | Path | None = None) -> Path:
    """The folder that holds `schema/` and `corpus/`.

    Raises
    ------
    UsageError : `root` is given and is no corpus tree.
    """
    if root is not None:
        chosen = Path(root)
        if not (chosen / _MARK).is_file():
            raise UsageError(str(root), f"a corpus tree (a folder with {_MARK})", "none there")
        return chosen.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _MARK).is_file() and (folder / "corpus").is_dir():
            return folder
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent
    if (checkout / _MARK).is_file():
        return checkout
    if (_CARRIED / _MARK).is_file():
        return _CARRIED
    raise UsageError("dateline", f"a corpus tree (a folder with {_MARK})", "none found")


class AnnotatorEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who or what stands behind an annotator id. `since` and `until` are ISO dates.

    `account` is the e-mail address under which an annotator signs in to Label Studio. Without it
    nothing that is submitted there counts as this annotator's.
    """

    kind: Kind
    does: str
    family: str | None = None
    version: str | None = None
    training: str | None = None
    instructions: str
    since: str
    until: str | None = None
    note: str | None = None
    account: str | None = None


class Tree:
    """A corpus tree. Reads are lazy and checked; nothing is cached between articles."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def articles(self) -> Path:
        return self.root / "corpus" / "articles"

    @property
    def adjudicated(self) -> Path:
        return self.root / "annotations" / "adjudicated"

    @property
    def releases(self) -> Path:
        return self.root / "corpus" / "releases"

    @property
    def is_carried(self) -> bool:
        """Whether this is the data of an installed wheel: releases to read, no tree to work on."""
        return self.root == _CARRIED

    def require_sources(self) -> None:
        """Refuse work that needs articles and annotations, on data that has only releases.

        Raises
        ------
        UsageError : this is the data of an installed wheel.
        """
        if self.is_carried:
            found = "the read-only data of an installed wheel"
            raise UsageError(str(self.root), "a corpus tree", found, "Work in a clone.")

    @cached_property
    def scheme(self) -> Scheme:
        return read_scheme(self.root)

    @cached_property
    def world(self) -> World:
        return read_world(self.root / "corpus" / "world", self.scheme)

    @cached_property
    def annotators(self) -> dict[str, AnnotatorEntry]:
        path = self.root / "annotations" / "annotators.yaml"
        where = self.where(path)
        shape = "annotators of the documented form"
        found: dict[str, AnnotatorEntry] = from_yaml(
            self._bytes(path, path.stem), dict[str, AnnotatorEntry], where, shape
        )
        owner: dict[str, str] = {}
        for name, entry in found.items():
            account = (entry.account or "").casefold()
            if account and owner.setdefault(account, name) != name:
                those = f"{owner[account]} and {name} with {entry.account}"
                raise DataError(where, "each account with one annotator", those)
        return found

    def where(self, path: Path) -> str:
        """A path as errors name it: relative to the tree, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    def doc_ids(self) -> list[str]:
        """The ids of all articles, sorted."""
        return sorted(path.stem for path in self.articles.glob("*.json"))

    def labelled(self) -> list[str]:
        """The ids of all articles that have adjudicated labels, sorted."""
        return sorted(path.stem for path in self.adjudicated.glob("*.json"))

    def meta_path(self, doc_id: str) -> Path:
        return self.articles / f"{self._checked(doc_id)}.json"

    def text_path(self, doc_id: str) -> Path:
        return self.articles / f"{self._checked(doc_id)}.txt"

    def shingles_path(self, doc_id: str) -> Path:
        return self.articles / f"{self._checked(doc_id)}.shingles"

    def adjudicated_path(self, doc_id: str) -> Path:
        return self.adjudicated / f"{self._checked(doc_id)}.json"

    def pass_path(self, annotator: str, doc_id: str) -> Path:
        folder = self.root / "annotations" / "passes" / self._checked(annotator)
        return folder / f"{self._checked(doc_id)}.json"

    def pass_annotators(self) -> list[str]:
        """The annotators that have passes, sorted."""
        folders = (self.root / "annotations" / "passes").glob("*/")
        return sorted(folder.name for folder in folders if is_doc_id(folder.name))

    def passes(
        self, docs: list[str] | None = None, annotators: list[str] | None = None
    ) -> Iterator[tuple[str, str, bool, dict[str, Document]]]:
        """Articles with their passes: (id, text, whether it may be quoted, annotator to pass).

        Without `docs` all articles that have passes, but for external ones without a text here.

        Raises
        ------
        DataError : one of `docs` is unknown, or external and without a text in the cache; a pass is
            of another text, or of another annotator than its folder says.
        """
        names = self.pass_annotators() if annotators is None else annotators
        for doc_id in dict.fromkeys(docs or self.doc_ids()):
            meta = self.meta(doc_id)
            paths = {name: self.pass_path(name, doc_id) for name in names}
            found = {
                name: self.read_document(path, doc_id)
                for name, path in paths.items()
                if path.is_file()
            }
            if docs and not found:
                raise DataError(f"annotations/passes/*/{doc_id}.json", "a pass", "none")
            for name, doc in found.items():
                if doc.annotator.id != name:
                    where = f"{self.where(paths[name])} $.annotator.id"
                    raise DataError(where, f"the folder's name, {name}", doc.annotator.id)
                if doc.text_sha256 != meta.text_sha256:
                    where = f"{self.where(paths[name])} $.text_sha256"
                    raise DataError(where, meta.text_sha256, doc.text_sha256)
            text = self.text(meta) if found else None
            if text is not None:
                yield doc_id, text, meta.tier == "open", found
            elif docs and found:
                raise DataError(doc_id, "its text in your cache", "none", "dateline hydrate FILE")

    def decisions_path(self, doc_id: str) -> Path:
        return self.root / "annotations" / "decisions" / f"{self._checked(doc_id)}.txt"

    def decisions(self, doc_id: str) -> str:
        """The decisions on an article's cases, as written.

        Raises
        ------
        DataError : there are none, or they are not UTF-8.
        """
        path = self.decisions_path(doc_id)
        hint = f"dateline adjudicate {doc_id} --ask --by ID, or --sheets DIR"
        if not path.is_file():
            raise DataError(self.where(path), "decisions", "none", hint)
        try:
            return self._bytes(path, doc_id).decode()
        except UnicodeDecodeError as error:
            found = f"byte 0x{error.object[error.start]:02x}"
            raise DataError(self.where(path), "decisions in UTF-8", found) from None

    def _checked(self, key: str) -> str:
        if not is_doc_id(key):
            raise UsageError("document id", "[a-z0-9][a-z0-9-]{0,79}", repr(key))
        return key

    def meta(self, doc_id: str) -> ArticleMeta:
        """An article's metadata.

        Raises
        ------
        DataError : there is no such article (with the nearest ids), or its file is at fault.
        """
        path = self.meta_path(doc_id)
        meta = decode(self._bytes(path, doc_id), ArticleMeta, self.where(path))
        if meta.doc_id != doc_id:
            raise DataError(
                f"{self.where(path)} $.doc_id", f"the file's name, {doc_id}", meta.doc_id
            )
        return meta

    def text(self, meta: ArticleMeta) -> str | None:
        """An article's text: an open one from the tree, an external one from the user's cache.

        None when an external text has not been hydrated here.

        Raises
        ------
        DataError : the text is missing, unreadable, or not the one that the metadata was made for.
        """
        if meta.tier == "external":
            return cached_text(meta)
        path = self.text_path(meta.doc_id)
        text = parse_text(self._bytes(path, meta.doc_id), self.where(path))
        found = digest(text)
        if found != meta.text_sha256:
            raise DataError(self.where(path), f"a text with SHA-256 {meta.text_sha256}", found)
        return text

    def read_document(self, path: Path, doc_id: str) -> Document:
        """Labels from one file under `annotations/`."""
        doc = decode(self._bytes(path, doc_id), Document, self.where(path))
        if doc.doc_id != doc_id:
            raise DataError(
                f"{self.where(path)} $.doc_id", f"the file's name, {doc_id}", doc.doc_id
            )
        return doc

    def article(self, doc_id: str, annotator: str | None = None) -> Article:
        """An article with its adjudicated labels, or with the pass of `annotator` (not checked:
        that is for the checks).
        """
        meta = self.meta(doc_id)
        path = self.pass_path(annotator, doc_id) if annotator else self.adjudicated_path(doc_id)
        return Article(meta, self.text(meta), self.read_document(path, doc_id))

    def labelled_articles(self) -> Iterator[tuple[str, Article]]:
        """The articles that have adjudicated labels, with their splits, by id."""
        for doc_id in self.labelled():
            article = self.article(doc_id)
            yield self.split(article.meta), article

    def split(self, meta: ArticleMeta) -> str:
        """The split that an article's storyline has; `external` for external ones.

        Raises
        ------
        DataError : the storyline is missing or unknown.
        """
        if meta.tier == "external":
            return "external"
        where = f"{self.where(self.meta_path(meta.doc_id))} $.storyline"
        storyline = self.world.storylines.get(meta.storyline or "")
        if storyline is None:
            known = ", ".join(self.world.storylines) or "none yet"
            raise DataError(where, f"a storyline of the tree ({known})", str(meta.storyline))
        return storyline.split

    def external(self) -> Iterator[ArticleMeta]:
        """The metadata of all external articles."""
        for doc_id in self.doc_ids():
            meta = self.meta(doc_id)
            if meta.tier == "external":
                yield meta

    def _bytes(self, path: Path, doc_id: str) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            near = difflib.get_close_matches(doc_id, self.doc_ids(), n=3, cutoff=0.5)
            hint = f"Near it: {', '.join(near)}." if near and doc_id not in near else ""
            raise DataError(self.where(path), "a file", "none", hint) from None
        except OSError as error:
            raise DataError(self.where(path), "a readable file", str(error.strerror)) from None


def cached_text(meta: ArticleMeta) -> str | None:
    """A hydrated text from the user's cache, checked against its hash; None when not there."""
    path = cache_folder() / "texts" / f"{meta.text_sha256}.txt"
    if not path.is_file():
        return None
    text = normalise(path.read_bytes(), str(path))
    if digest(text) != meta.text_sha256:
        raise DataError(
            str(path), f"a text with SHA-256 {meta.text_sha256}", digest(text), "Hydrate it again."
        )
    return text
