"""Who decides elsewhere than on loopback: a login with hashed passwords; and what is held back from everybody else."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest

from crawler.ground.config import parse_config
from crawler.ground.errors import UsageError
from monitor.findings import load
from monitor.pages import people as people_module
from monitor.pages.people import ATTEMPTS, FROM_ONE, MOST_TRIED, NOBODY, hashed, is_right, people_of, place_of
from monitor.schema import open_database
from tests.monitor.test_pages import Served, filled, serving

pytest.importorskip("datasette")

KIND = "application/x-www-form-urlencoded"
PASSWORD = "青石-很长的密码"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = filled(tmp_path_factory.mktemp("login") / "data")
    with data.config_path.open("a", encoding="utf-8") as file:
        file.write(f'[serve]\nusers = ["王敏:{hashed(PASSWORD)}"]\nhost_names = ["reports.example.gov.cn"]\n')
    with serving(data, "--host", "0.0.0.0") as one:
        yield one


def enter(served: Served, name: str, password: str, **heads: str) -> tuple[int, str, str]:
    form = urlencode({"name": name, "password": password}).encode()
    status, found, _ = served.ask("/login", "", form, content_type=KIND, **heads)
    cookie = found.get("set-cookie", "")
    return status, cookie.partition(";")[0], cookie


def test_a_hash_is_of_one_password_salted_and_bears_no_cost_that_is_too_high() -> None:
    assert is_right("a", hashed("a"))
    assert not is_right("b", hashed("a"))
    assert hashed("a") != hashed("a")
    assert not is_right("a", NOBODY)
    assert not is_right("a", f"scrypt${2**24}$99$1${'0' * 32}${'0' * 64}")


def test_after_so_many_wrong_passwords_for_one_name_from_one_place_it_waits_and_nobody_else_does() -> None:
    people = people_of([f"王敏:{hashed('right')}", f"李明:{hashed('other')}"])
    for _ in range(ATTEMPTS):
        assert not people.is_held_off("王敏", "192.0.2.1")
        assert people.enter("王敏", "wrong", "192.0.2.1") == ""
    assert people.is_held_off("王敏", "192.0.2.1")
    assert not people.is_held_off("王敏", "192.0.2.2")
    assert not people.is_held_off("李明", "192.0.2.1")
    assert people.who(people.enter("李明", "other", "192.0.2.1")) == "李明"
    assert people.who("") == ""


def test_who_tries_many_names_from_one_place_waits_and_what_was_right_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people_module, "is_right", lambda given, _: given == "right")
    people = people_of([f"王敏:{hashed('right')}"])
    for number in range(FROM_ONE):
        assert people.enter("王敏", "right", "192.0.2.1")
        assert not people.is_held_off("王敏", "192.0.2.1")
        people.enter(f"某人{number}", "wrong", "192.0.2.1")
    assert people.is_held_off("王敏", "192.0.2.1")
    assert not people.is_held_off("王敏", "192.0.2.2")
    monkeypatch.setattr(people_module, "WITHIN", 0.0)
    assert not people.is_held_off("王敏", "192.0.2.1")


def test_names_and_places_that_are_remembered_are_bounded_and_one_subscriber_is_one_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people_module, "is_right", lambda *_: False)
    people = people_of([f"王敏:{hashed('right')}"])
    for number in range(MOST_TRIED):
        people.enter("名" * 10_000, "wrong", f"198.51.{number // 250}.{number % 250}")
    assert len(people.wrong) == MOST_TRIED
    assert all(len(part) <= 200 for key in people.wrong for part in key)
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2::9") != place_of("2001:db8:1:3::9")
    assert place_of("::ffff:192.0.2.1") == place_of("192.0.2.1") != place_of("192.0.2.2")
    assert place_of("") == ""


def test_what_is_no_hash_is_an_error_that_does_not_repeat_it(served: Served) -> None:
    with pytest.raises(UsageError) as told:
        parse_config(b'[serve]\nusers = ["wang:secret123"]\n', served.data.config_path)
    assert "secret123" not in str(told.value)
    with pytest.raises(UsageError):
        parse_config(b'[serve]\nlogin_header = "X User:"\n', served.data.config_path)


def test_the_command_prints_the_hash_of_what_is_piped_in_and_refuses_a_short_one() -> None:
    command = [sys.executable, "-m", "monitor.cli", "serve", "--hash-password"]
    told = subprocess.run(command, input="一个够长的密码一个够长\n", capture_output=True, text=True, check=True)
    assert is_right("一个够长的密码一个够长", told.stdout.strip())
    assert subprocess.run(command, input="kurz\n", capture_output=True, text=True, check=False).returncode == 2


def test_who_logs_in_decides_and_the_history_says_who(served: Served) -> None:
    number = served.first()
    page = served.ask(f"/finding/{number}")[2].decode()
    assert 'href="/login"' in page
    assert '<form class="decide"' not in page
    assert enter(served, "王敏", "falsch")[0] == 403
    assert enter(served, "别人", PASSWORD)[0] == 403
    assert enter(served, "王敏", PASSWORD, origin="http://evil.example")[0] == 403
    status, cookie, whole = enter(served, "王敏", PASSWORD)
    assert status == 303
    assert "HttpOnly" in whole
    assert "samesite=strict" in whole.lower()
    assert "secure" in enter(served, "王敏", PASSWORD, x_forwarded_proto="https")[2].lower()
    page = served.ask(f"/finding/{number}", cookie)[2].decode()
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf
    form = {"csrf": csrf[1], "status": "explained", "reason": "来函说明", "who": "冒名"}
    address = f"/finding/{number}/decide"
    assert served.ask(address, "", urlencode(form).encode(), content_type=KIND)[0] == 403
    other = enter(served, "王敏", PASSWORD)[1]
    assert served.ask(address, other, urlencode(form).encode(), content_type=KIND)[0] == 403
    assert served.ask(address, cookie, urlencode(form).encode(), content_type=KIND)[0] == 303
    with closing(open_database(served.data)) as db:
        note = load(db, "id = ?", [number])[0].note or ""
    assert "来函说明（王敏，" in note
    assert "冒名" not in note
    left = served.ask("/login", cookie, b"leave=1", content_type=KIND)
    assert left[0] == 303
    assert '<form class="decide"' not in served.ask(f"/finding/{number}", cookie)[2].decode()


def test_the_hash_stands_on_no_page_and_the_name_of_the_configuration_is_known(served: Served) -> None:
    assert served.ask("/", host="reports.example.gov.cn")[0] == 200
    assert served.ask("/", host="evil.example")[0] == 421
    for path in ("/login", "/", "/gouji.json"):
        assert b"scrypt$" not in served.ask(path)[2]
