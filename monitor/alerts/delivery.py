"""Sending one message and writing down, in one transaction, that it was sent and what it told."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from sqlite_utils import Database

from crawler.clock import local_date, parse_stamp, stamp
from crawler.data import DataDir
from crawler.errors import GoujiError
from monitor.alerts.channels import ChannelError, address_of, send_robot
from monitor.alerts.digest import Due
from monitor.alerts.mail import POLICY, Letter, Mailer, MailError
from monitor.alerts.subscriptions import Reader

MAIL = "mail"
INTERRUPTED = "failed: interrupted before the server's answer was known"
STALE = timedelta(days=1)  # what an interrupted run wanted to say is not said any more
BEGUN = """
select id, recipient, at, message_id, tells from deliveries
where channel = ? and outcome = ? and tells is not null order by id
"""


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
            self._failed(delivery, one.reader.recipient, error, copy, result)
            return
        self._sent(delivery, copy, result)

    def finish(self, readers: Sequence[Reader], now: datetime, result: AlertResult) -> None:
        """Sends again, word for word, the mails of which an interrupted run does not know whether they were sent.

        Composed anew, a mail would tell what it told before beside what is new since, as another mail; sent under its
        own Message-ID, whoever has it already sees it once.
        """
        keys = {reader.key for reader in readers}
        for row in self.db.execute(BEGUN, [MAIL, INTERRUPTED]).fetchall():
            delivery, recipient, at, message_id, tells = row
            copy = self._copy(parse_stamp(at), message_id)
            if copy.with_suffix(".eml").is_file():
                self._sent(delivery, None, result)  # cut off between the server's answer and this record of it
                continue
            if parse_stamp(at) < now - STALE or json.loads(tells)["reader"] not in keys or not copy.is_file():
                copy.unlink(missing_ok=True)
                self.db.execute("update deliveries set tells = null where id = ?", [delivery])
                continue
            try:
                self.mailer.send(message_from_bytes(copy.read_bytes(), EmailMessage, policy=POLICY), recipient)
            except MailError as error:
                self._failed(delivery, recipient, error, copy, result)
            else:
                self._sent(delivery, copy, result)

    def _failed(self, delivery: int, recipient: str, error: GoujiError, copy: Path | None, result: AlertResult) -> None:
        if copy is not None:
            copy.unlink(missing_ok=True)
        self.db.execute("update deliveries set outcome = ?, tells = null where id = ?", [f"failed: {error}", delivery])
        result.failed += 1
        result.reasons.append(f"{recipient}: {error}")

    def _sent(self, delivery: int, copy: Path | None, result: AlertResult) -> None:
        if copy is not None:
            copy.replace(copy.with_suffix(".eml"))
        with self.db.atomic():
            at, tells = self.db.execute("select at, tells from deliveries where id = ?", [delivery]).fetchone()
            told = json.loads(tells)
            self.db.execute("update deliveries set outcome = 'sent', tells = null where id = ?", [delivery])
            self.db.conn.executemany(
                "insert into notices (finding, recipient, event, changed_at, delivery, at) values (?, ?, ?, ?, ?, ?)",
                [(finding, told["reader"], event, changed_at, delivery, at)
                 for finding, event, changed_at in told["events"]])
        result.sent += 1

    def _attempt(self, one: Outgoing) -> int:
        events = [(due.finding.id, due.noted, due.finding.changed_at) for due in one.events]
        row = self.db.execute(
            "insert into deliveries (channel, recipient, at, outcome, message_id, kind, thread, tells) "
            "values (?, ?, ?, ?, ?, ?, ?, ?) returning id",
            [one.reader.channel, one.reader.recipient, stamp(one.letter.at), INTERRUPTED, one.letter.message_id,
             one.kind, one.thread or None, json.dumps({"reader": one.reader.key, "events": events})]).fetchone()
        return int(row[0])

    def _copy(self, at: datetime, message_id: str) -> Path:
        return self.data.outbox / f"{local_date(at).isoformat()}-{message_id[1:17]}.part"

    def _send(self, one: Outgoing) -> None:
        # One more channel is one more branch here, and its function in monitor.alerts.channels.
        if one.reader.channel == MAIL:
            self.mailer.send(one.message, one.reader.recipient)
        else:
            name = one.reader.url_env
            send_robot(address_of(name, self.environment), name, one.letter.subject, one.letter.text)

    def _keep(self, one: Outgoing) -> Path:
        """The copy for the outbox, under a name that says it is not sent yet."""
        path = self._copy(one.letter.at, one.letter.message_id)
        try:
            self.data.outbox.mkdir(exist_ok=True)
            path.write_bytes(one.message.as_bytes())
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise GoujiError(f"cannot write the copy of a mail into {self.data.outbox}: {error.strerror}. It was not "
                             "sent; free the disk or mend the folder, then run: gouji alert") from error
        return path
