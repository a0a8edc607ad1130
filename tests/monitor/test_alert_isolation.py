"""Whatever goes wrong with one reader, one finding or one channel, the others are told, and it is tried again."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.ground.clock import now
from crawler.ground.config import Config, Subscription
from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from monitor.alerts.alert import alert
from monitor.alerts.channels import SHORT
from monitor.alerts.feed import write_feed
from monitor.alerts.robots import ChannelError, Robots, refusal
from monitor.cli import main
from tests.monitor.mailing import NOW, FreePort, Mailbox, closed_port, config, parts, put, rows

LI, ZHAO = "li@example.org", "zhao@example.org"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECRET = "k3y-s3cret-t0ken"


def outcomes(db: Database) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for recipient, outcome in rows(db, "select recipient, outcome from deliveries order by id"):
        found.setdefault(recipient, []).append(outcome.partition(":")[0])
    return found


# --- readers ---------------------------------------------------------------------------------------------------

ADDRESSES = [
    "无人",
    "a@b\r\nBcc: c@d.org",
    "a@",
    "@b",
    "a b@example.org",
    "<a@example.org",
    "a@example.org,b@example.org",
    "\u202e@example.org",
    "a@[",
    '"@example.org',
    "a@例子.测试",
    "张三@example.org",
    "a" * 5000 + "@example.org",
    "\x00",
]


def test_an_address_that_cannot_be_written_to_is_its_own_trouble(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    everybody = config(server.port, LI, *ADDRESSES, ZHAO)
    result = alert(db, data, everybody, NOW)
    assert mailbox.receivers[:1] == [LI]
    assert mailbox.receivers[-1:] == [ZHAO]
    assert result.sent + result.failed == len(ADDRESSES) + 2
    assert (
        len([outcome for [outcome] in rows(db, "select outcome from deliveries where outcome like 'failed: %'")])
        == result.failed
        >= 12
    )
    for text in (*result.reasons, *result.reasons_zh, *(row[0] for row in rows(db, "select outcome from deliveries"))):
        assert not set(text) & set("\r\n\x00\u202e")
        assert len(text) < 700
    again = alert(db, data, everybody, NOW + HOUR)
    assert (again.sent, again.failed) == (0, result.failed)  # tried again, and nobody else hears it twice
    assert sorted(mailbox.receivers).count(LI) == 1


def test_an_operator_without_an_address_keeps_nobody_from_their_mail(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    result = alert(db, data, config(server.port, LI, operators=("niemand",)), NOW)
    assert (mailbox.receivers, result.sent) == ([LI], 1)


def test_settings_of_mail_that_are_wrong_leave_the_robots_their_messages(db: Database, data: DataDir) -> None:
    put(db)
    with answering(b"ok") as (url, posts):
        settings = replace(config(1, LI, sender="", user="x"), subscriptions=(robot("群"),))
        result = alert(db, data, settings, NOW, environment={"ROBOT": url})
    assert (result.sent, result.failed, len(posts)) == (1, 1, 1)
    assert "no sender" in result.reasons[0]
    assert outcomes(db) == {LI: ["failed"], "群": ["sent"]}
    with pytest.raises(UsageError, match="sender"):
        alert(db, data, config(1, LI, sender=""), NOW)


# --- findings --------------------------------------------------------------------------------------------------

BREAK: dict[str, str] = {
    "evidence is no JSON": "update findings set evidence = '{' where id = ?",
    "evidence is no object": "update findings set evidence = '[1, 2]' where id = ?",
    "operands are no list": "update findings set evidence = '{\"operands\": 7}' where id = ?",
    "a suspect of another form": "update findings set suspect = '{\"rivals\": 7}' where id = ?",
    "a suspect that is none": "update findings set suspect = '\"x\"' where id = ?",
}


@pytest.mark.parametrize("how", BREAK)
def test_a_finding_that_cannot_be_written_costs_itself_alone(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, how: str
) -> None:
    broken, sound = put(db), put(db, subject="granted", suspect={"cell": "T3[granted,total]", "value": 3})
    before = rows(db, f"select evidence, suspect from findings where id = {broken.id}")[0]
    db.execute(BREAK[how], [broken.id])
    result = alert(db, data, config(server.port, LI, ZHAO), NOW)
    assert (result.sent, result.failed, mailbox.receivers) == (2, 2, [LI, ZHAO])
    assert f"finding {broken.id} could not be told" in result.reasons[0]
    assert f"第 {broken.id} 号问题没有能写出" in result.reasons_zh[0]
    assert "（一）予以公开·总计 依其余各格应为 3" in parts(mailbox.letters[0])[0]
    assert rows(db, "select distinct finding from notices") == [(sound.id,)]
    assert outcomes(db) == {LI: ["failed", "sent"], ZHAO: ["failed", "sent"]}
    # Nothing else is new: it is not said that all is quiet, and it is tried again.
    again = alert(db, data, config(server.port, LI, ZHAO), NOW + DAY)
    assert (again.sent, again.failed, len(mailbox.letters)) == (0, 2, 2)
    assert write_feed(db, data, config(server.port), NOW) >= 1
    assert "（一）予以公开·总计 依其余各格应为 3" in (data.root / "feed.atom").read_text(encoding="utf-8")
    db.execute("update findings set evidence = ?, suspect = ? where id = ?", [*before, broken.id])
    assert alert(db, data, config(server.port, LI, ZHAO), NOW + DAY).sent == 2


def test_what_a_finding_of_one_reader_breaks_is_not_the_others(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db, agency="a", name="甲局")
    put(db, agency="b", name="乙局")
    db.execute("update findings set evidence = '{' where agency = 'b'")
    settings = Config(
        mail=replace(config(server.port).mail, recipients=(), operators=(LI,)),
        subscriptions=(Subscription(LI, agencies=("甲局",)), Subscription(ZHAO, agencies=("乙局",))),
    )
    result = alert(db, data, settings, NOW)
    assert (result.sent, result.failed, mailbox.receivers) == (1, 1, [LI])


def test_a_dry_run_says_what_it_could_not_write_and_stores_nothing(db: Database, data: DataDir) -> None:
    put(db)
    db.execute("update findings set evidence = '{'")
    assert alert(db, data, config(1, LI), NOW, dry_run=True).failed == 1
    assert rows(db, "select * from deliveries") == []


def test_a_record_of_an_interrupted_mail_that_cannot_be_read(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    for number, tells in enumerate(("{", "7", '{"reader": []}', json.dumps({"reader": LI, "events": [[1, "new"]]}))):
        db.execute(
            "insert into deliveries (channel, recipient, at, outcome, message_id, tells) values "
            "('mail', ?, ?, 'failed: x', ?, ?)",
            [LI, NOW.isoformat(), f"<{number:040}@example.org>", tells],
        )
        (data.outbox / f"2026-02-01-{number:016}.part").mkdir()
    assert alert(db, data, config(server.port, LI), NOW).sent == 1
    assert mailbox.receivers == [LI]
    assert rows(db, "select count(*) from deliveries where tells is not null") == [(0,)]


def test_the_command_ends_with_3_and_tells_the_others(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    data.config_path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsender = "g@example.org"\nrecipients = ["{LI}", "无人"]\n',
        encoding="utf-8",
    )
    put(db, at=now())
    result = CliRunner().invoke(main, ["alert", "--data", str(data.root)])
    assert result.exit_code == 3
    assert "已发 1 封，未发出 1 封" in result.stdout
    assert "无人" in result.stderr
    assert mailbox.receivers == [LI]


# --- robots ----------------------------------------------------------------------------------------------------


class answering:  # noqa: N801  # used as a function
    """A service that gives one answer to each message, or what `speak` does; yields its address and the posts."""

    def __init__(
        self,
        body: bytes = b"",
        status: int = 200,
        speak: Callable[[BaseHTTPRequestHandler, threading.Event], None] | None = None,
    ) -> None:
        posts: list[bytes] = []
        self.over = over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posts.append(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    if speak is not None:
                        speak(self, over)
                        return
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server, self.posts = ThreadingHTTPServer(("127.0.0.1", 0), Handler), posts
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> tuple[str, list[bytes]]:
        self.thread.start()
        return f"json://127.0.0.1:{self.server.server_address[1]}/{SECRET}", self.posts

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def robot(name: str, variable: str = "ROBOT") -> Subscription:
    return Subscription(name, channel="apprise", url_env=variable)


def drip(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while not over.wait(0.05):
        handler.wfile.write(b"X: y\r\n")


def silence(_handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    over.wait(30)


def flood(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    for _ in range(400):
        if not over.is_set():
            handler.wfile.write(b"x" * 1_000_000)


def test_a_service_that_drips_has_its_time_and_the_next_its_message() -> None:
    with answering(speak=drip) as (slow, _), answering(b"ok") as (sound, posts), Robots(seconds=2.5) as robots:
        with pytest.raises(ChannelError, match=r"longer than 2\.5 s") as error:
            robots.send(slow, "ROBOT", "题", "文")
        assert SECRET not in error.value.message + error.value.zh
        robots.send(sound, "ROBOT", "题", "文")
        assert len(posts) == 1


def test_a_service_that_floods_is_read_no_further() -> None:
    with answering(speak=flood) as (url, posts), Robots(seconds=20) as robots:
        robots.send(url, "ROBOT", "题", "文")  # its status is a yes, and its body is nobody's affair
        assert len(posts) == 1


def test_an_end_that_is_asked_for_while_a_service_is_silent() -> None:
    with (
        answering(speak=silence) as (url, posts),
        Robots(lambda: bool(posts)) as robots,
        pytest.raises(ChannelError, match="asked to end"),
    ):
        robots.send(url, "ROBOT", "题", "文")


URLS = [
    "pushplus://0123456789abcdef0123456789abcdef",
    "json://127.0.0.1:99999/",
    "mailto://",
    "://",
    "wecombot://",
    "json://user:" + SECRET + "@127.0.0.1:{port}/",
    "schan://" + SECRET,
    "tgram://1:x/",
    "\ud800",
    "json://[::1",
]


def test_a_robot_that_cannot_be_reached_fails_alone_and_says_nothing_of_its_address(
    db: Database,
    data: DataDir,
    server: FreePort,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    put(db)
    nobody = f"http://127.0.0.1:{closed_port()}"  # nobody is asked outside this machine
    for name, value in {
        "HTTPS_PROXY": nobody,
        "HTTP_PROXY": nobody,
        "NO_PROXY": "127.0.0.1",
        "GOUJI_DEBUG": "1",
    }.items():
        monkeypatch.setenv(name, value)
    wrong = {f"R{number}": url.replace("{port}", str(closed_port())) for number, url in enumerate(URLS)}
    settings = replace(
        config(server.port, LI), subscriptions=(*(robot(f"群{name}", name) for name in wrong), robot("另一群", "SOUND"))
    )
    with answering(b"ok") as (sound, posts):
        result = alert(db, data, settings, NOW, environment={**wrong, "SOUND": sound})
        assert len(posts) == 1
    assert (result.sent, result.failed, mailbox.receivers) == (2, len(URLS), [LI])
    assert outcomes(db) == {LI: ["sent"], **{f"群{name}": ["failed"] for name in wrong}, "另一群": ["sent"]}
    kept = json.dumps([result.reasons, result.reasons_zh, rows(db, "select * from deliveries")])
    assert SECRET not in kept + "".join(capfd.readouterr())
    assert "0123456789" not in kept


YES = [
    ("qyapi.weixin.qq.com", {"errcode": 0, "errmsg": "ok"}),
    ("oapi.dingtalk.com", {"errcode": "0"}),
    ("open.feishu.cn", {"StatusCode": 0, "StatusMessage": "success"}),
    ("open.feishu.cn", {"code": 0}),
    ("www.pushplus.plus", {"code": 200, "msg": "ok"}),
    ("sctapi.ftqq.com", {"code": 0}),
    ("127.0.0.1", {"errcode": 1}),
]
NO = [
    ("qyapi.weixin.qq.com", {"errcode": 93000, "errmsg": "invalid"}),
    ("oapi.dingtalk.com", {"errcode": 310000}),
    ("open.feishu.cn", {"code": 19024, "msg": "Key Words Not Found"}),
    ("www.pushplus.plus", {"code": 0}),
    ("sctapi.ftqq.com", {"code": 40001}),
    ("qyapi.weixin.qq.com", {}),
    ("open.feishu.cn", [0]),
    ("open.feishu.cn", None),
]


def test_a_service_says_yes_and_no_in_its_own_words() -> None:
    assert [refusal(host, json.dumps(answer).encode()) for host, answer in YES] == [None] * len(YES)
    said = [refusal(host, json.dumps(answer).encode()) for host, answer in NO]
    assert None not in said
    assert said[0] == "93000 invalid"
    assert said[2] == "19024 Key Words Not Found"
    assert refusal("qyapi.weixin.qq.com", b"<html>login</html>") is not None
    assert refusal("qyapi.weixin.qq.com", b"\xff[" * 9) is not None


def test_a_robot_that_says_no_with_status_200_is_asked_again(
    db: Database, data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(db)
    settings = Config(subscriptions=(robot("群"),))
    environment = {"ROBOT": f"json://qyapi.weixin.qq.com/{SECRET}"}  # answered for by a proxy on loopback
    for body, sent in (({"errcode": 93000, "errmsg": f"no \x1b[31m{SECRET}"}, 0), ({"errcode": 0}, 1)):
        with answering(json.dumps(body).encode()) as (url, posts):
            monkeypatch.setenv("HTTP_PROXY", f"http://{url.split('/')[2]}")
            monkeypatch.delenv("NO_PROXY", raising=False)
            assert alert(db, data, settings, NOW, environment=environment).sent == sent
            assert len(posts) == 1
    refused, accepted = (row[0] for row in rows(db, "select outcome from deliveries order by id"))
    assert refused.startswith("failed: ")
    assert refused.endswith("93000 no \\x1b[31m…")
    assert accepted == "sent"


@pytest.mark.parametrize(("length", "language"), [(1, "zh"), (30, "en"), (300, "zh"), (3000, "en")])
def test_a_text_is_no_longer_than_the_shortest_robot_takes(
    db: Database, data: DataDir, length: int, language: str
) -> None:
    for number in range(40):
        put(
            db,
            agency=f"a{number:02}",
            name=f"示例{number:02}局" + "长" * length,
            message="数🔑" * length,
            message_en="figure " * length,
        )
    with answering(b"ok") as (url, posts):
        settings = Config(subscriptions=(replace(robot("群"), language=language),))
        assert alert(db, data, settings, NOW, environment={"ROBOT": url}).sent == 1
    sent = json.loads(posts[0])
    assert len(f"{sent['title']}\r\n{sent['message']}".encode()) <= SHORT.size
    assert "40" in sent["title"]
