"""Sending one message and writing down, in one transaction, that it was sent and what it told."""

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlite_utils import Database

from crawler.ground.clock import local_date, parse_stamp, stamp
from crawler.ground.config_mail import MAIL
from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from crawler.ground.errors import Both, GoujiError, reason
from monitor.alerts.channels import Parcel, channel_of
from monitor.alerts.digest import Due
from monitor.alerts.mail import POLICY, LostAnswerError, Mail, Mailer
from monitor.alerts.robots import Robots
from monitor.alerts.smtp_words import clean
from monitor.subscriptions import Recipient

T = TypeVar("T")

INTERRUPTED = "failed: interrupted before the server's answer was known"
MOST_REASON = 4000  # characters: all schemes of addresses that are known are told at once
SENT, UNSENT = ".eml", ".part"  # copies in the outbox
STALE = timedelta(days=1)  # what was to be said so long ago is not said any more
UNCERTAIN = """
select id, recipient, at, message_id, tells from deliveries
where channel = ? and outcome <> 'sent' and tells is not null order by id
"""
REPEATED = """
insert into deliveries (channel, recipient, at, outcome, message_id, kind, thread, tells)
select channel, recipient, ?, ?, message_id, kind, thread, tells from deliveries where id = ? returning id
"""


class OutboxError(GoujiError):
    """The copy of a mail could not be written: nothing was sent."""


# No failure of one reader, but of the place where all are written down.
BEYOND = (sqlite3.Error, OutboxError)


@dataclass(slots=True)
class AlertResult:
    """The messages composed, how many were sent, how many failed (they are tried again), what waits for the next.

    `reasons` says for each failed one to whom and why. `held` is what one mail could not hold, `waiting` what waits
    for the next period, `settling` for a second look, `on_hold` for the breaker: each the most of any reader.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    sent: int = 0
    failed: int = 0
    held: int = 0
    reasons: list[str] = field(default_factory=list)
    reasons_zh: list[str] = field(default_factory=list)
    waiting: int = 0
    settling: int = 0
    on_hold: int = 0

    def fail(self, who: str, why: Both) -> None:
        """Notes that somebody was not told, in English and Chinese."""
        self.failed += 1
        en, zh = (clean(text, MOST_REASON) for text in why)
        self.reasons.append(f"{clean(who)}: {en}" if who else en)
        self.reasons_zh.append(f"{clean(who)}：{zh}" if who else zh)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one reader: as a letter, as what is sent, and what it tells; `thread` is the id of its thread."""

    reader: Recipient
    kind: str
    letter: Mail
    message: EmailMessage
    events: tuple[Due, ...] = ()
    thread: str = ""

    @property
    def parcel(self) -> Parcel:
        """What its channel is given."""
        return Parcel(self.reader.recipient, self.reader.url_env, self.letter, self.message)


class Uncertain(NamedTuple):
    """A row of `deliveries` of which nobody knows whether the mail was sent."""

    delivery: int
    recipient: str
    at: str
    message_id: str
    tells: str


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs: the database, the outbox, the mail server, the robots and the environment with their
    addresses."""

    db: Database
    data: DataDir
    mailer: Mailer
    robots: Robots
    environment: Mapping[str, str]

    def deliver(self, one: Outgoing, result: AlertResult) -> None:
        """Sends one message; what was told is written in the same transaction that says it was sent."""
        # Before the server is asked, the copy and a record of the attempt stand on the disk: where they cannot be
        # written nothing is sent, and a crash after the sending leaves its trace.
        way = channel_of(one.reader.channel)
        copy = self._keep(one) if way.limits is None else None
        events = [(due.finding.id, due.noted, due.finding.changed_at) for due in one.events]
        row = self.db.execute(
            "insert into deliveries (channel, recipient, at, outcome, message_id, kind, thread, tells) "
            "values (?, ?, ?, ?, ?, ?, ?, ?) returning id",
            [
                one.reader.channel,
                one.reader.recipient,
                stamp(one.letter.at),
                INTERRUPTED,
                one.letter.message_id,
                one.kind,
                one.thread or None,
                json.dumps({"reader": one.reader.key, "events": events}),
            ],
        ).fetchone()
        self._conclude(int(row[0]), one.reader.recipient, copy, lambda: way.send(self, one.parcel), result)

    def note_failure(self, reader: Recipient, kind: str, now: datetime, why: Both, result: AlertResult) -> None:
        """Writes down that there was something to tell this reader and it could not be; the next alert tries again."""
        self.db.execute(
            "insert into deliveries (channel, recipient, at, outcome, kind) values (?, ?, ?, ?, ?)",
            [reader.channel, clean(reader.recipient), stamp(now), _outcome(why[0]), kind],
        )
        result.fail(reader.recipient, why)

    def finish(self, readers: Sequence[Recipient], now: datetime, result: AlertResult) -> None:
        """Sends again, word for word, the mails of which nobody knows whether they were sent.

        Composed anew, a mail would tell what it told before beside what is new since, as another mail; sent under its
        own Message-ID, whoever has it already sees it once.
        """
        keys = {reader.key for reader in readers}
        for delivery, recipient, at, message_id, tells in self.db.execute(UNCERTAIN, [MAIL]).fetchall():
            if self.mailer.stop():
                return
            one = Uncertain(delivery, recipient, at, message_id, tells)
            done = contained(partial(self._finish, one, keys, now, result), beyond=BEYOND)
            if isinstance(done, Failed):
                # A copy or a record that cannot be read: what it told is composed anew.
                self._forget(delivery, None)

    def _finish(self, one: "Uncertain", keys: Collection[str], now: datetime, result: AlertResult) -> None:
        copy = self._copy(one.message_id)
        if copy is not None and copy.suffix == SENT:
            self._sent(one.delivery, None, result)  # cut off between the server's answer and this record of it
        elif copy is None or parse_stamp(one.at) < now - STALE or json.loads(one.tells)["reader"] not in keys:
            self._forget(one.delivery, copy)
        else:
            self._again(one.delivery, one.recipient, copy, now, result)

    def _again(self, delivery: int, recipient: str, copy: Path, now: datetime, result: AlertResult) -> None:
        message = message_from_bytes(copy.read_bytes(), EmailMessage, policy=POLICY)
        with self.db.atomic():
            row = self.db.execute(REPEATED, [stamp(now), INTERRUPTED, delivery]).fetchone()
            self._forget(delivery, None)
        self._conclude(int(row[0]), recipient, copy, lambda: self.mailer.send(message, recipient), result)

    def _conclude(
        self, delivery: int, recipient: str, copy: Path | None, send: Callable[[], None], result: AlertResult
    ) -> None:
        lost = False
        try:
            outcome = attempt(send, beyond=(LostAnswerError,))
        except LostAnswerError as error:
            outcome, lost = Untold(error.message, error.zh), True
        if outcome is None:
            self._sent(delivery, copy, result)
            return
        self.db.execute("update deliveries set outcome = ? where id = ?", [_outcome(outcome.en), delivery])
        if not lost:
            self._forget(delivery, copy)
        result.fail(recipient, outcome)

    def _sent(self, delivery: int, copy: Path | None, result: AlertResult) -> None:
        if copy is not None:
            with suppress(OSError):  # it was sent all the same, and is not sent twice for the sake of its copy's name
                copy.replace(copy.with_suffix(SENT))
        with self.db.atomic():
            at, tells = self.db.execute("select at, tells from deliveries where id = ?", [delivery]).fetchone()
            told = json.loads(tells)
            self.db.execute("update deliveries set outcome = 'sent', tells = null where id = ?", [delivery])
            self.db.conn.executemany(
                "insert into notices (finding, recipient, event, changed_at, delivery, at) values (?, ?, ?, ?, ?, ?)",
                [
                    (finding, told["reader"], event, changed_at, delivery, at)
                    for finding, event, changed_at in told["events"]
                ],
            )
        result.sent += 1

    def _forget(self, delivery: int, copy: Path | None) -> None:
        """What it told is composed anew by the next alert."""
        if copy is not None:
            copy.unlink(missing_ok=True)
        self.db.execute("update deliveries set tells = null where id = ?", [delivery])

    def _copy(self, message_id: str) -> Path | None:
        """The copy of a mail, sent or not; the latest."""
        return max(self.data.outbox.glob(f"*-{message_id[1:17]}.*"), default=None)

    def _keep(self, one: Outgoing) -> Path:
        """The copy for the outbox, under a name that says it is not sent yet."""
        day, name = local_date(one.letter.at).isoformat(), one.letter.message_id[1:17]
        path = self.data.outbox / f"{day}-{name}{UNSENT}"
        try:
            self.data.outbox.mkdir(exist_ok=True)
            path.write_bytes(one.message.as_bytes())
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise OutboxError(
                f"cannot write the copy of a mail into {self.data.outbox}: {error.strerror}. It was not "
                "sent; free the disk or mend the folder, then run: gouji alert",
                f"邮件的副本写不进 {self.data.outbox}：{reason(error)[1]}。邮件没有发；"
                "请腾出磁盘或修好文件夹，再 gouji alert",
            ) from error
        return path


def _outcome(why: str) -> str:
    return f"failed: {clean(why)}"


class Untold(NamedTuple):
    """Why one reader was not told something, in English and Chinese."""

    en: str
    zh: str


def attempt(work: Callable[[], T], *, beyond: tuple[type[Exception], ...] = ()) -> T | Untold:
    """What `work` gives for one reader, or why it failed: that is this reader's own. What is `beyond` is raised."""
    try:
        outcome = contained(work, beyond=(GoujiError, *beyond))
    except beyond:
        raise
    except GoujiError as error:
        return Untold(error.message, error.zh)
    return faulty(outcome) if isinstance(outcome, Failed) else outcome


def faulty(fault: Failed) -> Untold:
    """An error of our own, or of a library, in words."""
    en, zh = map(clean, fault.words)
    return Untold(f"a fault of gouji itself: {en}", f"gouji 自身的错误：{zh}")
