"""A list as text (CSV and its kin) in any usual encoding and with any usual separator → a sheet."""

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from crawler.agencies.list_sheet import ListSheet
from crawler.ground.errors import UsageError

SEPARATORS = ",\t;，；|"
MOST_LINES = 200_000
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
QUOTED = re.compile(r'"[^"]*"')
OUTLANDISH = re.compile("[\ue000-\uf8ff\ufffd\x80-\x9f]")
SAMPLE = 20_000
USUAL = 8  # tenths


def decoded(path: Path, body: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, UTF-16 without a mark, GB 18030; UsageError for none of them."""
    encodings = [name for mark, name in BOMS if body.startswith(mark)] or ["utf-8", *_wide(body), "gb18030"]
    for encoding in encodings[:1] if len(encodings) == 1 else encodings:
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, UnicodeError):
            continue
        if encoding != "gb18030" or _is_chinese(text):
            return text
    raise UsageError(
        f"{path}: the encoding of this text is not clear (tried UTF-8, UTF-16, GB 18030); in Excel choose “Save as”, "
        "file type “Excel workbook (.xlsx)” or “CSV UTF-8”, and import the new file",
        f"{path}：看不出文字编码（试过 UTF-8、UTF-16、GB18030）；请在 Excel 里选“另存为”“Excel 工作簿（.xlsx）”"
        "或“CSV UTF-8”，再导入新文件",
    )


def _wide(body: bytes) -> list[str]:
    """UTF-16 without a mark: separators and line ends have a zero beside them."""
    sample = body[:SAMPLE]
    for zero_first, name in ((0, "utf-16-be"), (1, "utf-16-le")):
        if (
            b"\0" in sample
            and len(body) % 2 == 0
            and sample[zero_first::2].count(0) > sample[1 - zero_first :: 2].count(0)
        ):
            return [name]
    return []


def _is_chinese(text: str) -> bool:
    """Whether GB 18030 is what was meant: nearly all characters are of GB 2312, which other encodings' are not."""
    sample = text[:SAMPLE]
    beyond = [char for char in sample if not char.isascii()]
    usual = sum(1 for char in beyond if char.encode("gb2312", "ignore"))
    return not OUTLANDISH.search(sample) and usual * 10 >= len(beyond) * USUAL


def sheet_of_text(path: Path, body: bytes) -> ListSheet:
    """The rows of a text by the numbers of the lines they begin on; UsageError where a quotation is left open."""
    text = decoded(path, body)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    sheet = ListSheet()
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return sheet
        except csv.Error as error:
            raise UsageError(
                f"{path}: nothing was imported; line {line}: not readable as CSV ({error}); "
                "is a quotation mark left open?",
                f"{path}：没有导入；第 {line} 行不是 CSV（{error}）；引号没有合上？",
            ) from error
        if any(cell.strip() for cell in record):
            sheet.rows[line] = {number: cell for number, cell in enumerate(record, 1) if cell.strip()}
        if line > MOST_LINES:
            raise UsageError(
                f"{path}: more than {MOST_LINES} lines; this is no register",
                f"{path}：超过 {MOST_LINES} 行，不会是名录",
            )


def _separator(text: str) -> str:
    """The separator that stands in most of the first lines, outside quotation marks; a comma where none does."""
    lines = [QUOTED.sub("", line) for line in text[:SAMPLE].splitlines()[:30] if line.strip()]
    counts = Counter({char: sum(char in line for line in lines) for char in SEPARATORS})
    most = max(counts.values(), default=0)
    return next((char for char in SEPARATORS if counts[char] == most), ",") if most else ","
