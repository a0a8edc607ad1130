"""What a judgement about a portal rests on, for a Chinese reader; the database keeps the wording of the ledger."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from monitor.codebook import code_lists

PHRASES = "evidence.toml"
LONGEST = 600  # characters of a detail that are put into words


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording of the ledger, what stands in its place, and an example."""

    pattern: re.Pattern[str]
    zh: str
    says: str

    def told(self, match: re.Match[str]) -> str:
        """The Chinese for one match; the word of a verdict that it holds is put into words."""
        words = code_lists()["fetch_verdict"]
        word = match["word"] if "word" in self.pattern.groupindex else ""
        return match.expand(self.zh).replace("{word}", words[word]["zh"] if word in words else word)


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every wording of evidence.toml, in its order."""
    data = tomllib.loads((files("monitor.words") / PHRASES).read_text(encoding="utf-8"))
    return tuple(Phrase(re.compile(entry["pattern"]), entry["zh"], entry["says"]) for entry in data["phrase"])


def evidence_words(detail: str, language: str) -> str:
    """The detail as the reader understands it; what is quoted from the site stands as it is."""
    if language == "zh":
        detail = detail if len(detail) <= LONGEST else f"{detail[: LONGEST - 1]}…"
        for phrase in phrases():
            detail = phrase.pattern.sub(phrase.told, detail)
    return detail
