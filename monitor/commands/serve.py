"""`gouji serve`: the pages for people, on the same database."""

import sys
import webbrowser
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.util import find_spec

import click

from crawler.ground.clock import now
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError
from monitor.commands.options import CallOptions, command, session
from monitor.schema import open_database

NEEDED = ("datasette", "python_multipart", "uvicorn")
SHORTEST = 10  # characters of a password
LACKING = (
    "the pages need Datasette: pip install 'gouji[ui]'",
    "看网页要另装 Datasette：pip install 'gouji[ui]'",
)


@command(
    step=245,
    example="gouji serve\ngouji serve --port 8010 --open\n"
    "gouji serve --base-url /gouji/ --host-name reports.example.gov.cn --login-header X-Remote-User",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8010, show_default=True, help="端口；0 任选 · port; 0: any"
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="绑定的地址 · address to bind")
@click.option("--open", "opens", is_flag=True, help="用浏览器打开 · open a browser")
@click.option("--base-url", default="/", show_default=True, metavar="PATH", help="代理后面的路径 · path behind a proxy")
@click.option("--host-name", multiple=True, metavar="NAME", help="另外认的主机名，可重复 · another name of this server")
@click.option(
    "--login-header",
    default="",
    metavar="NAME",
    help="代理登录后写明是谁的请求头；只在本机代理后面用 · header in which a local proxy that logs people in says who",
)
@click.option(
    "--hash-password", is_flag=True, help="问一个密码，印出写进 gouji.toml 的散列 · ask for a password, print its hash"
)
def serve(
    port: int,
    host: str,
    opens: bool,
    base_url: str,
    host_name: tuple[str, ...],
    login_header: str,
    hash_password: bool,
) -> None:
    """网页：公布情况、机关、报告、发现、核对草稿、找词。默认只听本机；启动时打印的地址含 token，用它才能作决定。

    Pages on the same database. Binds to loopback; the address that is printed has the token that decisions need.
    """
    call = session()
    if hash_password:
        _hash(call)
        return
    require_pages()
    serve_data(call, call.data, host, port, names=host_name, login=login_header, base=base_url, opens=opens)


def _hash(call: CallOptions) -> None:
    """Asks for a password, or takes the first line that is piped in, and prints what gouji.toml keeps of it."""
    from monitor.pages.people import hashed

    if sys.stdin.isatty():
        words = call.text("密码", "Password")
        password = str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST:
        raise UsageError(f"a password has at least {SHORTEST} characters", f"密码至少 {SHORTEST} 个字符")
    click.echo(hashed(password))


def require_pages() -> None:
    """GoujiError where what shows the pages is not installed."""
    if any(find_spec(name) is None for name in NEEDED):
        raise GoujiError(*LACKING)


def serve_data(
    call: CallOptions,
    data: DataDir,
    host: str = "127.0.0.1",
    port: int = 8010,
    *,
    names: Sequence[str] = (),
    login: str = "",
    base: str = "/",
    opens: bool = False,
    clock: Callable[[], datetime] = now,
) -> None:
    """Serves the pages of a data directory until it is stopped."""
    from monitor.pages.server import run, site_for  # a call of any other command loads no server

    open_database(data).close()  # of this version from here on, or an error that says what to do
    site = site_for(data, host, names, login, base, clock)

    def told(address: str) -> None:
        call.say(call.text(f"网页：{address}", f"pages: {address}"))
        if not (site.token or site.login or site.people):
            call.say(
                call.text(
                    "听的不是本机地址，gouji.toml 的 [serve] 又没有写谁能登录：只读。",
                    "Not bound to loopback, and [serve] of gouji.toml names nobody who may log in: read-only.",
                )
            )
        call.say(call.text("按 Ctrl+C 停下。", "Stop with Ctrl+C."))
        if opens:
            webbrowser.open(address)

    run(site, host, port, told)
