"""What fuzzing starts from: both files of one small text, and either alone."""

from __future__ import annotations

TSV = """\
#FORMAT=WebAnno TSV 3.2
#T_SP=webanno.custom.Referent|entity|infstat|salience|identity|centering
#T_RL=webanno.custom.Coref|type|BT_webanno.custom.Referent
#Summary1=(human1) Somebody made this up .


#Text=Mayor Hinot left Olm 's fort .
1-1\t0-5\tMayor\tperson[1]\tnew[1]\tn[1]\tLida_Hinot_%28mayor%29[1]\tcf1[1]\tana\t2-1[0_1]\t
1-2\t6-11\tHinot\tperson[1]\tnew[1]\tn[1]\tLida_Hinot_%28mayor%29[1]\tcf1[1]\t_\t_\t
1-3\t12-16\tleft\t_\t_\t_\t_\t_\t_\t_\t
1-4\t17-20\tOlm\tplace[2]|place[3]\tnew[2]|new[3]\tn[2]|n[3]\tOlm[3]\tcf2[2]|cf3[3]\t_\t_\t
1-5\t21-23\t's\tplace[2]|place[3]\tnew[2]|new[3]\tn[2]|n[3]\tOlm[3]\tcf2[2]|cf3[3]\t_\t_\t
1-6\t24-28\tfort\tplace[2]\tnew[2]\tn[2]\t_\tcf2[2]\tbridge:def\t2-3[5_2]\t
1-7\t29-30\t.\t_\t_\t_\t_\t_\t_\t_\t

#Text=She sold ships .
2-1\t31-34\tShe\tperson\tgiv:act\tn\t_\tcf1\t_\t_\t
2-2\t35-39\tsold\t_\t_\t_\t_\t_\t_\t_\t
2-3\t40-45\tships\tobject[5]\tnew[5]\tn[5]\t_\tcf2[5]\t_\t_\t
2-4\t46-47\t.\t_\t_\t_\t_\t_\t_\t_\t
"""


def _row(number: str, word: str, misc: str = "_") -> str:
    return "\t".join([number, word, *["_"] * 7, misc]) + "\n"


CONLLU = (
    "# newdoc id = GUM_news_fort\n"
    "# global.Entity = GRP-etype-infstat-salience-centering-minspan-link-identity\n"
    "# meta::dateCreated = 2026-03-04\n# meta::genre = news\n"
    "# meta::sourceURL = https://example.org/fort\n# meta::title = Fort left\n"
    "# newpar\n# text = Mayor Hinot left Olm's fort.\n"
    + _row("1", "Mayor", "Entity=(1-person-new-n-cf1-1-ana-Lida_Hinot_%28mayor%29")
    + _row("2", "Hinot", "Entity=1)")
    + _row("3", "left")
    + _row("4-5", "Olm's")
    + _row("4", "Olm", "Entity=(2-place-new-n-cf2-3-sgl(3-place-new-n-cf3-1-sgl-Olm")
    + _row("5", "'s", "Entity=3)")
    + _row("6", "fort", "Entity=2)|SpaceAfter=No")
    + _row("7", ".")
    + "\n# newpar\n# text = She sold ships.\n"
    + _row("1", "She", "Entity=(1-person-giv:act-n-cf1-1-ana)")
    + _row("2", "sold")
    + _row("3", "ships", "Bridge=2<5|Entity=(5-object-new-n-cf2-1-sgl)|SpaceAfter=No")
    + _row("4", ".")
    + "\n"
)
_TSV, _CONLLU = "tsv/GUM_news_fort.tsv", "conllu/GUM_news_fort.conllu"
_OTHER = "conllu/GUM_news_other.conllu"

SEEDS = [
    {_TSV: TSV.encode(), _CONLLU: CONLLU.encode()},
    {_TSV: TSV.encode()},
    {_CONLLU: CONLLU.encode()},
    {_TSV: TSV.encode(), _OTHER: CONLLU.replace("_fort", "_other").encode()},
    {_CONLLU: CONLLU.replace("\n", "\r\n").encode("utf-8-sig")},
]
