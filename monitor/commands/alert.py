"""`gouji alert`: sends the digest that is due, or shows it."""

import os
from contextlib import closing
from email.message import EmailMessage
from typing import Any

import click

from crawler.clock import now
from crawler.errors import GoujiError
from monitor.alert import AlertResult
from monitor.alert import alert as send_digest
from monitor.lock import exclusive
from monitor.options import Session, command, json_option, session
from monitor.schema import open_database
from monitor.terminal import inert

PASSWORD = "GOUJI_MAIL_PASSWORD"  # noqa: S105  (the name of the variable)


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
