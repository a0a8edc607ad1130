"""Mail servers that drip, flood, hang up, or say what they should not: real connections on loopback."""

import hashlib
import hmac
import json
import socket
import ssl
import time
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, read_config
from crawler.ground.data import DataDir
from crawler.ground.errors import Stopped, UsageError
from monitor.alerts.alert import alert
from monitor.alerts.mail import is_address
from tests.monitor.mailing import NOW, config, put, rows
from tests.monitor.smtp_server import Faulty, Talk, serving

LI, WANG, ZHAO = (f"{name}@example.org" for name in ("li", "wang", "zhao"))
SHORT = 0.4  # seconds for a session: no answer of a sound server on loopback takes a tenth of it
HOUR = timedelta(hours=1)
Fault = Callable[[Talk, str], bool]


def hurried(port: int, *recipients: str, **changes: object) -> Config:
    return config(port, *(recipients or (LI,)), session_timeout=SHORT, **changes)


def at(moment: str, what: Callable[[Talk], bool], *, number: int = 0) -> Fault:
    """A fault at one moment of every connection, or of the one with this number."""
    return lambda talk, now: now == moment and number in (0, talk.number) and what(talk)


def saying(text: str | bytes) -> Callable[[Talk], bool]:
    def say(talk: Talk) -> bool:
        talk.say(text)
        return True

    return say


def outcomes(db: Database) -> list[str]:
    return [row[0] for row in rows(db, "select outcome from deliveries order by id")]


# --- time and size ---------------------------------------------------------------------------------------------

PIECES = {"lines": b"220-x\r\n", "bytes": b"2", "blank lines": b"250-\r\n"}


@pytest.mark.parametrize(
    ("moment", "piece"),
    [
        ("greeting", "bytes"),
        ("EHLO", "lines"),
        ("MAIL", "blank lines"),
        ("RCPT", "lines"),
        ("DATA", "bytes"),
        ("end", "lines"),
        ("end", "bytes"),
    ],
)
def test_a_server_that_drips_has_its_time_and_no_more(db: Database, data: DataDir, moment: str, piece: str) -> None:
    put(db)
    with serving(Faulty(at(moment, lambda talk: talk.drip(PIECES[piece])))) as server:
        begun = time.monotonic()
        result = alert(db, data, hurried(server.port), NOW)
        assert time.monotonic() - begun < 10 * SHORT
        assert (result.sent, result.failed) == (0, 1)
        assert "session took longer than 0.4 s" in result.reasons[0]
        assert "会话超过 0.4 秒" in result.reasons_zh[0]
        server.fault = lambda _talk, _moment: False
        assert alert(db, data, hurried(server.port), NOW + HOUR).sent == 1
        assert server.receivers == [LI]
    assert [outcome.partition(":")[0] for outcome in outcomes(db)] == ["failed", "sent"]


@pytest.mark.parametrize(
    ("moment", "piece"),
    [
        ("greeting", b"220-" + b"x" * 500 + b"\r\n"),
        ("greeting", b"2" * 4096),
        ("EHLO", b"250-\r\n" * 500),
        ("RCPT", b"250-" + b"x" * 500 + b"\r\n"),
        ("end", b"250-\r\n" * 500),
        ("end", b"\n" * 4000),
    ],
)
def test_a_server_that_floods_is_cut_off(db: Database, data: DataDir, moment: str, piece: bytes) -> None:
    put(db)
    with serving(Faulty(at(moment, lambda talk: talk.flood(piece)))) as server:
        assert alert(db, data, config(server.port, LI), NOW).failed == 1
        assert all(talk.sent < 10_000_000 for talk in server.talks)
    (outcome,) = outcomes(db)
    assert "more than 8192 bytes" in outcome or piece.startswith(b"\n")


@pytest.mark.parametrize("moment", ["RCPT", "end"])
def test_who_the_server_hesitates_about_keeps_the_others_waiting_for_one_session(
    db: Database, data: DataDir, moment: str
) -> None:
    put(db)
    with serving(Faulty(at(moment, lambda talk: talk.drip(b"250-x\r\n"), number=1))) as server:
        result = alert(db, data, hurried(server.port, LI, WANG, ZHAO), NOW)
        assert (result.sent, result.failed, server.receivers) == (2, 1, [WANG, ZHAO])


def test_a_server_that_hesitates_about_everybody_is_asked_no_more(db: Database, data: DataDir) -> None:
    put(db)
    everybody = [f"r{number}@example.org" for number in range(8)]
    with serving(Faulty(at("RCPT", lambda talk: talk.drip(b"250-x\r\n")))) as server:
        result = alert(db, data, hurried(server.port, *everybody), NOW)
        assert (result.sent, result.failed, len(server.talks)) == (0, 8, 3)


def test_a_session_carries_many_mails_and_another_the_rest(db: Database, data: DataDir) -> None:
    put(db)
    everybody = [f"r{number}@example.org" for number in range(12)]

    def slowly(talk: Talk) -> bool:
        talk.server.over.wait(SHORT / 5)
        return False

    with serving(Faulty(at("end", slowly))) as server:
        result = alert(db, data, hurried(server.port, *everybody), NOW)
        assert (result.sent, result.failed) == (12, 0)
        assert sorted(server.receivers) == sorted(everybody)
        assert 2 <= len(server.talks) < 12


@pytest.mark.parametrize("piece", [b"\x16", b""])
def test_a_handshake_that_drips_or_says_nothing(db: Database, data: DataDir, piece: bytes) -> None:
    def stall(talk: Talk) -> bool:
        talk.say("220 go on")
        return talk.drip(piece)

    put(db)
    for security, fault in (
        ("tls", at("greeting", lambda talk: talk.drip(piece))),
        ("starttls", at("STARTTLS", stall)),
    ):
        with serving(Faulty(fault, features=("STARTTLS",))) as server:
            begun = time.monotonic()
            assert alert(db, data, hurried(server.port, security=security), NOW).failed == 1
            assert time.monotonic() - begun < 10 * SHORT
    assert all("session took longer" in outcome or "no secure connection" in outcome for outcome in outcomes(db))


def test_what_drips_within_tls(db: Database, data: DataDir, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(db)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    fault = at("MAIL", lambda talk: talk.drip(b"250-x\r\n"))
    with serving(Faulty(fault, features=("STARTTLS",), tls=context)) as server:
        assert alert(db, data, hurried(server.port, security="starttls"), NOW).failed == 1
        assert "STARTTLS" in server.moments()
        assert "MAIL" in server.moments()
    assert "session took longer" in outcomes(db)[0]


def test_a_connection_that_nobody_takes(db: Database, data: DataDir) -> None:
    put(db)
    with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:  # the system takes it, and nobody speaks
        result = alert(db, data, hurried(silent.getsockname()[1]), NOW)
    assert "session took longer" in result.reasons[0]


# --- servers that hang up --------------------------------------------------------------------------------------


def full(verb: str, answer: str) -> Fault:
    def hang_up(talk: Talk, moment: str) -> bool:
        if moment != verb or talk.mails < 1:
            return False
        if answer:
            talk.say(answer)
        return talk.hang_up()

    return hang_up


HABITS: dict[str, Fault] = {
    "closes after each mail": at("after", Talk.hang_up),
    "resets after each mail": at("after", lambda talk: talk.hang_up(reset=True)),
    "a limit told at MAIL": full("MAIL", "421 too many messages in this connection"),
    "a limit told at RCPT": full("RCPT", "421 closing"),
    "a limit told at DATA": full("DATA", "421 closing"),
    "silently gone at MAIL": full("MAIL", ""),
    "silently gone at RCPT": full("RCPT", ""),
    "silently gone at DATA": full("DATA", ""),
}


@pytest.mark.parametrize("habit", HABITS)
def test_everybody_has_the_mail_after_one_alert_once(db: Database, data: DataDir, habit: str) -> None:
    put(db)
    with serving(Faulty(HABITS[habit])) as server:
        result = alert(db, data, config(server.port, LI, WANG, ZHAO), NOW)
        assert (result.sent, result.failed) == (3, 0)
        assert server.receivers == [LI, WANG, ZHAO]
        assert alert(db, data, config(server.port, LI, WANG, ZHAO), NOW + HOUR).messages == []
        assert len(server.taken) == 3


@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize("answer", ["451 greylisted, try again later", "421 busy"])
def test_a_passing_refusal_is_tried_again_within_the_run(db: Database, data: DataDir, moment: str, answer: str) -> None:
    put(db)
    with serving(Faulty(at(moment, saying(answer), number=1))) as server:
        result = alert(db, data, config(server.port, LI, WANG), NOW)
        assert (result.sent, result.failed) == (2, 0)
        assert sorted(server.receivers) == [LI, WANG]
        assert alert(db, data, config(server.port, LI, WANG), NOW + HOUR).messages == []


def test_one_that_lasts_waits_for_the_next_alert_and_keeps_nobody_else(db: Database, data: DataDir) -> None:
    refused = 0

    def grey(talk: Talk) -> bool:
        nonlocal refused
        refused += 1
        talk.say("451 greylisted, try again later")
        return True

    def twice(talk: Talk, moment: str) -> bool:
        return moment == "RCPT" and refused < 2 and grey(talk)

    put(db)
    with serving(Faulty(twice)) as server:
        result = alert(db, data, config(server.port, LI, WANG), NOW)
        assert (result.sent, result.failed, refused) == (1, 1, 2)
        assert alert(db, data, config(server.port, LI, WANG), NOW + HOUR).sent == 1
        assert sorted(server.receivers) == [LI, WANG]


@pytest.mark.parametrize(
    "lost",
    [
        lambda talk: talk.hang_up(),
        lambda talk: talk.hang_up(reset=True),
        lambda talk: saying(b"250 o")(talk) and talk.hang_up(),
        saying("nonsense"),
    ],
)
def test_a_mail_of_which_nothing_is_known_is_sent_again_as_it_was(
    db: Database, data: DataDir, lost: Callable[[Talk], bool]
) -> None:
    put(db)
    with serving(Faulty(at("end", lost, number=1))) as server:
        result = alert(db, data, config(server.port, LI), NOW)
        assert result.failed == 1
        assert "whether it was taken is not known" in result.reasons[0]
        (waiting,) = data.outbox.glob("*.part")
        put(db, year=2024)
        assert alert(db, data, config(server.port, LI), NOW + HOUR).sent == 1
        ((_, text),) = server.taken
        assert waiting.stem[-16:].encode() in text  # the Message-ID of the first
    assert [path.suffix for path in data.outbox.iterdir()] == [".eml"]


@pytest.mark.parametrize("answer", ["552 too big", "554 5.7.1 no"])
def test_a_mail_that_was_refused_at_its_end_is_composed_anew(db: Database, data: DataDir, answer: str) -> None:
    put(db)
    with serving(Faulty(at("end", saying(answer), number=1))) as server:
        assert alert(db, data, config(server.port, LI), NOW).failed == 1
        assert answer[:3] in outcomes(db)[0]
        assert list(data.outbox.iterdir()) == []
        assert alert(db, data, config(server.port, LI), NOW + HOUR).sent == 1
        assert server.receivers == [LI]


# --- an end is asked for ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "known"), [("greeting", True), ("RCPT", True), ("end", False)])
def test_an_end_in_mid_session(db: Database, data: DataDir, moment: str, known: bool) -> None:
    put(db)
    with serving(Faulty(at(moment, lambda talk: talk.drip(b"250-x\r\n"), number=1))) as server:
        begun = time.monotonic()
        with pytest.raises(Stopped):
            alert(db, data, config(server.port, LI, WANG), NOW, stop=lambda: moment in server.moments())
        assert time.monotonic() - begun < 5
        ((outcome, tells),) = rows(db, "select outcome, tells from deliveries")
        assert "asked to end" in outcome
        assert (tells is None) is known
        assert rows(db, "select * from notices") == []
        assert alert(db, data, config(server.port, LI, WANG), NOW + HOUR).sent == 2
        assert sorted(server.receivers) == [LI, WANG]


def test_an_answer_that_comes_in_time_is_waited_for(db: Database, data: DataDir) -> None:
    def late(talk: Talk) -> bool:
        talk.server.over.wait(0.5)
        return False

    put(db)
    with serving(Faulty(at("end", late))) as server:
        with pytest.raises(Stopped):
            alert(db, data, config(server.port, LI, WANG), NOW, stop=lambda: "end" in server.moments())
        assert outcomes(db) == ["sent"]
        assert server.receivers == [LI]


# --- what servers say ------------------------------------------------------------------------------------------

HOSTILE = [
    b"no \x1b[31mred\x1b[0m \x07\x08 \xe2\x80\xaegro\xe2\x80\xac",
    b"\xc2\x9b31m \xc2\x85 \xe2\x80\xa8 \xe2\x81\xa6",
    b"\x00\x01\xff\xfe\xed\xa0\x80",
    b"x" * 5000,
    "不\u200b收".encode(),
    b"a\r\n550-b",
    b"\t \t",
]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_server_says_is_kept_inert_and_short(db: Database, data: DataDir, said: bytes) -> None:
    put(db)
    told: list[str] = []
    for hour, moment in enumerate(("greeting", "EHLO", "MAIL", "RCPT", "DATA", "end")):
        with serving(Faulty(at(moment, saying(b"550-" + said + b"\r\n550 end\r\n")))) as server:
            # To another reader each time; a server that knows no EHLO is asked in the old way.
            result = alert(db, data, config(server.port, f"r{hour}@example.org"), NOW + hour * HOUR)
            assert (result.failed == 1) is (moment != "EHLO")
            told += [*result.reasons, *result.reasons_zh]
    for text in (*outcomes(db), *told):
        assert len(text) < 450
        assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


# --- user and password -----------------------------------------------------------------------------------------

PASSWORD = "密码5ä\u3000🔑"


def login(mechanism: str, seen: list[bytes]) -> Fault:
    """A server that knows this mechanism alone, asks as it wants to, and keeps what it was told."""
    asked = {"PLAIN": [b""], "LOGIN": [b"Username:", b"Password:"], "CRAM-MD5": [b"<1@mx>"]}[mechanism]

    def fault(talk: Talk, moment: str) -> bool:
        if moment == "AUTH" and mechanism == "PLAIN":
            return False
        if moment == "AUTH":
            talk.say("334 " + b64encode(asked[0]).decode())
            return True
        if moment in ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "end", "after", "QUIT"):
            return False
        seen.append(b64decode(talk.line))
        talk.say("235 ok" if len(seen) == len(asked) else "334 " + b64encode(asked[len(seen)]).decode())
        return True

    return fault


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_user_and_password_in_utf_8(db: Database, data: DataDir, mechanism: str) -> None:
    put(db)
    seen: list[bytes] = []
    with serving(Faulty(login(mechanism, seen), features=(f"AUTH {mechanism} X-OTHER",))) as server:
        result = alert(db, data, config(server.port, LI, user="张三"), NOW, password=PASSWORD)
        assert result.sent == 1, result.reasons
    digest = hmac.new(PASSWORD.encode(), b"<1@mx>", hashlib.md5).hexdigest()
    assert {
        "PLAIN": server.secrets == [f"\0张三\0{PASSWORD}".encode()],
        "LOGIN": seen == ["张三".encode(), PASSWORD.encode()],
        "CRAM-MD5": seen == [f"张三 {digest}".encode()],
    }[mechanism]


@pytest.mark.parametrize("password", ["a\nb貔", "a\r", "a\0b", "貔\udcff貅", "\ud800"])
def test_a_password_that_cannot_be_said_is_named_and_not_shown(db: Database, data: DataDir, password: str) -> None:
    put(db)
    with pytest.raises(UsageError, match="GOUJI_MAIL_PASSWORD") as error:
        alert(db, data, config(1, LI, user="clerk"), NOW, password=password)
    for said in (error.value.message, error.value.zh):
        assert "GOUJI_MAIL_PASSWORD" in said
        assert not {char for char in password if not char.isascii() or not char.isalnum()} & set(said)
        assert "position" not in said


ECHOES = ["535 5.7.8 bad: {plain}", "535 bad: {password}", "535-x\r\n535 {secret}", "454 {plain}{password}{secret}"]


@pytest.mark.parametrize(
    ("moment", "echo"),
    [("AUTH", ECHOES[0]), ("AUTH", ECHOES[3]), ("MAIL", ECHOES[1]), ("RCPT", ECHOES[2]), ("end", ECHOES[3])],
)
def test_a_server_that_repeats_the_secret_is_not_quoted(
    db: Database,
    data: DataDir,
    moment: str,
    echo: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GOUJI_DEBUG", "1")
    put(db)
    secrets = {
        "plain": b64encode(f"\0clerk\0{PASSWORD}".encode()).decode(),
        "password": PASSWORD,
        "secret": b64encode(PASSWORD.encode()).decode(),
    }
    with serving(Faulty(at(moment, saying(echo.format(**secrets))), features=("AUTH PLAIN LOGIN",))) as server:
        result = alert(db, data, config(server.port, LI, user="clerk"), NOW, password=PASSWORD)
    assert result.failed == 1
    kept = json.dumps([result.reasons, result.reasons_zh, rows(db, "select * from deliveries")], ensure_ascii=False)
    kept += "".join(capfd.readouterr()) + "".join(path.read_text() for path in data.outbox.iterdir())
    assert echo[:3] in kept
    for secret in (*secrets.values(), PASSWORD[:3], secrets["plain"][:12]):
        assert secret not in kept


def test_a_challenge_without_end(db: Database, data: DataDir) -> None:
    put(db)
    more = saying("334 " + b64encode(b"more").decode())
    with serving(
        Faulty(lambda talk, moment: moment not in ("greeting", "EHLO", "QUIT") and more(talk), features=("AUTH LOGIN",))
    ) as server:
        result = alert(db, data, config(server.port, LI, user="clerk"), NOW, password=PASSWORD)
        assert result.failed == 1
        assert "334" in result.reasons[0]
    assert len(server.moments()) < 20


@pytest.mark.parametrize(("value", "sound"), [("0", False), ("0.5", False), ("90", True)])
def test_settings_say_how_long_a_session_may_be(tmp_path: Path, value: str, sound: bool) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(f"[mail]\nsession_timeout = {value}\n", encoding="utf-8")
    if sound:
        assert read_config(path).mail.session_timeout == float(value)
    else:
        with pytest.raises(UsageError, match="at least 1"):
            read_config(path)
    assert Config().mail.session_timeout == 60


@pytest.mark.parametrize("odd", ["\u2028x", "\u2029", "\u200b", "\ufeff", "\u00ad", "\u202e"])
def test_characters_that_nobody_sees_make_no_other_address(odd: str) -> None:
    assert is_address("a@b.example.org")
    assert not is_address(f"a@b.example{odd}.org")
    assert not is_address(f"a@b.example.org{odd}x")
