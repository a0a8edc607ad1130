"""An open PDF, by pypdfium2: its pages as marks, and as pictures. The only module that loads that library.

Nothing of the document is ever executed: no form environment is made, so no script and no action can run.
"""

import io
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from extract.readers._pdf_calls import Calls
from extract.readers._pdf_digits import Digits
from extract.readers._pdf_fonts import supply
from extract.readers._pdf_layers import is_locked, may_have_layers
from extract.readers._pdf_marks import Marks
from extract.readers._pdf_page import Page, Turn
from extract.readers._pdf_sideways import sideways, told_apart
from extract.readers._unreadable import Unreadable, refuse

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 20_000  # pixels: a page may be a strip that is one point high
SHORTEST_SIDE = 10  # pixels: on less there is nothing to read

Raw = Any  # a pointer of pypdfium2's, which has no types


@lru_cache(maxsize=1)
def _calls() -> Calls:
    import pypdfium2
    import pypdfium2.raw

    supply(pypdfium2)
    return Calls(pypdfium2.raw)


class Document:
    """An open PDF; use it with `with`. Raises Unreadable where it cannot be opened."""

    def __init__(self, body: bytes) -> None:
        import pypdfium2
        import pypdfium2.raw

        self.raw: Raw = pypdfium2.raw
        self.calls = _calls()
        self.digits = Digits(self.calls)
        self.error: type[Exception] = pypdfium2.PdfiumError
        try:
            self.file: Raw = pypdfium2.PdfDocument(body)
            self.size = len(self.file)
            self.layered = self._has_layers(body)
        except self.error as error:
            raise self._refusal(getattr(error, "err_code", None)) from error

    def _has_layers(self, body: bytes) -> bool:
        if not is_locked(body):
            return may_have_layers(body)
        unlocked = io.BytesIO()
        self.file.save(unlocked, flags=self.raw.FPDF_REMOVE_SECURITY)
        return may_have_layers(unlocked.getvalue())

    def _refusal(self, code: object) -> Unreadable:
        if code == self.raw.FPDF_ERR_PASSWORD:
            return refuse("encrypted", "PDF 设了打开密码，打不开；请向发布者索取没有密码的文件。")
        if code == self.raw.FPDF_ERR_SECURITY:
            return refuse("encrypted", "PDF 用了不支持的加密方式，打不开。")
        return refuse("damaged_file", "PDF 文件损坏或不完整，打不开；请重新下载，或用阅读器另存一份。")

    def __enter__(self) -> "Document":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def pages(self, number: int) -> list[Page]:
        """The page with this number, from 1, and once more, turned, where text stands sideways; [] where it is damaged.

        Each of these has the text that stands upright in it. The one that has most of the page comes first.
        """
        try:
            page = self.file[number - 1]
        except self.error:
            return []
        try:
            shown = page.get_rotation()
            found = [self._read(page, number, 0)]
            for by in sideways(found[0]):
                page.set_rotation((shown + by) % 360)
                found.append(self._read(page, number, by))
        except self.error:
            return []
        finally:
            page.close()
        return told_apart(found)

    def _read(self, page: Raw, number: int, by: int) -> Page:
        words = page.get_textpage()
        try:
            read = Marks(self.calls, page, words, number, self.digits, layered=self.layered).done()
        finally:
            words.close()
        read.turn = Turn(by, read.width, read.height)
        return read

    def picture(self, number: int, dpi: float, most_pixels: int) -> "tuple[Image, float] | None":
        """A page as shown, in colors, and the pixels of a point; None where it is damaged, or a mere line."""
        try:
            page = self.file[number - 1]
            width, height = page.get_size()
            scale = min(
                dpi / 72, math.sqrt(most_pixels / max(1.0, width * height)), LONGEST_SIDE / max(1.0, width, height)
            )
            if min(width, height) * scale < SHORTEST_SIDE:
                return None
            bitmap = page.render(scale=scale)
        except self.error:
            return None
        image: Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        page.close()
        return image, scale
