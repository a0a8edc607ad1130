"""From tables as any tool gives them: the figure where a row's and a column's label meet, as a careful user takes it.

Forgiving, so that no tool is called worse than it is: pieces of a table that a page cut go on under the header above; a
merged cell may be given once or many times; white space and kinds of brackets count for nothing, nor the order of rows.
"""

import re
import unicodedata
from collections.abc import Sequence

from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import cell_name
from monitor.samples.layout import BLOCKS, MEMBER_LABELS, TRACKS, Block

Rows = Sequence[Sequence[str]]
Span = tuple[int, int]  # from this column to before that one

# What tells each row of 表三, in the order in which they are asked: the longest first.
TELLING = {
    "确认或重新出具": "not_processed.reconfirmation",
    "没有现成信息": "unavailable.needs_creation",
    "三安全一稳定": "refused.security_and_stability",
    "第三方合法权益": "refused.third_party_rights",
    "三类内部事务": "refused.internal_affairs",
    "新收政府信息公开申请": "received",
    "上年结转政府信息": "brought_forward",
    "公开出版物": "not_processed.publication",
    "信访举报投诉": "not_processed.complaint",
    "过程性信息": "refused.deliberative_process",
    "禁止公开": "refused.prohibited_by_law",
    "国家秘密": "refused.state_secret",
    "执法案卷": "refused.enforcement_file",
    "行政查询": "refused.administrative_query",
    "大量反复": "not_processed.excessive",
    "重复申请": "not_processed.repeat",
    "逾期不补正": "other.not_corrected",
    "收费通知": "other.fee_unpaid",
    "部分公开": "granted_in_part",
    "不掌握": "unavailable.not_held",
    "补正后": "unavailable.unclear",
    "（七）": "processed",
    "结转下": "carried_forward",
    "（一）予以公开": "granted",
    "3.其他": "other.other",
    "3、其他": "other.other",
    "（六）其他处理": "other",
}
HEADS_OF_FOUR = ("结果", "起诉", "尚未", "总计")


def number(text: str) -> str:
    return re.sub("[,，件]", "", unicodedata.normalize("NFKC", text))


def figures(tables: Sequence[Rows]) -> dict[str, str]:
    """Every figure of the form that the tables give, by its cell."""
    taker = _Taker()
    for table in tables:
        for row in table:
            taker.take([_plain(cell) for cell in row])
    return taker.found


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", "".join(text.split()))
    return text.translate(str.maketrans("(),", "（），"))


class _Taker:
    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.columns: dict[str, int] = {}  # of 表三
        self.width = 0  # of the table that has its header
        self.title = ""  # of the block of 表二
        self.block: Block | None = None
        self.measures: dict[str, Span] = {}
        self.left: int | None = None  # where 表四 begins, between its header and its figures

    def take(self, cells: list[str]) -> None:
        self._disclosed(cells)
        self._applications(cells)
        self._remedies(cells)

    def _disclosed(self, cells: list[str]) -> None:
        titles = [block[0] for blocks in BLOCKS.values() for block in blocks]
        title = next((one for one in titles if _plain(one) in cells), "")
        if title:
            self.title, self.block = title, None
        for block in (*BLOCKS["2021"], *BLOCKS["2019"]):
            labels = [_plain(label) for label in block[1]]
            if block[0] == self.title and "信息内容" in cells and all(label in cells for label in labels):
                starts = [cells.index(label) for label in labels]
                stops = [*starts[1:], len(cells)]
                self.block = block
                self.measures = dict(zip(block[1].values(), zip(starts, stops, strict=True), strict=True))
        for label, item in (self.block[2] if self.block else {}).items():
            if _plain(label) in cells[:1]:
                for measure, (start, stop) in self.measures.items():
                    given = [cell for cell in cells[start:stop] if cell]
                    self.found.setdefault(cell_name("T2", item, measure), given[0] if given else "")

    def _applications(self, cells: list[str]) -> None:
        if self._is_header(cells):
            return
        if not self.columns:
            return
        # A piece of another width has the figures at its right end still: only labels come and go on the left.
        shift = len(cells) - self.width
        code = self._row(cells[: max(self.columns["natural_person"] + shift, 0)])
        for member in MEMBERS if code else ():
            if 0 <= self.columns[member] + shift < len(cells):
                self.found.setdefault(cell_name("T3", code, member), cells[self.columns[member] + shift])

    def _is_header(self, cells: list[str]) -> bool:
        five = MEMBER_LABELS[1:6]
        if not all(label in "".join(cells) for label in five):
            return False
        self.columns, self.width = {member: at for at, member in enumerate(MEMBERS)}, len(MEMBERS)
        if all(label in cells for label in five) and cells.index(five[0]) > 1:
            last = len(cells) - 1 - cells[::-1].index(five[-1])
            # In the form the two others stand one row higher, on both sides of the organisations.
            self.columns = {code: cells.index(label) for code, label in zip(MEMBERS[1:5], five[:4], strict=True)}
            self.columns |= {"natural_person": cells.index(five[0]) - 1, "other": last, "total": last + 1}
            self.width = len(cells)
        # Else a tool forgot merged cells or melted the header: nothing is left but the order of the seven.
        return True

    def _row(self, labels: Sequence[str]) -> str:
        for label in reversed(labels):
            for words, code in TELLING.items():
                if words in label and len(label) < 60:
                    return code
        return ""

    def _remedies(self, cells: list[str]) -> None:
        """表四 is told by position alone: the fifteen cells below its header, in order."""
        if "行政复议" in cells and "行政诉讼" in cells:
            self.left = cells.index("行政复议")
        elif self.left is not None and not any(word in cell for cell in cells for word in HEADS_OF_FOUR):
            row = cells[self.left : self.left + 15]
            if len(row) == 15 and any(row):
                names = [cell_name("T4", track, member) for track in TRACKS for member in TRACK_MEMBERS]
                self.found.update(zip(names, row, strict=True))
                self.left = None
