"""The steps of the road, one command each: `crawl`, `add`, `extract`, `check`, `alert`."""

import os
from contextlib import closing
from dataclasses import fields
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import click

from crawler.clock import now
from crawler.data import DataDir, create
from crawler.errors import GoujiError, UsageError
from crawler.intake import add as take_in
from extract.run import extract as read_documents
from monitor.alert import AlertResult
from monitor.alert import alert as send_digest
from monitor.check import check as evaluate
from monitor.lock import exclusive
from monitor.options import Session, command, json_option, leave, session
from monitor.progress import progress
from monitor.road import Settings, crawl_process
from monitor.schema import open_database
from monitor.terminal import inert, table

COUNTS = ("portals", "requests", "reports_found", "new_documents", "errors")
PASSWORD = "GOUJI_MAIL_PASSWORD"  # noqa: S105  (the name of the variable)


@command(example="gouji crawl\ngouji crawl --portal gaoping --year 2024")
@click.option("--portal", "portals", multiple=True, metavar="ID", help="只抓这个门户，可重复 · this portal only")
@click.option("--year", type=click.IntRange(1900, 2999), help="只抓这一年度的报告 · reports of this year only")
@json_option
def crawl(portals: tuple[str, ...], year: int | None) -> None:
    """抓取门户上新增或改动的报告。有门户连不上时退出状态为 3（其余照做）。

    Fetches what is new or changed; exit status 3 when a portal could not be reached (the rest is done).
    """
    call = session()
    data = call.data
    config = data.config()
    with closing(open_database(data)) as db:
        before = int(db.execute("select coalesce(max(id), 0) from crawls").fetchone()[0])
    arguments = [part for portal in portals for part in ("--portal", portal)]
    arguments += ["--year", str(year)] if year is not None else []
    with exclusive(data):
        status = crawl_process(data, Settings(crawl_arguments=arguments), config.schedule.crawl_timeout)
    found = _crawled(data, before)
    call.emit({"exit_status": status, **found})
    if found["crawl"] is not None:
        call.say(call.text("抓取完毕：", "crawled: ") + _counts(call, found["crawl"]))
        for line in table([(one["id"], one["state"] or "–", one["detail"] or "") for one in found["portals"]],
                          indent="  "):
            call.say(line)
    if status is None:
        raise GoujiError(f"the crawl ran into [schedule] crawl_timeout ({config.schedule.crawl_timeout:g} s)")
    leave(status)


def _crawled(data: DataDir, before: int) -> dict[str, Any]:
    with closing(open_database(data)) as db:
        row = db.execute(f"select id, started_at, finished_at, outcome, {', '.join(COUNTS)} from crawls "
                         "where id > ? order by id desc limit 1", [before]).fetchone()
        names = ("id", "started_at", "finished_at", "outcome", *COUNTS)
        portals = db.execute("select id, state, detail from portals where active = 1 order by id").fetchall()
    return {"crawl": dict(zip(names, row, strict=True)) if row else None,
            "portals": [dict(zip(("id", "state", "detail"), one, strict=True)) for one in portals]}


def _counts(call: Session, row: dict[str, Any]) -> str:
    words = {"portals": ("门户", "portals"), "requests": ("请求", "requests"), "reports_found": ("年报", "reports"),
             "new_documents": ("新文件", "new documents"), "errors": ("错误", "errors")}
    return call.text("，", ", ").join(f"{call.text(*words[name])} {row[name] or 0}" for name in COUNTS)


@command(example="gouji add 下载/ 2024年报告.html\ngouji add --data 数据 年报.zip")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@json_option
def add(paths: tuple[Path, ...]) -> None:
    """收入手头已有的文件（文件夹连同下级；zip）；没有数据目录则新建。

    Takes in files one already has (folders with all below; zips); makes the data directory when there is none.
    """
    call = session()
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(call.text(f"没有这个文件或文件夹：{path}", f"there is no file or folder {path}"))
    data = create(call.data)
    with closing(open_database(data)) as db:
        result = take_in(db, data, paths, now())
    call.emit({"added": result.added, "known": result.known,
               "refused": [{"name": str(name), "reason": reason} for name, reason in result.refused]})
    call.say(call.text(f"新收 {result.added} 份，已有 {result.known} 份，未收 {len(result.refused)} 份",
                       f"{result.added} new, {result.known} known, {len(result.refused)} refused"))
    for name, reason in result.refused:
        call.note(inert(f"  {name}: {reason}"))
    if result.added:
        call.say(call.text("下一步：gouji extract", "next: gouji extract"))
    if result.refused and not result.added and not result.known:
        leave(3)


@command(example="gouji extract\ngouji extract --all")
@click.option("--all", "everything", is_flag=True, help="全部重读 · read everything again")
@json_option
def extract(everything: bool) -> None:
    """阅读尚未由本版本读过的文件，把报告存入数据库。

    Reads the documents that this version has not read, and stores the reports.
    """
    call = session()
    with closing(open_database(call.data)) as db, progress(call.text("阅读", "reading")) as move:
        result = read_documents(db, call.data, everything=everything, now=now(), progress=move)
    call.emit({"read": result.read, "reports": result.reports, "outcomes": dict(result.outcomes)})
    call.say(call.text(f"读文件 {result.read} 份，得年报 {result.reports} 份",
                       f"{result.read} documents read, {result.reports} are reports"))
    for line in table([(name, str(count)) for name, count in result.outcomes.most_common()], right=(1,), indent="  "):
        call.say(line)
    if result.reports:
        call.say(call.text("下一步：gouji check", "next: gouji check"))


@command(example="gouji check\ngouji check --all --json")
@click.option("--all", "everything", is_flag=True, help="全部重新核对 · evaluate everything again")
@json_option
def check(everything: bool) -> None:
    """按全部规则核对，登记、更新、消除问题。

    Evaluates every rule; opens, updates, resolves findings.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        result = evaluate(db, call.data.config(), now(), everything=everything)
        standing = db.execute("select class, count(*) from findings where status in ('open', 'regressed') "
                              "group by class order by class").fetchall()
    counts = {item.name: getattr(result, item.name) for item in fields(result)}
    call.emit({**counts, "open": dict(standing)})
    for name, value in counts.items():
        if isinstance(value, int):
            call.say(f"{name}: {value}")
    listed = call.text("，", ", ").join(f"{name} {count}" for name, count in standing) or "0"
    call.say(call.text(f"待核的问题：{listed}（gouji findings 查看）", f"open findings: {listed} (see gouji findings)"))


@command(example="gouji alert --dry-run\ngouji alert --test\ngouji alert")
@click.option("--dry-run", is_flag=True, help="只写出邮件，不发 · compose only, send nothing")
@click.option("--test", is_flag=True, help="发一封测试邮件 · send a test mail")
@json_option
def alert(dry_run: bool, test: bool) -> None:
    """把该说的写成一封邮件发给每位收件人；说过的不再说。发不出去时退出状态为 3，下次再发。

    Sends the digest that is due. Exit status 3 when a mail could not be sent; the next run sends it.
    """
    call = session()
    data = call.data
    config = data.config()
    with closing(open_database(data)) as db, exclusive(data):
        result = send_digest(db, data, config, now(), dry_run=dry_run, test=test,
                             password=os.environ.get(PASSWORD, ""))
    call.emit({"sent": result.sent, "failed": result.failed, "held": result.held, "reasons": result.reasons,
               "messages": [_mail_json(one) for one in result.messages]})
    if dry_run:
        _print_mails(call, result)
    elif not result.messages:
        call.say(call.text("没有要通报的。", "there is nothing to tell."))
    else:
        call.say(call.text(f"已发 {result.sent} 封，未发出 {result.failed} 封",
                           f"{result.sent} sent, {result.failed} not sent"))
    if result.failed:
        raise GoujiError("; ".join(result.reasons) or "a mail could not be sent")


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def _mail_json(message: EmailMessage) -> dict[str, Any]:
    return {"to": str(message["To"] or ""), "subject": str(message["Subject"] or ""),
            "message_id": str(message["Message-ID"] or ""), "text": _text(message)}


def _print_mails(call: Session, result: AlertResult) -> None:
    if not result.messages:
        call.say(call.text("没有要通报的。", "there is nothing to tell."))
    for message in result.messages:
        call.say(inert(f"To: {message['To'] or '–'}"))
        call.say(inert(f"Subject: {message['Subject']}"))
        call.say()
        for line in _text(message).splitlines():
            call.say(inert(line))
