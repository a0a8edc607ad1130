"""Before the day: the operator hears who is still missing, with contacts; once for each step, through the same delivery."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, LocalDeadline, parse_config, read_config
from crawler.ground.data import TEMPLATE, DataDir
from crawler.ground.errors import UsageError
from monitor.alerts.alert import alert
from monitor.alerts.digest_page import MOST, render
from monitor.alerts.reminding import reminding, step_of
from monitor.asking.awaited import Contact, awaited
from tests.monitor.mailing import FreePort, Mailbox, closed_port, config, parts, rows
from tests.monitor.test_absence import CONFIG, local, publish, sweep
from tests.monitor.test_digest_page import seen, size
from tests.monitor.test_letters_many import say
from tests.monitor.test_missing import register
from tests.monitor.test_plain import OURS

__all__ = ["register"]
STEPS = (14, 7, 3, 1)


def settings(server: FreePort, **changes: object) -> Config:
    mail = replace(config(server.port, heartbeat=False).mail, **changes)  # type: ignore[arg-type]  # the keywords of a test are of any type
    return replace(CONFIG, mail=mail)


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(one["Subject"]) for one in mailbox.letters]


@pytest.mark.parametrize(
    ("left", "step"),
    [(40, None), (15, None), (14, 14), (8, 14), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, None)],
)
def test_a_day_stands_at_the_next_step_before_it(left: int, step: int | None) -> None:
    assert step_of(left, STEPS) == step
    assert step_of(left, ()) is None


def test_the_operator_is_told_once_for_each_step_who_is_missing_and_whom_to_call(
    register: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    say(register)
    sweep(register, local("2026-01-10T02:30:00"))
    publish(register, "青石市教育局", local("2026-01-10T02:31:00"))
    chosen = settings(server)
    assert alert(register, data, chosen, local("2026-01-15T09:00:00")).sent == 0
    for day, count in (("2026-01-17", 1), ("2026-01-18", 1), ("2026-01-24", 2), ("2026-01-25", 2), ("2026-01-31", 3)):
        for hour in ("09", "18"):
            alert(register, data, chosen, local(f"{day}T{hour}:00:00"))
        assert len(mailbox.letters) == count, day
    assert alert(register, data, chosen, local("2026-02-01T09:00:00")).sent == 0
    assert subjects(mailbox)[0] == "勾稽 2026-01-17：距1月31日还有 14 天，1 个机关尚未见到2025年度报告"
    assert subjects(mailbox)[2] == "勾稽 2026-01-31：今日（1月31日）到期，1 个机关尚未见到2025年度报告"
    text, html = parts(mailbox.letters[0])
    for part in (text, html):
        assert "青石市财政局" in part
        assert "张三 0356-1234567" in part
        assert "li@example.org" in part
        assert "青石市教育局" not in part
        assert "法定期限" in part
    assert rows(register, "select distinct kind, outcome from deliveries") == [("reminder", "sent")]
    assert len(list(data.outbox.iterdir())) == 3


def test_each_deadline_has_its_own_and_a_body_without_contact_is_said_to_have_none(
    register: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    order = LocalDeadline("01-20", "青石市政务公开办〔2025〕3号", kinds=("department", "township"))
    chosen = replace(settings(server), deadlines=(order,))
    alert(register, data, chosen, local("2026-01-19T09:00:00"))
    alert(register, data, chosen, local("2026-01-30T09:00:00"))
    alert(register, data, chosen, local("2026-03-30T09:00:00"))
    assert [one.split("：")[1] for one in subjects(mailbox)] == [
        "距1月20日还有 1 天，3 个机关尚未见到2025年度报告",
        "距1月31日还有 1 天，2 个机关尚未见到2025年度报告",
        "距3月31日还有 1 天，1 个机关尚未见到2025年度报告",
    ]
    assert "本地规定的期限" in parts(mailbox.letters[0])[0]
    assert parts(mailbox.letters[0])[0].count("（名录中没有联系人）") == 3


def test_a_day_on_which_nobody_was_there_is_made_up_for_and_a_failed_one_is_tried_again(
    register: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    down = replace(settings(server), mail=replace(settings(server).mail, port=closed_port()))
    assert alert(register, data, down, local("2026-01-26T09:00:00")).failed == 1
    assert alert(register, data, settings(server), local("2026-01-27T09:00:00")).sent == 1
    assert alert(register, data, settings(server), local("2026-01-27T10:00:00")).sent == 0


def test_who_reads_of_bodies_only_is_not_reminded_and_none_may_be_wished_for(
    register: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    at = local("2026-01-24T09:00:00")
    assert alert(register, data, settings(server, operators=("it@example.org",)), at, dry_run=True).messages
    alert(register, data, settings(server, operators=("it@example.org",)), at)
    assert mailbox.receivers == ["it@example.org"]
    assert alert(register, data, settings(server, remind_days=()), at).sent == 0


def test_in_english_it_is_english(register: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    alert(register, data, settings(server, language="en"), local("2026-01-24T09:00:00"))
    assert subjects(mailbox) == ["gouji 2026-01-24: 7 days to 31 January, 2 not yet published"]
    text, _ = parts(mailbox.letters[0])
    assert "(no contact in the register)" in text
    assert not OURS.search(text)


def test_three_thousand_bodies_and_hostile_contacts_are_one_short_inert_mail(register: Database) -> None:
    at: datetime = local("2026-01-24T09:00:00")
    one = awaited(register, CONFIG, at, 2025)[0]
    bad = "<script>x</script>\r\nBcc: a@b \u202e" + "长" * 400
    some = [replace(one, name=f"{bad}{number}", contacts=(Contact(bad, bad, bad, bad),)) for number in range(3000)]
    told = reminding(some, at.date(), "zh")
    page = render(told)
    assert size(page) <= MOST
    assert "另有" in page.text
    assert "script" not in seen(page).tags
    assert "\n" not in told.subject
    assert not set("\u202e\r") & set(page.text.replace("\r\n", ""))


def test_the_days_are_a_setting_that_init_writes_and_a_wrong_one_names_its_line(tmp_path: Path) -> None:
    assert "remind_days" in TEMPLATE
    path = tmp_path / "gouji.toml"
    path.write_text("[mail]\nremind_days = [3, 10, 3]\n", encoding="utf-8")
    assert read_config(path).mail.remind_days == (10, 3)
    assert parse_config(b"[mail]\nremind_days = []\n", path).mail.remind_days == ()
    for wrong in ("7", '["7"]', "[-1]", "[400]", "[true]", "[1.5]"):
        with pytest.raises(UsageError, match=r"line 2.*remind_days"):
            parse_config(f"[mail]\nremind_days = {wrong}\n".encode(), path)
