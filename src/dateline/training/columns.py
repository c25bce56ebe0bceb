"""The columns of the views for trainers."""

from __future__ import annotations

from itertools import chain

from dateline.records import STATUSES
from dateline.scheme import Scheme
from dateline.tables import Labels, Type, bio, columns

__all__ = ["LAYERS", "training_columns"]

LAYERS = {"entities": "entity", "triggers": "trigger", "attribution": "attribution"}
"""What has tags of its own in the view `tokens`, with the name of their column (`entity_tags`)."""


def training_columns(scheme: Scheme) -> dict[str, dict[str, Type]]:
    """The columns of each view, in order, with their types."""
    stored = columns(scheme)
    labels = {
        "entities": scheme.labels("entities"),
        "triggers": scheme.labels("events"),
        "attribution": scheme.labels("attributions"),
    }
    head: dict[str, Type] = {"doc_id": "string", "status": Labels(STATUSES)}
    worded: dict[str, Type] = {"start": "int32", "end": "int32", "text": "string"}
    tokens: dict[str, Type] = {
        "tokens": ["string"],
        "token_starts": ["int32"],
        "token_ends": ["int32"],
    }
    place: dict[str, Type] = {"token_start": "int32", "token_end": "int32"}
    pointed: dict[str, Type] = stored["stance"]["target"]  # type: ignore[assignment]
    event = {
        name: stored["events"][name]
        for name in ("type", "mode", "polarity", "certainty", "time", "quad")
    }
    stance = {name: stored["stance"][name] for name in ("value", "attitude", "explicit")}
    return {
        "tokens": {
            **head,
            "sentence_id": "int32",
            **worded,
            **tokens,
            **{f"{name}_tags": [bio(labels[layer])] for layer, name in LAYERS.items()},
            "spans": [
                {
                    "id": "string",
                    "layer": Labels(tuple(LAYERS)),
                    "label": Labels(tuple(chain.from_iterable(labels.values()))),
                    **worded,
                    **place,
                    "in_tags": "bool",
                }
            ],
        },
        "arguments": {
            **head,
            "event_id": "string",
            "sentence_id": "int32",
            **tokens,
            "first_token": "int32",
            "trigger": {**worded, **place},
            **event,
            "arguments": [
                {
                    "role": Labels(tuple(scheme.roles())),
                    **pointed,
                    **place,
                    "article_token_start": "int32",
                    "article_token_end": "int32",
                }
            ],
        },
        "pairs": {
            **head,
            "stance_id": "string",
            "context": worded,
            "marked": "string",
            "expression": worded,
            "holder": pointed,
            "target": pointed,
            **stance,
        },
        "clusters": {
            **head,
            "cluster_id": "string",
            "layer": Labels(("entities", "events")),
            "name": "string",
            "kb": "string",
            "mentions": [
                {
                    "id": "string",
                    **worded,
                    "sentence_id": "int32",
                    "label": Labels(tuple(labels["entities"] + labels["triggers"])),
                    "mention": Labels(tuple(scheme.values("entities", "mention"))),
                }
            ],
        },
    }
