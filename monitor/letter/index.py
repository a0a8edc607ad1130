"""The list of a folder of letters: to whom each goes, about what, whom to call; as Markdown and as a workbook."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.alerts.digest import clean
from monitor.asking.awaited import Contact
from monitor.export.sheet_file import Linked, Sheet, book_bytes
from monitor.letter.parts import Letter, escape, letter_words
from monitor.words.terminal import cut

UNFIT = re.compile(r"[^\w.()（）-]+")
LONGEST_NAME = 40  # characters of a body's name in the name of a file: three bytes each, of 255
INDEX = "index"


@dataclass(frozen=True, slots=True)
class Filed:
    """A letter with the stem of its files and whom to write to."""

    letter: Letter
    stem: str
    contacts: tuple[Contact, ...] = ()


def filed(letters: Sequence[Letter], word: str, contacts: Mapping[str, tuple[Contact, ...]]) -> list[Filed]:
    """The letters with names of files that are safe anywhere; of two bodies with one name the code tells them apart."""
    taken: set[str] = set()
    found = []
    for letter in letters:
        stem = stem_of(letter, word)
        if stem.casefold() in taken:
            stem = f"{stem}-{UNFIT.sub('_', letter.agency.code)[-LONGEST_NAME:]}"
        number = 2
        while (own := stem if number == 2 else f"{stem}-{number - 1}").casefold() in taken:
            number += 1
        taken.add(own.casefold())
        found.append(Filed(letter, own, contacts.get(letter.agency.code, ())))
    return found


def stem_of(letter: Letter, word: str) -> str:
    """核实函-示例县财政局-2025; of letters about several years, from the first to the last."""
    years = f"{letter.year}" if letter.first in (0, letter.year) else f"{letter.first}-{letter.year}"
    return UNFIT.sub("_", f"{word}-{letter.agency.name}"[:LONGEST_NAME]).strip("._") + f"-{years}"


def index_files(found: Sequence[Filed], language: str) -> dict[str, bytes]:
    """The list under the names of its files."""
    words = letter_words()[language]["index"]
    rows = [_row(one) for one in found]
    lines = [
        f"# {words['title']}",
        "",
        "| " + " | ".join(words["headings"]) + " |",
        "|" + "---|" * len(words["headings"]),
        *("| " + " | ".join([*map(escape, row[:-1]), f"[{escape(row[-1])}](<{row[-1]}>)"]) + " |" for row in rows),
    ]
    sheet = Sheet(
        words["sheet"],
        words["headings"],
        [[*row[:-1], Linked(row[-1], row[-1])] for row in rows],
        title=words["title"],
        as_text=(4, 5),
    )
    return {f"{INDEX}.md": ("\n".join(lines) + "\n").encode(), f"{INDEX}.xlsx": book_bytes([sheet])}


def _row(one: Filed) -> list[str]:
    letter, contacts = one.letter, one.contacts
    years = f"{letter.year}" if letter.first in (0, letter.year) else f"{letter.first}–{letter.year}"
    told = [
        cut(
            "；".join(dict.fromkeys(clean(getattr(contact, name)) for contact in contacts if getattr(contact, name))),
            200,
        )
        for name in ("name", "phone", "email")
    ]
    return [clean(letter.agency.name), years, clean(letter.about), *told, f"{one.stem}.docx"]
