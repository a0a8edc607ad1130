"""A Word document's tree → one string with the marks of `_flatten`: what a person sees, all changes accepted."""

from collections.abc import Mapping

from lxml import etree

from extract.readers import _word_signs
from extract.readers._flatten import ADD, AWAY, BREAK, CLOSE, DRAW, HIDDEN, LIFT, RAISE
from extract.readers._styles import APART, GONE
from extract.readers._word_looks import RAISED, Look, Style, Styles, is_flat_line, is_hidden, look_of
from extract.readers._word_names import child, is_on, name_of, shown_branch, value_of
from extract.readers._word_numbers import Numbers
from extract.readers._word_tables import table_text
from extract.readers._word_walk import Handler, Walk


def walk_of(styles: Styles, numbers: Numbers) -> Walk:
    """A walk over a document with these styles and lists."""
    return Walk(styles, numbers, HANDLERS)


def _paragraph(walk: Walk, element: etree._Element) -> None:
    properties = child(element, "w:pPr")
    identity = value_of(child(properties, "w:pStyle")) or walk.styles.paragraph
    walk.style = walk.styles.of(identity)
    if _is_contents(walk.style, element):
        return
    own = child(properties, "w:rPr")
    ended = child(own, "w:del") is None and child(own, "w:moveFrom") is None
    if not walk.keeps:
        walk.out.append(BREAK)
    numbered = child(properties, "w:numPr")
    if (numbered is not None or walk.style.numbering is not None) and ended and not is_on(child(own, "w:vanish")):
        _number(walk, walk.numbers.next(numbered, walk.style.numbering, identity))
    flat = is_flat_line(properties)
    walk.gone += flat
    walk.inside(one for one in element if name_of(one) != "w:pPr")
    walk.gone -= flat
    walk.say("", "")
    if walk.fields.end_of_paragraph():
        walk.sign(DRAW)
    walk.keeps = not ended
    if ended:
        walk.out.append(BREAK)
    boxes, walk.boxes = walk.boxes, []
    for box in boxes:
        _box(walk, box)


def _number(walk: Walk, number: str | None) -> None:
    """A number before a paragraph. In a cell what a list puts before a figure, be it a dash, is no part of it."""
    if number is not None:
        walk.sign(ADD)
        walk.out.append(f"{number} ")


def _is_contents(style: Style, element: etree._Element) -> bool:
    """A line of a table of contents: the headings that it repeats stand below."""
    if style.name.startswith(("toc ", "contents ")) and style.name[-1:].isdigit():
        return True
    return any("PAGEREF _Toc" in (one.text or "") for one in element.iter("{*}instrText"))


def _box(walk: Walk, box: etree._Element) -> None:
    """What stands in a frame: behind the paragraph that it is tied to. Where in a cell it stands, nobody can say."""
    text = walk.apart(box)
    if walk.cells:
        walk.sign(DRAW)
        text = text if any(name_of(one) == "w:tbl" for one in box) else f" {LIFT}{_unmarked(text)}{CLOSE} "
    walk.out.append(f"{BREAK}{text}{BREAK}")


def _unmarked(text: str) -> str:
    for mark in (AWAY, HIDDEN, LIFT, RAISE, ADD, DRAW, CLOSE):
        text = text.replace(mark, " ")
    return text


def _run(walk: Walk, element: etree._Element) -> None:
    walk.look = _mark_of_run(walk, element)
    walk.inside(element)


def _mark_of_run(walk: Walk, element: etree._Element) -> str:
    first = element[0] if len(element) else None
    properties = first if first is not None and name_of(first) == "w:rPr" else None
    if properties is None and not walk.gone:
        key: tuple[object, ...] = (walk.style, walk.ground)
    else:
        told = [one for one in properties if name_of(one) != "w:rPrChange"] if properties is not None else []
        own = tuple((one.tag, *one.attrib.values()) for one in told)
        deep = any(len(one) for one in told)
        key = (walk.style, walk.ground, walk.gone > 0, own, etree.tostring(properties) if deep else b"")  # type: ignore[arg-type]  # there, if deep
    if (found := walk.looks.get(key)) is None:
        found = walk.looks[key] = _looked(walk, properties)
    return found


def _looked(walk: Walk, properties: etree._Element | None) -> str:
    """AWAY, HIDDEN, RAISE, LIFT or "" for the words of a run."""
    own = look_of(properties)
    style = walk.styles.of(value_of(child(properties, "w:rStyle"))).look
    look: Look = own.over(style.over(walk.style.look.over(walk.styles.usual)))
    if own.gone is None and (style.gone or walk.style.look.gone or walk.styles.usual.gone):
        return AWAY
    if is_hidden(properties) and not walk.gone:
        return HIDDEN
    return {GONE: AWAY, RAISED: RAISE, APART: LIFT}.get("gone" if walk.gone else look.mark(walk.ground), "")


def _words(walk: Walk, element: etree._Element) -> None:
    walk.words(element.text or "", walk.look)


def _deleted(walk: Walk, element: etree._Element) -> None:
    """What was deleted or moved away leaves nothing: the changes are taken as accepted."""


def _alternative(walk: Walk, element: etree._Element) -> None:
    walk.inside(shown_branch(element))


def _break(walk: Walk, element: etree._Element) -> None:  # noqa: ARG001 - every handler has it
    walk.say(BREAK, walk.mark)


def _space(walk: Walk, element: etree._Element) -> None:  # noqa: ARG001 - every handler has it
    walk.say(" ", walk.mark)


def _hyphen(walk: Walk, element: etree._Element) -> None:  # noqa: ARG001 - every handler has it
    walk.words("-", walk.look)


def _table(walk: Walk, element: etree._Element) -> None:
    walk.say("", "")
    walk.out.append(table_text(walk, element))
    if not walk.cells:
        walk.out += [f"{BREAK}{mark}{BREAK}" for mark in walk.pictures.take_behind()]


HANDLERS: Mapping[str, Handler] = {
    "w:p": _paragraph,
    "w:tbl": _table,
    "w:r": _run,
    "w:t": _words,
    "w:br": _break,
    "w:cr": _break,
    "w:tab": _space,
    "w:ptab": _space,
    "w:noBreakHyphen": _hyphen,
    "w:del": _deleted,
    "w:moveFrom": _deleted,
    "w14:conflictDel": _deleted,
    "w:fldChar": _word_signs.field_sign,
    "w:instrText": _word_signs.field_sign,
    "w:fldSimple": _word_signs.simple_field,
    "w:sdt": _word_signs.control,
    "w:drawing": _word_signs.picture,
    "w:pict": _word_signs.picture,
    "w:object": _word_signs.picture,
    "mc:AlternateContent": _alternative,
    "w:sym": _word_signs.symbol,
    "m:oMath": _word_signs.formula,
    "w:ruby": _word_signs.reading_aid,
    "w:bdo": _word_signs.turned,
    "w:dir": _word_signs.turned,
    "w:altChunk": _word_signs.embedded,
    "w:subDoc": _word_signs.embedded,
}
