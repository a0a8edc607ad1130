"""Articles that exist only inside a script: HTML in JavaScript or JSON string literals."""

import html
import re

from lxml import etree

MIN_LENGTH = 200
MAX_SCRIPT = 8_000_000

# A literal or comment that never ends still matches, so that no stretch of a script is looked at twice.
# In a possessive group nothing may fail after its first character: before Python 3.11.5 that leaves a wrong match.
_LITERAL = re.compile(
    r""""([^"\\\n]*+(?:\\.?+[^"\\\n]*+)*+)"?|'([^'\\\n]*+(?:\\.?+[^'\\\n]*+)*+)'?"""
    r"|`([^`\\]*+(?:\\.?+[^`\\]*+)*+)`?|//[^\n]*+|/\*(?:.*?\*/|.*)",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "v": " ", "0": " ", "\n": "", "\r": "", "\r\n": ""}
_HALF = re.compile("[\ud800-\udfff]")
MARKUP = re.compile(r"<(?:p|table|div|span|td|br|h[1-6])\b", re.I)


def markup_in_scripts(root: etree._Element) -> str:
    """The longest piece of HTML that a script of the page (or a textarea) holds as a string; empty without one."""
    best = ""
    for element in root.iter("script", "textarea"):
        text = element.text or ""
        if not MIN_LENGTH <= len(text) <= MAX_SCRIPT:
            continue
        for candidate in [text] if element.tag == "textarea" else literals(text):
            if len(candidate) > max(len(best), MIN_LENGTH):
                candidate = _unescaped_markup(candidate)
                if MARKUP.search(candidate):
                    best = candidate
    return best


def literals(script: str) -> list[str]:
    """The string literals of a script, unescaped; literals added with `+` are one. Comments are passed over."""
    found: list[str] = []
    pieces: list[str] = []
    last = -1
    for match in _LITERAL.finditer(script):
        if match.lastindex is None:
            continue
        if pieces and not (match.start() - last < 200 and _are_added(script[last : match.start()])):
            found.append("".join(pieces))
            pieces = []
        pieces.append(_joined(_ESCAPE.sub(_unescape, match.group(match.lastindex))))
        last = match.end()
    return [*found, "".join(pieces)]


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _PLAIN.get(match[4], match[4])


def _are_added(between: str) -> bool:
    return "+" in between and not between.replace("+", "").strip()


def _joined(text: str) -> str:
    """An escaped astral character comes in halves; half a pair alone is no character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore") if _HALF.search(text) else text


def _unescaped_markup(text: str) -> str:
    """HTML that was escaped once more (`&lt;p&gt;`) as the HTML it stands for."""
    if "<" not in text and "&lt;" in text:
        return html.unescape(text)
    return text
