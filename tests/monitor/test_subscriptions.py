"""Who gets what: readers of gouji.toml, their filters, what nobody gets, rules that cry wolf; mistakes in it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, MailSettings, Portal, Subscription, read_config
from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from monitor.alerts.alert import alert
from monitor.alerts.channels import complaints
from monitor.alerts.survey import survey
from monitor.cli import main
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.service.schedule import next_due
from monitor.subscriptions import Recipient, SubscribedBody, Topic, load_bodies, portals_of, readers_of, severity, wants
from tests.monitor.mailing import NOW, FreePort, Mailbox, config, parts, put

FINANCE = SubscribedBody("113401000000000001", "示例县财政局", "341503", "qingshi")
FATAL = Topic(FINANCE.code, "t3.row_sum", "fatal", "fail")


def reader(**changes: Any) -> Recipient:
    return readers_of(Config(subscriptions=(Subscription("zhang@example.org", **changes),)))[0]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"divisions": ("3415",)}, True),
        ({"divisions": ("3416",)}, False),
        ({"divisions": ("3416", "34")}, True),
        ({"portals": ("qingshi",)}, True),
        ({"portals": ("yunxi",)}, False),
        ({"agencies": ("示例县财政局",)}, True),
        ({"agencies": (FINANCE.code,)}, True),
        ({"agencies": ("示例县",)}, False),
        # Several ways to name bodies add up; kinds of findings narrow.
        ({"portals": ("yunxi",), "agencies": ("示例县财政局",)}, True),
        ({"classes": ("fatal",)}, True),
        ({"classes": ("explain", "confirm")}, False),
        ({"rules": ("t3.*",)}, True),
        ({"rules": ("t3.row_sum",)}, True),
        ({"rules": ("t4.*", "pub.state")}, False),
        ({"min_severity": "high"}, True),
        ({"divisions": ("3415",), "rules": ("t4.*",)}, False),
    ],
)
def test_a_subscription_picks(changes: dict[str, Any], wanted: bool) -> None:
    assert wants(reader(**changes), FATAL, FINANCE) is wanted


def test_a_body_of_unknown_place_is_in_no_division() -> None:
    assert not wants(reader(divisions=("34",)), FATAL, SubscribedBody("x", "某局"))
    assert not wants(reader(portals=("qingshi",)), FATAL, SubscribedBody("x", "某局"))


@pytest.mark.parametrize(
    ("topic", "grave"),
    [
        (("t3.row_sum", "fatal", "fail"), "high"),
        (("year.carry", "explain", "fail"), "medium"),
        (("year.stock", "explain", "fail"), "low"),
        (("pub.state", "explain", "overdue"), "medium"),
        (("pub.state", "explain", "overdue_confirmed"), "high"),
        (("pub.changed", "explain", "changed"), "high"),
        (("pub.changed", "info", "changed"), "info"),
        (("pub.due", "confirm", "overdue"), "medium"),
        (("t9.new", "confirm", "fail"), "low"),
    ],
)
def test_severity(topic: tuple[str, str, str], grave: str) -> None:
    assert severity(Topic("a", *topic)) == grave


def test_every_class_of_the_rules_has_a_severity() -> None:
    for rule in load_rulebook().rules.values():
        assert severity(Topic("a", rule.id, rule.rule_class, "fail"))


def test_health_is_for_operators_and_a_broken_portal_for_who_reads_its_bodies() -> None:
    down = Topic("qingshi", "pub.source", "health", "unreachable")
    collapse = Topic("qingshi", "pub.sweep", "health", "held")
    found = Config(
        mail=MailSettings(operators=("op@example.org",)),
        subscriptions=(
            Subscription("a@example.org", divisions=("3415",)),
            Subscription("b@example.org", divisions=("99",)),
        ),
    )
    a, b, op = readers_of(found)
    bodies, every = [FINANCE], ["qingshi", "yunxi"]
    told = [
        [wants(one, topic, SubscribedBody("qingshi"), portals_of(one, bodies, every)) for topic in (down, collapse)]
        for one in (a, b, op)
    ]
    assert told == [[True, False], [False, False], [True, True]]
    # That it lost its reports is the operator's to look into; that a portal is back is told to who heard of it.
    for verdict, wanted in (("failing", False), ("empty", False), ("ok", True)):
        topic = down._replace(verdict=verdict)
        assert wants(a, topic, SubscribedBody("qingshi"), portals_of(a, bodies, every)) is wanted
        assert wants(op, topic, SubscribedBody("qingshi"))
    assert not wants(op, FATAL, FINANCE)


def test_one_recipient_is_one_reader() -> None:
    found = Config(
        mail=MailSettings(recipients=("a@example.org", "a@example.org ")),
        subscriptions=(
            Subscription("a@example.org", period="daily", divisions=("34",)),
            Subscription("a", channel="apprise", url_env="A", period="weekly"),
        ),
    )
    first, robot = readers_of(found)
    assert (first.recipient, len(first.interests), first.period, first.operator) == ("a@example.org", 3, "daily", True)
    assert (robot.key, robot.operator, robot.period) == ("apprise:a", False, "weekly")


def test_each_reader_gets_their_own(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    put(
        db,
        agency="B",
        name="示例县教育局",
        rule="year.carry",
        finding_class="explain",
        suspect=None,
        message="示例县教育局：结转不符",
        message_en="Education Bureau: the carry-over is broken",
    )
    db.execute("update agencies set division = '341503' where code = 'B'")
    settings = replace(
        config(server.port, recipients=("op@example.org",)),
        subscriptions=(
            Subscription("b@example.org", divisions=("3415",), language="en"),
            Subscription("high@example.org", min_severity="high"),
            Subscription("none@example.org", divisions=("99",)),
        ),
    )
    assert alert(db, data, settings, NOW).sent == 3
    told = {letter["To"]: parts(letter)[0] for letter in mailbox.letters}
    assert set(told) == {"op@example.org", "b@example.org", "high@example.org"}
    assert "the carry-over is broken" in told["b@example.org"]
    assert "财政局" not in told["b@example.org"]
    assert "教育局" not in told["high@example.org"]
    assert "■ 新发现（2）" in told["op@example.org"]


def test_what_nobody_gets_and_what_cries_wolf(db: Database) -> None:
    for number in range(12):
        put(
            db,
            rule="year.jump",
            finding_class="confirm",
            subject=str(number),
            status="false_positive" if number < 4 else "explained",
            decided_at="x",
        )
        put(
            db,
            rule="year.stock",
            finding_class="explain",
            subject=str(number),
            status="false_positive" if number < 3 else "acknowledged",
            decided_at="x",
        )
    for number in range(9):
        put(db, rule="t4.sum", subject=str(number), status="false_positive", decided_at="x")
    put(db)
    put(db, agency="qingshi", name="门户", rule="pub.source", finding_class="health")
    found = survey(db, Config(subscriptions=(Subscription("a@example.org", rules=("t4.*",)),)))
    assert [(one.recipient, count) for one, count in found.readers] == [("a@example.org", 0)]
    assert found.unread == (("pub.source", "health", 1), ("t3.row_sum", "fatal", 1))
    # Nine decisions say nothing yet; 8 of 12 are too few, 9 of 12 are not.
    assert [(one.rule, one.decided, one.dismissed) for one in found.noisy] == [("year.jump", 12, 4)]


def test_a_name_that_nobody_bears_is_told(db: Database) -> None:
    db.execute("insert into agencies (code, name) values ('990101-示例县财政局', '示例县财政局')")
    config = Config(
        mail=MailSettings(unsubscribed=("b@example.org",)),
        portals=(Portal("shili", "http://127.0.0.1/"),),
        subscriptions=(
            Subscription("a@example.org", agencies=("示例县财政局", "990101-示例县财政局", "示例县财证局")),
            Subscription("a@example.org", portals=("shili", "shiil")),
            Subscription("b@example.org", agencies=("无",)),
        ),
    )
    found = survey(db, config)
    assert found.unknown == (("a@example.org", "示例县财证局"), ("a@example.org", "shiil"))
    assert found.gone == ("b@example.org",)


def test_the_command(db: Database, data: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    put(db)
    data.config_path.write_text(
        '[[subscription]]\nrecipient = "群\\u202e"\nchannel = "apprise"\nurl_env = "WX"\n'
        'divisions = ["99"]\nagencies = ["示例县旧局"]\n[mail]\nunsubscribed = ["b@example.org"]\n',
        encoding="utf-8",
    )
    for arguments, said in (
        (("--json",), '"t3.row_sum"'),
        ((), "无人收到：t3.row_sum（不平）1 项"),
        ((), "没有这个机关或门户：示例县旧局"),
        ((), "已退订：b@example.org"),
        (("--lang", "en"), "nobody gets: t3.row_sum (fatal), 1 findings"),
    ):
        with pytest.raises(SystemExit) as end:
            main(["subscriptions", "--data", str(data.root), *arguments])
        out = capsys.readouterr().out
        assert end.value.code == 0
        assert said in out
        assert "\u202e" not in out
        if arguments == ("--json",):
            assert json.loads(out)["readers"][0]["channel"] == "apprise"


def test_the_portal_of_a_body_is_known_by_its_documents(db: Database) -> None:
    db.execute("insert into agencies (code, name, portal) values ('a', '甲', 'p1'), ('b', '乙', null), ('c', '丙', '')")
    db.execute(
        "insert into documents (sha256, url, first_seen, last_seen, agency, portal) values "
        "('1', 'u1', 'x', '2026-01-01', 'b', 'old'), ('2', 'u2', 'x', '2026-02-01', 'b', 'new'), "
        "('3', 'u3', 'x', '2026-02-01', 'a', 'other')"
    )
    assert {code: body.portal for code, body in load_bodies(db).items()} == {"a": "p1", "b": "new", "c": ""}
    assert SubscribedBody("x", division="341503").province == "340000"
    assert SubscribedBody("x", division="3").province == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[subscription]]\nchannel = "mail"', "needs 'recipient'"),
        ('[[subscription]]\nrecipient = " "', "must say who"),
        ('[[subscription]]\nrecipient = "a"\nchannel = "apprise"', "url_env"),
        ('[[subscription]]\nrecipient = "a"\nchannel = "apprise"\nurl_env = "wecombot://key"', "NAME"),
        ('[[subscription]]\nrecipient = "a"\nurl_env = "X"', "for channel"),
        ('[[subscription]]\nrecipient = "a"\nchannel = "fax"', "one of mail, apprise"),
        ('[[subscription]]\nrecipient = "a"\ndivisions = ["安徽"]', "first digits"),
        ('[[subscription]]\nrecipient = "a"\nportals = ["nowhere"]', "no .*portal.* with the id"),
        ('[[subscription]]\nrecipient = "a"\nclasses = ["info"]', "unknown"),
        ('[[subscription]]\nrecipient = "a"\nmin_severity = "info"', "one of low"),
        ('[[subscription]]\nrecipient = "a"\nperiod = "hourly"', "one of season"),
        ('[[subscription]]\nrecipient = "a"\ntyp = 1', "unknown key 'typ'"),
        ('[subscription]\nrecipient = "a"', "two brackets"),
        ('[mail]\nheartbeat = "no"', "true or false"),
        ('[mail]\nperiod = "never"', "one of season"),
        ('[mail]\noperators = "a@example.org"', "list of strings"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=rf"line \d+: .*{said}"):
        read_config(path, complaints)


def test_a_whole_configuration(tmp_path: Path) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(
        '[mail]\nrecipients = ["a@example.org"]\noperators = ["op@example.org"]\nheartbeat = false\n'
        'settle_hours = 20\n[schedule]\nseason_cron = "0 2 * * *"\ncron = "0 2 * * 1"\nhealth_port = 8801\n'
        '[[portal]]\nid = "qs"\nstart_url = "http://www.example.gov.cn/"\ncron = "0 6 * * *"\n'
        '[[subscription]]\nrecipient = "b@example.org"\nportals = ["qs"]\nperiod = "weekly"\n',
        encoding="utf-8",
    )
    found = read_config(path)
    assert (found.mail.heartbeat, found.mail.settle_hours, found.schedule.health_port) == (False, 20, 8801)
    assert found.portals == (Portal("qs", "http://www.example.gov.cn/", cron="0 6 * * *"),)
    assert [one.recipient for one in readers_of(found)] == ["a@example.org", "b@example.org", "op@example.org"]


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["alerts.md", "service.md"])
def test_what_the_pages_say_to_write_can_be_read(tmp_path: Path, page: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        (tmp_path / "gouji.toml").write_text(block, encoding="utf-8")
        found = read_config(tmp_path / "gouji.toml", complaints)
        assert found != Config()
        assert not found.schedule.season_cron or next_due(found.schedule, NOW)
