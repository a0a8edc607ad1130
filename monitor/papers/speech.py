"""What a paper says, in its language: two texts side by side, days, lists, names of kinds and divisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crawler.agencies.divisions import divisions
from monitor.codebook import code_lists
from monitor.duty.deadlines import texts
from monitor.duty.standing import State
from monitor.papers.paper import clean


@dataclass(frozen=True, slots=True)
class Speech:
    """The language of a paper."""

    lang: str

    def __call__(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def day(self, day: str | date | None) -> str:
        """A day as people write it: 2025年1月31日."""
        if not day:
            return ""
        found = date.fromisoformat(day[:10]) if isinstance(day, str) else day
        return self(f"{found.year}年{found.month}月{found.day}日", f"{found.day} {found:%B %Y}")

    def short_day(self, day: date) -> str:
        """A day without its year: 1月31日."""
        return self(f"{day.month}月{day.day}日", f"{day.day} {day:%B}")

    def listed(self, parts: Iterable[str]) -> str:
        """Parts one after the other: 甲，乙."""
        return self("，", ", ").join(filter(None, parts))

    def joined(self, parts: Iterable[str]) -> str:
        """Sentences or notes one after the other: 甲；乙."""
        return self("；", "; ").join(dict.fromkeys(filter(None, parts)))

    def coded(self, kind: str, code: str | None) -> str:
        """The word for a code of the codebook; "" where there is none."""
        words = code_lists()[kind].get(code or "")
        return words[self.lang] if words else ""

    def division(self, code: str | None) -> str:
        """The name of a division; its code where the table does not know it."""
        if not code:
            return self("未注明区划", "division not stated")
        return divisions().get(code[:6], clean(code))

    def state(self, state: State) -> str:
        """How a body stands."""
        return texts().standing[state][self.lang]

    def layer(self, layer: str) -> str:
        """Whose day it is: the law's, or a local order's."""
        found = texts().layer.get(layer)
        return found[self.lang] if found else ""

    def by(self, by: str) -> str:
        """What tells the day of publication."""
        found = texts().by.get(by)
        return found[self.lang] if found else ""
