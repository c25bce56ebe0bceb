"""Every stored field has its place in a project, and a new one cannot be forgotten."""

from __future__ import annotations

import msgspec
import pytest

from conftest import REPOSITORY
from dateline.generated import places
from dateline.generated.labelstudio import labelling_config
from dateline.generated.places import layers_up_to, place_rows, relation_names
from dateline.records import Attribution, Cluster, Document, Entity, Event, Stance
from dateline.scheme import LAYERS, Attribute, Scheme
from dateline.studio.encoding import encode
from dateline.tree import Tree
from strategies import SCHEME

RECORDS = {"entities": Entity, "events": Event, "attributions": Attribution, "stances": Stance}
RECORDS |= {"clusters": Cluster}


def test_every_field_of_every_record_has_one_row() -> None:
    fields = [name for name in Document.__struct_fields__ if name not in RECORDS]
    fields += [
        f"{layer}.{name}" for layer, kind in RECORDS.items() for name in kind.__struct_fields__
    ]
    rows = [field for field, _ in place_rows(SCHEME)]
    beside = {"attributions.source.refs", "attributions.parts"}
    assert len(rows) == len(set(rows))
    assert set(rows) == {*fields, *beside}
    assert all(place for _, place in place_rows(SCHEME))


def test_a_row_names_controls_that_the_project_has() -> None:
    config = labelling_config(SCHEME)
    for field, place in place_rows(SCHEME):
        if place.startswith("choice `") and "TYPE" not in place:
            assert f'name="{place.split("`")[1]}"' in config, field
    for name in relation_names(SCHEME, list(LAYERS)):
        assert f'<Relation value="{name}"' in config


def with_attribute(name: str) -> Scheme:
    layer = SCHEME.layers["entities"]
    attribute: Attribute = layer.attributes["mention"]
    more = msgspec.structs.replace(layer, attributes=layer.attributes | {name: attribute})
    return msgspec.structs.replace(SCHEME, layers=SCHEME.layers | {"entities": more})


def test_a_field_that_is_added_fails_until_the_scheme_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Wider(Entity, frozen=True, kw_only=True):
        definite: str | None = None

    monkeypatch.setattr(places, "Entity", Wider)
    with pytest.raises(KeyError, match="definite"):
        place_rows(SCHEME)
    rows = dict(place_rows(with_attribute("definite")))
    assert rows["entities.definite"] == (
        "choice `definite-entities` on the region: name, nominal, pronoun"
    )


def test_a_field_of_a_document_that_is_added_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wider(Document, frozen=True, kw_only=True):
        mood: str | None = None

    monkeypatch.setattr(places, "Document", Wider)
    with pytest.raises(KeyError):
        place_rows(SCHEME)


def test_a_project_of_a_layer_has_those_below() -> None:
    assert layers_up_to(None) == list(LAYERS)
    assert layers_up_to("events") == ["entities", "events"]
    assert "refs" not in relation_names(SCHEME, layers_up_to("events"))
    assert "same" in relation_names(SCHEME, ["entities"])


@pytest.mark.parametrize("layer", [None, *LAYERS])
def test_label_studios_own_library_takes_the_configuration(
    scheme: Scheme, layer: str | None
) -> None:
    """Its interface parses the configuration and finds nothing wrong with a prediction for it."""
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface(labelling_config(scheme, layer))
    tree = Tree(REPOSITORY)
    article = tree.article(tree.labelled()[1])
    shown = layers_up_to(layer)
    result, _ = encode(article.labels, article.text or "", scheme, shown, "adjudicated")
    prediction = {"result": result, "model_version": "adjudicated"}
    assert interface.validate_prediction(prediction, return_errors=True) == []
    broken = {"result": [*result[:1], {}]}
    assert interface.validate_prediction(broken, return_errors=True) != []
