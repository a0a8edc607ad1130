"""The three tables of a report as the form draws them, each cell with all that is known of it: for one page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from extract.form.labels import labels
from extract.model import Report, Row, cell_name
from extract.place import read_place
from monitor.checking.drafts import BINDING
from monitor.findings import Finding, Key
from monitor.pages.ask import Ask
from monitor.pages.safe import known, safe
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rulebook import Rulebook
from monitor.words.cells import cell_words, column_label, group_words, row_label
from monitor.words.places import place_words
from monitor.words.plain import relation_words
from monitor.words.report import LEGEND, SUSPECT, TITLES, UNSTATED, cell_text, suspect_marks
from monitor.words.verdicts import number

KNOWN_VERDICTS = {"pass": "good", "fail": "bad", "holds_if_blanks_zero": "unsure"}


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation in words, with what stands at its sides. `tone`: whether it holds."""

    words: str
    tone: str
    cells: frozenset[str]


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell: its mark is `suspect`, `rival`, `unsure` (blank, ambiguous …) or nothing; its relations as a list."""

    id: str
    words: str
    text: str
    mark: str
    raw: str
    state: str
    place: str
    relations: Markup
    proposed: Sequence[str]


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line: a heading of a group has no cells; `depth` is how far it is set in."""

    label: str
    depth: int
    cells: Sequence[FormCell] = ()
    heads: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FormTable:
    """One of the three tables."""

    title: str
    code: str
    heads: Sequence[str]
    lines: Sequence[FormLine]
    notes: Sequence[FormCell] = field(default=())


@lru_cache(maxsize=4096)
def anchor(cell: str) -> str:
    """The name by which an address leads to a cell."""
    return "c-" + "".join(char if char.isalnum() else "-" for char in cell).strip("-")


def relations_of(book: Rulebook, outcomes: Iterable[Outcome], agency: str, year: int, lang: str) -> list[Relation]:
    """Every relation between cells that was judged, in words; those that do not hold first."""
    found: dict[str, Relation] = {}
    for one in outcomes:
        tone = KNOWN_VERDICTS.get(one.verdict, "")
        noted = one.verdict == "fail" and book[one.rule].rule_class not in BINDING  # it asks, and breaks nothing
        if not tone or noted or not one.operands:
            continue
        names = [part.name for part in one.operands]
        evidence = {
            "operands": [{"cell": name} for name in names],
            "left": None if one.left is None else number(one.left),
            "right": None if one.right is None else number(one.right),
        }
        key = Key(agency, year, one.rule, one.subject)
        finding_class = book[one.rule].rule_class
        told = relation_words(
            Finding(key, finding_class, one.verdict, "open", "", "", "", evidence, None, "", ""), lang
        )
        if told:
            cells = frozenset(name for name, part in zip(names, one.operands, strict=True) if not part.years_back)
            found.setdefault(told, Relation(told, tone, cells))
    return sorted(found.values(), key=lambda one: one.tone != "bad")


def form_tables(
    ask: Ask, report: Report, findings: Sequence[Finding], relations: Sequence[Relation]
) -> list[FormTable]:
    """The tables that were read, in the form's order."""
    suspects = [one.suspect for one in findings if one.suspect is not None]
    made = _Cells(ask, report, suspect_marks(suspects), _proposals(ask, suspects), _by_cell(ask, relations))
    return [made.table(table) for table in TABLES if any(row.table == table for row in report.rows)]


def _by_cell(ask: Ask, relations: Sequence[Relation]) -> Mapping[str, Markup]:
    """The relations of each cell, drawn once each: a page shows every one at all of its cells."""
    signs = {
        "good": ask.say("成立", "holds"),
        "bad": ask.say("不符", "does not hold"),
        "unsure": ask.say("空白按 0 计则成立", "holds if blanks are 0"),
    }
    found: dict[str, list[str]] = {}
    for one in relations:
        line = f'<li><span class="tone {one.tone}">{known(signs[one.tone])}</span> {safe(one.words)}</li>'
        for cell in one.cells:
            found.setdefault(cell, []).append(line)
    return {cell: Markup("".join(lines)) for cell, lines in found.items()}  # noqa: S704  (each was made so)


def _proposals(ask: Ask, suspects: Sequence[Mapping[str, object]]) -> Mapping[str, list[str]]:
    """What each cell should be by the findings: proposed, never changed."""
    say, found = ask.say, dict[str, list[str]]()
    for one in suspects:
        if one.get("cell") and one.get("value") is not None:
            words = say(
                f"疑误：应为 {one['value']}（提示，未改动）", f"suspected: should be {one['value']} (nothing changed)"
            )
            found.setdefault(str(one["cell"]), []).append(words)
        rivals = one.get("rivals")
        for rival in rivals if isinstance(rivals, Sequence) else ():
            for change in rival.get("cells") or [rival]:
                value = change.get("value")
                words = say(f"或者这一格应为 {value}", f"or this cell should be {value}")
                found.setdefault(str(change.get("cell")), []).append(words)
    return found


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes the tables of one report."""

    ask: Ask
    report: Report
    marks: Mapping[str, str]
    proposed: Mapping[str, list[str]]
    relations: Mapping[str, Markup]

    def table(self, table: str) -> FormTable:
        rows = [row for row in self.report.rows if row.table == table]
        form = self.report.forms.get(table, "")
        lines = list(self._applications(rows, form) if table == "T3" else self._lines(table, rows, form))
        heads = [column_label(table, one, self.ask.lang, form) for one in rows[0].members]
        notes = [cell for line in lines for cell in line.cells]
        return FormTable(self.ask.say(*TITLES[table]), table, heads, lines, notes)

    def _lines(self, table: str, rows: Sequence[Row], form: str) -> Iterator[FormLine]:
        for first, (members, block) in enumerate(groupby(rows, key=lambda row: row.members)):
            if first:
                yield FormLine("", 0, heads=[column_label(table, one, self.ask.lang, form) for one in members])
            for row in block:
                yield FormLine(row_label(table, row.code, self.ask.lang, form=form), 0, self._cells(row))

    def _applications(self, rows: Sequence[Row], form: str) -> Iterator[FormLine]:
        subtotals = {row.code: row for row in self.report.subtotals}
        roles = {row.code: row.role for row in FORMS.applications(form).rows} if form else {}
        group = ""
        for row in rows:
            head, dot, _ = row.code.partition(".")
            if dot and head != group and head in labels()["group"]:
                cells = self._cells(subtotals[head]) if head in subtotals else ()
                yield FormLine(group_words(head, self.ask.lang, form), 1, cells)
            group = head if dot else ""
            label = row_label("T3", row.code, self.ask.lang, form=form)
            if dot and self.ask.lang == "en":
                label = label.rpartition(": ")[2]
            outer = roles.get(row.code) in ("flow", "opening", "closing")
            yield FormLine(label, 2 if dot else 0 if outer else 1, self._cells(row))

    def _cells(self, row: Row) -> list[FormCell]:
        parts = zip(row.members, row.raws, row.values, row.states, row.cell_places, strict=True)
        return [self._cell(row, *one) for one in parts]

    def _cell(self, row: Row, member: str, raw: str | None, value: object, state: str, place: str) -> FormCell:
        name = cell_name(row.table, row.code, member)
        sign = self.marks.get(name, "")
        mark = ("suspect" if sign == SUSPECT else "rival") if sign else "unsure" if state in UNSTATED else ""
        return FormCell(
            anchor(name),
            cell_words(name, self.ask.lang),
            cell_text(raw, value, state),  # type: ignore[arg-type]  # a state of the table's own column
            mark,
            raw if raw is not None else "",
            self.ask.say(*LEGEND[UNSTATED[state]]) if state in UNSTATED else "",  # type: ignore[index]  # asked for just there
            place_words(read_place(place), self.ask.lang) if place else "",
            self.relations.get(name, Markup()),
            tuple(dict.fromkeys(self.proposed.get(name, ()))),
        )
