"""Markup without a parser: characters that a tree forbids, tags that are too slow to parse, words between tags."""

import re
from collections.abc import Iterator

# XML forbids these (and NUL); an HTML parser accepts them, raw or as a reference, but the tree refuses them later.
FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
# References to them, as the parser reads them: leading zeros, upper or lower case, with or without a semicolon.
_HEX = "0|[1-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]|[dD][89a-fA-F][0-9a-fA-F]{2}"
_DECIMAL = r"[0-8]|1[124-9]|2\d|3[01]|6553[45]|5(?:5(?:29[6-9]|[3-9]\d\d)|6\d{3}|7(?:[0-2]\d\d|3(?:[0-3]\d|4[0-3])))"
_references = re.compile(rf"&#(?:[xX]0*(?:{_HEX})(?![0-9a-fA-F])|0*(?:{_DECIMAL})(?!\d));?".encode())

MIN_GUARDED = 60_000  # bytes; in smaller pages no combination of tags and attributes costs more than a second
ATTRIBUTE_STEPS = 100_000_000  # for each attribute the parser walks through all earlier ones of the tag
SHORT = 512  # bytes; the cost of shorter tags is not counted
# A long tag has this many bytes without an angle bracket, or an angle bracket where tags hardly ever have one.
_LONG_OR_ODD = (
    re.compile(rb"<[^<>]{%d}" % SHORT),
    re.compile(rb"<[a-zA-Z/][^<>]*<"),
    re.compile(rb"""=\s*(?:"[^"<>]*[<>]|'[^'<>]*[<>])"""),
)

# A tag as the parser reads it: a quotation mark counts only after an attribute's equals sign, else it is in a name.
_NAME = rb"""[^\s/>][^\s/>=]*"""
_VALUE = rb"""\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s"'>][^\s>]*)?"""
_INSIDE = rb"[^\s/>]*((?:[\s/]+|" + _NAME + rb"(?:" + _VALUE + rb")?)*)"
# Text that looks like a tag is not one inside a comment, or inside an element that only its own end tag closes.
_RAW = rb"script|style|textarea|title|xmp|iframe|noembed|noframes"
_PARTS = re.compile(
    rb"<(?:!--(?:-?>|.*?(?:--!?>|\Z))|[!?][^>]*|/[^a-zA-Z>][^>]*"
    rb"|(?:(" + _RAW + rb")(?=[\s/>])|/?[a-zA-Z])" + _INSIDE + rb")",
    re.S | re.I,
)
_ENDS = {name: re.compile(rb"</" + name + rb"(?=[\s/>])|\Z", re.I) for name in _RAW.split(b"|")}
_ATTRIBUTE = re.compile(_NAME + rb"(?:" + _VALUE + rb")?")


# Patterns for the text between tags, when only the words are needed.
HIDDEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
CLOSING = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("script", "style")}
LONGEST_TAG = 3000


def permitted(text: str) -> str:
    """The text without the characters that a tree forbids."""
    return FORBIDDEN.sub("", text)


def without_references(markup: bytes) -> bytes:
    """The markup (UTF-8) without references to characters that a tree forbids."""
    return _references.sub(b"", markup)


def _each_once(markup: bytes) -> bytes:
    """The markup with each different piece between two `<` once: a third of a page that a text processor wrote.

    What is looked for never reaches beyond the `<` behind it: it is in this if it is in the whole. The first piece has
    none before it, the last none behind it, and so they keep their places.
    """
    first, *pieces = markup.split(b"<")
    if not pieces:
        return markup
    last = pieces.pop()
    return b"<".join([first, *{*pieces}, last])


def too_many_attributes(markup: bytes) -> bool:
    """Whether tags have so many attributes that parsing them takes far longer than their length says."""
    if len(markup) < MIN_GUARDED:
        return False
    once = _each_once(markup)
    if not any(one.search(once) for one in _LONG_OR_ODD):
        return False
    steps = position = 0
    while part := _PARTS.search(markup, position):
        position = part.end()
        inside = part[2]
        if inside is not None and len(inside) > SHORT:
            steps += sum(1 for _ in _ATTRIBUTE.finditer(inside)) ** 2
            if steps > ATTRIBUTE_STEPS:
                return True
        if part[1] and (end := _ENDS[part[1].lower()].search(markup, position)):
            position = end.end()
    return False


def between_tags(text: str, *, scripts: bool = False) -> Iterator[str]:
    """The text between the tags of a page; in time linear in its length for any content."""
    position, end, unclosed = 0, -1, set[str]()
    while (start := text.find("<", position)) >= 0:
        yield text[position:start]
        position, end = start, end if end > start else text.find(">", start)
        if end < 0:
            break
        if end - start > LONGEST_TAG:
            yield "<"
            position += 1
            continue
        position = end + 1
        # Both begin with one letter, as hardly any other tag does (and not with ſ, which the pattern takes for it).
        hidden = HIDDEN.match(text, start) if not scripts and text[start + 1] in "sS" else None
        if hidden and (name := hidden[1].lower()) not in unclosed:
            if closing := CLOSING[name].search(text, start):
                position = closing.end()
            else:
                unclosed.add(name)
    yield text[position:]
