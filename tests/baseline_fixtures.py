"""A few articles of the released training split, and models trained on them once."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from dateline.articles import articles_of
from dateline.baselines.model import Model
from dateline.baselines.training import train
from dateline.derived import Article
from dateline.manifest import read_manifest
from dateline.scheme import Scheme

RELEASE = Path(__file__).resolve().parent.parent / "corpus" / "releases" / "0.2.0"


def few(split: str, count: int) -> list[Article]:
    manifest = read_manifest(RELEASE)
    return list(islice(articles_of(RELEASE, manifest, "documents", split), count))


@pytest.fixture(scope="session")
def training() -> list[Article]:
    return few("train", 6)


@pytest.fixture(scope="session")
def held_out() -> list[Article]:
    return few("test", 3)


@pytest.fixture(scope="session", params=["crf", "majority", "random", "spacy"])
def model(request: pytest.FixtureRequest, training: list[Article], scheme: Scheme) -> Model:
    needed = {"crf": "sklearn_crfsuite", "spacy": "spacy"}
    if request.param in needed:
        pytest.importorskip(needed[request.param])
    return train(request.param, training, scheme, data="0.2.0", split="train", seed=1, steps=5)
