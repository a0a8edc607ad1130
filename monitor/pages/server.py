"""Serves the pages: Datasette with our plug-in on one address, on loopback unless another is named."""

import ipaddress
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from crawler.ground.config import ServeSettings
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError, reason
from monitor.pages import plugin
from monitor.pages.people import people_of
from monitor.pages.site import Site

SQL_MILLISECONDS = 2000
STOPS = (signal.SIGINT, signal.SIGTERM)
SETTINGS = {
    "sql_time_limit_ms": SQL_MILLISECONDS,
    "max_returned_rows": 2000,
    "allow_download": False,
    "allow_csv_stream": True,
    "default_cache_ttl": 0,
}


def site_for(
    data: DataDir, host: str, names: Sequence[str], login: str, base: str, clock: Callable[[], datetime]
) -> Site:
    """The site. Decisions need a token, on loopback alone, a login, or a proxy on this machine that logs people in."""
    local, settings = is_loopback(host), _settings(data)
    login = login or settings.login_header
    people = people_of(settings.users)
    if login and not local:
        raise UsageError(
            "--login-header trusts whoever sends it: bind to loopback and let a proxy on this machine ask",
            "--login-header 谁发就信谁：请只听本机地址，由本机的代理来问",
        )
    base = f"/{base.strip('/')}/" if base.strip("/") else "/"
    token = secrets.token_urlsafe(24) if local and not login else ""
    names = [*names, *settings.host_names, *([] if local else [socket.gethostname()])]
    return Site(data, token, names, login, base, people=people, clock=clock)


def _settings(data: DataDir) -> ServeSettings:
    return data.config().serve if data.config_path.exists() else ServeSettings()


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(site: Site, host: str, port: int, told: Callable[[str], None]) -> None:
    """Serves until it is stopped; `told` gets the address when it answers."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(kind, socket.SOCK_STREAM)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise GoujiError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another --port",
                f"听不了 {host}:{port}：{reason(error)[1]}；请换一个 --port",
            ) from error
        listening.listen(128)
        site.port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        query = f"?token={site.token}" if site.token else ""
        site.kept.warm(site.at())
        told(f"http://{shown}:{site.port}{site.base}{query}")
        config = uvicorn.Config(application(site), log_level="warning", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        if threading.current_thread() is threading.main_thread():
            for one in STOPS:  # uvicorn raises again what stopped it, and what is left is cleared away after that
                signal.signal(one, lambda *_: setattr(server, "should_exit", True))
        try:
            server.run([listening])
        finally:
            site.close()


def application(site: Site) -> Callable[..., object]:
    """Datasette on the database of this site, with our pages before it."""
    if not pm.is_registered(plugin):  # where gouji is installed, its entry point has done so
        pm.register(plugin, name="gouji")
    made = Datasette([str(site.data.database)], settings={**SETTINGS, "base_url": site.base})
    setattr(made, plugin.NOTE, site)
    app: Callable[..., object] = made.app()
    return app
