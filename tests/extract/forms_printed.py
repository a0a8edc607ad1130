"""Tables of the two forms as somebody might print them, every cell a figure of its own: what is read is compared
with what was printed, and any figure one place off shows."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count

from extract.content import Content, Grid, GridRow
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import Problem, Report, cell_name

LEAVES = {
    "granted": "（一）予以公开",
    "granted_in_part": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "refused.state_secret": "1.属于国家秘密",
    "refused.prohibited_by_law": "2.其他法律行政法规禁止公开",
    "refused.security_and_stability": "3.危及“三安全一稳定”",
    "refused.third_party_rights": "4.保护第三方合法权益",
    "refused.internal_affairs": "5.属于三类内部事务信息",
    "refused.deliberative_process": "6.属于四类过程性信息",
    "refused.enforcement_file": "7.属于行政执法案卷",
    "refused.administrative_query": "8.属于行政查询事项",
    "unavailable.not_held": "1.本机关不掌握相关政府信息",
    "unavailable.needs_creation": "2.没有现成信息需要另行制作",
    "unavailable.unclear": "3.补正后申请内容仍不明确",
    "not_processed.complaint": "1.信访举报投诉类申请",
    "not_processed.repeat": "2.重复申请",
    "not_processed.publication": "3.要求提供公开出版物",
    "not_processed.excessive": "4.无正当理由大量反复申请",
    "not_processed.reconfirmation": "5.要求行政机关确认或重新出具已获取信息",
}
OTHER = {
    "2019": {"other": "（六）其他处理"},
    "2021": {
        "other.not_corrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "other.fee_unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "other.other": "3.其他",
    },
}
GROUPS = {
    "refused": "（三）不予公开",
    "unavailable": "（四）无法提供",
    "not_processed": "（五）不予处理",
    "other": "（六）其他处理",
}
OUTER = {
    "received": "一、本年新收政府信息公开申请数量",
    "brought_forward": "二、上年结转政府信息公开申请数量",
    "processed": "（七）总计",
    "carried_forward": "四、结转下年度继续办理",
}
RELATION = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
MEMBER_HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
TRACK_HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
TRACKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
TRACK_LABELS = ("行政复议", "未经复议直接起诉", "复议后起诉")

ITEMS = {"prior_items": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"}
BLOCKS: dict[str, list[tuple[str, dict[str, str], dict[str, str]]]] = {
    "2021": [
        (
            "第二十条第（一）项",
            {"made": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"},
            {"government_rules": "规章", "normative_documents": "行政规范性文件"},
        ),
        ("第二十条第（五）项", {"decisions": "本年处理决定数量"}, {"licenses": "行政许可"}),
        (
            "第二十条第（六）项",
            {"decisions": "本年处理决定数量"},
            {"penalties": "行政处罚", "coercive_measures": "行政强制"},
        ),
        ("第二十条第（八）项", {"amount_10k_yuan": "本年收费金额（单位：万元）"}, {"charges": "行政事业性收费"}),
    ],
    "2019": [
        (
            "第二十条第（一）项",
            {"made": "本年新制作数量", "disclosed": "本年新公开数量", "disclosed_total": "对外公开总数量"},
            {"government_rules": "规章", "normative_documents": "规范性文件"},
        ),
        ("第二十条第（五）项", ITEMS, {"licenses": "行政许可", "other_management_services": "其他对外管理服务事项"}),
        ("第二十条第（六）项", ITEMS, {"penalties": "行政处罚", "coercive_measures": "行政强制"}),
        ("第二十条第（八）项", {"prior_items": "上一年项目数量", "change": "本年增/减"}, {"charges": "行政事业性收费"}),
        ("第二十条第（九）项", {"items": "采购项目数量", "amount": "采购总金额"}, {"procurement": "政府集中采购"}),
    ],
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One drawn cell; `name` is the cell of the form whose figure it holds."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    name: str = ""


Table = list[list[Cell]]


@dataclass(slots=True)
class Figures:
    """What is printed in each cell; a figure that was not set is the next number, so that no two are alike."""

    printed: dict[str, str] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1001, 7))

    def __call__(self, name: str) -> str:
        if name not in self.printed:
            self.printed[name] = str(next(self.numbers))
        return self.printed[name]

    def cell(self, table: str, row: str, member: str, colspan: int = 1) -> Cell:
        name = cell_name(table, row, member)
        return Cell(self(name), colspan=colspan, name=name)


def leaves(form: str) -> dict[str, str]:
    """The leaves of 表三 with their labels, in order."""
    return {**LEAVES, **OTHER[form]}


def disclosure(figures: Figures, form: str = "2021") -> Table:
    """表二 as the official form draws it (2019: with the spans of the published reports of that year)."""
    width = 4 if form == "2021" else 5
    spans = {
        "2021": {3: ((1, 1, 1), (1, 1, 1)), 1: ((3,), (3,))},
        "2019": {3: ((1, 2, 1), (2, 1, 1)), 2: ((2, 2), (2, 2))},
    }[form]
    table: Table = []
    for heading, measures, items in BLOCKS[form]:
        heads, cells = spans[len(measures)]
        table.append([Cell(heading, width)])
        table.append(
            [Cell("信息内容"), *(Cell(text, span) for text, span in zip(measures.values(), heads, strict=True))]
        )
        for code, label in items.items():
            table.append(
                [
                    Cell(label),
                    *(figures.cell("T2", code, measure, span) for measure, span in zip(measures, cells, strict=True)),
                ]
            )
    return table


def members(figures: Figures, code: str) -> list[Cell]:
    """The seven figures of one line of 表三."""
    return [figures.cell("T3", code, member) for member in MEMBERS]


def applications_head(total_first: bool = False) -> Table:
    """The three header rows of 表三; 总计 begins in the second of them, or in the first."""
    total = Cell("总计", 1, 3 if total_first else 2)
    return [
        [Cell(RELATION, 3, 3), Cell("申请人情况", 6 if total_first else 7), *([total] if total_first else [])],
        [Cell("自然人", 1, 2), Cell("法人或其他组织", 5), *([] if total_first else [total])],
        [Cell(text) for text in MEMBER_HEADS[1:6]],
    ]


def applications(figures: Figures, form: str = "2021", total_first: bool = False) -> Table:
    """表三 as the official form draws it."""
    rows = leaves(form)
    table = applications_head(total_first)
    for code in ("received", "brought_forward"):
        table.append([Cell(OUTER[code], 3), *members(figures, code)])
    for code, label in rows.items():
        first = [Cell("三、本年度办理结果", 1, len(rows) + 1)] if code == "granted" else []
        group, dot, _ = code.partition(".")
        if dot:
            same = [other for other in rows if other.startswith(group + ".")]
            labels = [*([Cell(GROUPS[group], 1, len(same))] if code == same[0] else []), Cell(label)]
        else:
            labels = [Cell(label, 2)]
        table.append([*first, *labels, *members(figures, code)])
    table.append([Cell(OUTER["processed"], 2), *members(figures, "processed")])
    table.append([Cell(OUTER["carried_forward"], 3), *members(figures, "carried_forward")])
    return table


def remedies(figures: Figures) -> Table:
    """表四 as the official form draws it: one row of fifteen figures."""
    five = [Cell(text) for text in TRACK_HEADS]
    return [
        [Cell("行政复议", 5), Cell("行政诉讼", 10)],
        [*(Cell(text, 1, 2) for text in TRACK_HEADS), Cell("未经复议直接起诉", 5), Cell("复议后起诉", 5)],
        [*five, *five],
        [figures.cell("T4", track, member) for track in TRACKS for member in TRACK_MEMBERS],
    ]


def remedies_by_track(figures: Figures) -> Table:
    """表四 as three groups below each other, each under its own heading."""
    table: Table = []
    for track, label in zip(TRACKS, TRACK_LABELS, strict=True):
        table += [
            [Cell(label, 5)],
            [Cell(text) for text in TRACK_HEADS],
            [figures.cell("T4", track, member) for member in TRACK_MEMBERS],
        ]
    return table


# How tables are written down.


def html(table: Table, cell: Callable[[str], str] = escape) -> str:
    """A table in HTML; `cell` wraps the text of a cell."""

    def spans(one: Cell) -> str:
        return "".join(
            f' {name}="{value}"' for name, value in (("colspan", one.colspan), ("rowspan", one.rowspan)) if value > 1
        )

    rows = "\n".join(
        "<tr>" + "".join(f"<td{spans(one)}>{cell(one.text)}</td>" for one in row) + "</tr>" for row in table
    )
    return f"<table border=1><tbody>\n{rows}\n</tbody></table>"


def word(text: str) -> str:
    """A cell as Word leaves it: paragraph, one word over several runs, the empty o:p."""
    runs = [text[:2], text[2:]] if len(text) > 3 and not text.isdigit() else [text]
    inner = (
        "".join(
            f'<span style="font-family:仿宋_GB2312"><font color="#000000">{escape(run)}</font></span>' for run in runs
        )
        if text
        else "<span>&nbsp;</span>"
    )
    return f'<p class="MsoNormal" align="center">{inner}<span lang="EN-US"><o:p></o:p></span></p>'


def wps(text: str) -> str:
    """A cell as WPS leaves it."""
    return f'<p style="text-align:center">{escape(text)}<br/></p>' if text else "<p><br/></p>"


def laid_out(table: Table) -> list[list[str]]:
    """The table over its full grid: merged cells stand where they begin, what they cover is empty."""
    rows = grid_of(table).rows
    width = max(column + colspan for row in rows for column, colspan in zip(row.columns, row.colspans, strict=True))
    grid = [[""] * width for _ in rows]
    for line, row in zip(grid, rows, strict=True):
        for text, column in zip(row.texts, row.columns, strict=True):
            line[column] = text
    return grid


def tabs(table: Table) -> str:
    """The table as lines with TABs."""
    return "\n".join("\t".join(row) for row in laid_out(table))


def markdown(table: Table) -> str:
    """The table as Markdown."""
    rows = ["| " + " | ".join(row) + " |" for row in laid_out(table)]
    return "\n".join([rows[0], "|" + "---|" * len(laid_out(table)[0]), *rows[1:]])


def bars(table: Table, own_line: bool = False) -> str:
    """One cell per line with a bar; the row is padded with bars up to the width of the grid."""
    width = len(laid_out(table)[0])
    lines: list[str] = []
    for row in table:
        texts = [f"{cell.text} |" for cell in row]
        padding = "|" * (width - len(row))
        if own_line:
            texts += [padding] if padding else []
        elif padding:
            texts[-1] += f" {padding}"
        lines += texts
    return "\n".join(lines)


def cell_lines(table: Table) -> str:
    """One cell per line, nothing else."""
    return "\n".join(cell.text for row in table for cell in row)


def aligned(table: Table, gap: int = 2) -> str:
    """Columns set with spaces (a Chinese character is two wide)."""

    def size(text: str) -> int:
        return sum(2 if char > "\u2e80" else 1 for char in text)

    grid = laid_out(table)
    widths = [max(size(row[at]) for row in grid) for at in range(len(grid[0]))]
    return "\n".join(
        (" " * gap).join(text + " " * (width - size(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in grid
    )


def grid_of(table: Table) -> Grid:
    """The table as a reader hands it on."""
    rows: list[GridRow] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table):
        columns, column = [], 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            columns.append(column)
            taken.update(
                (number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)
            )
            column += cell.colspan
        rows.append(
            GridRow(
                tuple(cell.text for cell in row),
                tuple(columns),
                tuple(cell.colspan for cell in row),
                tuple(cell.rowspan for cell in row),
            )
        )
    return Grid(tuple(rows))


HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
TITLE = "青石县水务局2023年政府信息公开工作年度报告"


def content(*tables: Table | str, title: str = TITLE) -> Content:
    """A document of these tables and paragraphs, with a title."""
    return Content((title, *(grid_of(one) if isinstance(one, list) else one for one in tables)), title)


def page(second: str, third: str, fourth: str, title: str = TITLE) -> str:
    """An HTML page of a whole report."""
    parts = [f"<p>{heading}</p>" for heading in HEADINGS]
    body = "\n".join(
        [
            parts[0],
            "<p>本机关全年按时公开信息。</p>",
            parts[1],
            second,
            parts[2],
            third,
            parts[3],
            fourth,
            parts[4],
            "<p>公开的主动性有待提高。</p>",
            parts[5],
            "<p>没有其他需要报告的事项。</p>",
        ]
    )
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>\n"
        f"<div class='article'>{body}</div></body></html>"
    )


def text(second: str, third: str, fourth: str, title: str = TITLE) -> str:
    """A plain text of a whole report."""
    return "\n\n".join(
        [
            title,
            HEADINGS[0],
            "本机关全年按时公开信息。",
            HEADINGS[1],
            second,
            HEADINGS[2],
            third,
            HEADINGS[3],
            fourth,
            HEADINGS[4],
            "公开的主动性有待提高。",
            HEADINGS[5],
            "没有其他需要报告的事项。",
        ]
    )


# What was read, against what was printed.


def stated(report: Report) -> dict[str, str]:
    """Every stated cell with its raw text."""
    return {
        cell_name(row.table, row.code, member): raw or ""
        for row in report.rows
        for member, raw, value in zip(row.members, row.raws, row.values, strict=True)
        if value is not None
    }


def states(report: Report) -> dict[str, str]:
    """Every cell with its state."""
    return {
        cell_name(row.table, row.code, member): state
        for row in report.rows
        for member, state in zip(row.members, row.states, strict=True)
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """A comparison: cells stated wrongly (read, printed), printed figures not read, problem codes with their places."""

    wrong: dict[str, tuple[str, str | None]]
    unread: frozenset[str]
    problems: tuple[Problem, ...]
    report: Report

    @property
    def codes(self) -> set[str]:
        return {problem.code for problem in self.problems}

    @property
    def exact(self) -> bool:
        return not self.wrong and not self.unread and not self.problems


def compare(report: Report | Problem, figures: Figures) -> Reading:
    """What was read against what was printed."""
    assert isinstance(report, Report), report
    found = stated(report)
    wrong = {name: (raw, figures.printed.get(name)) for name, raw in found.items() if raw != figures.printed.get(name)}
    unread = frozenset(name for name, raw in figures.printed.items() if raw.strip().isdigit() and name not in found)
    return Reading(wrong, unread, report.problems, report)


def without(table: Table, *texts: str) -> Table:
    """The table without the rows that hold one of these texts in a label."""
    return [row for row in table if not any(cell.text == text for cell in row for text in texts)]


def true_figures(seed: int, form: str = "2021", zeros: float = 0.5) -> Figures:
    """Figures of 表三 and 表四 that add up, with figures in every column; 表二 is the caller's."""
    rnd = random.Random(seed)  # nothing secret is drawn
    figures = Figures()

    def put(table: str, row: str, names: Sequence[str], numbers: Sequence[int]) -> None:
        figures.printed.update({cell_name(table, row, name): str(n) for name, n in zip(names, numbers, strict=True)})

    def some(count_: int) -> list[int]:
        numbers = [0 if rnd.random() < zeros else rnd.randint(1, 30) for _ in range(count_)]
        return [*numbers, sum(numbers)]

    rows = {code: some(len(MEMBERS) - 1) for code in leaves(form)}
    processed = [sum(column) for column in zip(*rows.values(), strict=True)]
    before, after = some(len(MEMBERS) - 1), some(len(MEMBERS) - 1)
    received = [done + left - old for done, left, old in zip(processed, after, before, strict=True)]
    rows |= {"processed": processed, "brought_forward": before, "carried_forward": after, "received": received}
    for code, numbers in rows.items():
        put("T3", code, MEMBERS, numbers)
    for track in TRACKS:
        put("T4", track, TRACK_MEMBERS, some(len(TRACK_MEMBERS) - 1))
    return figures
