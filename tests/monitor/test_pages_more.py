"""Pages of peers and rules; uploads, SQL, the entry point: what is promised of them, over HTTP."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.metadata import entry_points
from urllib.parse import quote, urlencode

import pytest

from monitor.findings import load
from monitor.pages import plugin
from monitor.schema import open_database
from tests.monitor.test_pages import CALM, EVIL, Served, filled, serving

pytest.importorskip("datasette")
KIND = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = filled(tmp_path_factory.mktemp("more") / "data")
    with closing(open_database(data)) as db:
        db.execute("update agencies set kind = 'department', level = 'county'")
        db.conn.commit()
    with serving(data) as one:
        yield one


def test_a_body_stands_beside_its_peers_and_the_register_says_what_it_lacks(served: Served) -> None:
    page = served.ask(f"/compare/{quote(CALM)}")[2].decode()
    assert "比照同类同级的其他机关 1 个" in page
    assert "公开率" in page
    assert "2024" in page
    assert "名录没有写明它的行政区划" in served.ask(f"/compare/{quote(CALM)}?by=division")[2].decode()
    assert f'href="/compare/{quote(CALM)}"' in served.ask(f"/body/{quote(CALM)}")[2].decode()
    assert served.ask(f"/compare/{quote(EVIL, safe='')}?lang=en&by=<script>")[0] in (200, 400)
    assert served.ask("/compare/nobody")[0] in (400, 404)


def test_a_rule_has_its_basis_examples_and_what_it_found_without_a_code(served: Served) -> None:
    address = re.search(r'href="(/rule/t3\.[a-z_]+)"', served.ask("/rules")[2].decode())
    assert address
    page = served.ask("/rule/t3.row_sum")[2].decode()
    assert "依据" in page
    assert "精确率" in page
    assert "表三" in page
    assert CALM in page
    text = re.sub(r"<[^>]+>", "", page)
    assert re.search(r"T3\[|t3\.row_sum|natural_person", text) is None
    for rule in ("t3.balance", "claim.cell", "reuse.last_year", "pub.state"):
        assert served.ask(f"/rule/{rule}?lang=en")[0] == 200
    assert served.ask("/rule/no.such")[0] == 404


def test_two_who_decide_at_the_same_moment_are_both_in_the_history(served: Served) -> None:
    number, cookie = served.first(), served.session()
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', served.ask(f"/finding/{number}", cookie)[2].decode())
    assert csrf
    sign = csrf[1]

    def sent(at: int) -> int:
        form = {"csrf": sign, "status": "acknowledged", "reason": f"第{at}人的理由", "who": f"甲{at}"}
        return served.ask(f"/finding/{number}/decide", cookie, urlencode(form).encode(), content_type=KIND)[0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(sent, range(8))) == [303] * 8
    with closing(open_database(served.data)) as db:
        note = load(db, "id = ?", [number])[0].note or ""
    for at in range(8):
        assert f"第{at}人的理由（甲{at}，" in note


def test_sql_that_asks_too_much_is_ended_and_none_writes(served: Served) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    begun = time.monotonic()
    status, _, body = served.ask(f"/gouji.json?{urlencode({'sql': endless})}")
    assert status == 400
    assert b"SQL Interrupted" in body
    assert time.monotonic() - begun < 60
    for sql in ("update findings set note = 'x'", "pragma journal_mode = delete", "select load_extension('x')"):
        status, _, body = served.ask(f"/gouji.json?{urlencode({'sql': sql})}")
        assert status in (400, 403), sql
        assert str(served.data.root).encode() not in body
    with closing(open_database(served.data)) as db:
        assert not load(db, "note = 'x'")


def test_a_draft_that_is_no_document_costs_its_own_line_alone(served: Served) -> None:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + body + b"\r\n"
        for name, body in (("坏.pdf", b"%PDF-1.7\n" + b"\x00" * 5000), ("../../etc/passwd.html", b"<p>x</p>"))
    ]
    status, _, page = served.ask(
        "/draft", "", b"".join(parts) + b"--b--\r\n", content_type="multipart/form-data; boundary=b"
    )
    assert status == 200
    assert "坏.pdf" in page.decode()
    assert str(served.data.root) not in page.decode()
    assert "/etc/" not in page.decode()


def test_why_a_draft_was_not_read_is_said_in_the_language_of_the_page(served: Served) -> None:
    part = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.pdf"\r\n\r\n' + b"%PDF-1.7\n" + b"\x00" * 500
    )
    told = {
        lang: served.ask(
            f"/draft?lang={lang}", "", part + b"\r\n--b--\r\n", content_type="multipart/form-data; boundary=b"
        )[2].decode()
        for lang in ("zh", "en")
    }
    reasons = {lang: re.findall(r"<h3>(?:未读|Not)[^<]*</h3><ul>(.*?)</ul>", page) for lang, page in told.items()}
    assert re.search("[一-鿿]", "".join(reasons["zh"]))
    assert reasons["en"]
    assert not re.search("[一-鿿]", "".join(reasons["en"]))
    assert "Read-only" not in told["en"]


def test_whoever_asks_for_the_head_alone_is_told_what_the_page_would_tell(served: Served) -> None:
    paths = ("/", "/bodies", "/draft", "/health", "/rules?table=rules&as=csv", "/finding/1", "/gouji", "/nothing")
    for path in paths:
        status, heads, body = served.ask(path)
        asked = served.ask(path, method="HEAD")
        assert body, path
        assert asked[0] == status, path
        assert asked[2] == b"", path
        for name in ("content-type", "content-security-policy", "etag", "content-disposition"):
            assert asked[1].get(name) == heads.get(name), path


def test_the_health_is_told_and_datasette_finds_the_pages_by_their_entry_point(served: Served) -> None:
    assert served.ask("/health")[2] == b'{"ok": true}\n'
    found = [one for one in entry_points(group="datasette") if one.name == "gouji"]
    assert [one.value for one in found] == [plugin.__name__]
    assert found[0].load() is plugin
