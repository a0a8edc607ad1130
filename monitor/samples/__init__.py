"""Invented sample reports: both forms, consistent by construction, with errors planted by cell name."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from monitor.samples import prose, render
from monitor.samples.figures import Figure, History
from monitor.samples.layout import FormTable, applications_table, cell_names, disclosure_table, remedies_table

__all__ = ["Figure", "SampleReport", "make_history"]


@dataclass(frozen=True, slots=True)
class SampleReport:
    """One report. `figures` holds every cell by name (`T3[granted,total]`); None is printed as an empty cell.

    `form` is `2019`, `2021`, or `<表二>+<表三>` for a mixture. `stated` holds what the prose says, if that
    differs from the table.
    """

    agency: str
    year: int
    form: str
    figures: Mapping[str, Figure]
    published_on: date
    seed: int = 0
    stated: Mapping[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.agency}{self.year}年政府信息公开工作年度报告"

    @property
    def forms(self) -> tuple[str, str]:
        """The forms of 表二 and 表三."""
        first, _, second = self.form.partition("+")
        return first, second or first

    @property
    def cells(self) -> tuple[str, ...]:
        """The names of all cells, in page order."""
        return cell_names(*self.forms)

    def with_cell(self, name: str, value: Figure) -> "SampleReport":
        """The same report with one cell changed and no other cell adjusted."""
        return self.with_cells({name: value})

    def with_cells(self, values: Mapping[str, Figure]) -> "SampleReport":
        """The same report with these cells changed and no other cell adjusted."""
        unknown = values.keys() - self.figures.keys()
        if unknown:
            raise KeyError(f"no such cell in form {self.form}: {', '.join(sorted(unknown))}")
        return replace(self, figures={**self.figures, **values})

    def with_broken_carry(self, delta: int = 1, member: str = "natural_person") -> "SampleReport":
        """Brings `delta` more forward and receives fewer: the report still adds up, but the chain does not."""
        moves = {
            f"T3[{row},{column}]": sign * delta
            for row, sign in (("brought_forward", 1), ("received", -1))
            for column in (member, "total")
        }
        return self.with_cells({name: self.count(name) + move for name, move in moves.items()})

    def with_slip(self, name: str, value: int) -> "SampleReport":
        """The same report, but its prose says `value` for this cell, unlike the table."""
        if name not in self.figures:
            raise KeyError(f"no such cell in form {self.form}: {name}")
        return replace(self, stated={**self.stated, name: value})

    def count(self, name: str) -> int:
        """The value of a cell that holds a whole number."""
        value = self.figures[name]
        if not isinstance(value, int):
            raise TypeError(f"{name} holds {value!r}, not a whole number")
        return value

    def printed(self, name: str) -> str:
        """The figure as printed in the table."""
        value = self.figures[name]
        if value is None or isinstance(value, str):
            return value or ""
        if name.endswith(",change]") and value > 0:
            return f"+{value}"
        if name == "T2[procurement,amount]" and isinstance(value, Decimal):
            return f"{value}万元"
        return str(value)

    def html(self, style: render.Style = "word", *, charset: str = "utf-8", site: str = "") -> str:
        """A whole page. The `charset` is only declared: the server must encode the page."""
        parts = [
            render.table_html(block, self.printed, style)
            if isinstance(block, tuple)
            else render.paragraph_html(block, style)
            for block in self.blocks(word=style == "word")
        ]
        return render.page_html(
            title=self.title,
            site=site or self.agency,
            charset=charset,
            published=self.published_on.isoformat(),
            body="\n".join(parts),
        )

    def text(self) -> str:
        """The report as plain text, with TAB-separated table columns."""
        parts = [
            render.table_text(block, self.printed) if isinstance(block, tuple) else block
            for block in self.blocks(word=False)
        ]
        return "\n".join([self.title, *parts, ""])

    def blocks(self, *, word: bool = False) -> list[str | FormTable]:
        """Paragraphs and tables in the order of the report."""
        form_t2, form_t3 = self.forms
        headings = prose.HEADINGS[form_t2]
        return [
            prose.preamble(self.agency, self.year, form_t2),
            headings[0],
            *prose.overview(self.agency, self.year, self.seed, self._stated),
            headings[1],
            disclosure_table(form_t2, word=word),
            headings[2],
            applications_table(form_t3, word=word),
            headings[3],
            remedies_table(),
            headings[4],
            *prose.problems(self.agency, self.year, self.seed),
            headings[5],
            *prose.other_matters(self._fee_notices()),
        ]

    def _stated(self, name: str) -> str:
        return str(self.stated[name]) if name in self.stated else self.printed(name) or "0"

    def _fee_notices(self) -> str | None:
        name = "T3[other.fee_unpaid,total]"
        return self.printed(name) if self.figures.get(name) else None


def make_history(
    seed: int, agency: str, years: Sequence[int], *, form: str = "", dense: bool = False
) -> list[SampleReport]:
    """Reports of one body for `years`, linked: what one year carries forward, the next brings forward; stocks continue.

    The form is the year's own (2019 to 2020, then 2021) unless given. A `dense` sample has no zero in
    表三 and 表四. The same seed, agency and years give the same reports.
    """
    dice = random.Random(f"{seed}/{agency}")  # noqa: S311  # not used for secrets
    history = History(dice, agency, dense)
    reports: list[SampleReport] = []
    for year in range(min(years), max(years) + 1):
        used = form or ("2019" if year <= 2020 else "2021")
        first, _, second = used.partition("+")
        figures = history.year(first, second or first)
        if year in years:
            reports.append(SampleReport(agency, year, used, figures, _published(dice, agency, year), seed))
    return reports


def _published(dice: random.Random, agency: str, year: int) -> date:
    """A punctual date: governments in March, all others in January of the next year."""
    government = agency.endswith("人民政府") and not agency.endswith(("镇人民政府", "乡人民政府"))
    return date(year + 1, 3 if government else 1, 8) + timedelta(days=dice.randint(0, 16))
