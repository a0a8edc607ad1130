"""What the data of one body does to a check is its own: the others are judged, the operator is told, nothing is lost."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.ground.data import DataDir
from crawler.ground.errors import Stopped
from crawler.ledger.documents import record
from extract.store.write import save
from monitor.checking import check as check_module
from monitor.checking.check import check
from monitor.findings import Finding, decide, load
from monitor.schema import open_database
from tests.monitor.test_check import CONFIG, NOW, bump, fatal, history, reading, run, store
from tests.monitor.test_cli_edge import gouji

NAMES = ["青石市民政局", "青石市财政局", "青石市统计局", "青石市司法局"]
BAD = NAMES[1]
LATER = 30  # days after NOW, when the day of departments is over
# What may be wrong with the stored data of one body: each breaks another step of its judgement.
DAMAGE: dict[str, str] = {
    "spent": "update reports set spent = 'x' where agency = '{bad}'",
    "altered": "update reports set altered = '{{' where agency = '{bad}'",
    "form": "update reports set form_t2 = '1999' where agency = '{bad}'",
    "state": "insert into cells (report, \"table\", row, member, raw, state) select id, 'T3', 'granted', 'total', '9', "
    "'beyond' from reports where agency = '{bad}'",
    "line": "insert into subtotals (report, disposition) select id, 'nothing' from reports where agency = '{bad}'",
    "evidence": "update findings set evidence = '{{' where agency = '{bad}'",
    "evidence of another shape": "update findings set evidence = '[1]' where agency = '{bad}'",
    "suspect": "update findings set suspect = 'none' where agency = '{bad}'",
    "dates": "update documents set dates = '[{{}}]' where agency = '{bad}'",
    "day": 'update documents set dates = \'[{{"day": "2026-13-45", "source": "url"}}]\' where agency = \'{bad}\'',
    "printed": "update reports set published_on = 'yesterday' where agency = '{bad}'; "
    'update documents set dates = \'[{{"day": "2026-01-02", "source": "url"}}]\' where agency = \'{bad}\'',
}


def told(db: Database) -> dict[str, tuple[str, str]]:
    return {one.key.agency: (one.finding_class, one.status) for one in load(db, "rule = 'check.failed'")}


def fill(db: Database) -> None:
    """Four bodies, each with a wrong cell and a page on a portal, judged once."""
    for name in NAMES:
        sample = bump(history((2023,), name)[0])
        one = reading(sample)
        record(
            db,
            sha256=one.document,
            url=one.url,
            now=NOW,
            portal="qingshi",
            agency_name=name,
            year=2023,
            title=f"{name}2023年政府信息公开工作年度报告",
        )
        save(db, [one], "1", NOW)
    run(db)
    assert len(fatal(db)) == 2 * len(NAMES)


def damage(db: Database, kind: str) -> None:
    for statement in DAMAGE[kind].format(bad=BAD).split("; "):
        db.execute(statement)


def rows(db: Database, where: str) -> list[Any]:
    return db.execute(f"select * from findings where {where} order by id").fetchall()


@pytest.mark.parametrize("kind", DAMAGE)
def test_one_damaged_body_costs_itself_alone(db: Database, kind: str) -> None:
    fill(db)
    damage(db, kind)
    kept = rows(db, f"agency = '{BAD}'")
    for name in NAMES:
        if name != BAD:
            store(db, history((2023,), name)[0], version=1)
    store(db, bump(history((2023,), BAD)[0], by=5), version=1) if "evidence" in kind or kind == "suspect" else None
    result = run(db, 1, everything=True)
    assert result.failed == {BAD: BAD}
    assert not result.whole
    assert result.checked == len(NAMES) - 1
    assert result.resolved == 2 * (len(NAMES) - 1)
    assert told(db) == {BAD: ("health", "open")}
    # Nothing of it is lost, and it is not marked as judged.
    assert rows(db, f"agency = '{BAD}' and rule <> 'check.failed'") == kept
    (error,) = load(db, "rule = 'check.failed'")
    assert BAD in error.message
    assert BAD in error.message_en
    assert error.evidence["error"]
    assert error.evidence["error"].isprintable()


def test_it_is_judged_again_and_told_as_soon_as_that_can_be(db: Database) -> None:
    fill(db)
    damage(db, "spent")
    db.execute("update reports set checked = null")
    assert run(db, 1).failed == {BAD: BAD}
    assert db.execute("select distinct agency from reports where checked is null").fetchall() == [(BAD,)]
    again = run(db, 2)
    assert (again.checked, again.failed, again.updated) == (0, {BAD: BAD}, 0)
    assert len(load(db, "rule = 'check.failed'")) == 1
    db.execute("update reports set spent = '[]'")
    healed = run(db, 3)
    assert (healed.checked, healed.failed, healed.whole) == (1, {}, True)
    assert told(db) == {BAD: ("health", "resolved")}
    assert "又能核对" in (load(db, "rule = 'check.failed'")[0].note or "")
    damage(db, "altered")
    run(db, 4, everything=True)
    assert told(db) == {BAD: ("health", "regressed")}


def test_several_of_one_batch_and_one_alone(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for batch in (1, 2, 50):
        monkeypatch.setattr(check_module, "BATCH", batch)
        if not fatal(db):
            fill(db)
        for name in NAMES[:3]:
            db.execute("update reports set spent = ? where agency = ?", ["x" if batch != 2 else "{", name])
        result = run(db, batch, everything=True)
        assert (set(result.failed), result.checked) == (set(NAMES[:3]), 1)


PARTS: dict[str, tuple[str, str]] = {
    "a finding of an absence": ("update findings set evidence = '{' where rule = 'pub.state' and agency = 'b1'", "b1"),
    "a page's day of first sight": ("update documents set first_seen = 'never' where agency = 'b2'", "b2"),
    "a look's question": ("update looks set ask = '{'", ""),
}


def register(db: Database) -> None:
    """Bodies that owe a report: some are called late, one has published on a portal that is watched."""
    for code in ("b0", "b1", "b2"):
        db.execute(
            "insert into agencies (code, name, kind, level, source) values (?, ?, 'department', 'county', '名录')",
            [code, f"青石市{code}局"],
        )
    db.execute(
        "insert into documents (sha256, url, year, first_seen, agency, portal) values ('aa', 'u', 2025, ?, 'b2', 'p')",
        [NOW.isoformat()],
    )
    db.execute(
        "insert into looks (portal, key, url, kind, ask, year, looks, spread, verdict, heading, listed_in) values "
        "('p', 'k', 'u2', 'detail', '{}', 2025, 1, 0, 'not_report', '函', 1)"
    )


@pytest.mark.parametrize("kind", PARTS)
def test_a_bad_row_costs_its_body_alone_in_what_is_judged_over_all(db: Database, kind: str) -> None:
    register(db)
    run(db, LATER)
    state = {one.key.agency: one.status for one in load(db, "rule = 'pub.state'")}
    assert {"b0", "b1"} <= state.keys()
    statement, bad = PARTS[kind]
    db.execute(statement)
    db.execute("update agencies set last_year = 2020 where code = 'b0'")
    result = run(db, LATER + 1)
    assert set(result.failed) == {bad} - {""}
    assert result.undone == ()
    assert bool(bad) == (not result.whole)
    assert load_state(db, "b0") == "resolved"


def load_state(db: Database, code: str) -> str:
    return str(db.execute("select status from findings where rule = 'pub.state' and agency = ?", [code]).fetchone()[0])


def test_one_part_that_fails_undoes_no_other(db: Database) -> None:
    register(db)
    db.execute("drop table sweeps")  # what the looks were is gone: nobody can be called missing, or released
    result = run(db)
    assert set(result.undone) <= {"absences", "columns", "flips", "vanished"}
    assert "absences" in result.undone
    assert load(db, "rule = 'pub.source'") == []
    found = {one.key.subject for one in load(db, "rule = 'check.failed'")}
    assert found == set(result.undone)
    assert db.execute("select count(*) from checks").fetchone()[0] == 1


def fill_up(db: Database) -> None:
    while True:
        db.execute("insert into problems (document, code, detail) values ('d', 'c', ?)", ["x" * 4096])


def test_the_databases_own_trouble_is_nobodys(db: Database) -> None:
    fill(db)
    db.execute("update reports set checked = null")
    pages = db.execute("pragma page_count").fetchone()[0]
    db.execute(f"pragma max_page_count = {pages}")
    for name in NAMES:
        db.execute("update findings set evidence = '{}' where agency = ?", [name])
    with pytest.raises(sqlite3.OperationalError):
        fill_up(db)
    before = rows(db, "1 = 1")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        run(db, 1)
    assert rows(db, "1 = 1") == before
    assert told(db) == {}


def test_a_decision_made_while_bodies_are_judged_stands(db: Database, data: DataDir) -> None:
    """Nothing is locked meanwhile: another command writes between two bodies, and is neither waited for nor undone."""
    fill(db)
    chosen = fatal(db)[0]
    assert chosen.id is not None
    with closing(open_database(data)) as other:
        other.execute("pragma busy_timeout = 0")
        decided: list[Finding] = []

        def between() -> None:
            if not decided:
                decided.append(decide(other, chosen.id or 0, "explained", "已核实", NOW))

        result = check(db, CONFIG, NOW, everything=True, between=between)
    assert result.whole
    (after,) = load(db, "id = ?", [chosen.id])
    assert (after.status, after.note) == ("explained", "已核实")


def test_a_report_stored_while_bodies_are_judged_is_not_taken_for_judged(db: Database, data: DataDir) -> None:
    fill(db)
    with closing(open_database(data)) as other:
        stored: list[int] = []

        def between() -> None:
            if not stored:
                stored.append(1)
                store(other, history((2023,), BAD)[0], version=1)

        result = check(db, CONFIG, NOW, everything=True, between=between)
    assert result.whole
    assert {one.status for one in fatal(db) if one.key.agency == BAD} == {"resolved"}
    assert db.execute("select count(*) from reports where checked is null").fetchone()[0] == 0


def test_it_ends_between_two_bodies_when_asked(db: Database) -> None:
    fill(db)
    asked: list[int] = []

    def between() -> None:
        asked.append(1)
        if len(asked) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        check(db, CONFIG, NOW, everything=True, between=between)
    assert not db.conn.in_transaction
    assert len(asked) == 2


def damaged_directory(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "数据"
    assert gouji("init", str(path)).exit_code == 0
    with closing(open_database(DataDir(path))) as db:
        fill(db)
        damage(db, kind)
    return path


@pytest.mark.parametrize("kind", ["spent", "evidence"])
def test_the_commands_say_who_and_serve_the_others(tmp_path: Path, kind: str) -> None:
    """Exit status 3 with the name; what people ask of the others is answered, and of this one with a sentence."""
    path = damaged_directory(tmp_path, kind)
    for lang, word in (("zh", "没有核对成"), ("en", "could not be judged")):
        ended = gouji("check", "--all", "--data", str(path), "--lang", lang)
        assert ended.exit_code == 3
        assert word in ended.stderr
        assert BAD in ended.stderr
    printed = json.loads(gouji("check", "--all", "--json", "--data", str(path)).stdout)
    assert (printed["failed"], printed["checked"]) == ({BAD: BAD}, len(NAMES) - 1)
    for command in (("show", NAMES[0]), ("letter", NAMES[0], "2023", "--output", str(tmp_path / "函"))):
        assert gouji(*command, "--data", str(path)).exit_code == 0
    ended = gouji("show", BAD, "--data", str(path))
    assert ended.exit_code in (0, 3)
    assert "gouji 自身的错误" not in ended.stderr
    assert "Traceback" not in ended.stderr
    assert gouji("export", str(tmp_path / "出"), "--data", str(path)).exit_code == 0
    ended = gouji("findings", "--data", str(path))
    assert "gouji 自身的错误" not in ended.stderr
    assert NAMES[0] in ended.stdout
