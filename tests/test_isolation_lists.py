"""One failure costs itself alone: hostile entries, lists and portals, and every good entry is fetched, nobody overdue for them.

GOUJI_SEEDS=10 drives ten times as much; a failure names the seed, the number and the kind of the list (tests/hostile/lists.py).
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.ground.data import DataDir, create
from tests.hostile import SEEDS, road
from tests.hostile.lists import YEAR, Hostile, innocent, portal
from tests.hostile.road import FAULT, query
from tests.monitor.service import ROOT, environment
from tests.portals.pages import entry, listing, report_title
from tests.portals.site import serving

LISTS, INNOCENTS = 80, 4
RUNS = 4 * SEEDS
DRIVEN: Counter[str] = Counter()
ABSENT = "青石县从不公布管理局"  # what is never listed: whoever tells nobody overdue tells nothing
STATES = {
    "ok",
    "empty",
    "unreachable",
    "challenge",
    "forbidden",
    "robots",
    "login",
    "redirected",
    "soft_404",
    "throttled",
    "repeating",
    "tls",
    "failing",
}


def gouji(data: DataDir, *line: str) -> Any:
    """The answer of a command; never an error of our own."""
    ended = road.gouji(data, *line, "--json")
    assert not ended.faulty, f"{ended.err[:1500]}\n…\n{ended}"
    return ended.value


def crawl(data: DataDir) -> int:
    """A crawl as a process of its own, and how it ends; neither it nor what it starts says an error of our own."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "crawl", "--data", str(data.root), "--json"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=400,
        check=False,
    )
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert not any(words in out + err for words in FAULT), (
        f"exit {done.returncode}\n{out[:300]}\n{err[:1500]}\n…\n{err[-2500:]}"
    )
    assert json.loads(out)
    return done.returncode


def watched(root: Path, portals: dict[str, Hostile]) -> DataDir:
    data = create(DataDir(root))
    tables = "".join(
        f'[[portal]]\nid = "{name}"\nname = "青石县"\nstart_url = "{made.site.url}{made.start}"\n'
        for name, made in portals.items()
    )
    data.config_path.write_text(
        f'[crawl]\ncontact = "mailto:a@example.org"\ndelay = 0\ntimeout = 3.0\n{tables}', encoding="utf-8"
    )
    lines = [
        f",{body},county,department,,,{name},{YEAR},,\n"
        for name, made in portals.items()
        for body in (*made.good, *made.dropped)
    ]
    lines += [f",{ABSENT},county,department,,,{next(name for name in portals if name.startswith('i'))},{YEAR},,\n"]
    (root / "register.csv").write_text(
        "code,name,level,kind,parent,division,portal,first_year,last_year,source\n" + "".join(lines), encoding="utf-8"
    )
    return data


@pytest.mark.parametrize("seed", range(RUNS))
def test_hostile_lists_cost_nobody_but_themselves(tmp_path: Path, seed: int) -> None:
    portals = {f"i{number}": innocent(f"127.0.9.{number + 1}", number) for number in range(INNOCENTS)}
    portals |= {f"h{number}": portal(f"127.0.8.{number + 1}", seed, number) for number in range(LISTS)}
    DRIVEN.update(lists=LISTS, runs=1)
    with serving(*(made.site for made in portals.values())):
        data = watched(tmp_path / "data", portals)
        assert gouji(data, "agencies", "import", str(data.root / "register.csv"))
        assert crawl(data) in (0, 3)
    held = {
        (name, body)
        for name, body in query(data, "select portal, agency_name from documents where attachment_of is null")
    }
    states = dict(query(data, "select id, state from portals"))
    for name, made in portals.items():
        what = (
            f"seed {seed}, number {name[1:]} ({made.kind}), state {states.get(name)}: "
            + "; ".join(
                f"{url} {verdict} {detail}"
                for url, verdict, detail in query(
                    data, "select url, verdict, detail from fetches where portal = ?", name
                )
            )[:1500]
        )
        assert states.get(name) in STATES, what
        assert made.kind != "innocent" or states[name] == "ok", what
        assert {(name, body) for body in made.good} <= held, (
            f"not fetched: {[body for body in made.good if (name, body) not in held]}: {what}"
        )
    read = road.gouji(data, "extract", "--json")
    assert (read.status, read.faulty) == (0, False), str(read)
    gouji(data, "check")
    missing = gouji(data, "missing", "--year", str(YEAR))
    told = {one["name"]: one["state"] for one in missing["entries"]}
    assert told[ABSENT].startswith("overdue"), told[ABSENT]
    accused = {
        (body, name, made.kind)
        for name, made in portals.items()
        for body in (*made.good, *made.dropped)
        if told[body].startswith("overdue")
    }
    assert not accused, f"seed {seed}: overdue though listed: {sorted(accused)}"


def test_entries_that_lead_to_one_place_that_is_none(tmp_path: Path) -> None:
    """Several bodies, one address that nobody can ask for: each of them was listed, and none is overdue for that."""
    portals = {"i0": innocent("127.0.9.1", 0)}
    for number, address in enumerate(
        ("http://[v1.x]:8/", "http://a@b@c:d/r.html", "&#xDFFF;.html", "http://[::1", "http://127.0.9.1:1/r.html"), 2
    ):
        made = portals[f"h{number}"] = innocent(f"127.0.9.{number}", number)
        made.dropped = [f"黑石县第{number}{letter}管理局" for letter in "甲乙丙"]
        entries = [entry(address, report_title(body, YEAR)) for body in made.dropped]
        made.site.pages["/nb/"] = listing(
            [*entries, *(entry(f"good-{at}.html", report_title(body, YEAR)) for at, body in enumerate(made.good))]
        )
    with serving(*(made.site for made in portals.values())):
        data = watched(tmp_path / "data", portals)
        gouji(data, "agencies", "import", str(data.root / "register.csv"))
        crawl(data)
    gouji(data, "extract")
    gouji(data, "check")
    told = {one["name"]: one["state"] for one in gouji(data, "missing", "--year", str(YEAR))["entries"]}
    assert told[ABSENT].startswith("overdue")
    assert not [
        body for made in portals.values() for body in (*made.good, *made.dropped) if told[body].startswith("overdue")
    ]


def test_how_many_were_driven(record_property: Callable[[str, object], None]) -> None:
    if DRIVEN["runs"] < RUNS:
        pytest.skip("only a part of this file was run")
    record_property("driven", f"{DRIVEN['lists']} hostile lists in {RUNS} crawls")
    assert DRIVEN["lists"] >= 300
