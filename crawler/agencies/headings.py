"""What people head the columns of a register with, and what they write in them (`headings.toml`); pure."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from crawler.ground.vocabulary import Bilingual

LONGEST = 24  # characters of a heading; what is longer is a title or a note
LONGEST_LOOSE = 12  # of one that is known by a word in it
BRACKETED = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]{0,40}[)）\]】〕]")
DRESSING = re.compile(r"[\s\u200b-\u200f\ufeff*＊:：、.。,，;；!！?？()（）\[\]【】〔〕“”\"'《》]+")
# Traditional characters of headings and of values, as the words of the file write them.
SIMPLE = str.maketrans(
    "單稱機關構門類別層級劃網聯繫係絡員電話號碼郵職務責領導負鎮鄉辦處備註黨區縣隸屬規簡舊來終動業團體統會點專欄發佈報實際聲經濟開",
    "单称机关构门类别层级划网联系系络员电话号码邮职务责领导负镇乡办处备注党区县隶属规简旧来终动业团体统会点专栏发布报实际声经济开",
)
NUMBERED = re.compile(r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[、.．)）]")
SECTION = re.compile(r"\s{0,9}(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|第[一二三四五六七八九十]{1,3}[部批类])")


class Words(NamedTuple):
    """The file as it is looked up: fields by their headings, in order of strength; values; rows that are no bodies."""

    exact: Mapping[str, tuple[str, int]]
    contains: tuple[tuple[str, str], ...]
    never: frozenset[str]
    ends: tuple[str, ...]
    values: Mapping[str, Mapping[str, str]]
    shown: Mapping[str, Mapping[str, str]]
    names: Mapping[str, Bilingual]
    footer: tuple[str, ...]
    total: frozenset[str]
    example: tuple[str, ...]
    nothing: frozenset[str]


@cache
def words() -> Words:
    """The words of the file that comes with gouji."""
    with Path(__file__).with_name("headings.toml").open("rb") as file:
        said = tomllib.load(file)
    exact: dict[str, tuple[str, int]] = {}
    loose: list[tuple[str, str]] = []
    names: dict[str, Bilingual] = {}
    for name, entry in said["fields"].items():
        names[name] = Bilingual(entry["zh"], entry["en"])
        for strength, heading in enumerate((entry["zh"], *entry["exact"], entry["en"])):
            exact.setdefault(plain(heading), (name, strength))
        loose.extend((plain(part), name) for part in entry.get("contains", ()))
    values: dict[str, dict[str, str]] = {}
    for name, entry in said["values"].items():
        values[name] = {plain(word): code for code, those in entry.items() for word in (code, *those) if plain(word)}
    rows = said["rows"]
    return Words(
        exact,
        tuple(loose),
        frozenset(map(plain, said["never"]["exact"])),
        tuple(said["never"]["ends"]),
        values,
        {name: {code: those[0] for code, those in entry.items() if code} for name, entry in said["values"].items()},
        names,
        tuple(rows["footer"]),
        frozenset(map(plain, rows["total"])),
        tuple(rows["example"]),
        frozenset(word.lower() for word in rows["nothing"]),
    )


def plain(text: str) -> str:
    """A heading or a value as it is compared: without dressing, in lower case, in simplified characters."""
    return DRESSING.sub("", unicodedata.normalize("NFKC", text)).lower().translate(SIMPLE)


@lru_cache(maxsize=4096)
def field_of(heading: str, *, loose: bool = True) -> tuple[str, int] | None:
    """The field that a heading means, and how strong it is among the headings of that field (0 is the strongest).

    `loose`: it may also be told by a word in it.
    """
    if not heading or len(heading) > 3 * LONGEST:
        return None
    told = unicodedata.normalize("NFKC", heading)
    forms = (plain(told), plain(BRACKETED.sub("", told)), plain(NUMBERED.sub("", told, count=1)))
    known = words()
    if not any(forms) or len(forms[1] or forms[0]) > LONGEST or any(form in known.never for form in forms):
        return None
    for form in forms:
        if form in known.exact:
            return known.exact[form]
    if not loose:
        return None
    bare = forms[1] or forms[0]
    if (
        len(bare) > LONGEST_LOOSE
        or bare.endswith(known.ends)
        or any(one in bare for one in known.never if len(one) > 2)
    ):
        return None
    return next(((name, len(known.exact)) for part, name in known.contains if part in bare), None)


@lru_cache(maxsize=4096)
def value_of(name: str, cell: str) -> str | None:
    """The code of a value of a field (`kind`, `level`); "" for what says nothing of it, None for what is not known."""
    known = words().values[name]
    told = unicodedata.normalize("NFKC", cell)
    forms = (plain(told), plain(BRACKETED.sub("", told)), *map(plain, told.replace("/", " ").split()[:1]))
    return next((known[form] for form in forms if form in known), "" if not plain(told) else None)


def said(name: str, code: str, language: str = "zh") -> str:
    """A code of a field in the words of people: the first that the file has for it."""
    return words().shown[name].get(code, code) if language != "en" else code


def label(name: str) -> str:
    """A field or column in Chinese; one of another file by its own name."""
    known = words().names.get(name)
    return known.zh if known else name


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing: a dash, 无."""
    return unicodedata.normalize("NFKC", cell).strip().lower() in words().nothing


def is_footer(first: str) -> bool:
    """Whether a row that begins so stands below the list: who filled it in, a sum, a note."""
    told = first.strip()
    return told.startswith(words().footer) or plain(told) in words().total


def is_example(name: str) -> bool:
    """Whether a row of this name only shows how to fill in the others."""
    return name.strip().startswith(words().example)


def is_section(text: str) -> bool:
    """Whether the only text of a row heads a group of bodies: 一、县政府工作部门, （二）乡镇."""
    return SECTION.match(text) is not None
