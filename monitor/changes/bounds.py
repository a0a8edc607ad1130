"""rules/publication.toml: bounds and words of what happens to a report after it was published."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from crawler.ground.vocabulary import Bilingual


@lru_cache(maxsize=1)
def bounds() -> Mapping[str, Any]:
    """The whole file."""
    file = resources.files("monitor") / "rules" / "publication.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words(table: str, name: str) -> Bilingual:
    """A text of the file in both languages."""
    entry = bounds()[table][name]
    return Bilingual(entry["zh"], entry["en"])
