"""The sites of bench/season.py on one day, all in one process: lists, pages and files, and what is out of order."""

import asyncio
import sys
from datetime import date
from functools import lru_cache
from pathlib import Path

from bench._season_world import address, file_name, format_of, html_of, pages_on, season
from bench._world import Page, World

PER_LIST = 15
TROUBLE = {"challenge": "412 Precondition Failed", "forbidden": "403 Forbidden", "throttled": "429 Too Many Requests"}
SOFT = "<html><head><title>您访问的页面不存在</title></head><body>您访问的页面不存在</body></html>"
TYPES = {"html": "text/html; charset=utf-8"}


class Sites:
    """What each site answers on this day."""

    def __init__(self, world: World, day: date, folder: Path, scans: int) -> None:
        self.world, self.day, self.folder, self.scans = world, day, folder, scans
        self.numbers = {address(number): number for number in range(len(world.portals))}
        self.served = 0
        self.column = lru_cache(maxsize=512)(self._column)

    def answer(self, host: str, path: str) -> bytes:
        """The bytes of an answer; none where the connection is cut."""
        self.served += 1
        number = self.numbers.get(host)
        if number is None:
            return _said("404 Not Found", b"")
        state = self.world.state(self.world.portals[number], self.day)
        if state == "unreachable":
            return b""
        if state in TROUBLE:
            return _said(TROUBLE[state], b"<html></html>")
        if state == "failing":
            return _said("500 Internal Server Error", b"<html></html>")
        if state == "soft_404":
            return _said("200 OK", SOFT.encode())
        return self._found(number, path)

    def _found(self, number: int, path: str) -> bytes:
        name = path.removeprefix("/nb/") if path.startswith("/nb/") else "-"
        if name in ("", "index.html") or name.startswith(("index_", "list")):
            body = self.column(number, name)
            return _said("200 OK" if body else "404 Not Found", body)
        stem, _, ending = name.partition(".")
        here = {one.body.number: one for one in self.world.by_portal.get(self.world.portals[number], ())}
        page = here.get(int(stem.lstrip("P"))) if stem.lstrip("P").isdigit() else None
        if page is None or not page.there(self.day):
            return _said("404 Not Found", b"<html><title>404</title></html>")
        version, kind = page.version(self.day), format_of(page, self.scans)
        if stem.startswith("P"):
            return _said("200 OK", (self.folder / file_name(page, version, kind)).read_bytes(), ending)
        return _said("200 OK", html_of(page, version) if kind == "html" else _with_file(page, kind).encode())

    def _column(self, number: int, name: str) -> bytes:
        """A page of its list: numbered from 0 as TRS has it, or from 1 as UCAP has it on every third site."""
        there = [one for one in pages_on(self.world, number) if one.there(self.day)]
        last = max(1, -(-len(there) // PER_LIST))
        one_based = number % 3 == 2
        stem = "list" if one_based else "index"
        digits = name.removesuffix(".html").removesuffix(".shtml").partition("_")[2]
        at = int(digits) - one_based if digits.isdigit() else 0
        if name and (not name.startswith(stem) or not 0 <= at < last):
            return b""
        rows = "".join(
            f'<li><span>{one.printed}</span><a href="./{one.body.number}.html">{_title(one)}</a></li>'
            for one in there[at * PER_LIST : (at + 1) * PER_LIST]
        )
        pager = (
            f"createPageHTML('page_div',{last}, {at + 1},'list','html',{len(there)});"
            if one_based
            else f'createPageHTML({last}, {at}, "index", "html");'
        )
        return (
            '<html><head><meta charset="utf-8"><title>政府信息公开年报</title>'
            '<meta name="ColumnName" content="政府信息公开年报"></head><body>'
            f'<ul class="list">{rows}</ul><div id="page_div"></div><script>{pager}</script></body></html>'
        ).encode()


def _title(page: Page) -> str:
    return f"{page.body.name}{page.year}年政府信息公开工作年度报告"


def _with_file(page: Page, kind: str) -> str:
    title = _title(page)
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title><meta name="ArticleTitle" content="{title}">'
        f'<meta name="PubDate" content="{page.printed} 09:30"></head><body><div class="article"><h1>{title}</h1>'
        f'<div class="TRS_Editor"><p>{title}见附件。</p></div>'
        f'<p>附件：<a href="./P{page.body.number}.{kind}">{title}.{kind}</a></p></div></body></html>'
    )


def _said(status: str, body: bytes, ending: str = "html") -> bytes:
    kind = TYPES.get(ending, "application/octet-stream")
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def main(port: str, sites: str, reports: str, scans: str, day: str, folder: str) -> None:
    served = Sites(season(int(sites), int(reports)), date.fromisoformat(day), Path(folder), int(scans))

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: asyncio.Transport = transport  # type: ignore[assignment]  # it is one
            self.buffer = b""
            self.host = str(transport.get_extra_info("sockname")[0])
            if not self.host.startswith("127."):
                self.transport.abort()

        def data_received(self, data: bytes) -> None:
            self.buffer += data
            while b"\r\n\r\n" in self.buffer:
                head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
                answer = served.answer(self.host, head.split(b" ", 2)[1].decode())
                if not answer:
                    self.transport.abort()
                    return
                self.transport.write(answer)

    async def serve() -> None:
        everywhere = "0.0.0.0"  # noqa: S104  # one socket for all sites; who asks from elsewhere is refused
        await asyncio.get_running_loop().create_server(Protocol, everywhere, int(port))
        print("up", flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main(*sys.argv[1:])
