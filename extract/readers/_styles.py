"""How an element is shown, as its style and the page's style sheets say: gone, or apart from the words beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from lxml import etree

from extract.readers._colors import COLOR, GROUND, color_of, is_unseen
from extract.readers._shown import DECORATIONS

# Not shown, or struck out; raised, small, pale; words put in by the sheet. The strongest first.
GONE, ADDED, APART = "gone", "added", "apart"
STRONGEST = (GONE, ADDED, APART)
# What a rule says of color, ground and picture begins with one of these.
INK, PAPER, PICTURE = "ink ", "paper ", "picture "
CELLS = ("td", "th")
HIGHEST = 6  # elements above one that may be gone by its place
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
# A part of the words themselves: which digits are in it the text does not tell.
_LETTERS = re.compile(r":{1,2}first-(?:letter|line)\Z", re.IGNORECASE)
_SPACE = re.compile(r"\s{1,99}")

_GONE = re.compile(
    r"text-decoration(?:-line)?:[^;]{0,60}line-through|text-line-through:(?!none)|mso-hide:(?!none|screen)|display:none"
    r"|visibility:(?:hidden|collapse)|(?:^|[;\s])opacity:0?(?:\.0{1,9})?%?(?:[;!]|$)|filter:[^;]{0,60}opacity[(=]0?(?:\.0{1,9})?%?[),]"
    r"|font-size:(?:0?\.[0-9]{1,9}(?:px|pt)|0(?:\.0{1,9})?(?:px|pt|r?em|%)?(?:[;!]|$))"
    r"|(?:^|;)font:[a-z]{0,40}0(?:\.0{1,9})?(?![0-9.])|margin[a-z-]{0,13}:[^;]{0,30}-(?:[0-9]{3,9}|[0-9]{2}r?em)"
    r"|text-indent:-[0-9]{3,9}|(?:^|;)(?:left|top):-[0-9]{3,9}|(?:^|;)clip:rect|clip-path:inset\((?:50|100)%"
    r"|(?:^|;)color:(?:transparent|rgba\([^)]{1,40},0?(?:\.0{1,9})?\))"
    # Turned round: what is written last stands first.
    r"|unicode-bidi:(?:isolate-|bidi-)override|flex-(?:direction|flow|wrap):[^;]{0,20}-reverse|direction:rtl"
    r"|transform:[^;]{0,60}(?:scalex?\(-|rotate[xyz]?\(-?180|matrix\(-)|(?:^|;)scale:-|(?:^|;)rotate:[^;]{0,9}180deg"
    # Drawn over each other, cut to nothing, or in signs that hide what they stand for.
    r"|letter-spacing:-(?:(?:0?\.[4-9]|[1-9])[0-9.]{0,9}r?em|(?:[5-9]|[0-9]{2,4})(?:\.[0-9]{1,9})?(?:px|pt))"
    r"|clip-path:(?:circle|ellipse)\(0|text-fill-color:transparent|text-security:(?!none)"
    r"|(?:^|;)zoom:0?(?:\.0{1,9})?(?:[;!]|$)"
)
_FLAT = re.compile(r"(?:^|;)(?:max-)?(?:width|height):(?:0|0?\.[0-9]{1,9})(?:[a-z]{2,3}|%)?(?:[;!]|$)")
_CUT = re.compile(r"(?:^|;)overflow(?:-[xy])?:(?:hidden|clip)")
_APART = re.compile(
    r"vertical-align:(?:super|sub|text-top|text-bottom|[-+]?[.0-9])|mso-text-raise:|position:(?:relative|absolute)"
    r"|font-size:(?:smaller|x-small|xx-small|[1-7]?[0-9](?:\.[0-9]{1,9})?%|0?\.[0-7][0-9]{0,9}r?em"
    r"|[1-6](?:\.[0-9]{1,9})?pt|[1-9](?:\.[0-9]{1,9})?px)|font-variant-position:su|transform:(?:translate|scale)"
    r"|(?:^|;)color:(?:#fff(?:fff)?(?![0-9a-f])|#(?:f[0-9a-f]){3}|white|rgba?\((?:25[0-5],){2}25[0-5])|(?:^|;)float:"
    r"|(?:^|;)(?:-webkit-|-ms-flex-)?order:-?(?!0(?:[;!]|$))[0-9]|(?:^|;)(?:-ms-)?grid-(?:column|row|area)(?:-start|-end)?:"
    r"|(?:^|;)(?:translate|offset-path|offset-distance):(?!none)"
)
# Attributes of <font> that set words apart.
_PALE = re.compile(r"\s{0,9}(?:#?(?:fff|(?:f[0-9a-f]){3})|white)\s{0,9}", re.IGNORECASE)
_SMALL = re.compile(r"\s{0,9}(?:1|-[1-9])\s{0,9}")
_ADDED = re.compile(r"(?:^|;)content:(?:[\"'][^\"'\\]{0,99}[0-9]|attr\(|counter|url\(|var\()")
_PICTURE = re.compile(
    r"(?:^|;)(?:(?:-webkit-)?mask|background|list-style|border|content)(?:-image)?(?:-source)?:[^;]{0,80}url\("
)
# By its name no digit.
_DECORATION = re.compile(rf"url\([^)]{{0,200}}(?:{'|'.join(map(re.escape, DECORATIONS))})")
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
    color, ground = COLOR.search(text), GROUND.search(text)
    return color is not None and ground is not None and is_unseen(color_of(color[1]), color_of(ground[1]))


def _is_faint(color: str, size: str) -> bool:
    """Whether a <font> of this color and size is pale or small."""
    return bool(_PALE.fullmatch(color) or _SMALL.fullmatch(size))


_remembered = lru_cache(maxsize=REMEMBERED)(_mark_of)


@lru_cache(maxsize=8)
def styles_of(sheet: str) -> "Styles":
    """The rules of these sheets, remembered: the pages of a site carry the same."""
    return Styles(sheet[:LONGEST_SHEET])


class Rule(NamedTuple):
    """What the last simple selector of a rule asks of an element, and what the rule does to it."""

    tag: str
    identity: str
    classes: frozenset[str]
    mark: str

    @property
    def key(self) -> str:
        """The rarest thing that an element must have: "#id", ".class" or its tag; "" where any element will do."""
        return f"#{self.identity}" if self.identity else f".{min(self.classes)}" if self.classes else self.tag

    @property
    def weight(self) -> tuple[bool, int, bool]:
        """Which of two rules holds."""
        return bool(self.identity), len(self.classes), bool(self.tag)

    def fits(self, tag: str, identity: str, classes: frozenset[str]) -> bool:
        return (
            self.classes <= classes
            and (not self.tag or self.tag == tag)
            and (not self.identity or self.identity == identity)
        )


class Rules(dict[str, list[Rule]]):
    """Rules by their keys."""

    def put(self, rule: Rule) -> None:
        if rule.key:
            self.setdefault(rule.key, []).append(rule)

    def fitting(self, element: etree._Element, named: str | None) -> Iterator[Rule]:
        """Those that fit an element with this `class`."""
        tag, identity = str(element.tag), element.get("id", "")
        classes = frozenset(named.split() if named else ())
        for key in (tag, *([f"#{identity}"] if identity else []), *(f".{name}" for name in classes)):
            yield from (rule for rule in self.get(key, ()) if rule.fits(tag, identity, classes))


class Styles:
    """The rules of a page's own sheets that set words apart, by the last simple selector of each.

    `looks` are those that give a color or a ground, or draw a picture; `within` those of whose elements some of what
    is in them may be gone.
    """

    def __init__(self, sheet: str) -> None:
        self.rules, self.looks, self.within = Rules(), Rules(), Rules()
        self.attributes = set[str]()  # of which some value hides
        narrow = False
        for rule in _COMMENT.sub("", sheet).split("}")[:MOST_RULES]:
            head, _, declarations = rule.rpartition("{")
            media, is_media, selectors = head.rpartition("{")
            # What holds on paper or on a telephone alone goes on to an end without a rule before it.
            narrow = bool(_NARROW.search(media)) if is_media else narrow and bool(rule.strip())
            if narrow:
                continue
            folded = _SPACE.sub("", declarations.lower())
            added, mark, looks = bool(_ADDED.search(folded)), mark_of(declarations), looks_of(folded)
            for selector in selectors.split(",") if mark or added or looks else ():
                self._take(selector.strip()[-LONGEST_SELECTOR:], mark, added, looks)

    def _take(self, selector: str, mark: str, added: bool, looks: Sequence[str]) -> None:
        if pseudo := _PSEUDO.search(selector):
            selector, mark, looks = selector[: pseudo.start()], ADDED if added else "", ()
        elif letters := _LETTERS.search(selector):
            selector, mark, looks = selector[: letters.start()], ADDED if mark else "", ()
        compounds = _COMBINED.split(_ARGUMENT.sub("", selector))
        last = compounds[-1]
        hides = mark == GONE
        if hides and _PLACE.search(last):
            last, mark = _PLACE.sub("", last), APART  # perhaps gone
        if ":" in last:
            return  # `:hover` and the like are not how a page looks
        attribute = _ATTRIBUTE.match(last.lstrip("*"))
        if attribute and hides and attribute[1] != "hidden":
            self.attributes.add(attribute[1].lower())
        elif last in ("", "*") and hides:
            above = next((one for one in compounds[-2::-1] if one), "")
            for rule in (_rule(above, APART),) if above else (_rule(tag, APART) for tag in CELLS):
                self.within.put(rule)
        if mark:
            self.rules.put(_rule(last, mark))
        for look in looks:
            self.looks.put(_rule(last, look))

    def mark(self, element: etree._Element) -> str:
        """How this element is shown: the strongest mark that its style, its classes or its tag give it."""
        attributes: Mapping[str, str] = dict(element.attrib)  # type: ignore[arg-type]  # text, of a tree of text
        found = set[str]()
        if style := attributes.get("style"):
            found.add(mark_of(style))
        if element.tag == "font" and _is_faint(attributes.get("color", ""), attributes.get("size", "")):
            found.add(APART)
        if "hidden" in attributes or attributes.get("dir", "").lower() == "rtl":
            found.add(GONE)
        named = attributes.get("class")
        if named and any(map(_NAMES.fullmatch, named.split())):
            found.add(APART)
        if self.attributes and not self.attributes.isdisjoint(attributes):
            found.add(APART)
        if self.rules:
            found.update(rule.mark for rule in self.rules.fitting(element, named))
        if self.within and any(
            next(self.within.fitting(above, above.get("class")), None)
            for above in islice(element.iterancestors(), HIGHEST)
        ):
            found.add(APART)
        return next((mark for mark in STRONGEST if mark in found), "")

    def look(self, element: etree._Element, kind: str) -> str:
        """What the sheets say of an element's color, ground or picture (`kind`); "" where they say nothing."""
        found = [rule for rule in self.looks.fitting(element, element.get("class")) if rule.mark.startswith(kind)]
        return max(reversed(found), key=attrgetter("weight")).mark[len(kind) :] if found else ""


def looks_of(text: str) -> Sequence[str]:
    """What declarations (without white space, in lower case) say of color, ground and picture."""
    found: list[str] = []
    if "color:" in text and (color := COLOR.search(text)):
        found.append(f"{INK}{color[1]}")
    if "background" in text and (ground := GROUND.search(text)):
        found.append(f"{PAPER}{ground[1]}")
    if "url(" in text and _PICTURE.search(text) and not _DECORATION.search(text):
        found.append(f"{PICTURE}url")
    return found


def _rule(compound: str, mark: str) -> Rule:
    parts = _PART.findall(compound.partition("[")[0].partition(":")[0])
    return Rule(
        next((name.lower() for sign, name in parts if not sign), ""),
        next((name for sign, name in parts if sign == "#"), ""),
        frozenset(name for sign, name in parts if sign == "."),
        mark,
    )
