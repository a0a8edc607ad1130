"""One invented report in many dressings: what a dressing is, the plain copy that it starts from, and how several are worn at once.

The list of dressings was made from the handbook (templates.md §6–10, portals.md) and the cases before the readers were
looked at. Each is a small function with a name, in the dressings_*.py beside this; dressings_all.py has read them all.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import chain

from monitor.samples import SampleReport, make_history, prose
from tests.extract import forms_printed as printed
from tests.extract.forms_printed import Figures, Table
from tests.monitor.layouts import BODY, YEARS

Change = Callable[["Sheet", str], str]
Encode = Callable[[str], bytes]

# The order in which they are put on: each step leaves what the next one looks for.
PRINTER, LABELS, FIGURES, TABLES, PAGE, BYTES = range(6)
CELL = re.compile(r"<td([^<>]*)>([^<>]*)</td>")
FIGURE = re.compile(r"[-+]?\d[\d.]*(?:万元)?")


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """A report that is printed in every dressing."""

    name: str
    sample: SampleReport
    before: SampleReport
    """The report of the year before."""

    @property
    def title(self) -> str:
        return self.sample.title

    @property
    def day(self) -> str:
        return self.sample.published_on.isoformat()

    def blocks(self, write: Callable[[Table], str], paragraph: Callable[[str], str]) -> list[str]:
        """The parts of the report in their order, each written down."""
        one = self.sample
        figures = Figures({name: one.printed(name) for name in one.cells})
        headings = [paragraph(text) for text in prose.HEADINGS[one.form]]

        def stated(name: str) -> str:
            return str(one.stated[name]) if name in one.stated else one.printed(name)

        tables = (
            printed.disclosure(figures, one.form),
            printed.applications(figures, one.form),
            printed.remedies(figures),
        )
        parts = [
            [paragraph(text) for text in prose.overview(one.agency, one.year, one.seed, stated)],
            *([write(table)] for table in tables),
            [paragraph(text) for text in prose.problems(one.agency, one.year, one.seed)],
            [paragraph("本年度未收取信息处理费，没有其他需要报告的事项。")],
        ]
        first = paragraph(prose.preamble(one.agency, one.year, one.form))
        return [first, *chain.from_iterable([head, *part] for head, part in zip(headings, parts, strict=True))]

    def html(self) -> str:
        """The plain copy as a page."""
        return page(self, "\n".join(self.blocks(printed.html, lambda text: f"<p>{escape(text)}</p>")))

    def text(self, write: Callable[[Table], str] = printed.tabs) -> str:
        """The plain copy as text."""
        return "\n\n".join([self.title, *self.blocks(write, str)]) + "\n"


def page(sheet: Sheet, content: str, *, head: str = "", title: str | None = None, h1: str | None = None) -> str:
    """A page around the report; without `h1` its title stands above it."""
    top = f"<h1>{sheet.title}</h1>" if h1 is None else h1
    named = sheet.title if title is None else title
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{named}</title>{head}</head>\n'
        f"<body>{top}\n<!--text-->\n{content}\n<!--/text-->\n</body></html>\n"
    )


def content_of(html: str) -> str:
    """What stands in a page below the title."""
    return html.partition("<!--text-->\n")[2].rpartition("\n<!--/text-->")[0]


def around(html: str, before: str = "", after: str = "", *, close: bool = False) -> str:
    """The page with something above the title and below the report; `close` to the text: between title and text."""
    if close:
        return html.replace("<!--text-->", f"{before}<!--text-->", 1).replace("<!--/text-->", f"<!--/text-->{after}", 1)
    return html.replace("<body>", f"<body>{before}", 1).replace("</body>", f"{after}</body>", 1)


def cells(html: str, write: Callable[[str], str], *, figures: bool) -> str:
    """The page with the text of its figures, or of its labels, written otherwise."""

    def one(found: re.Match[str]) -> str:
        spans, text = found.groups()
        wanted = bool(text) and bool(FIGURE.fullmatch(text)) == figures
        return f"<td{spans}>{write(text) if wanted else text}</td>"

    return CELL.sub(one, html)


@dataclass(frozen=True, slots=True)
class Dressing:
    """One way in which the plain copy is published."""

    name: str
    about: str
    kind: str
    """What it starts from: `html` or `text`."""
    step: int
    change: Change | None
    encode: Encode | None
    file: str


DRESSINGS: dict[str, Dressing] = {}


def _keep(
    kind: str, step: int, file: str, function: Callable[..., object], change: Change | None, encode: Encode | None
) -> None:
    name = function.__name__.replace("_", " ")
    name = f"text: {name}" if kind == "text" else name
    if name in DRESSINGS:
        raise ValueError(name)
    DRESSINGS[name] = Dressing(name, function.__doc__ or "", kind, step, change, encode, file)


def on_figures(write: Callable[[str], str]) -> Callable[[str], str]:
    """A dressing of the text of each figure."""
    _keep("html", FIGURES, "", write, lambda _, html: cells(html, write, figures=True), None)
    return write


def on_labels(write: Callable[[str], str]) -> Callable[[str], str]:
    """A dressing of the text of each label of the tables."""
    _keep("html", LABELS, "", write, lambda _, html: cells(html, write, figures=False), None)
    return write


def on_tables(change: Callable[[str], str]) -> Callable[[str], str]:
    """A dressing of the markup of the tables."""
    _keep("html", TABLES, "", change, lambda _, html: change(html), None)
    return change


def on_page(change: Change, file: str = "") -> Change:
    """A dressing of what is around the report."""
    _keep("html", PAGE, file, change, change, None)
    return change


def in_file(file: str) -> Callable[[Change], Change]:
    """A dressing of the page that is published under another name of file."""
    return lambda change: on_page(change, file)


def in_bytes(encode: Encode) -> Encode:
    """A dressing of the bytes of a page."""
    _keep("html", BYTES, "", encode, None, encode)
    return encode


def as_text(change: Change) -> Change:
    """A dressing of the whole of a text."""
    _keep("text", PAGE, "", change, change, None)
    return change


def as_markdown(change: Change) -> Change:
    """The same in a file of Markdown."""
    _keep("text", PAGE, "report.md", change, change, None)
    return change


def printed_as(change: Change) -> Change:
    """A text whose tables are printed otherwise."""
    _keep("text", PRINTER, "", change, change, None)
    return change


def text_in_bytes(encode: Encode) -> Encode:
    """A dressing of the bytes of a text."""
    _keep("text", BYTES, "", encode, None, encode)
    return encode


def dressed(sheet: Sheet, *worn: Dressing) -> tuple[bytes, str]:
    """The sheet in these dressings, and the name of its file."""
    kind = worn[0].kind
    written = sheet.html() if kind == "html" else sheet.text()
    file = "report.html" if kind == "html" else "report.txt"
    encode: Encode = _utf8
    for one in sorted(worn, key=lambda one: one.step):
        written = one.change(sheet, written) if one.change else written
        file, encode = one.file or file, one.encode or encode
    return encode(written), file


def _utf8(text: str) -> bytes:
    return text.encode()


def together(seed: int, of: Sequence[str], size: int = 3) -> tuple[Dressing, ...]:
    """Some dressings worn at once: of one kind, each of another step (or it would undo the other)."""
    dice = random.Random(seed)
    kind = dice.choice(["html", "html", "html", "text"])
    steps = sorted({one.step for one in DRESSINGS.values() if one.kind == kind})
    chosen = sorted(dice.sample(steps, min(size, len(steps))))
    return tuple(
        dice.choice([one for name, one in DRESSINGS.items() if name in of and (one.kind, one.step) == (kind, step)])
        for step in chosen
    )


@cache
def sheets() -> tuple[Sheet, ...]:
    """One report without a fault, and one of each form with wrong figures, unstated cells and a slip in the prose."""
    good = make_history(11, BODY, YEARS["2021"], form="2021", dense=True)
    wrong = {form: make_history(11, BODY, YEARS[form], form=form) for form in YEARS}
    return (
        Sheet("right", good[1].with_cell("T2[licenses,decisions]", 12_345), good[0]),
        *(Sheet(f"wrong, {form}", unstated(spoilt(two[1])), two[0]) for form, two in wrong.items()),
    )


def spoilt(sample: SampleReport) -> SampleReport:
    """Wrong totals, a broken balance, and another figure in the prose."""
    moved = {
        "T3[granted,total]": 9,
        "T3[received,business]": 3,
        "T3[processed,natural_person]": 1_200,
        "T4[reconsideration,total]": 2,
        "T2[licenses,decisions]": 12_000,
    }
    changed = sample.with_cells({name: sample.count(name) + more for name, more in moved.items()})
    return changed.with_slip("T3[carried_forward,total]", sample.count("T3[carried_forward,total]") + 5)


def unstated(sample: SampleReport) -> SampleReport:
    """Two cells that state nothing."""
    return sample.with_cells(
        dict.fromkeys(("T3[refused.state_secret,research]", "T3[not_processed.repeat,social]"), "")
    )
