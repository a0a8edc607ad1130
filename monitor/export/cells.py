"""One database value as a cell of an exported table: exact, harmless, without paths of this machine."""

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from hashlib import sha256
from urllib.parse import unquote

from crawler.ground.errors import GoujiError
from monitor.codebook import DatabaseColumn

# Characters that start a formula in a spreadsheet; also full-width ones, which East Asian versions treat the same.
FORMULA = frozenset("=+-@＝＋－＠")
# Texts that begin like the guard must get one, too, to be restored exactly; and white space may hide a formula.
GUARDED = frozenset("'\t\r\n")
GUARD = "'"
# Characters that act on a terminal when the file is printed.
ACTING = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
FILE = re.compile(r'file:[^\s"<>]*')
ODD = re.compile(r"[^\w.()（）《》〔〕-]")
Write = Callable[[object], str]


def guard(text: str) -> str:
    """The text with an apostrophe before it, if a spreadsheet could take it for a formula."""
    active = text[:1] in GUARDED or text.lstrip()[:1] in FORMULA
    return GUARD + text if active else text


def unguard(text: str) -> str:
    """The original text that was given to `guard`."""
    return text.removeprefix(GUARD)


def exact(value: object) -> str:
    """A figure as a plain decimal: the shortest one with exactly this value, never with an exponent."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    raise GoujiError(
        f"a figure of the database is no number but {value!r}; `gouji doctor` looks closer",
        f"数据库里有一个数字不是数，而是 {value!r}；可用 gouji doctor 细查",
    )


def without_path(text: str) -> str:
    """Every `file:` address shortened to its name; the digest distinguishes files with the same name."""
    return FILE.sub(_short, text) if "file:" in text else text


def without(text: str, withheld: Sequence[str]) -> str:
    """A JSON object without these entries; empty if the text is not one, because it could contain anything."""
    if not any(f'"{name}"' in text for name in withheld):
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    return json.dumps({key: value for key, value in found.items() if key not in withheld}, ensure_ascii=False)


def _short(match: re.Match[str]) -> str:
    address = match[0]
    outer, inside, member = address.partition("!/")
    name = re.split(r"[/\\]", unquote(outer))[-1] or "file"
    digest = sha256(outer.encode()).hexdigest()[:8]
    return f"file:{digest}/{ODD.sub('_', name)}{inside}{member}"


def writer(column: DatabaseColumn) -> Write:
    """The function that writes values of this column."""
    if column.type in ("integer", "number"):
        return lambda value: "" if value is None else exact(value)
    if column.type in ("date", "datetime"):
        return lambda value: quoted(str(value)) if value else ""
    if column.address:
        return lambda value: "" if value is None else quoted(without_path(without(str(value), column.withheld)))
    return lambda value: "" if value is None else quoted(str(value))


def quoted(text: str) -> str:
    """A text as a CSV cell."""
    return '"' + ACTING.sub("\ufffd", guard(text)).replace('"', '""') + '"'
