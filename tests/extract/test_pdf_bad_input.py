"""PDFs made to do harm, through the real workers: each one clear problem, its neighbours read, nothing left or started."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.engine.engine import BOUNDS
from extract.readers._pdf_engine import LONGEST_SIDE
from extract.readers._pdf_pages import MOST_PIXELS, pictures
from extract.run import extract
from extract.store.schema import migrations as extract_migrations
from tests.extract.pdf_pages import printed, sample

NOW = datetime(2026, 2, 1, tzinfo=UTC)
WORD = b"BT /F 12 Tf 60 700 Td (2023) Tj ET "
FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"


def written(objects: Mapping[int, bytes]) -> bytes:
    """A file of these objects, of which the first is the catalog."""
    out, places = b"%PDF-1.5\n", {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj%sendobj\n" % (number, objects[number])
    size = max(objects) + 1
    table = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size)
    )
    return out + b"xref\n0 %d\n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(out),
    )


def stream(entries: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream " % (entries, len(content), content)


def page(
    content: bytes, box: bytes = b"0 0 595 842", more: Mapping[int, bytes] | None = None, catalog: bytes = b""
) -> bytes:
    """One page with a word on it and this content; object 10, a form or a picture, is known to it as A."""
    resources = b"/Resources<<%s/XObject<</A 10 0 R>>>>" % FONT
    return written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s>>" % (box, resources),
            4: stream(b"", WORD + content),
            **(more or {}),
        }
    )


def form(calls: int, number: int) -> bytes:
    resources = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>" % number
    return stream(resources, b"/A Do " * calls)


def pages(kids: bytes, count: int) -> bytes:
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: tree, 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"})


EMPTY = zlib.compress(b"\0" * 100_000)
PICTURE = stream(
    b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode",
    EMPTY,
)
LAUNCH = b"/OpenAction<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)>>>>/AA<</WC<</S/JavaScript/JS(app.launchURL('http://127.0.0.1/'))>>>>"
CASES: Mapping[str, bytes] = {
    "forms that call the next one twice.pdf": page(
        b"/A Do ", more={number: form(2, number + 1) for number in range(10, 60)} | {60: form(0, 10)}
    ),
    "a form that calls itself.pdf": page(b"/A Do ", more={10: form(2, 10)}),
    "a chain of forms.pdf": page(b"/A Do ", more={number: form(1, number + 1) for number in range(10, 2_000)}),
    "a picture of gigabytes.pdf": page(b"q 500 0 0 500 0 0 cm /A Do Q ", more={10: PICTURE}),
    "a page without end.pdf": page(b"", box=b"0 0 1000000000 1"),
    "a page beyond numbers.pdf": page(b"", box=b"0 0 1e39 -1e39"),
    "brackets in brackets.pdf": page(b"[" * 100_000 + b"<<" * 100_000),
    "states never given back.pdf": page(b"q " * 200_000),
    "objects in objects.pdf": page(b"", catalog=b"/X " + b"<</A " * 20_000 + b">>" * 20_000),
    "five thousand pages.pdf": pages(b"3 0 R " * 5_000, 5_000),
    "as many pages as it says.pdf": pages(b"3 0 R", 2_000_000_000),
    "pages that hold themselves.pdf": pages(b"2 0 R 2 0 R", 100),
    "no page.pdf": pages(b"", 0),
    "tables of contents in a circle.pdf": b"%PDF-1.5\n5 0 obj<</Type/XRef/Size 9/Prev 9/Root 2 0 R/W[1 2 1]/Length 4>>"
    b"stream\n\1\0\1\0\nendstream endobj\nstartxref\n9\n%%EOF",
    "objects packed into themselves.pdf": b"%PDF-1.5\n1 0 obj<</Type/ObjStm/N 1/First 4/Extends 1 0 R/Length 20>>stream\n"
    b"2 0 <</Type/Catalog>>\nendstream endobj\ntrailer<</Root 2 0 R>>\nstartxref\n9\n%%EOF",
    "actions.pdf": page(b"", catalog=LAUNCH),
}


def test_each_ends_in_one_problem_and_the_neighbours_are_read(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    db = connect(data, (crawler_migrations, extract_migrations))
    archive = open_archive(data)
    neighbour = printed(sample(3, 2023))
    bodies = {"a.pdf": neighbour, **CASES, "z.pdf": neighbour + b"\n"}
    for name, body in bodies.items():
        known = "insert into documents (sha256, url, first_seen, title) values (?, ?, '2026-01-20', '')"
        db.execute(known, (archive.put(body), name))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    result = extract(db, data, now=NOW, workers=2, bounds=BOUNDS._replace(seconds=8.0))
    assert result.read == len(bodies)
    found = {
        name: db.execute("select code, detail from problems where url = ? and report is null", (name,)).fetchall()
        for name in bodies
    }
    assert {name: problems for name, problems in found.items() if (len(problems) != 1) == (name in CASES)} == {}
    assert all(problem[0][1] and problem[0][0] != "internal_error" for problem in found.values() if problem)
    assert db.execute("select count(*) from reports where status = 'complete'").fetchone()[0] == 2
    left = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert {path for path in left if "gouji.db" not in path.name} == set()


@pytest.mark.parametrize(
    "box", [b"0 0 1000000000 1", b"0 0 1 1000000000", b"0 0 1000000000 1000000000", b"0 0 14400 0.01"]
)
def test_a_page_of_any_shape_is_drawn_within_bounds(box: bytes) -> None:
    for picture in pictures(page(b"", box=box), [1]):
        assert max(picture.image.size) <= LONGEST_SIDE + 1
        assert picture.image.width * picture.image.height <= MOST_PIXELS * 1.01
