"""The codebook: no table, column or code without its description, and docs/tables.md is made from it."""

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from sqlite_utils import Database

from crawler.ground.vocabulary import KINDS, LEVELS
from crawler.ledger.costly import CAUSES
from crawler.ledger.portals import STATES
from crawler.pages.asks import Kind
from crawler.pages.verdicts import Word
from extract.content import State
from extract.store.failures import CODES
from monitor.codebook import code_lists, codes_of, exported, tables, undescribed
from monitor.codebook.render import code_pages, table_pages
from monitor.reconcile.rule import CLASSES
from monitor.words.finding import STATUS
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"
HEAD = """# 表和列 · Tables and columns

`gouji.db` 里的每张表、每个视图、每一列、每个代码。名称和列是公开的约定：只会增加，不会改名。
`NULL` 是没有载明，`0` 是零。日期为北京时间，时刻为 UTC。怎样提问见 [queries.md](queries.md)，发现的状态见 [findings.md](findings.md)。

Every table, view, column and code of `gouji.db`. Names and columns are a public contract: they are added to, never renamed.
`NULL` means not stated, `0` means zero. Dates are in Asia/Shanghai, instants in UTC.

"""


def test_no_table_or_column_is_undescribed_and_nothing_described_is_absent(db: Database) -> None:
    assert undescribed(db) == []


def test_a_table_or_column_that_nobody_described_is_named(db: Database) -> None:
    before = set(undescribed(db))
    db.table("extra").create({"id": int})
    db.table("agencies").add_column("colour", str)
    assert set(undescribed(db)) - before == {"agencies.colour", "extra"}


def test_both_languages_everywhere(db: Database) -> None:
    texts = [table.words for table in tables(db)] + [one.words for table in tables(db) for one in table.columns]
    texts += [words for entries in code_lists().values() for words in entries.values()]
    assert all(words.zh.strip() and words.en.strip() for words in texts)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("agency_kind", KINDS),
        ("agency_level", LEVELS),
        ("portal_state", STATES),
        ("fetch_verdict", get_args(Word)),
        ("costly_cause", CAUSES),
        ("fetch_kind", get_args(Kind)),
        ("cell_state", get_args(State)),
        ("finding_class", CLASSES),
        ("finding_status", STATUS),
        ("reading_failure", CODES),
    ],
)
def test_lists_of_codes_are_those_of_the_program(name: str, known: Iterable[str]) -> None:
    assert set(code_lists()[name]) == set(known)


def test_each_state_of_a_portal_says_what_to_do() -> None:
    assert {"ok", *code_lists()["portal_advice"]} == set(STATES)
    guide = (PAGE.parent / "portals.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in guide.splitlines() if line.startswith("| `")]
    assert {row[1].strip().strip("`") for row in rows if len(row) == 6 and all(map(str.strip, row[1:5]))} >= STATES


def test_no_export_of_recipients_or_of_reasons(db: Database) -> None:
    public = {(table.name, one.name) for table in exported(db) for one in table.public}
    assert not {name for name, _ in public} & {"deliveries", "notices", "frontier", "runs"}
    assert ("findings", "note") not in public
    assert ("findings", "evidence") in public


def test_every_list_a_column_names_is_there(db: Database) -> None:
    assert [one.codes for table in tables(db) for one in table.columns if one.codes and not codes_of(one)] == []


def test_the_page_of_tables_is_made_from_it(db: Database, golden: Golden) -> None:
    chosen = tables(db)
    lines = [
        "## 表 · Tables",
        "",
        *table_pages([one for one in chosen if not one.view], public=False),
        "## 视图 · Views",
        "",
        *table_pages([one for one in chosen if one.view], public=False),
        "## 代码 · Codes",
        "",
        *code_pages(chosen),
    ]
    golden(PAGE, HEAD + "\n".join(lines).rstrip("\n") + "\n")
