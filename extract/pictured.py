"""What a page or a Word document shows as pictures, read where they stand: it and its pictures are one document."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from crawler.ground.urls import resolve
from extract.content import Content, Grid
from extract.form.forms import TABLES
from extract.model import Facts, Problem, Report
from extract.parse import parse
from extract.place import PageBox, PictureBox
from extract.readers import Unreadable, picture
from extract.readers import _ocr as ocr

MOST = 30  # pictures of one page that are read
LARGEST = 40 * 1024 * 1024  # bytes of one picture
DATA = "data:"
UNREAD: Facts = {"parts": ["image"]}
MISSING = "表格可能是图片，识别文字的组件没有安装；请运行 pip install 'gouji[ocr]'，再重新读取。"


class Held(NamedTuple):
    """A picture of a document, before which block it stands; `load` gives its bytes, None where nobody has them."""

    at: int
    load: Callable[[], bytes] | None


def held_pictures(
    content: Content, base: str, parts: Mapping[str, str], load: Callable[[str], bytes]
) -> Sequence[Held]:
    """The pictures of a page in order, each once: a place in a picture counts them so.

    `parts` has those that are kept apart from the page, by their addresses, as `load` knows them; those that the page
    does not lead to as far as we see stand last.
    """
    held: list[Held] = []
    seen = set[object]()
    left = dict(parts)
    for one in content.pictures:
        named = [address for said in one.addresses if parts and (address := _resolved(base, said)) in parts]
        data = next((said for said in one.addresses if said[:5].lower() == DATA), "")
        key: object = one.body or parts.get(named[0]) if named or one.body else data or one.addresses
        for address in named:
            left.pop(address, None)
        if key in seen:
            continue
        seen.add(key)
        held.append(Held(one.at, one.load or _loader(one.body, parts.get(named[0], "") if named else "", data, load)))
    held += [Held(len(content.blocks), partial(load, known)) for known in left.values() if known not in seen]
    return held


def _resolved(base: str, address: str) -> str:
    return "" if address[:5].lower() == DATA else resolve(base, address) or ""


def _loader(body: bytes, known: str, data: str, load: Callable[[str], bytes]) -> Callable[[], bytes] | None:
    if body:
        return lambda: body
    if known:
        return partial(load, known)
    return partial(_decoded, data) if data else None


def _decoded(address: str) -> bytes:
    """The bytes that a `data:` address holds; none where it holds none."""
    head, _, text = address.partition(",")
    raw = unquote_to_bytes(text[: 2 * LARGEST])
    if "base64" not in head.lower():
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()))
    except (binascii.Error, ValueError):
        return b""


def with_pictures(
    result: Report | Problem, content: Content, held: Sequence[Held], hint: str
) -> tuple[Report | Problem, Content]:
    """What page and pictures say together, where the page alone does not say all; else the result as it is."""
    if not any(one.load for one in held) or not _is_wanting(result):
        return result, content
    whole, problems = _read(content, held)
    again = parse(whole, hint) if whole is not content else result
    if isinstance(again, Problem):
        # Where a picture could not be looked at, nobody knows that this is no report.
        again, whole = problems[0] if problems else result, content
    if isinstance(again, Report):
        again = replace(again, problems=(*again.problems, *problems))
    return again, whole


def _is_wanting(result: Report | Problem) -> bool:
    if isinstance(result, Problem):
        return result.code == "not_a_report"
    return not result.indicators if result.before_forms else len(result.forms) < len(TABLES)


def _read(content: Content, held: Sequence[Held]) -> tuple[Content, list[Problem]]:
    """The content with what its pictures show, and why some were not read."""
    if not ocr.available():
        return content, [Problem("ocr_missing", MISSING, facts=UNREAD)]
    shown: dict[int, list[list[str | Grid]]] = {}
    problems: list[Problem] = []
    read = 0
    for number, one in enumerate(held, 1):
        if one.load is None:
            continue
        if number > MOST:
            problems.append(Problem("too_large", f"文件有 {len(held)} 张图，只读了前 {MOST} 张", facts=UNREAD))
            break
        try:
            blocks = _shown(one.load(), number)
        except Unreadable as error:
            if error.problem.code != "no_text":
                detail = f"第{number}张图：{error.problem.detail}"
                problems.append(replace(error.problem, detail=detail, where=f"picture {number}", facts=UNREAD))
            continue
        shown.setdefault(one.at, []).append(blocks)
        read += bool(blocks)
    if not read:
        return content, problems
    blocks = [*_among(content.blocks, shown)]
    return replace(content, blocks=tuple(blocks), images=max(0, content.images - read), pictures=()), problems


def _shown(body: bytes, number: int) -> list[str | Grid]:
    """The blocks of one picture, its cells with their places in it."""
    if not body or len(body) > LARGEST or not picture.accepts(body[:64], ""):
        return []
    [image] = picture.pages(body, 1)
    return [
        replace(block, places=tuple(tuple(_place(one, number) for one in row) for row in block.places))
        if isinstance(block, Grid)
        else block
        for block in ocr.read_page(image, number)
    ]


def _place(place: object, number: int) -> PictureBox:
    assert isinstance(place, PageBox)
    return PictureBox(number, *place[1:])


def _among(blocks: Sequence[str | Grid], shown: Mapping[int, list[list[str | Grid]]]) -> Iterator[str | Grid]:
    """The blocks of the page with those of the pictures where they stand; a table may go on in the next picture."""
    for at, block in enumerate((*blocks, None)):
        if at in shown:
            yield from ocr.joined(shown[at])
        if block is not None:
            yield block
