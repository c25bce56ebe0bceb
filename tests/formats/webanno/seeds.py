"""What fuzzing starts from: somebody's own layers, stacked, with relations, slots and chains."""

from __future__ import annotations

_HEAD = "#FORMAT=WebAnno TSV 3.2\n"
_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_LINK = "de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink"
STACKED = (
    f"{_HEAD}#T_SP={_ENTITY}|identifier|value\n#T_SP=webanno.custom.Mood|\n"
    f"#T_RL=webanno.custom.Owns|sure|BT_{_ENTITY}\n\n\n"
    "#Text=Fort of Olm shut .\n"
    "1-1\t0-4\tFort\t*[1]\tFAC[1]\t_\tyes\t1-3[2_1]\t\n"
    "1-2\t5-7\tof\t*[1]\tFAC[1]\t_\t_\t_\t\n"
    "1-3\t8-11\tOlm\t*[1]|http://x\\_y[2]\tFAC[1]|GPE[2]\t_\t_\t_\t\n"
    "1-4\t12-16\tshut\t_\t_\t*\t_\t_\t\n"
    "1-5\t17-18\t.\t_\t_\t_\t_\t_\t\n"
)
SLOTS = (
    f"{_HEAD}#T_SP=webanno.custom.Shut|how|ROLE_webanno.custom.Shut:who_"
    f"webanno.custom.ShutWhoLink|{_ENTITY}\n#T_SP={_ENTITY}|value\n\n\n"
    "#Text=Olm shut .\n"
    "1-1\t0-3\tOlm\t_\t_\t_\tGPE\t\n"
    "1-2\t4-8\tshut\tat once\tby\t1-1\t_\t\n"
    "1-3\t9-10\t.\t_\t_\t_\t_\t\n"
)
CHAINS = (
    f"{_HEAD}#T_CH={_LINK}|referenceType|referenceRelation\n\n\n"
    "#Text=Olm shut 🙂 its fort .\n"
    "1-1\t0-3\tOlm\tnam[1]\tcoref->1-1\t\n"
    "1-2\t4-8\tshut\t_\t_\t\n"
    "1-3\t9-11\t🙂\t_\t_\t\n"
    "1-4\t12-15\tits\tpro[1]|nom[2]\tcoref->1-2|coref->2-1\t\n"
    "1-4.1\t12-14\tit\t_\t_\t\n"
    "1-5\t16-20\tfort\tnom[2]\t_\t\n"
    "1-6\t21-22\t.\t_\t_\t\n"
)

SEEDS = [{"olm-1.tsv": text.encode()} for text in (STACKED, SLOTS, CHAINS)]
SEEDS.append({"olm-1.tsv": STACKED.replace("\n", "\r\n").encode("utf-8-sig")})
