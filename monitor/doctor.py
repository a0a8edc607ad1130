"""What is installed, is the data directory sound, can mail be sent: a list of checks that mend nothing."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from importlib import metadata

from sqlite_utils import Database

from crawler.ground.archive import DamagedError, MissingError, open_archive
from crawler.ground.clock import SHANGHAI, stamp
from crawler.ground.config import Config
from crawler.ground.config_mail import MAIL
from crawler.ground.data import DataDir
from crawler.ground.database import foreign, later, reading
from crawler.ground.errors import GoujiError
from crawler.ground.soundness import NAME
from monitor.alerts.smtp_session import MailSession
from monitor.alerts.smtp_words import reason
from monitor.duty.clock import read_clock, said
from monitor.duty.sources import unwatched
from monitor.papers.chart import missing
from monitor.papers.drawing import LACKING
from monitor.schema import ALL
from monitor.service.machine import DoctorCheck, installed, optional, privacy, space, zone
from monitor.service.status import NAME as STATUS
from monitor.service.status import look
from monitor.subscriptions import readers_of
from monitor.words.terminal import inert

SAMPLE = 50
SMTP_SECONDS = 10


def examine(data: DataDir, now: datetime, *, full: bool = False, needed: bool = False) -> Iterator[DoctorCheck]:
    """Every check in turn. `needed`: the data directory was named by the person, so it must be there."""
    yield from installed()
    yield from optional()
    yield charts()
    yield zone()
    if not data.root.is_dir():
        yield DoctorCheck(
            "data",
            False if needed else None,
            f"there is no data directory at {data.root}; gouji init makes one",
            f"没有数据目录 {data.root}；gouji init 可以建一个",
        )
        return
    yield DoctorCheck("data", True, str(data.root.resolve()))
    yield privacy(data)
    yield space(data)
    config, check = _configured(data)
    yield check
    yield from _database(data, config, now, full)
    yield from _service(data, now)
    if config is not None:
        yield _mail(config)


def charts() -> DoctorCheck:
    """Whether the papers have charts; without them their tables stand there, and nothing is wrong."""
    if lacking := missing():
        return DoctorCheck("charts", None, LACKING[lacking].en, LACKING[lacking].zh)
    return DoctorCheck("charts", True, f"vl-convert {metadata.version('vl-convert-python')}")


def _configured(data: DataDir) -> tuple[Config | None, DoctorCheck]:
    if not data.config_path.exists():
        return data.config(), DoctorCheck(
            "gouji.toml", None, "is not there; gouji init writes one", "还没有；gouji init 会写一个"
        )
    try:
        config = data.config()
    except GoujiError as error:
        return None, DoctorCheck("gouji.toml", False, str(error), getattr(error, "zh", ""))
    if config.portals and not config.crawl.contact:
        return config, DoctorCheck(
            "gouji.toml",
            False,
            "[crawl] contact is empty: a real crawl refuses to start",
            "[crawl] contact 还空着：没有联系方式不抓取",
        )
    return config, DoctorCheck("gouji.toml", True, f"{len(config.portals)} portals", f"门户 {len(config.portals)} 个")


def _database(data: DataDir, config: Config | None, now: datetime, full: bool) -> Iterator[DoctorCheck]:
    there = data.database.exists() and data.database.stat().st_size
    if not there and (data.root / NAME).exists():
        yield DoctorCheck(
            "database",
            False,
            f"{data.database} is gone or empty, although gouji has worked with it",
            f"{data.database} 不见了或是空的，而 gouji 用过它",
        )
        return
    if not there:
        yield DoctorCheck("database", None, "is not there yet; the first command makes it", "还没有；第一条命令会建")
        return
    try:
        # Read-only, and without the migrations that opening it for work would apply.
        with closing(reading(data.database)) as raw:
            sound = list(_sound(raw))
            yield from sound
            if sound[0].ok is False:
                return  # what else would be read there is worth nothing
            db = Database(raw)
            migrated = _migrated(db)
            yield migrated
            if "documents" in db.table_names():
                yield _clock(db, now, up_to_date=bool(migrated.ok))
                yield _archived(db, data, full)
            if config is not None and "agencies" in db.table_names():
                yield _register(db, config)
    except sqlite3.Error as error:
        yield DoctorCheck("database", False, f"{data.database}: {error}")


def _sound(raw: sqlite3.Connection) -> Iterator[DoctorCheck]:
    said = [str(row[0]) for row in raw.execute("pragma integrity_check(5)")]
    yield DoctorCheck("integrity", said == ["ok"], "; ".join(said), "完好" if said == ["ok"] else "")
    broken = raw.execute("pragma foreign_key_check").fetchall()
    tables = sorted({str(row[0]) for row in broken})
    named = ", ".join(tables)
    yield DoctorCheck(
        "foreign keys",
        not broken,
        f"{len(broken)} rows point nowhere: {named}" if broken else "ok",
        f"{len(broken)} 行没有所指：{named}" if broken else "完好",
    )


def _migrated(db: Database) -> DoctorCheck:
    unknown = ", ".join(later(db, ALL, every=True))
    if unknown or foreign(db):
        return DoctorCheck(
            "migrations",
            False,
            f"of a later version of gouji, every command refuses it: {unknown}"
            if unknown
            else "a database of another program",
            f"是更新版本的 gouji 建的，各条命令都不会用它：{unknown}" if unknown else "是别的程序的数据库",
        )
    pending = [step.name for migrations in ALL for step in migrations.pending(db)]
    return DoctorCheck(
        "migrations",
        None if pending else True,
        f"pending, applied by the next command: {', '.join(pending)}" if pending else "none pending",
        f"待更新，下一条命令会做：{', '.join(pending)}" if pending else "已是最新",
    )


def _clock(db: Database, now: datetime, *, up_to_date: bool) -> DoctorCheck:
    newest = db.execute("select max(last_seen) from documents").fetchone()[0]
    clock = read_clock(db, now) if up_to_date else None
    if clock is not None and clock.kind:
        zh, en = said(clock)
        return DoctorCheck("clock", False, en, zh)
    if newest is not None and newest > stamp(now):
        return DoctorCheck(
            "clock",
            False,
            f"a document was seen at {newest}, after now ({stamp(now)})",
            f"有文件见于 {newest}，晚于现在（{stamp(now)}）：时钟拨回过？",
        )
    return DoctorCheck("clock", True, stamp(now), f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}（北京时间）")


def _archived(db: Database, data: DataDir, full: bool) -> DoctorCheck:
    hashes = [str(row[0]) for row in db.execute("select distinct sha256 from documents order by sha256")]
    chosen = hashes if full else hashes[:: max(1, len(hashes) // SAMPLE)]
    try:
        archive = open_archive(data)
    except GoujiError as error:  # where it is stands in a gouji.toml that cannot be read
        return DoctorCheck("archive", False, str(error), error.said("zh"))
    wrong: list[str] = []
    said: list[str] = []
    for sha256 in chosen:
        try:
            archive.read(sha256)
        except (MissingError, DamagedError) as error:
            wrong.append(str(error))
            said.append(error.zh)
        except GoujiError as error:  # the archive does not answer: the others need not be asked
            return DoctorCheck("archive", False, str(error), error.said("zh"))
    looked, zh = f"{len(chosen)} of {len(hashes)} documents read", f"共 {len(hashes)} 份，读了 {len(chosen)} 份"
    if wrong:
        return DoctorCheck(
            "archive",
            False,
            f"{looked}; {len(wrong)} missing or altered: {'; '.join(wrong[:5])}",
            f"{zh}；{len(wrong)} 份缺失或被改动：{'；'.join(said[:5])}",
        )
    return DoctorCheck("archive", True, f"{looked}, every hash agrees", f"{zh}，与 SHA-256 全部相符")


def _register(db: Database, config: Config) -> DoctorCheck:
    bodies = db.execute("select count(*) from agencies where coalesce(source, '') not in ('document', 'portal')")
    stray = unwatched(db, config)
    named = ", ".join(f"'{portal}' ({count})" for portal, count in stray[:5])
    if stray:
        return DoctorCheck(
            "register",
            None,
            f"names portals that gouji.toml does not have: {named}; their bodies cannot be judged",
            f"名录写到 gouji.toml 里没有的门户：{named}；它们的机关无法判断",
        )
    count = int(bodies.fetchone()[0])
    if count and not config.portals:
        return DoctorCheck(
            "register",
            None,
            f"{count} bodies; no portal is watched: they are judged by the files that were "
            "added, and where there are none for a year they cannot be",
            f"{count} 个机关；没有关注任何门户：只凭 gouji add 收入的文件判断，某年度一份也没有的，无法判断",
        )
    return DoctorCheck("register", True, f"{count} bodies", f"{count} 个机关")


def _mail(config: Config) -> DoctorCheck:
    mail, readers = config.mail, readers_of(config)
    where = f"{mail.host}:{mail.port} ({mail.security})"
    if not readers:
        return DoctorCheck(
            "mail",
            None,
            "[mail] names no recipients and there is no [[subscription]]: nobody is told",
            "[mail] 没有收件人，也没有 [[subscription]]：查出什么都没有人知道",
        )
    if all(one.channel != MAIL for one in readers):
        return DoctorCheck(
            "mail",
            None,
            f"no reader by mail; {len(readers)} by other channels",
            f"没有收邮件的人；用其他方式的 {len(readers)} 个",
        )
    # As far as the login, which is the alert's: nobody's password is needed to look.
    session = MailSession(replace(mail, user=""), "", timeout=SMTP_SECONDS, stop=lambda: False)
    failure = session.open() or session.greet()
    session.close()
    if failure is not None:
        return DoctorCheck("mail", False, *reason(failure, mail, ""))
    code = session.greeting
    return DoctorCheck(
        "mail",
        200 <= code < 300,
        f"{where} answers EHLO with {code}; nothing was sent",
        f"{where} 对 EHLO 答 {code}；没有发信",
    )


def _service(data: DataDir, now: datetime) -> Iterator[DoctorCheck]:
    """What status.json says, and whether it may be believed."""
    seen = look(data.root / STATUS, now)
    last, who, zh_who = seen.at or "?", f"process {seen.process}", f"进程 {seen.process}"
    said: Mapping[str, tuple[bool | None, str, str]] = {
        "ended": (None, f"ended in order at {last}", f"已于 {last} 有序结束"),
        "killed": (
            False,
            f"was killed: {who} is gone, and last wrote status.json at {last}; start it again, or remove the file",
            f"被终止了：{zh_who} 已不在，最后一次写 status.json 是 {last}；请重新启动，或删去这个文件",
        ),
        "silent": (
            False,
            f"is silent: {who} last wrote status.json at {last}; it hangs, or was killed elsewhere",
            f"没有声息：{zh_who} 最后一次写 status.json 是 {last}；它卡住了，或在别处被终止",
        ),
        "unwell": (False, f"{who}: {seen.reason}", f"{zh_who}：{seen.zh}"),
        "well": (True, f"{who} is well", f"{zh_who} 正常"),
    }
    if seen.found in said:
        ok, en, zh = said[seen.found]
        yield DoctorCheck("service", ok, inert(en), inert(zh))


def healthy(checks: Sequence[DoctorCheck]) -> bool:
    """Whether nothing is wrong."""
    return all(check.ok is not False for check in checks)
