"""`gouji open`: the archived original with its ending; where there is no viewer, its path."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.asking.original import ending
from monitor.cli import main
from monitor.samples import make_history
from tests.extract.workbooks import Written


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / "data"


def gouji(data: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--data", str(data)])


def test_the_original_is_copied_with_its_ending_and_its_path_is_printed(data: Path, tmp_path: Path) -> None:
    sample = make_history(7, "示例县财政局", [2023], dense=True)[0]
    (tmp_path / "attachment").write_bytes(Written(sample).body)
    (tmp_path / "scan").write_bytes(b"%PDF-1.4 nothing")
    assert gouji(data, "init").exit_code == 0
    assert gouji(data, "add", tmp_path / "attachment").exit_code == 0
    assert gouji(data, "extract").exit_code in (0, 1)
    result = gouji(data, "open", "示例县财政局", 2023, "--print")
    assert result.exit_code == 0, result.output
    path = Path(result.output.strip())
    assert path.name == "示例县财政局2023.xlsx"
    assert path.read_bytes() == (tmp_path / "attachment").read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    result = gouji(data, "open", "示例县财政局", 2023)
    assert result.exit_code == 0
    assert result.output.splitlines()[0].endswith(".xlsx")
    assert "没有打开" in result.output
    told = json.loads(gouji(data, "open", "示例县财政局", 2023, "--json").stdout)
    assert told["url"] == (tmp_path / "attachment").as_uri()
    assert len([*tmp_path.glob("gouji-*")]) == 1
    path.parent.chmod(0o755)  # no longer of us alone: another folder
    assert Path(gouji(data, "open", "示例县财政局", 2023, "--print").output.strip()).parent != path.parent
    for name in ("图.txt", "图"):
        refused = gouji(data, "show", "示例县财政局", 2023, "--image", tmp_path / name)
        assert (refused.exit_code, (tmp_path / name).exists()) == (2, False)
        assert "的结尾应是 .png" in refused.output
    result = gouji(data, "open", "示例县财政局", 2020)
    assert result.exit_code == 3
    assert "没有" in result.output


@pytest.mark.parametrize(
    ("body", "url", "expected"),
    [
        (b"%PDF-1.7", "http://x/download?id=1", "pdf"),
        (b"<html><body>1</body></html>", "http://x/a.shtml?x=1", "shtml"),
        (b"<html><body>1</body></html>", "http://x/a.doc", "html"),
        (b"\x89PNG\r\n\x1a\n", "http://x/a", "png"),
        (b"\xff\xd8\xff\xe0", "http://x/a.JPEG", "jpeg"),
        ("年报".encode(), "http://x/a", "txt"),
        (bytes(range(256)), "http://x/a.exe", "bin"),
    ],
)
def test_the_bytes_give_the_ending_and_the_address_where_it_agrees(body: bytes, url: str, expected: str) -> None:
    assert ending(body, url) == expected


def test_a_data_directory_without_anything_says_so(data: Path) -> None:
    assert gouji(data, "open", "没有的局", 2023).exit_code in (2, 3)
