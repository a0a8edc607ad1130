"""Tables that a page shows as pictures: page and pictures are one report; what is not read is told, never zero."""

import base64
from collections.abc import Mapping
from email.message import EmailMessage
from io import BytesIO

import pytest

from bench._scans import Print, table_of
from bench.scans import score
from extract.content import DOUBT, Grid
from extract.model import Problem, Report
from extract.pictured import held_pictures
from extract.place import PictureBox
from extract.readers import html, read
from extract.readers._ocr import engine
from extract.reading import Apart, read_report
from monitor.samples import SampleReport, make_history
from tests.extract.pictured_pages import pictured_page
from tests.extract.scanned import needs_ocr

BASE = "http://a.gov.cn/nb/1.html"


@pytest.fixture(scope="module")
def sample() -> SampleReport:
    [report] = make_history(5, "示例县教育局", [2024], dense=True)
    return report


@pytest.fixture(scope="module")
def pictures(sample: SampleReport) -> Mapping[str, bytes]:
    return pictured_page(sample)[1]


def apart(pictures: Mapping[str, bytes]) -> Apart:
    """The pictures as the archive has them: by their addresses, and by names of their own."""
    return Apart({f"http://a.gov.cn/nb/{name}": name for name in pictures}, pictures.__getitem__)


def page(text: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body><div class="TRS_Editor">{text}</div></body></html>'.encode()


@needs_ocr
def test_three_tables_in_three_pictures_are_one_report_and_each_figure_says_in_which(
    sample: SampleReport, pictures: Mapping[str, bytes]
) -> None:
    result = read_report(pictured_page(sample)[0], BASE, apart=apart(pictures))
    assert isinstance(result, Report)
    assert score(sample, result, 0, 1)[:3] == (len(sample.cells), 0, 0)
    assert (result.status, result.problems) == ("complete", ())
    assert [section.number for section in result.sections][-6:] == [1, 2, 3, 4, 5, 6]
    for row in result.rows:
        number = {"T2": 1, "T3": 2, "T4": 3}[row.table]
        assert {isinstance(place, PictureBox) and place.picture for place in row.places} == {number}, row.code


@needs_ocr
def test_what_a_page_writes_is_read_from_the_page_and_only_the_rest_from_pictures(
    sample: SampleReport, pictures: Mapping[str, bytes]
) -> None:
    body, _ = pictured_page(sample, pictured=("T4",))
    [name] = pictured_page(sample, pictured=("T4",))[1]
    embedded = body.replace(
        f'src="{name}"'.encode(), b'src="data:image/png;base64,' + base64.b64encode(pictures["W3.png"]) + b'"'
    )
    result = read_report(embedded, "1.html")
    assert isinstance(result, Report)
    assert score(sample, result, 0, 1)[:3] == (len(sample.cells), 0, 0)
    kinds = {row.table: {type(place).__name__ for place in row.places} for row in result.rows}
    assert kinds == {"T2": {"GridCell"}, "T3": {"GridCell"}, "T4": {"PictureBox"}}


@needs_ocr
def test_pictures_that_the_page_does_not_lead_to_are_read_behind_it(
    sample: SampleReport, pictures: Mapping[str, bytes]
) -> None:
    body = pictured_page(sample)[0].replace(b"<img ", b"<i ")
    one = {name: body for name, body in pictures.items() if name == "W1.png"}
    result = read_report(body, BASE, apart=apart(one))
    assert isinstance(result, Report)
    assert "T2" in result.forms
    assert not [row for row in result.rows if row.table == "T2" and None in row.values]


def test_without_the_extra_the_page_is_read_and_says_what_to_install(
    sample: SampleReport, pictures: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "NEEDED", ("no_such_module_as_this",))
    result = read_report(pictured_page(sample)[0], BASE, apart=apart(pictures))
    assert isinstance(result, Report)
    [told] = [problem for problem in result.problems if problem.code == "ocr_missing"]
    assert "gouji[ocr]" in told.detail
    assert (result.status, result.forms, result.doubt) != ("complete", {}, "")
    assert not [value for row in result.rows for value in row.values if value is not None]


@pytest.mark.parametrize("text", ["", "<p>附件</p>", "<p>示例县教育局</p><p>2025年1月20日</p>"])
def test_without_the_extra_nobody_can_say_that_pictures_alone_are_no_report(
    pictures: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    body = page(text + "".join(f'<p><img src="{name}"></p>' for name in pictures))
    monkeypatch.setattr(engine, "NEEDED", ("no_such_module_as_this",))
    result = read_report(body, BASE, apart=apart(pictures))
    assert isinstance(result, Problem)
    assert (result.code, "gouji[ocr]" in result.detail) == ("ocr_missing", True)
    without = read_report(page(text or "<p>附件</p>"), BASE)
    assert isinstance(without, Problem)
    assert without.code == "not_a_report"


@needs_ocr
@pytest.mark.parametrize("broken", [b"", b"\x89PNG\r\n\x1a\nxxxx", b"no picture at all"])
def test_a_picture_that_is_no_good_costs_itself_alone(sample: SampleReport, broken: bytes) -> None:
    result = read_report(pictured_page(sample)[0], BASE, apart=apart({"W1.png": broken}))
    assert isinstance(result, Report)
    assert result.status != "complete"
    assert result.doubt
    assert "T2" not in result.forms


@needs_ocr
def test_where_a_picture_is_broken_nobody_can_say_that_it_is_no_report() -> None:
    pictures = {"W1.png": b"\x89PNG\r\n\x1a\nxxxx"}
    result = read_report(page('<p>附件</p><p><img src="W1.png"></p>'), BASE, apart=apart(pictures))
    assert isinstance(result, Problem)
    assert (result.code, result.facts) == ("broken_picture", {"parts": ["image"]})


def test_pictures_stand_where_the_page_shows_them() -> None:
    content = read(
        page(
            '<p>一、总体情况</p><p>前<img src="a.png">后</p><p><img src="b.png">下文</p><table><tr><td><img src="c.png">'
            '</td></tr></table><p>附：<a href="d.jpg">表四</a></p><p><a href="big.jpg"><img src="e.png"></a></p>'
            '<p><img data-src="f.png" src="loading.gif"></p><img src="logo.png"><img src="g.png" width="20">'
            '<noscript><img src="h.png"></noscript>'
        ),
        "a.html",
    )
    assert content.blocks == ("一、总体情况", "前后", "下文", "附：表四")
    assert [(one.at, one.addresses[0]) for one in content.pictures] == [
        (2, "a.png"),
        (2, "b.png"),
        (3, "c.png"),
        (4, "d.jpg"),
        (4, "big.jpg"),
        (4, "f.png"),
    ]


def test_a_picture_in_a_cell_of_figures_leaves_the_cell_unread() -> None:
    rows = "<tr><td>指标</td><td>单位</td><td>数</td><td>注</td></tr><tr><td>甲</td><td>件</td><td><img src='5.png'></td><td></td></tr>"
    content = read(page(f"<table>{rows}</table><p>后文</p>"), "a.html")
    [grid] = [block for block in content.blocks if isinstance(block, Grid)]
    assert grid.rows[1].texts == ("甲", "件", DOUBT, "")
    assert [one.at for one in content.pictures] == [1]
    narrow = "<tr><td>指标</td><td>单位</td><td>数</td></tr><tr><td>甲</td><td>件</td><td><img src='5.png'></td></tr>"
    content = read(page(f"<table>{narrow}</table><p>后文</p>"), "a.html")
    [grid] = [block for block in content.blocks if isinstance(block, Grid)]
    assert grid.rows[1].texts == ("甲", "件", DOUBT)


def test_each_picture_is_held_once_whatever_leads_to_it() -> None:
    content = read(page('<p>文</p><img src="a.png"><img src="./a.png"><img src="/x/b.png"><img src="c.png">'), BASE)
    parts = {"http://a.gov.cn/nb/a.png": "1", "http://a.gov.cn/x/b.png": "2", "http://a.gov.cn/z.png": "3"}
    held = held_pictures(content, BASE, parts, str.encode)
    assert [one.load and one.load() for one in held] == [b"1", b"2", None, b"3"]


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,!!!", "data:image/png;base64", "data:image/png,%89", "data:"]
)
def test_an_address_that_holds_no_picture_does_no_harm(address: str) -> None:
    result = read_report(page(f'<p>一、总体情况</p><p>文字。</p><img src="{address}">'), BASE)
    assert isinstance(result, Problem)
    assert result.code == "not_a_report"


def test_a_page_that_was_saved_with_its_pictures_holds_them(sample: SampleReport) -> None:
    body, names = pictured_page(sample)
    message = EmailMessage()
    message["Subject"] = sample.title
    message.set_content(body.decode(), subtype="html", cte="base64")
    message.make_related()
    for name, picture in names.items():
        message.add_related(picture, "image", "png", headers=[f"Content-Location: {name}"])
    content = read(bytes(message), "1.mht")
    assert [one.body for one in content.pictures] == list(names.values())


def test_a_page_with_hundreds_of_pictures_is_bounded() -> None:
    content = html.read(page("".join(f'<p>{at}<img src="{at}.png"></p>' for at in range(3000))), "a.html")
    assert 0 < len(content.pictures) <= 60
    assert content.images == 3000


@needs_ocr
def test_a_page_says_nothing_that_a_picture_of_something_else_shows() -> None:
    target = BytesIO()
    table_of((("甲", "乙"), ("1", "2")), Print(100)).save(target, "PNG")
    result = read_report(
        page("<p>示例县教育局概况</p><img src='a.png'>"), BASE, apart=apart({"a.png": target.getvalue()})
    )
    assert isinstance(result, Problem)
