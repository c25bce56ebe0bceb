"""Baselines: what simple systems make of the corpus, from plain text to documents in the scheme.

``crf``       conditional random fields find spans, linear models name and join them, rules do the
              rest (`predicting`)
``majority``  the most frequent label of a word, or of a pair of types, in training
``random``    labels drawn as often as they stand in training
``spacy``     spaCy's named entity recogniser, trained from a blank English pipeline; entities alone

None knows a name of the authored world but from the text that it was trained on.
"""

from __future__ import annotations
