"""A portal whose report has its tables as pictures, the whole road: one report, read whole, and nobody is missing."""

import json
from pathlib import Path

from click.testing import CliRunner
from PIL import Image

from extract.store.parts import WITH_PAGE
from monitor.cli import main
from monitor.samples import make_history
from tests.crawler.crawling import Bench
from tests.extract.pictured_pages import pictured_page
from tests.extract.scanned import needs_ocr
from tests.portals.pages import entry, listing
from tests.portals.site import Reply, Site

START = "/zfxxgknb/"
BODY, ABSENT = "青石市体育局", "青石市气象局"

pytestmark = needs_ocr


def gouji(bench: Bench, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--data", str(bench.data.root)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_report_with_its_tables_as_pictures_goes_the_whole_road(tmp_path: Path) -> None:
    [report] = make_history(8, BODY, [2025], dense=True)
    page, pictures = pictured_page(report)
    site, bench = Site("127.0.4.71"), Bench(tmp_path)
    site.pages[START] = listing([entry("1.html", report.title, f"{report.published_on:%Y-%m-%d}")])
    site.pages[f"{START}1.html"] = page.decode()
    site.pages |= {START + name: Reply(picture, kind="image/png") for name, picture in pictures.items()}
    register = tmp_path / "名录.csv"
    register.write_text(
        f"name,level,kind,portal\n{BODY},county,department,shi\n{ABSENT},county,department,shi\n", "utf-8"
    )
    with site:
        bench.watch({"shi": site.url + START})
        gouji(bench, "agencies", "import", str(register))
        assert bench.crawl().status == 0
    gouji(bench, "extract")
    gouji(bench, "check")
    shown = json.loads(gouji(bench, "show", BODY, "2025", "--json"))
    assert len(shown["rows"]) > 20
    for row in shown["rows"]:
        for member, cell in row["cells"].items():
            assert cell["raw"] == report.printed(f"{row['table']}[{row['row']},{member}]")
    assert not [one for one in shown["findings"] if one["class"] == "fatal"]
    missing = json.loads(gouji(bench, "missing", "--year", "2025", "--on", "2026-02-02", "--json"))
    assert [one["name"] for one in missing["entries"] if one["state"] == "overdue"] == [ABSENT]
    outcomes = dict(bench.rows("select url, outcome from readings"))
    assert sorted(outcomes.values()) == ["complete", *[WITH_PAGE] * 3]
    assert bench.rows("select count(*) from problems") == [(0,)]
    assert "第3张图" in gouji(bench, "show", BODY, "2025", "--where")
    target = tmp_path / "图.png"
    gouji(bench, "show", BODY, "2025", "--image", str(target))
    with Image.open(target) as image:
        assert image.size[0] > 1000
