"""Whether the characters of a PDF are those that one sees: fonts without a map to Unicode give nonsense."""

from collections.abc import Sequence

from extract.readers._pdf_page import Page

MOST_UNMAPPED = 0.1  # of all characters
FEWEST = 150  # Chinese characters from which on the usual ones must be among them
FEWEST_USUAL = 0.12  # of the Chinese characters; in any report these are a third
FEWEST_CHARACTERS = 200  # of any kind
MOST_STRANGE = 0.3  # of them
USUAL = frozenset(
    "的一不和在了有年行政府信息公开申请情况工作机关办理主动内容数量其他本法是为及对结果度件公报告总计（）"
)


def is_meant(pages: Sequence[Page]) -> bool:
    """False where so many characters are unmapped, strange or unusual that none can be trusted."""
    chars = [glyph.char for page in pages for glyph in page.glyphs]
    if sum(page.unmapped for page in pages) > MOST_UNMAPPED * len(chars):
        return False
    chinese = [char for char in chars if "\u3400" <= char <= "\u9fff"]
    if len(chinese) >= FEWEST and sum(char in USUAL for char in chinese) < FEWEST_USUAL * len(chinese):
        return False
    strange = sum(map(_is_strange, chars))
    return len(chars) < FEWEST_CHARACTERS or strange <= MOST_STRANGE * len(chars)


def _is_strange(char: str) -> bool:
    """Letters that no Chinese report is written in, as fonts without a map give them."""
    return (
        "\u0080" <= char < "\u2000"
        or ("\u2100" <= char < "\u2e80" and not char.isnumeric())
        or "\ua000" <= char < "\uf900"
    )
