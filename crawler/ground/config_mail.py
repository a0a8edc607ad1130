"""Who gets which messages, and how: `[mail]` and `[[subscription]]` of gouji.toml."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.ground.errors import Both

CLASSES = ("fatal", "explain", "confirm", "health")  # classes that are sent to anybody; "info" is only shown on pages
SEVERITIES = ("low", "medium", "high")
PERIODS = ("season", "daily", "weekly", "at_once")
MAIL = "mail"  # the channel of `[mail]`; the code that delivers knows which others exist (`ChannelCheck`)

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("mail", "security"): ("none", "starttls", "tls"),
    ("mail", "language"): ("zh", "en"),
    ("mail", "period"): PERIODS,
    ("subscription", "language"): ("", "zh", "en"),
    ("subscription", "period"): PERIODS,
    ("subscription", "min_severity"): SEVERITIES,
}
LEAST: Mapping[tuple[str, str], float] = {("mail", "session_timeout"): 1.0}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`[mail]`. The password is never here: it is read from `$GOUJI_MAIL_PASSWORD`.

    `recipients` get everything important; `operators` what concerns the service and the portals (if not set: the
    recipients). `unsubscribed` get nothing, whatever else is set. `period` is `season` (daily from January to
    April, else weekly), `daily`, `weekly` or `at_once`. A finding of arithmetic is sent when two checks at least
    `settle_hours` apart saw it. If more than `breaker_percent` of a portal's or province's bodies, and at least
    `breaker_fewest`, have new trouble in one check, it is held back; absences on their due day only above
    `breaker_absent_percent`. A session with the server ends after `session_timeout` seconds, in any state.
    So many days before each deadline (`remind_days`) the operators are told who has not published yet.
    """

    host: str = "127.0.0.1"
    port: int = 25
    security: str = "none"
    user: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    language: str = "zh"
    operators: tuple[str, ...] = ()
    unsubscribed: tuple[str, ...] = ()
    period: str = "season"
    heartbeat: bool = True
    settle_hours: float = 0.0
    breaker_percent: float = 30.0
    breaker_fewest: int = 5
    breaker_absent_percent: float = 80.0
    session_timeout: float = 60.0
    remind_days: tuple[int, ...] = (14, 7, 3, 1)


@dataclass(frozen=True, slots=True)
class Subscription:
    """`[[subscription]]`: what one recipient wants to get. A key that is left out does not restrict anything.

    `divisions` are beginnings of division codes, `agencies` names or codes, `rules` ids or patterns (`pub.*`). If
    the address on a `channel` is a secret, the environment variable `url_env` holds it; `recipient` is its name here.
    """

    recipient: str
    channel: str = MAIL
    url_env: str = ""
    divisions: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    min_severity: str = "low"
    period: str = "season"
    language: str = ""
    heartbeat: bool = True


Complaint = tuple[str, Both]  # the key that is wrong, and a sentence that says what to write
ChannelCheck = Callable[[Subscription], Iterable[Complaint]]


def any_channel(_one: Subscription) -> Iterable[Complaint]:
    """The check for a program that sends nothing: it accepts every channel."""
    return ()


def complaints(one: Subscription, portals: frozenset[str], channels: ChannelCheck) -> Iterator[Complaint]:
    """What is wrong with a subscription; `channels` checks its channel."""
    if not one.recipient.strip():
        yield "recipient", ("'recipient' must say who is told", "'recipient' 要写明告诉谁")
    yield from channels(one)
    for division in one.divisions:
        if not (division.isascii() and division.isdigit() and len(division) <= 12):
            yield (
                "divisions",
                (f"'{division}' must be the first digits of a division code", f"'{division}' 要是行政区划代码的前几位"),
            )
    for portal in one.portals:
        if portal not in portals:
            yield "portals", (f"there is no [[portal]] with the id '{portal}'", f"没有编号为 '{portal}' 的 [[portal]]")
    for name in one.classes:
        if name not in CLASSES:
            yield (
                "classes",
                (
                    f"'{name}' is unknown; one of {', '.join(CLASSES)}",
                    f"没有 '{name}' 这一类；可写 {', '.join(CLASSES)}",
                ),
            )
