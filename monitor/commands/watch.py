"""`gouji run` and `gouji watch`: the whole road once, and on its schedule."""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from crawler.ground.clock import SHANGHAI, now
from crawler.ground.contained import Failed, contained
from monitor.asking.unread import how_many
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.schema import open_database
from monitor.service.pipeline import Stopped
from monitor.service.pipeline_words import Wording
from monitor.service.steps import Step
from monitor.service.watch import once
from monitor.service.watch import watch as serve
from monitor.words.terminal import inert

INTERRUPTED = 130


@command(step=130, example="gouji run --data 数据")
@json_option
def run() -> None:
    """抓取 → 阅读 → 核对 → 通报，走一遍；一步失败不影响其余各步。

    Crawl, extract, check, alert, once; a step that fails does not stop the others. Exit status 3 when a portal
    could not be reached or a step failed.
    """
    call = session()
    wording, steps = Wording(call.lang), []

    def tell(step: Step) -> None:
        steps.append(step)
        call.say(wording.step(step))

    try:
        status = once(call.data, now, tell, call.password, call.lang, _environment(call))
    except Stopped:
        call.note(call.text("已停止；没做完的下次接着做。", "stopped; what is left is done next time."))
        leave(INTERRUPTED)
    left = contained(lambda: _unread(call))
    if not isinstance(left, Failed) and left:
        call.say(
            call.text(
                f"未读、请自己打开看的：{left} 项（gouji unread 列出）",
                f"could not be read, open them yourself: {left} (listed by gouji unread)",
            )
        )
    call.emit({"steps": steps, "exit_status": status, "unread": None if isinstance(left, Failed) else left})
    leave(status)


@command(step=140, example="gouji watch --data 数据")
def watch() -> None:
    """按 gouji.toml 的 [schedule] 定时运行，作为服务值守；SIGTERM 或 Ctrl-C 使它有序结束。

    Serves the [schedule] of gouji.toml; one service per data directory. SIGTERM or Ctrl-C ends it in order; a run
    missed while it was down is made up once.
    """
    call = session()
    _log_lines()
    serve(call.data, now, Wording(call.lang), call.password, _environment(call))


def _unread(call: CallOptions) -> int:
    with closing(open_database(call.data)) as db:
        return how_many(db, now())


def _environment(call: CallOptions) -> Mapping[str, str]:
    """What the alerts need, which the crawler and the readers are not given."""
    call.withhold(one.url_env for one in call.data.config().subscriptions if one.url_env)
    return call.environment


def _log_lines() -> None:
    """Lines for people on standard error: the moment in Asia/Shanghai, then what happened."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(asctime)s %(message)s"))
    root = logging.getLogger("monitor")
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if os.environ.get("GOUJI_DEBUG") else logging.INFO)
    root.propagate = False
    # The scheduler only rings a bell here; what is missed or made up we say ourselves.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


class _Line(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002 - logging's name
        return datetime.fromtimestamp(record.created, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return inert(super().format(record)) if record.exc_info is None else super().format(record)
