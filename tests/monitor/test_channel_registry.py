"""One more channel is one function: configured, checked, composed for and delivered; an unknown one lists the known."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.ground.config import Config, Subscription, read_config
from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from monitor.alerts import channels
from monitor.alerts.alert import alert
from monitor.alerts.channels import Limits, Means, Parcel, channel
from monitor.alerts.robots import ChannelError
from monitor.cli import main
from tests.monitor.mailing import NOW, put, rows

KNOWN = ", ".join(channels.CHANNELS)  # as they stand in the registry; a test may add one

PAGER = '[[subscription]]\nrecipient = "值班室"\nchannel = "pager"\n'
HOUR = timedelta(hours=1)


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[Parcel]:
    """A pager that the house does not have, as somebody would add it; it is busy at first."""
    monkeypatch.setattr(channels, "CHANNELS", dict(channels.CHANNELS))
    heard: list[Parcel] = []
    busy = [True]

    @channel("pager", limits=Limits(size=900, items=2))
    def pager(_means: Means, parcel: Parcel) -> None:
        if busy:
            busy.clear()
            raise ChannelError("the line is busy", "占线")
        heard.append(parcel)

    return heard


def test_one_function_is_a_channel_from_the_configuration_to_the_delivery(
    db: Database, data: DataDir, beeps: list[Parcel]
) -> None:
    for number in range(5):
        put(db, agency=f"a{number}", name=f"示例{number}局", message=f"示例{number}局：" + "数" * 300)
    data.config_path.write_text(PAGER, encoding="utf-8")
    line = ["--data", str(data.root), "--json"]
    told = json.loads(CliRunner().invoke(main, ["subscriptions", *line]).stdout)
    assert [(one["recipient"], one["channel"]) for one in told["readers"]] == [("值班室", "pager")]
    busy = CliRunner().invoke(main, ["alert", *line])
    assert (busy.exit_code, "占线" in busy.stderr) == (3, True)
    sent = CliRunner().invoke(main, ["alert", *line])
    assert (sent.exit_code, json.loads(sent.stdout)["messages"][0]["channel"]) == (0, "pager")
    (heard,) = beeps
    assert (heard.recipient, heard.letter.html) == ("值班室", "")
    assert len(f"{heard.letter.subject}{heard.letter.text}".encode()) <= 900
    assert heard.letter.text.count("\n· 示例") <= 2
    assert rows(db, "select channel, outcome from deliveries order by id") == [
        ("pager", "failed: the line is busy"),
        ("pager", "sent"),
    ]
    assert rows(db, "select distinct recipient from notices") == [("pager:值班室",)]
    assert list(data.outbox.iterdir()) == []
    assert CliRunner().invoke(main, ["alert", *line]).exit_code == 0
    assert len(beeps) == 1


def test_two_functions_are_not_one_channel(beeps: list[Parcel]) -> None:
    assert beeps == []
    with pytest.raises(ValueError, match="two channels are named pager"):
        channel("pager")(lambda _means, _parcel: None)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", f"line 3: there is no channel 'fax'; one of {KNOWN}"),
        ("zh", f"第 3 行：没有 'fax' 这种渠道；可写 {KNOWN}"),
    ],
)
@pytest.mark.parametrize("command", ["subscriptions", "alert", "check", "crawl", "missing", "doctor", "feed"])
def test_every_command_that_reads_the_configuration_lists_the_known_ones(
    data: DataDir, lang: str, said: str, command: str
) -> None:
    data.config_path.write_text('[[subscription]]\nrecipient = "甲"\nchannel = "fax"\n', encoding="utf-8")
    ran = CliRunner().invoke(main, [command, "--data", str(data.root), "--lang", lang])
    assert ran.exit_code == (1 if command == "doctor" else 2)
    assert said in ran.stdout + ran.stderr


def test_a_new_channel_is_listed_too(data: DataDir, beeps: list[Parcel]) -> None:
    assert beeps == []
    data.config_path.write_text(PAGER.replace("pager", "fax"), encoding="utf-8")
    with pytest.raises(UsageError, match=f"one of {KNOWN}, pager"):
        read_config(data.config_path, channels.complaints)
    data.config_path.write_text(PAGER + 'url_env = "X"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="line 4: 'url_env' is for channel = \"apprise\" only"):
        read_config(data.config_path, channels.complaints)


def test_who_sends_nothing_hands_the_name_on(data: DataDir) -> None:
    data.config_path.write_text(PAGER, encoding="utf-8")
    assert data.config().subscriptions[0].channel == "pager"


def test_a_channel_that_went_away_costs_its_own_reader_alone(db: Database, data: DataDir) -> None:
    put(db)
    settings = Config(
        subscriptions=(Subscription("甲", channel="fax"), Subscription("乙", channel="apprise", url_env="X"))
    )
    result = alert(db, data, settings, NOW, environment={})
    assert f"one of {KNOWN}" in result.reasons[0]
    assert [one.partition(":")[0] for (one,) in rows(db, "select outcome from deliveries")] == ["failed", "failed"]
    with pytest.raises(UsageError, match=f"one of {KNOWN}"):
        alert(db, data, Config(subscriptions=settings.subscriptions[:1]), NOW + HOUR, environment={})


def test_an_address_of_an_unknown_scheme_lists_those_that_apprise_knows(db: Database, data: DataDir) -> None:
    put(db)
    settings = Config(subscriptions=(Subscription("群", channel="apprise", url_env="ROBOT"),))
    result = alert(db, data, settings, NOW, environment={"ROBOT": "wecom-bot://s3cret"})
    for (reason,) in (result.reasons, result.reasons_zh):
        assert {"wecombot", "dingtalk", "feishu", "bark", "pushplus", "schan", "zulip"} <= {
            *reason.replace("：", ": ").partition("feishu://TOKEN")[2].replace(",", "").split()
        }
        assert "s3cret" not in reason
