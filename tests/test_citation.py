"""Citations: what they say, that their formats hold whatever stands in them, and their sources."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dateline
from conftest import REPOSITORY
from dateline.citation import (
    Citation,
    apa,
    bibtex,
    check_doi,
    citation_of,
    cited,
    csl_json,
    dois,
)
from dateline.errors import DataError, UsageError
from dateline.manifest import built_folder, encode_manifest, manifest_digest, read_manifest
from strategies import law
from test_cli import dateline as command
from test_cli import in_process

DIGEST = "0123456789abcdef" * 4
FULL = Citation(
    version="0.2.0", released="2026-11-30", digest=DIGEST, doi="10.5281/zenodo.1234", title="A & B"
)

UNTEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "&%$#_"},
}


def plain(value: str) -> str:
    """What TeX sets for a value of ours."""
    pattern = "|".join(map(re.escape, sorted(UNTEX, key=len, reverse=True)))
    return re.sub(pattern, lambda match: UNTEX[match[0]], value)


def fields_of(entry: str) -> dict[str, str]:
    """The fields of one entry, read as BibTeX does: by counting braces, escaped or not."""
    head = re.match(r"@misc\{([^\s,{}\"#%~\\]+),", entry)
    assert head, entry
    found = {"": head[1]}
    at = head.end()
    while (match := re.compile(r"\s*(\w+)\s*=\s*").match(entry, at)) is not None:
        start = at = match.end()
        depth = 0
        while depth or entry[at] not in ",}":
            depth += {"{": 1, "}": -1}.get(entry[at], 0)
            at += 1
        assert match[1] not in found
        found[match[1]] = entry[start:at].strip()
        if entry[at] == "}":
            break
        at += 1
    assert entry[at:] == "}\n", "nothing but the last brace is left"
    return found


def test_bibtex_has_version_date_digest_and_doi() -> None:
    assert fields_of(bibtex(FULL)) == {
        "": "dateline-0.2.0",
        "title": r"{{A \& B}}",
        "author": "{{The Dateline contributors}}",
        "year": "{2026}",
        "month": "nov",
        "version": "{0.2.0}",
        "howpublished": "{Data set}",
        "doi": "{10.5281/zenodo.1234}",
        "url": "{https://doi.org/10.5281/zenodo.1234}",
        "license": "{CC-BY-4.0}",
        "note": f"{{Version 0.2.0; manifest SHA-256 {DIGEST}}}",
    }


def test_what_there_is_not_is_left_out() -> None:
    found = fields_of(bibtex(Citation(version="0.2.0")))
    assert {"year", "month", "doi", "url"}.isdisjoint(found)
    assert found["note"] == "{Version 0.2.0}"
    assert apa(Citation(version="0.2.0")).endswith("(Version 0.2.0) [Data set].\n")
    (item,) = json.loads(csl_json(Citation(version="0.2.0")))
    assert {"issued", "DOI", "URL"}.isdisjoint(item)


def test_a_provisional_version_says_so_everywhere() -> None:
    citation = Citation(version="0.1.0", provisional=True)
    assert "provisional" in bibtex(citation)
    assert "(n.d.)" in apa(citation)
    assert "(Version 0.1.0, provisional)" in apa(citation)
    assert "provisional" in csl_json(citation)


def test_apa_is_that_of_a_data_set() -> None:
    assert apa(FULL) == (
        "The Dateline contributors. (2026). A & B (Version 0.2.0) [Data set]. "
        f"Manifest SHA-256 {DIGEST}. https://doi.org/10.5281/zenodo.1234\n"
    )


def test_csl_json_is_an_item_of_a_data_set() -> None:
    (item,) = json.loads(csl_json(FULL))
    assert item == {
        "id": "dateline-0.2.0",
        "type": "dataset",
        "title": "A & B",
        "author": [{"literal": "The Dateline contributors"}],
        "issued": {"date-parts": [[2026, 11, 30]]},
        "version": "0.2.0",
        "DOI": "10.5281/zenodo.1234",
        "URL": "https://doi.org/10.5281/zenodo.1234",
        "note": f"Version 0.2.0; manifest SHA-256 {DIGEST}",
    }


HOSTILE = [
    "}, year = {1066}",
    "{{",
    "a\\",
    "line\n@misc{other,\n  title = {x}}\r\n",
    "100 % of #1_a ~ $5 ^ & \\",
    "Überblick über Ṭāliqān 東京 🙂 \u2028 \u202e",
    '"quoted" @string{x = "y"}',
    "%comment",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_breaks_no_format(text: str) -> None:
    check_any(text)


@law(200)
@given(st.text(max_size=60))
def test_any_text_comes_out_of_bibtex_as_it_was_but_for_white_space(text: str) -> None:
    check_any(text)


def check_any(text: str) -> None:
    citation = Citation(version="0.2.0", title=text, authors=text, url="https://example.org/{a b}")
    found = fields_of(bibtex(citation))
    assert bibtex(citation).count("@misc{") == 1
    wanted = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    for name in ("title", "author"):
        assert found[name][:2] + found[name][-2:] == "{{}}"
        assert plain(found[name][2:-2]) == wanted
    assert found["url"] == "{https://example.org/%7Ba%20b%7D}"
    assert len(apa(citation).splitlines()) == 1
    (item,) = json.loads(csl_json(citation))
    assert item["title"] == text


# ── DOIs


@pytest.mark.parametrize("doi", ["10.5281/zenodo.1234", "10.1000.10/a(b)[c];d:e_f-g"])
def test_a_doi_is_taken_as_it_is(doi: str) -> None:
    assert check_doi(doi, "x") == doi


@pytest.mark.parametrize(
    "doi",
    [
        "https://doi.org/10.5281/zenodo.1",
        "10.5281/",
        "10.52/zenodo.1",
        "10.5281/a}b",
        "10.5281/a\n",
        "10.5281/a b",
        "10.5281/é",
        "@doi",
        "",
    ],
)
def test_what_is_no_doi_is_refused(tmp_path: Path, doi: str) -> None:
    (tmp_path / "dois.yaml").write_text(json.dumps({"0.2.0": doi}))
    with pytest.raises(DataError, match=r"corpus/releases/dois\.yaml 0\.2\.0: expected a DOI as"):
        dois(tmp_path)


@pytest.mark.parametrize("text", ["[]", "0.2.0: 3", "a: b: c", "0.2.0: 10.1/a\n0.2.0: 10.1/b"])
def test_dois_of_another_form_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "dois.yaml").write_text(text)
    with pytest.raises(DataError, match=r"corpus/releases/dois\.yaml: expected"):
        dois(tmp_path)


def test_two_versions_do_not_share_a_doi(tmp_path: Path) -> None:
    (tmp_path / "dois.yaml").write_text("0.2.0: 10.5281/a\n0.3.0: 10.5281/A\n")
    with pytest.raises(DataError, match=r"0\.3\.0: expected a DOI of its own, got that of 0\.2\.0"):
        dois(tmp_path)


def test_no_dois_yet(tmp_path: Path) -> None:
    assert dois(tmp_path) == {}
    (tmp_path / "dois.yaml").write_text("# none yet\n")
    assert dois(tmp_path) == {}


# ── Releases


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A tree that holds the newest release, as 0.1.0, and what lies beside it."""
    root = tmp_path / "clone"
    folder = root / "corpus" / "releases" / "0.1.0"
    folder.mkdir(parents=True)
    (root / "schema").mkdir()
    shutil.copy(REPOSITORY / "schema" / "scheme.yaml", root / "schema")
    manifest = read_manifest(built_folder(REPOSITORY))
    frozen = msgspec.structs.replace(
        manifest, version="0.1.0", provisional=False, released="2026-11-30"
    )
    (folder / "manifest.json").write_bytes(encode_manifest(frozen))
    return root


def anchor(root: Path, digest: str) -> None:
    path = root / "corpus" / "releases" / "SHA256SUMS"
    path.write_text(f"{'0' * 64}  0.0.9/manifest.json\n{digest}  0.1.0/manifest.json\n")


def test_the_citation_of_a_release(clone: Path) -> None:
    folder = clone / "corpus" / "releases"
    digest = manifest_digest(folder / "0.1.0")
    assert citation_of(clone).digest == digest, "of the manifest itself while there is no anchor"
    anchor(clone, digest)
    (folder / "dois.yaml").write_text("0.1.0: 10.5281/zenodo.99\n")
    found = citation_of(clone, "0.1.0")
    assert found == Citation(
        version="0.1.0", released="2026-11-30", digest=digest, doi="10.5281/zenodo.99"
    )
    assert dateline.cite(root=clone) == bibtex(found)
    assert dateline.cite("0.1.0", format="apa", root=clone) == apa(found)


def test_a_copy_that_is_not_the_frozen_one_is_not_cited(clone: Path) -> None:
    digest = manifest_digest(clone / "corpus" / "releases" / "0.1.0")
    anchor(clone, DIGEST)
    with pytest.raises(DataError) as caught:
        dateline.cite(root=clone)
    assert caught.value.where == "corpus/releases/0.1.0/manifest.json"
    assert DIGEST in caught.value.expected
    assert caught.value.found == digest


@pytest.mark.parametrize(
    "line", ["abc  0.1.0/manifest.json", f"{DIGEST} 0.1.0/manifest.json", "\ufffd", ""]
)
def test_damaged_anchors_are_named(clone: Path, line: str) -> None:
    path = clone / "corpus" / "releases" / "SHA256SUMS"
    path.write_text(f"{'0' * 64}  0.0.9/manifest.json\n{line}\n")
    with pytest.raises(DataError, match="corpus/releases/SHA256SUMS line 2: expected"):
        dateline.cite("0.1.0", root=clone)


@pytest.mark.parametrize("released", ["2026-13-40", "soon", "", "2026-11-30}"])
def test_a_release_without_a_true_date_is_refused(released: str) -> None:
    manifest = read_manifest(built_folder(REPOSITORY))
    with pytest.raises(DataError, match=r"\$\.released: expected a date"):
        cited(msgspec.structs.replace(manifest, released=released))


def test_the_command_prints_what_the_function_gives(clone: Path) -> None:
    for name in ("bibtex", "apa", "csl", "json"):
        shown = command("cite", "0.1.0", "--format", name, "--root", clone)
        assert shown == dateline.cite("0.1.0", format=name, root=clone)
    assert json.loads(command("cite", "--format", "json", "--root", clone))["version"] == "0.1.0"


def test_wrong_use_says_what_there_is(clone: Path) -> None:
    with pytest.raises(UsageError, match="format: expected one of bibtex, apa, csl, json"):
        dateline.cite(format="ris", root=clone)
    done = in_process("cite", "9.9.9", "--root", clone)
    assert (done.returncode, done.stdout) == (2, "")
    assert "version: expected tree or one of 0.1.0" in done.stderr


def test_a_tampered_release_is_exit_code_1(clone: Path) -> None:
    anchor(clone, DIGEST)
    done = in_process("cite", "--root", clone)
    assert done.returncode == 1
    assert DIGEST in done.stderr
