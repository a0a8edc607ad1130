"""Twice the input takes about twice the time: hostile documents of every kind that we have thought of, doubled."""

import random
import time
from collections.abc import Callable

import pytest

from extract.readers import Unreadable, read
from extract.reading import read_report
from monitor.samples import make_history

TITLE = "示例县财政局2023年政府信息公开工作年度报告"
LABELS = (
    "（一）予以公开",
    "（二）部分公开",
    "1.属于国家秘密",
    "规章",
    "行政许可",
    "总计",
    "其他",
    "一、本年新收政府信息公开申请数量",
)
SAMPLE = make_history(7, "示例县财政局", [2023], dense=True)[0].html()
RATIO = 3.0  # of processor time for twice the input; a square would be 4, and the start of a small one counts less
MOMENT = 0.015  # seconds; below, a measurement says nothing
BRIEF = 0.5  # seconds; what grows as a square must have ended before, refused: small pages are not looked at for that
LARGEST = 600_000  # bytes

Make = Callable[[int], str]


def row(cells: str, n: int) -> str:
    return f"<h1>{TITLE}</h1><table><tr>{cells * n}</tr></table>"


def table(rows: str, n: int) -> str:
    return f"<h1>{TITLE}</h1><table>{rows * n}</table>"


def text(lines: str, n: int) -> str:
    return f"{TITLE}\n{lines * n}"


def script(inside: str, n: int) -> str:
    return f"<h1>{TITLE}</h1><p>文</p><script>{inside * n}</script>"


def soup(n: int) -> str:
    chance = random.Random(n)
    pieces = [
        "<td>",
        "</td>",
        "<tr>",
        "<table>",
        "</table>",
        "<p>",
        "<div id=zoom>",
        "</div>",
        "<h1>",
        "</h1>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        '="',
        "'",
        ">",
        "&#11;",
        "&#xD800;",
        "1",
        "（一）予以公开",
        " ",
        "<a ",
        "x=1 ",
    ]
    return TITLE + "".join(chance.choices(pieces, k=n))


MARKUP: dict[str, Make] = {
    "attributes": lambda n: f"<p {' '.join(f'a{i}' for i in range(n))}>{TITLE}",
    "attributes behind a quotation mark": lambda n: f'<p x"data:{" ".join(f"a{i}" for i in range(n))}>{TITLE}',
    "attributes with brackets": lambda n: "<p " + "".join(f'a{i}="><b>"' for i in range(n)) + f">{TITLE}",
    "attributes in many tags": lambda n: f"<p {' '.join(f'a{i}' for i in range(90))}>x" * n,
    "tags within tags": lambda n: f"<h1>{TITLE}</h1>" + "<b <i " * n,
    "open tags": lambda n: f"<h1>{TITLE}</h1>" + "<" * n,
    "blocks": lambda n: f"<h1>{TITLE}</h1>" + "<div>一</div>" * n,
    "deep": lambda n: f"<h1>{TITLE}</h1>" + "<div>" * n,
    "headings within headings": lambda n: "<h1>" * min(n, 1500) + "标题 " * n,
    "empty headings within headings": lambda n: "<ucaptitle>" * min(n, 1500) + " " * n * 3,
    "comments": lambda n: f"<h1>{TITLE}</h1>" + "<!-- x" * n,
    "closed comments": lambda n: f"<h1>{TITLE}</h1>" + "<!-- x --><p>一</p>" * n,
    "unclosed scripts": lambda n: f"<h1>{TITLE}</h1>" + "<script>" * n,
    "containers": lambda n: f"<h1>{TITLE}</h1>" + "<div id=zoom class=zoom>一</div>" * n,
    "container prefixes": lambda n: f"<h1>{TITLE}</h1><div class='{'content- ' * n}'>一</div>",
    "metadata": lambda n: f"<h1>{TITLE}</h1>" + "".join(f"<meta name=n{i} content=x>" for i in range(n)),
    "a long title": lambda n: f"<title>{'政府信息公开年度报告2023 ' * n}</title><p>{TITLE}",
    "references": lambda n: f"<p>{TITLE}{'&#11;&#xD800;&amp;' * n}",
    "forbidden characters": lambda n: f"<p>{TITLE}" + "<b>\x0b1</b>" * n,
    "white space": lambda n: f"<p>{TITLE}" + " \t\n" * n + "x",
    "spans": lambda n: f"<p>{TITLE}" + "<table>" + "<tr><td colspan=1000 rowspan=65534>1</td></tr>" * n,
    "spans that end": lambda n: f"<p>{TITLE}" + "<table>" + "<tr><td rowspan=2>1</td><td colspan=3>2</td></tr>" * n,
    "row groups": lambda n: f"<p>{TITLE}" + "<table>" + "<tbody><tr><td rowspan=0>1</td><td>2</td></tr></tbody>" * n,
    "cells without a row": lambda n: f"<p>{TITLE}<table>" + "<td>1" * n,
    "rows without cells": lambda n: table("<tr></tr>", n),
    "a wide row": lambda n: row("<td>1</td>", n),
    "a wide row of labels": lambda n: row(f"<td>{LABELS[0]}</td><td>1</td>", n),
    "a wide row of every label": lambda n: row("".join(f"<td>{one}</td><td>1</td>" for one in LABELS), n),
    "a wide row of labels and blanks": lambda n: row(f"<td>{LABELS[0]}</td><td></td>", n),
    "a wide header": lambda n: row("<td>自然人</td><td>总计</td>", n),
    "a header and lines over it": lambda n: table(
        "<tr>"
        + "<td>自然人</td>" * 300
        + "</tr>"
        + ("<tr><td>（一）予以公开</td>" + "<td colspan=2>1</td>" * 7 + "</tr>") * 20,
        n,
    ),
    "lines of the form": lambda n: table("".join(f"<tr><td>{one}</td>{'<td>1</td>' * 7}</tr>" for one in LABELS), n),
    "lines with a cell too many": lambda n: table(f"<tr><td>{LABELS[0]}</td>{'<td>0</td>' * 10}</tr>", n),
    "lines with a cell too few": lambda n: table(f"<tr><td>{LABELS[0]}</td>{'<td>5</td>' * 4}</tr>", n),
    "long figures": lambda n: table(f"<tr><td>{LABELS[0]}</td>{'<td>0</td>' * 7}<td>{'1' * 5000}</td></tr>", n),
    "many tables": lambda n: (
        f"<h1>{TITLE}</h1>" + (f"<table><tr><td>{LABELS[0]}</td>{'<td colspan=2>1</td>' * 7}</tr></table>" * n)
    ),
    "nested tables": lambda n: f"<h1>{TITLE}</h1>" + ("<table><tr><td>一" * 40 + "</table>" * 40) * n,
    "tables that lay out": lambda n: f"<h1>{TITLE}</h1>" + "<table><tr><td>" * 40 + "一二三。<br>" * n,
    "literals": lambda n: script("'一<p>'+\"二\";", n),
    "literals that grow": lambda n: (
        f"<h1>{TITLE}</h1><script>" + ";".join(f"'{'一' * i}'" for i in range(300, 300 + n // 300)) + "</script>"
    ),
    "open literals": lambda n: script("'\\", n),
    "literals far apart": lambda n: script("'x'" + "+" * 190 + ";", n),
    "escapes": lambda n: script("'" + "\\u4e00\\ud800" * 40 + "'", n),
    "escaped markup": lambda n: f"<h1>{TITLE}</h1><textarea>{'&amp;lt;p&amp;gt;一' * n}</textarea>",
    "soup": soup,
    "a report, again and again": lambda n: SAMPLE * n,
}
LINES: dict[str, Make] = {
    "headings": lambda n: text("一、总体情况\n", n),
    "all headings": lambda n: text(
        "一、总体情况\n二、主动公开\n三、收到和处理\n四、行政复议\n五、主要问题\n六、其他需要报告\n", n
    ),
    "headings in one line": lambda n: text("一、总体情况 文 ", n),
    "ordinals": lambda n: text("一、", n),
    "ordinals and blanks": lambda n: text("一 \n", n),
    "blank lines": lambda n: text("\n", min(n, 190_000)) + "x",
    "white space": lambda n: text(" \t\u3000", n) + "\nx",
    "tabs": lambda n: text("\t", n),
    "tabs, every other line a row": lambda n: text("a\tb\n\tc\t\n", n),
    "indented lines": lambda n: text("\t一\n", n),
    "rows with tabs": lambda n: text("（一）予以公开\t1\t2\t3\t4\t5\t6\t7\n", n),
    "bars": lambda n: text("|", n),
    "bars on lines": lambda n: text("|\n", n),
    "cells with bars": lambda n: text("1|\n", n),
    "bars and blank lines": lambda n: text("1|\n\n\n文\n", n),
    "escaped bars": lambda n: text("\\|", n),
    "rows with bars": lambda n: text("| 一 | 1 |\n|---|---|\n", n),
    "dashes": lambda n: text("|---" * 3 + "|\n", n),
    "a long rule": lambda n: text("-", n) + "|",
    "columns": lambda n: text("一  1  2  3  4  5  6  7\n", n),
    "a wide line of columns": lambda n: text("1  ", n) + "\n" + "1  " * n,
    "a figure before the columns": lambda n: text("1" * n + "  2  3\n一  2  3\n", 2),
    "figures": lambda n: text("一 1 2 3\n", n),
    "a long line of figures": lambda n: text("1 ", n),
    "a cell on each line": lambda n: text("1\n", min(n, 190_000)),
    "short lines": lambda n: text("一二\n", min(n, 190_000)),
    "marks of emphasis": lambda n: text("*#> ", n),
    "comments": lambda n: text("<!-- x", n),
    "metadata": lambda n: text("标题：x\n", min(n, 190_000)),
    "running text of table 3": lambda n: text("一、本年新收政府信息公开申请数量 ", n),
    "running text of table 2": lambda n: text("第二十条第（一）项 规章 1 2 3 ", n),
    "running text of table 4": lambda n: text("复议后起诉 ", n),
    "running text with quotation marks": lambda n: text("一、本年新收政府信息公开申请 “" + "”" * 20, n),
    "digits that cannot be cut": lambda n: text(
        "一、本年新收政府信息公开申请 " + "\n".join(f"{label}{'1' * 40}+" for label in LABELS) + "\n", n
    ),
    "periods": lambda n: text("2023年1月1日至", n),
    "quoted titles": lambda n: text("《政府信息公开年度报告", n),
}


def seconds(make: Callable[[bytes], object], body: bytes) -> float:
    """Processor time of the faster of two."""
    best = float("inf")
    for _ in range(2):
        begin = time.process_time()
        make(body)
        best = min(best, time.process_time() - begin)
    return best


def reads(name: str) -> Callable[[bytes], object]:
    return lambda body: read_report(body, name, TITLE, published=True)


def is_linear(work: Callable[[bytes], object], make: Make) -> tuple[bool, list[tuple[int, float]]]:
    """Doubles the input until it takes a moment, and twice more; refused or too long is an end as well."""
    size, measured = 256, list[tuple[int, float]]()
    while True:
        body = make(size).encode("utf-8", "ignore")
        took = seconds(work, body)
        measured.append((len(body), took))
        late = [one for _, one in measured if one >= MOMENT]
        steep = len(late) >= 3 and took > late[-3] * RATIO**2
        if len(body) > LARGEST or (len(late) >= 3 and (not steep or took > BRIEF)):
            return not steep, measured
        size *= 2


@pytest.mark.parametrize("kind", MARKUP)
def test_markup(kind: str) -> None:
    linear, measured = is_linear(reads("page.html"), MARKUP[kind])
    assert linear, measured


@pytest.mark.parametrize("kind", LINES)
def test_text(kind: str) -> None:
    linear, measured = is_linear(reads("report.txt"), LINES[kind])
    assert linear, measured


def test_answers() -> None:
    def work(body: bytes) -> None:
        try:
            read(body, "answer.json")
        except Unreadable:
            return

    for make in (
        lambda n: '{"a":' + "[" * n,
        lambda n: '{"a":"<p>' + "\\u003cp>" * n + '"}',
        lambda n: '{"a":[' + '"<p>x",' * n + '""]}',
        lambda n: '{"a":"\\ud800' + "<p>" * n,
    ):
        linear, measured = is_linear(work, make)
        assert linear, measured
