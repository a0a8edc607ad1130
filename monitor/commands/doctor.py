"""`gouji doctor`: prints what the checks of monitor.doctor found."""

import os

import click

from crawler.ground.clock import now
from monitor.commands.options import command, json_option, leave, session
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
    call.say(call.text("一切正常。", "all is well.") if sound else call.text("有不对之处。", "something is wrong."))
    if not sound:
        leave(1)
