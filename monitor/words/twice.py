"""How a report was read, in words: how far, whether twice, by which ways, and how far both readings agree."""

from collections.abc import Mapping

from extract.model import Report
from monitor.codebook import code_lists

# The ways by which readers read a document twice.
WAYS: Mapping[str, tuple[str, str]] = {
    "grid": ("表格的格位", "the grid of its tables"),
    "tokens": ("标记的次序", "the order of its tags"),
    "boxes": ("方框位置", "its boxes"),
    "stream": ("文字次序", "the order of its text"),
    "xml": ("工作簿的 XML", "the workbook's XML"),
    "records": ("工作簿的记录", "the workbook's records"),
    "calamine": ("calamine", "calamine"),
    "member": ("包里的一份", "one file of the archive"),
    "copy": ("包里的另一份", "a copy beside it"),
}


def read_words(status: str) -> tuple[str, str]:
    """How far a report was read, in Chinese and English; the code itself where there is no such state."""
    words = code_lists()["report_status"].get(status)
    return (words.zh, words.en) if words else (status, status)


def twice_words(report: Report, lang: str = "zh") -> str:
    """How a report was read twice, and how far both readings agree."""
    first, other = (WAYS[way] for way in report.ways)
    if lang == "en":
        differ = f", {report.differed} differ and are not stated" if report.differed else ""
        return f"twice, by {first[1]} and by {other[1]}: {report.agreed} figures agree{differ}"
    differ = f"，{report.differed} 个不同、不采用" if report.differed else ""
    return f"两遍，按{first[0]}和按{other[0]}：{report.agreed} 个数相同{differ}"
