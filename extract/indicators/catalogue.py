"""What indicators.toml says: the words of the header, the units, and the code of each label that is known."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from extract.form.forms import CodeWords
from extract.form.template import REMARK, bare, normalize

Column = Literal["name", "unit", "year", "cumulative"]
AMONG = re.compile(r"^其中[:：]?")  # 其中：1.网站公开
PRINTED_YEAR = re.compile(r"^(20[0-9]{2})年?(?:度|数|数量|度数)?$")


class Catalogue(NamedTuple):
    """`codes` has the code of a label under the code of a line above it ("": under any)."""

    columns: Mapping[str, Column]
    units: frozenset[str]
    codes: Mapping[tuple[str, str], str]
    detect: Mapping[str, frozenset[str]]
    words: Mapping[str, CodeWords]

    @property
    def parents(self) -> frozenset[str]:
        """The codes whose label says which line one below it is."""
        return frozenset(under for under, _ in self.codes if under)

    def code(self, label: str, parent: str = "") -> str:
        """The code of a printed label; "" where nobody named it."""
        whole = plain_label(label)
        for plain in (whole, REMARK.sub("", whole)):
            if code := self.codes.get((parent, plain)) or self.codes.get(("", plain)):
                return code
        return ""

    def column(self, head: str) -> Column | None:
        """What a printed head of the table says that its column holds; a year is printed as 「2011年度」."""
        plain = normalize(head)
        return "year" if PRINTED_YEAR.match(plain) else self.columns.get(plain)

    def form(self, codes: Iterable[str]) -> str:
        """The national table whose lines these are; `local` where it is another one."""
        found = frozenset(codes)
        return next((form for form, own in self.detect.items() if found & own), "local")


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue as it is written."""
    data = tomllib.loads((files("extract.indicators") / "indicators.toml").read_text(encoding="utf-8"))
    return Catalogue(
        columns={normalize(text): column for column, texts in data["columns"].items() for text in texts},
        units=frozenset(data["units"]),
        codes={
            (one.get("under", ""), plain_label(label)): code
            for code, one in data["indicator"].items()
            for label in one["labels"]
        },
        detect={form: frozenset(codes) for form, codes in data["detect"].items()},
        words={code: CodeWords(one["zh"], one["en"], one["zh"], one["en"]) for code, one in data["indicator"].items()},
    )


def plain_label(label: str) -> str:
    """A label for comparison: without white space, 其中, leading ordinals and a last colon."""
    return bare(AMONG.sub("", normalize(label))).rstrip("：")


def printed_year(head: str) -> int | None:
    """The year that a head of the table prints."""
    found = PRINTED_YEAR.match(normalize(head))
    return int(found[1]) if found else None
