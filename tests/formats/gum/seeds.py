"""What fuzzing starts from: both files of one small text, and either alone."""

from __future__ import annotations

from gum_files import CONLLU, NAME, TSV

_TSV, _CONLLU = f"tsv/{NAME}.tsv", f"conllu/{NAME}.conllu"
_OTHER = CONLLU.replace(NAME, "GUM_news_other").encode()

SEEDS = [
    {_TSV: TSV.encode(), _CONLLU: CONLLU.encode()},
    {_TSV: TSV.encode()},
    {_CONLLU: CONLLU.encode()},
    {_TSV: TSV.encode(), "conllu/GUM_news_other.conllu": _OTHER},
    {_CONLLU: CONLLU.replace("\n", "\r\n").encode("utf-8-sig")},
]
