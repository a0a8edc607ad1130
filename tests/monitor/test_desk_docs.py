"""The pages for the desk: every command on them is one, the questions to DuckDB are asked, completion completes."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.cli import main
from tests.monitor.cookbook import build
from tests.monitor.test_cli_edge import gouji

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("clerk.zh-CN.md", "researcher.md", "upgrade.md")
BLOCK = re.compile(r"```(?:console|bash)\n(.*?)```", re.DOTALL)
SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)
# Made beside these pages; each is checked from the day on which it is there.
BESIDE = {
    ("brief",),
    ("compare",),
    ("profile",),
    ("agencies", "template"),
    ("letter", "--remind"),
    ("letter", "--missing"),
    ("letter", "--all"),
}


def lines(page: str) -> Iterator[list[str]]:
    """The words of every call of gouji on a page."""
    for block in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[:1] == ["gouji"]:
                yield words[1:]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_of_a_page_exists(page: str) -> None:
    found = list(lines(page))
    assert len(found) >= 5
    for words in found:
        context = click.Context(main)
        command: click.Command = main
        path: list[str] = []
        while isinstance(command, click.Group):
            path.append(words.pop(0))
            child = command.get_command(context, path[-1])
            if child is None:
                assert tuple(path) in BESIDE, path
                break
            command = child
        else:
            known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
            asked = {word for word in words if word.startswith("--")}
            assert not {one for one in asked - known if (*path, one) not in BESIDE}, (path, asked - known)


def test_the_clerk_s_year_is_one_page_without_english_or_codes() -> None:
    text = (DOCS / "clerk.zh-CN.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 110
    for code in ("T3[", "overdue", "not_assessable", "natural_person", "claim.", "shadow"):
        assert code not in text
    for month in ("十一月", "十二月", "一月", "二月", "三月", "四月", "五月"):
        assert month in text


def test_every_question_to_duckdb_has_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    data = build(tmp_path / "data")
    assert gouji("export", str(tmp_path / "dataset"), "--data", str(data.root), "--parquet").exit_code == 0
    monkeypatch.chdir(tmp_path / "dataset")
    questions = SQL.findall((DOCS / "researcher.md").read_text(encoding="utf-8"))
    assert len(questions) >= 4
    for question in questions:
        assert duckdb.sql(question).fetchall(), question
    names = {row[0] for row in duckdb.sql("select agency_name from 'parquet/named_findings.parquet'").fetchall()}
    assert "青石市财政局" in names
    assert (
        duckdb.sql("select count(*) from 'csv/totals.csv'").fetchall()
        == duckdb.sql("select count(*) from 'parquet/totals.parquet'").fetchall()
    )


@pytest.mark.parametrize(
    ("words", "place", "offered"),
    [("gouji sta", 1, "status"), ("gouji status --ki", 2, "--kind"), ("gouji agencies im", 2, "import")],
)
def test_the_shell_completes_commands_and_options(words: str, place: int, offered: str) -> None:
    assert "_GOUJI_COMPLETE=bash_source" in (DOCS / "upgrade.md").read_text(encoding="utf-8")
    program = "from monitor.cli import main; main(prog_name='gouji')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"_GOUJI_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert f"plain,{offered}" in done.stdout.splitlines()
