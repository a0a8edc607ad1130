"""A fault of our reading is told as ours, one of the publisher as theirs: in every format, whatever the fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from sqlite_utils import Database

from bench._papers import Paper, mht, pdf, xlsx
from extract.content import UNREAD, Content, Grid, GridRow, Second
from extract.model import Report, cell_name
from extract.parse import parse
from extract.places import with_own_places
from extract.readers import read
from extract.second_reading import read_again
from extract.store.load import load_reports
from extract.store.write import Reading, save
from monitor.checking.judgement import judge_agency
from monitor.findings import Observation
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import OURS, Context, Outcome
from monitor.reconcile.rulebook import load
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word
from tests.extract.test_store import db as db

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BOOK = load()
[REPORT] = make_history(11, "示例县财政局", [2023], dense=True)
[OLDER] = make_history(12, "示例县教育局", [2020], dense=True)
# Family of readers → the report as one of its files.
FORMATS: Mapping[str, Callable[[SampleReport], Paper]] = {
    "html": lambda one: Paper(one, "html", "word", "a.html", one.html("word").encode()),
    "plain page": lambda one: Paper(one, "html", "plain", "a.htm", one.html("plain").encode()),
    "mht": lambda one: Paper(one, "mht", "page", "a.mht", mht(one)),
    "docx": lambda one: Paper(one, "docx", "merged", "a.docx", word.report_docx(one, word.merged)),
    "xlsx": lambda one: Paper(one, "xlsx", "one", "a.xlsx", xlsx(one, "one")),
    "pdf": lambda one: Paper(one, "pdf", "ruled", "a.pdf", pdf(one, "ruled")),
    "pdf with page breaks": lambda one: Paper(one, "pdf", "paged", "a.pdf", pdf(one, "paged")),
}
# A label that only one row of the form has, by the row's code.
LABELS = {"received": "新收政府信息公开申请", "granted": "予以公开", "licenses": "行政许可", "processed": "（七）总计"}
Fault = Callable[[GridRow], GridRow | None]


def labels(fault: Fault) -> Sequence[tuple[str, str]]:
    """Two of them, others for the next fault."""
    return [*LABELS.items()][FAULTS.index(fault) % 2 :: 2]


@cache
def usual(kind: str) -> Content:
    return content_of(kind, REPORT)


def content_of(kind: str, report: SampleReport) -> Content:
    paper = FORMATS[kind](report)
    return read(paper.body, paper.name)


def read_of(content: Content) -> Report:
    report = parse(content)
    assert isinstance(report, Report), report
    return with_own_places(read_again(report, content), content)


# --- faults of a reader: what it makes of one row ----------------------------------------------------------------


def figures(row: GridRow) -> list[int]:
    """The places of the figures in a row."""
    return [at for at, text in enumerate(row.texts) if text.replace(".", "").isdigit()]


def shifted(row: GridRow) -> GridRow:
    """Every figure stands one column further right; the last one is gone."""
    places = figures(row)
    texts = list(row.texts)
    for at, before in zip(places[1:], places, strict=False):
        texts[at] = row.texts[before]
    texts[places[0]] = ""
    return row._replace(texts=tuple(texts))


def lost(_row: GridRow) -> None:
    return None


def split_in_two(row: GridRow) -> GridRow:
    """A figure's digits are two cells."""
    at = max(figures(row), key=lambda one: len(row.texts[one]))
    texts = (*row.texts[:at], row.texts[at][:1], row.texts[at][1:] or "0", *row.texts[at + 1 :])
    return GridRow(texts, tuple(range(len(texts))), (1,) * len(texts), (1,) * len(texts))


def spaced(row: GridRow) -> GridRow:
    """A figure's digits stand apart in its cell."""
    at = max(figures(row), key=lambda one: len(row.texts[one]))
    return changed(row, at, " ".join(row.texts[at]) if len(row.texts[at]) > 1 else f"{row.texts[at]} 1")


def misread(row: GridRow) -> GridRow:
    """One digit is another one."""
    at = figures(row)[-1]
    return changed(row, at, f"{int(row.texts[at][0]) % 9 + 1}{row.texts[at][1:]}")


def emptied(row: GridRow) -> GridRow:
    return changed(row, figures(row)[0], "")


def exchanged(row: GridRow) -> GridRow:
    """Two figures in each other's places."""
    places = figures(row)
    if len(places) == 1:
        return misread(row)
    first = places[0]
    other = next((at for at in places if row.texts[at] != row.texts[first]), first)
    return changed(changed(row, first, row.texts[other]), other, row.texts[first])


def changed(row: GridRow, at: int, text: str) -> GridRow:
    return row._replace(texts=(*row.texts[:at], text, *row.texts[at + 1 :]))


FAULTS: Sequence[Fault] = (shifted, lost, split_in_two, spaced, misread, emptied, exchanged)


def falsified(blocks: Sequence[str | Grid], label: str, fault: Fault) -> tuple[str | Grid, ...]:
    """The blocks with a fault in the row of this label; in lines of text where the reading has no grids."""
    found: list[str | Grid] = []
    done = False
    for block in blocks:
        if isinstance(block, str) or done:
            found.append(block)
            continue
        rows, places = list[GridRow](), [*block.places]
        for number, row in enumerate(block.rows):
            if not done and figures(row) and any(label in "".join(text.split()) for text in row.texts):
                done = True
                made = fault(row)
                if made is None:
                    places[number : number + 1] = []
                    continue
                if places:
                    places[number] = (block.places[number] * 2)[: len(made.texts)]
                row = made
            rows.append(row)
        found.append(replace(block, rows=tuple(rows), places=tuple(places)))
    assert done, label
    return tuple(found)


# --- what is told of it -------------------------------------------------------------------------------------------


def opened(report: Report) -> Iterator[Outcome]:
    """What would be a finding of this report."""
    for outcome in check_report(BOOK, report, Context()).others:
        if outcome.verdict in BOOK[outcome.rule].opens and outcome.reason not in OURS:
            yield outcome


def blamed(report: Report) -> set[tuple[str, str]]:
    """The findings that blame the publisher."""
    told = ((one, one.responsibility or BOOK[one.rule].responsibility) for one in opened(report))
    return {(one.rule, one.subject) for one, whose in told if whose == "source"}


def wrong(report: Report, truth: SampleReport) -> dict[str, object]:
    """Figures that are stated and are not those of the document."""
    return {
        name: (raw, truth.printed(name))
        for row in report.rows
        for member, raw, value in zip(row.members, row.raws, row.values, strict=True)
        if (name := cell_name(row.table, row.code, member)) in truth.figures
        and value is not None
        and raw != truth.printed(name)
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_read_twice_and_right_blames_nobody(kind: str) -> None:
    for truth in (REPORT, OLDER):
        report = read_of(content_of(kind, truth))
        assert report.ways
        assert (report.differed, report.once, report.problems) == (0, (), ())
        assert report.agreed == sum(value is not None for row in report.rows for value in row.values) > 150
        assert (wrong(report, truth), blamed(report)) == ({}, set())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_fault_of_our_first_reading_is_told_as_ours(kind: str, fault: Fault) -> None:
    content = usual(kind)
    for code, label in labels(fault):
        report = read_of(replace(content, blocks=falsified(content.blocks, label, fault)))
        [row] = [one for one in report.rows if one.code == code]
        assert wrong(report, REPORT) == {}, code
        assert not UNREAD.isdisjoint(row.states), code
        assert any(one.where.startswith(row.table) and code in one.where for one in report.problems), code
        assert report.doubt == "not_whole"
        assert blamed(report) == set(), code


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if not kind.startswith("pdf")])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_of_the_second_reading_makes_nothing_wrong(kind: str, fault: Fault) -> None:
    content = usual(kind)
    assert content.second is not None
    again = content.second.read()
    for code, label in labels(fault):
        other = replace(again, blocks=falsified(again.blocks, label, fault))
        report = read_of(replace(content, second=Second(content.second.ways, lambda other=other: other)))  # type: ignore[misc]  # mypy infers no lambda with a default
        [row] = [one for one in report.rows if one.code == code]
        assert (wrong(report, REPORT), blamed(report)) == ({}, set()), code
        assert not report.read_twice(row.table, code) or "ambiguous" in row.states, code


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind.startswith("pdf")])
def test_a_figure_that_the_text_of_a_pdf_has_otherwise_is_nobodys(kind: str) -> None:
    content = usual(kind)
    assert content.second is not None
    lines = [str(block) for block in content.second.read().blocks]
    figure = REPORT.printed("T3[received,total]")
    at = next(at for at, line in enumerate(lines) if "新收政府信息公开申请数量" in line and figure in line.split())
    words = [f"{figure}7" if word == figure else word for word in lines[at].split()]
    lines[at] = " ".join(words)
    report = read_of(replace(content, second=Second(("boxes", "stream"), lambda: Content(tuple(lines)))))
    assert "T3[received,total]" in {one.where for one in report.problems}
    assert (wrong(report, REPORT), blamed(report)) == ({}, set())


def without(blocks: Sequence[str | Grid], words: str) -> tuple[str | Grid, ...]:
    """The blocks without the table that has these words."""
    return tuple(
        block
        for block in blocks
        if isinstance(block, str) or not any(words in "".join(text.split()) for row in block.rows for text in row.texts)
    )


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "xlsx"])  # a sheet is one grid
@pytest.mark.parametrize("words", ["未经复议直接起诉", "行政事业性收费"])
def test_a_table_that_one_reading_lost_is_not_said_to_be_missing(kind: str, words: str) -> None:
    content = usual(kind)
    blocks = without(content.blocks, words)
    assert len(blocks) < len(content.blocks)
    report = read_of(replace(content, blocks=blocks))
    assert len(report.forms) == 2
    assert report.doubt == "not_whole"
    assert blamed(report) == set()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("cell", ["T3[granted,total]", "T3[processed,natural_person]", "T3[received,business]"])
def test_a_fault_of_the_publisher_is_told_as_theirs(kind: str, cell: str) -> None:
    truth = REPORT.with_cell(cell, REPORT.count(cell) + 3)
    report = read_of(content_of(kind, truth))
    assert (report.differed, report.once, wrong(report, truth)) == (0, (), {})
    assert any(rule.startswith("t3.") for rule, _ in blamed(report))


# --- what a finding says of it ------------------------------------------------------------------------------------


def judged(db: Database, reports: Sequence[Report]) -> list[Observation]:
    readings = [
        Reading(f"{number}" * 64, f"http://127.0.0.1/{number}", report, "2024-01-20T00:00:00Z")
        for number, report in enumerate(reports)
    ]
    save(db, readings, "1", NOW)
    code = db.execute("select code from agencies").fetchone()[0]
    return judge_agency(BOOK, Context(), code, load_reports(db, code), {})


@pytest.mark.parametrize("kind", FORMATS)
def test_a_finding_says_that_its_figures_were_read_twice(db: Database, kind: str) -> None:
    truth = REPORT.with_cell("T3[granted,total]", REPORT.count("T3[granted,total]") + 3)
    broken = [one for one in judged(db, [read_of(content_of(kind, truth))]) if one.key.rule.startswith("t3.row_sum")]
    assert broken
    assert all(one.evidence["read_twice"] and one.responsibility == "source" for one in broken)


def test_a_finding_on_a_row_that_only_one_reading_has_does_not_say_so(db: Database) -> None:
    truth = REPORT.with_cell("T3[granted,total]", REPORT.count("T3[granted,total]") + 3)
    content = content_of("docx", truth)
    assert content.second is not None
    other = content.second.read()
    less = replace(other, blocks=falsified(other.blocks, LABELS["granted"], lost))
    report = read_of(replace(content, second=Second(content.second.ways, lambda: less)))
    assert report.once == ("T3[granted]",)
    seen = judged(db, [report])
    about = {one.key.subject: "read_twice" in one.evidence for one in seen if one.key.rule == "t3.row_sum"}
    assert about == {"granted": False}


def test_figures_of_two_years_were_read_twice_only_if_both_were(db: Database) -> None:
    earlier, later = make_history(13, "示例县财政局", [2022, 2023], dense=True)
    later = later.with_broken_carry(2)
    twice = [read_of(content_of("docx", one)) for one in (earlier, later)]
    once = replace(twice[0], ways=(), agreed=0, once=())
    for before, told in ((twice[0], True), (once, False)):
        carried = [one for one in judged(db, [before, twice[1]]) if one.key.rule == "year.carry"]
        assert carried
        assert all(one.evidence.get("read_twice", False) is told for one in carried)
