"""`gouji search` finds words of any length in the prose of the current reports, exactly, and shows the clause."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from click.testing import CliRunner

from crawler.ground.data import DataDir
from crawler.ground.database import Waiting
from crawler.ground.errors import UsageError
from extract.model import Report, Section
from extract.store import prose_index
from extract.store.prose_index import bring_up_to_date, candidates, fold
from extract.store.write import Reading, save
from monitor.asking.search import AROUND, Place, search
from monitor.cli import main
from monitor.schema import open_database

NOW = datetime(2026, 2, 1, tzinfo=UTC)
FEE = "本机关全年未收取信息处理费。另收到咨询三次。"


def stored(
    db: Waiting, name: str, year: int, sections: Sequence[str], *, parser: str = "one", version: str = ""
) -> None:
    report = Report(
        f"{name}{year}年政府信息公开工作年度报告",
        name,
        year,
        {},
        (),
        sections=tuple(Section(number, f"第{number}部分", text) for number, text in enumerate(sections, 1)),
    )
    key = f"{name}/{year}"
    reading = Reading(sha256(f"{key}{version}".encode()).hexdigest(), f"http://127.0.0.1/{key}", report, "2026-01-10")
    save(db, [reading], parser, NOW)


def found(db: Waiting, *words: str, agency: str = "", year: int | None = None, limit: int = 50) -> list[Place]:
    return search(db, words, agency=agency, year=year, limit=limit)[0]


def marked(place: Place) -> list[str]:
    return [place.clause[start:end] for start, end in place.marks]


def gouji(data: DataDir, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["--data", str(data.root), *arguments], env={"GOUJI_DATA": None})
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.parametrize("word", ["费", "处理", "信息处理费", "信息处理费。另", "收取信息处理费。另收到咨询三次", "未"])
def test_a_word_of_any_length_is_found(db: Waiting, word: str) -> None:
    stored(db, "青石市教育局", 2025, ["概况。", FEE])
    stored(db, "青石市民政局", 2025, ["公示及时。"])
    (place,) = found(db, word)
    assert (place.name, place.year, place.section) == ("青石市教育局", 2025, 2)
    assert marked(place) == [word]


def test_pairs_of_the_word_elsewhere_in_the_text_are_not_the_word(db: Waiting) -> None:
    stored(db, "青石市教育局", 2025, ["信息公开，处理及时，理费用，息处。"])
    assert list(candidates(db, [fold("信息处理费")], 10)) == [[1]]  # not indexed yet
    assert found(db, "信息处理费") == []


def test_several_words_stand_all_in_one_report(db: Waiting) -> None:
    stored(db, "青石市教育局", 2025, ["收费公示。", FEE])
    stored(db, "青石市民政局", 2025, ["收费公示。", "无。"])
    assert [one.name for one in found(db, "公示", "处理费")] == ["青石市教育局"] * 2
    assert [one.name for one in found(db, "公示 处理费")] == ["青石市教育局"] * 2
    assert {one.name for one in found(db, "公示")} == {"青石市教育局", "青石市民政局"}


@pytest.mark.parametrize(
    ("text", "word", "as_printed"),
    [
        ("收取信息处理费１２０元。", "120元", "１２０元"),
        ("收取信息 处\n理　费。", "信息处理费", "信息 处\n理　费"),
        ("依据（条例）ＡＢＣ。", "(条例)abc", "（条例）ＡＢＣ"),
        ("面积三㎡，", "m2", "㎡"),
        ("信息处理费", "信 息处理费 ", ""),
    ],
)
def test_width_and_white_space_do_not_count(db: Waiting, text: str, word: str, as_printed: str) -> None:
    stored(db, "青石市教育局", 2025, [text])
    assert [one for place in found(db, word) for one in marked(place)] == (
        [as_printed] if as_printed else ["信", "息处理费"]
    )


def test_the_clause_is_shown_and_a_long_one_cut(db: Waiting) -> None:
    stored(db, "青石市教育局", 2025, [FEE, f"{'长' * 900}信息处理费{'句' * 900}"])
    short, long = found(db, "信息处理费")
    assert (short.clause, short.cut) == ("本机关全年未收取信息处理费", (False, False))
    assert (len(long.clause), long.cut) == (2 * AROUND + 5, (True, True))


def test_words_of_one_clause_are_marked_together(db: Waiting) -> None:
    stored(db, "青石市教育局", 2025, ["信息处理费未收，其他费也未收。费用为零。"])
    first, second = found(db, "费")
    assert (marked(first), marked(second)) == (["费", "费"], ["费"])


@pytest.mark.parametrize("text", ["费" * 200_000, "费。" * 100_000, "（" * 199_999 + "费"])
def test_a_text_that_is_a_word_again_and_again_is_no_burden(db: Waiting, text: str) -> None:
    stored(db, "青石市教育局", 2025, [text])
    assert all(len(place.clause) < 2 * AROUND + 9 or "费费" in place.clause for place in found(db, "费", limit=5))
    assert found(db, "费费费甲", limit=5) == []


def test_only_current_readings_count_and_the_index_follows(db: Waiting) -> None:
    stored(db, "青石市教育局", 2025, [FEE])
    assert len(found(db, "信息处理费")) == 1
    stored(db, "青石市教育局", 2025, ["改后没有。"], version="2")
    assert found(db, "信息处理费") == []
    assert len(found(db, "改后没有")) == 1
    stored(db, "青石市教育局", 2025, ["再读一遍。"], version="2")  # the same report, read again
    assert found(db, "改后没有") == []
    stored(db, "青石市教育局", 2025, ["新版程序。"], version="2", parser="two")
    assert [len(found(db, word)) for word in ("再读一遍", "新版程序")] == [0, 1]


def test_a_damaged_text_is_no_text(db: Waiting) -> None:
    for name in ("青石市教育局", "青石市民政局"):
        stored(db, name, 2025, [FEE])
    db.execute("update sections set text = null, heading = null where report = 1")
    assert [one.report for one in found(db, "处理费")] == [2]


def test_killed_between_two_batches_it_goes_on(db: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        stored(db, f"青石市第{number}中学", 2025, [FEE])
    monkeypatch.setattr(prose_index, "BATCH", 2)
    real, calls = prose_index._index, []

    def index(conn: sqlite3.Connection, reports: Sequence[int]) -> None:
        real(conn, reports)
        calls.append(reports)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(prose_index, "_index", index)
    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(db)
    assert db.execute("select count(*) from _prose_pending").fetchone() == (3,)
    assert bring_up_to_date(db) == 3
    assert len({one.agency for one in found(db, "处理费")}) == 5


def test_an_index_of_old_readings_is_made_anew(db: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prose_index, "FEWEST_STALE", 3)
    for number in range(12):
        stored(db, "青石市教育局", 2025, [f"第{number}稿，信息处理费。"])
        assert len(found(db, "信息处理费")) == 1
    assert db.execute("select max(line) from _prose_rows").fetchone()[0] < 12
    assert [len(found(db, f"第{number}稿")) for number in (0, 11)] == [0, 1]


HOSTILE = [
    "' or 1=1; drop table reports; --",
    '" OR * NEAR(a b) NOT ^x:',
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "%_[a-z]*?",
    "\\",
    "AND",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_language_is_text(db: Waiting, text: str) -> None:
    stored(db, "青石市教育局", 2025, [f"甲{text}乙。"])
    stored(db, "青石市民政局", 2025, ["无。"])
    for word in text.split():
        assert {one.name for one in found(db, word)} == {"青石市教育局"}
    assert db.execute("select count(*) from reports").fetchone() == (2,)


def test_a_body_and_a_year_narrow_it_and_the_newest_year_comes_first(db: Waiting) -> None:
    for name in ("青石市教育局", "青石市民政局"):
        for year in (2023, 2024, 2025):
            stored(db, name, year, [FEE])
    code = found(db, "处理费", year=2024)[0].agency
    assert [one.year for one in found(db, "处理费", agency=code)] == [2025, 2024, 2023]
    assert len(found(db, "处理费", year=2024)) == 2
    assert [one.year for one in found(db, "处理费")] == [2025, 2025, 2024, 2024, 2023, 2023]
    assert search(db, ["处理费"], limit=4)[1]
    assert not search(db, ["处理费"], limit=6)[1]


@pytest.mark.parametrize("words", [[], ["  "], ["\u3000", ""]])
def test_no_word_is_a_mistake_of_usage(db: Waiting, words: list[str]) -> None:
    with pytest.raises(UsageError):
        found(db, *words)


def test_the_command_prints_places_and_json(data: DataDir) -> None:
    with closing(open_database(data)) as db:
        stored(db, "青石市教育局", 2025, ["概况。", FEE + "\x1b[31m红。"])
    text = gouji(data, "search", "信息处理费")
    assert "青石市教育局  2025  第2部分" in text
    assert "未收取【信息处理费】" in text
    assert "\x1b" not in gouji(data, "search", "红")
    (told,) = json.loads(gouji(data, "search", "处理费", "--year", "2025", "--agency", "教育局", "--json"))
    assert (told["agency_name"], told["section"], told["clause"]) == ("青石市教育局", 2, "本机关全年未收取信息处理费")
    assert json.loads(gouji(data, "search", "没有的词", "--json")) == []
    assert "没有找到" in gouji(data, "search", "没有的词")
    gouji(data, "search", " ", status=2)
    gouji(data, "search", "费", "--agency", "无此机关", status=2)


def test_a_directory_that_cannot_be_written_is_searched_as_well(db: Waiting) -> None:
    stored(db, "青石市教育局", 2025, [FEE])
    db.writable = False
    assert len(found(db, "处理费")) == 1
    assert db.execute("select count(*) from _prose_pending").fetchone() == (1,)
    db.writable = True
    assert len(found(db, "处理费")) == 1
    assert db.execute("select count(*) from _prose_pending").fetchone() == (0,)
