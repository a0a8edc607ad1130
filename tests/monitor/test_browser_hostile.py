"""Twenty-five hostile reports on every page of a real browser: nothing runs, nothing is asked for, nothing is mislaid."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.ground.archive import open_archive
from crawler.ground.config import Config
from crawler.ground.data import DataDir, create
from extract.store.write import Reading, save
from monitor.checking.check import check
from monitor.findings import decide, load
from monitor.schema import open_database
from tests.browser import BROWSER, PHONE, Window, browser, handed, window
from tests.monitor.building import make_report
from tests.monitor.hostile_reports import AWAY, HOSTILE, LONG, MARK
from tests.monitor.test_pages import FIGURES, serving

pytestmark = BROWSER
NOW = datetime(2026, 2, 1, tzinfo=UTC)
SEEN = "2026-01-10T00:00:00+00:00"
BODIES = {f"h{number:02}": text for number, text in enumerate(HOSTILE.values(), 1)}

# What a page may hold: looked at inside the browser, where all that was stored has become elements.
MISLAID = """() => {
  const wrong = [], all = (what) => [...document.querySelectorAll(what)];
  const alone = (what, count) => { if (all(what).length !== count) wrong.push(`${all(what).length} ${what}`); };
  alone("main", 1); alone("h1", 1); alone("footer", 1); alone("header", 1); alone("script", 1);
  alone("head > link", 2); alone("body > *", 4);
  alone("iframe, object, embed, base, style, math, video, audio, link[href^='http'], meta[http-equiv]", 0);
  alone("[style], [autofocus], [srcdoc], [srcset], [ping]", 0);
  for (const one of all("*")) {
    if ([...one.attributes].some((part) => part.name.startsWith("on"))) wrong.push(`${one.localName} acts`);
  }
  for (const one of all("form")) {
    if (new URL(one.action || location.href, location.href).host !== location.host) wrong.push("a form leads away");
  }
  for (const one of all("a[href]")) {
    if (!["http:", "https:"].includes(one.protocol)) wrong.push(`a link to ${one.protocol}`);
    if (one.host !== location.host && !/noopener/.test(one.rel)) wrong.push("a link lets go of us");
  }
  for (const one of all("img")) {
    if (one.className !== "picture") wrong.push("a picture that is not ours");
  }
  for (const one of all("main table.cards, main .table table")) {
    const wide = one.tHead.rows[0].cells.length;
    for (const row of one.tBodies[0].rows) if (row.cells.length !== wide) wrong.push("a row of another width");
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the window");
  const foot = document.querySelector("footer").getBoundingClientRect();
  if (foot.top < document.querySelector("main").getBoundingClientRect().bottom - 1) wrong.push("the end is overlaid");
  const head = document.querySelector(".brand").getBoundingClientRect();
  const top = document.elementFromPoint(head.x + 3, head.y + 3);
  if (!top || !top.closest("header")) wrong.push("the head is covered");
  if (window.gouji_ran !== undefined) wrong.push("it ran");
  if (!/ · (勾稽|gouji)$/.test(document.title)) wrong.push(`the title is ${document.title.slice(-40)}`);
  if (/[\\u0000-\\u0008\\u000b-\\u001f\\u007f\\u202a-\\u202e\\u2066-\\u2069\\u200b\\u200d\\ufeff\\u2060]/.test(document.documentElement.innerText)) wrong.push("a character that acts or hides");
  return [...new Set(wrong)];
}"""


def filled(root: Path) -> DataDir:
    """Each hostile text as the name of a body, its title, its prose, a cell, an address, a note, a contact, a portal."""
    data = create(DataDir(root))
    with closing(open_database(data)) as db:
        for code, text in BODIES.items():
            name = f"示例县第{code}局"
            db.table("agencies").insert(
                {"code": code, "name": name, "kind": "department", "level": "county", "source": "import"}
            )
            db.table("agency_names").insert({"agency": code, "name": name})
            figures = {**FIGURES, ("T3", "granted", "business"): text[:200], ("T2", "orders", "made"): text[:200]}
            known = {key: value for key, value in figures.items() if key[0] == "T3"}
            report = make_report(
                known, year=2025, name=name, title=text, prose=f"{text}申请9件", numbers=(1, 3),
                problems=(f"unplaced_row@T3@{text}",),
            )  # fmt: skip
            body = open_archive(data).put(f"<title>{code}</title>{text}".encode("utf-8", "replace"))
            url = f"javascript:{MARK}//{code}" if len(text) % 2 else f"{AWAY}/{code}?{text[:300]}"
            save(db, [Reading(body, url, report, "2026-01-10")], parser="one", now=NOW)
            db.execute(
                "insert or ignore into documents (sha256, url, agency, year, title, first_seen, last_seen) "
                "values (?, ?, ?, 2025, ?, ?, ?)",
                [body, url, code, text, SEEN, SEEN],
            )
            db.execute("update agencies set name = ? where code = ?", [text, code])
            db.execute("update agency_names set name = ? where agency = ?", [text, code])
            db.table("contacts").insert({"agency": code, "name": text, "phone": text, "email": text, "role": text})
            db.table("portals").insert(
                {"id": code, "name": text, "start_url": url, "state": "failing", "state_since": SEEN, "active": 1}
            )
        db.conn.commit()
        check(db, Config(), NOW)
        for code, text in BODIES.items():
            for one in load(db, "agency = ? and class = 'fatal'", [code])[:1]:
                decide(db, one.id or 0, "acknowledged", text[:2000], NOW, who=text[:60])
    return data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return filled(tmp_path_factory.mktemp("hostile") / "data")


@pytest.fixture(scope="module")
def one(data: DataDir) -> Iterator[Window]:
    with (
        serving(data) as served,
        browser() as opened,
        window(opened, f"http://127.0.0.1:{served.port}/?{served.query}", PHONE) as found,
    ):
        yield found


def harmless(one: Window, path: str) -> None:
    page = one.go(path)
    assert page.evaluate(MISLAID) == [], path
    assert one.is_quiet(), path


LISTS = (
    "", "?year=2025", "missing?year=2025&on=2026-02-01", "findings", "findings?all=1", "findings?status=acknowledged", "bodies", "unread",
    "portals", "rules", "indicators", "draft", "search?q=申请", "search?q=script", "search?q=<b>", "bodies?q=<script>", "finding/999999",
)  # fmt: skip


def test_nothing_of_them_acts_on_a_page_that_lists_them(one: Window) -> None:
    for path in LISTS:
        harmless(one, path)
    one.go("bodies")
    shown = one.page.locator("#bodies tbody tr")
    assert shown.count() == len(BODIES)
    assert "{{ 7*7 }}" in one.page.locator("main").inner_text()


@pytest.mark.parametrize("code", BODIES, ids=list(HOSTILE))
def test_nothing_of_it_acts_on_its_own_pages(one: Window, data: DataDir, code: str) -> None:
    with closing(open_database(data)) as db:
        numbers = [found.id for found in load(db, "agency = ?", [code])]
    for path in (
        f"body/{code}",
        f"report/{code}/2025",
        f"report/{code}/2025/versions",
        *(f"finding/{n}" for n in numbers[:2]),
    ):
        harmless(one, path)
    one.go(f"report/{code}/2025")
    assert one.page.locator("table.form").count() == 3


def test_a_hostile_draft_is_shown_as_it_is(one: Window) -> None:
    page = one.go("draft")
    files = [
        handed(f"{name}<img src=x onerror='{MARK}'>.html", text[:5000].encode("utf-8", "replace"))
        for name, text in HOSTILE.items()
    ]
    page.set_input_files("input[type=file]", files[::2])
    page.get_by_label("或粘贴").fill("\n".join(text[:300] for text in HOSTILE.values() if text[0] != LONG[0]))
    page.get_by_role("button", name="核对").click()
    assert page.locator("section.one").count() > len(files) // 2
    assert page.evaluate(MISLAID) == []
    assert one.is_quiet()


def test_their_csv_files_hold_no_formula(one: Window) -> None:
    for path, table in (
        ("bodies", "bodies"),
        ("missing?year=2025", "missing"),
        ("unread", "unread"),
        ("findings?all=1", "findings"),
    ):
        answer = one.page.request.get(f"{one.home}{path}{'&' if '?' in path else '?'}table={table}&as=csv")
        assert answer.status == 200, path
        assert answer.headers["content-disposition"].startswith("attachment")
        for line in answer.text().removeprefix("\ufeff").splitlines():
            for cell in line.split('","'):
                assert not cell.lstrip('"').startswith(("=", "+", "@", "\t", "-2")), path
