"""The season of bench/season.py as documents: which report is published in which format, its bytes, its truth."""

import re
import shutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from bench._papers import OFFICE, Paper, converted, docx, pdf, xlsx
from bench._samples import page as padded
from bench._scans import Print, as_tiff, drawn
from bench._world import GRANTED, LICENSES, Page, World, make_world
from monitor.samples import SampleReport, make_history

# Of a thousand reports. The handbook names the formats and which of them dominate, not their shares; scans are as many
# as make some 20 core-hours of 150,000 reports.
PROPORTIONS: Mapping[str, int] = {"pdf": 90, "docx": 50, "doc": 20, "tif": 20, "wps": 15, "xlsx": 10, "xls": 5}
BY_OFFICE = {"doc": "docx", "wps": "docx", "xls": "xlsx"}  # what LibreOffice makes them of
EVENTFUL = 0.45  # of what bench/_world.py has: then something happens to one report in twenty
YEARS, SEED = 1, 16
NOTE = "更正说明：本报告原稿有误，现予更正。"
AGAIN = "下一步将加强培训。"


def season(sites: int, reports: int) -> World:
    """A year of so many bodies with a report each."""
    return make_world(reports, sites, YEARS, SEED, EVENTFUL)


def format_of(page: Page, scans: int) -> str:
    """How this report is published: what changes in its words is a page. `scans`: the most that are made."""
    if any(name in ("silent again", "noted", "fixed, told") for _, name in page.versions):
        return "html"
    at = page.body.number * 389 % 1000  # spread over the bodies
    for kind, share in PROPORTIONS.items():
        if at < share:
            rank = page.body.number // 1000 * PROPORTIONS["tif"] + at
            return "pdf" if kind == "tif" and rank >= scans else kind
        at -= share
    return "html"


@lru_cache(maxsize=4096)
def sample(page: Page, version: str) -> SampleReport:
    """The report that this version prints."""
    number = page.body.number
    [made] = make_history(number, page.body.name, [page.year], form="2021")
    if version == "broken":
        made = made.with_cell(GRANTED, made.count(GRANTED) + 2)
    elif version in ("silent", "silent again", "noted"):
        made = made.with_cell(LICENSES, made.count(LICENSES) + 3)
    return made


def html_of(page: Page, version: str) -> bytes:
    """The page of a report, as large as real ones."""
    text = padded(sample(page, version)).decode()
    said = {"noted": NOTE, "fixed, told": NOTE, "silent again": AGAIN}.get(version, "")
    if said:
        text = text.replace("<!--/TRS_Editor-->", f"<p>{said}</p><!--/TRS_Editor-->")
    return re.sub(r'content="\d{4}-\d\d-\d\d 09:30"', f'content="{page.printed} 09:30"', text).encode()


def file_name(page: Page, version: str, kind: str) -> str:
    return f"{page.body.number}-{version}.{kind}"


def prepare(world: World, folder: Path, scans: int) -> None:
    """Makes the files, those that are no pages, ahead of the season."""
    if shutil.which(OFFICE) is None:
        raise SystemExit("LibreOffice is needed: it makes the .doc, .wps and .xls of the season")
    folder.mkdir(parents=True, exist_ok=True)
    later: dict[str, list[tuple[str, Paper]]] = {}
    for page in world.pages.values():
        kind = format_of(page, scans)
        for version in {name for _, name in page.versions} if kind != "html" else ():
            name = file_name(page, version, kind)
            if (folder / name).exists():  # of a season that was kept, and broken off
                continue
            report = sample(page, version)
            source = BY_OFFICE.get(kind, kind)
            body = _file(report, source, page.body.number)
            if kind == source:
                (folder / name).write_bytes(body)
            else:
                later.setdefault(kind, []).append((name, Paper(report, source, "", f"a.{source}", body)))
    for kind, papers in later.items():
        made = converted([paper for _, paper in papers], "doc" if kind == "wps" else kind, "")
        for (name, _), one in zip(papers, made, strict=True):
            (folder / name).write_bytes(one.body)


def _file(report: SampleReport, kind: str, number: int) -> bytes:
    if kind == "pdf":
        return pdf(report, ("ruled", "paged", "unruled")[number % 3])
    if kind == "tif":
        return as_tiff(drawn(report, Print(dpi=150)))
    return docx(report, "merged") if kind == "docx" else xlsx(report, "one")


def address(number: int) -> str:
    """The host of a site: all of 127.0.0.0/8 is this machine."""
    return f"127.{20 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def pages_on(world: World, at: int) -> Iterator[Page]:
    """The reports of a site, the newest first."""
    yield from sorted(world.by_portal.get(world.portals[at], ()), key=lambda one: one.published, reverse=True)
