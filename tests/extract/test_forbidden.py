"""Characters that XML forbids are no part of any figure or word, wherever and however they are written."""

import json
import re

import pytest
from lxml import etree

from crawler.pages.markup import FORBIDDEN, without_references
from extract.model import Report
from extract.reading import read_report
from monitor.samples import make_history

CELL = "<td>"
SAMPLE = re.sub("<td[^>]*>", CELL, make_history(7, "示例县财政局", [2023], dense=True)[0].html())
FORBIDDEN_CODES = [0, *range(1, 9), 11, 12, *range(14, 32), 0xDC00, 0xDFFF, 0xD800, 0xDBFF, 0xFFFE, 0xFFFF]
SPELLINGS = ("&#{0};", "&#x{0:x};", "&#X{0:X};", "&#000{0};", "&#x00{0:x};")
PLACES = {
    "the head of a cell": (CELL, CELL + "{}"),
    "the end of a cell": ("</td>", "{}</td>"),
    "the title": ("年度报告", "年度{}报告"),
    "a label": ("予以公开", "予以{}公开"),
    "a heading": ("总体情况", "总体{}情况"),
    "an element's begin": ("<body>", "<body>{}"),
}


def plain(body: bytes, name: str = "page.html") -> Report:
    report = read_report(body, name)
    assert isinstance(report, Report), report
    return report


@pytest.fixture(scope="module")
def right() -> Report:
    return plain(SAMPLE.encode())


def hostile(place: str, what: str) -> str:
    before, after = PLACES[place]
    assert before in SAMPLE
    return SAMPLE.replace(before, after.format(what))


@pytest.mark.parametrize("place", PLACES)
def test_raw_in_a_page(place: str, right: Report) -> None:
    for start in range(0, len(FORBIDDEN_CODES), 6):  # more of them in the head of a file, and it is no text
        some = "".join(map(chr, FORBIDDEN_CODES[start : start + 6]))
        assert plain(hostile(place, some).encode("utf-8", "surrogatepass")) == right
        assert plain(hostile(place, some).encode("utf-16", "surrogatepass")) == right
    assert plain(hostile(place, "\0\x01\x0b\x0c").encode("gb18030")) == right


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_as_a_reference(place: str, spelling: str, right: Report) -> None:
    assert plain(hostile(place, "".join(map(spelling.format, FORBIDDEN_CODES))).encode()) == right


@pytest.mark.parametrize("code", FORBIDDEN_CODES)
def test_each_alone_within_a_figure(code: int, right: Report) -> None:
    """Also without a semicolon, and at the head of a cell with a span, which is where a tree would refuse it."""
    torn = SAMPLE.replace("<td", "<td rowspan=1 colspan=1")
    for what in (chr(code), f"&#{code};", f"&#x{code:x};"):
        page = "".join(
            f"<td{part[: part.index('>') + 1]}{what}{part[part.index('>') + 1 :]}" if number else part
            for number, part in enumerate(torn.split("<td"))
        )
        assert plain(page.encode("utf-8", "surrogatepass")) == right


def test_without_a_semicolon() -> None:
    for page in (
        "<p>示例县财政局2023年政府信息公开&#11工作年度报告",
        "<p>示例县财政局2023年政府信息公开&#xD800 工作年度报告",
    ):
        assert plain(page.encode()).agency_name == "示例县财政局"


def test_what_is_displayed_as_text_stays() -> None:
    root = etree.fromstring(
        without_references(b"<p>&amp;#11; &#110; &#x1f6; &#113; &#xbb; &#57344; &#x10FFFF;</p>"),
        etree.HTMLParser(encoding="utf-8"),
    )
    assert root.xpath("string()") == "&#11; n \u01f6 q » \ue000 \U0010ffff"


def test_attributes_of_the_head() -> None:
    page = (
        '<meta name="ArticleTitle" content="示例县财政局2023年政府&#11;信息\x01公开工作\ufffe年度报告"><p>一二三四五六'
    )
    report = plain(page.encode())
    assert (report.agency_name, report.year, FORBIDDEN.search(report.title)) == ("示例县财政局", 2023, None)


def test_in_a_script_and_in_an_answer(right: Report) -> None:
    inner = SAMPLE[SAMPLE.index("<body>") :].replace("<td>", "<td>&#11;\x0b").replace("\n", "")
    literal = json.dumps(inner)[1:-1].replace("<td>", "<td>\\u0000\\ud800\\u000b").replace("/script", "\\/script")
    title = SAMPLE[SAMPLE.index("<title>") : SAMPLE.index("</title>")]
    page = f"<html><head>{title}</title></head><body><div id=x></div><script>x = '{literal}'</script>"
    assert plain(page.encode()).rows == right.rows
    answer = (
        '{"data": {"content": "' + json.dumps(SAMPLE)[1:-1].replace("<td>", "<td>\\ud800\\u0001\\udfff\\u0000") + '"}}'
    )
    assert plain(answer.encode(), "answer.json") == right


def test_astral_characters_that_come_in_halves_are_whole() -> None:
    name = "示例县\U00020bb7财政局"
    inner = f"<p>{name}2023年政府信息公开工作年度报告</p><p>{'文' * 300}</p>"
    page = f"<body><div></div><script>x = {json.dumps(inner)}</script>"
    assert plain(page.encode()).agency_name == name


def test_in_plain_text() -> None:
    lines = [
        "示例县财政局2023年政府信息公开工作年度报告",
        "二、主动公开政府信息情况",
        "信息内容\t本年制发件数\t本年废止件数\t现行有效件数",
        "规章\t12\t3\t45",
        "行政规范性文件\t6\t7\t89",
    ]
    right = plain("\n".join(lines).encode(), "a.txt")
    for code in FORBIDDEN_CODES:
        torn = "\n".join([*lines[:-1], lines[-1].replace("6", f"{chr(code)}6")])
        for codec in ("utf-8", "utf-16"):
            assert plain(torn.encode(codec, "surrogatepass"), "a.txt") == right
