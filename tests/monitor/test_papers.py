"""The bulletin and the profile: what they say, that they open, that no text acts, what stands in place of charts."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from docx import Document
from docx.oxml.ns import qn
from parsel import Selector
from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef
from crawler.ground.data import DataDir, create
from crawler.ground.errors import GoujiError
from monitor.asking.body_profile import body_profile
from monitor.asking.bulletin import Bulletin, bulletin
from monitor.asking.missing import CoverageEntry
from monitor.cli import main
from monitor.codebook import code_lists
from monitor.findings import load
from monitor.papers.brief import brief
from monitor.papers.chart import BarChart, CurveChart, Span, SpanChart, draw, missing, spec
from monitor.papers.drawing import DrawnPicture, drawn
from monitor.papers.page import html
from monitor.papers.paper import DataTable, Heading, Paper, Paragraph, Part, Picture, linked
from monitor.papers.profile import profile
from monitor.papers.word import docx
from monitor.reconcile.rulebook import load as load_rules
from monitor.schema import open_database
from tests.monitor.cookbook import AUDIT, CIVIL, CONFIG, EDUCATION, FINANCE, OFFICE, build
from tests.office import LIBREOFFICE

NOW = datetime(2025, 2, 13, tzinfo=UTC)
DAY = date(2025, 2, 13)
HOSTILE = '<script>alert(1)</script>&=HYPERLINK("http://x")\x07\u202e]]>{{7*7}}某局'


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return build(tmp_path_factory.mktemp("papers") / "data")


@pytest.fixture
def db(data: DataDir) -> Iterator[Database]:
    with closing(open_database(data)) as found:
        yield found


@pytest.fixture
def told(db: Database) -> Bulletin:
    return bulletin(db, CONFIG, NOW, year=2024)


def texts(parts: tuple[Part, ...]) -> Iterator[str]:
    """Every text of a paper."""
    for part in parts:
        if isinstance(part, Heading):
            yield part.text
        elif isinstance(part, Paragraph):
            yield "".join(run.text for run in part.runs)
        elif isinstance(part, DataTable):
            yield part.caption
            yield from (column.title for column in part.columns)
            yield from (run.text for row in part.rows for cell in row for run in cell)
        elif isinstance(part, Picture):
            yield from (part.caption, part.said, json.dumps(spec(part.chart), ensure_ascii=False))


def whole(paper: Paper) -> str:
    return "\n".join([paper.title, *texts(paper.parts)])


def after(paper: Paper, heading: str) -> list[Part]:
    """The parts below a heading, up to the next one."""
    at = next(place for place, part in enumerate(paper.parts) if isinstance(part, Heading) and heading in part.text)
    found: list[Part] = []
    for part in paper.parts[at + 1 :]:
        if isinstance(part, Heading):
            break
        found.append(part)
    return found


def test_the_bulletin_says_who_published_who_is_missing_and_of_whom_nothing_can_be_said(told: Bulletin) -> None:
    paper = brief(told, "zh", DAY)
    said = "\n".join(texts(tuple(after(paper, "一、总体情况"))))
    assert "应公布 2024 年度报告的 9 个：按期公布 5 个，逾期未公布 1 个，尚未到期 1 个，无法判断 2 个" in said
    missing_ones = "\n".join(texts(tuple(after(paper, "（三）逾期未公布"))))
    assert AUDIT in missing_ones
    assert "青石市人民政府" in missing_ones, "the portal by its name"
    assert "qingshi" not in missing_ones
    unjudged = "\n".join(texts(tuple(after(paper, "（一）无法判断是否公布"))))
    assert "临河县教育局" in unjudged
    assert "临河县" not in "\n".join(texts(tuple(after(paper, "（三）逾期未公布")))), "an outage is nobody's absence"


def test_who_came_late_is_listed_with_the_days_and_what_tells_them(db: Database) -> None:
    paper = brief(bulletin(db, CONFIG, NOW, year=2023), "zh", DAY)
    said = "\n".join(texts(tuple(after(paper, "（四）迟公布"))))
    assert CIVIL in said
    assert "2024-02-08" in said
    assert "以页面所标日期计" in said


def test_what_people_decided_is_respected_with_its_reason(told: Bulletin) -> None:
    paper = brief(told, "zh", DAY)
    settled = "\n".join(texts(tuple(after(paper, "已说明或经核实排除的"))))
    assert FINANCE in settled
    assert "上年有两件由市民政局移交，已电话核实" in settled
    assert "已知悉：已发核实函，等待更正" in whole(paper), "what is merely noted stands, with what was said of it"
    dismissed = [replace(one, status="false_positive", note="读取有误") for one in told.open[:1]]
    other = replace(told, open=told.open[1:], settled=tuple(dismissed))
    assert "读取有误" in "\n".join(texts(tuple(after(brief(other, "zh", DAY), "已说明或经核实排除的"))))


def test_an_absence_that_was_explained_is_in_no_list_of_the_missing(told: Bulletin) -> None:
    entries = tuple(
        replace(one, decision="explained", note="机构撤并", decided_on="2025-02-12") if one.name == AUDIT else one
        for one in told.entries
    )
    paper = brief(replace(told, coverage=replace(told.coverage, entries=entries)), "zh", DAY)
    assert AUDIT not in "\n".join(texts(tuple(after(paper, "（三）逾期未公布"))))
    assert "机构撤并" in "\n".join(texts(tuple(after(paper, "已说明或已核实的"))))


def test_every_case_has_cells_sentence_page_and_archived_copy(told: Bulletin) -> None:
    paper = brief(told, "zh", DAY)
    tables = [part for part in after(paper, "附件1") if isinstance(part, DataTable)]
    rows = [row for table in tables for row in table.rows]
    assert {one.key.agency for one in told.open} == {
        one.key.agency for one in told.open if any(one.key.agency in row[1][0].text for row in rows)
    }
    for row in rows:
        assert any(run.url.startswith("http://www.qingshi.example/") for run in row[4])
        assert any(re.search("存档 [0-9a-f]{12}", run.text) for run in row[4])
        assert row[3][0].text not in ("", "–")
    first = next(row for row in rows if OFFICE in row[1][0].text)
    assert "行政复议" in first[2][0].text
    annexed = "\n".join(texts(tuple(after(paper, "附件2"))))
    assert all(one.document in annexed for one in told.entries if one.document)


def test_rates_are_added_up_and_held_against_the_same_bodies(told: Bulletin) -> None:
    pooled = told.together["disclosure"]
    each = [one.rate for rates in told.rates.values() for one in rates if one.rate.indicator == "disclosure"]
    assert pooled.rate.numerator == sum(one.numerator or 0 for one in each if one.state != "unstated")
    assert pooled.counted + pooled.left_out == len(each) == 5
    assert told.same["disclosure"].bodies == 5 < told.before["disclosure"].counted, "five of nine have both years"
    assert told.same["unavailable"].bodies == 4, "one of them leaves a cell of it unstated"


CODES = sorted(
    {code for codes in code_lists().values() for code in codes if "_" in code}
    | set(load_rules().rules)
    | {"T2[", "T3[", "T4[", "S3["}
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_no_code_is_in_a_bulletin(db: Database, lang: str, year: int) -> None:
    said = whole(brief(bulletin(db, CONFIG, NOW, year=year), lang, DAY))
    assert not [code for code in CODES if code in said]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [FINANCE, EDUCATION, AUDIT, "临河县财政局"])
def test_no_code_is_in_a_profile(db: Database, lang: str, name: str) -> None:
    said = whole(profile(body_profile(db, CONFIG, NOW, AgencyRef(name, name)), lang, DAY))
    assert not [code for code in CODES if code in said]


def test_the_profile_has_every_year_the_chain_and_its_first_break(db: Database) -> None:
    told = body_profile(db, CONFIG, NOW, AgencyRef(FINANCE, FINANCE))
    paper = profile(told, "zh", DAY)
    assert told.of == (2019, 2020, 2021, 2022, 2023, 2024)
    chain = "\n".join(texts(tuple(after(paper, "三、结转链"))))
    assert "首次不符在 2024 年度" in chain
    assert "自然人 3 → 5" in chain
    versions = body_profile(db, CONFIG, NOW, AgencyRef(EDUCATION, EDUCATION)).versions
    assert [(one.year, one.current) for one in versions if one.year == 2022] == [(2022, False), (2022, True)]


def test_a_word_file_opens_with_headings_repeated_heads_and_numbered_pages(told: Bulletin) -> None:
    document = Document(io.BytesIO(docx(brief(told, "zh", DAY), NOW)))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 8
    assert len(document.tables) > 8
    for table in document.tables:
        assert table.rows[0]._tr.trPr is not None
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    sizes = {(section.page_width, section.page_height) for section in document.sections}
    assert len(sizes) == 2, "upright, and across for the annex"
    assert "eastAsia" in document.styles["Normal"].element.xml
    targets = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert targets
    assert all(target.startswith("http://www.qingshi.example/") for target in targets)


def test_a_page_needs_nothing_else_and_runs_nothing(told: Bulletin) -> None:
    page = Selector(html(brief(told, "zh", DAY)).decode())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content").get() or ""
    assert policy.startswith("default-src 'none'")
    assert not page.xpath("//script|//link|//iframe|//object|//form|//@src")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert all(link.startswith("http://www.qingshi.example/") for link in page.xpath("//a/@href").getall())
    assert len(page.xpath("//figure|//table/caption[starts-with(., '图')]")) == 2
    assert page.xpath("//table/thead/tr/th[@scope='col']")


def renamed(told: Bulletin) -> Bulletin:
    entries = tuple(replace(one, name=HOSTILE, url="javascript:alert(1)", reason=HOSTILE) for one in told.entries)
    found = tuple(
        replace(
            one,
            message=HOSTILE,
            note=HOSTILE,
            evidence={**one.evidence, "url": "javascript:alert(1)", "sentence": HOSTILE, "basis": HOSTILE},
        )
        for one in told.open
    )
    return replace(told, coverage=replace(told.coverage, entries=entries), open=found, division=HOSTILE)


def test_hostile_names_and_addresses_do_nothing(told: Bulletin) -> None:
    paper = brief(renamed(told), "zh", DAY)
    page = Selector(html(paper).decode())
    assert not page.xpath("//script")
    assert not [link for link in page.xpath("//a/@href").getall() if not link.startswith("http")]
    assert "<script>alert(1)</script>" in "".join(page.xpath("//td//text()").getall())
    document = Document(io.BytesIO(docx(paper, NOW)))
    told_texts = [cell.text for row in document.tables[-3].rows for cell in row.cells]
    assert any("<script>alert(1)</script>" in text for text in told_texts)
    assert "\x07" not in whole(paper)
    assert "\u202e" not in whole(paper)
    assert all(rel.target_ref.startswith("http") for rel in document.part.rels.values() if rel.is_external)


def test_a_hostile_body_has_a_profile_that_does_nothing(db: Database) -> None:
    told = body_profile(db, CONFIG, NOW, AgencyRef(FINANCE, FINANCE))
    versions = tuple(replace(one, url="javascript:alert(1)") for one in told.versions)
    paper = profile(replace(told, body=told.body._replace(name=HOSTILE), versions=versions), "zh", DAY)
    page = Selector(html(paper).decode())
    assert not page.xpath("//script")
    assert all(link.startswith("http") for link in page.xpath("//a/@href").getall())
    assert "<script>alert(1)</script>" in Document(io.BytesIO(docx(paper, NOW))).paragraphs[0].text
    assert "\x07" not in whole(paper)


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("http://a.example/x?y=1&z=2", True),
        ("https://a.example/", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ('http://a.example/"onmouseover="x', False),
        ("http://a.example/ b", False),
        ("\nhttp://a.example/", False),
        (None, False),
    ],
)
def test_a_link_leads_to_pages_alone(url: str | None, leads: bool) -> None:
    assert bool(linked(url)) is leads


@pytest.mark.parametrize("lacking", ["package", "fonts"])
def test_without_charts_their_tables_stand_and_one_line_says_what_to_install(told: Bulletin, lacking: str) -> None:
    paper = brief(told, "zh", DAY)
    parts = list(drawn(paper, lacking))
    assert not [part for part in parts if isinstance(part, (DrawnPicture, Picture))]
    said = [part for part in parts if isinstance(part, Paragraph) and "以表代图" in part.runs[0].text]
    assert len(said) == 1
    assert any(isinstance(part, DataTable) and part.caption.startswith("图1") and part.rows for part in parts)


CHARTS = (
    CurveChart(
        ((date(2025, 1, 1), 0), (date(2025, 1, 20), 4)), ((date(2025, 1, 31), "法定期限"),), 5, ("已公布", "应公布")
    ),
    SpanChart((Span("公开率", "2023", 0.2, 0.1, 0.3), Span("公开率", "2024", 0.3, 0.2, 0.4)), ("2023", "2024"), "比率"),
    BarChart((("2023", "新收", 3), ("2024", "新收", 0)), ("新收",), "件"),
)


@pytest.mark.skipif(bool(missing()), reason="vl-convert or Chinese fonts are not installed")
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_charts_are_drawn_without_a_network(chart: Any) -> None:
    found = draw(chart)
    assert found.png.startswith(b"\x89PNG")
    assert found.width > 300
    assert "<script" not in found.svg
    assert not re.search(r'(href|src)="http', found.svg)


def run(data: DataDir, *line: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, [*line, "--data", str(data.root)])


@pytest.mark.parametrize("ending", ["docx", "html"])
def test_the_commands_write_a_file_and_never_one_that_somebody_changed(
    data: DataDir, tmp_path: Path, ending: str
) -> None:
    for name, line in (("brief", ("brief", "--year", "2024")), ("profile", ("profile", FINANCE))):
        file = tmp_path / f"{name}.{ending}"
        assert run(data, *line, str(file)).exit_code == 0
        body = file.read_bytes()
        assert len(body) > 10_000
        assert run(data, *line, str(file)).exit_code == 0, "one that is as it was written is replaced"
        file.write_bytes(b"edited by hand")
        refused = run(data, *line, str(file))
        assert refused.exit_code == 2
        assert file.read_bytes() == b"edited by hand"
        assert run(data, *line, str(file), "--force").exit_code == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {f".{ending}"}, "nothing half written is left"


def test_json_is_one_value(data: DataDir, tmp_path: Path) -> None:
    result = run(data, "brief", "--year", "2023", str(tmp_path / "a.html"), "--json")
    said = json.loads(result.stdout)
    assert (said["year"], said["bodies"], said["due"]) == (2023, 9, 9)
    said = json.loads(run(data, "profile", FINANCE, str(tmp_path / "b.html"), "--json").stdout)
    assert said["agency_name"] == FINANCE


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (("brief", "通报.txt"), 2, "结尾定格式"),
        (("brief", "通报"), 2, "结尾定格式"),
        (("brief", "--year", "2031", "通报.html"), 2, "还不会有"),
        (("brief", "--division", "99", "通报.html"), 3, "没有这个区划或类别的机关"),
        (("brief", "--kind", "zone", "通报.html"), 3, "没有这个区划或类别的机关"),
        (("brief", "--year", "2009", "通报.html"), 0, "已写好"),
        (("brief", "没有的目录/通报.html"), 3, "写不了"),
        (("profile", "青石市", "档案.html"), 2, "可能是"),
        (("profile", "无此局", "档案.html"), 2, "没有机关"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(
    data: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...], status: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(data, *line)
    assert (result.exit_code, said in result.output) == (status, True), result.output
    assert "Traceback" not in result.output
    if status:
        assert list(tmp_path.iterdir()) == []


def test_a_register_without_bodies_gives_no_bulletin(tmp_path: Path) -> None:
    empty = create(DataDir(tmp_path / "data"))
    result = run(empty, "brief", str(tmp_path / "通报.docx"))
    assert (result.exit_code, "名录里还没有机关" in result.output) == (3, True)
    assert not (tmp_path / "通报.docx").exists()


def test_a_body_of_which_nothing_is_known_has_no_profile(tmp_path: Path) -> None:
    found = create(DataDir(tmp_path / "data"))
    with closing(open_database(found)) as db:
        db.execute("insert into agencies (code, name, kind, source) values ('甲局', '甲局', 'department', 'csv')")
        with pytest.raises(GoujiError, match="nothing about"):
            body_profile(db, CONFIG, NOW, AgencyRef("甲局", "甲局"))


def test_without_libreoffice_a_pdf_says_what_to_install_and_writes_nothing(data: DataDir, tmp_path: Path) -> None:
    result = run(data, "brief", "--year", "2024", str(tmp_path / "通报.pdf"), PATH=str(tmp_path))
    assert (result.exit_code, "apt install libreoffice-writer" in result.output) == (3, True)
    assert list(tmp_path.iterdir()) == []


@LIBREOFFICE
def test_a_pdf_has_all_pages(data: DataDir, tmp_path: Path) -> None:
    file = tmp_path / "档案.pdf"
    assert run(data, "profile", FINANCE, str(file)).exit_code == 0
    body = file.read_bytes()
    assert body.startswith(b"%PDF")
    with closing(pypdfium2.PdfDocument(body)) as document:
        assert len(document) >= 5
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842), "A4"


def test_one_body_alone_and_a_year_without_reports_are_papers_too(told: Bulletin, db: Database) -> None:
    alone = replace(told, coverage=replace(told.coverage, entries=told.entries[:1]), open=(), settled=(), rates={})
    assert "没有未了结的核对事项" in whole(brief(alone, "zh", DAY))
    early = bulletin(db, CONFIG, NOW, year=2009)
    paper = brief(early, "zh", DAY)
    assert "本年度还没有读到可以计算的报告" in whole(paper)
    assert html(paper)


def test_three_thousand_bodies_are_one_paper(told: Bulletin) -> None:
    first = next(one for one in told.entries if one.url and one.day)
    entries = tuple(_copy(first, number) for number in range(3000))
    many = replace(told, coverage=replace(told.coverage, entries=entries))
    document = Document(io.BytesIO(docx(brief(many, "zh", DAY), NOW)))
    assert max(len(table._tbl.tr_lst) for table in document.tables) == 3001
    assert len(html(brief(many, "en", DAY))) > 500_000


def _copy(one: CoverageEntry, number: int) -> CoverageEntry:
    name = f"示例{number:04}县教育局"
    return replace(one, agency=name, name=name, division=f"34{number % 9:02}21", url=f"http://127.0.0.1/{number}.html")


def test_findings_of_one_cause_are_one_case(db: Database) -> None:
    paper = brief(bulletin(db, CONFIG, NOW, year=2023), "zh", DAY)
    rows = [row for part in after(paper, "附件1") if isinstance(part, DataTable) for row in part.rows]
    mine = [row for row in rows if EDUCATION in row[1][0].text]
    assert len(mine) == 1
    assert len(load(db, "agency = ? and year = 2023 and class = 'fatal' and status = 'open'", [EDUCATION])) == 2
    assert "印 25，依其余各格应为 24" in mine[0][2][0].text
    assert any(run.mark for run in mine[0][3])
