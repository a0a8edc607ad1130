"""Word documents that are damaged, hostile or none: refused in words, and nothing outside of them is asked for."""

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import product

import pytest

from extract.content import Content
from extract.readers import Unreadable, read
from tests.extract import word_files as word
from tests.extract.test_word_cells import LOOKS
from tests.extract.test_word_reader import REPORTS
from tests.extract.test_word_text import LEVELS
from tests.extract.word_files import (
    NUMBERED,
    OBJECT,
    PICTURE,
    box,
    cell,
    docx,
    field,
    paragraph,
    plain,
    row,
    run,
    table,
)
from tests.hostile import SEEDS as HOSTILE_SEEDS


def refused(body: bytes, name: str = "a.docx") -> str:
    with pytest.raises(Unreadable) as caught:
        read(body, name)
    assert caught.value.problem.detail.endswith("。")
    return caught.value.problem.code


def spoiled(change: Callable[[bytes], bytes]) -> bytes:
    return change(docx(plain("文字" * 200)))


def test_damaged_documents_are_told() -> None:
    assert refused(spoiled(lambda body: body[:-30])) == "damaged_file"
    assert refused(spoiled(lambda body: body[: len(body) // 2])) == "damaged_file"
    assert refused(docx(plain("x"), more={"word/document.xml": "<w:document"})) == "damaged_file"
    assert refused(docx(plain("x"), more={"word/document.xml": "<html/>"})) == "damaged_file"
    assert refused(docx("")) == "no_text"


DTD = (
    '<?xml version="1.0"?><!DOCTYPE w:document [{0}]><w:document xmlns:w="'
    + word.W
    + '"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
)


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a SYSTEM "http://127.0.0.1/x">', '<!ENTITY a "1">'],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entities_are_never_resolved(declared: str, charset: str) -> None:
    text = DTD.format(declared).replace('version="1.0"', f'version="1.0" encoding="{charset}"')
    assert refused(docx("", more={"word/document.xml": text.encode(charset)})) == "damaged_file"


def test_bombs_are_refused() -> None:
    huge = word.document_xml(plain("0" * 40_000_000))
    assert refused(docx("", more={"word/document.xml": huge})) == "too_large"
    deep = "<w:ins>" * 5000 + run("x") + "</w:ins>" * 5000
    assert refused(docx(f"<w:p>{deep}</w:p>")) == "too_deep"
    cells = row(*[cell("<w:p/>")] * 500) * 450
    assert refused(docx(table(cells))) in ("too_many_cells", "too_large")
    styles = "<w:style/>" * 10
    assert read(docx(plain("x"), styles=styles), "a").blocks == ("x",)


@pytest.mark.parametrize(("around", "depth"), [*product(["w:ins", "w:sdt", "w:bdo", "w:tbl"], [60, 80])])
def test_deep_nesting_is_read_or_refused(around: str, depth: int) -> None:
    begin, end = {
        "w:sdt": ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        "w:tbl": ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
    }.get(around, (f"<{around}>", f"</{around}>"))
    body = docx(begin * depth + plain("文") + end * depth)
    try:
        found = read(body, "a").blocks[-1]
    except Unreadable as error:
        found = error.problem.code
    assert found in ("文", "too_deep")


def test_a_package_is_known_by_its_directory_and_not_by_its_name() -> None:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as package:
        package.writestr("word/media/image1.png", b"\x89PNG" * 20_000)
        with zipfile.ZipFile(BytesIO(docx(plain("甲")))) as inner:
            for name in inner.namelist():
                package.writestr(name, inner.read(name))
    for name in ("a.doc", "a.wps", "a.zip", "a.html", "无"):
        assert read(stored.getvalue(), name).blocks == ("甲",)


def test_nothing_outside_the_document_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("asked for something outside")

    monkeypatch.setattr("socket.socket.connect", never)
    outside = (
        '<Relationship Id="rId7" Type="{0}/attachedTemplate" Target="http://127.0.0.1:9/x.dotm" TargetMode="External"/>'
    )
    main = '<Relationship Id="rId8" Type="{0}/officeDocument" Target="http://127.0.0.1:9/word/document.xml" TargetMode="External"/>'
    relations = word.RELATIONS.format(outside.format(word.R) + main.format(word.R))
    more: dict[str, str | bytes] = {
        "word/_rels/settings.xml.rels": relations,
        "_rels/.rels": relations,
        "word/vbaProject.bin": b"\xd0\xcf\x11\xe0",
    }
    assert read(docx(plain("甲"), more=more), "a.docm").blocks == ("甲",)


def spoil(body: bytes, dice: random.Random) -> bytes:
    """The document with something in it gone, doubled, moved or put in the place of something else."""
    with zipfile.ZipFile(BytesIO(body)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    name = dice.choice([one for one in members if one.startswith("word/")])
    part = members[name].decode()
    pieces = re.split(r"(?=<)", part)
    for _ in range(dice.randint(1, 6)):
        at, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
        change = dice.randrange(5)
        if change == 0:
            del pieces[at]
        elif change == 1:
            pieces.insert(at, pieces[other])
        elif change == 2:
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif change == 3:
            pieces[at] = re.sub(r'"[^"]*"', f'"{dice.choice(ODD)}"', pieces[at], count=1)
        else:
            pieces[at] = pieces[at].replace("w:", dice.choice(["", "m:", "w14:", "v:"]), 2)
    spoiled = word.packed({**members, name: "".join(pieces).encode()})
    if dice.random() < 0.2:
        at = dice.randrange(len(spoiled))
        spoiled = spoiled[:at] + bytes([dice.randrange(256)]) + spoiled[at + 1 :]
    return spoiled


ODD = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "1e9",
    "NaN",
    "x",
    "continue",
    "restart",
    "１２",
    "%1%2%3%4%5%6%7%8%9",
    "begin",
    "end",
)


@pytest.mark.parametrize("seed", range(4 * HOSTILE_SEEDS))
def test_spoiled_documents_are_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)
    bodies = [
        word.report_docx(REPORTS[0], word.STYLES[dice.choice([*word.STYLES])], numbered=True),
        docx(
            paragraph(box(plain("1")), PICTURE, OBJECT, field("EQ", None, "/>"), look=NUMBERED) * 3
            + table(row(*[cell(paragraph(run("1", "<w:strike/>"), run("2")))] * 5)) * 3,
            styles=LOOKS,
            numbering=LEVELS.format("decimal", 1, "%1"),
        ),
    ]
    for number in range(12):
        body = spoil(bodies[number % 2], dice)
        try:
            assert isinstance(read(body, "a.docx"), Content)
        except Unreadable as error:
            refusal = error.problem.code
            assert refusal in REFUSALS, f"seed {seed}, number {number}"


REFUSALS = {"damaged_file", "too_large", "too_deep", "no_text", "too_many_cells", "encrypted", "unsupported_format"}
