"""Wording that stands in two places: near-duplicates across splits, and third-party wording."""

from __future__ import annotations

import itertools
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.checks.labelled import Labelled
from dateline.text import SHINGLE, place, shingles, words
from dateline.world import split_order

__all__ = ["Duplicates", "check_wording"]

Sketches = npt.NDArray[np.uint32]

_WORDS = 5
_SIMILAR = 0.7
_PERMUTATIONS = 128
# Two texts become candidates where any of 25 bands of 5 minima agrees: 99 % of the pairs with a
# similarity of 0.7 do, and 6 % of those with 0.3, which the sketches then clear.
_BANDS, _BAND = 25, 5


class Duplicates:
    """DL504: articles of different splits whose texts are nearly the same.

    The measure is the Jaccard similarity of the sets of 5-word shingles (lower case, words only),
    estimated by MinHash (Broder 1997, "On the resemblance and containment of documents") with 128
    permutations, which has a standard error of 0.04 at the threshold of 0.7; candidates are found
    by banding (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3). A passage that
    two texts share, such as a quoted statement, counts only by its share: of two texts of one
    length it must be 82 % to reach 0.7. The seed is fixed, so that the same corpus always gives the
    same pairs.

    An article costs 512 bytes, its id and its path. (An LSH index of datasketch would cost 8 KB,
    and serves questions during the pass, of which there are none.)
    """

    def __init__(self) -> None:
        from datasketch import MinHash  # type: ignore[import-untyped]  # takes 0.5 s

        # CRC-32 is fast and the same everywhere; datasketch mixes it before it permutes.
        self._empty = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=zlib.crc32)
        self._sketches = bytearray()
        self._articles: list[tuple[str, str, str]] = []  # split, id, path of the text

    def add(self, labelled: Labelled) -> None:
        text = (labelled.article.text or "").lower()
        found = [text[start:end] for start, end in words(text)]
        runs = {" ".join(found[i : i + _WORDS]).encode() for i in range(len(found) - _WORDS + 1)}
        if runs:
            sketch = self._empty.copy()
            sketch.update_batch(runs)
            self._sketches += sketch.hashvalues.tobytes()
            self._articles.append((labelled.split, labelled.article.doc_id, labelled.text_at()))

    def incidents(self) -> Iterator[Incident]:
        """Each pair once, at the article of the later split (train, validation, test, others)."""
        sketches = np.frombuffer(self._sketches, dtype=np.uint32).reshape(-1, _PERMUTATIONS)
        for pair in sorted(self._candidates(sketches)):
            similarity = float(np.mean(sketches[pair[0]] == sketches[pair[1]]))
            if similarity >= _SIMILAR:
                first, second = sorted(
                    (self._articles[number] for number in pair), key=lambda a: split_order(a[0])
                )
                expected = f"a text unlike those of other splits (similarity below {_SIMILAR})"
                found = f"about {similarity:.2f} with {first[1]} in {first[0]}"
                yield incident("DL504", second[2], expected, found, doc_id=second[1])

    def _candidates(self, sketches: Sketches) -> set[tuple[int, int]]:
        """Pairs of articles of different splits that agree in a whole band."""
        pairs: set[tuple[int, int]] = set()
        for band in range(_BANDS):
            buckets: dict[bytes, list[int]] = defaultdict(list)
            for number, minima in enumerate(sketches[:, band * _BAND : (band + 1) * _BAND]):
                buckets[minima.tobytes()].append(number)
            for bucket in buckets.values():
                if len(bucket) > 1:
                    pairs.update(self._across(bucket))
        return pairs

    def _across(self, bucket: list[int]) -> Iterator[tuple[int, int]]:
        # By split first: a bucket may hold thousands of copies, all in one split.
        by_split: dict[str, list[int]] = defaultdict(list)
        for number in bucket:
            by_split[self._articles[number][0]].append(number)
        for one, other in itertools.combinations(by_split.values(), 2):
            for a, b in itertools.product(one, other):
                yield min(a, b), max(a, b)


def check_wording(labelled: Labelled, foreign: Mapping[str, str]) -> Iterator[Incident]:
    """DL508: runs of 8 words and more of an open text that an external article has too.

    `foreign` gives the id of the external article for the hash of each of its shingles (see
    `dateline.text.shingles`). The finding tells how many words, and never which.
    """
    text = labelled.article.text
    if not foreign or text is None or labelled.article.meta.tier != "open":
        return
    hits = [(i, foreign[run]) for i, run in enumerate(shingles(text)) if run in foreign]
    if not hits:
        return
    spans = words(text)
    # Neighbouring shingles lie on one diagonal: number of the word less number of the hit.
    for _, group in itertools.groupby(enumerate(hits), key=lambda pair: pair[1][0] - pair[0]):
        run = [hit for _, hit in group]
        first, last = run[0][0], run[-1][0] + SHINGLE - 1
        start, end = spans[first][0], spans[last][1]
        yield incident(
            "DL508",
            labelled.text_at(place(text, start)),
            "wording of our own",
            f"{last - first + 1} words of {', '.join(sorted({source for _, source in run}))}",
            (start, end),
            labelled.article.doc_id,
        )
