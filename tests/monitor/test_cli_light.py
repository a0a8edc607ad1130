"""What only asks the database, or for help, loads nothing that crawls, schedules, mails or writes files of an office."""

import subprocess
import sys

import click
import pytest

from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.commands import commands

HEAVY = {
    "scrapy",
    "twisted",
    "apscheduler",
    "apprise",
    "docx",
    "pyarrow",
    "lxml",
    "requests",
    "tldextract",
    "jinja2",
    "warcio",
    "aiosmtpd",
    "asyncio",
}
RUN = """
import sys
from monitor.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write("\\n" + "\\n".join(sys.modules))
"""


@pytest.mark.parametrize("line", [["--help"], ["missing"], ["findings"], ["show", "示例县财政局"], ["chain", "--all"]])
def test_a_question_loads_nothing_heavy(line: list[str], data: DataDir) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", RUN, *line, "--data", str(data.root)],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    loaded = {name.partition(".")[0] for name in ran.stderr.splitlines()}
    assert "monitor" in loaded
    assert not loaded & HEAVY


def test_the_list_of_commands_says_what_each_says_itself() -> None:
    for name, listed in commands().items():
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert command.get_short_help_str(500) == click.Command(name, help=listed.doc).get_short_help_str(500)
