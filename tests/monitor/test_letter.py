"""`gouji letter`: what is asked and what never is, the tone, the evidence, Word and Markdown, foreign text inert."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from docx import Document
from docx.oxml.ns import qn

from crawler.agencies.lookup import AgencyRef
from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.findings import Finding, Key
from monitor.letter.docx import docx
from monitor.letter.parts import Letter, askable, compose, escape, markdown
from tests.monitor.cookbook import AUDIT, EDUCATION, FINANCE, OFFICE, build

NOW = datetime(2025, 2, 20, 1, tzinfo=UTC)
DAY = date(2025, 2, 20)
BODY = AgencyRef("青石市财政局", "青石市财政局")
HARSH = re.compile("违规|违法|造假|弄虚|错误百出|责令|处分|追责|严重|谎报|瞒报")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return build(tmp_path_factory.mktemp("letter") / "数据")


def gouji(data: DataDir, *arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--data", str(data.root), *map(str, arguments)], env={"GOUJI_DATA": None})
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


def finding(**changes: Any) -> Finding:
    evidence = {
        "document": "ab" * 32,
        "url": "http://www.qingshi.example/1.html",
        "basis": "表头印明",
        "formula": "T3[a] == T3[b]",
        "left": 3,
        "right": 4,
        "delta": -1,
        "published_on": "2025-01-20",
        "sentence": "新收41件",
        "rows": ["一、本年新收：40 | 1"],
        "operands": [{"cell": "T3[received,total]", "raw": "40", "value": 40}],
    }
    values: dict[str, Any] = {
        "key": Key(BODY.code, 2024, "t3.balance", "total"),
        "finding_class": "fatal",
        "verdict": "fail",
        "status": "open",
        "responsibility": "source",
        "message": "左边 3，右边 4",
        "message_en": "left 3, right 4",
        "evidence": evidence,
        "suspect": None,
        "opened_at": "2025-02-01",
        "changed_at": "2025-02-01",
        "id": 12,
    }
    return Finding(**(values | changes))


def written(*found: Finding, language: str = "zh") -> Letter:
    letter = compose(BODY, 2024, found, DAY, language)
    assert letter is not None
    return letter


# --- what is asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"finding_class": "info"},
        {"finding_class": "health"},
        {"status": "shadow"},
        {"status": "resolved"},
        {"status": "explained"},
        {"status": "acknowledged"},
        {"status": "false_positive"},
        {"responsibility": "parser"},
    ],
)
def test_what_is_not_open_or_not_theirs_is_never_asked(changes: dict[str, str]) -> None:
    assert askable([finding(**changes)]) == []
    assert compose(BODY, 2024, [finding(**changes)], DAY) is None


@pytest.mark.parametrize(
    "changes", [{}, {"finding_class": "explain"}, {"finding_class": "confirm"}, {"status": "regressed"}]
)
def test_what_is_open_is_asked(changes: dict[str, str]) -> None:
    assert written(finding(**changes)).findings == (12,)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_evidence_is_in_it(language: str) -> None:
    text = markdown(written(finding(), language=language))
    for part in (
        "新收41件",
        "总计 40" if language == "zh" else "total 40",
        "表头印明",
        "<http://www.qingshi.example/1.html>",
        "2025-01-20",
        f"archive/ab/{'ab' * 32}",
        "12",
    ):
        assert part in text.replace("\\", ""), part
    assert ("一、本年新收政府信息公开申请数量：总计 40" in text) == (language == "zh")
    assert "t3.balance" not in text
    assert "T3" not in text


def test_the_tone(sample: DataDir) -> None:
    for agency, year in ((EDUCATION, 2023), (AUDIT, 2024), (FINANCE, 2024)):
        text = gouji(sample, "letter", agency, year, "--output", "-").output
        assert not HARSH.search(text)
        assert "不是对贵单位工作的评价" in text
        assert "烦请协助" in text


def test_an_absent_report_asks_for_its_publication_only(sample: DataDir) -> None:
    text = gouji(sample, "letter", AUDIT, 2024, "--output", "-").output
    assert "公布情况的函" in text.splitlines()[0]
    assert "第四十九条" in text
    assert "笔误" not in text


@pytest.mark.parametrize(
    ("rule", "verdict", "asked", "unasked"),
    [
        ("pub.state", "published_late", "首次公布的日期", "预计公布"),
        ("pub.due", "published_late", "首次公布的日期", "笔误"),
        ("pub.state", "overdue_confirmed", "预计公布", "首次公布的日期"),
    ],
)
def test_a_late_report_is_not_asked_for(rule: str, verdict: str, asked: str, unasked: str) -> None:
    text = markdown(written(finding(key=Key(BODY.code, 2024, rule, "report"), verdict=verdict)))
    assert asked in text
    assert unasked not in text


def test_cells_are_named_in_the_words_of_the_form() -> None:
    found = finding(message="数字不一致：T3[granted,total] 33 / 31。", evidence={}, finding_class="explain")
    text = markdown(written(found))
    assert "T3" not in text
    assert "予以公开·总计 33 / 31" in text


@pytest.mark.parametrize(
    ("rule", "subject", "said"),
    [
        ("year.carry", "total", "表三“总计”列 本年的上年结转 ＝ 上年年报的结转下年度继续办理：左 5，右 3"),
        ("t4.pending_floor", "reconsideration", "表四“行政复议”行 本年总计 ≥ 上年尚未审结：左 5，右 3"),
        ("t3.column_sum", "total", "（一）至（六）各行之和 ＝ （七）总计：左 5，右 3"),
        ("t3.misallocated", "business,other", ""),
    ],
)
def test_relations_are_put_into_words_or_left_to_the_sentence(rule: str, subject: str, said: str) -> None:
    evidence = {
        "formula": "sum(T3[r, total] for r in leaves) == T3[processed, total]",
        "left": 5,
        "right": 3,
        "delta": 2,
        "operands": [
            {
                "cell": f"{'T4[reconsideration' if rule[:2] == 't4' else 'T3[brought_forward'},total]",
                "raw": "5",
                "value": 5,
            },
            {"cell": "T4[reconsideration,pending](Y-2)", "raw": "3", "value": 3},
        ],
    }
    suspect = {"cell": "T3[granted,total]", "value": 60, "rivals": [], "cause": None}
    found = finding(evidence=evidence, suspect=suspect, key=Key(BODY.code, 2024, rule, subject))
    text = markdown(written(found)).replace("\\", "")
    assert ("勾稽关系" in text) == bool(said)
    assert said in text
    assert "前 2 年" in text
    assert "（一）予以公开·总计 依其余各格应为 60" in text
    assert not re.search(r"T[234]|Y-|==|leaves", text)


# --- the files -------------------------------------------------------------------------------------------------


def test_both_files_are_written_and_open(sample: DataDir, tmp_path: Path) -> None:
    gouji(sample, "letter", EDUCATION, 2023, "--output", tmp_path)
    word, mark = tmp_path / f"核实函-{EDUCATION}-2023.docx", tmp_path / f"核实函-{EDUCATION}-2023.md"
    document = Document(str(word))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == f"关于请协助核实《{EDUCATION}2023年政府信息公开工作年度报告》有关内容的函"
    assert any("应为 24" in text for text in texts)
    assert texts[0] in mark.read_text(encoding="utf-8")
    assert document.core_properties.title == texts[0]
    links = [one.target_ref for one in document.part.rels.values() if one.is_external]
    assert links == ["http://www.qingshi.example/zwgk/nb/2023/2.html"]
    fonts = {fonts.get(qn("w:eastAsia")) for one in document.paragraphs for fonts in one._element.iter(qn("w:rFonts"))}
    assert fonts == {"宋体", "黑体", "仿宋"}


def test_a_letter_that_is_there_is_not_overwritten_unasked(sample: DataDir, tmp_path: Path) -> None:
    gouji(sample, "letter", EDUCATION, 2023, "--output", tmp_path)
    mark = tmp_path / f"核实函-{EDUCATION}-2023.md"
    mark.write_text("改过", encoding="utf-8")
    assert "--force" in gouji(sample, "letter", EDUCATION, 2023, "--output", tmp_path, status=2).stderr
    assert mark.read_text(encoding="utf-8") == "改过"
    gouji(sample, "letter", EDUCATION, 2023, "--output", tmp_path, "--force")
    assert "核实" in mark.read_text(encoding="utf-8")


def test_nothing_to_ask_is_a_clear_line(sample: DataDir, tmp_path: Path) -> None:
    assert "不必发函" in gouji(sample, "letter", FINANCE, 2021, "--output", tmp_path).output
    # The only finding was acknowledged: the letter has gone out.
    assert "不必发函" in gouji(sample, "letter", OFFICE, 2024, "--output", tmp_path).output
    assert list(tmp_path.iterdir()) == []
    gouji(sample, "letter", "没有这个局", 2024, status=2)


def test_the_same_letter_has_the_same_words_as_word_and_as_markdown() -> None:
    letter = written(finding())
    document = Document(io.BytesIO(docx(letter, NOW)))
    text = "".join(one.text for one in document.paragraphs)
    for part in letter.parts:
        assert part.text in text
        assert part.url or escape(part.text) in markdown(letter)
    assert document.core_properties.created == NOW


# --- foreign text ----------------------------------------------------------------------------------------------


def test_foreign_text_is_only_text() -> None:
    hostile = "<script>x</script> [点](javascript:x) | # `a` \x07\x1b[31m \u202e \ufffe =1+1\n# 假标题"
    evidence = dict(finding().evidence) | {"sentence": hostile, "url": "http://a.example/<b>\\"}
    letter = written(finding(message=hostile, evidence=evidence))
    letter = replace(letter, agency=AgencyRef(hostile, hostile))
    text = markdown(letter)
    assert "<script>" not in text
    assert "[点]" not in text
    assert "\n# 假标题" not in text
    assert "\x1b" not in text
    assert "<http://a.example/%3Cb%3E%5C>" in text
    body = docx(letter, NOW)
    assert any("<script>" in one.text for one in Document(io.BytesIO(body)).paragraphs)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        assert b"<script>" not in package.read("word/document.xml")


def test_a_link_is_only_made_of_a_web_address() -> None:
    for url in ("javascript:alert(1)", "file:///home/a/%E6%8A%A5.html", "http://a.example/ b"):
        letter = written(finding(evidence=dict(finding().evidence) | {"url": url}))
        assert not [one for one in letter.parts if one.url]
        assert "/home/a" not in markdown(letter)


@pytest.mark.parametrize("text", ["1. 一", "- 一", "+ 一", "*一*", "_一_", "# 一", "a|b", "<b>", "&lt;", "!x", "= 一"])
def test_markdown_is_escaped(text: str) -> None:
    assert escape(text) != text


def test_names_of_files_stay_in_their_folder(sample: DataDir, tmp_path: Path) -> None:
    from contextlib import closing

    from monitor.findings import save
    from monitor.schema import open_database

    with closing(open_database(sample)) as db, db.atomic():
        db.execute("insert into agencies (code, name) values ('坏', '../../坏\n局/某科')")
        save(db, [finding(key=Key("坏", 2024, "t3.balance", "total"), id=None)])
    gouji(sample, "letter", "坏", 2024, "--output", tmp_path / "函")
    assert [path.parent for path in tmp_path.rglob("*.md")] == [tmp_path / "函"]
