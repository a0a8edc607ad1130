"""Steps of the road: `gouji extract`, `gouji check`."""

from contextlib import closing
from dataclasses import asdict

import click

from crawler.ground.clock import now
from extract.engine.chosen import chosen
from extract.run import ExtractResult
from extract.run import extract as read_documents
from extract.store.failures import TRIES
from monitor.asking.findings import open_by_class
from monitor.checking.check import CheckResult
from monitor.checking.check import check as evaluate
from monitor.commands.backtest import say_backtest
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.commands.progress import progress
from monitor.duty.clock import read_clock, said
from monitor.failures import part_words
from monitor.schema import open_database
from monitor.words.kinds import class_words
from monitor.words.report import failure_json, failure_lines
from monitor.words.terminal import inert

COULD_NOT = 3  # the exit status of a step that could not do all; the rest is done
MOST_NAMED = 12  # bodies in one sentence


@command(step=80, example="gouji extract\ngouji extract --all\ngouji extract --engine tcp://10.0.0.5:8786")
@click.option("--all", "everything", is_flag=True, help="全部重读 · read everything again")
@click.option(
    "--engine",
    metavar="ADDRESS",
    help="由这个 dask 调度器的工作机来读（默认按 gouji.toml 的 [engine]，再默认本机） · the dask scheduler that reads",
)
@json_option
def extract(everything: bool, engine: str | None) -> None:
    """阅读尚未由本版本读过的文件，把报告存入数据库。

    每份文件在单独的进程里读，超时或内存不足即中止，只影响它自己：以前读到的不变，下次再读；连续 3 次读不成就先放下，
    到 gouji 的新版本或 --all 时再读。有文件没能读时退出状态为 3（其余照做）。

    Reads the documents that this version has not read, and stores the reports. Each is read in a process of its own,
    bounded in time and memory: one that fails costs itself alone, keeps what was read of it before, and is tried again
    by the next run, three times. Exit status 3 when a document could not be read (the rest is done).
    """
    call = session()
    with closing(open_database(call.data)) as db, progress(call.text("阅读", "reading")) as move:
        address = call.data.config().engine.address if engine is None else engine
        reads = chosen(call.data, address, say=lambda said: call.note(inert(call.text(said[1], said[0]))))
        result = read_documents(db, call.data, everything=everything, now=now(), engine=reads, progress=move)
    call.emit(
        {
            "read": result.read,
            "reports": result.reports,
            "outcomes": dict(result.outcomes),
            "unread": [failure_json(one) for one in result.failures],
            "left": result.left,
            "resting": result.resting,
        }
    )
    whole, part, bare = (result.outcomes[status] for status in ("complete", "partial", "unreadable"))
    call.say(
        call.text(
            f"读文件 {result.read} 份，得年报 {result.reports} 份"
            f"（读全 {whole}，读了部分 {part}，没有读到表格 {bare}）",
            f"{result.read} documents read, {result.reports} are reports "
            f"({whole} read wholly, {part} in part, {bare} without a table read)",
        )
    )
    _say_unread(call, result)
    if not result.whole:
        leave(COULD_NOT)


def _say_unread(call: CallOptions, result: ExtractResult) -> None:
    """Which documents could not be read; their earlier readings stand."""
    if result.failures:
        call.say(
            call.text(
                f"其中 {len(result.failures)} 份没能读（是我们的问题；以前读到的不变，下次再读）：",
                f"{len(result.failures)} of them could not be read (our problem; what was read of them "
                "before stands, the next run tries again):",
            )
        )
        for line in failure_lines(result.failures[: call.room], call.lang):
            call.say(line)
        for line in call.rest(len(result.failures)):
            call.say(line)
    if result.left:
        call.say(
            call.text(
                f"没有进程可用来读取（系统内存不足？），还有 {result.left} 份文件没有读，下次接着读；以前读到的不变",
                f"no process could be kept alive for reading (is the machine short of memory?): "
                f"{result.left} documents are left for the next run; what was read of them before stands",
            )
        )
    if result.resting:
        call.say(
            call.text(
                f"另有 {result.resting} 份文件试过 {TRIES} 次都没能读，已放下：gouji extract --all 再试",
                f"{result.resting} documents could not be read in {TRIES} tries and rest: "
                "gouji extract --all tries again",
            )
        )


@command(step=90, example="gouji check\ngouji check --all --json")
@click.option("--all", "everything", is_flag=True, help="全部重新核对 · evaluate everything again")
@click.option(
    "--trust-clock",
    is_flag=True,
    help="本机时钟现在是对的，不论数据库里有什么时刻 · the clock is right, whatever the database has seen",
)
@click.option(
    "--backtest",
    "trial",
    metavar="RULE",
    help="只看一条规则会对全部报告说什么，附十例，不登记 · what one rule would tell of all; nothing is kept",
)
@json_option
def check(everything: bool, trust_clock: bool, trial: str | None) -> None:
    """按全部规则核对，登记、更新、消除发现。

    一个机关的数据出了错，只影响它自己；时钟不可信时，与日期有关的都等着。两种情形退出状态都是 3（其余照做）。

    Evaluates every rule; opens, updates, resolves findings. A body whose data are damaged costs itself alone, and what
    rests on the day waits while the clock cannot be believed: exit status 3 then (the rest is done).
    """
    call = session()
    if trial is not None:
        say_backtest(call, trial)
        return
    with closing(open_database(call.data)) as db, progress(call.text("核对", "checking")) as move:
        result = evaluate(db, call.data.config(), now(), everything=everything, progress=move, trust_clock=trust_clock)
        standing = open_by_class(db)
        doubt = call.text(*said(read_clock(db, now()))) if result.clock else ""
    call.emit({**asdict(result), "open_by_class": standing})
    call.say(
        call.text(
            f"核对报告 {result.checked} 份：新 {result.opened}，有变 {result.updated}，"
            f"消除 {result.resolved}，复发 {result.regressed}",
            f"{result.checked} reports checked: {result.opened} new, {result.updated} changed, "
            f"{result.resolved} resolved, {result.regressed} regressed",
        )
    )
    counted = (f"{call.text(class_words(name), name)} {count}" for name, count in standing.items())
    listed = call.text("，", ", ").join(counted) or "0"
    call.say(call.text(f"待核的发现：{listed}（gouji findings 查看）", f"open findings: {listed} (see gouji findings)"))
    _say_failed(call, result)
    if doubt:
        call.note(inert(doubt))
    if not result.whole:
        leave(COULD_NOT)


def _say_failed(call: CallOptions, result: CheckResult) -> None:
    """Who and what could not be judged; the findings that were stand."""
    if result.failed:
        named = call.text("、", ", ").join(inert(name) for name in list(result.failed.values())[:MOST_NAMED])
        more = (
            call.text(f" 等 {len(result.failed)} 个", f" and others ({len(result.failed)} in all)")
            if len(result.failed) > MOST_NAMED
            else ""
        )
        call.note(
            call.text(
                f"没有核对成（其余照常；原有的发现不变，下次再试）：{named}{more}。"
                "原因见 gouji findings 中的 check.failed",
                f"could not be judged (the others were; what was found before stands, the next check tries again): "
                f"{named}{more}. Why: check.failed in gouji findings",
            )
        )
    for part in result.undone:
        zh, en = part_words(part)
        call.note(
            call.text(
                f"这次没有判断{zh}；其余照常，下次再试", f"this time nobody judged {en}; the next check tries again"
            )
        )
