"""One failure costs itself alone: hostile documents on the whole road, and nobody else is read or judged otherwise.

GOUJI_SEEDS=10 drives ten times as much. A failure names the seed and the number of what did it; `python -m
tests.hostile SEED NUMBER > file` makes it again.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from extract.model import Report
from extract.readers._office import converter
from extract.run import read_report
from monitor.samples import make_history
from tests.hostile import SEEDS
from tests.hostile.documents import FORBIDDEN, Document, make
from tests.hostile.road import Ended, assert_read, control, copy_of, gouji, judged, query
from tests.monitor.service import ROOT, environment

DOCUMENTS = 300  # beside the good ones in one data directory
DRIVEN: Counter[str] = Counter()  # how many of each kind of input this run drove
TRIES = 6  # runs of extract after which everything has come to rest


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """The good reports alone, read and judged: what they must be in every company."""
    return control(tmp_path_factory.mktemp("sound"))


def put(folder: Path, documents: list[Document]) -> None:
    folder.mkdir()
    for document in documents:
        (folder / document.name).write_bytes(document.body)


def culprits(documents: list[Document], seed: int) -> list[str]:
    """Which of them raise where they are read: where a run fails, it is one of these. How to make them again."""
    raising = [
        (number, document, contained(partial(read_report, document.body, document.name)))
        for number, document in enumerate(documents)
    ]
    return [
        f"python -m tests.hostile {seed} {number} ({document.kind}): {failed.detail}"
        for number, document, failed in raising
        if isinstance(failed, Failed)
    ][:10]


def accounted(data: DataDir) -> list[str]:
    """Documents that are neither read nor told of: they would be lost without a word."""
    return [
        row[0]
        for row in query(
            data,
            "select d.url from documents d where not exists (select 1 from readings r where r.document = d.sha256 and r.url = d.url) "
            "and not exists (select 1 from problems p where p.document = d.sha256)",
        )
    ]


@pytest.mark.parametrize("seed", range(7 * SEEDS))
def test_hostile_documents_cost_nobody_but_themselves(sound: DataDir, tmp_path: Path, seed: int) -> None:
    documents = [make(seed, number) for number in range(DOCUMENTS)]
    data = copy_of(sound, tmp_path / "data")
    before = judged(data)
    DRIVEN.update(documents=len(documents), runs=1)
    put(tmp_path / "hostile", documents)
    added = gouji(data, "add", str(tmp_path / "hostile"), "--json")
    assert not added.faulty, str(added)
    assert (
        added.value["added"] + added.value["known"] + len(added.value["refused"])
        >= len({one.body for one in documents}) * 0.9
    )
    first = gouji(data, "extract", "--json")
    assert not first.faulty, f"seed {seed}: {first}\none of {culprits(documents, seed)}"
    assert_read(data)
    assert accounted(data) == [], f"seed {seed}"
    assert_rests(data, first, seed)
    for line in (("check", "--json"), ("check", "--all", "--json")):
        ended = gouji(data, *line)
        assert not ended.faulty, f"seed {seed}: {ended}"
        assert judged(data) == before, f"seed {seed}: a good report is judged otherwise in this company"
    assert_read(data)


def assert_rests(data: DataDir, first: Ended, seed: int) -> None:
    """A run that left something pending does not end with 0; after a few tries nothing is tried any more."""
    pending = query(data, "select count(*) from documents where sha256 not in (select document from readings)")[0][0]
    assert first.status == 0 or pending, f"seed {seed}: {first}"
    again = [gouji(data, "extract", "--json") for _ in range(TRIES if pending else 1)]
    assert not any(ended.faulty for ended in again), f"seed {seed}: {again[-1]}"
    waiting = 0 if converter() else again[-1].value["outcomes"].get("converter_missing", 0)  # for LibreOffice
    assert again[-1].value["read"] == waiting, f"seed {seed}: still trying after {TRIES} runs: {again[-1]}"
    assert again[0].value["read"] <= pending, f"seed {seed}: what was read is read again: {again[0]}"


def test_from_nothing_by_the_real_command(sound: DataDir, tmp_path: Path) -> None:
    """Good and hostile ones in one folder, each step a process of its own; then everything once more."""
    documents = [make(100, number) for number in range(120)]
    put(tmp_path / "in", documents)
    for good in sorted((sound.root.parent / "in").iterdir()):
        (tmp_path / "in" / good.name).write_bytes(good.read_bytes())
    data = DataDir(tmp_path / "data")
    for line in (["add", str(tmp_path / "in")], ["extract"], ["check"], ["extract", "--all"], ["check", "--all"]):
        done = subprocess.run(
            [sys.executable, "-m", "monitor.cli", *line, "--data", str(data.root)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            timeout=300,
            check=False,
        )
        ended = Ended(
            tuple(line), done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        )
        assert not ended.faulty, f"{ended}\none of {culprits(documents, 100)}"
    assert_read(data)
    assert judged(data) == judged(sound)


@pytest.mark.parametrize("seed", range(2 * SEEDS))
def test_verify_of_hostile_documents(tmp_path: Path, seed: int) -> None:
    """`verify` is given them as a person might: an answer about each, never an error of our own."""
    data = DataDir(tmp_path / "none")
    DRIVEN.update(documents=100, runs=1)
    documents = [make(200 + seed, number) for number in range(100)]
    paths = [tmp_path / f"{number}{Path(document.name).suffix[:5]}" for number, document in enumerate(documents)]
    for path, document in zip(paths, documents, strict=True):
        path.write_bytes(document.body)
    ended = gouji(data, "verify", "--json", *map(str, paths))
    assert not ended.faulty, f"{ended}\none of {culprits(documents, 200 + seed)}"
    assert ended.status in (0, 1), str(ended)
    assert [one["file"] for one in ended.value["files"]] == list(map(str, paths))
    assert not data.root.exists()


# Where a forbidden character may stand: between which parts of a page it is put.
PLACES = {
    "head of a merged cell": '<td rowspan="2">',
    "head of a cell": "<td>",
    "in the title": "<title>",
    "in a heading": "<h1>",
    "in the article": '<div class="TRS_Editor">',
    "in a paragraph": "<p>",
    "before a table": '<table border="1">',
    "in a row": "<tr>",
    "in a comment": "<!--TRS_Editor",
    "in an attribute": 'content="',
    "behind the page": "</html>",
    "before a figure": "<td>1",
    "before the page": "",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_xml_forbids_is_no_part_of_anything(place: str) -> None:
    """Raw or as a reference of whatever spelling, the page is read as if the character did not stand there."""
    [sample] = make_history(7, "示例县司法局", [2024])
    page = sample.html("plain")
    at = page.index(PLACES[place]) + len(PLACES[place])
    wanted = read_report(page.encode(), "a.html")
    assert isinstance(wanted, Report)
    for char in FORBIDDEN:
        number = ord(char)
        if number in (0x7F, 0x85):
            continue  # XML has these
        for spelled in (char, char * 3, f"&#{number};", f"&#x{number:x};", f"&#X{number:06X};", f"&#{number:09};"):
            if spelled.startswith("&") and place in (
                "in a comment",
                "before the page",
                "behind the page",
                "before a table",
                "in a row",
            ):
                continue  # no reference there
            body = (page[:at] + spelled + page[at:]).encode("utf-8", "surrogatepass")
            found = read_report(body, "a.html")
            what = f"{spelled!a} {place}"
            assert isinstance(found, Report), (what, found)
            assert found.rows == wanted.rows, what
            assert (found.title, found.agency_name, found.year) == (wanted.title, wanted.agency_name, wanted.year), what
            assert [problem.code for problem in found.problems] == [problem.code for problem in wanted.problems], what


def test_how_many_were_driven(record_property: Callable[[str, object], None]) -> None:
    if DRIVEN["runs"] < 9 * SEEDS:
        pytest.skip("only a part of this file was run")
    record_property("driven", f"{DRIVEN['documents']} hostile documents over the road")
    assert DRIVEN["documents"] >= 2000
