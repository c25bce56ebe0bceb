"""Rows as trainers take them: views of the articles that are made when they are loaded.

==============  ===========================================================================
`tokens`        a sentence a row: tokens with three rows of BIO tags (entities, triggers, parts of
                attributions), and every span beside, nested ones too
`arguments`     an event a row: the sentence's tokens, the trigger, and each argument by its
                tokens in the sentence and in the article
`pairs`         a stance a row: its context with holder, target and expression marked
`clusters`      a cluster a row, with its mentions; `kb` joins those of several articles
==============  ===========================================================================

Nothing of them is stored: they follow from the config `documents` of any version, whose text units
are those of this package.
"""

from __future__ import annotations

from dateline.training.columns import training_columns
from dateline.training.rows import MARKS, TRAINING

__all__ = ["MARKS", "TRAINING", "training_columns"]
