"""`gouji alert`: one digest for each recipient, sent once; a mail that failed is sent by the next run."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlite_utils import Database

from crawler.clock import local_date, stamp
from crawler.config import Config
from crawler.data import DataDir
from crawler.errors import GoujiError
from monitor.absence import Coverage, measure_coverage
from monitor.digest import Digest, Due, Notice, compose, due_event, words
from monitor.findings import load
from monitor.mail import Letter, Mailer, MailError, address, build, recipients

MOST_EVENTS = 2000  # in one mail; the rest waits for the next
CHANNEL = "mail"
INTERRUPTED = "failed: interrupted before the server's answer was known"

# Everything this recipient has yet to be told; monitor.digest.due_event has the last word.
DUE = """
select f.id, n.event, n.changed_at, f.status in ('open', 'regressed') and f.class <> 'health'
from findings f left join notices n on n.rowid =
  (select max(rowid) from notices where finding = f.id and recipient = ?)
where f.class <> 'info' and f.status not in ('shadow', 'false_positive')
  and (n.finding is not null or f.status in ('open', 'regressed'))
  and (f.status in ('open', 'regressed', 'resolved') or f.changed_at > f.decided_at)
  and n.changed_at is not f.changed_at and not (f.status = 'resolved' and n.event = 'resolved')
order by f.status = 'resolved', case f.class when 'fatal' then 0 when 'explain' then 1 else 2 end,
  f.agency, f.year desc, f.id
"""
OPEN = "select count(*) from findings where status in ('open', 'regressed') and class not in ('info', 'health')"


@dataclass(slots=True)
class AlertResult:
    """The mails composed, how many were sent, how many failed (they are tried again), what waits for the next.

    `reasons` says for each failed one to whom and why.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    sent: int = 0
    failed: int = 0
    held: int = 0
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Mail:
    letter: Letter
    message: EmailMessage
    events: tuple[Due, ...] = ()


def alert(db: Database, data: DataDir, config: Config, now: datetime, *, dry_run: bool = False,
          test: bool = False, password: str = "") -> AlertResult:
    """Sends each recipient what they have not been told yet; nothing new, no mail.

    `dry_run` composes only. `test` sends a test mail only. Raises UsageError for settings with which no mail
    can be sent, GoujiError when the outbox cannot be written: nothing is lost then.
    """
    readers = _readers_to_be(config) if dry_run else recipients(config.mail, password)
    result = AlertResult()
    mails = _test_mails(readers, config, now) if test else _digests(db, readers, config, now, result)
    result.messages = [mail.message for mail in mails]
    if dry_run or not mails:
        return result
    with Mailer(config.mail, password) as mailer:
        for mail in mails:
            _deliver(db, data, mailer, mail, result)
    return result


def _readers_to_be(config: Config) -> Sequence[str]:
    # A digest can be looked at before the mail is set up.
    return list(dict.fromkeys(config.mail.recipients)) or [""]


def _digests(db: Database, readers: Sequence[str], config: Config, now: datetime, result: AlertResult
             ) -> list[_Mail]:
    mails = []
    coverage: Coverage | None = None
    for reader in readers:
        due, held, still_open = _due(db, reader)
        result.held = max(result.held, held)
        if not due:
            continue
        coverage = coverage or measure_coverage(db, config, now)
        codes = json.dumps(sorted({one.finding.key.agency for one in due}))
        names = {str(code): str(name) for code, name in db.execute(
            "select code, name from agencies where code in (select value from json_each(?))", [codes])}
        digest = compose(due, language=config.mail.language, day=local_date(now), names=names,
                         still_open=still_open, held=held, coverage=coverage)
        mails.append(_mail(reader, digest, config, now))
    return mails


def _due(db: Database, reader: str) -> tuple[list[Due], int, int]:
    """The events for one reader, how many more wait for the next mail, how many told before are still open."""
    rows = db.execute(DUE, [reader]).fetchall()
    last = {row[0]: Notice(row[1], row[2]) if row[1] else None for row in rows[:MOST_EVENTS]}
    found = load(db, "id in (select value from json_each(?))", [json.dumps(list(last))])
    due = [Due(finding, event) for finding in found if (event := due_event(finding, last[finding.id or 0]))]
    still_open = int(db.execute(OPEN).fetchone()[0]) - sum(row[3] for row in rows)
    return due, max(len(rows) - MOST_EVENTS, 0), still_open


def _mail(reader: str, digest: Digest, config: Config, now: datetime) -> _Mail:
    events = sorted((one.finding.id or 0, one.event, one.finding.changed_at) for one in digest.events)
    text, html = _render(digest)
    letter = Letter(reader, digest.subject, text, html, _message_id([reader, events], config), now,
                    digest.language)
    return _Mail(letter, build(letter, config.mail), digest.events)


def _test_mails(readers: Sequence[str], config: Config, now: datetime) -> list[_Mail]:
    texts = words(config.mail.language)
    digest = Digest(config.mail.language, local_date(now), texts["subject_test"].format(day=local_date(now)),
                    (), 0, 0, "", {**texts, "preamble": texts["test"]}, ())
    text, html = _render(digest)
    mails = []
    for reader in readers:
        letter = Letter(reader, digest.subject, text, html, _message_id([reader, "test", stamp(now)], config), now,
                        digest.language)
        mails.append(_Mail(letter, build(letter, config.mail)))
    return mails


def _message_id(of: object, config: Config) -> str:
    # The same events to the same reader are the same mail: sent twice after a crash, a reader sees one.
    domain = address(config.mail.sender, "sender").domain if config.mail.sender else "gouji.invalid"
    return f"<{sha256(json.dumps(of).encode()).hexdigest()[:40]}@{domain}>"


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(loader=PackageLoader("monitor", "pages"), undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True,
                       autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False))


def _render(digest: Digest) -> tuple[str, str]:
    values = {name: getattr(digest, name) for name in Digest.__slots__}
    text, html = (_pages().get_template(f"digest.{kind}.j2").render(values) for kind in ("txt", "html"))
    return text, html


def _deliver(db: Database, data: DataDir, mailer: Mailer, mail: _Mail, result: AlertResult) -> None:
    """Sends one mail; what was told is written in the same transaction that says it was sent."""
    letter = mail.letter
    # Before the server is asked, the copy and a record of the attempt stand on the disk: where they cannot be
    # written nothing is sent, and a crash after the sending leaves its trace.
    copy = _keep(data, mail)
    delivery = db.execute(
        "insert into deliveries (channel, recipient, at, outcome, message_id) values (?, ?, ?, ?, ?)",
        [CHANNEL, letter.recipient, stamp(letter.at), INTERRUPTED, letter.message_id]).lastrowid
    try:
        mailer.send(mail.message, letter.recipient)
    except MailError as error:
        copy.unlink(missing_ok=True)
        db.execute("update deliveries set outcome = ? where id = ?", [f"failed: {error}", delivery])
        result.failed += 1
        result.reasons.append(f"{letter.recipient}: {error}")
        return
    copy.replace(copy.with_suffix(".eml"))
    with db.atomic():
        db.execute("update deliveries set outcome = 'sent' where id = ?", [delivery])
        db.conn.executemany(
            "insert into notices (finding, recipient, event, changed_at, delivery) values (?, ?, ?, ?, ?)",
            [(one.finding.id, letter.recipient, one.event, one.finding.changed_at, delivery)
             for one in mail.events])
    result.sent += 1


def _keep(data: DataDir, mail: _Mail) -> Path:
    """The copy for the outbox, under a name that says it is not sent yet."""
    day, name = local_date(mail.letter.at).isoformat(), mail.letter.message_id[1:17]
    path = data.outbox / f"{day}-{name}.part"
    try:
        data.outbox.mkdir(exist_ok=True)
        path.write_bytes(mail.message.as_bytes())
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise GoujiError(f"cannot write the copy of a mail into {data.outbox}: {error.strerror}. It was not sent; "
                         "free the disk or mend the folder, then run: gouji alert") from error
    return path
