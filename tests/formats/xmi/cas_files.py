"""Small CAS files as INCEpTION writes them, about Olm and Tamsin Orlem."""

from __future__ import annotations

from dateline.formats.standoff import StandOff
from dateline.formats.xmi.reading import standoffs_of
from dateline.formats.xmi.types import read_types
from dateline.records import Foreign

TEXT = "Olm closed its harbour, said Tamsin Orlem of Olm."
API = "de.tudarmstadt.ukp.dkpro.core.api."
SPACES = {
    "xmi": "http://www.omg.org/XMI",
    "cas": "http:///uima/cas.ecore",
    "tcas": "http:///uima/tcas.ecore",
    "custom": "http:///webanno/custom.ecore",
    "plain": "http:///uima/noNamespace.ecore",
    **{
        name: f"http:///de/tudarmstadt/ukp/dkpro/core/api/{name}/type.ecore"
        for name in ("ner", "coref", "segmentation", "metadata")
    },
}


def feature(name: str, range_: str = "uima.cas.String", element: str = "") -> str:
    more = f"<elementType>{element}</elementType>" if element else ""
    return (
        f"<featureDescription><name>{name}</name><description/>"
        f"<rangeTypeName>{range_}</rangeTypeName>{more}</featureDescription>"
    )


def kind(name: str, *features: str, above: str = "uima.tcas.Annotation") -> str:
    return (
        f"<typeDescription><name>{name}</name><description/><supertypeName>{above}</supertypeName>"
        f"<features>{''.join(features)}</features></typeDescription>"
    )


def system(*kinds: str) -> bytes:
    body = "".join(kinds)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><typeSystemDescription '
        f'xmlns="http://uima.apache.org/resourceSpecifier"><types>{body}</types>'
        "</typeSystemDescription>"
    ).encode()


NAMED = kind(f"{API}ner.type.NamedEntity", feature("value"), feature("identifier"))
LINK = f"{API}coref.type.CoreferenceLink"
TYPES = system(
    NAMED,
    kind(LINK, feature("next", LINK), feature("referenceType"), feature("referenceRelation")),
    kind(
        f"{API}coref.type.CoreferenceChain", feature("first", LINK), above="uima.cas.AnnotationBase"
    ),
    kind(f"{API}segmentation.type.Token"),
    kind(f"{API}segmentation.type.Sentence"),
    kind(
        f"{API}metadata.type.DocumentMetaData",
        feature("documentTitle"),
        feature("documentId"),
        above="uima.tcas.DocumentAnnotation",
    ),
    kind(
        "webanno.custom.Shut",
        feature("how"),
        feature("value"),
        feature("who", "uima.cas.FSArray", "webanno.custom.ShutWhoLink"),
    ),
    kind(
        "webanno.custom.ShutWhoLink",
        feature("role"),
        feature("target", "uima.tcas.Annotation"),
        above="uima.cas.TOP",
    ),
    kind(
        "webanno.custom.Lives",
        feature("Governor", f"{API}ner.type.NamedEntity"),
        feature("Dependent", f"{API}ner.type.NamedEntity"),
        feature("sure", "uima.cas.Boolean"),
    ),
    kind("webanno.custom.Mood", feature("words", "uima.cas.StringArray"), feature("mood")),
    kind("webanno.custom.Fact", feature("about", "uima.tcas.Annotation"), above="uima.cas.TOP"),
    kind("webanno.custom.Noted", feature("facts", "uima.cas.FSArray")),
)


def place(words: str, text: str = TEXT) -> str:
    start = text.index(words)
    return f'sofa="1" begin="{start}" end="{start + len(words)}"'


def cas(
    *elements: str, text: str = TEXT, head: str = '<?xml version="1.0" encoding="UTF-8"?>'
) -> str:
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in SPACES.items())
    return (
        f'{head}<xmi:XMI {spaces} xmi:version="2.0"><cas:NULL xmi:id="0"/>{"".join(elements)}'
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" '
        f'sofaString="{text}"/><cas:View sofa="1" members="2"/></xmi:XMI>'
    )


def read_all(*elements: str, types: bytes = TYPES, **more: str) -> list[StandOff]:
    shapes = read_types(types, "TypeSystem.xml")
    return list(standoffs_of(cas(*elements, **more).encode(), shapes, "olm"))


def read(*elements: str, types: bytes = TYPES, **more: str) -> StandOff:
    (found,) = read_all(*elements, types=types, **more)
    return found


def marks(*elements: str, types: bytes = TYPES, **more: str) -> dict[str, Foreign]:
    return {mark.id: mark for mark in read(*elements, types=types, **more).marks}


def reasons(standoff: StandOff) -> list[str]:
    return [notice.reason for notice in standoff.notices]
