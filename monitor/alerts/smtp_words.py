"""How a mail failed, in words: what the server said is foreign text, and leaves here without a secret of ours."""

import base64
import smtplib
import ssl

from crawler.ground.config import MailSettings
from crawler.ground.errors import Both
from crawler.ground.errors import reason as system_reason
from monitor.alerts.smtp import LoginError
from monitor.alerts.smtp_session import SessionOverError, SessionStoppedError
from monitor.words.terminal import inert

LONGEST = 300  # characters of what a server said
HANGS_UP = 421


def reply_of(failure: BaseException) -> tuple[int, bytes | str] | None:
    """Code and text of the answer that a mail failed by; None where it failed by none."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return next(iter(failure.recipients.values()))
    if isinstance(failure, smtplib.SMTPResponseException):
        return failure.smtp_code, failure.smtp_error
    return None


def refused(failure: BaseException) -> bool:
    """Whether the server said that it did not take the mail."""
    reply = reply_of(failure)
    return reply is not None and 400 <= reply[0] < 600


def passing(failure: BaseException) -> bool:
    """Whether the server did not take the mail and said that it may later."""
    reply = reply_of(failure)
    return reply is not None and 400 <= reply[0] < 500


def hung_up(failure: BaseException) -> bool:
    """Whether the server ended the session, rather than say something about this mail."""
    reply = reply_of(failure)
    if reply is not None:
        return reply[0] == HANGS_UP
    return isinstance(failure, smtplib.SMTPServerDisconnected | ConnectionError) and not isinstance(
        failure.__cause__, TimeoutError
    )


def reason(failure: BaseException, settings: MailSettings, password: str) -> Both:
    """Why a mail was not sent, in English and Chinese; inert, and no longer than a line."""
    where = clean(f"{settings.host}:{settings.port}")
    if isinstance(failure, LoginError):
        return (
            f"{where}: {failure.code}: user and password were not accepted; see [mail] user in gouji.toml and "
            "$GOUJI_MAIL_PASSWORD",
            f"{where}：{failure.code}：用户和密码没有被接受；"
            "见 gouji.toml 的 [mail] user 和环境变量 GOUJI_MAIL_PASSWORD",
        )
    if isinstance(failure, SessionOverError):
        return (
            f"{where}: the session took longer than {settings.session_timeout:g} s ([mail] session_timeout) and "
            "was ended",
            f"{where}：会话超过 {settings.session_timeout:g} 秒（[mail] session_timeout），已断开",
        )
    if isinstance(failure, SessionStoppedError):
        return f"{where}: gouji was asked to end", f"{where}：gouji 被要求结束"
    reply = reply_of(failure)
    code = f"{reply[0]} " if reply is not None else ""
    english, chinese = (code + clean(_without(said, settings.user, password)) for said in _said(failure))
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return english, chinese
    if _unreachable(failure):
        english += "; see [mail] host, port and security in gouji.toml"
        chinese += "；见 gouji.toml 的 [mail] host、port、security"
    return f"{where}: {english}", f"{where}：{chinese}"


def clean(text: str, longest: int = LONGEST) -> str:
    """Foreign text as one line that cannot act, no longer than so many characters."""
    return inert(" ".join(text[: 4 * longest].split()))[:longest]


def _unreachable(failure: BaseException) -> bool:
    return isinstance(failure, OSError) and not isinstance(failure, smtplib.SMTPException)


def _said(failure: BaseException) -> Both:
    """What the server said, as it is; what the system said, in both languages."""
    reply = reply_of(failure)
    if reply is not None:
        text = reply[1].decode("utf-8", "replace") if isinstance(reply[1], bytes) else reply[1]
        return text, text
    if isinstance(failure, TimeoutError):
        return "no answer in time", "等了太久没有回答"
    if isinstance(failure, smtplib.SMTPServerDisconnected):
        silent = isinstance(failure.__cause__, TimeoutError)
        return str(failure), "等了太久没有回答" if silent else "对方断开了连接"
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return str(failure), "那台服务器做不到（STARTTLS、登录或中文地址）"
    if isinstance(failure, smtplib.SMTPException):
        return str(failure), "那台服务器的回答不合规矩"
    if isinstance(failure, OSError) and (failure.strerror or isinstance(failure, ssl.SSLError)):
        return system_reason(failure)
    # Our own fault, or a setting that nobody foresaw: its words may be made of anything.
    return type(failure).__name__, f"程序出错（{type(failure).__name__}）"


def _without(said: str, user: str, password: str) -> str:
    """A server may repeat what it was told: neither the password nor a form of it is handed on."""
    if not password:
        return said
    secret = password.encode("utf-8", "replace")
    for form in (b"\0" + user.encode("utf-8", "replace") + b"\0" + secret, secret):
        said = said.replace(base64.b64encode(form).decode("ascii"), "…")
    return said.replace(password, "…")
