"""The pages over real HTTP on loopback: what they show, who may decide, and that hostile reports do nothing in them."""

import http.client
import io
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from python_calamine import load_workbook

from crawler.ground.archive import open_archive
from crawler.ground.config import Config
from crawler.ground.data import DataDir, create
from extract.store.write import Reading, save
from monitor.checking.check import check
from monitor.findings import load
from monitor.schema import open_database
from tests.monitor.building import make_report
from tests.monitor.fonts import HAS_FONT

pytest.importorskip("datasette")

NOW = datetime(2026, 2, 1, tzinfo=UTC)
EVIL = "示例县<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e局"
CALM = "示例县财政局"
FIGURES = {
    ("T3", "received", "total"): 3,
    ("T3", "received", "natural_person"): 3,
    ("T3", "granted", "natural_person"): 2,
    ("T3", "granted", "total"): 3,
    ("T3", "processed", "natural_person"): 3,
    ("T3", "processed", "total"): 3,
}
PROSE = '=HYPERLINK("http://127.0.0.1")<svg onload=alert(3)>本机关收到申请9件。信息公开\u202e\x07'


@dataclass
class Served:
    """A running server: its port, the address with the token, and the data directory."""

    port: int
    query: str
    data: DataDir

    def ask(
        self, path: str, cookie: str = "", body: bytes | None = None, *, method: str = "", **heads: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in heads.items()}
        if cookie:
            sent["cookie"] = cookie
        with closing(connection):
            connection.request(method or ("POST" if body is not None else "GET"), path, body, sent)
            found = connection.getresponse()
            return found.status, {k.lower(): v for k, v in found.getheaders()}, found.read()

    def session(self) -> str:
        status, heads, _ = self.ask(f"/?{self.query}")
        assert status == 303
        assert "token" not in heads["location"]
        assert "HttpOnly" in heads["set-cookie"]
        assert "SameSite=Strict" in heads["set-cookie"]
        return heads["set-cookie"].partition(";")[0]

    def first(self) -> int:
        with closing(open_database(self.data)) as db:
            return next(one.id or 0 for one in load(db, "class = 'fatal'"))


def filled(root: Path) -> DataDir:
    data = create(DataDir(root))
    with closing(open_database(data)) as db:
        for name in (EVIL, CALM):
            for year in (2023, 2024):
                report = make_report(
                    FIGURES, year=year, name=name, title=f"{name}<b>{year}", numbers=(1, 3), prose=PROSE
                )
                body = open_archive(data).put(f"<script>alert('{name}{year}')</script>".encode())
                url = "javascript:alert(4)" if name == EVIL else f"http://127.0.0.1/{year}.html"
                save(db, [Reading(body, f"{url}#{year}", report, "2026-01-10")], parser="one", now=NOW)
                db.execute(
                    "insert or ignore into documents (sha256, url, agency, year, title, first_seen, last_seen) "
                    "values (?, ?, ?, ?, ?, ?, ?)",
                    [body, f"{url}#{year}", name, year, name, "2026-01-10T00:00:00Z", "2026-01-10T00:00:00Z"],
                )
        check(db, Config(), NOW)
    return data


@contextmanager
def serving(data: DataDir, *options: str, at: str = "/") -> Iterator[Served]:
    command = [sys.executable, "-m", "monitor.cli", "serve", "--port", "0", "--data", str(data.root), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().partition("http:")[2].strip())
        one = Served(int(address.port or 0), address.query, data)
        for _ in range(200):
            try:
                if one.ask(f"{at}health")[0] == 200:
                    break
            except OSError:
                continue
        yield one
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = filled(tmp_path_factory.mktemp("pages") / "data")
    with serving(data) as one:
        yield one


def paths(served: Served) -> list[str]:
    with closing(open_database(served.data)) as db:
        hostile = load(db, "agency like ?", ["%<script>%"])
    found, evil = [f"/finding/{one.id}" for one in hostile], quote(hostile[0].key.agency, safe="")
    return [
        "/", "/missing", "/findings?all=1", "/bodies", "/unread", "/portals", "/rules", "/indicators", "/draft",
        f"/search?q={quote('申请')}", f"/search?q={quote('<script>')}", f"/body/{evil}", f"/report/{evil}/2024",
        f"/report/{evil}/2024/versions", f"/body/{quote('<script>x')}", "/missing?on=<script>", *found,
    ]  # fmt: skip


class Acting(HTMLParser):
    """Collects what would run, or be asked for, in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            leads = name in ("src", "href", "action") and value and not re.match(r"/|#|\?|data:,$", value)
            if leads and (tag != "a" or not re.match("https?://", value or "")):
                self.found.append(f"{tag} {value}")
        if tag in ("style", "iframe", "object", "embed", "base", "meta"):
            given = dict(attrs)
            if tag != "meta" or "http-equiv" in given:
                self.found.append(tag)
        if tag == "script" and "src" not in dict(attrs):
            self.found.append("inline script")
        if tag == "img" and dict(attrs).get("src") == "x":
            self.found.append("stored picture")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_of_a_hostile_report_runs_or_hides_on_any_page(served: Served, lang: str) -> None:
    for path in paths(served):
        status, heads, body = served.ask(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert status in (200, 400), path
        text = body.decode()
        acting = Acting()
        acting.feed(text)
        assert not acting.found, path
        assert "\u202e" not in text, path
        assert "\x07" not in text, path
        policy = heads["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert heads["x-content-type-options"] == "nosniff"
        assert str(served.data.root) not in text


def test_the_wrong_cell_is_reached_from_the_first_page_in_three_clicks(served: Served) -> None:
    number = served.first()
    assert f"/finding/{number}" in served.ask("/findings")[2].decode()
    page = served.ask(f"/finding/{number}")[2].decode()
    link = re.search(r'href="(/report/[^"#]+)#(c-[^"]+)"', page)
    assert link
    report = served.ask(link[1])[2].decode()
    assert f'id="{link[2]}"' in report
    assert 'class="suspect"' in report
    assert re.search(r"T3\[|natural_person(?!-|\")", re.sub(r"<[^>]+>", "", report)) is None


def test_without_the_token_a_finding_can_be_read_and_not_decided(served: Served) -> None:
    number = served.first()
    assert '<form class="decide"' not in served.ask(f"/finding/{number}")[2].decode()
    form = urlencode({"status": "explained", "reason": "无", "csrf": ""}).encode()
    kind = "application/x-www-form-urlencoded"
    assert served.ask(f"/finding/{number}/decide", "", form, content_type=kind)[0] == 403
    assert served.ask("/?token=wrong")[1].get("set-cookie") is None


def test_a_decision_needs_the_session_its_form_and_our_own_origin_and_both_of_two_are_kept(served: Served) -> None:
    number, cookie, kind = served.first(), served.session(), "application/x-www-form-urlencoded"
    page = served.ask(f"/finding/{number}", cookie)[2].decode()
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf

    def sent(sign: str, reason: str, **heads: str) -> int:
        form = {"csrf": sign, "status": "acknowledged", "reason": reason, "who": "王<i>"}
        return served.ask(f"/finding/{number}/decide", cookie, urlencode(form).encode(), content_type=kind, **heads)[0]

    assert sent("0" * 64, "无签名") == 403
    assert sent(csrf[1], "别处来的", origin="http://evil.example") == 403
    assert sent(csrf[1], "  ") == 400
    assert sent(csrf[1], "已电话核实") == 303
    assert sent(csrf[1], "已去函", origin=f"http://127.0.0.1:{served.port}") == 303
    with closing(open_database(served.data)) as db:
        found = load(db, "id = ?", [number])[0]
    assert found.status == "acknowledged"
    assert [line.partition("（")[0] for line in (found.note or "").splitlines()][-2:] == ["已电话核实", "已去函"]
    assert "王<i>" in (found.note or "")
    with closing(open_database(served.data)) as db:
        check(db, Config(), next_day())
        assert load(db, "id = ?", [number])[0].status == "acknowledged"


def next_day() -> datetime:
    return NOW.replace(day=2)


def test_a_name_that_is_not_ours_is_not_answered(served: Served) -> None:
    assert served.ask("/", host="evil.example")[0] == 421
    assert served.ask("/", host=f"localhost:{served.port}")[0] == 200


def test_the_original_is_given_to_be_kept_and_never_shown(served: Served) -> None:
    page = served.ask(f"/report/{quote(CALM)}/2024")[2].decode()
    link = re.search(r'href="(/archive/[0-9a-f]{64})"', page)
    assert link
    status, heads, body = served.ask(link[1])
    assert status == 200
    assert body.startswith(b"<script>")
    assert heads["content-disposition"].startswith("attachment")
    assert heads["content-security-policy"].startswith("sandbox")
    assert "html" not in heads["content-type"]
    assert served.ask(f"/archive/{'0' * 64}")[0] == 404


def test_every_table_is_a_file_that_no_spreadsheet_takes_for_formulas(served: Served) -> None:
    path = f"/search?q={quote('申请')}&table=places&as="
    _, heads, body = served.ask(f"{path}csv")
    assert heads["content-disposition"].startswith("attachment")
    assert body.startswith(b"\xef\xbb\xbf")
    assert "\"'=HYPERLINK" in body.decode()
    book = load_workbook(io.BytesIO(served.ask(f"{path}xlsx")[2]))
    assert any("HYPERLINK" in str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
    assert served.ask("/findings?table=nothing&as=csv")[0] == 404


def test_sql_reads_tables_alone_and_tells_no_path(served: Served) -> None:
    for sql in ("select * from pragma_database_list()", "attach 'x' as y", "delete from findings"):
        text = served.ask(f"/gouji?{urlencode({'sql': sql})}")[2].decode()
        assert str(served.data.root) not in text
    for path in ("/-/databases.json", "/-/databases", "/-/threads.json", "/-/metadata.json"):
        assert served.ask(path)[0] == 404
    with closing(open_database(served.data)) as db:
        assert load(db, "1 = 1")


def test_a_draft_is_read_judged_and_not_stored(served: Served) -> None:
    with closing(open_database(served.data)) as db:
        before = db.execute("select count(*) from documents").fetchone()
    held = len(list(open_archive(served.data).hashes()))
    document = (
        b"<html><title>x</title><table><tr><td>" + "本年新收政府信息公开申请数量".encode() + b"</td></tr></table>"
    )
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + document + b"\r\n"
        for name in ("<img src=x>.html", "b.html")
    ]
    status, _, body = served.ask(
        "/draft", "", b"".join(parts) + b"--b--\r\n", content_type="multipart/form-data; boundary=b"
    )
    assert status == 200
    acting = Acting()
    acting.feed(body.decode())
    assert not acting.found
    assert "b.html" in body.decode()
    text = urlencode({"text": "示例县财政局2024年政府信息公开工作年度报告"}).encode()
    assert served.ask("/draft", "", text, content_type="application/x-www-form-urlencoded")[0] == 200
    assert served.ask("/draft", "", b"", content_type="application/x-www-form-urlencoded")[0] == 400
    with closing(open_database(served.data)) as db:
        assert db.execute("select count(*) from documents").fetchone() == before
    assert len(list(open_archive(served.data).hashes())) == held


def test_more_than_a_form_may_hold_is_refused(served: Served) -> None:
    kind = "application/x-www-form-urlencoded"
    assert served.ask("/finding/1/decide", "", b"reason=" + b"x" * (70 << 10), content_type=kind)[0] == 413
    many = "&".join(f"a{number}=1" for number in range(100)).encode()
    assert served.ask("/finding/1/decide", "", many, content_type=kind)[0] == 413
    broken = "multipart/form-data; boundary=b"
    assert served.ask("/draft", "", b"--c\r\nnonsense", content_type=broken)[0] == 413


def test_a_form_can_only_be_sent_where_there_is_one(served: Served) -> None:
    assert served.ask("/findings", "", b"x=1", content_type="application/x-www-form-urlencoded")[0] == 403


def test_the_report_page_marks_and_explains_without_script(served: Served) -> None:
    page = served.ask(f"/report/{quote(CALM)}/2024")[2].decode()
    assert page.count("<table") >= 3
    assert "title=" in page
    assert "各类申请人之和" in page
    assert "正文与表格" in page
    status, heads, body = served.ask(f"/report/{quote(CALM)}/2024/page.png")
    if HAS_FONT:
        assert (status, heads["content-type"], body[:4]) == (200, "image/png", b"\x89PNG")
    else:
        assert (status, "apt install fonts-noto-cjk" in body.decode()) == (404, True)


def test_the_demo_can_be_looked_at(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor.cli", "demo", "--serve", "--port", "0", "--data", str(tmp_path / "demo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(line for line in process.stdout if "token=" in line).partition("http:")[2].strip()
        one = Served(int(urlsplit(address).port or 0), urlsplit(address).query, DataDir(tmp_path / "demo"))
        page = one.ask("/")[2].decode()
        process.terminate()
        process.wait(30)
    assert "青石市水利局" in page
    assert 'class="curve"' in page
    assert "2024 年度报告" in page


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_stops_it_is_no_error(served: Served, how: signal.Signals) -> None:
    command = [sys.executable, "-m", "monitor.cli", "serve", "--port", "0", "--data", str(served.data.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = urlsplit(process.stdout.readline().partition("http:")[2].strip()).port
        assert Served(int(port or 0), "", served.data).ask("/health")[0] == 200
        process.send_signal(how)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


def test_behind_a_proxy_that_logs_people_in_its_name_stands_with_the_decision(served: Served) -> None:
    number, kind = served.first(), "application/x-www-form-urlencoded"
    options = ("--base-url", "/g", "--login-header", "X-Remote-User", "--host-name", "reports.example.gov.cn")
    with serving(served.data, *options, at="/g/") as one:
        assert one.ask(f"/g/finding/{number}", host="reports.example.gov.cn")[0] == 200
        assert b'class="decide"' not in one.ask(f"/g/finding/{number}")[2]
        page = one.ask(f"/g/finding/{number}", x_remote_user="zhang")[2].decode()
        csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert csrf
        assert f'action="/g/finding/{number}/decide"' in page
        form = urlencode({"csrf": csrf[1], "status": "explained", "reason": "已说明"}).encode()
        address = f"/g/finding/{number}/decide"
        assert one.ask(address, "a=b", form, content_type=kind)[0] == 403
        assert one.ask(address, "a=b", form, content_type=kind, x_remote_user="li")[0] == 403
        assert one.ask(address, "a=b", form, content_type=kind, x_remote_user="zhang")[0] == 303
    with closing(open_database(served.data)) as db:
        assert "已说明（zhang，" in (load(db, "id = ?", [number])[0].note or "")


def test_bound_to_more_than_loopback_nobody_decides(served: Served) -> None:
    with serving(served.data, "--host", "0.0.0.0") as one:
        assert one.query == ""
        assert one.ask("/?token=")[1].get("set-cookie") is None
        assert b'class="decide"' not in one.ask(f"/finding/{served.first()}")[2]
    wrong = [sys.executable, "-m", "monitor.cli", "serve", "--host", "0.0.0.0", "--login-header", "X-Remote-User"]
    assert subprocess.run([*wrong, "--data", str(served.data.root)], capture_output=True, check=False).returncode == 2


def test_plain_datasette_shows_the_same_pages_and_decides_nothing(served: Served) -> None:
    code = (
        "import asyncio, sys; from datasette.app import Datasette; from datasette.plugins import pm\n"
        "from monitor.pages import plugin\n"
        "pm.is_registered(plugin) or pm.register(plugin, name='gouji')\n"
        "ds = Datasette([sys.argv[1]])\n"
        "found = asyncio.run(ds.client.get('/findings', headers={'host': 'localhost'}))\n"
        "print(found.status_code, 'gouji/style.css' in found.text, found.headers['content-security-policy'][:18])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(served.data.database)], capture_output=True, text=True, check=False
    )
    assert told.stdout.split()[:2] == ["200", "True"], told.stderr
