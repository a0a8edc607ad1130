"""A digest as a mail: text and HTML shorter than what mail services cut, the whole of it in a workbook beside."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from monitor.alerts.channels import Limits
from monitor.alerts.digest import Digest, DigestLine
from monitor.alerts.digest_book import book
from monitor.alerts.digest_chat import brief
from monitor.alerts.digest_item import DigestItem, table_lines, words

# Bytes of text and HTML. Services cut a mail at about 100 KB, and in it each three bytes are written as four.
MOST = 70_000
FOR_LINES = 12_000  # of them for what is still open,
FOR_REST = 400  # and for how many more there are


class Rendered(NamedTuple):
    """A digest as it is sent. `book` is the workbook with all of it, where the mail holds a part only."""

    text: str
    html: str = ""
    name: str = ""
    book: bytes = b""


class _Piece(NamedTuple):
    """One item as text and HTML; `ending` has them with the page and the copy that it and those before rest on."""

    section: int
    source: tuple[str, ...]
    text: str
    html: Markup
    ending: tuple[str, Markup]

    def size(self, before: "_Piece | None") -> int:
        """The bytes that it adds; a page is named once in a run."""
        run = before is not None and (before.section, before.source) == (self.section, self.source)
        return sum(map(_size, (self.text, self.html) if run else self.ending))


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.alerts", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    )


def render(digest: Digest, limits: Limits | None = None, most: int = MOST) -> Rendered:
    """Text and HTML; where a message has its limits, a short text and no HTML."""
    if limits is not None:
        return Rendered(brief(digest, limits))
    room = most - sum(map(_size, _whole(digest, (), ())))
    room -= FOR_REST if digest.listed else 0
    reserved = min(FOR_LINES, sum(map(_cost, digest.listed)))
    kept: list[_Piece] = []
    for piece in _pieces(digest):
        size = piece.size(kept[-1] if kept else None)
        if room - size < reserved:
            break
        room -= size
        kept.append(piece)
    lines = list(_fitting(digest.listed, room))
    text, html = _whole(digest, kept, lines)
    if len(kept) == digest.items:
        return Rendered(text, html)
    return Rendered(text, html, _name(digest), book(digest))


def _pieces(digest: Digest) -> Iterator[_Piece]:
    """Each item, with the name of its body where another one begins."""
    for at, section in enumerate(digest.sections):
        before = ""
        for number, item in enumerate(section.items, 1):
            body = digest.words["body"].format(body=item.body, year=item.year) if item.body else ""
            shown = body if body != before else ""
            before = body
            source = (body, item.url, item.file, item.published_on, item.archived)
            plain, ending = (_item(digest, item, shown, number, ends=ends) for ends in (False, True))
            yield _Piece(at, source, *plain, ending)


def _ended(kept: Sequence[_Piece], section: int, form: int) -> Iterator[str]:
    """The pieces of one section, each run that rests on one page with that page at its end."""
    run = [piece for piece in kept if piece.section == section]
    for piece, after in zip(run, [*run[1:], None], strict=True):
        ends = after is None or after.source != piece.source
        yield piece.ending[form] if ends else (piece.text, piece.html)[form]


def _item(digest: Digest, item: DigestItem, body: str, number: int, *, ends: bool) -> tuple[str, Markup]:
    values: dict[str, Any] = {
        "item": item,
        "body": body,
        "number": number,
        "ends": ends,
        "words": digest.words,
        "language": digest.language,
        "rows": [line for table in item.tables for line in table_lines(table, digest.words)],
    }
    text, html = (_pages().get_template(f"digest_item.{kind}.j2").render(values) for kind in ("txt", "html"))
    return text, Markup(html)  # noqa: S704  (made by a template that escapes what is put into it)


def _whole(digest: Digest, kept: Sequence[_Piece], lines: Sequence[DigestLine]) -> tuple[str, str]:
    values = {name: getattr(digest, name) for name in Digest.__slots__} | {
        "items": digest.items,
        "left_out": digest.items - len(kept),
        "attachment": _name(digest),
        "lines": [*(line.text for line in lines), *_rest(digest, lines)],
        "to_decide": any(section.kind != "resolved" for section in digest.sections),
    }
    shown = sorted({piece.section for piece in kept})
    blocks = [[(digest.sections[at].heading, list(_ended(kept, at, form))) for at in shown] for form in (0, 1)]
    text = _pages().get_template("digest.txt.j2").render(values | {"blocks": blocks[0]})
    return text, _pages().get_template("digest.html.j2").render(values | {"blocks": blocks[1]})


def _fitting(lines: Sequence[DigestLine], room: int) -> Iterator[DigestLine]:
    for line in lines:
        room -= _cost(line)
        if room < 0:
            return
        yield line


def _cost(line: DigestLine) -> int:
    return _size(line.text) + _size(escape(line.text)) + 20  # it stands in both parts


def _rest(digest: Digest, lines: Sequence[DigestLine]) -> Iterator[str]:
    told = sum(line.tells for line in lines)
    if lines and digest.still_open > told:
        yield digest.words["more"].format(count=digest.still_open - told)


def _name(digest: Digest) -> str:
    return f"gouji-{digest.day.isoformat()}.xlsx"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def test_digest(language: str, day: date) -> Digest:
    """What a test says: that the settings work, and nothing else."""
    texts = words(language)
    return Digest(
        language, day, texts["subject_test"].format(day=day), (), 0, 0, "", {**texts, "preamble": texts["test"]}, ()
    )
