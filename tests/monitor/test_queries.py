"""docs/queries.md: every command is run on the sample database, its answer compared with the page."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils.cli import cli

from crawler.ground.data import DataDir
from tests.conftest import Golden
from tests.monitor.cookbook import build

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
QUESTION = re.compile(r"(## (\d+)\. .*?\n```bash\n(.*?)```\n\n)(.*?)(?=\n## |\Z)", re.DOTALL)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return build(tmp_path_factory.mktemp("cookbook") / "data")


def narrow(table: str) -> str:
    """A Markdown table without padding: how wide Chinese is printed depends on the machine."""
    lines = ["|".join(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]
    return "\n".join(re.sub(r"-{2,}", "--", line) for line in lines) + "\n"


def test_every_answer_is_that_of_the_sample_database(
    sample: DataDir, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    monkeypatch.chdir(sample.root)

    def answered(match: re.Match[str]) -> str:
        program, *arguments = shlex.split(match[3].replace(r"\$", "$"))
        assert program == "sqlite-utils"
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, f"question {match[2]}: {result.output}"
        assert len(result.stdout.splitlines()) > 2, f"question {match[2]} has no answer"
        return match[1] + narrow(result.stdout)

    golden(PAGE, QUESTION.sub(answered, PAGE.read_text(encoding="utf-8")))


def test_twenty_questions_of_all_four_readers() -> None:
    text = PAGE.read_text(encoding="utf-8")
    numbers = [int(match[2]) for match in QUESTION.finditer(text)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 20
    for reader in ("supervisor", "reporter", "researcher", "clerk"):
        assert reader in text
