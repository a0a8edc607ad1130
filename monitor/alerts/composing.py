"""What one alert has to say to a reader: their digest, its thread and message id, or a test message."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import cache, partial
from hashlib import sha256
from typing import NamedTuple

from sqlite_utils import Database

from crawler.ground.clock import local_date, stamp
from crawler.ground.config import Config
from crawler.ground.contained import Failed, contained
from crawler.ground.errors import UsageError
from monitor.alerts.channels import Limits, channel_of
from monitor.alerts.delivery import AlertResult, Outgoing, Untold
from monitor.alerts.digest import Digest, Due, Pulse, compose
from monitor.alerts.digest_page import Rendered, render, test_digest
from monitor.alerts.due import Share, Situation, listed, measure_pulse, share_of, situation
from monitor.alerts.mail import Mail, address, build, is_address
from monitor.alerts.robots import limits_of
from monitor.alerts.seasons import span
from monitor.alerts.smtp_words import clean
from monitor.asking.unread import lines as unread_lines
from monitor.duty.coverage import Coverage, measure_coverage
from monitor.findings import Finding
from monitor.subscriptions import HEALTH, Recipient, readers_of

MOST_REFERENCES = 10
COUNTS = ("waiting", "settling", "on_hold")


@dataclass(frozen=True, slots=True)
class Call:
    """What one alert composes from, and where it says what it could not; `password` is None where nothing is sent."""

    db: Database
    config: Config
    now: datetime
    at_once: bool
    password: str | None
    result: AlertResult
    untold: Callable[[Recipient, Untold], None]
    stop: Callable[[], bool]
    environment: Mapping[str, str]


def hindrance_of(reader: Recipient, config: Config, password: str) -> UsageError | None:
    """Why this reader cannot be told anything by these settings."""
    try:
        channel_of(reader.channel).ready(config.mail, password, reader.recipient)
    except UsageError as error:
        return error
    return None


def digester(call: Call) -> Callable[[Recipient], Outgoing | None]:
    db, config, result = call.db, call.config, call.result
    here, pulse = situation(db, config, call.now), measure_pulse(db, config, call.now)

    @cache
    def coverage() -> Coverage:
        return measure_coverage(db, config, call.now)

    @cache
    def unread(language: str) -> tuple[str, ...]:
        found = contained(partial(unread_lines, db, call.now, language))
        return () if isinstance(found, Failed) else found

    def compose_for(reader: Recipient) -> Outgoing | None:
        share = share_of(db, reader, here, at_once=call.at_once)
        result.held = max(result.held, share.excess)
        for name in COUNTS:
            setattr(result, name, max(getattr(result, name), getattr(share, name)))
        kind = _kind(reader, share, config, call.at_once)
        for number, fault in share.unreadable:
            call.untold(reader, _unspeakable(number, fault))
        if kind == "heartbeat" and not reader.operator and pulse.unjudged:
            return None  # silence is truer than "nothing new"; the operator is told why
        if kind is None:
            return None
        known = Known(here, coverage(), pulse, unread(reader.language) if reader.operator else ())
        return _digest(call, reader, share, known, kind)

    return compose_for


def _unspeakable(finding: int, fault: Failed) -> Untold:
    en, zh = map(clean, fault.words)
    return Untold(
        f"finding {finding} could not be told: what is stored of it cannot be read ({en})",
        f"第 {finding} 号问题没有能写出：存下的数据读不出来（{zh}）",
    )


def _kind(reader: Recipient, share: Share, config: Config, at_once: bool) -> str | None:
    """What there is to send: None for nothing, or not now."""
    if share.due:
        hurried = share.told_in_period and reader.period != "at_once" and not at_once
        return "urgent" if hurried else "digest"
    # A quiet digest says that we looked; where nothing is watched there is nothing to say, nor where something is due
    # that cannot be read.
    quiet = reader.heartbeat and config.portals and not share.told_in_period and not share.unreadable
    return "heartbeat" if quiet and not at_once else None


class Drawn(NamedTuple):
    """A digest with its text and, for a mail, its HTML and the workbook that goes with it."""

    digest: Digest
    page: Rendered


class Known(NamedTuple):
    """What a digest rests on besides the reader's share; `unread` are lines for operators."""

    here: Situation
    coverage: Coverage
    pulse: Pulse
    unread: tuple[str, ...]


def _digest(call: Call, reader: Recipient, share: Share, known: Known, kind: str) -> Outgoing | None:
    here = known.here
    names = {code: body.name for code, body in here.bodies.items()}
    places = {code: place for place, code in enumerate(here.bodies)}

    def draw(due: Sequence[Due], weekly: Sequence[Finding] = ()) -> Drawn:
        digest = compose(
            due,
            language=reader.language,
            day=local_date(here.now),
            names=names,
            still_open=len(share.still_open),
            held=share.excess,
            coverage=known.coverage,
            operator=reader.operator,
            listed=weekly,
            pulse=known.pulse,
            unread=known.unread,
            places=places,
        )
        return Drawn(digest, render(digest, limits_for(call, reader)))

    weekly = listed(call.db, reader, share, here.now) if kind != "urgent" else []
    drawn = contained(partial(draw, share.due, weekly))
    if isinstance(drawn, Failed):
        # An item that cannot be written costs itself alone, and is still due.
        told = list(_speakable(share.due, draw, partial(call.untold, reader)))
        if share.due and not told:
            return None
        drawn = draw(told)
    told_of = sorted((due.finding.id or 0, due.noted, due.finding.changed_at) for due in drawn.digest.events)
    # The same events to the same reader are the same mail: sent twice after a crash, a reader sees one.
    of = [reader.key, told_of or stamp(span(reader.period, here.now)[0])]
    thread = _thread(reader, [*drawn.digest.events], call.config)
    earlier = _earlier(call.db, reader, thread)
    return outgoing_of(call, reader, kind, drawn, message_id_of(of, call.config), thread, earlier)


def _speakable(
    due: Sequence[Due], draw: Callable[[Sequence[Due]], object], untold: Callable[[Untold], None]
) -> Iterator[Due]:
    for one in due:
        alone = contained(partial(draw, [one]))
        if isinstance(alone, Failed):
            untold(_unspeakable(one.finding.id or 0, alone))
        else:
            yield one


def _thread(reader: Recipient, due: Sequence[Due], config: Config) -> str:
    """The id of the thread of a mail about one body and year; "" where it is about several."""
    about = {(one.finding.key.agency, one.finding.key.year) for one in due if one.finding.finding_class != HEALTH}
    return message_id_of([reader.key, "thread", *about], config) if len(about) == 1 else ""


def _earlier(db: Database, reader: Recipient, thread: str) -> tuple[str, ...]:
    if not thread:
        return ()
    found = [
        str(row[0])
        for row in db.execute(
            "select message_id from deliveries where recipient = ? and thread = ? and outcome = 'sent' "
            "order by id desc limit ?",
            [reader.recipient, thread, MOST_REFERENCES],
        )
    ]
    return (thread, *dict.fromkeys(reversed(found)))


def outgoing_of(
    call: Call,
    reader: Recipient,
    kind: str,
    drawn: Drawn,
    message_id: str,
    thread: str = "",
    references: tuple[str, ...] = (),
) -> Outgoing:
    hindrance = hindrance_of(reader, call.config, call.password) if call.password is not None else None
    if hindrance is not None:
        raise hindrance
    operators = (one.recipient for one in readers_of(call.config) if one.operator)
    operator = next(filter(is_address, operators), "")
    letter = Mail(
        reader.recipient,
        drawn.digest.subject,
        drawn.page.text,
        drawn.page.html,
        message_id,
        call.now,
        drawn.digest.language,
        references,
        operator,
        (drawn.page.name, drawn.page.book) if drawn.page.book else None,
    )
    message = _note(reader, letter) if channel_of(reader.channel).limits else build(letter, call.config.mail)
    return Outgoing(reader, kind, letter, message, drawn.digest.events, thread)


def _note(reader: Recipient, letter: Mail) -> EmailMessage:
    """What a robot is given, in the form in which the other messages are shown."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["X-Gouji-Channel"] = reader.channel
    message["X-Gouji-Recipient"] = reader.recipient
    message.set_content(letter.text, charset="utf-8", cte="base64")
    return message


def tester(call: Call) -> Callable[[Recipient], Outgoing]:
    def compose_for(reader: Recipient) -> Outgoing:
        digest = test_digest(reader.language, local_date(call.now))
        drawn = Drawn(digest, render(digest, limits_for(call, reader)))
        return outgoing_of(
            call, reader, "test", drawn, message_id_of([reader.key, "test", stamp(call.now)], call.config)
        )

    return compose_for


def limits_for(call: Call, reader: Recipient) -> Limits | None:
    """How much a message to this reader may hold; None for a mail. Some services take more than others."""
    limits = channel_of(reader.channel).limits
    known = limits_of(call.environment.get(reader.url_env, "")) if limits is not None and reader.url_env else None
    return Limits(*known) if known else limits


def message_id_of(of: object, config: Config) -> str:
    domain = address(config.mail.sender, "sender").domain if config.mail.sender else "gouji.invalid"
    return f"<{sha256(json.dumps(of).encode()).hexdigest()[:40]}@{domain}>"
