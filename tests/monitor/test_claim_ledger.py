"""The claims of a report on their whole road: read, judged, kept with their places, shown, tried over what is stored."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.ground.data import DataDir, create
from extract.model import Report, Section
from extract.place import TextSpan, read_place
from extract.reading import read_report
from monitor.asking.rules import published
from monitor.cli import main
from monitor.reconcile.rulebook import load
from monitor.samples import make_history
from monitor.schema import open_database


def run(data: DataDir, *line: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(data.root), *line])


SENTENCE = "结转下年度继续办理{}件"


def sample(year: int = 2023, slip: int = 0) -> str:
    report = make_history(7, "示例县财政局", [year])[0]
    text = report.html()
    printed = report.printed("T3[carried_forward,total]")
    assert SENTENCE.format(printed) in text
    return text.replace(SENTENCE.format(printed), SENTENCE.format(int(printed) + slip))


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    """A data directory with two reports; in that of 2023 the prose contradicts table 3."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "2023.html").write_text(sample(2023, slip=3), encoding="utf-8")
    (folder / "2022.html").write_text(sample(2022), encoding="utf-8")
    data = create(DataDir(tmp_path / "data"))
    for line in (["add", str(folder)], ["extract"], ["check"]):
        assert run(data, *line).exit_code == 0
    return data


def test_a_claim_is_kept_with_its_verdict_and_with_its_place_in_text_and_document(data: DataDir) -> None:
    db = open_database(data)
    rows = list(
        db.query(
            "select c.*, r.year, s.text from claims c join reports r on r.id = c.report "
            "join sections s on s.report = c.report and s.section = c.section"
        )
    )
    assert {row["verdict"] for row in rows} == {"pass", "fail"}
    for row in rows:
        assert row["text"][row["start"] :].startswith(row["sentence"])
        assert isinstance(read_place(row["place"]), TextSpan)
    (failed,) = [row for row in rows if row["verdict"] == "fail"]
    assert (failed["year"], failed["concept"], failed["relation"]) == (2023, "carried_forward", "=")
    [(message,)] = db.execute("select message from findings where rule = 'claim.cell'")
    assert failed["sentence"] in message
    assert "结转下年度" in message


def test_judging_again_changes_no_claim_and_reading_again_brings_them_back(data: DataDir) -> None:
    before = claims(data)
    assert run(data, "check", "--all").exit_code == 0
    assert claims(data) == before
    assert run(data, "extract", "--all").exit_code == 0
    assert run(data, "check").exit_code == 0
    assert claims(data) == before


def claims(data: DataDir) -> list[tuple[object, ...]]:
    return (
        open_database(data)
        .execute(
            "select r.year, c.concept, c.value, c.section, c.start, c.verdict, c.matched from claims c "
            "join reports r on r.id = c.report order by 1, 4, 5, 2"
        )
        .fetchall()
    )


def test_a_finding_of_the_prose_resolves_once_the_prose_is_mended(data: DataDir, tmp_path: Path) -> None:
    mended = tmp_path / "mended"
    mended.mkdir()
    (mended / "2023.html").write_text(sample(2023), encoding="utf-8")
    for line in (["add", str(mended)], ["extract"], ["check"]):
        assert run(data, *line).exit_code == 0
    db = open_database(data)
    assert db.execute("select status from findings where rule = 'claim.cell'").fetchall() == [("resolved",)]


def test_show_sets_the_sentence_beside_the_cell(data: DataDir) -> None:
    shown = run(data, "show", "示例县财政局", "2023")
    assert "正文与表格" in shown.stdout
    assert "≠ “结转下年度继续办理" in shown.stdout
    told = json.loads(run(data, "show", "示例县财政局", "2023", "--json").stdout)["claims"]
    assert [one["concept"] for one in told if one["verdict"] == "fail"] == ["carried_forward"]


def test_the_rules_tell_what_they_found_and_how_often_they_are_right(data: DataDir) -> None:
    rules = {one["rule"]: one for one in json.loads(run(data, "rules", "--json").stdout)}
    assert set(rules) == {*load().rules, *published()}
    assert rules["claim.cell"]["hits"] == 1
    before = rules["claim.cell"]["precision"]
    db = open_database(data)
    [(number,)] = db.execute("select id from findings where rule = 'claim.cell'")
    assert run(data, "dismiss", str(number), "--reason", "口径不同").exit_code == 0
    after = json.loads(run(data, "rules", "claim.cell", "--json").stdout)["precision"]
    assert after == {"right": before["right"], "told": before["told"] + 1}
    assert run(data, "rules", "claim.nothing").exit_code == 2


def test_a_rule_is_tried_over_everything_stored_and_nothing_is_kept(data: DataDir) -> None:
    db = open_database(data)
    before = db.execute("select * from findings").fetchall()
    tried = json.loads(run(data, "check", "--backtest", "claim.cell", "--json").stdout)
    assert (tried["reports"], tried["hits"], tried["by_year"]) == (2, 1, {"2023": 1})
    assert tried["examples"][0]["subject"] == "carried_forward"
    assert db.execute("select * from findings").fetchall() == before
    assert "举例 1 处" in run(data, "check", "--backtest", "claim.cell").stdout


def test_the_place_of_a_clause_counts_paragraphs_and_characters() -> None:
    section = Section(1, "一、总体情况", "甲乙丙\n丁戊己庚", paragraph=4, offset=7)
    assert section.place(1, 3) == "p4 s8-10"
    assert section.place(5, 7) == "p5 s1-3"


def test_a_section_knows_where_it_begins() -> None:
    report = read_report(sample().encode(), "a.html")
    assert isinstance(report, Report)
    starts = [(one.paragraph, one.offset) for one in report.sections if one.text]
    assert starts == sorted(starts)
    assert len(set(starts)) == len(starts)
