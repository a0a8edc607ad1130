"""A printed cell → value, state, unit. The only place where text becomes a number."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from extract.content import DOUBT, Number, State
from extract.form.forms import Kind as Kind

# Invisible characters that \s does not cover: zero-width marks and the soft hyphen (NBSP and U+3000 are in \s).
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
NUMBER = re.compile(r"([+\-增减]?)([0-9]{1,15})(\.[0-9]{1,12})?(?:\s?(万元|元|件|条|项|次|个|宗|份))?")
# Every group of digits must be right: 「10,100,1」, 「1,234,」 and 「0,123」 are typos or torn cells, not numbers.
GROUPED = re.compile(r"[+\-]?[1-9][0-9]{0,2}(,[0-9]{3}){1,4}(?![0-9,])[^,]{0,20}")
# Full-width forms of ASCII; other compatibility characters (², ①, Arabic digits) are not converted: they are text.
HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
DASHES = frozenset(["/", "\\", "-", "--", "—", "——", "–", "―", "－", "//", "---", "———"])
SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "，": ","})
COUNT_UNITS = frozenset([None, "件", "条", "项", "次", "个", "宗", "份"])
UNITS: dict[Kind, frozenset[str | None]] = {
    "count": COUNT_UNITS,
    "change": COUNT_UNITS,
    "amount": frozenset([None, "元", "万元"]),
    "amount_10k_yuan": frozenset([None, "万元"]),
}


class Figure(NamedTuple):
    """One cell as read. `plain`: the raw text is just the value in ASCII digits."""

    value: Number | None
    state: State
    unit: str | None = None
    plain: bool = False


BLANK = Figure(None, "blank")
TEXT = Figure(None, "text")
ILLEGIBLE = Figure(None, "illegible")
LONGEST_FIGURE = 60
LONGEST_SHOWN = 200
# A place for a figure in a page that was not filled: {{x.num}}, ${num}, <%=num%>, 加载中….
SCRIPTED = re.compile(r"\{\{|\$\{|<%|\[\[|%[a-z_]{2,30}%|#\{|加载中|载入中|[Ll]oading|NaN|undefined|null")
REMEMBERED = 20_000  # cells


def _read(raw: str, kind: Kind) -> Figure:
    if raw.isascii() and raw.isdigit() and (raw[0] != "0" or raw == "0") and len(raw) <= 15:
        return Figure(int(raw), "number", None, True)
    if DOUBT in raw:
        return ILLEGIBLE
    text = INVISIBLE.sub("", raw).strip().translate(HALF_WIDTH)
    if not text:
        return BLANK
    if text in DASHES or raw.strip() in DASHES:
        return Figure(None, "dash")
    if text in ("无", "无。"):
        return Figure(None, "none")
    text = text.translate(SIGNS)
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    match = NUMBER.fullmatch(text)
    if match is None:
        return TEXT
    sign, whole, fraction, unit = match.groups()
    if unit not in UNITS[kind] or (sign in ("增", "减") and kind != "change"):
        return TEXT
    number: Number = Decimal(whole + fraction) if fraction else int(whole)
    return Figure(-number if sign in ("-", "减") else number, "number", unit, plain=raw == str(number))


def shows_figure(raw: str) -> bool:
    """Whether a cell that is no number for us has a figure all the same (31①, 三十一), or what a script puts one in."""
    return any(map(str.isnumeric, raw[:LONGEST_SHOWN])) or SCRIPTED.search(raw[:LONGEST_SHOWN]) is not None


class _Figures(dict[str, Figure]):
    """A cache of read cells for one kind of column: looked up in C; limited in number and length."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, raw: str) -> Figure:
        if len(raw) > LONGEST_FIGURE:
            return TEXT
        if len(self) >= REMEMBERED:
            self.clear()
        self[raw] = figure = _read(raw, self.kind)
        return figure


_FIGURES: dict[Kind, _Figures] = {kind: _Figures(kind) for kind in UNITS}
_COUNTS = _FIGURES["count"].__getitem__


def read_figure(raw: str, kind: Kind = "count") -> Figure:
    """Reads one cell; never joins digits across a space, never drops a unit that the column does not have.

    A count takes 件, 条, 项 …; an amount in 万元 takes only 万元 (「251000元」 there is `text`); `change` takes
    「增3」, 「减4」, 「+3」, 「-1」. A stroke alone is a dash; a stroke before digits is a minus sign.
    """
    return _FIGURES[kind][raw]


def read_figures(raws: Sequence[str], kinds: Sequence[Kind]) -> list[Figure]:
    """Reads a row of cells, one kind per cell."""
    return [_FIGURES[kind][raw] for raw, kind in zip(raws, kinds, strict=True)]


def read_counts(raws: Sequence[str]) -> list[Figure]:
    """Reads a row of counts."""
    return [*map(_COUNTS, raws)]
