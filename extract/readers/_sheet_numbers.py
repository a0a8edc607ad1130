"""A stored number and its number format → the text that a person sees in the cell; None where that is not certain."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

LONGEST_GENERAL = 11  # characters of a number without a format: a longer one is rounded, or shown with an exponent
LONGEST_FORMAT = 255  # as the programs have it
LARGEST = Decimal(10) ** 15  # no more digits than these are kept of a number
ROUND = Context(prec=60, rounding=ROUND_HALF_UP)
GENERAL = "General"
# What the numbers of formats mean that no file spells out. Those that differ by country are not here: not certain.
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    49: "@",
}
DAY_ZERO = date(1899, 12, 30)
FIRST_SURE_DAY, LAST_DAY = 61, 80_000  # before March 1900 the programs count a day that never was
# A literal, a color or a condition, the width of a character, what fills the cell, words of a format, or a character.
_PART = re.compile(
    r'"([^"]{0,255})"|[\\!](.)|\[([^\]]{0,60})\]|_(.)|\*(.)|(General|G/通用格式)|([yYmMdD]{1,5})|(AM/PM|A/P)|(.)', re.S
)
_COLORS = re.compile(r"(?i)black|blue|cyan|green|magenta|red|yellow|color ?[0-9]{1,2}|[黑蓝绿红黄]色?")
_DRESSING = re.compile(r"\$-[0-9A-Ea-e][0-9A-Fa-f]{0,3}")
PLAIN = frozenset(" -+()/:年月日号万亿元件条项次个宗份％¥￥$,．、（）~")


class _Piece(NamedTuple):
    """`d` a placeholder, `.` the point, `,` a comma, `%`, `t` text, `g` General, `@`, `y` a part of a date."""

    kind: str
    text: str


class _Format(NamedTuple):
    """The sections of a format, each as its pieces; None for one that is not certain."""

    sections: tuple[tuple[_Piece, ...] | None, ...]


def stored(text: str) -> Decimal | None:
    """A number as a file stores it, without the noise behind its fifteenth digit."""
    try:
        number = float(text)
        value = Decimal(f"{number:.15g}")
    except (ValueError, InvalidOperation, OverflowError):
        return None
    return value if value.is_finite() and abs(value) < LARGEST else None


def half_of_last(number: Decimal) -> Decimal:
    """By how much a number of so many decimals may differ from the one that was rounded to it."""
    exponent = number.as_tuple().exponent
    return Decimal("0.5").scaleb(exponent if isinstance(exponent, int) else 0)


def shown(value: Decimal, code: str, room: float = LONGEST_GENERAL) -> str | None:
    """The number as it is seen under a format; `room` is how many characters the column has."""
    sections = _read(code).sections
    if not sections or len(sections) > 4:
        return None
    number = len(sections) if len(sections) < 4 else 3
    at = 0 if value > 0 or number == 1 or (value == 0 and number == 2) else 1 if value < 0 else 2
    pieces = sections[at]
    if pieces is None:
        return None
    if any(piece.kind == "y" for piece in pieces):
        return _day(value, pieces)
    signed = value < 0 and at == 0
    text = _filled(abs(value), pieces, room - signed)
    if text is None or not text.strip():
        return None  # a number that is there and is not seen
    if value < 0 and at == 1 and not any(sign in text for sign in "-－−(（△▲"):
        return None  # below zero, and only a color says so
    if signed and not text.strip("0. "):
        return None
    return ("-" + text if signed else text).strip()


def shown_text(text: str, code: str) -> str | None:
    """A text under a format: most leave it as it is."""
    if code in (GENERAL, "@") or ("@" not in code and code.count(";") < 3):
        return text
    sections = _read(code).sections
    pieces = sections[-1]
    if pieces is None or (len(sections) < 4 and not any(piece.kind == "@" for piece in pieces)):
        return text if pieces is not None else None
    told = "".join(text if piece.kind == "@" else piece.text for piece in pieces if piece.kind in "@t")
    return told if told.strip() or not text.strip() else None


@lru_cache(maxsize=1024)
def _read(code: str) -> _Format:
    if len(code) > LONGEST_FORMAT:
        return _Format((None,))
    return _Format(tuple(_section(section) for section in _split(code)))


def _split(code: str) -> Iterator[str]:
    section, quoted, escaped = "", False, False
    for char in code:
        if char == ";" and not quoted and not escaped:
            yield section
            section = ""
            continue
        quoted ^= char == '"' and not escaped
        escaped = char in "\\!_*" and not escaped and not quoted
        section += char
    yield section


def _section(section: str) -> tuple[_Piece, ...] | None:
    pieces: list[_Piece] = []
    for found in _PART.finditer(section):
        quoted, escaped, bracket, width, fill, general, day, clock, char = found.groups()
        if bracket is not None:
            if not (_COLORS.fullmatch(bracket) or _DRESSING.fullmatch(bracket)):
                return None  # a condition, a currency, digits in Chinese, hours beyond a day, white
        elif clock is not None:
            return None
        elif width is not None:
            pieces.append(_Piece("t", " "))
        elif general is not None:
            pieces.append(_Piece("g", ""))
        elif day is not None:
            pieces.append(_Piece("y", day.lower()))
        elif fill is None:
            piece = _char(quoted, escaped, char)
            if piece is None:
                return None
            pieces.append(piece)
    kinds = {piece.kind for piece in pieces}
    is_fraction = "/" in [one[8] for one in _PART.findall(section)] and "d" in kinds
    return None if is_fraction else tuple(pieces)


def _char(quoted: str | None, escaped: str | None, char: str | None) -> _Piece | None:
    literal = quoted if quoted is not None else escaped
    if literal is not None:
        return None if any(one.isdigit() for one in literal) else _Piece("t", literal)
    assert char is not None
    if char in "0#?":
        return _Piece("d", char)
    if char in ".,%@":
        return _Piece(char, char)
    return _Piece("t", char) if char in PLAIN else None


def _filled(value: Decimal, pieces: tuple[_Piece, ...], room: float) -> str | None:
    kinds = [piece.kind for piece in pieces]
    if "@" in kinds:  # the format of texts on a number: as without a format
        pieces = tuple(_Piece("g", "") if piece.kind == "@" else piece for piece in pieces)
        kinds = [piece.kind for piece in pieces]
    if "g" in kinds:
        if kinds.count("g") > 1 or "d" in kinds:
            return None
        plain = _general(value, room)
        return None if plain is None else "".join(plain if one.kind == "g" else one.text for one in pieces)
    if "d" not in kinds:
        return "".join(piece.text for piece in pieces)  # nothing but words
    if kinds.count(".") > 1:
        return None
    return _placed(value, list(pieces), kinds)


def _general(value: Decimal, room: float) -> str | None:
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    limit = min(LONGEST_GENERAL, room) if "." in text else LONGEST_GENERAL
    return text if len(text) <= limit else None


def _placed(value: Decimal, pieces: list[_Piece], kinds: list[str]) -> str | None:
    point = kinds.index(".") if "." in kinds else len(kinds)
    first = kinds.index("d")
    last = len(kinds) - 1 - kinds[::-1].index("d")
    commas = [at for at, kind in enumerate(kinds) if kind == ","]
    scale = [at for at in commas if at > last or (at < point and not any(k == "d" for k in kinds[at:point]))]
    grouped = [at for at in commas if at not in scale]
    if any(at < first or at > point for at in grouped) or (grouped and "t" in kinds[first : min(point, last)]):
        return None
    value = value / Decimal(1000) ** len(scale) * Decimal(100) ** kinds.count("%")
    decimals = sum(kind == "d" for kind in kinds[point:])
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=ROUND)
    whole, _, fraction = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0")
    texts = [("" if at in commas else piece.text) for at, piece in enumerate(pieces)]
    places = [at for at in range(point) if kinds[at] == "d"]
    for at in reversed(places):
        texts[at] = whole[-1:] or _pad(pieces[at].text)
        whole = whole[:-1]
    if places:
        texts[places[0]] = whole + texts[places[0]]
    elif whole:
        return None
    if grouped:
        texts[places[0] : places[-1] + 1] = [_grouped("".join(texts[places[0] : places[-1] + 1]))]
        # What stood between them is one text now; the places behind the point have moved by as much.
        moved = places[-1] - places[0]
        kinds = kinds[: places[0] + 1] + kinds[places[-1] + 1 :]
        pieces = pieces[: places[0] + 1] + pieces[places[-1] + 1 :]
        point -= moved
    behind = [at for at in range(point, len(kinds)) if kinds[at] == "d"]
    needless = len(fraction) - len(fraction.rstrip("0"))
    for number, at in enumerate(behind):
        is_needed = number < len(behind) - needless
        texts[at] = fraction[number] if is_needed or pieces[at].text == "0" else _pad(pieces[at].text)
    return "".join(texts)


def _pad(placeholder: str) -> str:
    return {"0": "0", "?": " ", "#": ""}[placeholder]


def _grouped(digits: str) -> str:
    bare = digits.strip()
    return f"{int(bare):,}" if bare.isdigit() and (bare[0] != "0" or bare == "0") else digits


def _day(value: Decimal, pieces: tuple[_Piece, ...]) -> str | None:
    if value != value.to_integral_value() or not FIRST_SURE_DAY <= value <= LAST_DAY:
        return None
    day = DAY_ZERO + timedelta(days=int(value))
    parts = {
        "yyyy": f"{day.year}",
        "yy": f"{day.year % 100:02}",
        "m": f"{day.month}",
        "mm": f"{day.month:02}",
        "d": f"{day.day}",
        "dd": f"{day.day:02}",
    }
    if any(piece.kind not in "yt" or (piece.kind == "y" and piece.text not in parts) for piece in pieces):
        return None
    return "".join(parts[piece.text] if piece.kind == "y" else piece.text for piece in pieces).strip()
