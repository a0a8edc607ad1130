"""`gouji init` asks on a terminal, writes a file that Notepad may save, proves the mail; `gouji doctor` ends as its lines say."""

import os
import pty
import select
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from crawler.ground.config import read_config
from crawler.ground.data import TEMPLATE
from crawler.ground.errors import UsageError
from monitor.commands.first_hour import (
    CHINESE,
    Answers,
    address_of,
    addresses_of,
    contact_of,
    filled,
    portal_of,
)
from tests.monitor.mailing import FreePort, Mailbox
from tests.monitor.test_cli_edge import gouji

FULL = Answers(
    "mailto:zhang@example.org", "smtp.example.org", 465, "tls", "zhang", "zhang@example.org",
    ("li@example.org", "wang@example.org"),
)  # fmt: skip


def typed(arguments: Sequence[object], answers: Sequence[str], seconds: float = 60) -> tuple[int, str]:
    """Runs gouji on a terminal and types an answer at each prompt; its exit status and all that stood there."""
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "GOUJI_DATA"}
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, env=env
    )
    os.close(theirs)
    said, waiting, end = b"", list(answers), time.monotonic() + seconds
    answered = 0
    while time.monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.3)
        if ready:
            try:
                said += os.read(ours, 65_536)
            except OSError:  # the other side is closed
                break
        elif waiting and said[answered:].endswith(b": "):
            answered = len(said)
            os.write(ours, f"{waiting.pop(0)}\n".encode())
    os.close(ours)
    return process.wait(10), said.decode("utf-8", "replace")


def test_what_is_answered_on_a_terminal_stands_in_the_file_and_the_mail_is_proved(
    tmp_path: Path, server: FreePort, mailbox: Mailbox
) -> None:
    place = tmp_path / "数据"
    answers = ["张三", "zhang@example.org", "", "127.0.0.1", "none", str(server.port), "", "", "li@example.org", "y"]
    status, said = typed(["init", place], answers)
    assert status == 0, said
    assert "请写邮箱" in said, "what is no address is asked again"
    config = read_config(place / "gouji.toml")
    assert config.crawl.contact == "mailto:zhang@example.org"
    assert (config.mail.port, config.mail.sender, config.mail.recipients) == (
        server.port, "zhang@example.org", ("li@example.org",),
    )  # fmt: skip
    assert "已发出" in said
    assert len(mailbox.letters) == 1


def test_all_may_be_left_open(tmp_path: Path) -> None:
    place = tmp_path / "数据"
    status, said = typed(["init", place], ["", "", ""])
    assert status == 0, said
    assert read_config(place / "gouji.toml").mail.recipients == ()
    status, said = typed(["init", place], [])
    assert "gouji.toml 已有，未改动" in said
    assert "联系方式" not in said, "nothing is asked where the file is there"


def test_a_mail_that_cannot_be_sent_and_a_portal_that_cannot_be_reached_are_said(tmp_path: Path) -> None:
    place = tmp_path / "数据"
    answers = ["zhang@example.org", "http://127.0.0.1:9/", "127.0.0.1", "none", "9", "", "", "li@example.org", "y"]
    status, said = typed(["init", place], answers)
    assert status == 0, said
    assert "没有发出：" in said
    assert "gouji portal add http://127.0.0.1:9/" in said
    assert "Traceback" not in said


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    result = gouji("init", str(tmp_path / "数据"))
    assert result.exit_code == 0
    assert "联系方式" not in result.output
    text = (tmp_path / "数据" / "gouji.toml").read_text(encoding="utf-8")
    assert text == CHINESE
    assert "remind_days" in text
    assert gouji("init", str(tmp_path / "data"), "--lang", "en").exit_code == 0
    english = (tmp_path / "data" / "gouji.toml").read_text(encoding="utf-8")
    assert english == TEMPLATE.replace('language = "zh"  ', 'language = "en"  ')


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_file_holds_the_answers_and_keeps_its_comments(tmp_path: Path, lang: str) -> None:
    text = filled(FULL, lang, tmp_path / "gouji.toml")
    found = tomllib.loads(text)
    assert found["mail"] == {
        "host": "smtp.example.org", "port": 465, "security": "tls", "user": "zhang", "sender": "zhang@example.org",
        "recipients": ["li@example.org", "wang@example.org"], "language": lang,
    }  # fmt: skip
    assert text.count("#") == (TEMPLATE if lang == "en" else CHINESE).count("#")
    nothing = tomllib.loads(filled(Answers(), lang, tmp_path / "gouji.toml"))
    assert nothing["mail"]["recipients"] == []


@pytest.mark.parametrize("text", ['a"b@example.org', "a\\b@example.org", "甲@例.cn"])
def test_an_odd_answer_breaks_no_file(tmp_path: Path, text: str) -> None:
    assert tomllib.loads(filled(Answers(contact=f"mailto:{text}"), "zh", tmp_path / "x"))["crawl"]["contact"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_notepad_may_save_it(tmp_path: Path, ends: str, mark: bytes) -> None:
    path = tmp_path / "gouji.toml"
    text = filled(FULL, "zh", path)
    path.write_bytes(mark + text.replace("\n", ends).encode())
    assert read_config(path).mail.recipients == FULL.recipients


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_what_notepad_saved_in_another_encoding_is_told_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "gouji.toml"
    path.write_bytes(filled(FULL, "zh", path).encode(encoding))
    with pytest.raises(UsageError) as told:
        read_config(path)
    assert "UTF-8" in told.value.zh
    assert "另存为" in told.value.zh


@pytest.mark.parametrize(
    ("text", "contact", "portal", "mail"),
    [
        ("a@example.org", "mailto:a@example.org", False, True),
        ("mailto:a@example.org", "mailto:a@example.org", False, False),
        ("https://www.example.gov.cn/x", "https://www.example.gov.cn/x", True, False),
        ("www.example.gov.cn", None, True, False),
        ("张三", None, False, False),
        ("a@b c", None, False, False),
        ("javascript:alert(1)", None, False, False),
        ("a@example.org\nBcc: x@y", None, False, False),
    ],
)
def test_what_an_answer_may_be(text: str, contact: str | None, portal: bool, mail: bool) -> None:
    assert contact_of(text) == contact
    assert bool(portal_of(text)) == portal
    assert bool(address_of(text)) == mail


def test_several_recipients_in_any_punctuation() -> None:
    assert addresses_of("a@x.org，b@x.org；c@x.org, a@x.org") == "a@x.org b@x.org c@x.org"
    assert addresses_of("a@x.org，b") is None
    assert addresses_of("，") is None


def ended(*arguments: str) -> tuple[int, str, list[str]]:
    result = gouji("doctor", *arguments)
    lines = result.output.splitlines()
    return result.exit_code, lines[-1], [line.split()[0] for line in lines[:-1] if line.split()]


def test_doctor_ends_as_its_lines_say(tmp_path: Path) -> None:
    place = tmp_path / "数据"
    assert gouji("init", str(place)).exit_code == 0
    status, last, marks = ended("--data", str(place))
    assert status == 0
    assert "错" not in marks
    assert last.startswith("一切正常")
    assert f"有 {marks.count('–')} 项" in last
    (place / "gouji.toml").write_text("[mail]\nport = 'x'\n", encoding="utf-8")
    status, last, marks = ended("--data", str(place))
    assert status == 1
    assert last.startswith(f"有 {marks.count('错')} 处不对")
    assert ended("--data", str(place), "--lang", "en")[1].startswith(f"{marks.count('错')} things are wrong")
    assert ended("--data", str(tmp_path / "没有"))[0] == 1
