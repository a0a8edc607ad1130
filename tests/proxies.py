"""A network on loopback that can be cut, mended and slow: everything between two parts goes through it."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

PIECE = 1 << 16


class Proxy:
    """Hands what comes to `port` on to `target`, and back; `crossed` is called with what goes there."""

    def __init__(self, target: int, crossed: Callable[[bytes], None] | None = None) -> None:
        self.target, self.crossed = target, crossed
        self.slow = threading.Event()  # while it is set, nothing comes back
        self.port = 0
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        self.listener: socket.socket | None = None

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def mend(self) -> None:
        """Whoever comes is let through."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        """Nobody comes through any more, and whoever was through is gone."""
        listener, self.listener = self.listener, None
        with self.lock:
            ends, self.open = self.open, set()
        for one in (*([listener] if listener else ()), *ends):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:  # nobody there: neither may this end stay open
                    near.close()
                    continue
                with self.lock:
                    if self.listener is not listener:
                        near.close()
                        far.close()
                        return
                    self.open |= {near, far}
                threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, there: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if there and self.crossed:
                    self.crossed(piece)
                while not there and self.slow.is_set():
                    time.sleep(0.02)
                sink.sendall(piece)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
