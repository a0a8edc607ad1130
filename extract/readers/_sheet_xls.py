"""XLS and ET (BIFF) → sheets as they are shown: their records, with number formats and what is hidden."""

import struct
from collections.abc import Iterator
from decimal import Decimal

from extract.content import DOUBT
from extract.readers import _sheet_numbers as numbers
from extract.readers._ole import Ole, holds
from extract.readers._package import damaged, protected
from extract.readers._sheet import MOST_SHEETS, Sheet, doubtful
from extract.readers._sheet_colors import PALETTE
from extract.readers._sheet_xls_book import BIFF8, Book, Font
from extract.readers._sheet_xls_over import OVER, Over
from extract.readers._sheet_xls_strings import shared_strings, short_string, string_at
from extract.readers._spans import MAX_CELLS
from extract.readers._unreadable import refuse

MOST_RECORDS = 2_000_000
BOF, EOF, FILEPASS, CONTINUE = 0x809, 0x0A, 0x2F, 0x3C
BOUNDSHEET, SST, FORMAT, FORMAT_5, XF, FONT, DATE_1904 = 0x85, 0xFC, 0x41E, 0x1E, 0xE0, 0x31, 0x22
ROW, COLUMNS, WINDOW, MERGED, OBJECT = 0x208, 0x7D, 0x23E, 0xE5, 0x5D
NUMBER, RK, MULTIPLE_RK, LABEL_SST, LABEL, RICH, FORMULA, STRING, LOGICAL = (
    0x203,
    0x27E,
    0xBD,
    0xFD,
    0x204,
    0xD6,
    0x06,
    0x207,
    0x205,
)
FORMULA_OLD = (0x206, 0x406)
BLANK, BLANKS = 0x201, 0xBE
WORKSHEET = 0
SUPERSCRIPT, STRUCK = 1, 8
TINY = 20  # twentieths of a point: too small to be seen
WHITES = (1, 9)  # their numbers in the palette
PALETTE_OWN, OWN_FROM = 0x92, 8  # the first colors are the same in all workbooks
PICTURE, DRAWN = 8, frozenset({1, 2, 3, 4, 6, 9, 30})


def sheets(body: bytes, most: int = MAX_CELLS) -> list[Sheet]:
    """The sheets in the workbook's order, of at most so many cells; raises Unreadable."""
    try:
        if holds(body, "EncryptedPackage"):
            raise protected()
        stream = Ole(body).stream("Workbook", "Book")
        if stream is None:
            raise damaged()
        return _sheets(stream, most)
    except (struct.error, IndexError, ValueError, KeyError) as error:
        raise damaged() from error


def _records(stream: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of the records from a place on, up to the end of that part of the stream."""
    for _ in range(MOST_RECORDS):
        kind, length = struct.unpack_from("<2H", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if len(body) < length:
            raise ValueError("cut off")
        yield kind, body
        if kind == EOF:
            return
        at += 4 + length
    raise refuse("too_large", "工作簿过大，不是年度报告。")


def _sheets(stream: bytes, most: int) -> list[Sheet]:
    book = Book(most=most)
    pieces: list[bytes] = []
    last = 0
    for kind, body in _records(stream):
        if kind == FILEPASS:
            raise protected()
        if kind == CONTINUE and last == SST:
            pieces.append(body)
            continue
        last = kind
        if kind == SST:
            pieces = [body]
        else:
            _global(book, kind, body)
    if pieces:
        book.strings = shared_strings(pieces)
    if len(book.sheets) > MOST_SHEETS:
        raise refuse("too_large", f"工作表超过 {MOST_SHEETS} 张，不是年度报告。")
    for position, sheet in book.sheets:
        _fill(sheet, stream, position, book)
    return [sheet for _, sheet in book.sheets]


def _global(book: Book, kind: int, body: bytes) -> None:
    if kind == BOF:
        book.biff = struct.unpack_from("<H", body)[0]
    elif kind == DATE_1904:
        book.days_from_1904 = body[:1] == b"\1"
    elif kind == FONT:
        height, flags, color, _, raised = struct.unpack_from("<5H", body)
        struck, pale = bool(flags & STRUCK) or height <= TINY, color in WHITES
        apart = struck or raised != 0
        book.fonts.append(Font(apart or pale, height, color, raised == SUPERSCRIPT and not (struck or pale), apart))
        if len(book.fonts) == 4:
            book.fonts.append(book.fonts[0])  # the programs count no fifth one
    elif kind == FORMAT and book.biff >= BIFF8:
        number = struct.unpack_from("<H", body)[0]
        book.formats[number] = string_at(body, 2)
    elif kind in (FORMAT, FORMAT_5):
        book.formats[struct.unpack_from("<H", body)[0]] = body[3 : 3 + body[2]].decode("gb18030", "replace")
    elif kind == XF:
        font, form = struct.unpack_from("<2H", body)
        framed = book.biff >= BIFF8 and struct.unpack_from("<H", body, 10)[0] != 0
        pattern, colors = (body[17] >> 2, struct.unpack_from("<H", body, 18)[0]) if book.biff >= BIFF8 else (0, 0)
        book.grounds.append((pattern, colors & 0x7F, colors >> 7 & 0x7F))
        book.styles.append((form, framed, font < len(book.fonts) and book.fonts[font].struck))
        book.looks.append(font)
    elif kind == PALETTE_OWN:
        own = [(body[at], body[at + 1], body[at + 2]) for at in range(2, len(body) - 3, 4)]
        book.palette = (*PALETTE[:OWN_FROM], *own, *PALETTE[OWN_FROM + len(own) :])
    elif kind == BOUNDSHEET:
        position, state, sort = struct.unpack_from("<IBB", body)
        name = short_string(body, 6) if book.biff >= BIFF8 else body[7:].decode("gb18030", "replace")
        sheet = Sheet(len(book.sheets) + 1, name, hidden=state & 3 != 0 or sort != WORKSHEET, most=book.most)
        book.sheets.append((position, sheet))


def _fill(sheet: Sheet, stream: bytes, position: int, book: Book) -> None:
    filling = _Filling(sheet, book)
    depth = 0
    for kind, body in _records(stream, position):
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 1:
            filling.take(kind, body)
            if kind in OVER:
                filling.over.take(kind, body)
    filling.over.settle()


class _Filling:
    """One sheet while its records are read."""

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet = sheet
        self.book = book
        self.over = Over(sheet, book)
        self.no_zeros = False
        self.waiting: tuple[int, int, int] | None = None  # a formula whose text stands in the next record

    def take(self, kind: int, body: bytes) -> None:
        if kind == STRING and self.waiting:
            row, column, style = self.waiting
            self._text(row, column, style, string_at(body, 0) if self.book.biff >= BIFF8 else None)
        elif kind in _CELLS:
            self._cell(kind, body)
        elif kind == ROW:
            row, flags = struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, 12)[0]
            if flags & 0x20:
                self.sheet.hidden_rows.add(row + 1)
        elif kind == COLUMNS:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            if flags & 1 or width == 0:
                self.sheet.hidden_columns.update(range(first + 1, min(last, 255) + 2))
        elif kind == WINDOW:
            self.no_zeros = not struct.unpack_from("<H", body)[0] & 0x10
        elif kind == MERGED:
            count = struct.unpack_from("<H", body)[0]
            for top, bottom, left, right in struct.iter_unpack("<4H", body[2 : 2 + 8 * count]):
                self.sheet.merge((top + 1, left + 1), (bottom + 1, right + 1))
        elif kind == OBJECT and len(body) >= 6:
            sort = struct.unpack_from("<H", body, 4)[0]
            self.sheet.images += sort == PICTURE
            if sort in DRAWN:
                self.sheet.left.add("drawing")

    def _cell(self, kind: int, body: bytes) -> None:
        row, column, style = struct.unpack_from("<3H", body)
        if kind == NUMBER:
            self._number(row, column, style, struct.unpack_from("<d", body, 6)[0])
        elif kind == RK:
            self._number(row, column, style, _rk(struct.unpack_from("<I", body, 6)[0]))
        elif kind == MULTIPLE_RK:
            for at in range((len(body) - 6) // 6):
                style, value = struct.unpack_from("<HI", body, 4 + 6 * at)
                self._number(row, column + at, style, _rk(value))
        elif kind == LABEL_SST:
            told = self.book.strings[struct.unpack_from("<I", body, 6)[0]]
            self._text(row, column, style, self.book.text(style, told))
        elif kind in (LABEL, RICH):
            text = string_at(body, 6) if self.book.biff >= BIFF8 else body[8:].decode("gb18030", "replace")
            self._text(row, column, style, doubtful(text) if kind == RICH else text)
        elif kind in (FORMULA, *FORMULA_OLD):
            self._formula(row, column, style, body)
        elif kind == LOGICAL:
            self._text(row, column, style, None)
        elif kind == BLANK:
            self._blank(row, column, style)
        else:
            for at in range((len(body) - 6) // 2):
                self._blank(row, column + at, struct.unpack_from("<H", body, 4 + 2 * at)[0])

    def _formula(self, row: int, column: int, style: int, body: bytes) -> None:
        result, flags = body[6:14], struct.unpack_from("<H", body, 14)[0]
        self.waiting = None
        if flags & 1:  # computed only when somebody opens it
            self._text(row, column, style, None)
        elif result[6:] != b"\xff\xff":
            self._number(row, column, style, struct.unpack("<d", result)[0])
        elif result[0] == 0:
            self.waiting = row, column, style
        else:  # an error, a logical value, or nothing
            self._text(row, column, style, None)

    def _blank(self, row: int, column: int, style: int) -> None:
        if self.book.style(style)[1]:
            self.sheet.draw(row + 1, column + 1)

    def _number(self, row: int, column: int, style: int, value: float) -> None:
        code = self.book.style(style)[0]
        number = numbers.stored(repr(value))
        text = None if number is None or code is None else numbers.shown(number, code)
        if text is not None and self.no_zeros and not text.strip("0."):
            text = None
        self._text(row, column, style, text, number)

    def _text(self, row: int, column: int, style: int, text: str | None, number: Decimal | None = None) -> None:
        code, _, unseen = self.book.style(style)
        self.over.styles[row + 1, column + 1] = style
        if text is not None and number is None and code is not None:
            text = numbers.shown_text(text, code)
        if text is None:
            text = DOUBT if number is None else f"{DOUBT}{number:f}"
        elif unseen and text:
            text = doubtful(text)
        self.sheet.put_number(row + 1, column + 1, text, number)


_CELLS = frozenset([NUMBER, RK, MULTIPLE_RK, LABEL_SST, LABEL, RICH, FORMULA, *FORMULA_OLD, LOGICAL, BLANK, BLANKS])


def _rk(value: int) -> float:
    """A number in four bytes: a whole one, or the upper half of a long one; perhaps a hundred times too large."""
    if value & 2:
        number = float(struct.unpack("<i", struct.pack("<I", value))[0] >> 2)
    else:
        number = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", value & ~3))[0]
    return number / 100 if value & 1 else number
