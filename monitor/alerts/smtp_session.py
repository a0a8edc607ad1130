"""One session with a mail server: it ends when its time is over or an end is asked for, whatever the server does."""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from email.message import EmailMessage
from threading import Thread
from types import TracebackType

from crawler.ground.config import MailSettings
from monitor.alerts.smtp import Conversation, Wire

POLL = 0.1  # seconds between two looks at whether an end was asked for
LAST_ANSWER = 3.0  # seconds that the answer to a mail handed over is waited for when an end was asked for
GOODBYE = 2.0  # seconds for the end of a session in good order
UNWINDING = 1.0  # seconds for a conversation that was cut to notice it


class SessionOverError(Exception):
    """The time of the session was over. The server's answer, if there was one, came too late."""


class SessionStoppedError(Exception):
    """An end was asked for."""


class MailSession:
    """A connection, opened by `open`, and the mails handed over on it. Each of its calls returns what went wrong.

    The conversation is held in a thread of its own, which smtplib, TLS or the resolver may keep waiting as long as they
    like: when `session_timeout` seconds since the beginning are over, or `stop` says so, the connection is cut, and
    that thread ends by itself. Once a mail was handed over, its answer is waited for a little longer.
    """

    def __init__(self, settings: MailSettings, password: str, *, timeout: float, stop: Callable[[], bool]) -> None:
        self.settings, self.password, self.timeout, self.stop = settings, password, timeout, stop
        self.began = time.monotonic()
        self.carried = 0  # mails that the server took
        self.greeting = 0  # the code that the server answered EHLO with
        self._wire = Wire()
        self._conversation: Conversation | None = None
        self._doing: Future[object] | None = None  # what the conversation is at

    @property
    def fresh(self) -> bool:
        """Whether there is time left for one more mail."""
        return time.monotonic() - self.began < self.settings.session_timeout / 2

    @property
    def handed_over(self) -> bool:
        """Whether the last mail was sent up to its end."""
        return self._conversation is not None and self._conversation.handed_over

    def open(self) -> BaseException | None:
        """Connects, and logs in where a user is set."""
        return self._within(self._open)

    def greet(self) -> BaseException | None:
        """Asks the server how it is."""
        return self._within(self._greet)

    def send(self, message: EmailMessage, sender: str, recipient: str) -> BaseException | None:
        """Hands one mail over."""
        conversation = self._opened()
        conversation.handed_over = False
        failure = self._within(lambda: conversation.send_message(message, sender, [recipient]))
        self.carried += failure is None
        return failure

    def close(self) -> None:
        """Ends the session; says goodbye where there is somebody to hear it."""
        conversation, idle = self._conversation, self._doing is None or self._doing.done()
        if conversation is not None and conversation.sock is not None and idle and not self.stop():
            self._doing = in_thread(conversation.quit)
            wait([self._doing], min(GOODBYE, max(0.0, self._left)))
        self._wire.cut()
        if conversation is not None and self._doing is not None and wait([self._doing], UNWINDING).done:
            conversation.close()

    @property
    def _left(self) -> float:
        return self.began + self.settings.session_timeout - time.monotonic()

    def _opened(self) -> Conversation:
        assert self._conversation is not None
        return self._conversation

    def _open(self) -> None:
        # Here, in the thread: to find its own name for the greeting it may ask the resolver.
        self._conversation = Conversation(self._wire, tls=self.settings.security == "tls", timeout=self.timeout)
        self._conversation.open(self.settings, self.password)

    def _greet(self) -> None:
        self.greeting = self._opened().ehlo()[0]

    def _within(self, work: Callable[[], object]) -> BaseException | None:
        self._doing = doing = in_thread(work)
        while not wait([doing], min(POLL, max(0.0, self._left))).done:
            if self._left <= 0:
                return self._cut(doing, SessionOverError())
            if self.stop():
                if self.handed_over:
                    wait([doing], min(LAST_ANSWER, max(0.0, self._left)))
                return self._cut(doing, SessionStoppedError())
        return doing.exception()

    def _cut(self, doing: Future[object], why: Exception) -> BaseException | None:
        if not doing.done():
            self._wire.cut()
            wait([doing], UNWINDING)
        # What came to its end in the meantime did so.
        return None if doing.done() and doing.exception() is None else why


def in_thread(work: Callable[[], object]) -> Future[object]:
    """Has this done in a thread that keeps nobody from ending; what it raises is kept in the outcome."""
    done: Future[object] = Future()

    def run() -> None:
        with _Kept(done):
            done.set_result(work())

    Thread(target=run, daemon=True).start()
    return done


class _Kept:
    """Keeps what is raised within as the outcome."""

    def __init__(self, done: Future[object]) -> None:
        self.done = done

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self.done.set_exception(error)
        return True
