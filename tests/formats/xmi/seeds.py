"""What fuzzing starts from: a CAS of somebody's own layers, with its type system and without."""

from __future__ import annotations

from cas_files import TYPES, cas, place

_PARTS = (
    f'<ner:NamedEntity xmi:id="10" {place("Olm")} value="Town" identifier="x:17"/>',
    f'<ner:NamedEntity xmi:id="12" {place("Tamsin Orlem")} value="Person"/>',
    f'<custom:Shut xmi:id="20" {place("closed")} how="at once" value="Closing" who="21 22"/>',
    '<custom:ShutWhoLink xmi:id="21" role="by" target="10"/>',
    '<custom:ShutWhoLink xmi:id="22" target="12"/>',
    f'<custom:Lives xmi:id="30" {place("Tamsin Orlem")} Governor="10" Dependent="12" sure="true"/>',
    f'<custom:Mood xmi:id="40" {place("said")} mood="calm"><words>one</words><words>two</words>'
    "</custom:Mood>",
    f'<coref:CoreferenceLink xmi:id="50" {place("Olm")} next="51" referenceType="nam"/>',
    f'<coref:CoreferenceLink xmi:id="51" {place("its")} next="52" referenceType="pro"/>',
    f'<coref:CoreferenceLink xmi:id="52" {place("harbour")} referenceRelation="odd"/>',
    '<coref:CoreferenceChain xmi:id="55" first="50"/>',
    f'<custom:Noted xmi:id="60" {place("its harbour")} facts="61"/>',
    '<custom:Fact xmi:id="61" about="10"/>',
    '<metadata:DocumentMetaData xmi:id="70" sofa="1" begin="0" end="49" documentTitle="Olm"/>',
    f'<segmentation:Token xmi:id="80" {place("Olm")}/>',
)
_ASTRAL = "🙂🙂 Olm&#13;&#10;closed its harbour &amp; said Tamsin Orlem"

SEEDS = [
    {"olm-1.xmi": cas(*_PARTS).encode(), "TypeSystem.xml": TYPES},
    {"olm-1.xmi": cas(*_PARTS[:3], text=_ASTRAL).encode(), "TypeSystem.xml": TYPES},
    {"olm-1.xmi": cas().encode(), "TypeSystem.xml": TYPES},
    {"olm-1.xmi": cas(*_PARTS).encode()},
]
