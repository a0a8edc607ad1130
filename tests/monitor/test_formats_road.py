"""A portal whose reports are attachments of every format, the whole road to the digest: nobody who published is missing."""

import json
import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench._papers import Paper, converted, docx, mht, papers, pdf, scanned, xlsx
from monitor.cli import main
from monitor.samples import SampleReport, make_history
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing
from tests.portals.site import Site

START = "/zfxxgknb/"
PLACE = "青石市"
ABSENT = "青石市气象局"
NEEDS_OFFICE = pytest.mark.skipif(
    shutil.which("soffice") is None and "CI" not in os.environ, reason="LibreOffice is not installed"
)
NEEDS_OCR = pytest.mark.skipif(
    find_spec("rapidocr") is None and "CI" not in os.environ, reason="the extra ocr is not installed"
)


def sample(number: int, body: str) -> SampleReport:
    return make_history(number, PLACE + body, [2025], dense=True)[0]


def gouji(bench: Bench, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, [*arguments, "--data", str(bench.data.root)])
    assert result.exit_code == status, result.output
    return result.stdout


def walked(place: Path, host: str, files: Mapping[str, Paper]) -> Bench:
    """Crawls a portal on which each body's page has nothing but its attachment, and goes on to the findings."""
    site, bench = Site(host), Bench(place)
    lines = []
    for number, (ending, paper) in enumerate(files.items()):
        report = paper.report
        date = f"{report.published_on:%Y-%m-%d}"
        site.pages[f"{START}{number}.html"] = (
            f'<html><head><meta charset="utf-8"><title>{report.title}</title></head><body><h1>{report.title}</h1>'
            f'<p>发布时间：{date}</p><div class="TRS_Editor"><p>附件：<a href="files/{number}.{ending}">{report.title}'
            f".{ending}</a></p></div></body></html>"
        )
        site.pages[f"{START}files/{number}.{ending}"] = paper.body
        lines.append(entry(f"{number}.html", report.title, date))
    site.pages[START] = listing(lines)
    register = place / "名录.csv"
    bodies = [*(paper.report.agency for paper in files.values()), ABSENT]
    rows = [f"{body},county,department,shi" for body in bodies]
    register.write_text("\n".join(["name,level,kind,portal", *rows, ""]), encoding="utf-8")
    with site:
        bench.watch({"shi": site.url + START})
        gouji(bench, "agencies", "import", str(register))
        ran = bench.crawl()
        assert ran.status == 0, ran
    gouji(bench, "extract")
    gouji(bench, "check")
    return bench


def read_whole(bench: Bench, files: Mapping[str, Paper], fewest: float = 1.0) -> None:
    """Every figure of each body is that of its file, or (beyond `fewest` of them) not stated; nobody else is missing."""
    for paper in files.values():
        shown = json.loads(gouji(bench, "show", paper.report.agency, "2025", "--json"))
        cells = {
            f"{row['table']}[{row['row']},{member}]": cell
            for row in shown["rows"]
            for member, cell in row["cells"].items()
        }
        wrong, unread = {}, 0
        for name in paper.report.cells:
            cell, printed = cells[name], paper.report.printed(name)
            if cell["state"] in ("ambiguous", "illegible", "missing"):
                unread += 1
            elif (cell["raw"] or "").replace(" ", "") != printed:
                wrong[name] = (cell, printed)
        assert not wrong, paper.format
        assert unread <= (1 - fewest) * len(paper.report.cells), paper.format
        assert not [one for one in shown["findings"] if one["class"] == "fatal" and one["responsibility"] == "source"]
    missing = json.loads(gouji(bench, "missing", "--year", "2025", "--on", "2026-02-02", "--json"))
    assert [one["name"] for one in missing["entries"] if one["state"] == "overdue"] == [ABSENT]
    assert missing["counts"]["published"] == len(files)
    told = gouji(bench, "alert", "--dry-run")
    assert ABSENT in told
    assert not [paper.report.agency for paper in files.values() if f"{paper.report.agency}：未" in told]


def test_pdf_word_and_workbooks_go_the_whole_road(tmp_path: Path) -> None:
    files = {
        "pdf": Paper(report := sample(1, "财政局"), "pdf", "paged", "1.pdf", pdf(report, "paged")),
        "docx": Paper(report := sample(2, "教育局"), "docx", "merged", "2.docx", docx(report, "merged")),
        "xlsx": Paper(report := sample(3, "水利局"), "xlsx", "one", "3.xlsx", xlsx(report, "one")),
        "mht": Paper(report := sample(4, "民政局"), "mht", "page", "4.mht", mht(report)),
    }
    read_whole(walked(tmp_path, "127.0.4.61", files), files)


@NEEDS_OFFICE
def test_what_only_an_office_reads_goes_the_whole_road(tmp_path: Path) -> None:
    def made(number: int, body: str, kind: str, ending: str) -> Paper:
        [source] = [one for one in papers([sample(number, body)]) if (one.format, one.style) == (kind, ENDINGS[kind])]
        return next(converted([source], ending, "LibreOffice"))

    files = {
        "wps": made(5, "公安局", "docx", "doc"),
        "rtf": made(6, "司法局", "docx", "rtf"),
        "et": made(7, "审计局", "xlsx", "xls"),
    }
    read_whole(walked(tmp_path, "127.0.4.62", files), files, 0.99)


ENDINGS = {"docx": "merged", "xlsx": "one"}


@NEEDS_OCR
def test_a_scan_goes_the_whole_road(tmp_path: Path) -> None:
    report = sample(8, "体育局")
    source = Paper(report, "pdf", "ruled", "8.pdf", pdf(report, "paged"))
    files = {"tif": scanned(source, 150, noisy=False)}
    read_whole(walked(tmp_path, "127.0.4.63", files), files, 0.9)
