"""The edge of the command line: --data anywhere, --json alone on standard output, one clear line for every error."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.commands import commands


def gouji(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"GOUJI_DATA": None, **(env or {})})


def process(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **settings}
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments],
        capture_output=True,
        text=True,
        env=env,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    place = tmp_path / "数据"
    assert gouji("init", str(place)).exit_code == 0
    return place


@pytest.mark.parametrize("name", commands())
def test_every_command_exists_and_its_help_has_an_example(name: str) -> None:
    result = gouji(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"gouji {name}" in result.output
    assert "--data DIR" in result.output


def test_the_group_lists_every_command() -> None:
    result = gouji("--help")
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.output.splitlines() if line.startswith("  ") and line.split()]
    assert set(commands()) <= set(listed)


@pytest.mark.parametrize(
    "line",
    [
        ["--data", "DIR", "agencies", "list"],
        ["agencies", "--data", "DIR", "list"],
        ["agencies", "list", "--data", "DIR"],
        ["--data=DIR", "findings"],
        ["findings", "--data=DIR"],
    ],
)
def test_data_stands_anywhere_on_the_line(line: list[str], data: Path) -> None:
    result = gouji(*(part.replace("DIR", str(data)) for part in line))
    assert result.exit_code == 0, result.output


def test_data_comes_from_the_environment_and_the_line_beats_it(data: Path, tmp_path: Path) -> None:
    assert gouji("findings", env={"GOUJI_DATA": str(data)}).exit_code == 0
    absent = str(tmp_path / "没有")
    assert gouji("findings", env={"GOUJI_DATA": absent}).exit_code == 3
    assert gouji("findings", "--data", str(data), env={"GOUJI_DATA": absent}).exit_code == 0
    assert gouji("--data", absent, "findings", "--data", str(data)).exit_code == 0


def test_without_a_data_directory_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    result = gouji("findings", "--data", str(tmp_path / "没有"))
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.startswith("错误: ")
    assert "gouji init" in result.stderr
    assert not (tmp_path / "没有").exists()


def test_json_is_one_value_also_for_an_error(tmp_path: Path) -> None:
    result = gouji("findings", "--json", "--data", str(tmp_path / "没有"))
    assert result.exit_code == 3
    assert json.loads(result.stdout).keys() == {"error"}


@pytest.mark.parametrize(
    "line",
    [
        ["nonsense"],
        ["findings", "--nonsense"],
        ["findings", "--status", "某"],
        ["show"],
        ["acknowledge", "1"],
        ["dismiss", "1"],
        ["explain", "1"],
        ["dismiss", "一"],
        ["explain", "99999999999999999999", "--reason", "因"],
        ["--data", "", "findings"],
    ],
)
def test_usage_errors_are_one_line_and_status_2(line: list[str]) -> None:
    result = gouji(*line)
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("错误: ")


def test_errors_in_english() -> None:
    assert gouji("--lang", "en", "nonsense").stderr.startswith("error: ")


def test_a_file_that_is_no_database(data: Path) -> None:
    (data / "gouji.db").write_bytes(b"not a database" * 100)
    for command in (["findings"], ["agencies", "list"], ["check"]):
        result = gouji(*command, "--data", str(data))
        assert result.exit_code == 3
        assert len(result.stderr.splitlines()) == 1
        assert "gouji.db" in result.stderr


def test_a_bad_configuration_names_the_line(data: Path) -> None:
    (data / "gouji.toml").write_text("[crawl]\nspeed = 3\n", encoding="utf-8")
    result = gouji("portal", "list", "--data", str(data))
    assert result.exit_code == 2
    assert "第 2 行" in result.stderr


def test_a_hostile_name_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    result = gouji("findings", "--data", str(tmp_path / "甲\x1b[2J\u202e"))
    assert result.exit_code == 3
    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr
    assert "\\x1b[2J" in result.stderr


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("", encoding="utf-8")
    result = gouji("init", str(tmp_path / "文件"))
    assert result.exit_code == 3
    assert result.stderr.startswith("错误: ")


def test_init_leaves_what_is_there(data: Path) -> None:
    (data / "gouji.toml").write_text('[crawl]\ncontact = "mailto:a@example.org"\n', encoding="utf-8")
    result = gouji("init", str(data), "--json")
    assert json.loads(result.stdout)["created"] is False
    assert "a@example.org" in (data / "gouji.toml").read_text(encoding="utf-8")


def test_a_database_without_its_tables_is_a_clear_error(data: Path) -> None:
    result = gouji("acknowledge", "7", "--reason", "因", "--data", str(data))
    assert result.exit_code == 2
    with sqlite3.connect(data / "gouji.db") as other:
        other.execute("drop table findings")
    other.close()
    result = gouji("findings", "--data", str(data))
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 1


def test_as_a_process_no_traceback_and_the_right_streams(tmp_path: Path) -> None:
    result = process("findings", "--data", str(tmp_path / "没有"), PYTHONIOENCODING="ascii")
    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    result = process("init", str(tmp_path / "新"), "--json")
    assert result.returncode == 0
    assert json.loads(result.stdout)["created"] is True


def test_a_reader_that_goes_away_is_no_error(data: Path) -> None:
    with sqlite3.connect(data / "gouji.db") as db:
        db.executemany(
            "insert into agencies (code, name) values (?, ?)",
            [(f"{number}", f"示例县第{number}局" * 20) for number in range(3000)],
        )
    db.close()
    command = f"{sys.executable} -m monitor.cli agencies list --data '{data}' | head -n 1"
    result = subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.stderr == ""
    assert len(result.stdout.splitlines()) == 1
    assert result.returncode == 141


def test_a_decision_waits_while_another_program_writes(data: Path) -> None:
    with closing(sqlite3.connect(data / "gouji.db", isolation_level=None)) as other:
        row = {
            "rule": "t3.row_sum",
            "class": "fatal",
            "agency": "甲",
            "year": 2023,
            "subject": "granted",
            "verdict": "fail",
            "status": "open",
            "responsibility": "source",
            "message": "不符",
            "message_en": "",
            "evidence": "{}",
            "opened_at": "2026",
            "changed_at": "2026",
        }
        other.execute(
            f"insert into findings ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values())
        )
        other.execute("begin immediate")
        with subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "explain", "1", "--reason", "因", "--data", data],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(1.5)
            other.execute("commit")
            assert waiting.wait(30) == 0
        assert other.execute("select status from findings").fetchall() == [("explained",)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["nonsense"], "没有命令 nonsense"),
        (["findings", "--statu", "open"], "没有选项 --statu（是不是 --status"),
        (["acknowledge", "1"], "缺少 --reason"),
        (["findings", "--status", "某"], "可写 open、regressed"),
        (["missing", "--on", "某日"], "日期写成 2026-02-01"),
        (["findings", "--year", "1"], "1900 到 2999"),
        (["findings", "--year"], "选项 --year"),
        (["show", "甲", "2024", "乙"], "多出了 乙"),
        (["acknowledge", "0", "--reason", "因"], "不小于 1"),
        (["crawl", "--replay", "没有.gz"], "没有这样的文件"),
    ],
)
def test_a_wrong_call_is_told_in_the_language_of_the_call(line: list[str], told: str) -> None:
    result = gouji(*line)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "用法见" in result.stderr
    english = gouji("--lang", "en", *line).stderr
    assert "用法" not in english
    assert "error: " in english


def test_the_register_is_listed_with_the_names_of_its_columns(tmp_path: Path) -> None:
    gouji("init", str(tmp_path / "data"))
    (tmp_path / "register.csv").write_text("name\n青石市财政局\n", encoding="utf-8")
    gouji("agencies", "import", str(tmp_path / "register.csv"), "--data", str(tmp_path / "data"))
    listed = json.loads(gouji("agencies", "list", "--json", "--data", str(tmp_path / "data")).output)
    assert [(one["name"], one["kind"], one["source"]) for one in listed] == [("青石市财政局", "department", "import")]
