"""Every code that can reach a sentence has its words, in both languages: lines, groups, cells, columns, tables, problems."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TABLES, TRACK_MEMBERS
from extract.form.labels import PARTS, cells, labels
from monitor.letter.parts import in_words
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context, Operand, Outcome
from monitor.reconcile.rulebook import load
from monitor.words.cells import cell_label, cell_words, column_label, group_words, row_label, row_words
from monitor.words.report import report_lines, suspect_line
from monitor.words.verdicts import message
from tests.monitor.building import make_report

LANGUAGES = ("zh", "en")
IDS = tuple(form.id for form in FORMS.forms)
CODE = re.compile(r"[a-z]+_[a-z_]+|[a-z]+\.[a-z]+|\b[TS][234]\b")  # what no sentence holds


def _lines() -> Iterator[tuple[str, str, str]]:
    """Form, table and code of every line that a document can have, the labels of groups among them."""
    for table in TABLES:
        for form in FORMS.names(table):
            yield from ((form, table, code) for code in cells(table, form))
    for form in IDS:
        yield from ((form, "T3", code) for code in groups(form))


def groups(form: str) -> list[str]:
    """The groups of 表三 beside whose label a document can print figures."""
    text = (files("extract") / "templates" / f"{form}.toml").read_text(encoding="utf-8")
    return [group["code"] for group in tomllib.loads(text)["T3"]["groups"] if group["code"]]


LINES = list(_lines())


def is_plain(text: str, language: str) -> bool:
    """Words, and no code; in Chinese not a single letter."""
    return bool(text) and not (re.search("[A-Za-z]", text) if language == "zh" else CODE.search(text))


def test_the_groups_of_the_forms_are_known_to_the_words() -> None:
    assert {code for form in IDS for code in groups(form)} == set(labels()["group"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "table", "code"), LINES)
def test_every_line_and_cell_in_words(form: str, table: str, code: str, language: str) -> None:
    members = cells(table, form).get(code, MEMBERS)
    for text in (
        row_label(table, code, language),
        row_label(table, code, language, short=True),
        row_words(table, code, language),
        cell_words(f"{table}[{code}]", language),
        in_words(f"{table}[{code}]", language),
    ):
        assert is_plain(text, language)
    for member in members:
        cell = f"{table}[{code},{member}]"
        for text in (
            cell_words(cell, language),
            cell_label(table, code, member, language),
            column_label(table, member, language),
            in_words(cell, language),
        ):
            assert is_plain(text, language)
        assert is_plain(suspect_line({"cell": cell, "value": 3}, {}, language).removeprefix(cell), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", labels()["group"])
def test_a_group_in_words(code: str, language: str) -> None:
    assert is_plain(group_words(code, language), language)
    for member in MEMBERS:
        assert is_plain(cell_words(f"S3[{code},{member}]", language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_and_tables_in_words(language: str) -> None:
    for table, members in (("T3", MEMBERS), ("S3", MEMBERS), ("T4", TRACK_MEMBERS)):
        assert all(is_plain(column_label(table, member, language), language) for member in members)
    for form in IDS:
        for measures in cells("T2", form).values():
            assert all(is_plain(column_label("T2", measure, language), language) for measure in measures)
    assert set(PARTS) == set(labels()["table"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "table", "code"), LINES)
def test_a_problem_of_any_line_is_told_in_words(form: str, table: str, code: str, language: str) -> None:
    """What the reader says of a line becomes a finding of health wherever a rule picks it up."""
    book = load()
    kinds = [rule for rule in book.rules.values() if rule.method == "problems" and rule.params["table"] == table]
    assert kinds or table == "T2"
    for rule in kinds:
        for kind in rule.params["codes"]:
            report = make_report(
                {}, form=FORMS.having(table, form).id, problems=(f"{kind}@{table}[{code}]@样例", f"{kind}@{table}@样例")
            )
            told = [one for one in check_report(book, report, Context()).failed if one.rule == rule.id]
            assert len(told) == 2
            assert all(is_plain(message(book, one, language), language) for one in told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "table", "code"), LINES)
def test_a_verdict_on_any_line_is_told_in_words(form: str, table: str, code: str, language: str) -> None:
    """As subject, as operand, and as a cell that states nothing."""
    book = load()
    for member in cells(table, form).get(code, MEMBERS):
        operand = Operand(table, code, member, "1", 1, "number", side="left")
        for subject in (operand.name, f"{table}[{code}]", table):
            count = Outcome("t3.count", subject, "fail", 1, 2, -1, (operand,), (operand.name,), year=2024)
            balance = Outcome("t3.balance", subject, "fail", 1, 2, -1, (operand,), binding={"m": "total"}, year=2024)
            lacking = Outcome("t3.count", subject, "not_assessable", unstated=(operand.name,), reason="unstated")
            for one in (count, balance, lacking):
                assert is_plain(message(book, one, language), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", IDS)
def test_figures_beside_every_group_are_laid_out(form: str, language: str) -> None:
    report = make_report({("S3", group, member): 3 for group in groups(form) for member in MEMBERS}, form=form)
    told = check_report(load(), report, Context())
    assert {one.rule for one in told.failed} >= {"t3.subtotal"}
    for line in report_lines(report, {}, language):
        assert not CODE.search(line.removeprefix("  "))
