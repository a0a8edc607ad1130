"""The second reading of a PDF: the engine's own text in reading order, as paragraphs, without a look at any box."""

import re
import unicodedata
from collections.abc import Sequence

from extract.content import Content

PAGE_NUMBER = re.compile(r"[-—–－]?第?\d{1,4}页?[-—–－]|第\d{1,4}页.{0,12}")  # without its spaces


def stream(pages: Sequence[str]) -> Content:
    """Each line of the text is a paragraph; the numbers of pages, above and below, are none."""
    found: list[str] = []
    for text in pages:
        lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
        lines = [
            line
            for at, line in enumerate(lines)
            if not (at in (0, len(lines) - 1) and PAGE_NUMBER.fullmatch("".join(line.split())))
        ]
        found += [" ".join(map(_folded, line.split())) for line in lines]
    return Content(tuple(found))


def _folded(text: str) -> str:
    """Radicals and doubled ideographs as the characters they stand for; figures as they are."""
    return "".join(unicodedata.normalize("NFKC", char) if _is_twin(char) else char for char in text)


def _is_twin(char: str) -> bool:
    return "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff"
