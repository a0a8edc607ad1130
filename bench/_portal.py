"""Many loopback hosts in one process, each an annual-report column with lists of reports; as fast as asyncio can."""

import asyncio
import sys
from functools import lru_cache

TITLE = "青石市第{0}局2025年政府信息公开工作年度报告"
FILLER = "<p>持续推进重点领域信息公开，及时回应关切。</p>"


def column(page: int, pages: int, per_list: int) -> str:
    """A list page with TRS's pager."""
    last = -(-pages // per_list)
    rows = "".join(
        f'<li><a href="{number}.html">{TITLE.format(number)}</a><span>2026-01-20</span></li>'
        for number in range(page * per_list, min((page + 1) * per_list, pages))
    )
    return (
        f"<html><head><title>政府信息公开年报</title></head><body><ul>{rows}</ul>"
        f'<script>createPageHTML({last}, {page}, "index", "html");</script></body></html>'
    )


def report(host: str, number: str, size: int) -> str:
    """A report's page of about `size` bytes, different on every host."""
    title = TITLE.format(number)
    padding = FILLER * (size // len(FILLER.encode()))
    return (
        f'<html><head><title>{title}</title><meta name="PubDate" content="2026-01-20"></head><body><h1>{title}</h1>'
        f"<p>一、总体情况（{host}）</p>{padding}<p>二、主动公开政府信息情况</p></body></html>"
    )


def main(port: int, hosts: int, pages: int, per_list: int, size: int) -> None:
    @lru_cache(maxsize=256)
    def answer(host: str, path: str) -> bytes:
        name = path.removeprefix("/nb/")
        if name.startswith("index") or not name:
            body = column(int(name[6:-5]) if name else 0, pages, per_list)
        elif path.startswith("/nb/"):
            body = report(host, name.removesuffix(".html"), size)
        else:
            body = ""
        data = body.encode()
        status = "200 OK" if body else "404 Not Found"
        return (
            f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data
        )

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: asyncio.Transport = transport  # type: ignore[assignment]  # it is one
            self.buffer = b""
            self.host = str(transport.get_extra_info("sockname")[0])

        def data_received(self, data: bytes) -> None:
            self.buffer += data
            while b"\r\n\r\n" in self.buffer:
                head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
                self.transport.write(answer(self.host, head.split(b" ", 2)[1].decode()))

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in range(hosts):
            await loop.create_server(Protocol, f"127.0.9.{number + 1}", port)
        print("up", flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
