"""A mail server with a fault of its own: it keeps to the protocol until the moment that a test is about."""

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

ENOUGH = 20_000_000  # bytes after which a flood gives up: the client took them all
PACE = 0.05  # seconds between two pieces of what drips


@dataclass
class Faulty:
    """`fault(talk, moment)` is called before each answer (`greeting`, or the command in capitals, or `end` of a mail)
    and says whether it dealt with it. `taken` are the mails accepted, as (recipient, bytes)."""

    fault: Callable[["Talk", str], bool] = lambda _talk, _moment: False
    features: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    port: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    secrets: list[bytes] = field(default_factory=list)
    talks: list["Talk"] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def receivers(self) -> list[str]:
        return [recipient for recipient, _ in self.taken]

    def moments(self) -> list[str]:
        return [moment for talk in self.talks for moment in talk.moments]


class Talk:
    """One connection: its number from 1 on, how many mails it took, and what was asked on it."""

    def __init__(self, server: Faulty, connection: socket.socket, number: int) -> None:
        self.server, self.connection, self.number = server, connection, number
        self.mails, self.sent, self.moments = 0, 0, list[str]()
        self.to: list[str] = []
        self.line = b""
        self.lines: BinaryIO | None = None

    def close(self) -> None:
        if self.lines is not None:
            self.lines.close()
        self.connection.close()

    def say(self, text: str | bytes) -> None:
        raw = text if isinstance(text, bytes) else text.encode() + b"\r\n"
        self.connection.sendall(raw)
        self.sent += len(raw)

    def drip(self, piece: bytes) -> bool:
        """The same piece again and again, until the other side is gone."""
        while not self.server.over.wait(PACE):
            self.say(piece)
        return True

    def flood(self, piece: bytes) -> bool:
        """As fast as it is taken."""
        while self.sent < ENOUGH and not self.server.over.is_set():
            self.say(piece)
        return True

    def hang_up(self, *, reset: bool = False) -> bool:
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        raise ConnectionAbortedError

    def run(self) -> None:
        if not self._faulty("greeting"):
            self.say("220 mx.example.org ESMTP")
        self.lines = self.connection.makefile("rb")
        while line := self.lines.readline():
            verb = line[:4].upper().strip().decode()
            if self._faulty("STARTTLS" if verb == "STAR" else verb, line):
                continue
            if verb == "STAR" and self.server.tls is not None:
                self.say("220 go on")
                self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
                self.lines = self.connection.makefile("rb")
            elif verb == "DATA":
                self.say("354 go on")
                self._mail(b"".join(iter(partial(_line, self.lines), b".\r\n")))
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self._answer(verb, line)

    def _answer(self, verb: str, line: bytes) -> None:
        if verb == "EHLO":
            self.say("\r\n".join(["250-mx.example.org", *(f"250-{one}" for one in self.server.features), "250 HELP"]))
        elif verb == "AUTH":
            self.server.secrets.append(base64.b64decode(line.split()[-1]))
            self.say("235 welcome")
        else:
            if verb == "MAIL":
                self.to = []
            if verb == "RCPT":
                self.to.append(line.decode().split("<")[1].split(">")[0])
            self.say("250 ok")

    def _mail(self, text: bytes) -> None:
        if not self._faulty("end"):
            self.server.taken += [(one, text) for one in self.to]
            self.mails += 1
            self.say("250 taken")
            self._faulty("after")

    def _faulty(self, moment: str, line: bytes = b"") -> bool:
        self.moments.append(moment)
        self.line = line
        return self.server.fault(self, moment)


def _line(lines: BinaryIO) -> bytes:
    line = lines.readline()
    if not line:
        raise ConnectionResetError
    return line


@contextmanager
def serving(server: Faulty) -> Iterator[Faulty]:
    """Runs the server on loopback while it lasts; every thread of it is gone afterwards."""
    threads: list[threading.Thread] = []

    def serve(talk: Talk) -> None:
        with suppress(OSError, ValueError):  # the client went away, or we closed the connection ourselves
            talk.run()
        talk.close()

    def listen() -> None:
        with suppress(OSError):
            while True:
                talk = Talk(server, listener.accept()[0], len(server.talks) + 1)
                server.talks.append(talk)
                threads.append(threading.Thread(target=serve, args=(talk,)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        ear = threading.Thread(target=listen)
        ear.start()
        try:
            yield server
        finally:
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            ear.join()
            for talk in server.talks:
                with suppress(OSError):
                    talk.connection.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
