"""Texts, names and link targets as a workbook may hold them: foreign ones can neither act nor break the file."""

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import urlsplit

LONGEST_TEXT = 32_767  # characters of a cell; a longer text would be left out without a word
LONGEST_NAME = 31  # of a sheet
LONGEST_TARGET = 2_000  # of a link
# Control characters except tab and line feed, halves of pairs, what turns the direction of writing, non-characters.
ACTING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
IN_NO_NAME = re.compile(r"[\[\]:*?/\\]")
IN_NO_ADDRESS = re.compile(r"[\s\"<>|^`{}\x00-\x1f]")
# A file beside the workbook: plain names, no drive, no other machine, no way up.
BESIDE = re.compile(r"[\w（）()〔〕、，。·\-]+(?:[./ ][\w（）()〔〕、，。·\-]+)*")


def plain(text: str) -> str:
    """The text as a cell holds it: what would act is replaced, and what no cell holds is cut with an ellipsis."""
    text = ACTING.sub("\ufffd", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def sheet_name(text: str, taken: Collection[str] = ()) -> str:
    """A name that a sheet may bear, and none of these bears (`taken`, casefolded)."""
    name = " ".join(IN_NO_NAME.sub(" ", plain(text)).split()).strip("' ")[:LONGEST_NAME] or "Sheet"
    name = f"{name}_" if name.casefold() == "history" else name  # Excel keeps this one for itself
    number, shown = 1, name
    while shown.casefold() in taken:
        number += 1
        shown = f"{name[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    return shown


def link_target(target: str) -> str | None:
    """Where a cell may lead: an http or https address, or a file below the workbook's folder; None for all else."""
    if not target or len(target) > LONGEST_TARGET or IN_NO_ADDRESS.search(target.replace(" ", "") or "\0"):
        return None
    if target.lower().startswith(("http://", "https://")):
        try:
            host = urlsplit(target).hostname
        except ValueError:
            return None
        return target if host and " " not in target and not ACTING.search(target) else None
    return f"external:{target}" if BESIDE.fullmatch(target) else None


def text_width(text: str) -> int:
    """How wide a column must be for the text's longest line, in the width of a digit."""
    return 2 + max((sum(2 if _wide(char) else 1 for char in line) for line in text.splitlines()), default=0)


def _wide(char: str) -> bool:
    return char > "\u2e7f" or (char > "\x7f" and unicodedata.east_asian_width(char) in "WF")
