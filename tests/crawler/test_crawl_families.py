"""Every family on its loopback portal: all reports and files found, no decoy, no off-by-one, a quiet second look."""

import importlib
import pkgutil
from contextlib import ExitStack
from types import ModuleType

import pytest

from crawler.families import families
from tests import portals
from tests.crawler.crawling import Bench, Ran
from tests.portals.kinds import Kind


def modules() -> dict[str, ModuleType]:
    """The portals of tests/portals: every module there with a `portal` function."""
    found = {
        info.name: importlib.import_module(f"{portals.__name__}.{info.name}")
        for info in pkgutil.iter_modules(portals.__path__)
    }
    return {name: module for name, module in found.items() if hasattr(module, "portal")}


@pytest.fixture(scope="module")
def kinds() -> dict[str, Kind]:
    return {name: module.portal(f"127.0.6.{index + 1}") for index, (name, module) in enumerate(modules().items())}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("families"))


@pytest.fixture(scope="module")
def runs(kinds: dict[str, Kind], bench: Bench) -> tuple[Ran, Ran, dict[str, list[str]]]:
    """Two crawls over all portals, the second with nothing changed; the paths the second asked for."""
    with ExitStack() as stack:
        for kind in kinds.values():
            stack.enter_context(kind.site)
        bench.watch({name: kind.site.url + kind.start for name, kind in kinds.items()})
        first = bench.crawl()
        asked = {name: kind.site.paths() for name, kind in kinds.items()}
        second = bench.crawl(now="2026-02-02T08:00:00+08:00")
    return first, second, asked


def test_every_family_has_a_portal(kinds: dict[str, Kind]) -> None:
    assert {family.name for family in families()} - {kind.family for kind in kinds.values()} <= {"generic"}


@pytest.mark.parametrize("name", modules())
def test_everything_is_found(
    runs: tuple[Ran, Ran, dict[str, list[str]]], bench: Bench, kinds: dict[str, Kind], name: str
) -> None:
    kind = kinds[name]
    ledger = bench.rows("select kind, verdict, status, url, detail from fetches where crawl = 1 and portal = ?", name)
    rows = bench.rows("select agency_name, year from documents where portal = ? and attachment_of is null", name)
    assert set(rows) == kind.reports, ledger
    assert len(rows) == len(kind.reports), "a twin made a second document"
    files = bench.rows("select url from documents where portal = ? and attachment_of is not null", name)
    assert {row[0].removeprefix(kind.site.url) for row in files} == kind.files, ledger
    assert runs[0].portal(name)["state"] == "ok", runs[0].portal(name)
    assert bench.rows("select family from portals where id = ?", name) == [(kind.family,)]
    assert bench.rows("select count(*) from documents where portal = ? and published_on is null", name) == [
        (0 if name != "annual" else len(kind.reports),)
    ]


@pytest.mark.parametrize("name", modules())
def test_nothing_is_asked_that_a_visitor_would_not_ask(
    runs: tuple[Ran, Ran, dict[str, list[str]]], kinds: dict[str, Kind], bench: Bench, name: str
) -> None:
    asked = runs[2][name]
    assert not set(asked) & set(kinds[name].forbidden)
    log = [(seen.method, seen.path, seen.body) for seen in kinds[name].site.asked()]
    for once in (log[: len(asked)], log[len(asked) :]):
        assert len(once) == len(set(once)), "asked once a crawl"
    wrong = "select url, verdict from fetches where portal = ? and verdict not in ('ok', 'new', 'unchanged', 'same')"
    tried = {kinds[name].site.url + path for path in kinds[name].tried}
    assert [row for row in bench.rows(wrong, name) if row != (row[0], "not_report") or row[0] not in tried] == []


@pytest.mark.parametrize("name", modules())
def test_a_second_look_finds_nothing_new(
    runs: tuple[Ran, Ran, dict[str, list[str]]], bench: Bench, kinds: dict[str, Kind], name: str
) -> None:
    second = runs[1].portal(name)
    # Lists are asked for, and no report or file that was looked at the day before.
    query = "select url from fetches where crawl = 2 and portal = ? and kind <> 'list'"
    asked = {row[0] for row in bench.rows(query, name)}
    assert asked <= {kinds[name].site.url + path for path in kinds[name].tried}
    yields = "select found, new, errors from crawl_yields where crawl = ? and portal = ? and found > 0"
    assert bench.rows(yields, 2, name) == [(second["reports_found"], 0, 0)]
    assert (second["state"], second["new_documents"]) == ("ok", 0)
    assert second["reports_found"] == runs[0].portal(name)["reports_found"]
