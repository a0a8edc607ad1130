"""Whoever reads, the database is the same: processes of this machine or workers of a cluster, whatever dies meanwhile."""

import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import dask
import pytest

from crawler.ground.data import DataDir, connect, create
from crawler.ground.errors import GoujiError, UsageError
from crawler.ground.schema import migrations as crawler_migrations
from crawler.ground.workers import MEBIBYTE
from extract.engine import crew
from extract.engine.chosen import chosen
from extract.engine.cluster import ClusterEngine, _failure
from extract.engine.crew import TLS
from extract.engine.engine import BOUNDS, Bounds
from extract.engine.house import lacks, this_house
from extract.model import Problem
from extract.run import ExtractResult, extract
from extract.store.schema import migrations as extract_migrations
from tests.clusters import Cluster, signed
from tests.extract.test_failures import BIG
from tests.extract.test_run import good, keep

NOW = datetime(2026, 2, 1, tzinfo=UTC)
DOCUMENTS = sorted((Path(__file__).parent.parent / "documents").glob("*/report.*"))
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0
# A Python that runs the code of another version: it fails in the midst of it.
UNLIKE = """
from distributed import Worker

async def set_resources(self, **resources):
    raise TypeError("cannot unpack non-iterable function object")

Worker.set_resources = set_resources
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with closing(Cluster(tmp_path_factory.mktemp("cluster") / "c", workers=2)) as found:
        yield found


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    """A data directory of documents that nobody has read."""
    made = create(DataDir(tmp_path / "data"))
    with closing(connect(made, (crawler_migrations, extract_migrations))) as db:
        bodies = {f"http://a.example/{number}.html": good(number) for number in range(12)}
        bodies |= {f"http://a.example/{path.parent.name}/{path.name}": path.read_bytes() for path in DOCUMENTS[::6]}
        keep(db, made, bodies | {"http://a.example/broken.pdf": b"%PDF-1.7 broken"})
    return made


def dump(data: DataDir) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order in which it was stored."""
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        names = [name for name in db.table_names() if not name.startswith(("_prose", "_sqlite", "sqlite_"))]
        return {name: db.execute(f'select * from "{name}"').fetchall() for name in names}


def read(
    data: DataDir, address: str = "", bounds: Bounds = BOUNDS, on: Callable[[int], None] | None = None
) -> ExtractResult:
    """Reads everything; `on` is called with the number of documents that are done."""
    engine = chosen(data, address, workers=2, bounds=bounds)
    if isinstance(engine, ClusterEngine):
        engine.crew.patience = PATIENCE
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        return extract(db, data, now=NOW, engine=engine, progress=(lambda done, _: on(done)) if on else None)


def twin(data: DataDir) -> DataDir:
    return DataDir(Path(shutil.copytree(data.root, data.root.with_name("twin"))))


def test_a_cluster_reads_as_one_machine_does(cluster: Cluster, data: DataDir) -> None:
    other = twin(data)
    assert read(data).whole
    assert read(other, cluster.address).whole
    assert dump(other) == dump(data)


def test_a_worker_that_dies_costs_nothing(cluster: Cluster, data: DataDir) -> None:
    other = twin(data)
    read(data)
    victim = cluster.start_worker()
    died = threading.Event()

    def kill(done: int) -> None:
        if not died.is_set():
            died.set()
            cluster.kill(victim)

    assert read(other, cluster.address, on=kill).whole
    assert died.is_set()
    assert dump(other) == dump(data)


def test_a_scheduler_that_dies_and_comes_back_costs_nothing(tmp_path: Path, data: DataDir) -> None:
    other = twin(data)
    read(data)
    with closing(Cluster(tmp_path / "own", workers=1)) as own:
        died = threading.Event()

        def kill(done: int) -> None:
            if not died.is_set():
                died.set()
                own.kill(own.scheduler)
                own.scheduler = own.start_scheduler()
                own.start_worker()  # dask's workers end with their scheduler; whoever keeps them starts them again

        assert read(other, own.address, on=kill).whole
        assert died.is_set()
    assert dump(other) == dump(data)


def test_whoever_asked_may_die_and_ask_again(cluster: Cluster, data: DataDir) -> None:
    other = twin(data)
    read(data)
    line = [sys.executable, "-m", "monitor.cli", "--data", str(other.root), "extract", "--engine", cluster.address]
    asking = subprocess.Popen(line, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True)
    assert asking.stderr is not None
    asking.stderr.readline()  # the first line of progress: it is at work
    os.killpg(asking.pid, signal.SIGKILL)
    asking.wait()
    asking.stderr.close()
    read(other, cluster.address)
    assert _facts(other) == _facts(data)


def _facts(data: DataDir) -> list[tuple[object, ...]]:
    query = "select r.url, f.concept, f.member, f.value, f.place from facts f join reports r on r.id = f.report"
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        return sorted(db.execute(query).fetchall(), key=str)


def test_what_is_too_much_for_a_worker_is_that_documents_own(cluster: Cluster, data: DataDir) -> None:
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        keep(db, data, {"http://a.example/big.html": BIG})
    result = read(data, cluster.address, Bounds(memory=144 * MEBIBYTE))
    assert [(one.url, one.problem.code) for one in result.failures] == [("http://a.example/big.html", "too_large")]
    assert result.reports >= 12


def test_a_worker_with_another_reader_is_given_nothing_and_that_is_said(tmp_path: Path, data: DataDir) -> None:
    house = tmp_path / "house"
    for stage in ("crawler", "extract"):
        shutil.copytree(ROOT / stage, house / stage, ignore=shutil.ignore_patterns("__pycache__"))
    with (house / "extract" / "parse.py").open("a", encoding="utf-8") as module:
        module.write("# another version\n")
    said: list[str] = []
    with closing(Cluster(tmp_path / "own")) as own:
        own.start_worker({"PYTHONPATH": str(house)})
        own.start_worker()
        engine = chosen(data, own.address, say=lambda both: said.append(both[1]))
        with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
            assert extract(db, data, now=NOW, engine=engine).whole
            engine = chosen(data, own.address, say=lambda both: said.append(both[1]))
            assert extract(db, data, now=NOW, engine=engine, everything=True).whole
    assert set(said) == {said[0]}
    assert "另一个版本" in said[0]


def test_a_worker_that_cannot_say_what_it_can_do_is_told_of(
    tmp_path: Path, data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SILENT", 1.0)
    said: list[str] = []
    with closing(Cluster(tmp_path / "own")) as own:
        own.start_worker(altered=UNLIKE)
        engine = chosen(data, own.address, say=lambda both: said.append(both[1]))
        assert isinstance(engine, ClusterEngine)
        engine.crew.patience = 20.0
        with (
            closing(connect(data, (crawler_migrations, extract_migrations))) as db,
            pytest.raises(GoujiError, match=r"nobody at tcp:"),
        ):
            extract(db, data, now=NOW, engine=engine)
    [told] = said
    assert "没有回答它能做什么" in told
    assert f"Python {platform.python_version()}" in told


def test_where_nobody_reads_that_is_said(tmp_path: Path, data: DataDir) -> None:
    with (
        closing(Cluster(tmp_path / "own")) as own,
        closing(connect(data, (crawler_migrations, extract_migrations))) as db,
    ):
        engine = chosen(data, own.address)
        assert isinstance(engine, ClusterEngine)
        engine.crew.patience = 0.1
        with pytest.raises(GoujiError, match=r"nobody at tcp:.*reads with this version of gouji"):
            extract(db, data, now=NOW, engine=engine)


def test_the_parts_of_a_cluster_may_speak_over_tls(
    tmp_path: Path, data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = twin(data)
    read(data)
    authority, certificate, key = signed(tmp_path / "keys")
    tls = ("--tls-ca-file", str(authority), "--tls-cert", str(certificate), "--tls-key", str(key))
    with closing(Cluster(tmp_path / "own", tls=tls, workers=1)) as own:
        with pytest.raises(GoujiError, match="are missing or cannot be used; set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"):
            read(other, own.address)
        for name, path in (("CA_FILE", authority), ("CLIENT__CERT", certificate), ("CLIENT__KEY", key)):
            monkeypatch.setenv(f"{TLS}{name}", str(path))
        dask.config.refresh()
        assert read(other, own.address).whole
    monkeypatch.undo()
    dask.config.refresh()
    assert dump(other) == dump(data)


@pytest.mark.parametrize("written", [None, "no certificate"])
def test_certificates_that_cannot_be_used_are_said(tmp_path: Path, data: DataDir, written: str | None) -> None:
    path = tmp_path / "any.pem"
    if written:
        path.write_text(written)
    told = {f"{TLS}CA_FILE": str(path)} | (
        {f"{TLS}CLIENT__{name}": str(path) for name in ("CERT", "KEY")} if written else {}
    )
    line = [sys.executable, "-m", "monitor.cli", "--lang", "en", "--data", str(data.root), "extract"]
    asking = subprocess.run(
        [*line, "--engine", "tls://127.0.0.1:9"],
        env={**os.environ, **told},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert asking.returncode == 3
    assert "are missing or cannot be used" in asking.stderr
    assert "Traceback" not in asking.stderr


def test_nobody_answers(data: DataDir) -> None:
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        with pytest.raises(GoujiError, match="no dask scheduler answers") as told:
            extract(db, data, now=NOW, engine=chosen(data, "tcp://127.0.0.1:9"))
        assert re.findall("[A-Za-z]{2,}", told.value.zh) == ["tcp", "dask", "dask", "scheduler"]
        assert extract(db, data, now=NOW, everything=True).whole


@pytest.mark.parametrize("address", ["host:8786", "http://a:1", "tcp://a", "tcp://a:b", "tcp://a b:1"])
def test_what_is_no_address_is_refused(data: DataDir, address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a dask scheduler"):
        chosen(data, address)


def test_what_killed_its_workers_is_at_fault_itself() -> None:
    from distributed import KilledWorker

    assert _failure(KilledWorker("a", None, 1)).cause == "killed"  # type: ignore[arg-type]  # dask wants a state of its own
    assert _failure(RuntimeError("x")).cause == "error"


@pytest.mark.parametrize(
    ("problem", "lacked"),
    [
        (Problem("no_text", "", facts={"images": 3}), "ocr"),
        (Problem("part_unread", "", facts={"parts": ["image"]}), "ocr"),
        (Problem("ocr_missing", ""), "ocr"),
        (Problem("converter_missing", ""), "office"),
        (Problem("no_text", ""), ""),
        (Problem("not_a_report", ""), ""),
        (Problem("part_unread", "", facts={"parts": ["hidden"]}), ""),
    ],
)
def test_only_who_could_not_see_a_picture_lacked_something(problem: Problem, lacked: str) -> None:
    assert lacks(problem) == lacked


def test_what_only_some_can_do_has_a_name_of_its_own() -> None:
    house = this_house()
    assert house.offers()[0] == house.base
    assert all(name.startswith(house.base) for name in house.offers())
    assert house.wanted("office") == f"{house.base}-office"
