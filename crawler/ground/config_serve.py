"""`[serve]` of gouji.toml: under which names the pages are asked for, and who may decide on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.ground.errors import Both

# What `gouji serve --hash-password` prints, behind a name.
USER = re.compile(r"([^:$\s]{1,60}):(scrypt\$[0-9]{1,8}\$[0-9]{1,3}\$[0-9]{1,3}\$[0-9a-f]{32}\$[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """`[serve]`. `users` are "name:hash" of those who may decide after a login; `login_header` is the one in which a
    proxy on this machine says whom it has logged in; `host_names` are further names of this server."""

    users: tuple[str, ...] = ()
    login_header: str = ""
    host_names: tuple[str, ...] = ()


def complaints(found: ServeSettings) -> Iterator[tuple[str, Both]]:
    """What is wrong with them: key and message."""
    for at, one in enumerate(found.users, 1):
        if USER.fullmatch(one) is None:
            yield (
                "users",
                (
                    f"entry {at} of 'users' is no \"name:hash\"; gouji serve --hash-password makes one",
                    f"'users' 的第 {at} 项不是“姓名:散列”；用 gouji serve --hash-password 生成",
                ),
            )
    if found.login_header and re.fullmatch(r"[A-Za-z0-9-]{1,60}", found.login_header) is None:
        yield "login_header", ("'login_header' is no name of a header", "'login_header' 不是请求头的名称")
