"""Alerts over a real SMTP server: parts and headers, nothing twice, nothing lost, foreign text inert."""

import email
import json
import ssl
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.config import Config
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError
from monitor.alerts import due as due_module
from monitor.alerts.alert import alert
from monitor.alerts.delivery import INTERRUPTED, AlertResult
from monitor.alerts.digest import Notice, due_event
from monitor.findings import Finding, Key, decide
from tests.monitor.mailing import (
    MESSAGE,
    NOW,
    SHA256,
    FreePort,
    Mailbox,
    change,
    closed_port,
    config,
    parts,
    put,
    rows,
)

LINE = "一、本年新收政府信息公开申请数量·总计 印 40，依其余各格应为 41"

# --- what arrives ----------------------------------------------------------------------------------------------


def test_one_mail_with_the_right_parts_and_headers(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    result = alert(db, data, config(server.port), NOW)
    assert (result.sent, result.failed, len(result.messages)) == (1, 0, 1)
    (letter,) = mailbox.letters
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in letter.iter_parts()} == {"utf-8"}
    assert (letter["From"], letter["To"]) == ("gouji@example.org", "zhang@example.org")
    assert letter["Subject"] == "勾稽 2026-02-01：新发现 1（数据不符 1），示例县财政局"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = parts(letter)
    for content in (text, html):
        for wanted in (
            "示例县财政局2025年度",
            LINE,
            "各类申请人之和 ＝ 总计：左 41，右 40",
            "未填",
            "商业企业",
            "应为 41",
            "提示",
            "表三“总计”列",
            "http://www.example.gov.cn/nb/t20260120_1.html",
            f"archive/ab/{SHA256}",
            "2026-01-20",
            "1（不平）",
            "gouji explain 编号",
        ):
            assert wanted in content, wanted
    assert '<a href="http://www.example.gov.cn/nb/t20260120_1.html">' in html
    assert str(data.root) not in text + html
    assert "商业企业 未填，总计 40（应为 41）" in text
    # What a person would say first, then the row, the relation, its basis, the page, the copy.
    told = [LINE, "自然人 41", "关系  ", "依据  ", "页面  ", "存档  "]
    assert sorted(told, key=text.index) == told
    assert "T3[" not in text + html
    assert "sum(" not in text + html


def test_in_english(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    alert(db, data, config(server.port, language="en"), NOW)
    text, html = parts(mailbox.letters[0])
    assert mailbox.letters[0]["Subject"] == "gouji 2026-02-01: New 1 (figures that do not tie 1), 示例县财政局"
    assert mailbox.letters[0]["Content-Language"] == "en"
    assert "received this year / total: printed 40; by the other cells it should be 41" in text
    assert '<html lang="en">' in html


def test_the_copy_in_the_outbox_is_the_mail_itself(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    (copy,) = data.outbox.iterdir()
    assert copy.name.startswith("2026-02-01-")
    assert copy.suffix == ".eml"
    kept = email.message_from_bytes(copy.read_bytes(), policy=default_policy)
    assert isinstance(kept, EmailMessage)
    assert kept["Message-ID"] == mailbox.letters[0]["Message-ID"]
    assert parts(kept) == parts(mailbox.letters[0])
    assert rows(db, "select channel, recipient, outcome, message_id from deliveries") == [
        ("mail", "zhang@example.org", "sent", kept["Message-ID"])
    ]


# --- nothing twice -----------------------------------------------------------------------------------------------


def test_a_second_alert_sends_nothing(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    again = alert(db, data, config(server.port), NOW + timedelta(days=1))
    assert (again, len(mailbox.letters)) == (AlertResult(), 1)


def test_nothing_to_tell_no_mail(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    assert alert(db, data, config(server.port), NOW) == AlertResult()
    assert mailbox.letters == []


def test_each_event_is_told_once_in_its_section_and_order(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    old = put(db, subject="granted")
    other = put(db, subject="processed")
    later = put(db, subject="other")
    alert(db, data, config(server.port), NOW)
    day = NOW + timedelta(days=1)
    change(db, old, day, status="resolved", resolved_at=day.isoformat(), note="2026-02-02：版本 cd 中已不再成立")
    change(db, other, day, message=MESSAGE.replace("41", "50"), evidence={**other.evidence, "left": 50})
    put(db, subject="brought_forward", at=day)
    alert(db, data, config(server.port), day)
    text, _ = parts(mailbox.letters[1])
    heads = [line for line in text.splitlines() if line.startswith("■")]
    assert heads == ["■ 新发现（1）", "■ 有变化（1）", "■ 已解决（1）"]
    assert "此前：" in text
    assert "版本 cd" in text
    assert "尚未了结的还有 1 项" in text
    relapse = day + timedelta(days=1)
    change(db, old, relapse, status="regressed")
    alert(db, data, config(server.port), relapse)
    text, _ = parts(mailbox.letters[2])
    assert [line for line in text.splitlines() if line.startswith("■")] == ["■ 再次出现（1）"]
    assert "尚未了结的还有 3 项" in text
    assert alert(db, data, config(server.port), relapse).messages == []
    assert later.id is not None


def test_a_decision_keeps_quiet_until_the_figures_change(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    finding = put(db)
    never_told = put(db, subject="granted")
    assert finding.id is not None
    assert never_told.id is not None
    decide(db, never_told.id, "explained", "口径不同", NOW)
    alert(db, data, config(server.port), NOW)
    assert "新发现 1" in mailbox.letters[0]["Subject"]
    day = NOW + timedelta(days=1)
    decided = decide(db, finding.id, "acknowledged", "等更正", day)
    assert alert(db, data, config(server.port), day).messages == []
    change(db, decided, day + timedelta(days=1), evidence={**finding.evidence, "left": 50})
    alert(db, data, config(server.port), day + timedelta(days=1))
    text, _ = parts(mailbox.letters[1])
    assert "■ 有变化（1）" in text
    assert "等更正" in text


@pytest.mark.parametrize(
    "changes", [{"status": "shadow"}, {"status": "false_positive"}, {"finding_class": "info"}, {"status": "resolved"}]
)
def test_what_is_never_mailed(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, changes: dict[str, Any]
) -> None:
    put(db, **changes)
    assert alert(db, data, config(server.port), NOW).messages == []


def test_due_event_table() -> None:
    base = Finding(Key("a", 2025, "t3.row_sum", "x"), "fatal", "fail", "open", "source", "", "", {}, None, "1", "2")
    told, older = Notice("new", "2"), Notice("new", "1")
    assert due_event(base, None) == "new"
    assert due_event(base, told) is None
    assert due_event(base, older) == "changed"
    assert due_event(replace(base, status="regressed"), Notice("resolved", "1")) == "regressed"
    assert due_event(replace(base, status="regressed"), None) == "new"
    assert due_event(replace(base, status="resolved"), older) == "resolved"
    assert due_event(replace(base, status="resolved"), Notice("resolved", "1")) is None
    late = replace(base, status="resolved", verdict="published_late", changed_at=stamp(NOW))
    assert due_event(late, None, NOW + timedelta(days=5)) == "resolved"  # it was here before their next mail
    assert due_event(late, None, NOW + timedelta(days=50)) is None
    assert due_event(late, Notice("resolved", "1"), NOW) is None
    assert due_event(replace(late, verdict="published"), None, NOW) is None
    assert due_event(replace(base, status="acknowledged", decided_at="3"), older) is None
    assert due_event(replace(base, status="acknowledged", decided_at="1"), older) == "changed"
    assert due_event(replace(base, status="acknowledged", decided_at="1"), None) is None


def test_health_stands_apart_for_the_operator(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    put(
        db,
        agency="qingshi",
        name="门户",
        rule="pub.source",
        subject="portal",
        finding_class="health",
        message="门户「青石市」（qingshi）自2026-02-01起状态异常：无法连接",
        evidence={},
        suspect=None,
    )
    alert(db, data, config(server.port), NOW)
    text, _ = parts(mailbox.letters[0])
    heads = [line for line in text.splitlines() if line.startswith("■")]
    assert heads == ["■ 新发现（1）", "■ 系统与门户（供运维人员）（1）"]
    assert mailbox.letters[0]["Subject"] == "勾稽 2026-02-01：新发现 1（数据不符 1），系统 1，示例县财政局"


def test_findings_of_one_wrong_cell_are_one_item(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    put(
        db,
        rule="t3.column_sum",
        subject="total",
        message="示例县财政局：“总计”列合计 41，（七）总计为 40",
        evidence={"formula": "列和", "left": 41, "right": 40, "delta": 1},
    )
    put(db, subject="granted", suspect={"cell": "T3[granted,total]", "value": 3, "rivals": []})
    for member in ("total", "business"):
        put(db, rule="year.carry", subject=member, finding_class="explain", suspect=None)
    alert(db, data, config(server.port), NOW)
    text, _ = parts(mailbox.letters[0])
    assert "■ 新发现（3）" in text
    assert text.count("依其余各格应为 41") == 1
    assert "（一）至（六）各行之和 ＝ （七）总计：左 41，右 40" in text
    assert "编号  4 5（需说明）" in text
    assert len(rows(db, "select * from notices")) == 5


def test_rivals_are_named_and_none_is_chosen(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(
        db,
        suspect={
            "cell": None,
            "value": None,
            "cause": None,
            "rivals": [
                {"cell": "T3[granted,total]", "value": 3},
                {"cells": [{"cell": "T3[granted,other]", "value": 1}, {"cell": "T3[processed,other]", "value": 2}]},
            ],
        },
    )
    alert(db, data, config(server.port), NOW)
    text, _ = parts(mailbox.letters[0])
    rivals = "（一）予以公开·总计应为 3；或 （一）予以公开·其他应为 1 与 （七）总计·其他应为 2（提示，未选定）"
    assert f"推算  可能是：{rivals}" in text
    assert "依其余各格应为" not in text


# --- nothing lost ------------------------------------------------------------------------------------------------


def test_smtp_down_then_up_loses_nothing(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    down = alert(db, data, config(closed_port()), NOW)
    assert (down.sent, down.failed) == (0, 1)
    assert "127.0.0.1" in down.reasons[0]
    assert list(data.outbox.iterdir()) == []
    assert rows(db, "select * from notices") == []
    ((outcome,),) = rows(db, "select outcome from deliveries")
    assert outcome.startswith("failed: 127.0.0.1")
    up = alert(db, data, config(server.port), NOW + timedelta(hours=1))
    assert (up.sent, len(mailbox.letters)) == (1, 1)
    assert LINE in parts(mailbox.letters[0])[0]
    outcomes = [row[0].split(":")[0] for row in rows(db, "select outcome from deliveries order by id")]
    assert outcomes == ["failed", "sent"]
    assert alert(db, data, config(server.port), NOW + timedelta(hours=2)).messages == []


def test_one_refused_recipient_does_not_keep_the_other_waiting(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    mailbox.refused = {"wang@example.org"}
    both = config(server.port, "wang@example.org", "zhang@example.org", "zhang@example.org")
    result = alert(db, data, both, NOW)
    assert (result.sent, result.failed, mailbox.receivers) == (1, 1, ["zhang@example.org"])
    assert "550" in result.reasons[0]
    assert "no such user" in result.reasons[0]
    mailbox.refused = set()
    result = alert(db, data, both, NOW + timedelta(days=1))
    assert (result.sent, result.failed, mailbox.receivers) == (1, 0, ["zhang@example.org", "wang@example.org"])
    assert mailbox.letters[0]["Message-ID"] != mailbox.letters[1]["Message-ID"]


def test_a_mail_sent_again_after_a_crash_is_the_same_mail(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    cut_off(db, data)
    # What is new since is not mixed into it.
    put(db, year=2024)
    alert(db, data, config(server.port), NOW + timedelta(minutes=1))
    first, again = mailbox.letters
    assert (parts(first), first.items()) == (parts(again), again.items())
    alert(db, data, config(server.port), NOW + timedelta(days=1))
    news = mailbox.letters[2]
    assert "编号  2（" in parts(news)[0]
    assert "编号  1（" not in parts(news)[0]
    assert len(list(data.outbox.iterdir())) == 2
    assert alert(db, data, config(server.port), NOW + timedelta(days=1, minutes=2)).messages == []


def test_a_mail_cut_off_long_ago_is_composed_anew(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    cut_off(db, data)
    db.execute("update findings set status = 'resolved'")
    assert alert(db, data, config(server.port), NOW + timedelta(days=2)).messages == []
    assert len(mailbox.letters) == 1
    assert list(data.outbox.iterdir()) == []


def test_a_mail_whose_copy_says_that_it_was_sent_is_not_sent_again(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    cut_off(db, data, copied=True)
    assert alert(db, data, config(server.port), NOW + timedelta(minutes=1)).sent == 1
    assert len(mailbox.letters) == 1
    assert [row[0] for row in rows(db, "select outcome from deliveries")] == ["sent"]


def test_a_mail_whose_answer_was_lost_is_sent_again_as_it_was(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    mailbox.mute = True
    result = alert(db, data, config(server.port), NOW)
    assert (result.sent, result.failed, len(mailbox.letters)) == (0, 1, 1)
    put(db, year=2024)
    mailbox.mute = False
    assert alert(db, data, config(server.port), NOW + timedelta(minutes=1)).sent == 1
    first, again = mailbox.letters
    assert (parts(first), first.items()) == (parts(again), again.items())
    assert [row[0].split(":")[0] for row in rows(db, "select outcome from deliveries")] == ["failed", "sent"]


def cut_off(db: Database, data: DataDir, *, copied: bool = False) -> None:
    """As after a kill between the server's answer and the commit."""
    told = rows(db, "select finding, event, changed_at, recipient from notices")
    tells = json.dumps({"reader": told[0][3], "events": [row[:3] for row in told]})
    db.execute("delete from notices")
    db.execute("update deliveries set outcome = ?, tells = ?", [INTERRUPTED, tells])
    for copy in [] if copied else list(data.outbox.glob("*.eml")):
        copy.rename(copy.with_suffix(".part"))


def test_an_outbox_that_cannot_be_written_stops_before_the_sending(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    data.outbox.rmdir()
    data.outbox.write_text("kein Ordner")
    with pytest.raises(GoujiError, match="outbox"):
        alert(db, data, config(server.port), NOW)
    assert mailbox.letters == []
    data.outbox.unlink()
    assert alert(db, data, config(server.port), NOW).sent == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_stops_before_the_sending(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    name = alert(db, data, config(server.port), NOW, dry_run=True).messages[0]["Message-ID"][1:17]
    (data.outbox / f"2026-02-01-{name}.part").symlink_to("/dev/full")
    with pytest.raises(GoujiError, match="No space left"):
        alert(db, data, config(server.port), NOW)
    assert mailbox.letters == []
    assert alert(db, data, config(server.port), NOW).sent == 1


def test_more_than_one_mail_can_hold_waits_for_the_next(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_module, "MOST_EVENTS", 3)
    for number in range(5):
        put(db, rule=f"t3.rule{number}", suspect=None)
    first = alert(db, data, config(server.port), NOW)
    assert first.held == 2
    assert "另有 2 项留待下一封" in parts(mailbox.letters[0])[0]
    assert alert(db, data, config(server.port), NOW).waiting == 2
    second = alert(db, data, config(server.port), NOW + timedelta(days=1))
    assert second.held == 0
    told = [line for letter in mailbox.letters for line in parts(letter)[0].splitlines() if "编号  " in line]
    assert len(told) == len(set(told)) == 5


# --- dry run, test, settings -------------------------------------------------------------------------------------


def test_a_dry_run_sends_and_stores_nothing(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    result = alert(db, data, config(server.port), NOW, dry_run=True)
    assert (len(result.messages), result.sent, mailbox.letters) == (1, 0, [])
    assert rows(db, "select * from deliveries") == []
    assert list(data.outbox.iterdir()) == []
    assert alert(db, data, Config(), NOW, dry_run=True).messages[0]["To"] is None


def test_a_test_mail_is_sent_and_nothing_is_told(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    result = alert(db, data, config(server.port), NOW, test=True)
    assert result.sent == 1
    assert "测试邮件" in mailbox.letters[0]["Subject"]
    assert LINE not in parts(mailbox.letters[0])[0]
    assert rows(db, "select * from notices") == []
    assert alert(db, data, config(server.port), NOW).sent == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipients": ()}, "recipients"),
        ({"sender": ""}, "sender"),
        ({"sender": "niemand"}, "sender"),
        ({"recipients": ("a@example.org\r\nBcc: b@example.org",)}, "recipients"),
        ({"recipients": ("无人",)}, "recipients"),
        ({"user": "gouji"}, "GOUJI_MAIL_PASSWORD"),
    ],
)
def test_settings_with_which_no_mail_can_be_sent(
    db: Database, data: DataDir, changes: dict[str, Any], said: str
) -> None:
    put(db)
    with pytest.raises(UsageError, match=said):
        alert(db, data, config(1, **changes), NOW)


# --- foreign text ------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>县",
    '=HYPERLINK("http://evil")',
    "甲\r\nBcc: all@example.org\r\n\r\n乙",
    "\u202egnp.txt\u2066",
    "{{ 7 * 7 }}{% raw %}",
    "a\x00b\x1b[31mc",
    "\u2028换行",
    "长" * 5000,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, name: str) -> None:
    put(
        db,
        agency=name.replace("\x00", ""),
        name=name.replace("\x00", ""),
        message=f"{name}2025年度：不平",
        evidence={
            "url": "javascript:alert(1)",
            "sentence": name,
            "operands": [{"cell": name, "raw": name}],
            "rows": [name],
            "basis": name,
            "document": "../../etc/passwd",
        },
        suspect={"cell": name, "value": name, "rivals": [name]},
        note=name,
        status="open",
    )
    assert alert(db, data, config(server.port), NOW).sent == 1
    (letter,) = mailbox.letters
    text, html = parts(letter)
    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]
    assert len(letter["Subject"]) < 120
    for content in (text, html, letter["Subject"]):
        assert not {char for char in content if char in "\x00\x1b\u202e\u2066\u2028"}
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "passwd" not in html
    assert "49" not in text.replace("2025", "") or "{{" in text
    # No line begins with what a spreadsheet would take for a formula.
    assert not [line for line in text.splitlines() if line.startswith(("=", "+", "-", "@"))]


# --- secure servers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_secure_with_login(
    db: Database, data: DataDir, mailbox: Mailbox, certificate: Path, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    secured: dict[str, Any] = {"ssl_context": context} if security == "tls" else {"tls_context": context}
    controller = FreePort(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        authenticator=mailbox.authenticate,
        auth_require_tls=security == "starttls",
        **secured,
    )
    controller.start()
    try:
        put(db)
        settings = config(controller.port, security=security, user="gouji")
        untrusted = alert(db, data, settings, NOW, password="right")
        assert (untrusted.sent, untrusted.failed) == (0, 1)
        assert "no secure connection" in untrusted.reasons[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        wrong = alert(db, data, settings, NOW, password="wrong")
        assert wrong.failed == 1
        assert "535" in wrong.reasons[0]
        assert "wrong" not in str(rows(db, "select outcome from deliveries"))
        assert alert(db, data, settings, NOW, password="right").sent == 1
        assert mailbox.logins[-1] == b"gouji:right"
    finally:
        controller.stop()


def test_who_was_not_told_in_time_hears_that_a_report_came_late(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    absent = put(db, rule="pub.state", subject="report", finding_class="explain", verdict="overdue", suspect=None)
    change(db, absent, NOW + timedelta(days=2), status="resolved", verdict="published_late", note="2026-02-03：迟2天")
    here = NOW + timedelta(days=3)
    assert alert(db, data, config(server.port), here).sent == 1
    assert alert(db, data, config(server.port), here + timedelta(days=1)).sent == 0
    assert "■ 已解决（1）" in parts(mailbox.letters[0])[0]
    # Where the breaker had not believed the absence, nothing is said of it.
    other = put(
        db,
        agency="341502",
        name="示例县教育局",
        rule="pub.state",
        subject="report",
        finding_class="explain",
        verdict="overdue",
        suspect=None,
    )
    change(db, other, here, status="resolved", verdict="published_late", note="2026-02-03：迟2天")
    put(
        db,
        agency="qingshi",
        rule="pub.sweep",
        subject="breaker",
        finding_class="health",
        status="resolved",
        evidence={"bodies": ["341502"]},
        suspect=None,
    )
    assert alert(db, data, config(server.port), here + timedelta(days=2)).sent == 0
