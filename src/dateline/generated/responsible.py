"""What Croissant's vocabulary for responsible AI asks, answered as DATASHEET.md does.

Every sentence is to hold for every version: who made the labels of one is in its rows.
"""

from __future__ import annotations

__all__ = ["RESPONSIBLE"]

RESPONSIBLE: dict[str, str | list[str]] = {
    "rai:dataCollection": (
        "The open articles were written for this corpus by a language model: an invented region, "
        "then storylines with dated events and true figures, then articles of invented outlets "
        "that know and hide different parts of them. Articles of the config external were "
        "published by others; their words are not distributed."
    ),
    "rai:dataCollectionType": ["Others"],
    "rai:dataCollectionMissingData": (
        "Articles of the config external have labels and hashes, and no text."
    ),
    "rai:dataPreprocessingProtocol": [
        "Texts are UTF-8 in Unicode normal form C with LF line ends; nothing else is changed.",
        "Sentences and tokens are derived; the manifest has the versions of what derives them.",
    ],
    "rai:dataAnnotationProtocol": [
        "Labels follow the guidelines and the scheme that the package carries. Each row of "
        "documents and external says who or what made its labels (annotator) and whether a human "
        "has confirmed them (status gold) or not (silver).",
        "Release 0.1.0: one pass by a language model, corrected in a second reading. From 0.2.0 "
        "on, open articles are labelled twice, independently, by language models of one family "
        "unless their rows say otherwise, and every difference is decided with a reason.",
    ],
    "rai:dataAnnotationAnalysis": [
        "Agreement is published by layer and label. Between passes of one model family it is an "
        "upper bound on what people would reach."
    ],
    "rai:annotationsPerItem": "Items of status silver have no label that a human has confirmed.",
    "rai:machineAnnotationTools": [
        "Language models, each with an entry (family, version, dates, instructions) in "
        "annotations/annotators.yaml"
    ],
    "rai:dataBiases": [
        "Texts and labels by a language model have a model's habits and errors; training and "
        "testing on both flatters models of that family.",
        "The shares of labels say nothing about any newspaper, state or people.",
    ],
    "rai:dataLimitations": [
        "English only. The test split is too small to rank systems on small differences.",
        "Labels of status silver are no human judgement.",
    ],
    "rai:dataUseCases": [
        "Mention detection, coreference, event extraction, quotation attribution, stance towards "
        "any target; comparing outlets that contradict each other; teaching annotation."
    ],
    "rai:personalSensitiveInformation": [
        "The open articles name nobody who exists. Articles of the config external are about real "
        "events and public figures; their labels record what was said of them."
    ],
    "rai:dataReleaseMaintenancePlan": (
        "A published version never changes; errors found in one are listed beside it and corrected "
        "in the next. Every release stays in the repository."
    ),
}
