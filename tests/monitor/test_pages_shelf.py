"""Pages that are kept as bytes: made once for many, never with anything of a person, and never older than they may be."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from crawler.ground.data import DataDir
from monitor.findings import decide, load
from monitor.pages import shelf
from monitor.pages.ask import Ask, Shown
from monitor.pages.people import hashed
from monitor.pages.shelf import Made, Shelf, for_nobody, key_of
from monitor.schema import open_database
from tests.monitor.test_pages import NOW, Served, filled, paths, serving

pytest.importorskip("datasette")

KIND = "application/x-www-form-urlencoded"
PASSWORD = "青石-很长的密码"
PAGE = Shown("list", "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(filled(tmp_path_factory.mktemp("shelf") / "data")) as one:
        yield one


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = filled(tmp_path_factory.mktemp("guarded") / "data")
    with data.config_path.open("a", encoding="utf-8") as file:
        file.write(f'[serve]\nusers = ["王敏:{hashed(PASSWORD)}"]\n')
    with serving(data, "--host", "0.0.0.0") as one:
        yield one


def sign(body: bytes) -> str:
    found = re.search(rb'name="csrf" value="([0-9a-f]+)"', body)
    return found[1].decode() if found else ""


def test_no_page_holds_what_was_made_for_another(served: Served) -> None:
    cookie = served.session()
    signs = set[str]()
    for path in [*paths(served), f"/finding/{served.first()}"]:
        for given in (cookie, "", cookie, ""):  # each of them is asked for by the one after the other
            _, heads, body = served.ask(path, given)
            assert (b'class="decide"' in body or b"csrf" in body) <= bool(given), path
            assert ("您可以处理发现" in body.decode()) == bool(given), path
            if sign(body):
                signs.add(sign(body))
                assert heads["cache-control"] == "private, no-store"
            assert served.query.removeprefix("token=").encode() not in body
            assert cookie.partition("=")[2].encode() not in body
    assert len(signs) == 1  # there is one session of one token; who has none has no sign


def test_who_logs_in_is_named_to_nobody_else_and_their_signs_differ(guarded: Served) -> None:
    form = urlencode({"name": "王敏", "password": PASSWORD}).encode()
    first, second = (
        guarded.ask("/login", "", form, content_type=KIND)[1]["set-cookie"].partition(";")[0] for _ in "12"
    )
    page, signs = f"/finding/{guarded.first()}", dict[str, str]()
    for given in (first, second, "", first, second, ""):
        body = guarded.ask(page, given)[2]
        assert ("王敏" in body.decode()) == bool(given)
        assert signs.setdefault(given, sign(body)) == sign(body)
    assert len(set(signs.values())) == 3
    assert signs[""] == ""
    for path in ("/", "/findings", "/login"):
        guarded.ask(path, first)
        assert "王敏" not in guarded.ask(path)[2].decode()
        assert "set-cookie" not in guarded.ask("/findings", first)[1]


def test_a_decision_is_seen_at_once_by_whoever_made_it_and_by_all_others(served: Served) -> None:
    cookie, number = served.session(), served.first()
    shown = [f"/finding/{number}", "/findings", "/"]
    for path in shown:
        served.ask(path, cookie)
        served.ask(path)
    form = {"csrf": sign(served.ask(shown[0], cookie)[2]), "status": "explained", "reason": "来函说明"}
    assert served.ask(f"{shown[0]}/decide", cookie, urlencode(form).encode(), content_type=KIND)[0] == 303
    for given in (cookie, ""):
        assert "来函说明" in served.ask(shown[0], given)[2].decode()
        for path in shown[1:]:
            assert f"/finding/{number}".encode() + b'"' not in served.ask(path, given)[2]


def test_what_another_program_has_written_is_seen_at_once_where_the_database_is_small(served: Served) -> None:
    with closing(open_database(served.data)) as db:
        one = next(one for one in load(db, "status = 'open'"))
        assert "别处写下的" not in served.ask(f"/finding/{one.id}")[2].decode()
        decide(db, one.id or 0, "acknowledged", "别处写下的", NOW, who="")
    assert "别处写下的" in served.ask(f"/finding/{one.id}")[2].decode()


def test_a_browser_that_has_the_page_is_not_sent_it_again_and_one_language_is_not_given_for_another(
    served: Served,
) -> None:
    status, heads, body = served.ask("/rules")
    assert (status, heads["cache-control"]) == (200, "private, no-cache")
    assert "cookie" in heads["vary"]
    assert "本页数据截至" in body.decode()
    status, again, nothing = served.ask("/rules", if_none_match=heads["etag"])
    assert (status, nothing, again["etag"]) == (304, b"", heads["etag"])
    assert "content-security-policy" in again
    other = served.ask("/rules", "gouji_lang=en", if_none_match=heads["etag"])
    assert other[0] == 200
    assert "Data as of" in other[2].decode()
    assert "etag" not in served.ask("/health")[1]


def test_what_is_kept_was_asked_by_nobody(served: Served) -> None:
    ask = Ask(
        "/", {}, {}, "zh", "/", NOW, True, "王敏", csrf="c", session="s", secure=True, seen="2026-01-01|2026-02-01"
    )
    plain = for_nobody(ask)
    assert (plain.who, plain.csrf, plain.session, plain.secure, plain.seen) == ("", "", "", False, "2026-01-01|")
    keys = {key_of(one) for one in (plain, replace(plain, lang="en"), replace(plain, may_decide=False))}
    assert len(keys | {key_of(replace(plain, args={"a": "1"})), key_of(replace(plain, args={"a": "2"}))}) == 5
    assert key_of(for_nobody(replace(ask, who="别人", csrf="d"))) == key_of(plain)


def made(body: bytes = b"x") -> Made:
    return Made(PAGE, body, "", True)


def value(found: "Made | Future[Made]") -> bytes:
    return (found.result(5) if isinstance(found, Future) else found).body


def test_twenty_who_ask_at_once_cost_one_making() -> None:
    with ThreadPoolExecutor(2) as pool:
        one, go, count = Shelf(pool), threading.Event(), list[int]()

        def make() -> Made:
            count.append(go.wait(5))
            return made()

        found = [one.find("k", 1, False, make) for _ in range(20)]
        go.set()
        assert {value(each) for each in found} == {b"x"}
        assert len(count) == 1


def test_who_may_decide_is_shown_no_older_state_and_a_mere_reader_one_for_seconds_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        one, asked = Shelf(pool), list[bytes]()

        def make() -> Made:
            asked.append(b"%d" % len(asked))
            time.sleep(0.01)
            return made(asked[-1])

        def ask(version: int, *, strict: bool) -> bytes:
            found = value(one.find("k", version, strict, make))
            pool.submit(int).result()  # what was made is put where it is kept
            return found

        monkeypatch.setattr(shelf, "RESTS", 10_000)
        assert [ask(1, strict=True), ask(1, strict=True), ask(2, strict=False)] == [b"0", b"0", b"0"]
        assert [ask(2, strict=True), ask(2, strict=False)] == [b"1", b"1"]
        monkeypatch.setattr(shelf, "OLDEST", 0)
        assert ask(3, strict=False) == b"2"
        monkeypatch.setattr(shelf, "SAME", 0)
        assert ask(3, strict=False) == b"3"


def test_what_was_begun_before_a_decision_is_shown_to_nobody_after_it() -> None:
    with ThreadPoolExecutor(2) as pool:
        one, go = Shelf(pool), threading.Event()

        def make() -> Made:
            go.wait(5)
            return made(b"before")

        before = one.find("k", 1, False, make)
        one.forget()
        after = one.find("k", 1, False, lambda: made(b"after"))
        assert value(after) == b"after"
        go.set()
        assert value(before) == b"before"
        pool.submit(int).result()
        assert value(one.find("k", 1, False, lambda: made(b"new"))) != b"before"


def test_what_is_kept_is_bounded_in_bytes_and_an_error_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 10_000)
    monkeypatch.setattr(shelf, "MOST_OF_ONE", 4_000)
    with ThreadPoolExecutor(1) as pool:
        one = Shelf(pool)
        for number in range(50):
            value(one.find(number, 1, False, lambda: made(b"x" * 1000)))
        value(one.find("long", 1, False, lambda: made(b"x" * 5000)))
        value(one.find("error", 1, False, lambda: Made(PAGE, b"", "", False)))
        pool.submit(int).result()
        assert one.size == sum(each.size for each in one.pages.values()) <= 10_000
        assert 49 in one.pages
        assert not {0, "long", "error"} & set(one.pages)
        assert not one.making


def test_no_state_of_a_database_that_is_gone_is_told_as_that_of_now(tmp_path_factory: pytest.TempPathFactory) -> None:
    data: DataDir = filled(tmp_path_factory.mktemp("gone") / "data")
    with serving(data) as one:
        assert one.ask("/rules")[0] == 200
        data.database.rename(data.database.with_suffix(".away"))
        assert one.ask("/rules")[0] == 503
        data.database.with_suffix(".away").rename(data.database)
        assert one.ask("/rules")[0] == 200
