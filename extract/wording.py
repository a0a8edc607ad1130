"""Words of the form that a document prints otherwise: labels, header words, headings. Torn words are no change."""

import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import chain
from typing import Any

from extract.model import Content, Grid, Section
from extract.template import bare, normalize, token

RELATION = "（缺）本列数据的勾稽关系"
SHORTEST = 3  # fewer characters than this are a fragment, whatever they are


def _own(entry: Any) -> Iterator[str]:
    """The form's own words in a template: the first of each list of variants, every head and heading."""
    if isinstance(entry, list):
        for item in entry:
            yield from _own(item)
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key == "labels":
                yield value[0]
            elif key in ("label", "heading"):
                yield value
            elif key in ("heads", "headings"):
                yield from value
            else:
                yield from _own(value)


def _load() -> frozenset[str]:
    folder = resources.files("extract") / "templates"
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    return frozenset(bare(normalize(word)) for text in texts for word in _own(tomllib.loads(text)))


OWN = _load()


def _differs(label: str) -> bool:
    """Neither the form's word, nor a piece torn from one, nor one with more around it."""
    return len(label) >= SHORTEST and not any(label in own or (own in label and len(own) > SHORTEST) for own in OWN)


@lru_cache(maxsize=4096)
def _altered(text: str) -> bool:
    return token(text).kind in ("row", "item", "group", "head", "track") and _differs(bare(normalize(text)))


def altered_words(content: Content, sections: Sequence[Section]) -> tuple[str, ...]:
    """Labels and headings in other words than the form's, as printed; last, the missing relation above 表三."""
    grids = [block for block in content.blocks if isinstance(block, Grid)]
    # In the order of the page, each text once: most cells are the same few figures.
    words = dict.fromkeys(chain.from_iterable([row.texts for grid in grids for row in grid.rows]))
    found = [text for text in words if _altered(text)]
    found += [section.heading for section in sections if section.number and _heading_differs(section.heading)]
    if any(_is_application(text) for text in words) and not any("勾稽关系" in text for text in words):
        found.append(RELATION)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def _heading_differs(heading: str) -> bool:
    return _differs(bare(normalize(heading)))


@lru_cache(maxsize=4096)
def _is_application(text: str) -> bool:
    return token(text).kind == "row"
