"""Documents of an archive on S3-compatible storage: whoever reads fetches them, and what the storage does is none's fault."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from crawler.ground import archive_s3
from crawler.ground.archive import ArchiveError, open_archive
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.engine.chosen import chosen
from extract.engine.cluster import SEVERAL, ClusterEngine, _Piece
from extract.engine.engine import BOUNDS, Asked, Bounds
from extract.engine.local import LocalEngine
from extract.run import ExtractResult, extract
from extract.store.schema import migrations as extract_migrations
from tests.clusters import Cluster
from tests.extract.test_engine import NOW, PATIENCE, dump
from tests.extract.test_run import good, keep
from tests.proxies import Proxy
from tests.storage import Storage, named

COUNT = 12
BODIES = {f"http://a.example/{number}.html": good(number) for number in range(COUNT)}
EARLY = 4  # objects that are fetched before something happens


@pytest.fixture(scope="module")
def cluster(storage: Storage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with closing(Cluster(tmp_path_factory.mktemp("cluster") / "c", workers=2)) as found:
        yield found


@pytest.fixture(params=["local", "cluster"])
def address(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "local" else str(request.getfixturevalue("cluster").address)


class Wire(Proxy):
    """The way to the storage; at the object `EARLY` that is asked for, `then` happens."""

    asked = 0
    then: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, target: int) -> None:
        super().__init__(target, self._see)

    def _see(self, piece: bytes) -> None:
        if piece.startswith(b"GET "):
            self.asked += 1
            if self.asked == EARLY:
                self.then()


@pytest.fixture
def wire(storage: Storage) -> Iterator[Wire]:
    with Wire(storage.port) as one:
        yield one


@pytest.fixture
def data(storage: Storage, wire: Wire, tmp_path: Path) -> DataDir:
    """A data directory of unread documents, whose archive is behind the wire."""
    made = create(DataDir(tmp_path / "data"))
    storage.bucket(tmp_path)
    made.config_path.write_text(
        f'[archive]\nurl = "s3://{named(tmp_path)}/gouji"\nendpoint = "http://127.0.0.1:{wire.port}"\n'
    )
    with closing(connect(made, (crawler_migrations, extract_migrations))) as db:
        keep(db, made, BODIES)
    wire.asked = 0
    return made


@pytest.fixture
def wanted(tmp_path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What one machine stores of the same documents in a folder."""
    folder = create(DataDir(tmp_path / "folder"))
    with closing(connect(folder, (crawler_migrations, extract_migrations))) as db:
        keep(db, folder, BODIES)
        extract(db, folder, now=NOW)
    return dump(folder)


def read(
    data: DataDir, address: str, said: list[str], *, bounds: Bounds = BOUNDS, patience: float = 60.0
) -> ExtractResult:
    engine = chosen(data, address, workers=2, bounds=bounds, say=lambda both: said.append(both[0]))
    assert isinstance(engine, LocalEngine | ClusterEngine)
    engine.waiting.patience = patience
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        result = extract(db, data, now=NOW, engine=engine)
    assert not isinstance(engine, ClusterEngine) or engine.carried == 0
    return result


def test_whoever_reads_fetches(
    data: DataDir, wire: Wire, address: str, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    said: list[str] = []
    assert read(data, address, said).whole
    assert wire.asked == COUNT, "each once, and by nobody else"
    assert (dump(data), said) == (wanted, [])


def test_pages_that_are_fetched_travel_together(
    data: DataDir, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = chosen(data, cluster.address)
    assert isinstance(engine, ClusterEngine)
    archive = open_archive(data)
    asked = [
        Asked("0" * 64, f"http://a.example/{name}", "", False, {}) for name in ("1.html", "2", "3.PDF", "a.tif?x=1")
    ]
    assert [_Piece(engine, one, archive).alone for one in asked] == [False, False, True, True]
    assert _Piece(engine, asked[0]._replace(parts={"http://a.example/1.png": "1" * 64}), archive).alone
    sent: list[int] = []
    start = engine._start

    def counted(pieces: Sequence[_Piece]) -> None:
        sent.append(len(pieces))
        start(pieces)

    monkeypatch.setattr(engine, "_start", counted)
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        assert extract(db, data, now=NOW, engine=engine).whole
    assert (max(sent), sum(sent)) == (SEVERAL, COUNT)


def test_one_that_is_not_given_does_not_hold_its_neighbors_for_ever(
    storage: Storage, data: DataDir, cluster: Cluster
) -> None:
    names = [open_archive(data).put(body) for body in BODIES.values()]

    def refuse(piece: bytes) -> None:
        if names[0].encode() in piece:
            raise ConnectionResetError

    with Proxy(storage.port, refuse) as broken:
        text = data.config_path.read_text().rpartition(":")[0]
        data.config_path.write_text(f'{text}:{broken.port}"\n')
        engine = chosen(data, cluster.address)
        with engine:
            coming = [engine.read(Asked(name, url, "", False, {})) for name, url in zip(names, BODIES, strict=True)]
            assert all(one.done(PATIENCE) for one in coming[1:]), "whoever traveled with it goes again by itself"
            assert not coming[0].done(0.0)


def test_storage_that_is_gone_for_a_while_is_waited_for(
    data: DataDir, wire: Wire, address: str, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    said: list[str] = []

    class Told(list[str]):
        def append(self, sentence: str) -> None:
            said.append(sentence)
            wire.mend()

    wire.then = wire.cut
    assert read(data, address, Told()).whole
    assert len(said) == 1
    assert "does not answer as it should" in said[0]
    assert said[0].endswith("Waiting for it")
    assert dump(data) == wanted


def test_storage_that_stays_away_ends_the_run_and_costs_no_document_a_try(
    data: DataDir, wire: Wire, address: str, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    wire.then = wire.cut
    with pytest.raises(ArchiveError, match=r"does not answer as it should.*\d+ documents are left, as they were"):
        read(data, address, [], patience=0.0)
    found = dump(data)
    assert found["failures"] == []
    assert len(found["reports"]) < COUNT
    wire.mend()
    assert read(data, address, []).whole
    assert dump(data) == wanted


def test_storage_may_be_slower_than_a_document_may_be(
    data: DataDir, wire: Wire, address: str, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    seconds = 6.0

    def stall() -> None:
        wire.slow.set()
        threading.Timer(seconds + 1, wire.slow.clear).start()

    wire.then = stall
    assert read(data, address, [], bounds=Bounds(seconds=seconds)).whole
    assert dump(data) == wanted


def test_wrong_bytes_are_told_as_such_and_healed(
    storage: Storage, tmp_path: Path, data: DataDir, address: str, wanted: dict[str, list[tuple[object, ...]]]
) -> None:
    url, body = next(iter(BODIES.items()))
    sha256 = open_archive(data).put(body)
    storage.ask("PUT", tmp_path, sha256, b"something else")
    result = read(data, address, [])
    assert result.whole, "no fault of the reading"
    assert [(one.url, one.problem.code) for one in result.failures] == [(url, "archive_damaged")]
    assert "被改动过，与其 SHA-256 不符" in result.failures[0].problem.detail
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        assert list(db.execute("select tries from failures")) == [(0,)]
    assert len(dump(data)["reports"]) == COUNT - 1
    open_archive(data).put(body)
    assert read(data, address, []).reports == 1
    numbered = dump(data)["disclosure"]
    assert len(numbered) == len(wanted["disclosure"])


def test_what_is_missing_costs_itself_alone(storage: Storage, tmp_path: Path, data: DataDir, address: str) -> None:
    storage.ask("DELETE", tmp_path, open_archive(data).put(BODIES["http://a.example/3.html"]))
    result = read(data, address, [])
    assert [(one.url, one.problem.code) for one in result.failures] == [("http://a.example/3.html", "archive_damaged")]
    assert result.reports == COUNT - 1


def test_a_worker_without_credentials_is_said(tmp_path: Path, data: DataDir) -> None:
    with closing(Cluster(tmp_path / "own")) as own:
        own.start_worker({"AWS_ACCESS_KEY_ID": ""})
        with pytest.raises(ArchiveError, match="needs credentials in the environment: AWS_ACCESS_KEY_ID"):
            read(data, own.address, [], patience=0.0)


def test_storage_that_never_answers_is_given_up(data: DataDir, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the process that fetches, which on this machine is this one."""
    monkeypatch.setattr(archive_s3, "ANSWER", 0.5)
    monkeypatch.setattr(archive_s3, "TRIES", 0)
    wire.then = wire.slow.set
    with pytest.raises(ArchiveError, match="does not answer as it should"):
        read(data, "", [], patience=0.0)
    assert dump(data)["failures"] == []
    wire.slow.clear()
