"""Every baseline: what it predicts is sound, the same each time, and after it was stored."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dateline.baselines.crf import read_crf
from dateline.baselines.linear import read_linear, train_linear
from dateline.baselines.model import Model
from dateline.baselines.predicting import predict
from dateline.baselines.storing import ABOUT, read_model, write_model
from dateline.baselines.training import train
from dateline.checks.document import check_articles
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.records import Document, canonical
from dateline.scheme import Scheme
from dateline.scoring.scores import Predicted, score


def labelled(model: Model, articles: list[Article], scheme: Scheme) -> list[Document]:
    return [predict(model, a.meta, a.text or "", scheme) for a in articles]


def test_predictions_hold_no_error(model: Model, held_out: list[Article], scheme: Scheme) -> None:
    made = labelled(model, held_out, scheme)
    articles = [Article(a.meta, a.text, d) for a, d in zip(held_out, made, strict=True)]
    found = check_articles(articles, scheme, [a.doc_id for a in articles])
    assert [i for each in found for i in each if i.severity == "error"] == []
    assert {d.annotator.kind for d in made} == {"model"}
    assert {d.status for d in made} == {"silver"}


def test_a_stored_model_predicts_the_same(
    model: Model, held_out: list[Article], scheme: Scheme, tmp_path: Path
) -> None:
    write_model(model, tmp_path / "model")
    again = read_model(tmp_path / "model", scheme)
    assert labelled(again, held_out, scheme) == labelled(model, held_out, scheme)


def test_training_again_gives_the_same(
    model: Model, training: list[Article], held_out: list[Article], scheme: Scheme
) -> None:
    again = train(model.about.name, training, scheme, data="0.2.0", split="train", seed=1, steps=5)
    assert labelled(again, held_out, scheme) == labelled(model, held_out, scheme)


def test_the_gold_labels_are_not_looked_at(
    model: Model, held_out: list[Article], scheme: Scheme
) -> None:
    """A text read in another order of articles, or alone, is labelled alike."""
    forward = labelled(model, held_out, scheme)
    assert labelled(model, held_out[::-1], scheme)[::-1] == forward


def test_chance_follows_the_seed(
    training: list[Article], held_out: list[Article], scheme: Scheme
) -> None:
    one, other = (
        labelled(
            train("random", training, scheme, data="0.2.0", split="train", seed=seed),
            held_out,
            scheme,
        )
        for seed in (1, 2)
    )
    assert one != other


def test_fields_learn_more_than_counts(
    training: list[Article], held_out: list[Article], scheme: Scheme
) -> None:
    pytest.importorskip("sklearn_crfsuite")
    reached = {}
    for name in ("crf", "majority", "random"):
        made = train(name, training, scheme, data="0.2.0", split="train")
        pairs = [(a, [Predicted(predict(made, a.meta, a.text or "", scheme))]) for a in held_out]
        found = score(pairs, len(pairs), scheme, resamples=10)
        reached[name] = found.figure("entities", "exact") or 0.0
    assert reached["crf"] > reached["majority"] > reached["random"]


def test_spacy_learns_what_it_is_shown(training: list[Article], scheme: Scheme) -> None:
    pytest.importorskip("spacy")
    made = train("spacy", training[:2], scheme, data="0.2.0", split="train", steps=100)
    pairs = [(a, [Predicted(predict(made, a.meta, a.text or "", scheme))]) for a in training[:2]]
    found = score(pairs, len(pairs), scheme, resamples=10)
    assert (found.figure("entities", "span") or 0.0) > 0.3


def test_all_four_layers_are_predicted(
    training: list[Article], held_out: list[Article], scheme: Scheme
) -> None:
    pytest.importorskip("sklearn_crfsuite")
    made = labelled(train("crf", training, scheme, data="0.2.0", split="train"), training, scheme)
    for layer in ("entities", "events", "attributions", "stances", "clusters"):
        assert any(getattr(document, layer) for document in made), layer
    assert any(event.arguments for document in made for event in document.events)


@pytest.mark.parametrize("text", ["One word", "…", "a", '"', "x\n\ny", "é" * 500, "« » “ ”"])
def test_odd_texts_are_labelled(
    model: Model, scheme: Scheme, text: str, held_out: list[Article]
) -> None:
    document = predict(model, held_out[0].meta, text, scheme)
    for entity in document.entities:
        assert 0 <= entity.start < entity.end <= len(text)


def test_unknown_names_and_empty_data(scheme: Scheme, training: list[Article]) -> None:
    with pytest.raises(UsageError, match="one of crf, majority, random, spacy"):
        train("oracle", training, scheme, data="0.2.0", split="train")
    with pytest.raises(DataError, match="with texts to train on"):
        train("majority", [], scheme, data="0.2.0", split="train")


def test_a_folder_of_something_else_is_left_alone(
    training: list[Article], scheme: Scheme, tmp_path: Path
) -> None:
    made = train("majority", training, scheme, data="0.2.0", split="train")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="something else"):
        write_model(made, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    write_model(made, tmp_path / "model")
    write_model(made, tmp_path / "model")  # a model is replaced


class TestBroken:
    """Broken and hostile models are refused with their place."""

    @pytest.fixture
    def folder(self, training: list[Article], scheme: Scheme, tmp_path: Path) -> Path:
        made = train("majority", training[:2], scheme, data="0.2.0", split="train")
        write_model(made, tmp_path / "model")
        return tmp_path / "model"

    def _about(self, folder: Path, **changes: object) -> None:
        about = json.loads((folder / ABOUT).read_text())
        (folder / ABOUT).write_text(json.dumps(about | changes))

    def test_no_model(self, tmp_path: Path, scheme: Scheme) -> None:
        with pytest.raises(UsageError, match=r"with model\.json"):
            read_model(tmp_path, scheme)

    @pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b'{"form": 1}', b"[" * 100_000])
    def test_what_it_says_of_itself(self, folder: Path, scheme: Scheme, raw: bytes) -> None:
        (folder / ABOUT).write_bytes(raw)
        with pytest.raises(DataError, match=r"model\.json"):
            read_model(folder, scheme)

    @pytest.mark.parametrize(
        "changes", [{"form": "dateline-baseline 9"}, {"name": "oracle"}, {"scheme": "0.9"}]
    )
    def test_another_form(self, folder: Path, scheme: Scheme, changes: dict[str, str]) -> None:
        self._about(folder, **changes)
        with pytest.raises(DataError):
            read_model(folder, scheme)

    def test_a_part_that_was_changed(self, folder: Path, scheme: Scheme) -> None:
        path = folder / "chooser_type.json"
        path.write_bytes(path.read_bytes() + b" ")
        with pytest.raises(DataError, match="SHA-256"):
            read_model(folder, scheme)

    @pytest.mark.parametrize("file", ["../secret.json", "/etc/passwd", "gone.json", "a.pkl", ""])
    def test_a_part_elsewhere(self, folder: Path, scheme: Scheme, file: str) -> None:
        (folder.parent / "secret.json").write_text("{}")
        about = json.loads((folder / ABOUT).read_text())
        about["parts"][0]["file"] = file
        (folder / ABOUT).write_text(json.dumps(about))
        with pytest.raises(DataError, match="the file of each part"):
            read_model(folder, scheme)

    def test_a_label_that_the_scheme_does_not_have(
        self, training: list[Article], scheme: Scheme, tmp_path: Path
    ) -> None:
        made = train("majority", training[:2], scheme, data="0.2.0", split="train")
        chooser = made.choosers["type"]
        chooser.overall["WEDDING"] = 1  # type: ignore[attr-defined]
        write_model(made, tmp_path / "model")
        with pytest.raises(DataError, match="WEDDING"):
            read_model(tmp_path / "model", scheme)

    def test_tags_that_the_scheme_does_not_have(
        self, training: list[Article], scheme: Scheme, tmp_path: Path
    ) -> None:
        made = train("majority", training[:2], scheme, data="0.2.0", split="train")
        counts = made.tagger_parts["entities"]._counts  # type: ignore[attr-defined]
        counts.overall["B-WEDDING"] = 1
        write_model(made, tmp_path / "model")
        with pytest.raises(DataError, match="WEDDING"):
            read_model(tmp_path / "model", scheme)


class TestArrays:
    def test_a_pickle_is_not_opened(self, tmp_path: Path) -> None:
        class Bomb:
            def __reduce__(self) -> tuple[object, tuple[str]]:
                return (Path.touch, (tmp_path / "exploded",))  # type: ignore[return-value]

        path = tmp_path / "bad.npz"
        array = np.array([Bomb()], dtype=object)
        np.savez(path, labels=array, features=array, weights=array, bias=array)
        with pytest.raises(DataError):
            read_linear(path, "bad.npz")
        assert not (tmp_path / "exploded").exists()

    @pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"\x93NUMPY", b"x" * 1000])
    def test_no_archive(self, tmp_path: Path, raw: bytes) -> None:
        (tmp_path / "bad.npz").write_bytes(raw)
        with pytest.raises(DataError, match="a linear model"):
            read_linear(tmp_path / "bad.npz", "bad.npz")

    @pytest.mark.parametrize(
        ("weights", "bias"),
        [((2, 3), (2,)), ((3, 2), (3,)), ((3,), (2,))],
    )
    def test_shapes(self, tmp_path: Path, weights: tuple[int, ...], bias: tuple[int, ...]) -> None:
        path = tmp_path / "bad.npz"
        np.savez(
            path,
            labels=np.frombuffer(b"a\nb", np.uint8),
            features=np.frombuffer(b"x\ny\nz", np.uint8),
            weights=np.zeros(weights, np.float32),
            bias=np.zeros(bias, np.float32),
        )
        with pytest.raises(DataError, match="3 features by 2 labels"):
            read_linear(path, "bad.npz")

    def test_what_is_not_a_number(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.npz"
        np.savez(
            path,
            labels=np.frombuffer(b"a", np.uint8),
            features=np.frombuffer(b"x", np.uint8),
            weights=np.full((1, 1), np.nan, np.float32),
            bias=np.zeros(1, np.float32),
        )
        with pytest.raises(DataError, match="finite"):
            read_linear(path, "bad.npz")

    def test_the_same_before_and_after(self, tmp_path: Path) -> None:
        pytest.importorskip("sklearn")
        rows = [["good", "day"], ["good", "night"], ["bad", "day"], ["bad", "night"]] * 3
        labels = ["yes", "yes", "no", "no"] * 3
        made = train_linear((rows, labels))
        made.write(tmp_path / "m.npz")
        again = read_linear(tmp_path / "m.npz", "m.npz")
        assert (again.scores(rows) == made.scores(rows)).all()
        best = [again.labels[i] for i in again.scores(rows).argmax(axis=1)]
        assert best == labels


class TestFields:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"lCRF",
            b"x" * 100,
            struct.pack("<4sI4s9I", b"lCRF", 48, b"FOMC", 100, 0, 1, 1, 48, 48, 48, 48, 48),
            struct.pack("<4sI4s9I", b"lCRF", 99, b"FOMC", 100, 0, 1, 1, 9, 9, 9, 9, 9) + b"x" * 51,
            struct.pack("<4sI4s9I", b"lCRF", 49, b"FOMC", 100, 0, 1, 1, 0xFFFFFFFF, 48, 48, 48, 48)
            + b"x",
        ],
    )
    def test_no_field(self, tmp_path: Path, raw: bytes) -> None:
        pytest.importorskip("pycrfsuite")
        (tmp_path / "bad.crfsuite").write_bytes(raw)
        with pytest.raises(DataError):
            read_crf(tmp_path / "bad.crfsuite", "bad.crfsuite")


def test_a_document_comes_back_from_its_bytes(
    model: Model, held_out: list[Article], scheme: Scheme
) -> None:
    document = labelled(model, held_out[:1], scheme)[0]
    assert msgspec.json.decode(canonical(document), type=Document) == document
