"""A list of 20,000 rows as people keep it: all of it is taken, and what is said of it stays short."""

from contextlib import closing
from pathlib import Path

from crawler.ground.data import DataDir
from monitor.schema import open_database
from tests.monitor.test_cli_road import Gouji, gouji
from tests.monitor.test_register_import import book

__all__ = ["gouji"]
ROWS = 20_000
MOST_LINES = 60


def test_twenty_thousand_rows_are_taken_and_what_is_said_stays_short(tmp_path: Path, gouji: Gouji) -> None:
    """Every body has a parent that is in no register, every second one an address that is none."""
    rows = [("示例省名录",), ("单位名称", "上级单位", "联系人", "电话", "邮箱")]
    for at in range(ROWS):
        county = f"示例{chr(0x4E00 + at // 20)}县"
        email = f"x{at}@example.org" if at % 2 else f"见附件{at}"
        rows.append((f"{county}第{at % 20}局", f"{county}委", "王晓明", f"0999-6{at:06}", email))
    said = gouji("agencies", "import", book(tmp_path / "名录.xlsx", rows), "--yes").output
    assert f"新增 {ROWS}，更新 0，未变 0；联系人 {ROWS} 位" in said
    assert len(said.splitlines()) <= MOST_LINES
    assert "不在名录中的上级还有 990 个" in said
    with closing(open_database(DataDir(gouji.root))) as db:
        counted = "select count(*), count(distinct parent) from agencies"
        assert db.execute(counted).fetchone() == (ROWS, 1000)
        assert db.execute("select count(email) from contacts").fetchone() == (ROWS // 2,)
