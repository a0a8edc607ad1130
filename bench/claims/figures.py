"""Every number that a written text holds, in figures of any width or in words; plainer than any grammar."""

import re
import unicodedata
from collections.abc import Iterator

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}
TENS = {"十": 10, "百": 100, "千": 1000}


def numbers(text: str) -> Iterator[float]:
    """All numbers of the text, in no special order; 1.2万 is 1.2 and 12000."""
    plain = re.sub(r"(?<=\d)[,， ](?=\d)", "", unicodedata.normalize("NFKC", text))
    yield from (float(found) for found in re.findall(r"\d+(?:\.\d+)?", plain))
    yield from (100.0 for _ in range("百分之百" in plain))
    yield from (float(found) * 10_000 for found in re.findall(r"(\d+(?:\.\d+)?)万", plain))
    yield from (_worded(word) for word in re.findall("[零〇○一二两三四五六七八九十百千]+", plain))


def _worded(word: str) -> float:
    total, digit = 0, 0
    for character in word:
        if character in TENS:
            total, digit = total + (digit or 1) * TENS[character], 0
        else:
            digit = DIGITS[character]
    return float(total + digit)
