"""Our pages as a plug-in of Datasette: it keeps facets, SQL and JSON, and shows these beside them."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from datasette import hookimpl
from datasette.utils.asgi import Response

from crawler.ground.clock import stamp
from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.pages.ask import Answer, Ask, Given, Moved, Shown
from monitor.pages.forms import TooMuchError, read_form
from monitor.pages.gate import KEPT, STRICT, Gate, Scope, cookies_of, headers_of, is_own_origin, may_post
from monitor.pages.look import AS_OF, STATIC, rendered, static
from monitor.pages.pages import Route, answer, failure, heads
from monitor.pages.routes import ROUTES, takes_form
from monitor.pages.shelf import Made, for_nobody, key_of, tag_of
from monitor.pages.site import POOL, Site, is_ours
from monitor.words.terminal import second

LANGUAGE, VISIT = "gouji_lang", "gouji_visit"
YEAR, SESSION = 365 * 86400, 12 * 3600
NOTE = "gouji_site"  # what the server of ours has put on the Datasette: its site


def site_of(datasette: Any) -> Site | None:
    """The site that `gouji serve` has made or, of a plain `datasette gouji.db`, one that decides nothing."""
    found = getattr(datasette, NOTE, None)
    if isinstance(found, Site):
        return found
    for one in datasette.databases.values():
        if one.path and is_ours(Path(one.path)):
            settings = datasette.plugin_config("gouji") or {}
            hosts = [str(name) for name in settings.get("hosts", ())]
            made = Site(DataDir(Path(one.path).parent), hosts=hosts, base=datasette.setting("base_url"))
            setattr(datasette, NOTE, made)
            return made
    return None


def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Our addresses; none where no database is ours."""
    site = site_of(datasette)
    if site is None:
        return []
    assets = [(rf"^/-/gouji/{re.escape(name)}$", _static(name)) for name in STATIC]
    return [*assets, *((route.pattern, _view(site, route)) for route in ROUTES)]


def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """The gate stands before everything."""

    def wrapped(app: Any) -> Any:
        site = site_of(datasette)
        return Gate(app, site) if site is not None else app

    return wrapped


def skip_csrf(datasette: Any, scope: Scope) -> bool:
    """Our forms carry a sign of their own, which also whoever has no cookie needs."""
    base = str(datasette.setting("base_url"))
    path = str(scope["path"])
    return takes_form("/" + path[len(base) :] if base != "/" and path.startswith(base) else path)


def prepare_connection(conn: sqlite3.Connection) -> None:
    """What people's SQL may do: read tables; it is not told where the file lies, and reaches no other."""
    conn.set_authorizer(_authorized)


def _authorized(action: int, first: str | None, *_: object) -> int:
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() == "database_list":
        return sqlite3.SQLITE_IGNORE
    return sqlite3.SQLITE_DENY if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH) else sqlite3.SQLITE_OK


for _hook in (register_routes, asgi_wrapper, skip_csrf, prepare_connection):
    hookimpl(_hook)


def _static(name: str) -> Callable[..., Awaitable[Any]]:
    async def view() -> Any:
        keep = {"cache-control": "public, max-age=31536000, immutable", "content-security-policy": STRICT}
        return Response(static(name), headers=keep, content_type=STATIC[name])

    return view


def _view(site: Site, route: Route) -> Callable[..., Awaitable[Any]]:
    async def view(request: Any, scope: Any, receive: Any) -> Any:
        loop = asyncio.get_running_loop()
        ask = await loop.run_in_executor(POOL, partial(_asked, site, scope, request.url_vars))
        if isinstance(ask, GoujiError):
            return Response(f"{ask.zh}\n{ask.message}\n", 503, {}, "text/plain; charset=utf-8")
        if scope["method"] == "POST":
            found, ask = await _sent(site, route, ask, scope, receive)
        elif scope["method"] not in ("GET", "HEAD"):
            found = failure(ask, ask.say("只能看，或用页上的表单。", "Look, or use the forms."), 405)
        elif route.kept == "never" or (route.kept == "for readers" and ask.may_decide):
            found = await loop.run_in_executor(POOL, partial(answer, site, route.work, ask))
        else:
            return _response(site, ask, await _kept(site, route, ask), headers_of(scope).get("if-none-match", ""))
        made = await loop.run_in_executor(POOL, partial(_made, ask, found))
        return _response(site, ask, made)

    return view


async def _kept(site: Site, route: Route, ask: Ask) -> Made:
    """What is shown to all who may do the same: made for nobody, and once for those who ask at the same time."""
    plain = for_nobody(ask)
    try:
        version, is_large = site.kept.state()
    except (sqlite3.Error, OSError):  # the page says so
        version, is_large = object(), False
    strict = ask.may_decide or not is_large
    found = site.shelf.find(key_of(plain), version, strict, partial(_made_for_all, site, route, plain))
    # Whoever leaves ends its own waiting alone.
    return await asyncio.shield(asyncio.wrap_future(found)) if isinstance(found, Future) else found


def _made_for_all(site: Site, route: Route, ask: Ask) -> Made:
    made = _made(ask, answer(site, route.work, ask))
    if not isinstance(made.answer, Shown) or made.answer.status != 200:
        return made
    return replace(made, answer=replace(made.answer, values={}, tables=()), keep=True)  # the bytes are enough


async def _sent(site: Site, route: Route, ask: Ask, scope: Scope, receive: Any) -> tuple[Answer, Ask]:
    """The answer to a form."""
    if not route.sends or not is_own_origin(headers_of(scope)):
        return failure(ask, ask.say("这个表单不是从本站的页上发来的。", "This form was not sent from here."), 403), ask
    try:
        form, files = await read_form(headers_of(scope), receive, route.sends)
    except TooMuchError as error:
        return failure(ask, ask.say(error.zh, error.message), 413), ask
    full = replace(
        ask,
        may_decide=ask.may_decide and may_post(scope, site, form, ask.session or ask.who),
        form=form,
        files=files,
        sent=True,
    )
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(POOL, partial(answer, site, route.work, full)), full


def _asked(site: Site, scope: Scope, parts: Mapping[str, str]) -> Ask | GoujiError:
    sent = headers_of(scope)
    cookies = cookies_of(sent)
    args = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
    lang = args.get("lang") or cookies.get(LANGUAGE) or "zh"
    session = str(scope.get("gouji_session", ""))
    who = sent.get(site.login.lower(), "")[:60] if site.login else ""
    told = _latin(who) or site.people.who(session)
    path = unquote(scope.get("route_path") or scope["path"])
    if site.base != "/" and path.startswith(site.base):
        path = "/" + path[len(site.base) :]
    try:
        at = site.at()
    except (GoujiError, sqlite3.Error, OSError):
        return GoujiError("the database cannot be read now: gouji doctor", "数据库现在读不了：gouji doctor")
    return Ask(
        path,
        {name: unquote(value) for name, value in parts.items() if value is not None},
        args,
        "en" if lang == "en" else "zh",
        site.base,
        at,
        bool(session) or bool(who),
        told,
        csrf=site.csrf(session or told) if session or told else "",
        seen=cookies.get(VISIT, "")[:60],
        session=session,
        secure=sent.get("x-forwarded-proto", "") == "https",
        address=str((scope.get("client") or ("",))[0]),  # behind a proxy on this machine, what that tells of it
    )


def _latin(text: str) -> str:
    """A header is bytes: UTF-8, where it is that."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _made(ask: Ask, found: Answer) -> Made:
    """The answer with the bytes of its page, which say of when they are."""
    if not isinstance(found, Shown):
        return Made(found)
    body = contained(partial(rendered, found, ask))
    if isinstance(body, Failed):  # what cannot be rendered costs this page alone, and tells nothing of the inside
        found = failure(ask, ask.say("这一页 gouji 自身出了错。", "A fault of gouji itself."), 500)
        body = rendered(found, ask)
    return Made(found, body.replace(AS_OF, second(ask.at).encode()), tag_of(body))


def _response(site: Site, ask: Ask, made: Made, known: str = "") -> Any:
    found = made.answer
    if isinstance(found, Moved):
        moved = Response("", 303, {"location": found.to, "content-security-policy": STRICT}, "text/plain")
        if found.cookie:
            kept, lasts = ("", 0) if found.cookie == "-" else (found.cookie, SESSION)
            moved.set_cookie(
                site.cookie, kept, max_age=lasts, path=site.base, httponly=True, samesite="strict", secure=ask.secure
            )
        return moved
    if isinstance(found, Given):
        policy = KEPT if found.kept else STRICT
        return Response(found.body, 200, {**heads(found), "content-security-policy": policy}, found.media_type)
    answered = Response(made.body, found.status, {"content-security-policy": STRICT}, "text/html; charset=utf-8")
    answered.headers["cache-control"] = "private, no-store"
    if made.keep:
        answered.headers |= {"cache-control": "private, no-cache", "vary": "cookie", "etag": made.tag}
        if made.tag in known:
            answered.status, answered.body = 304, b""
    if "lang" in ask.args:
        _remember(answered, site, LANGUAGE, ask.lang)
    if found.template == "start":
        _remember(answered, site, VISIT, _visits(ask))
    return answered


def _remember(made: Any, site: Site, name: str, value: str) -> None:
    made.set_cookie(name, value, max_age=YEAR, path=site.base, httponly=True, samesite="strict")


def _visits(ask: Ask) -> str:
    """The visit before this one, and this one: what follows within half an hour is one visit."""
    before, _, last = ask.seen.partition("|")
    now = stamp(ask.at)
    return f"{before}|{now}" if last and last[:13] == now[:13] else f"{last}|{now}"


def routes() -> Sequence[Route]:
    """All of ours, for whoever tests them."""
    return ROUTES
