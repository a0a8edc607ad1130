"""Robots by apprise over real HTTP, and the Atom feed."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, MailSettings, Subscription
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.alerts.alert import alert
from monitor.alerts.feed import ATOM, NAME, write_feed
from monitor.alerts.robots import ChannelError, Robots
from tests.monitor.mailing import NOW, SHA256, FreePort, Mailbox, change, closed_port, config, put, rows

DAY = timedelta(days=1)
SECRET = "s3cret-token"


@dataclass
class Hook:
    """A robot's address that keeps what is posted to it."""

    port: int = 0
    status: int = 200
    posts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{SECRET}"


@contextmanager
def listening() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        yield found


def robots(**changes: Any) -> Config:
    return Config(subscriptions=(Subscription("值班群", channel="apprise", url_env="GOUJI_ROBOT", **changes),))


def test_a_robot_gets_a_short_text(db: Database, data: DataDir, hook: Hook) -> None:
    for number in range(30):
        put(db, agency=f"a{number:02}", name=f"示例{number:02}局", message=f"示例{number:02}局：" + "数" * 300)
    result = alert(db, data, robots(), NOW, environment={"GOUJI_ROBOT": hook.url})
    assert (result.sent, result.failed) == (1, 0)
    (post,) = hook.posts
    assert post["title"] == "勾稽 2026-02-01：新发现 30（数据不符 30）"
    assert post["message"].startswith(
        "■ 新发现（30）\n· 示例00局2025年度：一、本年新收政府信息公开申请数量·总计 印 40，依其余各格应为 41"
    )
    assert "项（gouji findings 可列出）" in post["message"]
    assert len(post["message"].encode()) < 6000
    assert "http://www.example.gov.cn/nb/t20260120_1.html" in post["message"]
    assert rows(db, "select channel, recipient, outcome, kind from deliveries") == [
        ("apprise", "值班群", "sent", "digest")
    ]
    assert rows(db, "select distinct recipient from notices") == [("apprise:值班群",)]
    assert list(data.outbox.iterdir()) == []
    again = alert(db, data, robots(), NOW + DAY, environment={"GOUJI_ROBOT": hook.url})
    assert (again.sent, len(hook.posts)) == (0, 1)


def test_what_failed_is_sent_by_the_next_and_the_address_stays_secret(
    db: Database, data: DataDir, hook: Hook, capfd: pytest.CaptureFixture[str]
) -> None:
    put(db)
    hook.status = 500
    refused = alert(db, data, robots(), NOW, environment={"GOUJI_ROBOT": hook.url})
    down = alert(db, data, robots(), NOW, environment={"GOUJI_ROBOT": f"json://127.0.0.1:{closed_port()}/{SECRET}"})
    unset = alert(db, data, robots(), NOW, environment={})
    strange = alert(db, data, robots(), NOW, environment={"GOUJI_ROBOT": f"nonsense://{SECRET}"})
    assert [one.failed for one in (refused, down, unset, strange)] == [1, 1, 1, 1]
    assert "$GOUJI_ROBOT is not set" in unset.reasons[0]
    assert "no address that apprise knows" in strange.reasons[0]
    assert rows(db, "select * from notices") == []
    hook.status = 200
    assert alert(db, data, robots(), NOW, environment={"GOUJI_ROBOT": hook.url}).sent == 1
    said = str(rows(db, "select * from deliveries")) + str(refused.reasons + down.reasons + strange.reasons)
    out = capfd.readouterr()
    assert SECRET not in said + out.out + out.err
    assert [one.split(":")[0] for (one,) in rows(db, "select outcome from deliveries order by id")] == [
        "failed"
    ] * 4 + ["sent"]


def test_mail_and_robot_side_by_side(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, hook: Hook
) -> None:
    put(db)
    both = replace(config(server.port), subscriptions=robots().subscriptions)
    hook.status = 500
    result = alert(db, data, both, NOW, environment={"GOUJI_ROBOT": hook.url})
    assert (result.sent, result.failed, len(mailbox.letters)) == (1, 1, 1)


def test_a_dry_run_and_a_test(db: Database, data: DataDir, hook: Hook) -> None:
    put(db)
    (shown,) = alert(db, data, robots(), NOW, dry_run=True).messages
    assert (shown["X-Gouji-Recipient"], hook.posts) == ("值班群", [])
    assert alert(db, data, robots(), NOW, test=True, environment={"GOUJI_ROBOT": hook.url}).sent == 1
    assert "测试" in hook.posts[0]["title"]
    assert alert(db, data, robots(), NOW, environment={"GOUJI_ROBOT": hook.url}).sent == 1  # a test is no digest


def test_no_recipient_of_mail_needs_no_mail_server(db: Database, data: DataDir) -> None:
    assert alert(db, data, robots(), NOW, environment={}).messages == []


def test_text_is_given_as_it_is(hook: Hook) -> None:
    with Robots() as robots:
        robots.send(hook.url, "X", "题 <b>", "*甲* <script>\n{{ 7 * 7 }} &amp;")
        assert hook.posts[0]["message"] == "*甲* <script>\n{{ 7 * 7 }} &amp;"
        with pytest.raises(ChannelError):
            robots.send("", "X", "题", "文")


# --- the feed --------------------------------------------------------------------------------------------------


def read(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_bytes())


def texts(feed: ElementTree.Element, name: str) -> list[str]:
    return [one.text or "" for one in feed.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}{name}")]


def test_the_feed_tells_what_is_open(db: Database, data: DataDir) -> None:
    first = put(db)
    put(db, subject="granted", at=NOW + DAY)
    others: tuple[dict[str, Any], ...] = (
        {"finding_class": "info"},
        {"status": "shadow"},
        {"status": "false_positive"},
        {"finding_class": "health"},
        {"status": "resolved"},
        {"status": "explained"},
    )
    for changes in others:
        put(db, rule=f"x.{len(rows(db, 'select 1 from findings'))}", **changes)
    assert write_feed(db, data, Config(), NOW) == 2
    feed = read(data.root / NAME)
    ids = texts(feed, "id")
    assert len(set(ids)) == 2
    assert all(one.startswith("urn:uuid:") for one in ids)
    line = "示例县财政局2025年度：一、本年新收政府信息公开申请数量·总计 印 40，依其余各格应为 41"
    assert texts(feed, "title") == [line, line]
    assert texts(feed, "updated") == [(NOW + DAY).isoformat(), NOW.isoformat()]
    assert "左 41，右 40" in texts(feed, "content")[0]
    assert SHA256 in texts(feed, "content")[0]
    # The same finding keeps its id, whatever becomes of it.
    change(db, first, NOW + 2 * DAY, message="另一个数", suspect=None, finding_class="explain")
    write_feed(db, data, Config(), NOW)
    feed = read(data.root / NAME)
    assert set(texts(feed, "id")) == set(ids)
    assert texts(feed, "title")[0] == "示例县财政局2025年度：另一个数"


def test_a_correction_is_told_where_the_trouble_was(db: Database, data: DataDir, server: FreePort) -> None:
    finding = put(db)
    alert(db, data, config(server.port), NOW)
    change(db, finding, NOW + DAY, status="resolved", note="2026-02-02：已更正")
    write_feed(db, data, Config(mail=MailSettings(language="zh")), NOW)
    assert texts(read(data.root / NAME), "title")[0].startswith("[已解决] ")


def test_what_waits_for_a_second_look_is_not_in_it(db: Database, data: DataDir) -> None:
    put(db)
    assert write_feed(db, data, Config(mail=MailSettings(settle_hours=20.0)), NOW) == 0


@pytest.mark.parametrize(
    "name", ["<script>x</script>", "]]>", "甲\x00\x1b\ufffe\uffff乙", "\u202e反", "&amp;&lt;", "长" * 9000]
)
def test_hostile_text_is_inert_in_the_feed(db: Database, data: DataDir, name: str) -> None:
    put(
        db,
        message=name,
        agency=name.replace("\x00", ""),
        name=name,
        rule=name,
        evidence={"url": "javascript:alert(1)", "sentence": name},
        suspect=None,
    )
    write_feed(db, data, Config(), NOW)
    raw = (data.root / NAME).read_text(encoding="utf-8")
    feed = read(data.root / NAME)
    assert len(texts(feed, "title")[0]) <= 200
    assert "<script" not in raw
    assert "javascript" not in raw
    assert not set(raw) & set("\x00\x1b\u202e\ufffe\uffff")


def test_a_folder_that_is_not_there_is_said(db: Database, data: DataDir) -> None:
    with pytest.raises(GoujiError, match="cannot write"):
        write_feed(db, data, Config(), NOW, data.root / "nowhere" / "feed.atom")
    assert not list(data.root.glob(".*.part"))
