"""Mail over SMTP: one message with a text and an HTML part, one server connection, each recipient on its own."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import Policy
from types import TracebackType
from urllib.parse import quote

from crawler.clock import SHANGHAI
from crawler.config import MailSettings
from crawler.errors import GoujiError, UsageError

TIMEOUT = 30.0


class Tokens(UnstructuredHeader, BaseHeader):
    """A header of addresses and ids, one to a line: a long one is no text, and is never encoded as one."""

    def fold(self, *, policy: Policy) -> str:  # noqa: ARG002  (a token has no other form)
        return f"{self.name}: " + "\r\n ".join(str(self).split()) + "\r\n"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("references", "in-reply-to", "list-unsubscribe"):
        registry.map_to_type(name, Tokens)
    return registry


POLICY = SMTP_POLICY.clone(max_line_length=78, header_factory=_headers())


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient, before it is put into the form of a message.

    `references` are the Message-IDs of its thread, the oldest first; `operator` is who takes a wish to hear no more.
    """

    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    language: str
    references: tuple[str, ...] = ()
    operator: str = ""


class MailError(GoujiError):
    """This mail was not accepted; the message is the server's or the system's reason."""


class LostAnswerError(MailError):
    """The connection was lost while the mail was handed over: whether it was accepted is not known."""


def _no_address(text: str, key: str) -> UsageError:
    return UsageError(f"[mail] {key} in gouji.toml: {text!r} is no mail address",
                      f"gouji.toml 的 [mail] {key}：{text!r} 不是邮件地址")


def address(text: str, key: str) -> Address:
    """An address of gouji.toml; UsageError names the key when it is none."""
    try:
        found = Address(addr_spec=text.strip())
    except (HeaderParseError, ValueError, IndexError) as error:
        raise _no_address(text, key) from error
    if not found.username or not found.domain:
        raise _no_address(text, key)
    return found


def build(letter: Letter, settings: MailSettings) -> EmailMessage:
    """multipart/alternative in UTF-8. Headers are made of checked addresses and one-line texts only."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = letter.subject
    if settings.sender:
        message["From"] = address(settings.sender, "sender")
    if letter.recipient:
        message["To"] = address(letter.recipient, "recipients")
    message["Date"] = letter.at.astimezone(SHANGHAI)
    message["Message-ID"] = letter.message_id
    # Ids and addresses beyond ASCII have no form there that every server carries.
    if letter.references and "".join(letter.references).isascii():
        message["In-Reply-To"] = letter.references[-1]
        message["References"] = " ".join(letter.references)
    if letter.operator.isascii() and letter.operator:
        subject = quote(f"unsubscribe {letter.recipient}", safe="")
        message["List-Unsubscribe"] = f"<mailto:{address(letter.operator, 'operators').addr_spec}?subject={subject}>"
    # Nobody's absence notice shall answer a machine.
    message["Auto-Submitted"] = "auto-generated"
    # base64: no server along the way can be too old for the bytes or the length of the lines.
    message.set_content(letter.text, charset="utf-8", cte="base64")
    message.add_alternative(letter.html, subtype="html", charset="utf-8", cte="base64")
    message["Content-Language"] = "zh-CN" if letter.language == "zh" else "en"
    return message


class Mailer:
    """A connection to the configured server, opened when first needed and again after a loss."""

    def __init__(self, settings: MailSettings, password: str = "", timeout: float = TIMEOUT) -> None:
        self.settings = settings
        self.password = password
        self.timeout = timeout
        self.connection: smtplib.SMTP | None = None
        self.down = ""

    def __enter__(self) -> "Mailer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._close()

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hands one message to the server; MailError with the reason when it was not accepted, or may not."""
        sender = address(self.settings.sender, "sender").addr_spec
        connection = self.connection or self._connect()
        try:
            connection.send_message(message, sender, [address(recipient, "recipients").addr_spec])
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            raise MailError(_reply(*next(iter(error.recipients.values())))) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._close()
            # Every SMTPException is an OSError too.
            refused = isinstance(error, (smtplib.SMTPException, UnicodeError))
            lost = isinstance(error, smtplib.SMTPServerDisconnected) or not refused
            raise (LostAnswerError if lost else MailError)(self._reason(error)) from error

    def _connect(self) -> smtplib.SMTP:
        # A server that does not answer is asked once, not once for each recipient.
        if self.down:
            raise MailError(self.down)
        try:
            return self._open()
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            self.down = self._reason(error)
            raise MailError(self.down) from error

    def _open(self) -> smtplib.SMTP:
        settings = self.settings
        connection: smtplib.SMTP
        if settings.security == "tls":
            connection = smtplib.SMTP_SSL(settings.host, settings.port, timeout=self.timeout,
                                          context=ssl.create_default_context())
        else:
            connection = smtplib.SMTP(settings.host, settings.port, timeout=self.timeout)
        self.connection = connection
        if settings.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if settings.user:
            connection.login(settings.user, self.password)
        return connection

    def _close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _reason(self, error: Exception) -> str:
        where = f"{self.settings.host}:{self.settings.port}"
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{where}: {_reply(error.smtp_code, error.smtp_error)}"
        if isinstance(error, ssl.SSLError):
            return f"{where}: no secure connection: {error.reason or error}; see [mail] security in gouji.toml"
        if isinstance(error, TimeoutError):
            return f"{where} does not answer within {self.timeout:g} s; see [mail] host and port in gouji.toml"
        if isinstance(error, OSError) and error.strerror:
            return f"{where}: {error.strerror}; see [mail] host and port in gouji.toml"
        return f"{where}: {' '.join(str(error).split())}"


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:300]


def ready(settings: MailSettings, addresses: Sequence[str], password: str) -> None:
    """UsageError when a mail to one of these could not be addressed or handed over."""
    if not settings.sender:
        raise UsageError('mail has no sender: write sender = "gouji@example.org" below [mail] in gouji.toml',
                         '邮件没有发件人：请在 gouji.toml 的 [mail] 下写 sender = "gouji@example.org"')
    if settings.user and not password:
        raise UsageError("[mail] user is set in gouji.toml: put its password into $GOUJI_MAIL_PASSWORD",
                         "gouji.toml 里写了 [mail] user：请把密码放进环境变量 GOUJI_MAIL_PASSWORD")
    address(settings.sender, "sender")
    for one in (*addresses, *settings.operators):
        address(one, "recipients")
