"""Names and addresses from end to end: IPv6 portals, names with IPv6 alone, names that lead into the house later."""

import json
from pathlib import Path

import pytest

from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site

START = "/zfxxgknb/"
NAME, OPEN, INSIDE = "www.shili.gov.cn", "8.8.8.8", "127.0.0.1"
# What the system does for a process: it answers for names, each time as the list says, and routes to addresses.
SYSTEM = """
import json, os, pathlib, socket
SAID = json.loads(pathlib.Path(os.environ["SYSTEM_NAMES"]).read_text())
look_up, connect = socket.getaddrinfo, socket.socket.connect_ex

def getaddrinfo(host, *more, **named):
    answers = SAID["names"].get(host)
    if answers is None:
        return look_up(host, *more, **named)
    now = answers.pop(0) if len(answers) > 1 else answers[0]
    return [found for address in now for found in look_up(address, *more, **named)]

def connect_ex(self, address):
    return connect(self, (SAID["routes"].get(address[0], address[0]), *address[1:2]))

socket.getaddrinfo, socket.socket.connect_ex = getaddrinfo, connect_ex
"""


class System:
    """How names are answered and addresses are routed for the processes of a test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(SYSTEM, encoding="utf-8")
        self.file = folder / "names.json"
        monkeypatch.setenv("PYTHONPATH", str(folder))
        monkeypatch.setenv("SYSTEM_NAMES", str(self.file))

    def say(self, names: dict[str, list[list[str]]], routes: dict[str, str]) -> None:
        self.file.write_text(json.dumps({"names": names, "routes": routes}), encoding="utf-8")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    return System(tmp_path / "system", monkeypatch)


def column(host: str, count: int = 3) -> Site:
    title = [report_title(f"示例县第{number}局", 2025) for number in range(count)]
    return Site(
        host,
        {
            START: listing([entry(f"{n}.html", title[n], "2026-01-20") for n in range(count)]),
            **{f"{START}{n}.html": report(f"示例县第{n}局", 2025) for n in range(count)},
        },
    )


def test_a_portal_at_an_ipv6_address(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with column("::1") as site:
        bench.watch({"shi": site.url + START})
        ran = bench.crawl()
    assert (ran.status, ran.portal("shi")["state"], ran.outcome["new_documents"]) == (0, "ok", 3)
    assert bench.rows("select count(*) from documents where url like 'http://[::1]:%'") == [(3,)]


def test_a_name_with_ipv6_alone_and_one_with_both(tmp_path: Path, system: System) -> None:
    bench = Bench(tmp_path)
    both = "zfgb.shili.gov.cn"
    with column("::1") as site, column("127.0.12.1") as other:
        # Nothing answers at the second name's IPv6 address: its other one is tried.
        system.say(
            {NAME: [["2400:3200::1"]], both: [["2400:3200::2", OPEN]]},
            {"2400:3200::1": "::1", "2400:3200::2": "::1", OPEN: other.host},
        )
        bench.crawl_section += '\ncontact = "mailto:shi@example.org"'
        bench.watch({"six": f"http://{NAME}:{site.port}{START}", "both": f"http://{both}:{other.port}{START}"})
        ran = bench.crawl()
    assert [ran.portal(name)["state"] for name in ("six", "both")] == ["ok", "ok"]
    assert bench.rows("select portal, count(*) from documents group by 1 order by 1") == [("both", 3), ("six", 3)]


def test_a_portals_name_that_leads_into_the_house_later_is_not_followed(tmp_path: Path, system: System) -> None:
    bench = Bench(tmp_path, 'delay = 0.0\ntimeout = 20.0\ncontact = "mailto:shi@example.org"')
    with column("127.0.12.2") as site, Site(INSIDE, site.pages, port=site.port) as inner:
        bench.watch({"shi": f"http://{NAME}:{site.port}{START}"})
        # Within one crawl the name is looked up once; the next crawl asks anew.
        system.say({NAME: [[OPEN], [INSIDE]]}, {OPEN: site.host})
        assert bench.crawl().portal("shi")["state"] == "ok"
        asked = len(site.log)
        # Public and private addresses side by side are no better than private ones; both would answer here.
        system.say({NAME: [[OPEN, INSIDE]]}, {OPEN: site.host})
        ran = bench.crawl(now="2026-02-02T08:00:00+08:00")
        assert inner.log == []
        assert len(site.log) == asked
        assert (ran.status, ran.portal("shi")["state"]) == (3, "failing")
        assert bench.rows("select distinct verdict, detail from fetches where crawl = 2") == [
            ("refused", f"{NAME} leads to the private address {INSIDE}")
        ]


def test_a_files_host_that_leads_into_the_house_later_is_not_followed(tmp_path: Path, system: System) -> None:
    bench = Bench(tmp_path, 'delay = 0.0\ntimeout = 20.0\ncontact = "mailto:shi@example.org"')
    files = "files.shili.gov.cn"
    with column("127.0.12.3", 0) as site, Site(INSIDE, port=site.port) as inner:
        for number in (1, 2):
            name = f"示例县第{number}局"
            inner.pages[f"/{number}.pdf"] = f"%PDF-1.4 the file number {number}"
            site.pages[f"/{number}.pdf"] = f"%PDF-1.4 the file number {number}"
            site.pages[f"{START}{number}.html"] = report(
                name, 2025, extra=f'<a href="http://{files}:{site.port}/{number}.pdf">附件</a>'
            )
            site.pages[START] = listing(
                [entry(f"{n}.html", report_title(f"示例县第{n}局", 2025), "2026-01-20") for n in range(1, number + 1)]
            )
            system.say({NAME: [[OPEN]], files: [[OPEN]] if number == 1 else [[INSIDE]]}, {OPEN: site.host})
            bench.watch({"shi": f"http://{NAME}:{site.port}{START}"})
            bench.crawl(now=f"2026-02-0{number}T08:00:00+08:00")
        assert inner.log == []
    assert bench.rows("select url, verdict from fetches where kind = 'attachment' order by id") == [
        (f"http://{files}:{site.port}/1.pdf", "new"),
        (f"http://{files}:{site.port}/2.pdf", "refused"),
    ]


def test_a_portal_whose_name_always_led_into_the_house_is_where_it_was_configured(
    tmp_path: Path, system: System
) -> None:
    bench = Bench(tmp_path, 'delay = 0.0\ntimeout = 20.0\ncontact = "mailto:shi@example.org"')
    with column("127.0.12.4") as site:
        bench.watch({"shi": f"http://{NAME}:{site.port}{START}"})
        for day in (1, 2):
            system.say({NAME: [[site.host]]}, {})
            assert bench.crawl(now=f"2026-02-0{day}T08:00:00+08:00").portal("shi")["state"] == "ok"
