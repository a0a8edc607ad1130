"""Whatever dies, hangs, wakes again or is cut off while a cluster reads: the database is that of one machine."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # comes with dask
import pytest
from distributed import Client

from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.engine.chosen import chosen
from extract.engine.cluster import SEVERAL, SMALL, ClusterEngine, _Task
from extract.run import ExtractResult, extract
from extract.store.schema import migrations as extract_migrations
from tests.clusters import Cluster
from tests.extract.test_engine import NOW, PATIENCE, ROOT, data, dump, read, twin
from tests.extract.test_run import good, keep
from tests.proxies import Proxy

__all__ = ["data"]

SLOW = "<p>示例县2023年政府信息公开工作年度报告 <b>1</b>".encode() * 60_000  # takes whoever reads it a few seconds


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that the test may break."""
    with closing(Cluster(tmp_path / "own")) as found:
        yield found


@pytest.fixture
def wanted(data: DataDir) -> dict[str, list[tuple[object, ...]]]:
    """What one machine makes of it."""
    other = twin(data)
    read(other)
    return dump(other)


@contextmanager
def asked(cluster: Cluster) -> Iterator[Client]:
    client = Client(cluster.address, set_as_default=False)  # type: ignore[no-untyped-call]  # dask has no types
    try:
        yield client
    finally:
        client.close()  # type: ignore[no-untyped-call]  # dask has no types


def processes(cluster: Cluster, count: int) -> list[int]:
    """Those of the workers themselves, below their nannies."""
    with asked(cluster) as client:
        client.wait_for_workers(count, timeout=PATIENCE)
        return [int(pid) for pid in client.run(os.getpid).values()]


def listening(address: str) -> int:
    """The process there; 0 where none is left."""
    port = int(address.rpartition(":")[2])
    found = [one.pid for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr.port == port]
    return found[0] or 0 if found else 0


def once(act: Callable[[], None]) -> Callable[[int], None]:
    """Done when the reading has begun."""
    done: list[int] = []

    def on(count: int) -> None:
        if not done:
            done.append(count)
            act()

    return on


def test_a_worker_that_is_killed_below_its_nanny(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    own.start_worker()
    [worker] = processes(own, 1)
    assert read(data, own.address, on=once(lambda: os.kill(worker, signal.SIGKILL))).whole
    assert dump(data) == wanted


def test_a_nanny_that_is_killed_above_its_worker(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    nanny = own.start_worker()
    processes(own, 1)

    def act() -> None:
        os.kill(nanny.pid, signal.SIGKILL)
        nanny.wait()
        own.start_worker()

    assert read(data, own.address, on=once(act)).whole
    assert dump(data) == wanted


def test_a_worker_that_hangs_and_answers_when_others_have(
    tmp_path: Path, data: DataDir, wanted: dict[str, list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "15s")  # as whoever keeps a cluster may set it
    with closing(Cluster(tmp_path / "hangs", workers=2)) as own:
        processes(own, 2)
        hung = own.workers[0].pid  # with its nanny and its readers, as when its machine sleeps
        asleep = threading.Event()

        def act() -> None:
            os.killpg(hung, signal.SIGSTOP)
            asleep.set()

        result: list[ExtractResult] = []
        reading = threading.Thread(target=lambda: result.append(read(data, own.address, on=once(act))))
        reading.start()
        try:
            reading.join(PATIENCE * 2)
            assert not reading.is_alive(), "what it had is read elsewhere"
            assert asleep.is_set()
        finally:
            os.killpg(hung, signal.SIGCONT)
            reading.join()
        assert result[0].whole
        assert dump(data) == wanted
        assert read(data, own.address).read == 0
        assert dump(data) == wanted


def test_a_document_that_kills_every_worker_is_its_own_problem(own: Cluster, data: DataDir) -> None:
    """Whoever is at it is killed, as by a machine that has no memory left."""
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        keep(db, data, {"http://a.example/killer.html": SLOW})
    result, killed = killing(own, data)
    assert len(set(killed)) >= 2
    assert result.reports >= 12


def test_what_travels_with_a_document_that_kills_is_read(own: Cluster, data: DataDir, tmp_path: Path) -> None:
    """A task bears the name of its first document."""
    other = create(DataDir(tmp_path / "first"))
    with closing(connect(other, (crawler_migrations, extract_migrations))) as db:
        keep(db, other, {"http://a.example/killer.html": SLOW[: SMALL // 2]})
        keep(db, other, {f"http://a.example/{number}.html": good(number) for number in range(SEVERAL)})
    result, killed = killing(own, other)
    assert len(set(killed)) >= 2
    assert result.reports == SEVERAL


def killing(own: Cluster, data: DataDir) -> tuple[ExtractResult, list[int]]:
    """Reads with two workers, of which those are killed that have the document killer.html; who was."""
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        name = db.execute("select sha256 from documents where url like '%killer.html'").fetchone()[0][:16]
    for _ in range(2):
        own.start_worker()
    processes(own, 2)
    ended = threading.Event()
    killed: list[int] = []

    def kill() -> None:
        with asked(own) as client:
            while not ended.is_set():
                at_it = [
                    address
                    for address, tasks in client.processing().items()  # type: ignore[no-untyped-call]  # dask has no types
                    if any(f"gouji-read-{name}" in str(task) for task in tasks)
                ]
                for pid in map(listening, at_it):
                    if pid:
                        killed.append(pid)
                        os.kill(pid, signal.SIGKILL)
                ended.wait(0.1)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        result = read(data, own.address)
    finally:
        ended.set()
        killer.join()
    assert [(one.url, one.problem.code) for one in result.failures] == [
        ("http://a.example/killer.html", "reader_crashed")
    ]
    return result, killed


def test_a_scheduler_that_is_gone_until_it_is_missed(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    own.start_worker()
    processes(own, 1)
    said: list[str] = []

    def back(both: tuple[str, str]) -> None:
        said.append(both[1])
        if "没有应答，等它回来" in both[1]:
            own.scheduler = own.start_scheduler()
            own.start_worker()

    engine = chosen(data, own.address, say=back)
    assert isinstance(engine, ClusterEngine)
    on, gather = once(lambda: own.kill(own.scheduler)), engine._gather

    def first_alone(tasks: Sequence[_Task]) -> None:
        """What came back first is taken, and the scheduler dies: the rest it had is gone with it."""
        gather(tasks if said else tasks[:1])
        if tasks:
            on(1)

    monkeypatch.setattr(engine, "_gather", first_alone)
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        assert extract(db, data, now=NOW, engine=engine).whole
    assert any("等它回来" in one for one in said)
    assert dump(data) == wanted


def test_a_network_that_is_cut_between_us_and_the_scheduler(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    own.start_worker()
    processes(own, 1)
    with Proxy(own.port) as wire:

        def act() -> None:
            wire.cut()
            threading.Timer(2.0, wire.mend).start()

        assert read(data, f"tcp://127.0.0.1:{wire.port}", on=once(act)).whole
    assert dump(data) == wanted


def test_a_network_that_is_cut_between_the_scheduler_and_its_worker(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    with Proxy(own.port) as wire:
        own.start_worker(through=wire.port)
        processes(own, 1)

        def act() -> None:
            wire.cut()
            own.start_worker()

        assert read(data, own.address, on=once(act)).whole
    assert dump(data) == wanted


def test_two_who_ask_one_cluster_at_once(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    for _ in range(2):
        own.start_worker()
    other = DataDir(Path(shutil.copytree(data.root, data.root.with_name("third"))))
    results: list[ExtractResult] = []
    asking = [threading.Thread(target=lambda one=one: results.append(read(one, own.address))) for one in (data, other)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert [result.whole for result in results] == [True, True]
    assert dump(data) == dump(other) == wanted


def test_two_commands_on_one_data_directory_at_once(
    own: Cluster, data: DataDir, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    own.start_worker()
    line = [sys.executable, "-m", "monitor.cli", "--data", str(data.root), "extract", "--engine", own.address]
    both = [subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(one.communicate(timeout=120)[1].decode(), one.returncode) for one in both]
    assert all("Traceback" not in said for said, _ in ended), ended
    assert 0 in [status for _, status in ended], ended
    found = dump(data)
    for table in ("reports", "disclosure", "readings", "failures"):
        assert len(found[table]) == len(wanted[table]), table
