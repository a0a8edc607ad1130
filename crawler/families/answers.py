"""Reads the opaque answers of list interfaces, hostile ones too: JSON, JSONP, and Hanweb's records in XML."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from crawler.ground.clock import local_date
from crawler.ground.reasons import Reason
from crawler.ground.urls import off_the_web, unreadable
from crawler.pages.days import days, epoch_day
from crawler.pages.page import ListItem, Page, legible, links, parse, squeeze, words

CALLED = re.compile(r"\s*[\w$.]{1,100}\s*\(")
MOST_RECORDS = 5_000
LONGEST_RECORD = 20_000
LONGEST_NUMBER = 19  # digits of a number that is a count or a date


def loaded(text: str) -> object:
    """The JSON value of an answer, JSONP unwrapped; None when it is not JSON. It is cached: do not change it."""
    return value_of(unwrapped(text))


@lru_cache(maxsize=2)
def value_of(text: str, *, strict: bool = True) -> object:
    """Parses a JSON value; a number that is too long becomes None, and the rest stays readable."""
    try:
        return json.loads(
            text, strict=strict, parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else None
        )
    except (ValueError, RecursionError):
        return None


def unwrapped(text: str) -> str:
    """The argument of a call like `cb({…});`, else the text itself; in time linear in its length."""
    called = CALLED.match(text)
    inside = text[called.end() :].rstrip().removesuffix(";").rstrip() if called else ""
    return inside[:-1] if inside.endswith(")") else text


def at(value: object, *path: str) -> list[object]:
    """The values at a path of a JSON value: the entries of a list, or the single value that is there."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, list) else [value]


def records(page: Page, *path: str) -> Iterator[Mapping[str, object]]:
    """The objects at a path of a JSON answer."""
    for entry in at(loaded(page.text), *path):
        if isinstance(entry, dict):
            yield entry


def illegible(entries: list[object], *keys: str) -> Reason | None:
    """The problem of a list in which some entries are no objects or have no value under these names; None: no problem.

    Which body such an entry was meant for is not known.
    """
    bad = sum(
        1
        for entry in entries
        if not isinstance(entry, dict) or not any(isinstance(entry.get(key), str | int | float) for key in keys)
    )
    return Reason("entries_illegible", count=bad, total=len(entries)) if bad else None


def text_of(row: Mapping[str, object], *keys: str) -> str:
    """The first of these members that is a non-empty text."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return legible(value.strip())
    return ""


def entry(page: Page, row: Mapping[str, object], urls: tuple[str, ...], titles: tuple[str, ...], day: str) -> ListItem:
    """An entry of a list. An address that is not valid is kept as it is, so that the ledger can report it."""
    title = squeeze(text_of(row, *titles))
    given = next((value for key in urls if isinstance(value := row.get(key), str) and value.strip()), "")
    url = page.resolve(given, page.url) or off_the_web(given, title) or unreadable(given, f"{title} {page.url}")
    return ListItem(url, title, day)


def number(row: Mapping[str, object], key: str) -> int:
    """A count, given as a number or as text; 0 if there is none (then nothing more is requested)."""
    value = row.get(key)
    if isinstance(value, bool):
        return 0
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return max(value, 0) if value < 10**LONGEST_NUMBER else 0
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else 0


def day_of(row: Mapping[str, object], key: str) -> str:
    """The date of a Unix time in seconds or milliseconds, in Asia/Shanghai."""
    value = row.get(key)
    if isinstance(value, str):
        day = epoch_day(value)
        return day.isoformat() if day else ""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**13:
        return ""
    seconds = value // 1000 if value >= 10**11 else value
    return local_date(datetime.fromtimestamp(seconds, UTC)).isoformat()


def printed_day(row: Mapping[str, object], key: str) -> str:
    """The day that a text gives, in Asia/Shanghai where it says how far it is from UTC; what it says, where none."""
    text = text_of(row, key)
    found = days(text)
    return found[0].isoformat() if found else text[:10]


def record_items(text: str, base: str) -> Iterator[ListItem]:
    """The entries of `<record><![CDATA[<li>…</li>]]></record>`, one each."""
    for record in text.split("<record>")[1:MOST_RECORDS]:
        body, closed, _ = record[:LONGEST_RECORD].partition("</record>")
        tree = parse(body.strip().removeprefix("<![CDATA[").removesuffix("]]>")) if closed else None
        for link in links(tree, base) if tree is not None else ():
            found = days(words(tree).replace(link.text, " ") if link.text else words(tree))
            yield ListItem(link.url, link.label, found[-1].isoformat() if found else "")
            break


def left_out(text: str) -> Reason | None:
    """The reason for records that are not read because they are too many or too long; None when all are read."""
    found = text.split("<record>")[1:]
    long = sum(1 for record in found[:MOST_RECORDS] if "</record>" not in record[:LONGEST_RECORD])
    if len(found) > MOST_RECORDS:
        return Reason("many_records", most=MOST_RECORDS)
    return Reason("records_long", count=long, total=len(found)) if long else None
