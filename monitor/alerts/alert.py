"""`gouji alert`: each reader gets one digest in their period, once; a mail that failed is sent by the next run."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from sqlite_utils import Database

from crawler.clock import local_date, stamp
from crawler.config import Config, Subscription
from crawler.data import DataDir
from crawler.errors import UsageError
from monitor.alerts.delivery import INTERRUPTED as INTERRUPTED
from monitor.alerts.delivery import MAIL, Outgoing, Post
from monitor.alerts.delivery import AlertResult as AlertResult
from monitor.alerts.digest import Digest, Due, Pulse, compose
from monitor.alerts.digest_page import brief, render, test_digest
from monitor.alerts.due import Share, Situation, listed, measure_pulse, share_of, situation
from monitor.alerts.mail import Letter, Mailer, address, build, ready
from monitor.alerts.seasons import span
from monitor.alerts.subscriptions import HEALTH, Reader, readers_of
from monitor.duty.absence import Coverage, measure_coverage
from monitor.duty.clock import read_clock

MOST_REFERENCES = 10
COUNTS = ("waiting", "settling", "on_hold")


def alert(db: Database, data: DataDir, config: Config, now: datetime, *, dry_run: bool = False, test: bool = False,
          password: str = "", at_once: bool = False, environment: Mapping[str, str] | None = None) -> AlertResult:
    """Sends each reader what they have not been told yet, or that there is nothing new; once in their period.

    `dry_run` composes only. `test` sends a test message only. `at_once` waits for no period
    and sends no heartbeat: a person is asking. Raises UsageError for
    settings with which no mail can be sent, GoujiError when the outbox cannot be written: nothing is lost then.
    """
    now = read_clock(db, now).sure  # by a clock that cannot be believed nothing falls due, and no day is named
    readers = readers_of(config) if not dry_run else readers_of(config) or _nobody(config)
    if not dry_run:
        _insist(readers, config, password)
    result = AlertResult()
    with Mailer(config.mail, password) as mailer:
        post = Post(db, data, mailer, os.environ if environment is None else environment)
        if not dry_run and not test:
            post.finish(readers, now, result)
        found = list(_tests(readers, config, now) if test else _digests(db, readers, config, now, result, at_once))
        result.messages = [one.message for one in found]
        for one in found if not dry_run else ():
            post.deliver(one, result)
    return result


def _nobody(config: Config) -> tuple[Reader, ...]:
    # A digest can be looked at before the mail is set up.
    everything = Subscription("", period=config.mail.period)
    return (Reader("", config.mail.language, config.mail.period, (everything,), operator=True),)


def _insist(readers: Sequence[Reader], config: Config, password: str) -> None:
    if not readers:
        raise UsageError('nobody receives mail: write recipients = ["you@example.org"] below [mail] in gouji.toml',
                         '没有收件人：请在 gouji.toml 的 [mail] 下写 recipients = ["you@example.org"]')
    addresses = [one.recipient for one in readers if one.channel == MAIL]
    if addresses:
        ready(config.mail, addresses, password)


def _digests(db: Database, readers: Sequence[Reader], config: Config, now: datetime, result: AlertResult,
             at_once: bool) -> Iterator[Outgoing]:
    here, pulse = situation(db, config, now), measure_pulse(db, config, now)
    coverage: Coverage | None = None
    for reader in readers:
        share = share_of(db, reader, here, at_once=at_once)
        result.held = max(result.held, share.excess)
        for name in COUNTS:
            setattr(result, name, max(getattr(result, name), getattr(share, name)))
        kind = _kind(reader, share, config, at_once)
        if kind == "heartbeat" and not reader.operator and pulse.unjudged:
            continue  # silence is truer than "nothing new"; the operator is told why
        if kind is None:
            continue
        coverage = coverage or measure_coverage(db, config, now)
        yield _digest(db, reader, share, here, config, coverage, pulse, kind)


def _kind(reader: Reader, share: Share, config: Config, at_once: bool) -> str | None:
    """What there is to send: None for nothing, or not now."""
    if share.due:
        hurried = share.told_in_period and reader.period != "at_once" and not at_once
        return "urgent" if hurried else "digest"
    # A quiet digest says that we looked; where nothing is watched there is nothing to say.
    quiet = reader.heartbeat and config.portals and not share.told_in_period
    return "heartbeat" if quiet and not at_once else None


def _digest(db: Database, reader: Reader, share: Share, here: Situation, config: Config, coverage: Coverage,
            pulse: Pulse, kind: str) -> Outgoing:
    codes = {due.finding.key.agency for due in share.due}
    names = {code: here.bodies[code].name for code in codes if code in here.bodies}
    weekly = listed(db, reader, share, here.now) if kind != "urgent" else []
    digest = compose(share.due, language=reader.language, day=local_date(here.now), names=names,
                     still_open=len(share.still_open), held=share.excess, coverage=coverage,
                     operator=reader.operator, listed=weekly, pulse=pulse)
    told = sorted((due.finding.id or 0, due.noted, due.finding.changed_at) for due in digest.events)
    # The same events to the same reader are the same mail: sent twice after a crash, a reader sees one.
    of = [reader.key, told or stamp(span(reader.period, here.now)[0])]
    thread = _thread(reader, share.due, config)
    earlier = _earlier(db, reader, thread)
    return _outgoing(reader, kind, digest, _message_id(of, config), here.now, config, thread, earlier)


def _thread(reader: Reader, due: Sequence[Due], config: Config) -> str:
    """The id of the thread of a mail about one body and year; "" where it is about several."""
    about = {(one.finding.key.agency, one.finding.key.year) for one in due if one.finding.finding_class != HEALTH}
    return _message_id([reader.key, "thread", *about], config) if len(about) == 1 else ""


def _earlier(db: Database, reader: Reader, thread: str) -> tuple[str, ...]:
    if not thread:
        return ()
    found = [str(row[0]) for row in db.execute(
        "select message_id from deliveries where recipient = ? and thread = ? and outcome = 'sent' "
        "order by id desc limit ?", [reader.recipient, thread, MOST_REFERENCES])]
    return (thread, *dict.fromkeys(reversed(found)))


def _outgoing(reader: Reader, kind: str, digest: Digest, message_id: str, now: datetime, config: Config,
              thread: str = "", references: tuple[str, ...] = ()) -> Outgoing:
    text, html = render(digest) if reader.channel == MAIL else (brief(digest), "")
    operator = next((one.recipient for one in readers_of(config) if one.operator), "")
    letter = Letter(reader.recipient, digest.subject, text, html, message_id, now, digest.language, references,
                    operator)
    message = build(letter, config.mail) if reader.channel == MAIL else _note(reader, letter)
    return Outgoing(reader, kind, letter, message, digest.events, thread)


def _note(reader: Reader, letter: Letter) -> EmailMessage:
    """What a robot is given, in the form in which the other messages are shown."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["X-Gouji-Channel"] = reader.channel
    message["X-Gouji-Recipient"] = reader.recipient
    message.set_content(letter.text, charset="utf-8", cte="base64")
    return message


def _tests(readers: Sequence[Reader], config: Config, now: datetime) -> Iterator[Outgoing]:
    for reader in readers:
        digest = test_digest(reader.language, local_date(now))
        yield _outgoing(reader, "test", digest, _message_id([reader.key, "test", stamp(now)], config), now, config)


def _message_id(of: object, config: Config) -> str:
    domain = address(config.mail.sender, "sender").domain if config.mail.sender else "gouji.invalid"
    return f"<{sha256(json.dumps(of).encode()).hexdigest()[:40]}@{domain}>"
