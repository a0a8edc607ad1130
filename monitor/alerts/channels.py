"""Channels that are no mail: a short text to a chat robot or any other service that apprise knows.

The address holds a secret: it comes from the environment, and stands in no file, message or record of ours.
"""

import logging
import warnings
from collections.abc import Mapping

from crawler.errors import GoujiError

SECONDS = 60.0


class ChannelError(GoujiError):
    """This message was not accepted; the reason holds no secret."""


def address_of(name: str, environment: Mapping[str, str]) -> str:
    """The service's address; ChannelError when the environment does not hold it."""
    found = environment.get(name, "").strip()
    if not found:
        raise ChannelError(f"${name} is not set: put the service's address into this environment variable",
                           f"没有设环境变量 {name}：把机器人的地址放进去")
    return found


def send_robot(url: str, name: str, title: str, text: str) -> None:
    """Hands a short text to the service at this address; ChannelError when it was not accepted."""
    # What apprise logs of a failure would reach the terminal past our own lines.
    logging.getLogger("apprise").propagate = False
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    with warnings.catch_warnings():
        # Its plugins, which it loads with the first address, import what Python means to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise, NotifyFormat, NotifyType

        service = Apprise()
        known = service.add(url) and len(service) > 0
    # An address that apprise cannot read may hold the secret, and is not repeated.
    if not known:
        raise ChannelError(f"${name} holds no address that apprise knows; write it like wecombot://KEY, "
                           "dingtalk://SECRET@TOKEN or feishu://TOKEN",
                           f"环境变量 {name} 里不是 apprise 认得的地址；写成 wecombot://KEY、dingtalk://SECRET@TOKEN 或 feishu://TOKEN")
    result = service.notify(body=text, title=title, body_format=NotifyFormat.TEXT, notify_type=NotifyType.INFO,
                            interpret_escapes=False, timeout=SECONDS)
    if not result:  # neither `== False` nor `is False` would do: it is an object
        services = ", ".join(sorted({one.name for one in result.results})) or "the service"
        raise ChannelError(f"{services} did not accept the message at the address in ${name}",
                           f"{services} 没有接受发到环境变量 {name} 所存地址的消息")
