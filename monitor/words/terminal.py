"""Text for a terminal: foreign text without effect on it, wide characters aligned, harmless JSON."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from crawler.ground.clock import SHANGHAI, parse_stamp

# Control, format (bidi overrides, zero widths), surrogate, line and paragraph separators: they act or are invisible.
ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
JSON_ACTIVE = re.compile(
    "[\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0001-\U000e007f]"
)


# Combining marks are drawn above and below the letter before them, without width: a thousand would cover the page.
MOST_MARKS = 8
PILED = re.compile(rf"[^\w\s!-~]{{{MOST_MARKS + 1},}}")  # neither letters nor space: marks, rarely dashes


# A word of Latin letters and figures, or one other character; the marks that close stand with what they close.
TOKEN = re.compile(r"[!-~]+|.")
NO_LINE_BEGINS_SO = frozenset("，。、；：！？）」』》”’")


def inert(text: str) -> str:
    """The text with every character that could act on a terminal, or be invisible, written as an escape.

    Only a few combining marks on one letter are kept.
    """
    if not text.isprintable():  # rare; for printable text nothing here would change anything
        text = "".join(_escape(char) if unicodedata.category(char) in ACTIVE else char for char in text)
    return text if text.isascii() else PILED.sub(_thinned, text)


def _thinned(match: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in match[0]:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(char)
        elif marks == MOST_MARKS + 1:
            kept.append("…")
    return "".join(kept)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def width(text: str) -> int:
    """The number of terminal columns of a text: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text padded with spaces to this many columns; with `right`, the spaces come first."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def clip(text: str, columns: int) -> str:
    """The text cut to this many columns, with an ellipsis where something was cut.

    Characters without width are limited, too: at most `MOST_MARKS` for each column.
    """
    most = MOST_MARKS * columns
    if len(text) <= most and width(text) <= columns:
        return text
    kept, used = [], 1
    for char in text[:most]:
        used += width(char)
        if used > columns:
            break
        kept.append(char)
    return "".join(kept) + "…"


def wrap(text: str, columns: int, *, indent: str = "") -> list[str]:
    """The inert text in lines of at most so many columns: broken between words and between characters of Chinese."""
    room = columns - width(indent) - 2  # a mark that closes may stand beyond it
    lines: list[str] = []
    line, used = "", 0
    for token in TOKEN.findall(inert(text)):
        pieces = [token] if width(token) <= room else list(token)
        for piece in pieces:
            wide = width(piece)
            if used + wide > room + (2 if piece in NO_LINE_BEGINS_SO else 0):
                lines.append(line.rstrip())
                line, used = "", 0
            if line or not piece.isspace():
                line, used = line + piece, used + wide
    return [indent + one for one in (*lines, line.rstrip()) if one]


def cut(text: str, most: int) -> str:
    """The text cut to this many characters of any width, with an ellipsis where something was cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def moment(stamped: str) -> str:
    """A stored instant for people: to the minute, in Asia/Shanghai."""
    return parse_stamp(stamped).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def second(at: datetime) -> str:
    """An instant for people, to the second, in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def table(
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    indent: str = "",
    limits: Mapping[int, int] | None = None,
) -> list[str]:
    """Lines of aligned columns, two spaces apart; `right`: columns to align right, `limits`: widths to clip to."""
    limits = limits or {}
    cells = [
        [clip(inert(text), limits[at]) if at in limits else inert(text) for at, text in enumerate(row)] for row in rows
    ]
    if not cells:
        return []
    widths = [max(width(row[at]) for row in cells if at < len(row)) for at in range(max(map(len, cells)))]
    lines = []
    for row in cells:
        line = "  ".join(pad(text, widths[at], right=at in right) for at, text in enumerate(row))
        lines.append((indent + line).rstrip())
    return lines


def to_json(value: Any) -> str:
    """One JSON value; characters that could act on a terminal are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    return JSON_ACTIVE.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
