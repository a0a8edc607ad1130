"""Documents that hold pictures: whoever recognizes text reads them, and each by itself."""

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from bench._scans import Print, drawn
from crawler.ground.data import DataDir, connect, create
from crawler.ground.errors import Both, GoujiError
from crawler.ground.schema import migrations as crawler_migrations
from extract.engine.chosen import chosen
from extract.engine.cluster import ClusterEngine, _Piece
from extract.engine.engine import Asked
from extract.engine.fetched import bodies
from extract.model import Problem
from extract.readers import needs
from extract.run import extract
from extract.store.schema import migrations as extract_migrations
from monitor.samples import make_history
from tests.clusters import Cluster
from tests.extract.pdf_pages import Small
from tests.extract.scanned import needs_ocr
from tests.extract.test_engine import NOW, _facts, dump, read, twin
from tests.extract.test_run import good, keep

BLIND = """
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "rapidocr" else found(name, package)
"""

OLDER = """
from importlib import metadata
found = metadata.version
metadata.version = lambda name: "0.1" if name == "rapidocr" else found(name)
"""


def scan(seed: int) -> bytes:
    """A PDF of one page that is a picture."""
    target = io.BytesIO()
    drawn(make_history(seed, "示例县教育局", [2024], dense=True)[0], Print(100))[1].save(target, "PDF", resolution=100)
    return target.getvalue()


def inline(seed: int) -> bytes:
    """The same, its picture within what the page draws: no look at the bytes finds it."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    picture = drawn(make_history(seed, "示例县教育局", [2024], dense=True)[0], Print(100))[1]
    canvas.drawInlineImage(picture, 0, 0, *A4)
    canvas.save()
    return target.getvalue()


def test_a_pdf_that_holds_pictures_is_known_by_its_bytes() -> None:
    assert needs(scan(1), "a.pdf") == "ocr"
    words = Small().done()
    assert b"/ImageB" in words, "what many programs write into every page is no picture"
    assert needs(words, "a.pdf") == ""


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    made = create(DataDir(tmp_path / "data"))
    with closing(connect(made, (crawler_migrations, extract_migrations))) as db:
        keep(db, made, {f"http://a.example/{number}.html": good(number) for number in range(4)})
        keep(db, made, {f"http://a.example/{number}.pdf": scan(number) for number in range(2)})
        keep(db, made, {"http://a.example/inline.pdf": inline(3)})
    return made


@pytest.fixture
def mixed(tmp_path: Path) -> Iterator[Cluster]:
    """A worker that recognizes no text; `start_worker` starts one that does."""
    with closing(Cluster(tmp_path / "mixed")) as found:
        found.start_worker(altered=BLIND)
        yield found


@needs_ocr
def test_who_recognizes_no_text_has_no_say_in_what_a_picture_holds(mixed: Cluster, data: DataDir) -> None:
    other = twin(data)
    assert read(data).whole
    mixed.start_worker()
    engine = chosen(other, mixed.address)
    assert isinstance(engine, ClusterEngine)
    with engine:
        while not engine.crew.only_some("ocr"):
            engine.crew.count()
        pieces = [_Piece(engine, one, bodies(engine.archive, one)) for one in _documents(other)]
        assert [piece.alone for piece in pieces] == [False] * 4 + [True] * 2 + [False]
        blind = pieces[-1]
        blind.take(Problem("no_text", "as who recognizes no text says", facts={"images": 1}))
        assert (blind.settled, blind.needs, engine.outgoing) == (None, {"ocr"}, [blind])
    assert read(other, mixed.address).whole
    assert dump(other) == dump(data)


@needs_ocr
def test_what_nobody_there_could_recognize_is_read_once_somebody_can(mixed: Cluster, data: DataDir) -> None:
    other = twin(data)
    wanted = read(data)
    heard: list[Both] = []
    engine = chosen(other, mixed.address, say=heard.append)
    with closing(connect(other, (crawler_migrations, extract_migrations))) as db:
        blind = extract(db, other, now=NOW, engine=engine)
        assert (blind.reports, sum("pip install 'gouji[ocr]'" in zh for _, zh in heard)) == (wanted.reports - 3, 1)
        seeing = extract(db, other, now=NOW)
        assert (seeing.read, seeing.reports) == (3, 3), "the scans alone are read again"
        assert extract(db, other, now=NOW).read == 0
        assert _facts(other) == _facts(data)
        extract(db, other, everything=True, now=NOW, engine=chosen(other, mixed.address))
        assert extract(db, other, now=NOW).read == 0, "what was read with more stands"
    assert _facts(other) == _facts(data)


@needs_ocr
def test_who_recognizes_text_with_another_version_is_given_nothing(tmp_path: Path, data: DataDir) -> None:
    other, heard = twin(data), list[Both]()
    assert read(data).whole
    with closing(Cluster(tmp_path / "both")) as cluster:
        cluster.start_worker(altered=OLDER)
        engine = chosen(other, cluster.address, say=heard.append)
        assert isinstance(engine, ClusterEngine)
        engine.crew.patience = 5.0
        with pytest.raises(GoujiError, match="nobody"), engine:
            pass
        assert ["与这里相同的版本" in zh for _, zh in heard] == [True]
        cluster.start_worker()
        assert read(other, cluster.address).whole
    assert dump(other) == dump(data)


def _documents(data: DataDir) -> list[Asked]:
    with closing(connect(data, (crawler_migrations, extract_migrations))) as db:
        rows = db.execute("select sha256, url, title from documents order by rowid").fetchall()
    return [Asked(str(sha256), str(url), str(title), False, {}) for sha256, url, title in rows]
