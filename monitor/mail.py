"""Mail over SMTP: one message with a text and an HTML part, one server connection, each recipient on its own."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from types import TracebackType

from crawler.clock import SHANGHAI
from crawler.config import MailSettings
from crawler.errors import GoujiError, UsageError

TIMEOUT = 30.0
POLICY = SMTP_POLICY.clone(max_line_length=78)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient, before it is put into the form of a message."""

    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    language: str


class MailError(GoujiError):
    """This mail was not accepted; the message is the server's or the system's reason."""


def address(text: str, key: str) -> Address:
    """An address of gouji.toml; UsageError names the key when it is none."""
    try:
        found = Address(addr_spec=text.strip())
    except (HeaderParseError, ValueError, IndexError) as error:
        raise UsageError(f"[mail] {key} in gouji.toml: {text!r} is no mail address") from error
    if not found.username or not found.domain:
        raise UsageError(f"[mail] {key} in gouji.toml: {text!r} is no mail address")
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
        """Hands one message to the server; MailError with the reason when it was not accepted."""
        sender = address(self.settings.sender, "sender").addr_spec
        connection = self.connection or self._connect()
        try:
            connection.send_message(message, sender, [address(recipient, "recipients").addr_spec])
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            raise MailError(_reply(*next(iter(error.recipients.values())))) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._close()
            raise MailError(self._reason(error)) from error

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


def recipients(settings: MailSettings, password: str) -> Sequence[str]:
    """The configured recipients, each once; UsageError when a mail could not be addressed or handed over."""
    found = list(dict.fromkeys(one.strip() for one in settings.recipients if one.strip()))
    if not found:
        raise UsageError('nobody receives mail: write recipients = ["you@example.org"] below [mail] in gouji.toml')
    if not settings.sender:
        raise UsageError('mail has no sender: write sender = "gouji@example.org" below [mail] in gouji.toml')
    if settings.user and not password:
        raise UsageError("[mail] user is set in gouji.toml: put its password into $GOUJI_MAIL_PASSWORD")
    address(settings.sender, "sender")
    for one in found:
        address(one, "recipients")
    return found
