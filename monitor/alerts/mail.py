"""Mail over SMTP: one message with a text and an HTML part, one server connection, each recipient on its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import Policy
from types import TracebackType
from urllib.parse import quote

from crawler.ground.clock import SHANGHAI
from crawler.ground.config import MailSettings
from crawler.ground.contained import Failed, contained
from crawler.ground.errors import GoujiError, UsageError
from monitor.alerts.smtp_session import MailSession, SessionOverError
from monitor.alerts.smtp_words import clean, hung_up, passing, reason, refused

WORKBOOK = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TIMEOUT = 30.0  # seconds for one answer; [mail] session_timeout is for a session as a whole
MOST_SLOW = 3  # mails in turn that a server may let run out of time before it is asked no more


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
class Mail:
    """One mail to one recipient, before it is put into the form of a message.

    `references` are the Message-IDs of its thread, the oldest first; `operator` is who takes a wish to hear no more;
    `attachment` a workbook with its name.
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
    attachment: tuple[str, bytes] | None = None


class MailError(GoujiError):
    """This mail was not accepted; the message is the server's or the system's reason."""


class LostAnswerError(MailError):
    """The connection was lost while the mail was handed over: whether it was accepted is not known."""


def _no_address(text: str, key: str) -> UsageError:
    shown = clean(text)[:80]
    return UsageError(
        f"[mail] {key} in gouji.toml: '{shown}' is no mail address",
        f"gouji.toml 的 [mail] {key}：'{shown}' 不是邮件地址",
    )


def address(text: str, key: str) -> Address:
    """An address of gouji.toml; UsageError names the key when it is none."""
    # The library's parser has faults of its own: on some texts it fails by what is no error of a header.
    found = contained(lambda: Address(addr_spec=text.strip()))
    # It also leaves out characters that nobody sees: the mail would go to somebody else.
    if (
        isinstance(found, Failed)
        or not found.username
        or not found.domain
        or not (found.addr_spec == text.strip() and text.strip().isprintable())
    ):
        raise _no_address(text, key)
    return found


def is_address(text: str) -> bool:
    """Whether a mail can be sent there."""
    try:
        address(text, "recipients")
    except UsageError:
        return False
    return True


def build(letter: Mail, settings: MailSettings) -> EmailMessage:
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
    if letter.attachment is not None:
        name, body = letter.attachment
        message.add_attachment(body, maintype="application", subtype=WORKBOOK, filename=name)
    message["Content-Language"] = "zh-CN" if letter.language == "zh" else "en"
    return message


class Mailer:
    """The configured server: its session, opened when first needed and again after a loss or when its time is short."""

    def __init__(
        self,
        settings: MailSettings,
        password: str = "",
        timeout: float = TIMEOUT,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.settings, self.password, self.timeout, self.stop = settings, password, timeout, stop
        self.session: MailSession | None = None
        self.down: BaseException | None = None
        self.slow = 0

    def __enter__(self) -> "Mailer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hands one message to the server; MailError with the reason when it was not accepted, or may not.

        A refusal that the server calls passing (421, 451) is asked about once more, in another session.
        """
        again = True
        sender = address(self.settings.sender, "sender").addr_spec
        to = address(recipient, "recipients").addr_spec
        while True:
            session = self._opened()
            used, failure = session.carried > 0, session.send(message, sender, to)
            if failure is None:
                self.slow = 0
                return
            self._close()
            # A server may end a session after so many mails: the next is handed over in another one.
            if used and hung_up(failure) and not session.handed_over:
                continue
            if not (again and passing(failure)):
                break
            again = False
        self._note_slowness(failure)
        lost = session.handed_over and not refused(failure)
        en, zh = reason(failure, self.settings, self.password)
        if lost:
            raise LostAnswerError(f"{en}; whether it was taken is not known", f"{zh}；是否已被收下不明")
        raise MailError(en, zh)

    def _opened(self) -> MailSession:
        if self.session is not None and not self.session.fresh:
            self._close()
        if self.session is None:
            # A server that does not answer is asked once, not once for each recipient.
            session = MailSession(self.settings, self.password, timeout=self.timeout, stop=self.stop)
            failure = self.down or session.open()
            if failure is not None:
                session.close()
                self.down = failure
                raise MailError(*reason(failure, self.settings, self.password))
            self.session = session
        return self.session

    def _note_slowness(self, failure: BaseException) -> None:
        # One recipient that the server cannot make up its mind about keeps the others waiting, but not all of them.
        if isinstance(failure, SessionOverError) or isinstance(failure.__cause__, TimeoutError):
            self.slow += 1
            if self.slow >= MOST_SLOW:
                self.down = failure

    def _close(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            session.close()


def ready(settings: MailSettings, password: str) -> None:
    """UsageError when no mail could be sent with these settings."""
    if not settings.sender:
        raise UsageError(
            'mail has no sender: write sender = "gouji@example.org" below [mail] in gouji.toml',
            '邮件没有发件人：请在 gouji.toml 的 [mail] 下写 sender = "gouji@example.org"',
        )
    if settings.user and not password:
        raise UsageError(
            "[mail] user is set in gouji.toml: put its password into $GOUJI_MAIL_PASSWORD",
            "gouji.toml 里写了 [mail] user：请把密码放进环境变量 GOUJI_MAIL_PASSWORD",
        )
    if not sayable(password):
        raise UsageError(
            "$GOUJI_MAIL_PASSWORD is no password: it holds a line break, or what is not UTF-8",
            "环境变量 GOUJI_MAIL_PASSWORD 不能作密码：其中有换行，或不是 UTF-8 编码的文字",
        )
    if not sayable(settings.user):
        raise UsageError(
            "[mail] user in gouji.toml holds a line break or another control character",
            "gouji.toml 的 [mail] user 里有换行或其他控制字符",
        )
    address(settings.sender, "sender")


def sayable(secret: str) -> bool:
    """Whether a server can be told this user or password (RFC 4616)."""
    return not any("\ud800" <= char <= "\udfff" or char in "\r\n\0" for char in secret)
