"""A mail server that treats each recipient otherwise: takes the mail of the good ones, and is a nuisance about the others."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes

Say = Callable[[bytes], None]
LINES = 40_000  # of a flood: some megabytes, no server means them

# What the server does when it is told of a bad recipient; True where the connection lives on.
REFUSALS = (
    b"550 5.1.1 no such \x1b[31muser\x1b[0m\r\n",
    b"550 \xe2\x80\xaegro\xe2\x80\xac \x07\x08\r\n",
    b"451 4.2.0 later\r\n",
    b"550\r\n",
    b"550-\r\n550-\r\n550 \xff\xfe\xfd\r\n",
    b"999 what\r\n",
    b"550 " + b"x" * 400 + b"\r\n",
    b"421 4.3.2 closing\r\n",
    b"553 5.1.3 " + "地址".encode() + b"\r\n",
    b"550 \x00\x00\r\n",
    b"250-ok\r\n550 no\r\n",
)


class Server:
    """Listens on loopback. `manner` says what becomes of each bad recipient (by the number in its address)."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(f"post/{seed}")
        self.taken: Counter[tuple[str, str]] = Counter()  # (recipient, Message-ID) → how often it was accepted
        self.met: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.open = True
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.open = False
        self.listener.close()

    def _listen(self) -> None:
        while self.open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._contained, args=(connection,), daemon=True).start()

    def _contained(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(20)
            self._talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        say = connection.sendall
        say(b"220 t\r\n")
        lines, recipients = connection.makefile("rb"), list[str]()
        while line := lines.readline():
            word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            word = word.upper()
            if word == "EHLO":
                say(b"250-t\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n")
            elif word == "MAIL":
                recipients = []
                say(b"250 ok\r\n")
            elif word == "RCPT":
                address = rest.partition("<")[2].rpartition(">")[0]
                if address.startswith("bad"):
                    if not self._trouble(address, say):
                        return
                else:
                    recipients.append(address)
                    say(b"250 ok\r\n")
            elif word == "DATA":
                say(b"354 go\r\n")
                body = b""
                while (part := lines.readline()) not in (b".\r\n", b""):
                    body += part
                if not part:
                    return
                with self.lock:
                    self.taken.update((address, str(message_from_bytes(body)["Message-ID"])) for address in recipients)
                say(b"250 ok\r\n")
            elif word == "QUIT":
                say(b"221 bye\r\n")
                return
            else:
                say(b"250 ok\r\n")

    def _trouble(self, address: str, say: Say) -> bool:
        """What a bad recipient costs; whether the connection lives on."""
        with self.lock:
            self.met[address] += 1
            way = self.dice.randrange(len(REFUSALS) + 5)
        if way < len(REFUSALS):
            say(REFUSALS[way])
            return not REFUSALS[way].startswith(b"421")
        kind = way - len(REFUSALS)
        if kind == 0:  # closes without a word
            return False
        if kind == 1:  # a line that never ends
            for _ in range(200):
                say(b"x" * 1000)
            return False
        if kind == 2:  # an answer that never ends
            for _ in range(LINES):
                say(b"550-" + b"x" * 60 + b"\r\n")
            return False
        if kind == 3:  # what is no answer
            say(b"\x00\xff\x1b\r\n" * 3)
            return False
        until = time.monotonic() + 15  # a line now and then
        while self.open and time.monotonic() < until:
            say(b"550-x\r\n")
            time.sleep(0.1)
        return False
