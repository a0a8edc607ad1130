"""What a process of the crawler says on standard error, and how it ends."""

import logging
import os
import sys
from typing import NoReturn


def progress(*, quiet: bool, lang: str = "en") -> None:
    """Our own lines go to standard error, of Scrapy's only what went wrong."""
    from twisted.logger import globalLogBeginner

    others, ours = logging.StreamHandler(), logging.StreamHandler()
    others.setLevel(logging.ERROR)
    # A portal's bad certificate is its state and stands in the ledger; the library reports it as a mishap of its own.
    others.addFilter(lambda record: "while verifying certificate" not in record.getMessage())
    # It would write to standard error itself besides, until it is told where else.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
    logging.getLogger().addHandler(others)
    log = logging.getLogger("crawler")
    ours.setFormatter(InLanguage(lang))
    log.addHandler(ours)
    log.setLevel(logging.WARNING if quiet else logging.INFO)
    log.propagate = False


class InLanguage(logging.Formatter):
    """A line in the language of the call: what is logged may bring the same in Chinese (`extra={"zh": …}`)."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        chinese = getattr(record, "zh", "") if self.lang == "zh" else ""
        return chinese % record.args if chinese else super().formatMessage(record)


def leave(status: int) -> NoReturn:
    """Ends the process: a thread that still waits for a name server holds nobody up."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
