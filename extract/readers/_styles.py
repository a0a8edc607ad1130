"""How an element is shown, as its style and the page's style sheets say: gone, or apart from the words beside it."""

import re

from lxml import etree

GONE, APART, ADDED = (
    "gone",
    "apart",
    "added",
)  # not shown, or struck out; raised, small, pale; words put in by the sheet
LONGEST_SHEET = 400_000
MOST_RULES = 4_000

_COMMENT = re.compile(r"/\*[^*]{0,9999}\*+(?:[^/*][^*]{0,9999}\*+){0,99}/")
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_NARROW = re.compile(
    r"@media[^{}]{0,300}(?:print|max-width|max-device)[^{}]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,4000}\}){0,400}\s{0,99}\}"
)
_LAST = re.compile(r"[^\s>+~]{1,200}\Z")
_PART = re.compile(r"([.#]?)((?:[\w\u0080-\uffff-]|\\.){1,100})")
_PSEUDO = re.compile(r":{1,2}(?:before|after)\Z", re.I)
_SPACE = re.compile(r"\s{1,99}")

_GONE = re.compile(
    r"text-decoration(?:-line)?:[^;]{0,60}line-through|text-line-through:(?!none)|mso-hide:(?!none|screen)|display:none"
    r"|visibility:(?:hidden|collapse)|(?:^|[;\s])opacity:0?(?:\.0{1,9})?(?:[;!]|$)|font-size:0(?:px|pt|em|rem|%)?(?:[;!]|$)"
    r"|text-indent:-[0-9]{3,9}|(?:^|;)(?:left|top):-[0-9]{3,9}|(?:^|;)clip:rect|clip-path:inset\((?:50|100)%"
    r"|(?:^|;)color:(?:transparent|rgba\([^)]{1,40},0?(?:\.0{1,9})?\))"
)
_APART = re.compile(
    r"vertical-align:(?:super|sub|text-top|text-bottom|[-+]?[.0-9])|mso-text-raise:|position:(?:relative|absolute)"
    r"|font-size:(?:smaller|x-small|xx-small|[1-7]?[0-9](?:\.[0-9]{1,9})?%|0?\.[0-7][0-9]{0,9}r?em"
    r"|[1-6](?:\.[0-9]{1,9})?pt|[1-9](?:\.[0-9]{1,9})?px)|font-variant-position:su|transform:(?:translate|scale)"
    r"|(?:^|;)color:(?:#fff(?:fff)?(?![0-9a-f])|white)|(?:^|;)float:"
)
_ADDED = re.compile(r"(?:^|;)content:(?:[\"'][^\"'\\]{0,99}[0-9]|attr\(|counter)")
# Names of classes whose sheet is not at hand and that say by themselves what they do.
_NAMES = re.compile(
    r"(?:is-|u-)?(?:hide|hidden|invisible|d-none|sr-only|visually-hidden|del|deleted|strike|strikethrough|line-through"
    r"|sup|superscript|sub|note|footnote|fn)",
    re.I,
)


def mark_of(declarations: str) -> str:
    """GONE, APART, or "" where these declarations leave words as those beside them."""
    text = _SPACE.sub("", declarations.lower())
    return GONE if _GONE.search(text) else APART if _APART.search(text) else ""


class Styles:
    """The rules of a page's own sheets that set words apart, by the last simple selector of each."""

    def __init__(self, sheet: str) -> None:
        self.rules: list[tuple[str, str, frozenset[str], str]] = []
        text = _NARROW.sub("", _COMMENT.sub("", sheet[:LONGEST_SHEET]))
        for selectors, declarations in _RULE.findall(text)[:MOST_RULES]:
            added = _ADDED.search(_SPACE.sub("", declarations.lower()))
            mark = mark_of(declarations)
            for selector in selectors.split(",") if mark or added else ():
                self._take(selector.strip(), mark, bool(added))

    def _take(self, selector: str, mark: str, added: bool) -> None:
        pseudo = _PSEUDO.search(selector)
        if pseudo:
            selector, mark = selector[: pseudo.start()], ADDED if added else ""
        last = _LAST.search(selector)
        if not last or not mark or ":" in last[0]:
            return  # `:hover` and the like are not how a page looks
        parts = _PART.findall(last[0].partition("[")[0])
        tag = next((name.lower() for sign, name in parts if not sign), "")
        identity = next((name for sign, name in parts if sign == "#"), "")
        classes = frozenset(name for sign, name in parts if sign == ".")
        if tag or identity or classes:
            self.rules.append((tag, identity, classes, mark))

    def mark(self, element: etree._Element) -> str:
        """How this element is shown: the strongest mark that its style, its classes or its tag give it."""
        found = {mark_of(element.get("style") or "")}
        if element.get("hidden") is not None:
            found.add(GONE)
        classes = frozenset((element.get("class") or "").split())
        if any(map(_NAMES.fullmatch, classes)):
            found.add(APART)
        for tag, identity, wanted, mark in self.rules:
            if (
                wanted <= classes
                and (not tag or tag == element.tag)
                and (not identity or identity == element.get("id"))
            ):
                found.add(mark)
        return next((mark for mark in (GONE, ADDED, APART) if mark in found), "")
