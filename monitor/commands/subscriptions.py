"""`gouji subscriptions` and `gouji feed`: who gets what, what nobody gets, and findings as an Atom feed."""

from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from crawler.ground.clock import now
from crawler.ground.config_mail import MAIL
from monitor.alerts.feed import write_feed
from monitor.alerts.survey import Survey, survey
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.subscriptions import Recipient
from monitor.words.kinds import class_words
from monitor.words.terminal import inert

PERIODS = {
    "season": ("一至四月每天，其余每周", "daily January to April, else weekly"),
    "daily": ("每天", "daily"),
    "weekly": ("每周", "weekly"),
    "at_once": ("随时", "at once"),
}
WEIGHTS = {"low": "低", "medium": "中", "high": "高"}
NARROWED = (
    ("divisions", "区划", "divisions"),
    ("portals", "门户", "portals"),
    ("agencies", "机构", "agencies"),
    ("classes", "类别", "classes"),
    ("rules", "规则", "rules"),
)


@command(step=110, example="gouji subscriptions\ngouji subscriptions --json")
@json_option
def subscriptions() -> None:
    """谁收到什么；哪些未了结的发现无人收到；哪些规则误报太多。

    Who gets what, which open findings nobody gets, and which rules are too noisy.
    """
    call = session()
    data = call.data
    with closing(open_database(data)) as db:
        found = survey(db, data.config())
    call.emit(_json(found))
    for line in _lines(call, found):
        call.say(inert(line))


def _json(found: Survey) -> dict[str, Any]:
    return {
        "readers": [
            {
                "recipient": one.recipient,
                "channel": one.channel,
                "operator": one.operator,
                "period": one.period,
                "language": one.language,
                "heartbeat": one.heartbeat,
                "interests": [
                    {name: getattr(part, name) for name, _, _ in NARROWED} | {"min_severity": part.min_severity}
                    for part in one.interests
                ],
                "open_findings": count,
            }
            for one, count in found.readers
        ],
        "unread": [{"rule": rule, "class": kind, "findings": count} for rule, kind, count in found.unread],
        "noisy": [
            {"rule": one.rule, "decided": one.decided, "dismissed": one.dismissed, "precision": round(one.precision, 3)}
            for one in found.noisy
        ],
        "unknown": [{"recipient": recipient, "name": name} for recipient, name in found.unknown],
        "unsubscribed": list(found.gone),
    }


def _lines(call: CallOptions, found: Survey) -> Iterator[str]:
    if not found.readers:
        yield call.text(
            "没有人收到通报：在 gouji.toml 的 [mail] 写 recipients，或写一个 [[subscription]]。",
            "nobody is told anything: write recipients below [mail] in gouji.toml, or a [[subscription]].",
        )
    for reader, count in found.readers:
        yield _reader(call, reader, count)
        for one in reader.interests:
            parts = [
                f"{call.text(zh, en)} {' '.join(_told(call, name, getattr(one, name)))}"
                for name, zh, en in NARROWED
                if getattr(one, name)
            ]
            weight = call.text(f"轻重：{WEIGHTS[one.min_severity]}及以上", f"{one.min_severity} and above")
            yield "    " + call.text("；", "; ").join(
                [*(parts or [call.text("全部机构和规则", "all bodies and rules")]), weight]
            )
    for recipient, name in found.unknown:
        yield call.text(
            f"没有这个机关或门户：{name}（{recipient}）；请改正，或写现在的名称或代码",
            f"no such body or portal: {name} ({recipient}); mend it, or write its present name or code",
        )
    if found.gone:
        yield call.text(f"已退订：{'、'.join(found.gone)}", f"unsubscribed: {', '.join(found.gone)}")
    for rule, kind, count in found.unread:
        yield call.text(
            f"无人收到：{rule}（{class_words(kind)}）{count} 项", f"nobody gets: {rule} ({kind}), {count} findings"
        )
    for noise in found.noisy:
        share = f"{noise.precision:.0%}"
        yield call.text(
            f"误报太多：{noise.rule}，处理 {noise.decided} 项，误报 {noise.dismissed} 项，准确率 {share}；"
            "建议暂回试行（规则文件中写 shadow = true），未自动更改",
            f"too noisy: {noise.rule}, {noise.decided} decided, {noise.dismissed} dismissed, precision "
            f"{share}; proposed: back to trial (shadow = true in its file); nothing was changed",
        )


def _told(call: CallOptions, name: str, given: Sequence[str]) -> Sequence[str]:
    """What an interest is narrowed to, classes by their names."""
    return [class_words(one, call.lang) for one in given] if name == "classes" else given


def _reader(call: CallOptions, reader: Recipient, count: int) -> str:
    marks = [call.text(*PERIODS[reader.period])]
    marks += [call.text("运维", "operator")] if reader.operator else []
    marks += [reader.channel] if reader.channel != MAIL else []
    marks.append(call.text(f"未了结 {count} 项", f"{count} open"))
    return f"{reader.recipient}  {call.text('，', ', ').join(marks)}"


@command(step=120, example="gouji feed\ngouji feed /srv/www/gouji.atom")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--force", is_flag=True, help="替换改过的或不是 gouji 写的文件 · replace a file that is not as gouji left it"
)
@json_option
def feed(file: Path | None, force: bool) -> None:
    """写出 Atom 订阅源（默认为数据目录中的 feed.atom）：未了结的和新近消除的发现。

    Writes the Atom feed of findings, by default feed.atom in the data directory. A file that is not as gouji wrote
    it stays; so does a link or a device, even with --force.
    """
    call = session()
    data = call.data
    # In the data directory the watch writes it too.
    with closing(open_database(data)) as db, nullcontext() if file else exclusive(data):
        count = write_feed(db, data, data.config(), now(), file, force=force)
    path = file or data.root / "feed.atom"
    call.emit({"file": str(path), "entries": count})
    call.say(inert(call.text(f"已写 {path}，{count} 条", f"wrote {path}, {count} entries")))
