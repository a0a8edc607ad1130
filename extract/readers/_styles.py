"""How an element is shown, as its style and the page's style sheets say: gone, or apart from the words beside it."""

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

# Not shown, or struck out; raised, small, pale; words put in by the sheet. The strongest first.
GONE, ADDED, APART = "gone", "added", "apart"
STRONGEST = (GONE, ADDED, APART)
LONGEST_SHEET = 400_000
MOST_RULES = 8_000
REMEMBERED = 4096  # declarations: the pages of a site repeat the same few
LONGEST_REMEMBERED = 1_000

_COMMENT = re.compile(r"/\*[^*]{0,9999}\*+(?:[^/*][^*]{0,9999}\*+){0,99}/")
_NARROW = re.compile("print|max-width|max-device")
_COMBINED = re.compile(r"[\s>+~]")
LONGEST_SELECTOR = 200
_PART = re.compile(r"([.#]?)((?:[\w\u0080-\uffff-]|\\.){1,100})")
_ARGUMENT = re.compile(r"\([^()]{0,60}\)|(?<=\[)\s{1,9}|\s{0,9}[~|^$*]?=[^\]]{0,100}(?=\])")
# An element's place, not a state that a reader brings about; of a place we do not ask which element has it.
_PLACE = re.compile(r":(?:(?:first|last|only)-(?:child|of-type)|nth-[a-z-]{1,20}|not|is|where)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\[([\w-]{1,50})")
_PSEUDO = re.compile(r":{1,2}(?:before|after)\Z", re.IGNORECASE)
_SPACE = re.compile(r"\s{1,99}")

_GONE = re.compile(
    r"text-decoration(?:-line)?:[^;]{0,60}line-through|text-line-through:(?!none)|mso-hide:(?!none|screen)|display:none"
    r"|visibility:(?:hidden|collapse)|(?:^|[;\s])opacity:0?(?:\.0{1,9})?%?(?:[;!]|$)|filter:[^;]{0,60}opacity[(=]0?(?:\.0{1,9})?%?[),]"
    r"|font-size:(?:0?\.[0-9]{1,9}(?:px|pt)|0(?:\.0{1,9})?(?:px|pt|r?em|%)?(?:[;!]|$))"
    r"|(?:^|;)font:[a-z]{0,40}0(?:\.0{1,9})?(?![0-9.])|margin[a-z-]{0,13}:[^;]{0,30}-(?:[0-9]{3,9}|[0-9]{2}r?em)"
    r"|text-indent:-[0-9]{3,9}|(?:^|;)(?:left|top):-[0-9]{3,9}|(?:^|;)clip:rect|clip-path:inset\((?:50|100)%"
    r"|(?:^|;)color:(?:transparent|rgba\([^)]{1,40},0?(?:\.0{1,9})?\))"
    # Turned round: what is written last stands first.
    r"|unicode-bidi:(?:isolate-|bidi-)override|flex-(?:direction|flow):[^;]{0,20}row-reverse"
    r"|transform:[^;]{0,60}(?:scalex?\(-|rotate[xyz]?\(-?180)"
)
_FLAT = re.compile(r"(?:^|;)(?:max-)?(?:width|height):(?:0|0?\.[0-9]{1,9})(?:[a-z]{2,3}|%)?(?:[;!]|$)")
_CUT = re.compile(r"(?:^|;)overflow(?:-[xy])?:(?:hidden|clip)")
_COLOR = re.compile(r"(?:^|;)color:([^;!]{1,40})")
_GROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]{1,40})")
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])\Z")
_RGB = re.compile(r"rgb\(([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3})\)\Z")
_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "blue": "#0000ff", "yellow": "#ffff00"}
_APART = re.compile(
    r"vertical-align:(?:super|sub|text-top|text-bottom|[-+]?[.0-9])|mso-text-raise:|position:(?:relative|absolute)"
    r"|font-size:(?:smaller|x-small|xx-small|[1-7]?[0-9](?:\.[0-9]{1,9})?%|0?\.[0-7][0-9]{0,9}r?em"
    r"|[1-6](?:\.[0-9]{1,9})?pt|[1-9](?:\.[0-9]{1,9})?px)|font-variant-position:su|transform:(?:translate|scale)"
    r"|(?:^|;)color:(?:#fff(?:fff)?(?![0-9a-f])|#(?:f[0-9a-f]){3}|white|rgba?\((?:25[0-5],){2}25[0-5])|(?:^|;)float:"
    r"|(?:^|;)(?:-webkit-|-ms-flex-)?order:-?(?!0(?:[;!]|$))[0-9]"
)
# Attributes of <font> that set words apart.
_PALE = re.compile(r"\s{0,9}(?:#?(?:fff|(?:f[0-9a-f]){3})|white)\s{0,9}", re.IGNORECASE)
_SMALL = re.compile(r"\s{0,9}(?:1|-[1-9])\s{0,9}")
_ADDED = re.compile(r"(?:^|;)content:(?:[\"'][^\"'\\]{0,99}[0-9]|attr\(|counter)")
# Names of classes whose sheet is not at hand and that say by themselves what they do.
_NAMES = re.compile(
    r"(?:is-|u-)?(?:hide|hidden|invisible|d-none|sr-only|visually-hidden|del|deleted|strike|strikethrough|line-through"
    r"|sup|superscript|sub|note|footnote|fn)",
    re.IGNORECASE,
)


def mark_of(declarations: str) -> str:
    """GONE, APART, or "" where these declarations leave words as those beside them."""
    return _remembered(declarations) if len(declarations) <= LONGEST_REMEMBERED else _mark_of(declarations)


def _mark_of(declarations: str) -> str:
    text = _SPACE.sub("", declarations.lower())
    return GONE if _GONE.search(text) or _is_unseen(text) else APART if _APART.search(text) else ""


def _is_unseen(text: str) -> bool:
    """Whether words have no room at all, or the color of what is behind them."""
    if "overflow" in text and _FLAT.search(text) and _CUT.search(text):
        return True
    if "background" not in text:
        return False
    color, ground = _COLOR.search(text), _GROUND.search(text)
    return color is not None and ground is not None and _plain(color[1]) == _plain(ground[1])


def _plain(color: str) -> str:
    """A color as six digits, where it is written in one of the usual ways."""
    color = _SHORT.sub(r"#\1\1\2\2\3\3", color)
    if rgb := _RGB.match(color):
        return "#" + "".join(f"{int(part):02x}" for part in rgb.groups())
    return _NAMED.get(color, color)


def _is_faint(color: str, size: str) -> bool:
    """Whether a <font> of this color and size is pale or small."""
    return bool(_PALE.fullmatch(color) or _SMALL.fullmatch(size))


_remembered = lru_cache(maxsize=REMEMBERED)(_mark_of)


@lru_cache(maxsize=8)
def styles_of(sheet: str) -> "Styles":
    """The rules of these sheets, remembered: the pages of a site carry the same."""
    return Styles(sheet[:LONGEST_SHEET])


class Styles:
    """The rules of a page's own sheets that set words apart, by the last simple selector of each."""

    def __init__(self, sheet: str) -> None:
        # By the rarest thing that an element must have: "#id", ".class" or its tag.
        self.rules: dict[str, list[tuple[str, str, frozenset[str], str]]] = {}
        self.attributes = set[str]()  # of which some value hides
        narrow = False
        for rule in _COMMENT.sub("", sheet).split("}")[:MOST_RULES]:
            head, _, declarations = rule.rpartition("{")
            media, is_media, selectors = head.rpartition("{")
            # What holds on paper or on a telephone alone goes on to an end without a rule before it.
            narrow = bool(_NARROW.search(media)) if is_media else narrow and bool(rule.strip())
            added = _ADDED.search(_SPACE.sub("", declarations.lower()))
            mark = mark_of(declarations)
            for selector in selectors.split(",") if (mark or added) and not narrow else ():
                self._take(selector.strip(), mark, bool(added))

    def _take(self, selector: str, mark: str, added: bool) -> None:
        pseudo = _PSEUDO.search(selector)
        if pseudo:
            selector, mark = selector[: pseudo.start()], ADDED if added else ""
        last = _COMBINED.split(_ARGUMENT.sub("", selector[-LONGEST_SELECTOR:]))[-1]
        hides = mark == GONE
        if hides and _PLACE.search(last):
            last, mark = _PLACE.sub("", last), APART  # perhaps gone
        if not last or not mark or ":" in last:
            return  # `:hover` and the like are not how a page looks
        attribute = _ATTRIBUTE.match(last.lstrip("*"))
        if attribute and hides and attribute[1] != "hidden":
            self.attributes.add(attribute[1].lower())
        parts = _PART.findall(last.partition("[")[0])
        tag = next((name.lower() for sign, name in parts if not sign), "")
        identity = next((name for sign, name in parts if sign == "#"), "")
        classes = frozenset(name for sign, name in parts if sign == ".")
        key = f"#{identity}" if identity else f".{min(classes)}" if classes else tag
        if key:
            self.rules.setdefault(key, []).append((tag, identity, classes, mark))

    def mark(self, element: etree._Element) -> str:
        """How this element is shown: the strongest mark that its style, its classes or its tag give it."""
        attributes: Mapping[str, str] = dict(element.attrib)  # type: ignore[arg-type]
        found = set[str]()
        if style := attributes.get("style"):
            found.add(mark_of(style))
        if element.tag == "font" and _is_faint(attributes.get("color", ""), attributes.get("size", "")):
            found.add(APART)
        if "hidden" in attributes:
            found.add(GONE)
        named = attributes.get("class")
        classes = frozenset(named.split() if named else ())
        if named and any(map(_NAMES.fullmatch, classes)):
            found.add(APART)
        if self.attributes and not self.attributes.isdisjoint(attributes):
            found.add(APART)
        if self.rules:
            identity = attributes.get("id", "")
            for key in (str(element.tag), *([f"#{identity}"] if identity else []), *(f".{name}" for name in classes)):
                for tag, wanted_identity, wanted, mark in self.rules.get(key, ()):
                    if (
                        wanted <= classes
                        and (not tag or tag == element.tag)
                        and (not wanted_identity or wanted_identity == identity)
                    ):
                        found.add(mark)
        return next((mark for mark in STRONGEST if mark in found), "")
