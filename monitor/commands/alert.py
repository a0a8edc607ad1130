"""`gouji alert`: sends the digest that is due, or shows it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, nullcontext
from email.message import EmailMessage
from typing import Any

import click

from crawler.ground.clock import now
from crawler.ground.config_mail import MAIL
from crawler.ground.errors import GoujiError, UsageError
from monitor.alerts.alert import alert as send_digest
from monitor.alerts.delivery import AlertResult
from monitor.alerts.feed import write_feed
from monitor.checking.breaker import release as let_go
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.words.terminal import inert


@command(step=100, example="gouji alert --dry-run\ngouji alert --test\ngouji alert\ngouji alert --release gaoping")
@click.option("--dry-run", is_flag=True, help="只写出邮件，不发 · compose only, send nothing")
@click.option("--test", is_flag=True, help="发一封测试邮件 · send a test mail")
@click.option(
    "--due", is_flag=True, help="如同值守：每期至多一封，含平安信 · as the watch does: one in a period, heartbeats too"
)
@click.option(
    "--release",
    metavar="PORTAL",
    help="放行因大面积异常而暂缓的通报，写门户 id 或省级区划代码 · let go what is held for this portal or province",
)
@json_option
def alert(dry_run: bool, test: bool, due: bool, release: str | None) -> None:
    """把该说的写成一封邮件发给每位收件人；说过的不再说。发不出去时退出状态为 3，下次再发。

    Sends what each reader has not been told yet. Exit status 3 when a mail could not be sent; the next
    run sends it.
    """
    if release is not None and (dry_run or test):
        raise UsageError(
            "--release lets something go; it does not go with --dry-run or --test",
            "--release 是放行，不能与 --dry-run、--test 同用",
        )
    call = session()
    data = call.data
    config = data.config()
    with closing(open_database(data)) as db, ExitStack() as stack:
        moment = now()
        released = let_go(db, release, moment) if release is not None else 0
        try:
            # What tells nobody anything new may be done beside the watch.
            stack.enter_context(nullcontext() if dry_run or test else exclusive(data))
        except GoujiError:
            if release is None:
                raise
            call.emit({"released": released})
            call.say(
                call.text(
                    f"已放行 {released} 个机关的通报；值守正在运行，由它在下一次运行时发出",
                    f"let go: {released} bodies; the watch is at work and tells of them in its next run",
                )
            )
            return
        result = send_digest(
            db,
            data,
            config,
            moment,
            dry_run=dry_run,
            test=test,
            at_once=not due,
            password=call.password,
            environment=call.environment,
        )
        if not (dry_run or test):
            write_feed(db, data, config, moment)
    call.emit(
        {
            "sent": result.sent,
            "failed": result.failed,
            "held": result.held,
            "waiting": result.waiting,
            "settling": result.settling,
            "on_hold": result.on_hold,
            "released": released,
            "reasons": result.reasons,
            "messages": [_mail_json(one) for one in result.messages],
        }
    )
    if dry_run:
        _print_mails(call, result)
    elif not result.messages:
        call.say(call.text("没有要通报的。", "there is nothing to tell."))
    else:
        call.say(
            call.text(
                f"已发 {result.sent} 封，未发出 {result.failed} 封", f"{result.sent} sent, {result.failed} not sent"
            )
        )
    for line in _left(call, result):
        call.say(line)
    if result.failed:
        raise GoujiError("; ".join(result.reasons), "；".join(result.reasons_zh))


def _left(call: CallOptions, result: AlertResult) -> Iterator[str]:
    """What was not told now, and why."""
    if result.waiting:
        yield call.text(
            f"本期已通报过，{result.waiting} 项留待下一期（不带 --due 则现在就发）",
            f"told already in this period: {result.waiting} wait for the next (without --due they are sent now)",
        )
    if result.settling:
        yield call.text(
            f"{result.settling} 项待再看一次（[mail] settle_hours）",
            f"{result.settling} wait for a second look ([mail] settle_hours)",
        )
    if result.on_hold:
        yield call.text(
            f"{result.on_hold} 项因大面积异常暂缓（gouji alert --release 门户）",
            f"{result.on_hold} are held, too many bodies at once (gouji alert --release PORTAL)",
        )


def _to(message: EmailMessage) -> str:
    return str(message["To"] or message["X-Gouji-Recipient"] or "")


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def _mail_json(message: EmailMessage) -> dict[str, Any]:
    return {
        "to": _to(message),
        "channel": str(message["X-Gouji-Channel"] or MAIL),
        "subject": str(message["Subject"] or ""),
        "message_id": str(message["Message-ID"] or ""),
        "text": _text(message),
    }


def _print_mails(call: CallOptions, result: AlertResult) -> None:
    if not result.messages:
        call.say(call.text("没有要通报的。", "there is nothing to tell."))
    for message in result.messages:
        call.say(inert(f"To: {_to(message) or '–'}"))
        call.say(inert(f"Subject: {message['Subject']}"))
        call.say()
        for line in _text(message).splitlines():
            call.say(inert(line))
