"""What the import of a long list costs: a bounded number of statements for each line, however long the list is."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.contacts import Contact
from crawler.agencies.register_file import RegisterRow
from crawler.agencies.register_import import import_rows
from crawler.ground import schema
from crawler.ground.data import DataDir, connect

NEW, KNOWN = 9, 5  # statements for a line; those of a parent are made once for all bodies below it
PER_PARENT = 12
BODIES = 20  # of each county


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return connect(DataDir(tmp_path), [schema.migrations])


def lines(counties: int) -> list[RegisterRow]:
    """Counties with their governments first: each body has a parent and a contact."""
    found: list[RegisterRow] = []
    for county in range(counties):
        above = f"青石{chr(0x4E00 + county)}县人民政府"
        for body in range(BODIES):
            name = f"青石{chr(0x4E00 + county)}县第{body}局" if body else above
            contact = Contact("王晓明", f"0999-62{county:03}{body:02}")
            parent = above if body else ""
            found.append(
                RegisterRow(len(found) + 2, "", name, "", "", parent, "", "", None, None, "", contacts=(contact,))
            )
    return found


def statements(db: Database, rows: list[RegisterRow]) -> int:
    told: list[str] = []
    db.conn.set_trace_callback(told.append)
    import_rows(db, Path("名录.xlsx"), rows)
    db.conn.set_trace_callback(None)
    return len(told)


@pytest.mark.parametrize("counties", [5, 50])
def test_a_line_costs_a_few_statements_however_many_there_are(db: Database, counties: int) -> None:
    rows = lines(counties)
    around = 10 + counties * PER_PARENT
    assert statements(db, rows) <= len(rows) * NEW + around
    assert (
        db.execute("select count(*) from agencies where parent like '青石%县人民政府'").fetchone()[0] == counties * 19
    )
    assert statements(db, rows) <= len(rows) * KNOWN + around, "nothing of it is new"
