"""Words that all packages use: kinds and levels of public bodies, and a text in both languages."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["government", "office", "department", "township", "street", "zone", "vertical", "institution"]

Level = Literal["national", "province", "prefecture", "county", "township", ""]

KINDS: tuple[Kind, ...] = (
    "government",
    "office",
    "department",
    "township",
    "street",
    "zone",
    "vertical",
    "institution",
)

LEVELS: tuple[Level, ...] = ("national", "province", "prefecture", "county", "township")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages."""

    zh: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.zh
