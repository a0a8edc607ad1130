"""A private copy of another data directory's database, in which bodies, portals and crawls are called as ours are."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from sqlite_utils import Database

from crawler.agencies.agency import agency_of
from crawler.agencies.codes import is_credit_code
from crawler.agencies.recode import rename_code
from crawler.agencies.register import find_agency
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.schema import open_database


@contextmanager
def copied(source: DataDir) -> Iterator[DataDir]:
    """A data directory with a copy of the source's database, brought up to this version; it is gone afterwards.

    GoujiError where there is none, or where it cannot be read.
    """
    if not source.database.is_file():
        raise GoujiError(
            f"there is no gouji.db in {source.root}: that is no data directory",
            f"{source.root} 里没有 gouji.db，不是数据目录",
        )
    if not source.database.stat().st_size:
        raise GoujiError(
            f"{source.database} is empty (0 bytes): a copy that was not finished? Copy it again",
            f"{source.database} 是空的（0 字节）：没有复制完？请重新复制",
        )
    with TemporaryDirectory(prefix="gouji-merge-") as folder:
        copy = DataDir(Path(folder))
        try:
            with (
                closing(sqlite3.connect(f"{source.database.absolute().as_uri()}?mode=ro", uri=True)) as theirs,
                closing(sqlite3.connect(copy.database)) as ours,
            ):
                theirs.backup(ours)
        except sqlite3.Error as error:
            raise GoujiError(f"cannot read {source.database}: {error}", f"读不了 {source.database}：{error}") from error
        yield copy


def open_copy(copy: DataDir, source: DataDir) -> Database:
    """The copy's database; GoujiError that names the source's where it is damaged or no database of gouji."""
    try:
        return open_database(copy)
    except GoujiError as error:
        ours, theirs = str(copy.database), str(source.database)
        raise GoujiError(error.message.replace(ours, theirs), error.zh.replace(ours, theirs)) from error


def leave_unfinished(db: Database) -> int:
    """Takes out the crawls that have not ended, with their requests: they come in once they have. How many."""
    with db.atomic():
        for table in ("frontier", "fetches", "crawl_portals", "crawl_yields"):
            db.execute(f"delete from {table} where crawl in (select id from crawls where finished_at is null)")
        return db.execute("delete from crawls where finished_at is null").rowcount


def call_portals_as_ours(copy: Database, ours: Database) -> dict[str, str]:
    """One column is one portal, whatever it is called; two columns of one id are two. Theirs → ours, where renamed."""
    names: dict[str, str] = {}
    by_url = {str(url): str(name) for name, url in ours.execute("select id, start_url from portals") if url}
    taken = {str(row[0]): row[1] for row in ours.execute("select id, start_url from portals")}
    for name, url in copy.execute("select id, start_url from portals order by id").fetchall():
        if url and url in by_url:
            names[name] = by_url[url]
        elif name in taken and taken[name] != url:
            names[name] = f"{name}-{crc32(str(url).encode()):08x}"
    renamed = {old: new for old, new in names.items() if old != new}
    _rename_portals(copy, renamed)
    return renamed


def _rename_portals(db: Database, names: Mapping[str, str]) -> None:
    tables = [
        str(row[0])
        for row in db.execute(
            "select m.name from sqlite_master m, pragma_table_info(m.name) c "
            "where m.type = 'table' and c.name = 'portal'"
        )
    ]
    with db.atomic():
        for old, new in names.items():
            for table in tables:
                db.execute(f'update or ignore "{table}" set portal = ? where portal = ?', [new, old])
            db.execute("update or ignore portals set id = ? where id = ?", [new, old])


def call_bodies_as_ours(copy: Database, ours: Database) -> dict[str, str]:
    """One body has one code on both sides, the better of the two; ours are changed too where theirs is better.

    A name that several of ours bear, or might, settles nothing: theirs keeps its code.
    """
    renamed: dict[str, str] = {}
    theirs = copy.execute("select code, name, coalesce(division, ''), coalesce(portal, '') from agencies order by code")
    for code, name, division, portal in theirs.fetchall():
        if agency_of(ours, code):
            continue
        known = find_agency(ours, name, division=division, portal=portal)
        if known is None or (agency_of(copy, known) and known != code):
            continue
        if _worth(code) > _worth(known):
            rename_code(ours, known, code)
        else:
            rename_code(copy, code, known)
            renamed[code] = known
    return renamed


def _worth(code: str) -> int:
    """A credit code is better than one with the division's, and that better than a bare name."""
    return 2 if is_credit_code(code) else int(code[:1].isdigit())
