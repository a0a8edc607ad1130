"""Sending one message and writing down, in one transaction, that it was sent and what it told."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from sqlite_utils import Database

from crawler.clock import local_date, stamp
from crawler.data import DataDir
from crawler.errors import GoujiError
from monitor.alerts.channels import ChannelError, address_of, send_robot
from monitor.alerts.digest import Due
from monitor.alerts.mail import Letter, Mailer, MailError
from monitor.alerts.subscriptions import Reader

MAIL = "mail"
INTERRUPTED = "failed: interrupted before the server's answer was known"


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
    waiting: int = 0
    settling: int = 0
    on_hold: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one reader: as a letter, as what is sent, and what it tells; `thread` is the id of its thread."""

    reader: Reader
    kind: str
    letter: Letter
    message: EmailMessage
    events: tuple[Due, ...] = ()
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs: the database, the outbox, the mail server, the environment with the robots' addresses."""

    db: Database
    data: DataDir
    mailer: Mailer
    environment: Mapping[str, str]

    def deliver(self, one: Outgoing, result: AlertResult) -> None:
        """Sends one message; what was told is written in the same transaction that says it was sent."""
        # Before the server is asked, the copy and a record of the attempt stand on the disk: where they cannot be
        # written nothing is sent, and a crash after the sending leaves its trace.
        copy = self._keep(one) if one.reader.channel == MAIL else None
        delivery = self._attempt(one)
        try:
            self._send(one)
        except (MailError, ChannelError) as error:
            if copy is not None:
                copy.unlink(missing_ok=True)
            self.db.execute("update deliveries set outcome = ? where id = ?", [f"failed: {error}", delivery])
            result.failed += 1
            result.reasons.append(f"{one.reader.recipient}: {error}")
            return
        if copy is not None:
            copy.replace(copy.with_suffix(".eml"))
        at = stamp(one.letter.at)
        with self.db.atomic():
            self.db.execute("update deliveries set outcome = 'sent' where id = ?", [delivery])
            self.db.conn.executemany(
                "insert into notices (finding, recipient, event, changed_at, delivery, at) values (?, ?, ?, ?, ?, ?)",
                [(due.finding.id, one.reader.key, due.noted, due.finding.changed_at, delivery, at)
                 for due in one.events])
        result.sent += 1

    def _attempt(self, one: Outgoing) -> int:
        row = self.db.execute(
            "insert into deliveries (channel, recipient, at, outcome, message_id, kind, thread) "
            "values (?, ?, ?, ?, ?, ?, ?) returning id",
            [one.reader.channel, one.reader.recipient, stamp(one.letter.at), INTERRUPTED, one.letter.message_id,
             one.kind, one.thread or None]).fetchone()
        return int(row[0])

    def _send(self, one: Outgoing) -> None:
        # One more channel is one more branch here, and its function in monitor.alerts.channels.
        if one.reader.channel == MAIL:
            self.mailer.send(one.message, one.reader.recipient)
        else:
            name = one.reader.url_env
            send_robot(address_of(name, self.environment), name, one.letter.subject, one.letter.text)

    def _keep(self, one: Outgoing) -> Path:
        """The copy for the outbox, under a name that says it is not sent yet."""
        day, name = local_date(one.letter.at).isoformat(), one.letter.message_id[1:17]
        path = self.data.outbox / f"{day}-{name}.part"
        try:
            self.data.outbox.mkdir(exist_ok=True)
            path.write_bytes(one.message.as_bytes())
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise GoujiError(f"cannot write the copy of a mail into {self.data.outbox}: {error.strerror}. It was not "
                             "sent; free the disk or mend the folder, then run: gouji alert") from error
        return path
