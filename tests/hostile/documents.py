"""Documents that try to do harm: mutations of a sound report, what no report is, and known kinds of trouble by chance."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.samples import make_history

FORBIDDEN = [*map(chr, [*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF, 0xD800, 0xDFFF, 0x7F, 0x85])]
GROUPS = (
    "（三）不予公开",
    "（四）无法提供",
    "（五）不予处理",
    "（六）其他处理",
    "三、本年度办理结果",
    "小计",
    "合计",
    "（三）不予公开小计",
    "（七）总计",
    "（八）申请人自行撤回申请",
    "",
)
FIGURES = (
    "0",
    "1",
    "91",
    "",
    "—",
    "/",
    "无",
    "a",
    "1.5",
    "-1",
    "+2",
    "１２",
    "1,234",
    "12万",
    "９" * 40,
    "7" * 400,
    "1e9",
    "NaN",
    "∞",
    "²",
    "٣",
    "〇",
    "3\n4",
    "1 2 3 4 5 6 7",
    "\u202e21",
    "0x1f",
    "1/2",
    "0.000000000001",
    "-0",
)
SPANS = (
    "0",
    "-1",
    "1",
    "2",
    "3",
    "7",
    "100",
    "65535",
    "1000000000",
    "１０",
    "1e3",
    "",
    "abc",
    "9" * 30,
    "+4",
    "2.5",
    " 3 ",
)
ENTITIES = (
    "&#0;",
    "&#x0;",
    "&#xD800;",
    "&#xDFFF;",
    "&#1114112;",
    "&#99999999999999999999;",
    "&nosuch;",
    "&",
    "&#",
    "&#x;",
    "&lt",
    "&#11",
    "&#x000B;",
    "&#xFFFE;",
    "&#65535;",
    "&amp;#11;",
)
TAGS = re.compile(r"<[^<>]{1,400}>")
CELL = re.compile(r"<td[^<>]*>")
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)


@dataclass(frozen=True)
class Document:
    """One hostile document: the name it is added under, what kind of trouble it is, its bytes."""

    name: str
    kind: str
    body: bytes


Making = Callable[[random.Random, str], str | bytes]


def sound(dice: random.Random, number: int) -> str:
    """A sound report of a body of its own, in one form or the other."""
    name = f"青岩市第{number}管理局"
    [report] = make_history(dice.randrange(100), name, [dice.choice((2019, 2020, 2022, 2023, 2024))])
    return report.text() if dice.random() < 0.2 else report.html("plain" if dice.random() < 0.8 else "word")


def coded(page: str) -> bytes:
    return page.encode("utf-8", "surrogatepass")


def somewhere(dice: random.Random, text: str, what: str) -> str:
    """The text with something put at a place of no choice, or where it hurts: within a tag, at the head of a cell."""
    places = [match.end() for match in CELL.finditer(text)] if dice.random() < 0.5 else []
    if not places and dice.random() < 0.4:
        places = [match.start() + dice.randint(1, len(match[0]) - 1) for match in TAGS.finditer(text)]
    at = dice.choice(places) if places else dice.randrange(len(text) + 1)
    return text[:at] + what + text[at:]


def controls(dice: random.Random, page: str) -> str:
    """Characters that XML forbids, raw or as references of every spelling."""
    for _ in range(dice.choice((1, 1, 3, 30))):
        char = dice.choice(FORBIDDEN)
        spelled = dice.choice(
            (char, char, f"&#{ord(char)};", f"&#x{ord(char):X};", f"&#x{ord(char):08x};", f"&#{ord(char)} ")
        )
        page = somewhere(dice, page, spelled * dice.choice((1, 1, 2, 50)))
    return page


def entities(dice: random.Random, page: str) -> str:
    for _ in range(dice.choice((1, 5, 40))):
        page = somewhere(dice, page, dice.choice(ENTITIES))
    return page


def noise(dice: random.Random, page: str) -> bytes:
    return dice.randbytes(dice.choice((1, 20, 500, 5000)))


def flips(dice: random.Random, page: str) -> bytes:
    body = bytearray(coded(page))
    for _ in range(dice.choice((1, 1, 10, 200))):
        body[dice.randrange(len(body))] = dice.randrange(256)
    return bytes(body)


def cut(dice: random.Random, page: str) -> bytes:
    body = coded(page)
    at = dice.randrange(len(body))
    return dice.choice((body[:at], body[at:], body[:at] + body[dice.randrange(len(body)) :]))


def tags(dice: random.Random, page: str) -> str:
    """Tags that are missing, doubled or at home elsewhere."""
    for _ in range(dice.choice((1, 3, 30))):
        found = list(TAGS.finditer(page))
        if not found:
            return page
        one, other = dice.choice(found), dice.choice(found)
        put = dice.choice(("", one[0] * 2, other[0], one[0].replace("<", "</"), one[0][:-1], "<" + one[0]))
        page = page[: one.start()] + put + page[one.end() :]
    return page


def attributes(dice: random.Random, page: str) -> str:
    many = dice.choice((5, 300, 3000))
    kind = dice.choice(
        ("a{}", "a{}=1", "a{}='{}'", 'x"data:a{}', "class={}", "colspan={}", 'onclick="f({})"', "a{}\x0b=")
    )
    return somewhere(
        dice,
        page,
        dice.choice(("<p ", "<td ", "<a href=", "<table ", "<span "))
        + " ".join(kind.format(n, n) for n in range(many))
        + dice.choice((">", "/>", "", "'>")),
    )


def nests(dice: random.Random, page: str) -> str:
    deep = dice.choice((3, 60, 260, 1500))
    tag = dice.choice(
        ("div", "table", "table><tr><td", "span", "font", "b", "ul><li", "select", "svg", "frameset", "form", "p")
    )
    ends = "".join(f"</{part.strip('<>')}>" for part in reversed(tag.split("><")))
    return somewhere(dice, page, f"<{tag}>" * deep + "1" + ends * dice.choice((0, 1, deep)))


def spans(dice: random.Random, page: str) -> str:
    """Cells that claim to reach further than there is a table, or nowhere."""
    for _ in range(dice.choice((1, 4, 40))):
        page = CELL.sub(
            lambda match: (
                match[0]
                if dice.random() < 0.9
                else f'<td {dice.choice(("colspan", "rowspan"))}="{dice.choice(SPANS)}" rowspan={dice.choice(SPANS)}>'
            ),
            page,
        )
    return page


def subtotals(dice: random.Random, page: str) -> str:
    """Rows of groups with 0 to 9 cells of anything, anywhere among the rows."""
    for _ in range(dice.choice((1, 1, 3))):
        cells = "".join(
            f"<td>{dice.choice(FIGURES) if dice.random() < 0.4 else dice.randint(0, 99)}</td>"
            for _ in range(dice.randint(0, 9))
        )
        made = f"<tr><td{dice.choice(('', ' colspan=2', ' colspan=3', ' rowspan=2'))}>{dice.choice(GROUPS)}</td>{cells}</tr>"
        rows = list(ROW.finditer(page))
        at = dice.choice(rows).start() if rows else len(page)
        page = page[:at] + made + page[at:]
    return page


def rows(dice: random.Random, page: str) -> str:
    """Rows or lines out of order, lost, doubled."""
    found = [match[0] for match in ROW.finditer(page)] or page.split("\n")
    for _ in range(dice.choice((1, 3, 12))):
        one = dice.choice(found)
        page = page.replace(one, dice.choice(("", one * 2, dice.choice(found), one[::-1])), 1)
    return page


def labels(dice: random.Random, page: str) -> str:
    """Single characters of labels and prose lost, doubled or other ones."""
    chars = list(page)
    for at in dice.sample(range(len(chars)), min(len(chars), dice.choice((1, 5, 60)))):
        chars[at] = dice.choice(
            ("", chars[at] * 2, dice.choice(page), "\n", "　", "\u0301" * 300, "\u202e", "（", "、")
        )
    return "".join(chars)


def figures(dice: random.Random, page: str) -> str:
    return re.sub(
        r"(?<=[>\t])\d{1,5}(?=[<\t\n])", lambda match: match[0] if dice.random() < 0.8 else dice.choice(FIGURES), page
    )


def charsets(dice: random.Random, page: str) -> bytes:
    """Bytes in another encoding than they say, or in several."""
    half = len(page) // 2
    ways = (
        page.encode("gb18030", "replace"),
        page.encode("utf-16", "replace"),
        page.encode("utf-16-le", "replace"),
        page.encode("utf-16-be", "replace"),
        page.encode("utf-7", "replace"),
        page.encode("utf-32", "replace"),
        coded(page[:half]) + page[half:].encode("gb18030", "replace"),
        page[:half].encode("gb18030", "replace") + coded(page[half:]),
        b"\xef\xbb\xbf" * 3 + coded(page),
        b"\xff\xfe" + coded(page),
        coded(page).replace(b"\xe3", b"\xff"),
        page.encode("gb18030", "replace").replace(
            b"utf-8", dice.choice((b"gbk", b"nosuch", b"utf-16", b"base64", b"hz", b"x" * 500, b"idna", b"\x00"))
        ),
        coded(page)[dice.randint(1, 3) :],
    )
    return dice.choice(ways)


def nulls(dice: random.Random, page: str) -> bytes:
    body = coded(page)
    for _ in range(dice.choice((1, 20, 300))):
        at = dice.randrange(len(body))
        body = (
            body[:at]
            + dice.choice((b"\0", b"\0\0\0\0", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xc0\x80"))
            + body[at:]
        )
    return body


def grids(dice: random.Random, page: str) -> str:
    """A text of lines and cells of no shape: labels of the form among figures."""
    words = [word for word in re.split(r"<[^<>]*>|[\t\n]", page) if word.strip()]
    gap = dice.choice(("\t", "|", " | ", "  ", "\t|", "|\n", ","))
    return "\n".join(
        gap.join(
            dice.choice(words) if dice.random() < 0.6 else dice.choice(FIGURES) for _ in range(dice.randint(0, 12))
        )
        for _ in range(dice.choice((1, 2, 3, 20, 200)))
    )


def shreds(dice: random.Random, page: str) -> str:
    """A few lines of a table as text, torn within a cell, their cells elsewhere."""
    name = f"青岩市第{dice.randrange(500)}管理局"
    [report] = make_history(dice.randrange(100), name, [dice.choice((2020, 2024))])
    lines = [line for line in report.text().split("\n") if "\t" in line]
    torn: list[str] = []
    for _ in range(dice.choice((1, 2, 2, 3, 8))):
        cells = dice.choice(lines).split("\t")
        for _ in range(dice.choice((0, 1, 3))):
            cells.insert(dice.randrange(len(cells) + 1), dice.choice((*FIGURES, *cells)))
        line = "\t".join(cells)
        torn.append(
            line[dice.randrange(len(line)) if dice.random() < 0.3 else 0 :][
                : dice.randrange(1, len(line) + 1) if dice.random() < 0.3 else None
            ]
        )
    return "\n".join(torn)


def answers(dice: random.Random, page: str) -> str:
    """A JSON answer of no shape, the page in it somewhere."""
    made = json.dumps({"data": shape(dice, page)}, ensure_ascii=dice.random() < 0.5)
    return dice.choice(
        (made, made[: dice.randrange(1, len(made))], '{"a":' * 3000 + made, made.replace('"', "'"), "cb(" + made + ")")
    )


def shape(dice: random.Random, leaf: str, depth: int = 4) -> object:
    """A value of JSON by chance."""
    if depth == 0 or dice.random() < 0.4:
        return dice.choice((leaf, None, True, -1, 10**40, 1.5e300, "", "\ud800", "\x00\x0b", leaf[:30], [], {}))
    if dice.random() < 0.5:
        return [shape(dice, leaf, depth - 1) for _ in range(dice.randint(0, 4))]
    return {
        dice.choice(("title", "url", "content", "html", "", "\udfff", "data")): shape(dice, leaf, depth - 1)
        for _ in range(dice.randint(0, 4))
    }


def scripts(dice: random.Random, page: str) -> str:
    """The page as a literal in a script, its escapes now and then none."""
    text = json.dumps(page, ensure_ascii=True)
    for _ in range(dice.choice((0, 1, 5))):
        at = dice.randrange(1, len(text))
        text = (
            text[:at]
            + dice.choice(("\\u{110000}", "\\ud800", "\\u00", "\\x", "\\", '"', '"+"', "\\u{d800}", "\\\n"))
            + text[at:]
        )
    return f"<html><head><title>x</title></head><body><script>var body = {text};</script></body></html>"


def splices(dice: random.Random, page: str) -> str:
    other = sound(dice, dice.randrange(1000, 2000))
    return page[: dice.randrange(len(page))] + other[dice.randrange(len(other)) :]


def disguises(dice: random.Random, page: str) -> bytes:
    """Bytes that begin like another format."""
    heads = (
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1 ",
        b"SQLite format 3\0",
        b"\x7fELF",
        b"<?xml version='1.0'?>",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n",
        b"\x1f\x8b\x08",
        b"<!--" * 2000,
        b"# ",
        b'{"',
    )
    return dice.choice(heads) + coded(page)


def headings(dice: random.Random, page: str) -> str:
    heads = (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "# 三、收到和处理政府信息公开申请情况",
        ">" * 200,
        "六、其他需要报告的事项",
        "\t" * 200,
    )
    return somewhere(dice, page, "\n".join(dice.choice(heads) for _ in range(dice.choice((3, 100, 800)))))


KINDS: tuple[Making, ...] = (
    controls,
    controls,
    entities,
    noise,
    flips,
    cut,
    tags,
    attributes,
    nests,
    spans,
    subtotals,
    subtotals,
    rows,
    labels,
    figures,
    charsets,
    nulls,
    grids,
    shreds,
    shreds,
    answers,
    scripts,
    splices,
    disguises,
    headings,
)
NAMES = (
    "{0}.html",
    "{0}.htm",
    "{0}.txt",
    "{0}.md",
    "{0}.json",
    "{0}",
    "{0} 年报.html",
    "{0}\n.html",
    "{0}\u202elmth.html",
    "{0}" + "长" * 60 + ".html",
    "{0}%00.html",
    "{0}#a?b.html",
    "{0}.pdf",
    "{0}.docx",
)


def make(seed: int, number: int) -> Document:
    """The document of a seed and a number; the same ones always give the same."""
    dice = random.Random(f"document/{seed}/{number}")
    page, kinds = sound(dice, number), [KINDS[number % len(KINDS)]]
    if dice.random() < 0.2:
        kinds.append(dice.choice(KINDS))  # trouble seldom comes alone
    made: str | bytes = page
    for kind in kinds:
        made = kind(dice, made.decode("utf-8", "replace") if isinstance(made, bytes) else made or page)
    body = coded(made) if isinstance(made, str) else made
    name = (
        dice.choice(NAMES).format(f"h{seed}-{number}")
        if dice.random() < 0.5
        else f"h{seed}-{number}.{'html' if '<' in page else 'txt'}"
    )
    return Document(name, "+".join(kind.__name__ for kind in kinds), body)
