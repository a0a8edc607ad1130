"""The gate before every page, ours and Datasette's: which hosts are answered, who may decide, what a browser may do."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from monitor.pages.site import Site

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Our pages: no script and no style but our two files, nothing from any other host, in no frame.
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's pages have script and style in them, and ask for facets; nothing from any other host all the same.
TABLES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A kept original: whoever opens it all the same opens it as nobody, without script, form or network.
KEPT = "sandbox; default-src 'none'; frame-ancestors 'none'"
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# What Datasette tells of the machine: paths, threads, what is installed.
HIDDEN = ("databases", "threads", "metadata", "plugins", "versions", "settings", "config", "permissions", "actor")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Gate:
    """Wraps the whole application."""

    def __init__(self, app: App, site: Site) -> None:
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        heads = headers_of(scope)
        if not is_known(heads.get("host", ""), self.site.hosts):
            await _plain(
                send, 421, "This server is not known under the name that was asked for. 请用启动时打印的地址。\n"
            )
            return
        path = _inside(scope, self.site.base)
        if _is_hidden(path):
            await _plain(send, 404, "Not found.\n")
            return
        asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        if scope["method"] in ("GET", "HEAD") and "token" in asked:
            await self._enter(scope, send, asked)
            return
        scope["gouji_session"] = self._session(heads)
        await self.app(scope, receive, _guarded(send))

    def _session(self, heads: Mapping[str, str]) -> str:
        """The session of whoever showed the token before; "" for a mere reader."""
        given = cookies_of(heads).get(self.site.cookie, "")
        return given if self.site.knows(given) else ""

    async def _enter(self, scope: Scope, send: Send, asked: Mapping[str, str]) -> None:
        """Takes the token out of the address; whoever gave the right one gets the cookie of a session."""
        right = bool(self.site.token) and hmac.compare_digest(asked["token"].encode(), self.site.token.encode())
        rest = urlencode([(name, value) for name, value in asked.items() if name != "token"])
        path = quote(scope["path"].lstrip("/"), safe="/")  # of this host: two slashes would name another
        head = [(b"location", f"/{path}{'?' if rest else ''}{rest}".encode("ascii", "ignore"))]
        if right:
            kept = f"{self.site.cookie}={self.site.session}; Path={self.site.base}; HttpOnly; SameSite=Strict"
            head.append((b"set-cookie", kept.encode()))
        await _start(send, 303, [*head, *ALWAYS, (b"cache-control", b"no-store")])
        await send({"type": "http.response.body", "body": b""})


def may_post(scope: Scope, site: Site, form: Mapping[str, str], session: str) -> bool:
    """Whether a decision comes from a form of ours, sent by whoever it was made for: session, its sign, and origin."""
    heads = headers_of(scope)
    given = form.get("csrf", "")
    own = bool(session) and hmac.compare_digest(given.encode(), site.csrf(session).encode())
    return own and is_own_origin(heads)


def is_own_origin(heads: Mapping[str, str]) -> bool:
    """Whether a browser says that the form stood on a page of this host; what says nothing is no browser."""
    origin = heads.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == heads.get("host", "").lower()
    return heads.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def is_known(host: str, names: Sequence[str]) -> bool:
    """Whether a `Host` is a name of this server: of loopback, an address in numbers, or one that was configured.

    An address in numbers cannot be made to point elsewhere, as a name can (DNS rebinding).
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in LOCAL or name in names:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def headers_of(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers") or ()}


def cookies_of(heads: Mapping[str, str]) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(heads.get("cookie", "")).items()}
    except CookieError:
        return {}


def _inside(scope: Scope, base: str) -> str:
    path = str(scope["path"])
    return "/" + path[len(base) :] if base != "/" and path.startswith(base) else path


def _is_hidden(path: str) -> bool:
    head, dash, rest = path.partition("/-/")
    return bool(dash) and not head and rest.partition(".")[0].strip("/") in HIDDEN


def _guarded(send: Send) -> Send:
    """Adds to every answer what it does not say itself."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            heads = list(message.get("headers") or ())
            known = {name.lower() for name, _ in heads}
            extra = [one for one in ALWAYS if one[0] not in known]
            if b"content-security-policy" not in known:
                extra.append((b"content-security-policy", TABLES.encode()))
            message = {**message, "headers": [*heads, *extra]}
        await send(message)

    return sent


async def _start(send: Send, status: int, heads: Sequence[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(heads)})


async def _plain(send: Send, status: int, words: str) -> None:
    await _start(send, status, [(b"content-type", b"text/plain; charset=utf-8"), *ALWAYS])
    await send({"type": "http.response.body", "body": words.encode()})
