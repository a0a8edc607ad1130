"""Reading the opaque answers of list interfaces: JSON, JSONP, and Hanweb's records in XML; hostile ones included."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from crawler.clock import local_date
from crawler.fetching.dates import days
from crawler.fetching.pages import Item, Page, links, parse, words

JSONP = re.compile(r"^\s*[\w$.]{1,100}\s*\((.*)\)\s*;?\s*$", re.DOTALL)
MOST_RECORDS = 5_000
LONGEST_RECORD = 20_000


def loaded(text: str) -> object:
    """The JSON value of an answer, JSONP unwrapped; None when it is none."""
    wrapped = JSONP.match(text)
    try:
        return json.loads(wrapped[1] if wrapped else text)
    except (ValueError, RecursionError):
        return None


def records(page: Page, *path: str) -> Iterator[Mapping[str, object]]:
    """The objects at a path of a JSON answer: the entries of a list there, or the one object there."""
    value = loaded(page.text)
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield entry


def text_of(row: Mapping[str, object], *keys: str) -> str:
    """The first of these members that is a text and says something."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def number(row: Mapping[str, object], key: str) -> int:
    """A count, given as number or as text; 0 where none is stated (then nothing more is asked for)."""
    value = row.get(key)
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else 0


def day_of(row: Mapping[str, object], key: str) -> str:
    """The date of a Unix time in seconds or milliseconds, in Asia/Shanghai."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10 ** 13:
        return ""
    seconds = value // 1000 if value >= 10 ** 11 else value
    return local_date(datetime.fromtimestamp(seconds, UTC)).isoformat()


def record_items(text: str, base: str) -> Iterator[Item]:
    """The entries of `<record><![CDATA[<li>…</li>]]></record>`, one each."""
    for record in text.split("<record>")[1:MOST_RECORDS]:
        body, closed, _ = record[:LONGEST_RECORD].partition("</record>")
        tree = parse(body.strip().removeprefix("<![CDATA[").removesuffix("]]>")) if closed else None
        for link in links(tree, base) if tree is not None else ():
            found = days(words(tree).replace(link.text, " ") if link.text else words(tree))
            yield Item(link.url, link.label, found[-1].isoformat() if found else "")
            break
