"""Real pages to multiply pieces of: what every loopback portal of the tests served in one crawl, and reports."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from crawler.pages.asks import Ask
from monitor.samples import make_history
from tests.crawler.crawling import Bench
from tests.crawler.test_crawl_families import modules


@dataclass(frozen=True)
class Served:
    """One answer of a portal that speaks a family: how it was asked for, and its text."""

    family: str
    ask: Ask
    text: str


def served(root: Path) -> list[Served]:
    """Each different kind of answer (by path without its digits) of every portal, from a real crawl of all of them."""
    kinds = {name: module.portal(f"127.0.7.{number + 1}") for number, (name, module) in enumerate(modules().items())}
    bench = Bench(root)
    found: dict[tuple[str, str, str], Served] = {}
    with ExitStack() as stack:
        for kind in kinds.values():
            stack.enter_context(kind.site)
        bench.watch({name: kind.site.url + kind.start for name, kind in kinds.items()})
        bench.crawl()
        for name, kind in kinds.items():
            for seen in list(kind.site.asked()):
                reply = kind.site.reply(seen)
                shape = "".join(char for char in seen.path if not char.isdigit())
                if reply.status == 200 and reply.kind != "application/octet-stream":
                    opaque = not reply.data.lstrip().startswith(b"<") or seen.method == "POST"
                    ask = Ask(
                        kind.site.url + seen.path,
                        family=kind.family if opaque else "",
                        method=seen.method,
                        body=seen.body.decode("latin-1"),
                    )
                    found.setdefault(
                        (name, seen.method, shape), Served(kind.family, ask, reply.data.decode("utf-8", "replace"))
                    )
    return list(found.values())


def reports() -> Iterator[tuple[str, str]]:
    """Sound reports in several forms and formats: (file name, text)."""
    for form in ("2019", "2021"):
        [sample] = make_history(11, "示例县水利局", [2024], form=form)
        yield "a.html", sample.html("plain")
        yield "b.html", sample.html("word")
        yield "a.txt", sample.text()
