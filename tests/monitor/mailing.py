"""Findings to tell and a real mail server that keeps what it receives, for the tests of alerts."""

import asyncio
import email
import socket
from asyncio import Server
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as default_policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlite_utils import Database

from crawler.ground.config import Config, MailSettings
from monitor.findings import Finding, Key, load, save

NOW = datetime(2026, 2, 1, 1, tzinfo=UTC)
CODE = "113401000000000001"
SHA256 = "ab" * 32
MESSAGE = "示例县财政局（113401000000000001）2025年度：表三“新收”行各类申请人合计 41，总计为 40，相差 1"


@dataclass
class Mailbox:
    """Keeps what it accepts; refuses the recipients it is told to; `mute`: breaks off where it should answer."""

    letters: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    mute: bool = False
    logins: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=default_policy)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.receivers.extend(envelope.rcpt_tos)
        if self.mute:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        self.logins.append(login.login + b":" + login.password)
        return AuthResult(success=login.password == b"right", handled=False)


class FreePort(Controller):
    """A controller on a port of the system's choice."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types


def config(port: int, *recipients: str, **changes: Any) -> Config:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "sender": "gouji@example.org",
        "recipients": recipients or ("zhang@example.org",),
    }
    return Config(mail=MailSettings(**(values | changes)))


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def put(
    db: Database,
    *,
    agency: str = CODE,
    name: str = "示例县财政局",
    year: int = 2025,
    rule: str = "t3.row_sum",
    subject: str = "received",
    at: datetime = NOW,
    **changes: Any,
) -> Finding:
    """Stores one finding as a check would have left it."""
    db.execute("insert or ignore into agencies (code, name) values (?, ?)", [agency, name])
    finding = Finding(
        Key(agency, year, rule, subject),
        "fatal",
        "fail",
        "open",
        "source",
        MESSAGE,
        "the row does not add up",
        {
            "left": 41,
            "right": 40,
            "delta": 1,
            "formula": "sum(T3[received, m] for m in kinds) == T3[received, total]",
            "operands": [
                {"cell": "T3[received,natural_person]", "raw": "41", "value": 41},
                {"cell": "T3[received,business]", "raw": None, "value": None},
                {"cell": "T3[received,total]", "raw": "40", "value": 40},
            ],
            "rows": ["一、本年新收政府信息公开申请数量：41 | — | 0 | 0 | 0 | 0 | 40"],
            "basis": "表三“总计”列为各类申请人之和",
            "document": SHA256,
            "published_on": "2026-01-20",
            "url": "http://www.example.gov.cn/nb/t20260120_1.html",
        },
        {"cell": "T3[received,total]", "value": 41, "rivals": []},
        at.isoformat(),
        at.isoformat(),
    )
    with db.atomic():
        save(db, [replace(finding, **changes)])
    return load(db, "1 = 1")[-1]


def change(db: Database, finding: Finding, at: datetime, **changes: Any) -> Finding:
    changed = replace(finding, changed_at=at.isoformat(), **changes)
    with db.atomic():
        save(db, [changed])
    return changed


def parts(letter: EmailMessage) -> tuple[str, str]:
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


def rows(db: Database, query: str) -> list[tuple[Any, ...]]:
    return list(db.execute(query).fetchall())
