"""What stands in a Word document beside words: fields, controls, pictures, signs of fonts, formulas, other files."""

from lxml import etree

from extract.readers._flatten import BREAK, CLOSE, DRAW, FIELD, IMAGE
from extract.readers._word_fields import is_unanswered
from extract.readers._word_names import child, is_on, name_of, shown_branch, value_of
from extract.readers._word_walk import Walk

# Parts of a picture or a drawing that show something we cannot read.
UNREAD_DRAWINGS = frozenset({"c:chart", "dgm:relIds", "v:textpath", "a:t", "contentPart", "cx:chart", "chart"})
PRIVATE = range(0xE000, 0xF900)  # code points that a font of signs fills
TURNED = ("rtl",)


def field_sign(walk: Walk, element: etree._Element) -> None:
    told = walk.fields.take(element)
    if told is None:
        return
    if told and told[0] == "=" and walk.cells:  # the choice of a list
        walk.sign(f"{FIELD}v{told[1:]}{CLOSE}")
    elif told and told[0] == "=":
        walk.say(told[1:], "")
    else:
        walk.sign(DRAW)


def simple_field(walk: Walk, element: etree._Element) -> None:
    """A field and its result in one; one that is to be asked again will show something else."""
    texts = [one.text or "" for one in element.iter("{*}t")]
    said = bool("".join(texts).strip())
    asked = is_unanswered(value_of(element, "instr") or "", has_result=bool(texts), said=said)
    if asked or (value_of(element, "dirty") or "") in ("1", "true", "on"):
        walk.sign(DRAW)
    walk.inside(element)


def control(walk: Walk, element: etree._Element) -> None:
    """A content control: what is in it; nothing where it asks to be filled in."""
    properties, content = child(element, "w:sdtPr"), child(element, "w:sdtContent")
    if content is None or "contents" in (value_of(child(properties, "w:docPartObj", "w:docPartGallery")) or "").lower():
        return
    is_filled = not is_on(child(properties, "w:showingPlcHdr")) or any(content.iter("{*}tbl"))
    if not is_filled:
        walk.sign(f"{FIELD}?{CLOSE}")
        return
    if child(properties, "w:dataBinding") is not None and not any(content.iter("{*}tbl", "{*}tc")):
        walk.sign(DRAW)  # a program may show what the bound data say
    walk.inside(content)


def picture(walk: Walk, element: etree._Element) -> None:
    """A drawing: its pictures are counted, the text of its frames is kept for behind the paragraph."""
    for one in shown_branch(element) if name_of(element) == "mc:AlternateContent" else element:
        name = name_of(one)
        if name == "w:txbxContent":
            walk.boxes.append(one)
        elif name in ("a:blip", "v:imagedata"):
            walk.sign(DRAW)
            walk.out.append(f"{IMAGE}{walk.pictures.mark(one)}")
        elif name in UNREAD_DRAWINGS:
            walk.left.add("drawing")
            walk.sign(DRAW)
        elif name == "w:control":
            walk.left.add("field")
            walk.sign(f"{FIELD}?{CLOSE}")
        elif name == "o:OLEObject":
            walk.left.add("attachment")
            walk.sign(DRAW)
        else:
            picture(walk, one)


def symbol(walk: Walk, element: etree._Element) -> None:
    """A sign of a font: where the font is one of letters, it is one of these."""
    try:
        code = int(value_of(element, "char") or "", 16)
    except ValueError:
        code = PRIVATE[0]
    if code in PRIVATE or not 0x20 <= code <= 0xFFFF or 0xD800 <= code < 0xE000:
        walk.sign(DRAW)
        walk.words(" ", "")
    else:
        walk.words(chr(code), walk.look)


def formula(walk: Walk, element: etree._Element) -> None:
    walk.sign(DRAW)
    for one in element.iter("{*}t"):
        if name_of(one) in ("m:t", "w:t"):
            walk.words(f" {one.text or ''}", "")


def reading_aid(walk: Walk, element: etree._Element) -> None:
    above = child(element, "w:rt")
    if above is not None and any((one.text or "").strip() for one in above.iter("{*}t")):
        walk.sign(DRAW)
    walk.inside(one for one in element if name_of(one) == "w:rubyBase")


def turned(walk: Walk, element: etree._Element) -> None:
    """Words set from right to left: figures among them are not what stands in the file."""
    turned = (value_of(element) or "") in TURNED
    walk.gone += turned
    walk.inside(element)
    walk.gone -= turned


def embedded(walk: Walk, element: etree._Element) -> None:  # noqa: ARG001 - every handler has it
    walk.left.add("frame")
    walk.out.append(BREAK)
