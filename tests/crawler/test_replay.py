"""What crossed the wire, as WARC: sound by warcio's own judgement, and enough to run the crawl again offline."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawler.crawling import ROOT, Bench
from tests.portals import gkmlpt, jpage, trs
from tests.portals.kinds import Kind
from tests.portals.site import serving

DOCUMENTS = ("select sha256, url, portal, title, agency_name, year, published_on, media_type, attachment_of, "
             "substr(first_seen, 1, 10) from documents order by url, sha256")


@pytest.fixture
def kinds() -> dict[str, Kind]:
    return {"trs": trs.portal("127.0.8.1"), "jpage": jpage.portal("127.0.8.2"), "gkmlpt": gkmlpt.portal("127.0.8.3")}


def recorded(bench: Bench, crawl: int) -> list[Path]:
    return sorted(bench.data.warc.glob(f"{crawl}-*.warc.gz"))


def checked(path: Path) -> str:
    """What `warcio check` says of a file."""
    done = subprocess.run([sys.executable, "-m", "warcio", "check", "-v", str(path)], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def test_a_replay_gives_the_same_documents_with_no_network(tmp_path: Path, kinds: dict[str, Kind]) -> None:
    bench = Bench(tmp_path / "live")
    with serving(*(kind.site for kind in kinds.values())):
        bench.watch({name: kind.site.url + kind.start for name, kind in kinds.items()})
        live = bench.crawl()
    documents = bench.rows(DOCUMENTS)
    assert len(documents) > 100
    [file] = recorded(bench, 1)
    fresh = Bench(tmp_path / "fresh")
    again = fresh.crawl("--replay", str(file))
    assert fresh.rows(DOCUMENTS) == documents
    assert again.status == 0, again
    assert {one["id"]: one for one in again.outcome["portals"]} == {one["id"]: one for one in live.outcome["portals"]}
