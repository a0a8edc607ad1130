"""What a crawler process writes to standard error, and how it ends."""

import logging
import os
import sys
from typing import NoReturn


def progress(*, quiet: bool, lang: str = "en") -> None:
    """Our own lines go to standard error; from Scrapy only warnings and errors do."""
    from twisted.logger import globalLogBeginner

    others, ours = logging.StreamHandler(), logging.StreamHandler()
    others.setLevel(logging.ERROR)
    # A portal's bad certificate is recorded in the ledger as its state; the library logs it as an error, too.
    others.addFilter(lambda record: "while verifying certificate" not in record.getMessage())
    # Otherwise Twisted would also write to standard error itself.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
    logging.getLogger().addHandler(others)
    log = logging.getLogger("crawler")
    ours.setFormatter(InLanguage(lang))
    log.addHandler(ours)
    log.setLevel(logging.WARNING if quiet else logging.INFO)
    log.propagate = False


class InLanguage(logging.Formatter):
    """A line in the user's language: a log call may carry the same text in Chinese (`extra={"zh": …}`)."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        chinese = getattr(record, "zh", "") if self.lang == "zh" else ""
        return chinese % record.args if chinese else super().formatMessage(record)


def leave(status: int) -> NoReturn:
    """Ends the process at once, without waiting for threads that still wait for a name server."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
