"""Before the day: the operators are told who has not published yet, with contacts; once for each step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from crawler.ground.clock import local_date
from crawler.ground.config import Config, month_and_day
from monitor.alerts.composing import Call, Drawn, limits_for, message_id_of, outgoing_of
from monitor.alerts.delivery import Outgoing
from monitor.alerts.digest import Digest, DigestLine
from monitor.alerts.digest_item import clean, words
from monitor.alerts.digest_page import render
from monitor.asking.awaited import COMING, Awaited, awaited
from monitor.duty.deadlines import deadlines
from monitor.duty.deadlines import texts as duty_texts
from monitor.subscriptions import Recipient
from monitor.words.terminal import cut

LONGEST_LINE = 160
SENT = "select 1 from deliveries where channel = ? and recipient = ? and message_id = ? and outcome = 'sent'"


def reminder(call: Call) -> Callable[[Recipient], Outgoing | None]:
    """Composes the reminder that is due to a reader now, the nearest deadline's; None where there is none."""
    day = local_date(call.now)

    @cache
    def waiting() -> Sequence[Awaited]:
        if not _near(call.config, day):
            return ()  # most days of the year: nobody is looked for
        return awaited(call.db, call.config, call.now, day.year - 1, COMING)

    def compose_for(reader: Recipient) -> Outgoing | None:
        if not reader.operator:
            return None
        for due in sorted({one.due for one in waiting()}):
            step = step_of((due - day).days, call.config.mail.remind_days)
            if step is None:
                continue
            # The step is in the id: a day on which nobody was there is made up for, and nothing is told twice.
            number = message_id_of([reader.key, "remind", due.isoformat(), step], call.config)
            if call.db.execute(SENT, [reader.channel, reader.recipient, number]).fetchone():
                continue
            told = [one for one in waiting() if one.due == due]
            drawn = reminding(told, day, reader.language)
            page = render(drawn, limits_for(call, reader))
            return outgoing_of(call, reader, "reminder", Drawn(drawn, page), number)
        return None

    return compose_for


def _near(config: Config, day: date) -> bool:
    """Whether a day of the law or of a local order stands at a step."""
    local = (month_and_day(order.due) for order in config.deadlines)
    days = {*local, *((one.month, one.day) for one in deadlines())}
    return any(step_of((date(day.year, *one) - day).days, config.mail.remind_days) is not None for one in days)


def step_of(left: int, steps: Sequence[int]) -> int | None:
    """The step of a day so many days before a deadline: 7 from the seventh day on; None before the first."""
    return min((step for step in steps if step >= left >= 0), default=None)


def reminding(told: Sequence[Awaited], day: date, language: str) -> Digest:
    """What a reminder says of the bodies that are awaited by one day (pure)."""
    texts, first = words(language), told[0]
    layers = dict.fromkeys(one.layer for one in told)
    said = {
        "day": day.isoformat(),
        "due": texts["remind_day"].format(first.due),
        "days": (first.due - day).days,
        "count": len(told),
        "year": first.year,
        "layer": texts["and"].join(getattr(duty_texts().layer[layer], language) for layer in layers),
    }
    subject = texts["subject_remind" if first.due > day else "subject_remind_today"].format(**said)
    own = {
        **texts,
        "preamble": texts["remind"].format(**said),
        "listed": texts["remind_listed"],
        "more": texts["remind_more"],
    }
    lines = tuple(DigestLine(_line(one, texts)) for one in told)
    return Digest(language, day, subject, (), len(told), 0, "", own, (), lines)


def _line(one: Awaited, texts: Mapping[str, Any]) -> str:
    contacts = texts["list"].join(
        " ".join(filter(None, (clean(part) for part in asdict(contact).values()))) for contact in one.contacts
    )
    return cut(
        texts["remind_line"].format(body=clean(one.name), contacts=contacts or texts["no_contact"]), LONGEST_LINE
    )
