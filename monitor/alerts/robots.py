"""A short text to a chat robot, or to any other service that apprise knows.

The address holds a secret: it comes from the environment, and stands in no file, message or record of ours. apprise and
what it speaks with work in a process of their own, ended from outside: nobody can bound the time or the answer of a
service from within.
"""

import json
import logging
import os
import re
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.ground.contained import CAUSES, Failed
from crawler.ground.errors import GoujiError
from crawler.ground.workers import MEBIBYTE, Pending, Workers
from monitor.alerts.smtp_words import clean

SECONDS = 60.0  # for one message, as a whole
MEMORY = 1024 * MEBIBYTE
MOST_ANSWER = 64 * 1024  # bytes of a service's answer
POLL = 0.1  # seconds between two looks at whether an end was asked for
LAST_ANSWER = 3.0  # seconds that an answer is waited for when it was
SHORT = 6  # characters: what is shorter in an address is no secret


class ChannelError(GoujiError):
    """This message was not accepted; the reason holds no secret."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a service did not take a message. `schemes` are all those that apprise knows, where it knows no such address;
    `said`: the service's own words."""

    schemes: str = ""
    services: str = ""
    said: str = ""


def limits_of(url: str) -> tuple[int, int] | None:
    """How many bytes of title and text, and how many things, the service at this address takes, where that is known."""
    found = _known()["limit"].get(url.partition("://")[0].strip().lower())
    return (int(found["bytes"]), int(found["items"])) if found else None


def address_of(name: str, environment: Mapping[str, str]) -> str:
    """The service's address; ChannelError when the environment does not hold it."""
    found = environment.get(name, "").strip()
    if not found:
        raise ChannelError(
            f"${name} is not set: put the service's address into this environment variable",
            f"没有设环境变量 {name}：把机器人的地址放进去",
        )
    return found


class Robots:
    """The process that speaks with the services, begun when first needed; close it with `with`."""

    def __init__(self, stop: Callable[[], bool] = lambda: False, seconds: float = SECONDS) -> None:
        self.stop, self.seconds = stop, seconds
        self.workers: Workers | None = None

    def __enter__(self) -> "Robots":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.workers is not None:
            self.workers.__exit__(kind, error, trace)
            self.workers = None

    def send(self, url: str, name: str, title: str, text: str) -> None:
        """Hands a short text to the service at this address; ChannelError when it was not accepted."""
        if self.workers is None:
            self.workers = Workers(1, seconds=self.seconds, memory=MEMORY, prepare=_quiet)
        pending = self.workers.submit(hand_over, url, title, text)
        if not self._ended(pending):
            self.__exit__(None, None, None)  # what is under way ends with its process
            raise ChannelError(
                "gouji was asked to end before the service had answered", "服务还没有答复，gouji 被要求结束"
            )
        outcome = pending.outcome()
        if outcome is not None:
            raise _refused(outcome, name, self.seconds)

    def _ended(self, pending: "Pending[Refusal | None]") -> bool:
        while not pending.done(POLL):
            if self.stop():
                return pending.done(LAST_ANSWER)
        return True


def _refused(outcome: Refusal | Failed, name: str, seconds: float) -> ChannelError:
    if isinstance(outcome, Failed):
        # Its detail may be made of the address.
        if outcome.cause == "too_slow":
            return ChannelError(
                f"the service at the address in ${name} took longer than {seconds:g} s",
                f"环境变量 {name} 所存地址的服务超过 {seconds:g} 秒没有答复",
            )
        en, zh = CAUSES[outcome.cause]
        return ChannelError(
            f"the message could not be sent to the address in ${name}: {en}",
            f"消息没有能发到环境变量 {name} 所存的地址：{zh}",
        )
    # An address that apprise cannot read may hold the secret, and is not repeated.
    if outcome.schemes:
        return ChannelError(
            f"${name} holds no address that apprise knows; write it like wecombot://KEY, "
            f"dingtalk://SECRET@TOKEN or feishu://TOKEN; known: {outcome.schemes}",
            f"环境变量 {name} 里不是 apprise 认得的地址；"
            f"写成 wecombot://KEY、dingtalk://SECRET@TOKEN 或 feishu://TOKEN；认得的有：{outcome.schemes}",
        )
    said = f": {outcome.said}" if outcome.said else ""
    return ChannelError(
        f"{outcome.services} did not accept the message at the address in ${name}{said}",
        f"{outcome.services} 没有接受发到环境变量 {name} 所存地址的消息{said.replace(': ', '：', 1)}",
    )


# --- in the process of its own -----------------------------------------------------------------------------------


def _quiet() -> None:
    """What apprise, or what it is built on, has to say of a failure may hold the address."""
    logging.getLogger("apprise").propagate = False
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def hand_over(url: str, title: str, text: str) -> Refusal | None:
    """Hands a text to the service at this address; None when it was accepted."""
    with warnings.catch_warnings():
        # Its plugins, which it loads with the first address, import what Python means to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise, NotifyFormat, NotifyType

        service = Apprise()
        known = service.add(url) and len(service) > 0
    if not known:
        return Refusal(schemes=", ".join(_schemes(service.details())))
    with Answers() as answers:
        result = service.notify(
            body=text,
            title=title,
            body_format=NotifyFormat.TEXT,
            notify_type=NotifyType.INFO,
            interpret_escapes=False,
            timeout=SECONDS,
        )
    said = next((one for one in (*answers.refusals, *answers.failures) if one), "")
    if result and not answers.refusals:  # neither `== True` nor `is True` would do: it is an object
        return None
    # The names are translated when they are looked at, and are no text before.
    services = ", ".join(sorted({str(one.name) for one in result.results})) or "the service"
    return Refusal("", clean(services), clean(_without(said, url)))


def _schemes(details: Mapping[str, Any]) -> list[str]:
    """What an address may begin with, as apprise lists it."""
    parts = [one[kind] for one in details["schemas"] for kind in ("protocols", "secure_protocols")]
    return sorted({scheme for part in parts for scheme in part or ()})


class Answers:
    """Reads what services answer while apprise speaks with them: apprise looks at the status alone, and some say no
    with 200. `refusals` holds the words of those; `failures` names other states, which apprise judges itself."""

    def __init__(self) -> None:
        from requests.adapters import HTTPAdapter

        self.refusals: list[str] = []
        self.failures: list[str] = []
        self._adapter: Any = HTTPAdapter
        self._send = HTTPAdapter.send

    def __enter__(self) -> "Answers":
        plain, note = self._send, self._note

        def send(adapter: Any, asked: Any, *rest: Any, **options: Any) -> Any:
            answer = plain(adapter, asked, *rest, **options)
            # As requests keeps it when it has read it whole; what is longer is nobody's answer to a message.
            answer._content = answer.raw.read(MOST_ANSWER, decode_content=True)
            answer._content_consumed = True
            answer.close()
            note(str(asked.url), int(answer.status_code), bytes(answer._content))
            return answer

        self._adapter.send = send
        return self

    def __exit__(self, *_: object) -> None:
        self._adapter.send = self._send

    def _note(self, url: str, status: int, body: bytes) -> None:
        if 200 <= status < 300:
            said = refusal(urlsplit(url).hostname or "", body)
            self.refusals += [] if said is None else [said]
        elif status >= 400:
            self.failures.append(f"HTTP {status}")


@cache
def _known() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("monitor.alerts") / "robots.toml").read_text(encoding="utf-8"))


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    return {host: one for one in _known()["service"] for host in one["hosts"]}


def refusal(host: str, body: bytes) -> str | None:
    """What a service says in an answer with status 200 that is a no; None where it is a yes (pure)."""
    service = _services().get(host)
    if service is None:
        return None
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return "no answer of this service"
    codes = [answer[field] for field in service["fields"] if field in answer]
    if codes and str(codes[0]) in map(str, service["well"]):
        return None
    words = [str(answer[name]) for name in ("errmsg", "msg", "message") if isinstance(answer.get(name), str)]
    return " ".join(str(part) for part in (*codes[:1], *words[:1]))


def _without(said: str, url: str) -> str:
    """A service may repeat the key that it was asked with."""
    parts = re.findall(r"[\w-]+", f"{url} {unquote(url)}")
    for part in sorted(parts, key=len, reverse=True):
        said = said.replace(part, "…") if len(part) >= SHORT else said
    return said
