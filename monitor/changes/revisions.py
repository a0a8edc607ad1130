"""What two versions of a report say differently, page furniture aside; whether one is a copy of another. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extract.content import UNREAD, Number
from extract.model import Report, Section
from extract.prose.preamble import find_period
from monitor.changes.bounds import bounds
from monitor.changes.diff import (
    CellChange,
    CellKey,
    CellValue,
    Difference,
    Prose,
    between_versions,
    figures_of,
    sentences,
)
from monitor.changes.furniture import day_alone, moving, skeleton, without_page_lines

SHINGLE = 5
PIECE = 1000  # characters that are brought into one form together
SPACE = re.compile(r"\s+")
YEARS = re.compile(r"20\d\d")
# An address is the same by any protocol and with the port that goes without saying.
PROTOCOL = re.compile(r"https?://", re.IGNORECASE)
PORT = re.compile(r"(?<=[\w-]):(?:80|443)(?=/)", re.ASCII)


@lru_cache(maxsize=1)
def _furniture() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(line) for line in bounds()["change"]["furniture"])


def plain(report: Report) -> Report:
    """The report with its prose as people read it: no furniture of the page, one form for every character.

    What stands above the first section goes with the page: its menu, its counters, its date.
    """
    sections = [_plain(section) for section in report.sections if section.number]
    if sections:
        # What the page adds stands below the report.
        last = max(sections, key=lambda section: section.number)
        sections[sections.index(last)] = _of_lines(last, without_page_lines(last.text.splitlines()))
    return replace(report, sections=tuple(sections))


def _plain(section: Section) -> Section:
    lines = []
    for line in _one_form(section.text).splitlines():
        text = SPACE.sub("", line)
        if text and not any(mark.match(text) for mark in _furniture()):
            lines.append(PORT.sub("", PROTOCOL.sub("http://", text)))
    return _of_lines(replace(section, heading=SPACE.sub("", section.heading)), lines)


def _of_lines(section: Section, lines: Sequence[str]) -> Section:
    return replace(section, text="\n".join(lines))


def _one_form(text: str) -> str:
    if len(text) <= PIECE:
        return unicodedata.normalize("NFKC", text)
    # A run of combining marks is sorted in quadratic time, and no word has a thousand of them.
    return "\n".join(
        "".join(unicodedata.normalize("NFKC", line[at : at + PIECE]) for at in range(0, len(line), PIECE))
        for line in text.splitlines()
    )


def restless(reports: Sequence[Report]) -> frozenset[str]:
    """The lines of a page, without their figures, that are the page's by how they move: see `furniture.moving`."""
    return moving([[line for section in plain(one).sections for line in section.text.splitlines()] for one in reports])


def changed(earlier: Report, later: Report, moved: Collection[str] = ()) -> Difference:
    """What a reader of both would see changed: figures that both state or one leaves out, and sentences.

    A cell that was not read in one of them is our affair, and left out; `moved`: the lines that `restless` found.
    """
    found = between_versions(_still(plain(earlier), moved), _still(plain(later), moved))
    cells = tuple(change for change in found.changes if _read(change.before) and _read(change.after))
    prose = tuple(part for part in found.prose if _squeezed(part.removed) != _squeezed(part.added))
    return Difference(cells, found.compared, found.remarks, (*_period(earlier, later, prose), *prose))


def _period(earlier: Report, later: Report, told: Sequence[Prose]) -> Iterator[Prose]:
    """Another period of the figures: above the first section it is the report's, whatever else there is the page's."""
    if earlier.period is None or later.period is None or earlier.period == later.period:
        return
    one, two = (_spans(report) for report in (earlier, later))
    if one and two and not any(_holds(part.added, later.period) for part in told):
        yield Prose(0, "", one, two)


def _spans(report: Report) -> tuple[str, ...]:
    """The sentences above the first section that state the period of this report."""
    above = (sentence for section in report.sections if not section.number for sentence in sentences(_plain(section)))
    return tuple(sentence for sentence in above if _holds((sentence,), report.period))


def _holds(texts: Sequence[str], period: tuple[str, str] | None) -> bool:
    return any(find_period([text]) == (period, True) for text in texts)


def _still(report: Report, moved: Collection[str]) -> Report:
    if not moved:
        return report
    return replace(
        report,
        sections=tuple(
            _of_lines(section, [line for line in section.text.splitlines() if skeleton(line) not in moved])
            for section in report.sections
        ),
    )


def _read(figure: CellValue | None) -> bool:
    return figure is not None and figure.state not in UNREAD


def _squeezed(sentences: Sequence[str]) -> str:
    return "".join(sentences)


def notes(report: Report, title: str = "") -> int:
    """How often a correction is spoken of: in the title it was published under, in the report and above it."""
    note = re.compile(bounds()["change"]["note"])
    return bool(note.search(title) or note.search(report.title)) + sum(
        bool(note.search(sentence)) for section in report.sections for sentence in sentences(section)
    )


def brings_note(earlier: Report, later: Report, titles: tuple[str, str] = ("", "")) -> bool:
    """Whether the later version says that it was corrected where the earlier one did not, or says one thing more."""
    return notes(later, titles[1]) > notes(earlier, titles[0])


def stated(report: Report) -> frozenset[tuple[CellKey, Number | None]]:
    """All figures that it states: two reports of one such set agree."""
    return frozenset((key, figure.value) for key, figure in figures_of(report.rows).items() if _stated(figure))


def disagreeing(one: Report, two: Report) -> tuple[CellChange, ...]:
    """Figures that both copies state, and state differently."""
    left, right = figures_of(one.rows), figures_of(two.rows)
    return tuple(
        CellChange(_name(key), left[key], right[key])
        for key in left
        if key in right and _stated(left[key]) and _stated(right[key]) and left[key].value != right[key].value
    )


def _stated(figure: CellValue) -> bool:
    return figure.state == "number" and figure.value is not None


def _name(key: CellKey) -> str:
    return f"{key[0]}[{key[1]},{key[2]}]"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far a report is last year's: `text` its share of common text (None: too short to tell, or not the same around
    other figures), `figures` how many figures other than 0 it has, all of them last year's (None: they are not)."""

    text: float | None
    figures: int | None

    @property
    def verdict(self) -> str:
        """`same_text`, `same_figures`, or "" for a report of its own.

        The same words around other figures are a copied text, not last year's page.
        """
        limits = bounds()["republished"]
        if self.text is not None and self.text >= (limits["text"] if self.figures is not None else 1):
            return "same_text"
        return "same_figures" if self.figures is not None and self.figures >= limits["figures"] else ""


def likeness(last: Report, this: Report) -> Likeness:
    """A report beside that of the year before; years in the text do not count."""
    figures = _same_figures(last, this)
    one, two = _text(last), _text(this)
    shorter, longer = sorted((len(one), len(two)))
    limits = bounds()["republished"]
    share = None
    # Around other figures only the very same text counts: nothing of another length is worth the comparison.
    if shorter >= limits["characters"] and shorter >= (limits["text"] if figures is not None else 1) * longer:
        left, right = _shingles(one), _shingles(two)
        share = (left & right).total() / max(left.total(), right.total())
    return Likeness(share, figures)


def _text(report: Report) -> str:
    lines = (line for section in plain(report).sections for line in section.text.splitlines())
    text = "".join(line for line in lines if not day_alone(line))  # it was signed anew
    return YEARS.sub("", text)


def _shingles(text: str) -> Counter[str]:
    return Counter(text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1))


def _same_figures(last: Report, this: Report) -> int | None:
    before, now = _lines(last), _lines(this)
    if before != now or len({table for table, _ in now}) < 3:
        return None
    return sum(1 for _, values in now.values() for value in values if value)


def _lines(report: Report) -> dict[tuple[str, str], tuple[tuple[str, ...], tuple[Number | None, ...]]]:
    return {(row.table, row.code): (row.members, row.values) for row in report.rows}
