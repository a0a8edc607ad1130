"""A person before the demo's pages, in a real browser: from the first page to a decision, a paper, a draft, a word."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir
from monitor.checking.check import check
from monitor.demo.site import WRONG_CELL
from monitor.demo.walk import NOW
from monitor.schema import open_database
from tests.browser import BROWSER, DESK, PHONE, Window, browser, demo_pages, handed, window

pytestmark = BROWSER
A4 = (595, 842)  # points
SERIOUS = ("serious", "critical")
STOPS = "a[href], button, input, select, textarea, summary, [tabindex='0']"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return DataDir(tmp_path_factory.mktemp("browser") / "demo")


@pytest.fixture(scope="module")
def address(data: DataDir) -> Iterator[str]:
    with demo_pages(data.root) as found:
        yield found


@pytest.fixture(scope="module")
def opened(address: str) -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture
def desk(opened: Browser, address: str) -> Iterator[Window]:
    with window(opened, address) as found:
        yield found


def draft(data: DataDir, name: str, year: int) -> bytes:
    """What a body has published, as a draft to be checked."""
    asked = "select document from current_reports where agency_name = ? and year = ?"
    with closing(open_database(data)) as db:
        return open_archive(data).read(db.execute(asked, [name, year]).fetchone()[0])


def test_a_search_finds_a_word_of_two_characters_and_marks_it(desk: Window) -> None:
    desk.page.get_by_role("link", name="找词").click()
    desk.page.get_by_label("词", exact=True).fill("结转")
    desk.page.get_by_role("button", name="查找").click()
    assert set(desk.page.locator("mark").all_inner_texts()) == {"结转"}
    assert desk.is_quiet()


def test_a_draft_that_is_dropped_on_the_page_is_checked_and_its_wrong_cell_marked(desk: Window, data: DataDir) -> None:
    page = desk.go("draft")
    body = draft(data, *WRONG_CELL).decode()
    dropped = page.evaluate_handle(
        """body => { const given = new DataTransfer();
        given.items.add(new File([body], '草稿.html', { type: 'text/html' })); return given; }""",
        body,
    )
    page.dispatch_event(".drop", "dragover", {"dataTransfer": dropped})
    assert "over" in (page.locator(".drop").get_attribute("class") or "")
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    page.get_by_role("button", name="核对").click()
    assert page.locator("section.one h2").all_inner_texts() == ["草稿.html"]
    assert page.locator("td.suspect").inner_text() == "11"
    page.locator("td.suspect a").click()
    assert "应为 1" in page.locator(".cell:target").inner_text()
    assert desk.is_quiet()


def test_many_drafts_give_a_table_in_which_what_was_not_read_is_not_called_wrong(desk: Window, data: DataDir) -> None:
    page = desk.go("draft")
    given = {"a.html": draft(data, *WRONG_CELL), "b.html": draft(data, WRONG_CELL[0], 2022), "c.bin": b"\x00\x01" * 40}
    page.set_input_files("input[type=file]", [handed(*one) for one in given.items()])
    page.get_by_role("button", name="核对").click()
    rows = {row.split("\t")[0]: row for row in page.locator("#drafts tbody tr").all_inner_texts()}
    assert "有不符" in rows["a.html"]
    assert "有不符" not in rows["c.bin"]
    assert "未读" in rows["c.bin"]
    assert set(rows) == {"a.html", "b.html", "c.bin"}


def test_the_report_is_printed_on_a4_with_its_tables_its_picture_and_nothing_to_click(
    desk: Window, tmp_path: Path
) -> None:
    page = desk.go(f"report/{WRONG_CELL[0]}/{WRONG_CELL[1]}")
    page.wait_for_function("[...document.images].every(one => one.complete && one.naturalWidth > 200)")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as paper:
        sizes = {tuple(round(side) for side in one.get_size()) for one in paper}
        text = "\n".join(one.get_textpage().get_text_range() for one in paper)
        assert len(paper) <= 4
    assert sizes == {A4}
    assert "表三" in text
    assert "http://" in text  # where it was published: a paper has no links
    for screen in ("下载", "English", "点一格", "您可以处理"):
        assert screen not in text


@pytest.fixture
def apart(opened: Browser, tmp_path: Path) -> Iterator[tuple[Window, DataDir]]:
    """A demo for whoever decides: the others find theirs undecided, in whatever order they come."""
    with demo_pages(tmp_path / "apart") as address, window(opened, address) as found:
        yield found, DataDir(tmp_path / "apart")


def test_from_the_first_page_a_person_finds_the_wrong_cell_decides_it_and_it_stays_quiet(
    apart: tuple[Window, DataDir],
) -> None:
    (desk, data), (name, year) = apart, WRONG_CELL
    page = desk.page
    assert "token" not in page.url
    line = page.locator("#new tr", has_text=name).get_by_role("link", name="应为 1")
    line.click()  # the first click
    where = page.url
    page.get_by_role("link", name=f"{year} 年度报告").click()  # the second
    told = page.locator(".cell:target")
    told.wait_for()
    assert "原文：11" in told.inner_text()
    assert "应为 1" in told.inner_text()
    lit = page.locator("td.here")
    assert lit.inner_text() == "11"
    box = lit.bounding_box()
    assert box is not None
    assert 0 < box["y"] < DESK[1]
    page.keyboard.press("Escape")
    assert not told.is_visible()

    page.goto(where)
    page.get_by_label("误报").check()
    page.get_by_label("理由").fill("已电话核实：原件如此，下月更正")
    page.get_by_label("您的姓名").fill("王敏")
    page.get_by_role("button", name="保存").click()
    assert page.url == where
    assert "王敏" in page.locator("main").inner_text()
    with closing(open_database(data)) as db:
        check(db, data.config(), NOW + timedelta(days=1))
    page.goto(where)
    assert "误报" in page.locator("main p").first.inner_text()
    desk.go()
    assert not page.locator("#new tr, #open tr", has_text=name).count()  # nor its twin, that points at the same cell
    assert desk.is_quiet()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_is_wider_than_its_window_or_speaks_in_codes(
    opened: Browser, address: str, size: tuple[int, int], lang: str
) -> None:
    with window(opened, address, size) as one:
        for path in pages_of(one):
            page = one.go(f"{path}{'&' if '?' in path else '?'}lang={lang}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            text = page.locator("main").inner_text()
            assert not re.search(r"T[234]\[|natural_person|\b(overdue_confirmed|false_positive|t3\.\w+)\b", text), path
            if lang == "en" and path in ("", "missing", "portals", "draft"):
                heads = page.locator("h1, h2, th, label, button, .note").all_inner_texts()
                assert not [head for head in heads if re.search(r"[\u4e00-\u9fff]", head)], path
        assert one.is_quiet()


def pages_of(one: Window) -> list[str]:
    """A page of each sort."""
    name, year = WRONG_CELL
    one.go("findings?all=1")
    finding = one.page.locator("#findings a[href*='finding/']").first.get_attribute("href") or ""
    return [
        "", "missing", "findings", "bodies", "draft", "search", "search?q=申请", "unread", "portals", "rules", "indicators",
        f"body/{name}", f"report/{name}/{year}", f"report/{name}/{year}/versions", finding.removeprefix("/"), "finding/999999",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_has_a_serious_fault_for_whoever_does_not_see_it(
    opened: Browser, address: str, size: tuple[int, int]
) -> None:
    """By axe-core, whose rules are those of WCAG 2.2 at its levels A and AA, with the good practice beside them."""
    axe = Axe()
    with window(opened, address, size) as one:
        for path in pages_of(one):
            found = axe.run(one.go(path)).response["violations"]
            told = [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in SERIOUS]
            assert not told, path


def test_the_keyboard_alone_reaches_everything_in_the_order_in_which_it_stands(desk: Window) -> None:
    for path in ("", "draft", "missing", "search?q=申请&agency=青石市教育局&year=2024"):
        page = desk.go(path)
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert (skip.bounding_box() or {"x": -1})["x"] >= 0  # seen once it has the focus
        wanted = page.locator(STOPS).count()
        seen = [0]
        for _ in range(wanted - 1):
            page.keyboard.press("Tab")
            at = page.evaluate(f"[...document.querySelectorAll({STOPS!r})].indexOf(document.activeElement)")
            if at != seen[-1]:  # the parts of a field for a day are stops of their own
                seen.append(at)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", path
        assert seen == sorted(set(seen)), path
        assert -1 not in seen, path
        page.locator(".skip").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        hidden = page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter(one => one.scrollWidth > one.clientWidth + 1
            && /auto|scroll|hidden/.test(getComputedStyle(one).overflowX) && one.tabIndex < 0).map(one => one.outerHTML.slice(0, 99))"""
        )
        assert not hidden, path


def test_the_keyboard_opens_what_is_known_of_a_cell_and_comes_back_to_it(desk: Window) -> None:
    page = desk.go(f"report/{WRONG_CELL[0]}/{WRONG_CELL[1]}")
    page.locator("td.suspect a").focus()
    page.keyboard.press("Enter")
    assert "应为 1" in page.locator(".cell:target").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "回到这一格"
    page.keyboard.press("Enter")
    assert not page.locator(".cell:target").count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('td') !== null")  # among the cells, where it was
