"""UIMA CAS XMI with its type system, as INCEpTION reads and writes it.

Named entities and coreference chains are those of DKPro, events, attributions and stances span
layers with slots, relations annotations with a governor and a dependent (see
`dateline.formats.xmi.names`). A change made in the other tool wins over what we put beside.
"""

from __future__ import annotations

import msgspec

from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff, ordered
from dateline.formats.xmi.elements import sofa_text
from dateline.formats.xmi.reading import read
from dateline.formats.xmi.writing import write
from dateline.scheme import Scheme

__all__ = ["FORMAT"]


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """All marks and the metadata, not who labels; U+FFFE and U+FFFF, which XML has not, become
    U+FFFD in the text.
    """
    return msgspec.structs.replace(
        standoff,
        text=sofa_text(standoff.text),
        marks=ordered(standoff.marks),
        annotator=None,
        status=None,
        notices=[],
    )


FORMAT = Format("xmi", "UIMA CAS XMI", read, write, kept)
