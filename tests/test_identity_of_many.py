"""300 bodies of six places, four years, some 1,200 entries of their lists: whose is each report, and who is missing."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.agencies.events import import_events
from crawler.agencies.register_import import import_csv
from crawler.ground.clock import stamp
from crawler.ground.data import DataDir
from extract.run import extract
from monitor.asking.missing import CoverageEntry, answer
from monitor.checking.check import check
from monitor.schema import open_database
from tests.crawler.crawling import Bench
from tests.hostile.road import query
from tests.identity import PLACES, UNTOLD, YEARS, Body, Listed, Place, absent, bodies, listed
from tests.portals.site import Answerer, Reply, Site, serving

NOW = datetime(2026, 4, 20, 2, tzinfo=UTC)
COLUMN = "/zfxxgknb/"
FOUND = ("published", "published_late")
EXCUSED = (*FOUND, "not_assessable", "no_duty")
OVERDUE = ("overdue", "overdue_confirmed")


@dataclass(frozen=True)
class Seen:
    """What gouji knows in the end: how each body stands by year and code, and whose each page is taken for."""

    data: DataDir
    standing: Mapping[tuple[str, int], CoverageEntry]
    truth: Mapping[str, Listed]
    """What stands at each address."""


def site(place: Place, host: str) -> tuple[Site, dict[str, Listed]]:
    """A portal: the column leads to a folder for each year, that to the folders of some bodies."""
    pages: dict[str, bytes | str | Reply | Answerer] = {}
    truth: dict[str, Listed] = {}
    for year in YEARS:
        folder = f"{COLUMN}{year}n/"
        rows, groups = list[str](), list[str]()
        for number, one in enumerate(listed(place, year)):
            own = f"{folder}{number}/" if one.group else folder
            link = f'<li><a href="{own}{number}.html">{one.title}</a><span>{year + 1}-01-20</span></li>\n'
            (groups if one.group else rows).append(link)
            if one.group:
                groups[-1] = f'<li><a href="{own}">{one.group}</a></li>\n'
                pages[own] = column(one.group, link)
            pages[f"{own}{number}.html"] = one.page
            truth[f"{own}{number}.html"] = one
        pages[folder] = column(f"{year}年", "".join(rows), "".join(groups))
    pages[COLUMN] = column(
        f"{place.portal} 政府信息公开年报", "".join(f'<li><a href="{year}n/">{year}年</a></li>' for year in YEARS)
    )
    return Site(host, pages), truth


def column(title: str, *lists: str) -> str:
    inside = "".join(f'<ul class="list">{one}</ul>' for one in lists)
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{inside}</body></html>'


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("many")
    bench, truth = Bench(folder), dict[str, Listed]()
    built = {place.id: site(place, f"127.0.21.{number}") for number, place in enumerate(PLACES, 1)}
    for place in PLACES:
        bench.options[place.id] = f'name = "{place.portal}"'
    with serving(*(one for one, _ in built.values())), closing(open_database(bench.data)) as db:
        bench.watch({name: f"{one.url}{COLUMN}" for name, (one, _) in built.items()})
        for one, there in built.values():
            truth |= {one.url + path: entry for path, entry in there.items()}
        import_csv(db, register(folder))
        import_events(db, events(folder))
        ran = bench.crawl("--all", now=stamp(NOW))
        assert ran.status == 0, ran
        assert extract(db, bench.data, now=NOW, workers=2).whole
        assert check(db, bench.data.config(), NOW).whole
        standing = {
            (one.agency, year): one for year in YEARS for one in answer(db, bench.data.config(), NOW, year=year).entries
        }
    return Seen(bench.data, standing, truth)


def register(folder: Path) -> Path:
    """Who must publish, as a file; some places say on which portal."""
    path = folder / "register.csv"
    lines = [
        f"{body.name},{body.place.division},{body.place.id if body.place.given else ''},{YEARS[0]}\n"
        for body in bodies()
    ]
    path.write_text("".join(["name,division,portal,first_year\n", *lines]), encoding="utf-8")
    return path


def events(folder: Path) -> Path:
    path = folder / "events.csv"
    lines = [f"{body.name},renamed,2024,{body.once}\n" for body in bodies() if body.once]
    path.write_text("".join(["agency,event,from_year,old_name\n", *lines]), encoding="utf-8")
    return path


def each() -> Iterator[tuple[Body, int]]:
    return ((body, year) for body in bodies() for year in YEARS)


def told(seen: Seen, body: Body, year: int) -> str:
    title = next((one.title for one in seen.truth.values() if (one.body, one.year) == (body, year)), "")
    entry = seen.standing[body.code, year]
    return f"{body.place.id} {year} {body.name}: {entry.state} {entry.reason} 「{title}」"


def test_there_are_as_many_as_there_should_be() -> None:
    entries = [one for place in PLACES for year in YEARS for one in listed(place, year)]
    assert len(bodies()) == len({body.code for body in bodies()}) == 300
    assert len(entries) >= 1200
    assert 300 - len({body.name for body in bodies()}) > 30, "so many names are borne by two bodies"
    assert sum(absent(body, year) for body, year in each()) > 40


def test_whoever_published_is_found_or_not_assessable(seen: Seen) -> None:
    there = [(body, year) for body, year in each() if not absent(body, year)]
    wrong = [told(seen, *one) for one in there if seen.standing[one[0].code, one[1]].state not in EXCUSED]
    assert not wrong, "\n".join([str(len(wrong)), *wrong])


def test_nearly_all_are_found(seen: Seen) -> None:
    there = [(body, year) for body, year in each() if not absent(body, year)]
    open_ = [told(seen, *one) for one in there if seen.standing[one[0].code, one[1]].state == "not_assessable"]
    assert len(open_) < len(there) * 0.05, "\n".join([f"{len(open_)} of {len(there)}", *open_])


def test_no_report_is_filed_under_another_body(seen: Seen) -> None:
    codes = {body.code for body in bodies()}
    wrong = []
    for table in ("documents", "reports"):
        for url, agency, year in query(seen.data, f"select url, agency, year from {table}"):
            one = seen.truth[str(url)]
            right = one.body.code if one.body else ""
            if agency in codes and (agency, year) != (right, one.year):
                wrong.append(
                    f"{table} {one.place.id} {one.year} 「{one.title}」 of {right} is taken for {agency} {year}"
                )
    assert not wrong, "\n".join([str(len(wrong)), *wrong])


def test_the_true_absentees_are_all_named(seen: Seen) -> None:
    silent = [(body, year) for body, year in each() if absent(body, year)]
    wrong = [told(seen, *one) for one in silent if seen.standing[one[0].code, one[1]].state not in OVERDUE]
    assert not wrong, "\n".join([str(len(wrong)), *wrong])


@pytest.mark.parametrize(("place", "year"), UNTOLD)
def test_a_report_that_says_nowhere_whose_it_is_leaves_its_body_open(seen: Seen, place: str, year: int) -> None:
    (body,) = [one for one in bodies() if one.place.id == place and one.bare == UNTOLD[place, year]]
    assert seen.standing[body.code, year].state == "not_assessable"
