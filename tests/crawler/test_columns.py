"""One more column of a table is one entry: added at the next opening, described by the same words, never renamed."""

from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.ground.columns import FILE, columns_of, grow
from crawler.ground.errors import GoujiError

ENTRY = '[bodies.colour]\ntype = "TEXT"\nzh = "颜色"\nen = "its colour"\ncodes = "colour"\n'


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"stage_of_{tmp_path.name}"  # once imported, a package stays what it was
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / FILE).write_text(ENTRY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def migrated(db: Database, package: str) -> None:
    steps = Migrations("grown")

    @steps()
    def m001_bodies(db: Database) -> None:
        db.table("bodies").create({"id": int}, pk="id", strict=True)

    grow(steps, package)
    steps.apply(db)


def test_an_entry_is_a_column_of_a_database_that_was_there_before(package: str, tmp_path: Path) -> None:
    db = Database(memory=True)
    (tmp_path / package / FILE).write_text("", encoding="utf-8")
    migrated(db, package)
    db.table("bodies").insert({"id": 1})
    (tmp_path / package / FILE).write_text(ENTRY, encoding="utf-8")
    for _ in range(2):
        migrated(db, package)
        assert db.execute("select id, colour from bodies").fetchall() == [(1, None)]
    assert [(one.table, one.name, one.zh, one.marks) for one in columns_of(package)] == [
        ("bodies", "colour", "颜色", {"codes": "colour"})
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (ENTRY.replace('en = "its colour"\n', ""), "lacks en"),
        (ENTRY.replace("TEXT", "VARCHAR"), "INTEGER, REAL, TEXT"),
        (ENTRY + "color = true\n", "unknown keys: color"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_named(package: str, tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / package / FILE).write_text(wrong, encoding="utf-8")
    with pytest.raises(GoujiError, match=said) as error:
        columns_of(package)
    assert "[bodies.colour]" in error.value.message
