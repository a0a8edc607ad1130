"""The second reading of a PDF: the engine's own text in reading order, as paragraphs, without a look at any box."""

import re
import unicodedata
from collections.abc import Sequence

from extract.content import DOUBT, Content

PAGE_NUMBER = re.compile(r"[-—–－]?第?\d{1,4}页?[-—–－]|第\d{1,4}页.{0,12}")  # without its spaces


SCATTERED = 3  # one line in so many holds a single ideograph: each sign was set on its own
_FIGURE = re.compile(r"[0-9０-９.,，+\-–—－/／无件]{1,20}")


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
        texts = [" ".join(map(_folded, line.split())) for line in lines]
        if SCATTERED * sum(map(_is_ideograph, texts)) > len(texts):
            # Nobody can tell here where one number ends and the next begins.
            texts = [text + DOUBT if _FIGURE.fullmatch(text) else text for text in texts]
        found += texts
    return Content(tuple(found))


def _is_ideograph(text: str) -> bool:
    return len(text) == 1 and "\u3400" <= text <= "\u9fff"


def _folded(text: str) -> str:
    """Radicals and doubled ideographs as the characters they stand for; figures as they are."""
    return "".join(unicodedata.normalize("NFKC", char) if _is_twin(char) else char for char in text)


def _is_twin(char: str) -> bool:
    return "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff"
