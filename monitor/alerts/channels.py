"""The registry of channels: one function each. Whoever needs to know which there are, or what one asks, asks here.

One more channel is one more function below `@channel(…)`: it is configured, checked, composed for, delivered and
written down by what it says of itself, and named nowhere else.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from crawler.ground.config import MailSettings, Subscription
from crawler.ground.config_mail import MAIL, Complaint
from crawler.ground.errors import Both, UsageError
from monitor.alerts.mail import Mail, Mailer, address, ready
from monitor.alerts.robots import Robots, address_of

VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class UnknownChannelError(UsageError):
    """There is no such channel; the message lists those there are."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way to one recipient: as a letter and as what a mail server is given. `variable` names the
    environment variable that holds the recipient's address, where that is a secret."""

    recipient: str
    variable: str
    letter: Mail
    message: EmailMessage


class Means(Protocol):
    """What a channel may use; opened when first needed and closed by who opened them."""

    @property
    def mailer(self) -> Mailer: ...
    @property
    def robots(self) -> Robots: ...
    @property
    def environment(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a message of a chat may hold: bytes of title and text (the least that a robot of an office takes is that
    of 企业微信), and things told one by one."""

    size: int = 2048
    items: int = 10


Send = Callable[[Means, Parcel], None]
Ready = Callable[[MailSettings, str, str], None]


def _anybody(_settings: MailSettings, _password: str, _recipient: str) -> None:
    """Nothing has to be known of a recipient before a message is on its way."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell somebody something.

    `send` hands one message over, within a time that it bounds itself, or raises a GoujiError that says why it was not
    accepted. `secret`: a recipient's address is a secret, held by the environment variable that `url_env` names.
    `ready` raises UsageError where these settings, this password and this recipient can tell nobody. `limits` are those
    of a short text; None where it takes a mail as it is, of which a copy is kept and which may be sent twice
    under one id.
    """

    name: str
    send: Send
    secret: bool
    limits: Limits | None
    ready: Ready


CHANNELS: dict[str, Channel] = {}
SHORT = Limits()


def channel(
    name: str, *, secret: bool = False, limits: Limits | None = SHORT, ready: Ready = _anybody
) -> Callable[[Send], Send]:
    """Makes a function the channel of this name."""

    def register(send: Send) -> Send:
        if name in CHANNELS:
            raise ValueError(f"two channels are named {name}")
        CHANNELS[name] = Channel(name, send, secret, limits, ready)
        return send

    return register


def channel_of(name: str) -> Channel:
    """The channel of this name; UnknownChannelError lists those there are."""
    if name not in CHANNELS:
        raise UnknownChannelError(*_unknown(name))
    return CHANNELS[name]


def complaints(one: Subscription) -> Iterator[Complaint]:
    """What is wrong with the channel of a subscription, or with how its recipient is named there."""
    found = CHANNELS.get(one.channel)
    if found is None:
        yield "channel", _unknown(one.channel)
    elif found.secret and not VARIABLE.fullmatch(one.url_env):
        yield (
            "url_env",
            (
                f"a subscription by {one.channel} needs 'url_env', the NAME of the environment variable that holds "
                "its address; the address itself is a secret and never stands here",
                f"用 {one.channel} 的订阅要写 'url_env'：存放地址的环境变量的名字；地址本身是秘密，不写在这里",
            ),
        )
    elif one.url_env and not found.secret:
        named = [f'channel = "{name}"' for name, each in CHANNELS.items() if each.secret]
        yield "url_env", (f"'url_env' is for {' or '.join(named)} only", f"'url_env' 只用于 {'、'.join(named)}")


def _unknown(name: str) -> Both:
    listed = ", ".join(CHANNELS)
    return f"there is no channel '{name}'; one of {listed}", f"没有 '{name}' 这种渠道；可写 {listed}"


# --- the channels ------------------------------------------------------------------------------------------------


def _addressed(settings: MailSettings, password: str, recipient: str) -> None:
    ready(settings, password)
    address(recipient, "recipients")


@channel(MAIL, limits=None, ready=_addressed)
def mail(means: Means, parcel: Parcel) -> None:
    """The mail server of `[mail]`."""
    means.mailer.send(parcel.message, parcel.recipient)


@channel("apprise", secret=True)
def apprise(means: Means, parcel: Parcel) -> None:
    """Whatever service apprise knows by the scheme of its address; for another scheme an error lists those it knows."""
    url = address_of(parcel.variable, means.environment)
    means.robots.send(url, parcel.variable, parcel.letter.subject, parcel.letter.text)
