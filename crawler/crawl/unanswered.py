"""Why a request brought no answer: what Scrapy, the rules and our own bounds raise, as a verdict with its reasons."""

import re
from collections.abc import Mapping

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.python.failure import Failure

from crawler.ground.reasons import Reason, quoted
from crawler.ground.urls import host_of
from crawler.pages.verdicts import Verdict, Word, based
from crawler.wire.bounded import HeaderFloodError
from crawler.wire.replayed import NotRecorded
from crawler.wire.resolver import refused
from crawler.wire.robots import RobotsRefusal, RobotsUnheard, RobotsUnknown
from crawler.wire.unasked import Unasked
from crawler.wire.whole import BrokenEncodingError

TLS = ("SSL", "TLS", "certificate", "OpenSSL", "service_identity")
# What a server does to a handshake that is too new for it.
HUNG_UP = ("ConnectionLost", "ConnectionDone", "ConnectionReset")

# There is nobody to be asked for anything.
NOBODY_THERE = (CannotResolveHostError, DownloadConnectionRefusedError)

LONGEST_ERROR = 2000  # characters of an exception that are looked through
# How Twisted shows a failure within a failure.
WRAPPED = re.compile(r"\[?<twisted\.python\.failure\.Failure (.*?)>(?:\]|$)")


def patience(request: Request) -> str:
    """How many seconds an answer was waited for."""
    return f"{request.meta.get('download_timeout', 0):g}"


# Errors that say which reason it was.
OWN: Mapping[type[Exception], Word] = {
    NotRecorded: "bound",
    RobotsUnknown: "server_error",
    RobotsRefusal: "robots",
}


def verdict_of(failure: Failure, url: str, seconds: str = "") -> Verdict:
    """Why no answer came; `seconds`: how long one was waited for."""
    error, host = failure.value, host_of(url)
    text = WRAPPED.sub(r"\1", f"{type(error).__name__}: {error}"[:LONGEST_ERROR])[:300]
    if isinstance(error, RobotsUnheard):
        why = verdict_of(error.failure, url, seconds)
        if why.word != "unreachable" or isinstance(error.failure.value, NOBODY_THERE):
            return why  # no page of the host could be had either
        return based(why.word, "robots_unheard", robots=error.robots, why=why.said)
    if isinstance(error, Unasked):
        return Verdict(OWN[type(error)], (error.reason,))
    if host in refused and not isinstance(error, IgnoreRequest):
        return based("refused", "host_leads_inside", host=host, address=refused[host])
    if isinstance(error, UnsupportedURLSchemeError):
        return Verdict("refused", quoted(text))
    if isinstance(error, HeaderFloodError):
        return based("too_large", "headers_flood")
    if isinstance(error, (DownloadCancelledError, IgnoreRequest)):
        return based("too_large", "body_larger", error=text) if str(error) else based("too_large", "body_large")
    if isinstance(error, (DownloadFailedError, DownloadConnectionRefusedError)) and any(
        word in f"{error} {error.__cause__!r}" for word in TLS
    ):
        return Verdict("tls", quoted(text))
    if isinstance(error, ResponseDataLossError):
        return _broke_off(error)
    hung_up = any(word in text for word in HUNG_UP)
    old = (Reason("maybe_old_tls"),) if hung_up and url.startswith("https:") else ()
    return Verdict("unreachable", (_unreached(error, text, host, seconds, hung_up=hung_up), *old))


def _broke_off(error: ResponseDataLossError) -> Verdict:
    why = (error.reason,) if isinstance(error, BrokenEncodingError) else quoted(str(error)[:300])
    return based("unreachable", "broke_off_as", why=why) if why else based("unreachable", "broke_off")


def _unreached(error: BaseException | None, text: str, host: str, seconds: str, *, hung_up: bool) -> Reason:
    """Why nothing came over the network, where that is known; the library's own words where it is not."""
    if isinstance(error, DownloadConnectionRefusedError):
        return Reason("connection_refused", error=text)
    if isinstance(error, DownloadTimeoutError):
        return Reason("timed_out", error=text, seconds=seconds)
    if isinstance(error, CannotResolveHostError):
        return Reason("unresolved", error=text, host=host)
    return Reason("connection_lost" if hung_up else "quoted", **{"error" if hung_up else "text": text})
