"""A text of GUM's form in both of its files, made up."""

from __future__ import annotations

NAME = "GUM_news_olm"
TSV = """\
#FORMAT=WebAnno TSV 3.2
#T_SP=webanno.custom.Referent|entity|infstat|salience|identity|centering
#T_RL=webanno.custom.Coref|type|BT_webanno.custom.Referent
#Summary1=(human1) Somebody made this up .


#Text=Mayor Orlem shut Olm 's port .
1-1\t0-5\tMayor\tperson[1]\tnew[1]\tn[1]\tTamsin_Orlem_%28mayor%29[1]\tcf1[1]\tana\t2-1[0_1]\t
1-2\t6-11\tOrlem\tperson[1]\tnew[1]\tn[1]\tTamsin_Orlem_%28mayor%29[1]\tcf1[1]\t_\t_\t
1-3\t12-16\tshut\t_\t_\t_\t_\t_\t_\t_\t
1-4\t17-20\tOlm\tplace[2]|place[3]\tnew[2]|new[3]\tn[2]|n[3]\tOlm[3]\tcf2[2]|cf3[3]\t_\t_\t
1-5\t21-23\t's\tplace[2]|place[3]\tnew[2]|new[3]\tn[2]|n[3]\tOlm[3]\tcf2[2]|cf3[3]\t_\t_\t
1-6\t24-28\tport\tplace[2]\tnew[2]\tn[2]\t_\tcf2[2]\tbridge:def\t2-3[5_2]\t
1-7\t29-30\t.\t_\t_\t_\t_\t_\t_\t_\t

#Text=She likes ships .
2-1\t31-34\tShe\tperson\tgiv:act\tn\t_\tcf1\t_\t_\t
2-2\t35-40\tlikes\t_\t_\t_\t_\t_\t_\t_\t
2-3\t41-46\tships\tobject[5]\tnew[5]\tn[5]\t_\tcf2[5]\t_\t_\t
2-4\t47-48\t.\t_\t_\t_\t_\t_\t_\t_\t
"""


def row(number: str, word: str, misc: str = "_") -> str:
    return "\t".join([number, word, *["_"] * 7, misc]) + "\n"


CONLLU = (
    f"# newdoc id = {NAME}\n"
    "# global.Entity = GRP-etype-infstat-salience-centering-minspan-link-identity\n"
    "# meta::dateCreated = 2026-03-04\n# meta::genre = news\n"
    "# meta::sourceURL = https://example.org/olm\n# meta::title = Port shut\n"
    "# newpar\n# text = Mayor Orlem shut Olm's port.\n"
    + row("1", "Mayor", "Entity=(1-person-new-n-cf1-1-ana-Tamsin_Orlem_%28mayor%29")
    + row("2", "Orlem", "Entity=1)")
    + row("3", "shut")
    + row("4-5", "Olm's")
    + row("4", "Olm", "Entity=(2-place-new-n-cf2-3-sgl(3-place-new-n-cf3-1-sgl-Olm")
    + row("5", "'s", "Entity=3)")
    + row("6", "port", "Entity=2)|SpaceAfter=No")
    + row("7", ".")
    + "\n# newpar\n# text = She likes ships.\n"
    + row("1", "She", "Entity=(1-person-giv:act-n-cf1-1-ana)")
    + row("2", "likes")
    + row("3", "ships", "Bridge=2<5|Entity=(5-object-new-n-cf2-1-sgl)|SpaceAfter=No")
    + row("4", ".")
    + "\n"
)
