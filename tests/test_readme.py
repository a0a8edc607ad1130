"""The READMEs' queries, run on the demo's data: what they print is what a newcomer sees."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r'\$ \.venv/bin/sqlite-utils demo-data/gouji\.db --table "(.*?)"\n(.*?)```', re.DOTALL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo-data"
    command = [sys.executable, "-m", "monitor.cli", "demo", "--data", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=120)
    return folder / "gouji.db"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_queries_print_what_they_say(name: str, demo: Path) -> None:
    blocks = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    for query, expected in blocks:
        done = subprocess.run(
            [sys.executable, "-m", "sqlite_utils", str(demo), query, "--table"],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        printed = [line.rstrip() for line in done.stdout.splitlines()]
        assert printed == expected.splitlines(), query


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_no_gap_is_left(name: str) -> None:
    assert not re.search(r"@[A-Z]+@", (ROOT / name).read_text(encoding="utf-8"))
