"""A digest for the eye: by kind, in the register's order, without a code, short enough for a mail, inert."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from python_calamine import CalamineWorkbook

from monitor.alerts.channels import Limits
from monitor.alerts.digest import Digest, Due, Pulse, compose
from monitor.alerts.digest_page import MOST, Rendered, render
from monitor.alerts.mail import Mail, build
from monitor.alerts.robots import limits_of
from monitor.duty.coverage import Coverage
from monitor.findings import Finding
from tests.monitor.every_rule import CODE, NAME, NOW, PUBLICATION, every_finding
from tests.monitor.mailing import config
from tests.monitor.test_plain import OURS

DAY = date(2026, 2, 3)
ENOUGH = 100_000
LANGUAGES = ("zh", "en")


def numbered(found: Sequence[Finding]) -> list[Finding]:
    return [replace(one, id=at) for at, one in enumerate(found, 1)]


def digest(found: Sequence[Finding], language: str = "zh", **changes: object) -> Digest:
    values: dict[str, object] = {
        "language": language,
        "day": DAY,
        "names": {CODE: NAME},
        "still_open": 0,
        "held": 0,
        "coverage": Coverage(2025, 40, 31, 0, 2, 3, 1, 0),
    }
    return compose([Due(one, "new") for one in found], **(values | changes))  # type: ignore[arg-type]  # the keywords of a test are of any type


class Seen(HTMLParser):
    """What a reader sees, and where the links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hidden = tag == "style"
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def seen(page: Rendered) -> Seen:
    found = Seen()
    found.feed(page.html)
    return found


def size(page: Rendered) -> int:
    return len(page.text.encode()) + len(page.html.encode())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["open", "resolved"])
def test_no_code_stands_in_any_part_of_a_mail_for_a_body_with_findings_of_every_rule(language: str, state: str) -> None:
    found = [replace(one, status=state) for one in numbered(every_finding())]
    page = render(digest(found, language, listed=found, still_open=len(found)), most=10_000_000)
    for part in (page.text, " ".join(seen(page).words)):
        # Where a page stands, what is quoted of it, and the copy are no words of ours.
        plain = re.sub(r"https?://\S+|archive/\S+", "", part)
        assert not (met := OURS.search(plain)), plain[max(0, met.start() - 80) : met.end() + 40]
    assert not page.book
    assert not OURS.search(digest(found, language).subject)


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_thousand_findings_are_a_short_mail_and_a_whole_workbook(language: str) -> None:
    some = every_finding()
    found = [
        replace(one, id=at, key=one.key._replace(agency=f"{CODE[:-4]}{at // 3:04}"))
        for at, one in enumerate((some[at % len(some)] for at in range(3000)), 1)
    ]
    told = digest(found, language, listed=found[:200], still_open=4000, unread=["长" * 300] * 50)
    page = render(told)
    assert size(page) <= MOST
    letter = Mail("a@example.org", told.subject, page.text, page.html, "<x@y>", NOW, language, (), "", None)
    assert len(build(letter, config(25).mail).as_bytes()) < ENOUGH  # as it travels, base64 and headers in it
    assert page.name == "gouji-2026-02-03.xlsx"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(page.book)).get_sheet_by_index(0).to_python()
    assert sum(isinstance(row[2], float) for row in rows) == told.items
    for row in rows:
        assert not any(OURS.search(str(value)) for value in row if value and "archive/" not in str(value))
    assert f"{told.items}" in page.text.split("■")[0]


def test_a_mail_with_its_workbook_has_three_parts_and_one_without_two() -> None:
    letter = Mail("a@example.org", "题", "文", "<p>文</p>", "<x@y>", NOW, "zh", attachment=("gouji.xlsx", b"PK"))
    message = build(letter, config(25).mail)
    assert [part.get_filename() for part in message.iter_attachments()] == ["gouji.xlsx"]
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert message.get_content_type() == "multipart/mixed"
    assert build(replace(letter, attachment=None), config(25).mail).get_content_type() == "multipart/alternative"


def test_one_line_counts_by_kind_and_the_subject_names_the_first_kinds() -> None:
    late = replace(PUBLICATION[2], key=PUBLICATION[2].key._replace(agency="late"))
    told = digest(numbered([*every_finding(), late]))
    assert [name for name, _ in told.summary][:4] == ["未公布", "迟公布", "数据不符", "文表不符"]
    assert sum(count for _, count in told.summary) == told.items
    assert re.fullmatch(r"勾稽 2026-02-03：新发现 \d+（未公布 \d、迟公布 1、数据不符 \d+等），系统 \d+", told.subject)
    page = render(told)
    assert page.text.index("概况：未公布") < page.text.index("■")


def bodies(told: Digest) -> list[str]:
    return list(dict.fromkeys(item.body for section in told.sections for item in section.items if item.body))


def test_bodies_stand_in_the_order_of_the_register() -> None:
    names = {"c": "丙局", "a": "甲局", "b": "乙局"}
    base = next(one for one in every_finding() if one.key.rule == "t3.row_sum")
    weights = ("confirm", "fatal", "explain")
    found = numbered(
        [
            replace(base, key=base.key._replace(agency=code), finding_class=weight)
            for code, weight in zip("abc", weights, strict=True)
        ]
    )
    told = digest(found, names=names, places={"b": 0, "c": 1, "a": 2})
    assert bodies(told) == ["乙局", "丙局", "甲局"]
    assert bodies(digest(found, names=names)) == ["甲局", "乙局", "丙局"]  # without a register, by code


def test_in_season_those_come_first_that_have_not_published() -> None:
    base = next(one for one in every_finding() if one.key.rule == "t3.row_sum")
    absent = replace(PUBLICATION[1], key=PUBLICATION[1].key._replace(agency="z"))
    found = numbered([base, replace(base, key=base.key._replace(agency="b")), absent])
    names = {CODE: NAME, "b": "乙局", "z": "缺席局"}
    assert bodies(digest(found, names=names))[0] == "缺席局"
    assert bodies(digest(found, names=names, day=date(2026, 7, 1)))[-1] == "缺席局"


def test_an_item_says_the_line_then_the_row_then_the_basis_the_page_and_the_copy() -> None:
    base = next(one for one in every_finding() if one.key.rule == "t3.row_sum")
    cell = base.evidence["operands"][0]["cell"]
    told = digest(numbered([replace(base, suspect={"cell": cell, "value": 7, "rivals": []})]))
    page = render(told)
    words = " ".join(seen(page).words)
    for part, wanted in (
        (page.text, ("◆ 示例县民政局", "[1] ", "应为 7", "关系  ", "依据  ", "页面  ", "存档  ")),
        (words, ("示例县民政局2023年度", "应为 7", "关系", "依据", "页面", "存档 archive")),
    ):
        assert [part.index(one) for one in wanted] == sorted(part.index(one) for one in wanted)
    assert 'class="n m"' in page.html  # the cell in doubt is marked
    assert page.text.count(base.evidence["url"]) == 1


def test_findings_of_one_report_name_their_page_once() -> None:
    found = [one for one in numbered(every_finding()) if one.finding_class in ("fatal", "explain")]
    same = [replace(one, key=one.key._replace(year=2023)) for one in found if one.evidence.get("url")]
    page = render(digest(same), most=10_000_000)
    pages = {(one.evidence["url"], one.evidence.get("published_on")) for one in same}
    assert page.text.count("    页面  ") <= len(pages) + 4 < len(same)


def test_what_could_not_be_read_stands_apart_and_for_the_operator_alone() -> None:
    lines = ["示例县水利局 2025 有附件没有读 http://a.example/1.html"]
    told = digest([], unread=lines, pulse=Pulse(3, 1))
    assert "未读 1 项" in render(told).text
    other = digest([], unread=lines, pulse=Pulse(3, 1), operator=False)
    assert "未读" not in render(other).text + render(other).html


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "甲\r\nBcc: all@example.org",
    "\u202egnp.txt\u2066",
    "=HYPERLINK(1)",
    "{{ 7 * 7 }}",
    "长" * 9000,
    "a" * 9000,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_inert_in_text_html_workbook_and_chat(hostile: str) -> None:
    base = next(one for one in every_finding() if one.key.rule == "t3.row_sum")
    dirty = [
        replace(
            base,
            id=at,
            key=base.key._replace(agency=f"{hostile}{at}", rule=rule),
            message=hostile,
            suspect={"cell": hostile, "value": hostile, "rivals": [{"cell": hostile, "value": hostile}]}
            if at
            else None,
            evidence={
                "url": f"http://x.example/{hostile}",
                "sentence": hostile,
                "basis": hostile,
                "published_on": hostile,
                "operands": [{"cell": "T3[granted,total]", "raw": hostile, "value": None}],
                "earlier_explanation": {"year": hostile, "reason": hostile},
            },
        )
        for at, rule in enumerate(("t3.row_sum", "year.carry", "no.rule", "claim.cell") * 3)
    ]
    told = digest(dirty, names={}, listed=dirty, still_open=9)
    page = render(told)
    found = seen(page)
    assert size(page) <= MOST
    assert not {"script", "img"} & set(found.tags)
    assert all(link.startswith("http://x.example/") for link in found.links)
    for part in (page.text, page.html, told.subject, *found.words):
        assert not set("\u202e\u2066\x1b\x00") & set(part)
    assert "\n" not in told.subject
    assert not [line for line in page.text.splitlines() if line.startswith(("=", "+", "-", "@"))]
    small = render(told, most=9_000)
    with zipfile.ZipFile(io.BytesIO(small.book)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert len((told.subject + render(told, Limits()).text).encode()) <= Limits().size


@pytest.mark.parametrize(
    ("address", "most"),
    [("wecombot://KEY", 2048), ("dingtalk://S@T", 20_000), ("feishu://T", 20_000), ("json://h", 2048), ("", 2048)],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chat_gets_no_more_than_its_service_takes(address: str, most: int, language: str) -> None:
    known = limits_of(address)
    told = digest(numbered(every_finding()) * 5, language)
    text = render(told, Limits(*known) if known else Limits()).text
    # As JSON each Chinese character is six bytes; 企业微信 counts those of the text.
    sent = len((told.subject + "\n" + text).encode()) * (1 if most == 2048 else 2)
    assert sent <= most
    assert not OURS.search(re.sub(r"https?://\S+", "", text))
    assert text.count("\n· ") >= (3 if most == 2048 else 10)


def test_a_quiet_digest_has_no_summary_and_no_empty_table() -> None:
    page = render(digest([], pulse=Pulse(3, 1)))
    assert "没有新情况" in page.text
    assert "概况" not in page.text
    assert "prefers-color-scheme:dark" in page.html
    assert "<table" not in page.html
