"""Files that are as they should be are read another way than others, and come to the same."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.errors import DataError
from dateline.formats import texts as fitting
from dateline.formats.brat import FORMAT, reading
from dateline.formats.brat.reading import marks_of
from dateline.formats.brat.rows import well_formed
from dateline.formats.native import to_standoff
from dateline.formats.standoff import Notice, StandOff
from dateline.formats.texts import fitted, stored
from dateline.tree import Tree
from strategies import SCHEME, law, texts

TEXT = "Olm closed its harbour,\nsaid Tamsin Orlem of Olm."
GOOD = (
    "T1\tTown 0 3\tOlm\nT2\tShut 4 10\tclosed\nT3\tOdd 15 23;24 28\tharbour, said\n"
    "T4\tPerson 29 41\tTamsin Orlem\n"
    "E1\tShut:T2 Who:T1 Who2:T4\nR1\tLives Arg1:T4 Arg2:T1\t\n*\tSame T1 T4\n"
    "A1\tSure E1\nA2\tSaid T2 very much\nN1\tReference T1 wd:Q42\tOlm\n#1\tRemark R1\twhy?\n"
    '#2\tDateline E1\t{"id":"A9"}\n#3\tDateline T1\t{"group":"C1","label":"Same","kb":"N1"}\n'
)


def carefully(text: str, ann: str) -> StandOff:
    with patch.object(reading, "well_formed", lambda *_: None):
        return marks_of(text, ann, "olm")


def test_both_ways_come_to_the_same() -> None:
    assert well_formed(GOOD, TEXT) is not None
    assert marks_of(TEXT, GOOD, "olm") == carefully(TEXT, GOOD)
    assert len(marks_of(TEXT, GOOD, "olm").marks) == 7
    shuffled = "".join(f"{line}\n" for line in reversed(GOOD.splitlines()))
    assert well_formed(shuffled, TEXT) is not None
    assert marks_of(TEXT, shuffled, "olm") == carefully(TEXT, shuffled)


@pytest.mark.parametrize(
    "line",
    [
        "T9\tTown 0 3\tSarn",
        "T9\tTown 0 3",
        "T9\tTown 007 10\ttown",
        "T9\tTown 3 0\t",
        "T9\tTown 60 60\t",
        "T9\tTown 0 3;4 10\tOlm  closed",
        "T9\tBig town 0 3\tOlm",
        "T1\tTown 0 3\tOlm",
        "A1\tSure T1",
        "E9 Shut:T2",
        "M1\tSure E1",
        " T9\tTown 0 3\tOlm",
        "anything",
    ],
)
def test_what_is_not_as_it_should_be_is_read_with_care(line: str) -> None:
    ann = f"{GOOD}{line}\n"
    assert well_formed(ann, TEXT) is None
    assert marks_of(TEXT, ann, "olm") == carefully(TEXT, ann)


def test_the_corpus_is_as_it_should_be() -> None:
    tree = Tree(REPOSITORY)
    articles = [tree.article(doc_id) for doc_id in tree.labelled()]
    given_ = [to_standoff(one, SCHEME) for one in articles if one.meta.tier == "open"]
    written = dict(FORMAT.write(given_, SCHEME))
    for one in given_:
        ann = written[f"{one.doc_id}.ann"].decode()
        assert well_formed(ann, one.text) is not None, one.doc_id
        assert marks_of(one.text, ann, one.doc_id).marks == one.marks


PIECES = [
    *GOOD.splitlines(keepends=True),
    *("T1\t", "A1\t", "#1\t", "\t", " ", "\n", "\r\n", ":", ";", "0 3", "T1", "Olm", "\ufeff"),
    *(
        "A1\tSure T1 a  b\n",
        "A3\tSure T1 a \n",
        "M1\tSure E1\n",
        "A4\tSure T77 x\n",
        "E2\tShut:T2\n",
    ),
    *(
        "R2\tx a:b:c d:T1\n",
        "E3\tShut:T2 Who:T2 \n",
        "*\tSame T2  T3\n",
        "T5\tTown 24 28\tsaid\tx\n",
    ),
    *("#4\tDateline T1\t\n", '#5\tDateline T4\t{"id":"a"} {"id":"b"}\n', "T6\tTown 49 50\t\n"),
]


@given(st.just(TEXT) | texts(), st.lists(st.sampled_from(PIECES), max_size=20, unique=True))
@law(400)
def test_whatever_a_file_holds_both_ways_come_to_the_same(text: str, pieces: list[str]) -> None:
    ann = "".join(pieces)
    try:
        expected = carefully(text, ann)
    except DataError as error:
        with pytest.raises(DataError) as found:
            marks_of(text, ann, "olm")
        assert str(found.value) == str(error)
        return
    assert marks_of(text, ann, "olm") == expected


MANY = 20_000
REPEATED = {
    "attributes of one name": "".join(f"A{n}\tSure T1\n" for n in range(MANY)),
    "lines of one id": "".join(f"A1\tx{n} T1\n" for n in range(MANY)),
    "groups and their names": "*\tSame T1 T1\n" * MANY
    + "".join(f'#{n}\tDateline T1\t{{"group":"C{n}","label":"Same"}}\n' for n in range(MANY)),
    "marks of one id": "".join(
        f'#{n}\tDateline T1\t{{"mark":{{"id":"x","kind":"note","label":"y"}}}}\n'
        for n in range(MANY)
    ),
}


@pytest.mark.parametrize("lines", REPEATED.values(), ids=REPEATED)
def test_what_stands_there_thousands_of_times_takes_no_longer_each(lines: str) -> None:
    """To look at all others for each would take hours."""
    found = marks_of(TEXT, f"T1\tTown 0 3\tOlm\n{lines}", "olm")
    size = len(found.marks) + sum(len(mark.attributes) for mark in found.marks)
    assert size > MANY
    assert len({mark.id for mark in found.marks}) == len(found.marks)


@given(texts() | st.text())
@law(200)
def test_a_text_that_is_stored_as_it_is_has_nothing_mended(text: str) -> None:
    as_is = stored(text)
    if as_is is not None:
        with patch.object(fitting, "stored", lambda _: None):  # piece by piece
            found = fitted(text)
        assert (found.text, found.mended) == (as_is, ())


def test_a_note_of_ours_on_nothing_is_named() -> None:
    found = marks_of(TEXT, GOOD + '#9\tDateline T77\t{"id":"A4"}\n', "olm")
    assert found.notices == [Notice("a note of Dateline's on nothing", "olm.ann line 14")]
