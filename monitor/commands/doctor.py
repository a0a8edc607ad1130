"""`gouji doctor`: prints what the checks of monitor.doctor found."""

import os
from collections.abc import Sequence

import click

from crawler.ground.clock import now
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.doctor import examine, healthy
from monitor.words.terminal import table

NAMES = {
    "ocr": "文字识别",
    "charts": "图表",
    "font": "中文字体",
    "time zone": "时区",
    "data": "数据目录",
    "privacy": "谁能看",
    "disk": "磁盘",
    "database": "数据库",
    "integrity": "完整性",
    "foreign keys": "外键",
    "migrations": "表结构",
    "clock": "时钟",
    "archive": "存档",
    "register": "名录",
    "service": "值守",
    "mail": "邮件",
}


@command(step=30, example="gouji doctor\ngouji doctor --full --json")
@click.option("--full", is_flag=True, help="核对存档中的每一份文件 · check every archived file")
@json_option
def doctor(full: bool) -> None:
    """体检：环境、数据库、存档、邮件。有不对之处时退出状态为 1。

    What is installed, is the database sound, can mail be sent; exit status 1 when something is wrong.
    """
    call = session()
    named = call.data_given is not None or bool(os.environ.get("GOUJI_DATA"))
    checks = list(examine(call.data, now(), full=full, needed=named))
    sound = healthy(checks)
    call.emit({"ok": sound, "checks": checks})
    marks = {True: call.text("好", "ok"), False: call.text("错", "wrong"), None: "–"}
    for line in table(
        [
            (
                marks[check.ok],
                call.text(NAMES.get(check.name, check.name), check.name),
                call.text(check.zh or check.detail, check.detail),
            )
            for check in checks
        ]
    ):
        call.say(line)
    call.say(_end(call, [check.ok for check in checks]))
    if not sound:
        leave(1)


def _end(call: CallOptions, judged: Sequence[bool | None]) -> str:
    """What the lines come to: how many things are wrong, how many are left to do."""
    wrong, left = judged.count(False), judged.count(None)
    if wrong:
        also = call.text(f"；另有 {left} 项可做（标“–”）", f"; {left} more can be done (marked –)") if left else ""
        return call.text(f"有 {wrong} 处不对，要处理（标“错”）{also}。", f"{wrong} things are wrong (marked so){also}.")
    if left:
        return call.text(
            f"一切正常；有 {left} 项没有或没有装，要用再做（标“–”）。",
            f"all is well; {left} things are not there, for whoever wants them (marked –).",
        )
    return call.text("一切正常。", "all is well.")
