"""How publishers word and lay out the tables, whatever program writes them: a function for each trap."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from monitor.samples import SampleReport
from monitor.samples.layout import FormCell, FormRow, FormTable

Block = str | FormTable


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as one publisher words it: its blocks, and each figure as it is printed."""

    report: SampleReport
    body: tuple[Block, ...]
    figures: Mapping[str, str]

    @property
    def title(self) -> str:
        return self.report.title

    def blocks(self, *, word: bool = False) -> list[Block]:  # noqa: ARG002  # asked like a sample report
        return list(self.body)

    def printed(self, name: str) -> str:
        return self.figures[name]


Wording = Callable[[SampleReport], Draft]


def as_made(report: SampleReport) -> Draft:
    """The form as the State Council printed it."""
    blocks = tuple(report.blocks(word=True))
    return Draft(report, blocks, {name: report.printed(name) for name in report.cells})


def _relabelled(draft: Draft, change: Callable[[str], str], *, prose: bool = False) -> Draft:
    def of(block: Block) -> Block:
        if isinstance(block, str):
            return change(block) if prose else block
        return tuple(tuple(replace(cell, label=change(cell.label)) for cell in row) for row in block)

    return replace(draft, body=tuple(of(block) for block in draft.body))


def _tables(draft: Draft, change: Callable[[int, FormTable], Iterable[Block]]) -> Draft:
    """Each table replaced; the tables are counted from 2, as the form does."""
    body: list[Block] = []
    number = 1
    for block in draft.body:
        if isinstance(block, str):
            body.append(block)
        else:
            number += 1
            body += change(number, block)
    return replace(draft, body=tuple(body))


# --- words -----------------------------------------------------------------------------------------------------

VARIANTS = {
    "行政规范性文件": "规范性文件",
    "现行有效件数": "现行有效件数（历史累计）",
    "本年收费金额（单位：万元）": "本年收费金额(单位:万元,保留4位小数)",
    "第二十条第（六）项": "第二十条 第(六)项",
    "社会公益组织": "社会组织",
    "2.其他法律行政法规禁止公开": "2.其他法律法规禁止公开",
    "3.危及“三安全一稳定”": '3.危及"三安全一稳定"',
    "5.属于三类内部事务信息": "5.属于三类内容事务信息",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开（只计这一情况，不计其他情况）",
    "（七）总计": "（七）合计",
    "四、结转下年度继续办理": "四、结转下一年度继续办理",
    "行政复议": "行政法复议",
}


def variants(report: SampleReport) -> Draft:
    """Labels as bodies have been seen to write them; 1、 for 1."""

    def change(label: str) -> str:
        label = VARIANTS.get(label, label)
        return label.replace(".", "、", 1) if label[:1].isdigit() else label

    return _relabelled(as_made(report), change)


RADICALS = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in range(0x2F00, 0x2FD6)
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}


def kangxi(report: SampleReport) -> Draft:
    """⾏, ⼆, ⽌ for 行, 二, 止, in labels and prose: what a font's map makes of them."""
    return _relabelled(as_made(report), lambda text: "".join(RADICALS.get(one, one) for one in text), prose=True)


def _is_group(cell: FormCell) -> bool:
    return cell.rowspan > 1 and cell.label.startswith(("（三）", "（四）", "（五）", "（六）", "三、"))


def upright(report: SampleReport) -> Draft:
    """Group labels written from above, a sign a line: 三、/本/年/度."""

    def change(_: int, table: FormTable) -> Iterable[Block]:
        yield tuple(
            tuple(replace(cell, label=_from_above(cell.label)) if _is_group(cell) else cell for cell in row)
            for row in table
        )

    return _tables(as_made(report), change)


def _from_above(label: str) -> str:
    number, mark, words = re.split("([、）])", label, maxsplit=1)
    return "\n".join((number + mark, *words))


TORN = {
    "社会公益组织": "社会公益\n组织",
    "法律服务机构": "法律服务\n机构",
    "商业企业": "商业\n企业",
    "结果维持": "结果\n维持",
    "结果纠正": "结 果\n纠 正",
    "其他结果": "其他结\n果",
    "尚未审结": "尚未\n审\n结",
    "未经复议直接起诉": "未经复议\n直接起诉",
    "4.无正当理由大量反复申请": "4.无正当理由大量反复\n申请",
    "5.要求行政机关确认或重新出具已获取信息": "5.要求行政机关确认或重\n新出具已获取信息",
}


def torn(report: SampleReport) -> Draft:
    """表四's header scattered over many lines, long labels broken inside words."""
    return _relabelled(as_made(report), lambda label: TORN.get(label, label))


HALVED = {
    "本年新制作数量": "本年新",
    "本年新公开数量": "本年新",
    "结果维持": "结果",
    "结果纠正": "结果",
    "其他结果": "其他",
}


def halved(report: SampleReport) -> Draft:
    """Half of the header words lost, as conversions lose them."""
    return _relabelled(as_made(report), lambda label: HALVED.get(label, label))


# --- figures ---------------------------------------------------------------------------------------------------

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def grouped(report: SampleReport) -> Draft:
    """12,345 and 12，345, １２, 12件: every way to write a number that the handbook names."""
    draft = as_made(report)
    figures: dict[str, str] = {}
    for at, (name, text) in enumerate(draft.figures.items()):
        whole = text.isdigit()
        shapes = (text, text.translate(WIDE), f"{text}件", f"{int(text):,}" if whole else text)
        figures[name] = shapes[at % 4] if whole and "procurement" not in name else text
    return replace(draft, figures=figures)


def dashed(report: SampleReport) -> Draft:
    """No zero is printed: a dash of every kind, 无, or nothing; the organisations' columns are left empty."""
    signs = ("/", "／", "-", "—", "——", "–", "无", "")
    draft = as_made(report)
    figures = {
        name: signs[at % len(signs)] if at % 3 == 0 and not name.endswith("total]") else text
        for at, (name, text) in enumerate(draft.figures.items())
    }
    return replace(draft, figures=figures)


# --- geometry --------------------------------------------------------------------------------------------------


def shifted(report: SampleReport) -> Draft:
    """Rows without a label of their own begin a column earlier and are padded; the column of 其他处理 is lost."""

    def change(number: int, table: FormTable) -> Iterable[Block]:
        if number != 3:
            yield table
            return
        rows: list[FormRow] = []
        for row in table:
            labels = [cell for cell in row if not cell.name]
            figures = [cell for cell in row if cell.name]
            if figures and labels[-1].label in ("（七）总计", "四、结转下年度继续办理"):
                rows.append((replace(labels[-1], colspan=1), *figures, FormCell(""))[:9])
            else:
                rows.append(row)
        yield tuple(rows)

    return _tables(as_made(report), change)


def gapped(report: SampleReport) -> Draft:
    """An empty column between labels and figures; 表二 cut by a blank line before its last block."""

    def change(number: int, table: FormTable) -> Iterable[Block]:
        if number == 2:
            cut = max(at for at, row in enumerate(table) if len(row) == 1)
            yield from (table[:cut], "", table[cut:])
        elif number == 3:
            rows: list[FormRow] = [(*table[0][:1], FormCell("", rowspan=3), *table[0][1:]), *table[1:3]]
            for row in table[3:]:
                labels = [cell for cell in row if not cell.name]
                rows.append((*labels, FormCell(""), *(cell for cell in row if cell.name)))
            yield tuple(rows)
        else:
            yield table

    return _tables(as_made(report), change)


def noted(report: SampleReport) -> Draft:
    """Sentences between heading and table, a unit line, a note below, a row that no form has."""

    def change(number: int, table: FormTable) -> Iterable[Block]:
        yield "单位：件" if number > 2 else "全年主动公开政府信息124条，其中规范性文件3件。"
        extra = FormCell("其他主动公开文件"), FormCell("17", colspan=sum(cell.colspan for cell in table[0]) - 1)
        yield (*table, extra) if number == 2 else table
        yield "注：以上数据统计至12月31日，共计3张表。"

    return _tables(as_made(report), change)


def swapped(report: SampleReport) -> Draft:
    """科研机构 before 商业企业, header and figures alike."""

    def change(number: int, table: FormTable) -> Iterable[Block]:
        rows: list[FormRow] = []
        for row in table:
            cells = list(row)
            at = [
                place
                for place, cell in enumerate(cells)
                if cell.label in ("商业企业", "科研机构") or cell.name.endswith((",business]", ",research]"))
            ]
            if number == 3 and len(at) == 2:
                cells[at[0]], cells[at[1]] = cells[at[1]], cells[at[0]]
            rows.append(tuple(cells))
        yield tuple(rows)

    return _tables(as_made(report), change)


WORDINGS: dict[str, Wording] = {
    one.__name__: one
    for one in (variants, kangxi, upright, torn, halved, grouped, dashed, shifted, gapped, noted, swapped)
}
