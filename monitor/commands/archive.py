"""`gouji archive check / copy`: whether everything is there and intact, and a copy elsewhere."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from crawler.ground.archive import Archive, archive_at, open_archive
from crawler.ground.archive_care import Checked, Copied, Wrong
from crawler.ground.archive_care import check as look_through
from crawler.ground.archive_care import copy as copy_over
from crawler.ground.config_archive import ENDPOINT, ArchiveSettings
from crawler.ground.data import require
from crawler.ground.errors import UsageError
from crawler.ledger.archived import archived
from monitor.commands.options import CallOptions, group, json_option, leave, session
from monitor.commands.progress import progress
from monitor.schema import open_database
from monitor.words.terminal import inert

WRONG = 1  # the exit status where something is missing or damaged


@group(
    step=77,
    example="gouji archive check\ngouji archive copy /备份/存档\ngouji archive copy s3://gongkai/gouji",
)
def archive() -> None:
    """存档：检查是否齐全、完好；复制到别处。

    The archive: is it whole; a copy of it elsewhere.
    """


@archive.command(example="gouji archive check\ngouji archive check s3://gongkai/gouji --json")
@click.argument("place", required=False)
@click.option("--endpoint", metavar="ADDRESS", help="S3 兼容存储的地址 · the address of the S3-compatible server")
@json_option
def check(place: str | None, endpoint: str | None) -> None:
    """把存档逐份读一遍：数据库提到的是否都在，是否与其 SHA-256 相符；多出来的也列出。

    PLACE 是另一处存档（文件夹或 s3://…），例如备份；不写就是本数据目录的。有缺失或损坏的，退出状态为 1。

    Reads the whole archive: is everything there that the database names, does it have its SHA-256; what nothing names
    is listed too, and is no fault. PLACE is another archive, a copy. Exit status 1 where any is missing or damaged.
    """
    call = session()
    data = require(call.data)
    found = open_archive(data) if place is None else _archive(place, data.config().archive, endpoint)
    kept = list(found.hashes())  # first: what is put from now on has its row later
    with closing(open_database(data)) as db:
        named = archived(db)
    with progress(call.text("核对存档", "checking the archive")) as move:
        result = look_through(found, kept, named, move)
    call.emit(
        {
            "named": len(named),
            "kept": result.kept,
            "whole": result.whole,
            "missing": _wrong_json(result.missing, named),
            "damaged": _wrong_json(result.damaged, named),
            "orphans": result.orphans,
        }
    )
    _say_checked(call, result, named)
    if result.missing or result.damaged:
        leave(WRONG)


def _say_checked(call: CallOptions, result: Checked, named: Mapping[str, str]) -> None:
    call.say(
        call.text(
            f"数据库提到 {len(named)} 份，存有 {result.kept} 份，完好 {result.whole} 份；"
            f"缺失 {len(result.missing)} 份，损坏 {len(result.damaged)} 份，"
            f"没有哪里提到的 {len(result.orphans)} 份",
            f"{len(named)} named by the database, {result.kept} kept, {result.whole} intact; "
            f"{len(result.missing)} missing, {len(result.damaged)} damaged, {len(result.orphans)} named by nothing",
        )
    )
    _say_wrong(call, call.text("缺失", "missing"), result.missing, named)
    _say_wrong(call, call.text("损坏", "damaged"), result.damaged, named)
    if result.orphans:
        call.say(
            call.text(
                "没有哪里提到的（不碍事，例如抓取中途停下时存的）：",
                "named by nothing (no harm: kept by a crawl that was stopped, for example):",
            )
        )
        for name in result.orphans[: call.room]:
            call.say(f"  {name}")
        for line in call.rest(len(result.orphans)):
            call.say(line)


@archive.command(
    example="gouji archive copy /备份/存档\ngouji archive copy s3://gongkai/gouji --endpoint https://10.0.0.6:9000"
)
@click.argument("place")
@click.option("--endpoint", metavar="ADDRESS", help="S3 兼容存储的地址 · the address of the S3-compatible server")
@json_option
def copy(place: str, endpoint: str | None) -> None:
    """把存档复制到一个文件夹或 s3://桶名/前缀：逐份核对，已有的不动；中途停下，同一条命令接着做。

    那边同名而内容不同的，不覆盖，一一列出；有这样的，或这边有缺损的，退出状态为 1。数据目录改用那一处，在 gouji.toml 的
    [archive] 里写明。

    Copies the archive into a folder or to s3://bucket/prefix, verified body by body; what is there is left alone, and
    the same command goes on where it was stopped. Something else under the same name is never overwritten, but named:
    exit status 1 then, and where something is missing or damaged here.
    """
    call = session()
    data = require(call.data)
    source, target = open_archive(data), _archive(place, data.config().archive, endpoint)
    _insist_on_another(source, target)
    with progress(call.text("复制存档", "copying the archive")) as move:
        result = copy_over(source, target, move)
    call.emit(
        {
            "copied": result.copied,
            "there": result.there,
            "lost": _wrong_json(result.lost),
            "other": _wrong_json(result.other),
        }
    )
    _say_copied(call, result)
    if result.lost or result.other:
        leave(WRONG)


def _say_copied(call: CallOptions, result: Copied) -> None:
    call.say(
        call.text(
            f"复制 {result.copied} 份，原已在那边的 {result.there} 份，都与其 SHA-256 相符",
            f"{result.copied} copied, {result.there} were there; all have their SHA-256",
        )
    )
    _say_wrong(call, call.text("这边缺损，没有复制", "missing or damaged here, not copied"), result.lost)
    _say_wrong(call, call.text("那边是别的内容，没有动", "something else is there, left alone"), result.other)


def _say_wrong(call: CallOptions, head: str, wrong: Sequence[Wrong], named: Mapping[str, str] | None = None) -> None:
    if not wrong:
        return
    call.say(call.text(f"{head}：", f"{head}:"))
    for one in wrong[: call.room]:
        came = (named or {}).get(one.sha256, "")
        origin = call.text(f"（来自 {came}）", f" (from {came})") if came else ""
        call.say(f"  {inert(call.text(one.said[1], one.said[0]) + origin)}")
    for line in call.rest(len(wrong)):
        call.say(line)


def _wrong_json(wrong: Sequence[Wrong], named: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    return [
        {"sha256": one.sha256, "detail": one.said[0], **({} if named is None else {"url": named.get(one.sha256)})}
        for one in wrong
    ]


def _archive(place: str, settings: ArchiveSettings, endpoint: str | None) -> Archive:
    if endpoint is not None and not ENDPOINT.fullmatch(endpoint):
        raise UsageError(
            f"'{endpoint}' is no address of a server; write it as https://host:9000",
            f"'{endpoint}' 不是服务器的地址；写成 https://主机:9000",
        )
    if not place.strip():
        raise UsageError("a folder or s3://bucket/prefix is missing", "要写明文件夹或 s3://桶名/前缀")
    return archive_at(place, ArchiveSettings(endpoint=endpoint or settings.endpoint, region=settings.region))


def _insist_on_another(source: Archive, target: Archive) -> None:
    """UsageError for the archive itself, however it is written."""
    nothing = sha256(b"").hexdigest()
    if Path(source.where(nothing)).resolve() == Path(target.where(nothing)).resolve():
        raise UsageError("that is this very archive", "那就是这个存档本身")
