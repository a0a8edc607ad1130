"""SMTP as gouji speaks it: bounded replies, user and password in UTF-8, a connection that can be cut from outside."""

import base64
import hmac
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from crawler.ground.config import MailSettings

MOST_REPLY = 8192  # bytes of one reply, its continuation lines included; RFC 5321 asks for 512 a line
MOST_CHALLENGES = 5
MECHANISMS = ("CRAM-MD5", "PLAIN", "LOGIN")  # in the order of what they give away
ACCEPTED = (235, 503)  # logged in; logged in before


class TooLongError(smtplib.SMTPException):
    """The server's reply has no end."""


class LoginError(smtplib.SMTPException):
    """User and password were refused. What the server said of them may repeat them, and is not kept."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Wire:
    """A hold on the connection beside whoever talks on it, in clear or in TLS: to cut it from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._over = False

    def take(self, connected: socket.socket) -> None:
        """Holds this connection; where it was cut before it stood, it is closed."""
        with self._lock:
            if self._over:
                connected.close()
                raise ConnectionAbortedError
            self._socket = connected.dup()

    def cut(self) -> None:
        """Ends the connection; whoever waits on it is told at once."""
        with self._lock:
            self._over = True
            if self._socket is not None:
                with suppress(OSError):  # the server closed it already
                    self._socket.shutdown(socket.SHUT_RDWR)
                self._socket.close()
                self._socket = None


class Conversation(smtplib.SMTP):
    """One conversation with a server; `open` begins it. `handed_over`: the end of the last mail was sent, so that only
    the server's answer tells whether it took the mail."""

    def __init__(self, wire: Wire, *, tls: bool, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.wire, self.tls = wire, tls
        self.handed_over = False

    def open(self, settings: MailSettings, password: str) -> None:
        """Greeting, TLS and login, as the settings have them."""
        self._host = settings.host  # what the certificate of STARTTLS must name
        code, said = self.connect(settings.host, settings.port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, said)
        if settings.security == "starttls":
            self.starttls(context=ssl.create_default_context())
        if settings.user:
            self.login(settings.user, password)

    def set_debuglevel(self, debuglevel: int | bool) -> None:
        """Stays off: its lines would hold the password."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        self.wire.take(plain)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if self.tls else plain

    def getreply(self) -> tuple[int, bytes]:
        """Code and text of one reply, of no more than MOST_REPLY bytes; -1 for what is no reply."""
        assert self.sock is not None
        if self.file is None:
            self.file = self.sock.makefile("rb")
        said: list[bytes] = []
        left = MOST_REPLY
        while True:
            line = self._line(left)
            left -= len(line)
            said.append(line[4:].strip())
            if not line[:3].isdigit():
                return -1, b"\n".join([*said[:-1], line.strip()])
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(said)

    def _line(self, most: int) -> bytes:
        assert self.file is not None
        try:
            line: bytes = self.file.readline(most + 1)
        except OSError as error:
            self.close()
            silent = isinstance(error, TimeoutError)
            raise smtplib.SMTPServerDisconnected(
                f"no answer within {self.timeout:g} s" if silent else f"connection lost: {error.strerror}"
            ) from error
        if len(line) > most:
            self.close()
            raise TooLongError(f"an answer of more than {MOST_REPLY} bytes")
        if not line.endswith(b"\n"):  # the end of the connection, be it in mid-line
            self.close()
            raise smtplib.SMTPServerDisconnected("the server closed the connection")
        return line

    def data(self, msg: bytes) -> tuple[int, bytes]:  # type: ignore[override]  # our mails are bytes
        """Hands over one mail. Until its last line is sent no server can have taken it."""
        code, said = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        text = re.sub(rb"(?m)^\.", b"..", msg)
        self.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        self.handed_over = True
        self.send(b".\r\n")
        return self.getreply()

    def _rset(self) -> None:
        """Nothing: with us a session ends with the mail that was refused."""

    def login(
        self,
        user: str,
        password: str,
        *,
        initial_response_ok: bool = True,  # noqa: ARG002  (smtplib's)
    ) -> tuple[int, bytes]:
        """Logs in by the first of MECHANISMS that the server offers and takes; UTF-8 as RFC 4616 has it."""
        self.ehlo_or_helo_if_needed()
        offered = self.esmtp_features.get("auth", "").upper().split()
        named = [name for name in MECHANISMS if name in offered]
        if not named:
            raise smtplib.SMTPNotSupportedError("the server offers no login that we know ([mail] user in gouji.toml)")
        code = -1
        for name in named:
            code = self._authenticate(name, _answers(name, user, password))
            if code in ACCEPTED:
                return code, b""
        raise LoginError(code)

    def _authenticate(self, mechanism: str, answer: Callable[[bytes], bytes]) -> int:
        """The code that the dialogue ends with; what is said in it goes no further than here."""
        initial = " " + _base64(answer(b"")) if mechanism == "PLAIN" else ""
        code, said = self.docmd("AUTH", mechanism + initial)
        for _ in range(MOST_CHALLENGES):
            if code != 334:
                break
            code, said = self.docmd(_base64(answer(base64.b64decode(said))))
        return code


def _base64(text: bytes) -> str:
    return base64.b64encode(text).decode("ascii")


def _answers(mechanism: str, user: str, password: str) -> Callable[[bytes], bytes]:
    """What is answered to a challenge."""
    name, secret = user.encode(), password.encode()
    if mechanism == "PLAIN":
        return lambda _challenge: b"\0" + name + b"\0" + secret
    if mechanism == "LOGIN":
        asked = iter((name, secret))
        return lambda _challenge: next(asked, b"")

    def digest(challenge: bytes) -> bytes:
        return name + b" " + hmac.new(secret, challenge, "md5").hexdigest().encode()

    return digest
