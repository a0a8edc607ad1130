"""The blank forms of 2019 and 2021 as rows of cells, defined here independently of extract's templates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import cell_name

TRACKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")


@dataclass(frozen=True, slots=True)
class FormCell:
    """One drawn cell: a printed label, or (with `name`) the place of a figure such as `T3[granted,total]`."""

    label: str = ""
    name: str = ""
    colspan: int = 1
    rowspan: int = 1


FormRow = tuple[FormCell, ...]
FormTable = tuple[FormRow, ...]

LEAVES_2019: dict[str, str] = {
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
    "other": "（六）其他处理",
}
OTHER_2021: dict[str, str] = {
    "other.not_corrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other.fee_unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other.other": "3.其他",
}
LEAVES: dict[str, dict[str, str]] = {
    "2019": LEAVES_2019,
    "2021": {code: label for code, label in LEAVES_2019.items() if code != "other"} | OTHER_2021,
}
GROUPS = {
    "refused": "（三）不予公开",
    "unavailable": "（四）无法提供",
    "not_processed": "（五）不予处理",
    "other": "（六）其他处理",
}

MEMBER_LABELS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
TRACK_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
RELATION = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

# block title, column labels → measures, row labels → items
Block = tuple[str, dict[str, str], dict[str, str]]
ITEMS_2019 = {"上一年项目数量": "prior_items", "本年增/减": "change", "处理决定数量": "decisions"}
BLOCKS: dict[str, tuple[Block, ...]] = {
    "2021": (
        (
            "第二十条第（一）项",
            {"本年制发件数": "made", "本年废止件数": "repealed", "现行有效件数": "in_force"},
            {"规章": "government_rules", "行政规范性文件": "normative_documents"},
        ),
        ("第二十条第（五）项", {"本年处理决定数量": "decisions"}, {"行政许可": "licenses"}),
        (
            "第二十条第（六）项",
            {"本年处理决定数量": "decisions"},
            {"行政处罚": "penalties", "行政强制": "coercive_measures"},
        ),
        ("第二十条第（八）项", {"本年收费金额（单位：万元）": "amount_10k_yuan"}, {"行政事业性收费": "charges"}),
    ),
    "2019": (
        (
            "第二十条第（一）项",
            {"本年新制作数量": "made", "本年新公开数量": "disclosed", "对外公开总数量": "disclosed_total"},
            {"规章": "government_rules", "规范性文件": "normative_documents"},
        ),
        (
            "第二十条第（五）项",
            ITEMS_2019,
            {"行政许可": "licenses", "其他对外管理服务事项": "other_management_services"},
        ),
        ("第二十条第（六）项", ITEMS_2019, {"行政处罚": "penalties", "行政强制": "coercive_measures"}),
        ("第二十条第（八）项", {"上一年项目数量": "prior_items", "本年增/减": "change"}, {"行政事业性收费": "charges"}),
        ("第二十条第（九）项", {"采购项目数量": "items", "采购总金额": "amount"}, {"政府集中采购": "procurement"}),
    ),
}

# How a block's header row and figure rows are spread over the grid, by number of figure columns.
# SHIFTED is the 2019 form as often pasted from Word: header and figures use different spans.
Spans = dict[int, tuple[tuple[int, ...], tuple[int, ...]]]
EVEN: Spans = {3: ((1, 1, 1), (1, 1, 1)), 2: ((1, 2), (1, 2)), 1: ((3,), (3,))}
SHIFTED: Spans = {3: ((1, 2, 1), (2, 1, 1)), 2: ((2, 2), (2, 2))}


def disclosure_table(form: str, *, word: bool) -> FormTable:
    """表二: the form's blocks, one below the other in one grid."""
    shifted = word and form == "2019"
    width = 5 if shifted else 4
    rows: list[FormRow] = []
    for title, columns, items in BLOCKS[form]:
        header, figures = (SHIFTED if shifted else EVEN)[len(columns)]
        rows.append((FormCell(title, colspan=width),))
        rows.append((FormCell("信息内容"), *_labels(columns, header)))
        for label, item in items.items():
            cells = (
                FormCell(name=cell_name("T2", item, measure), colspan=span)
                for measure, span in zip(columns.values(), figures, strict=True)
            )
            rows.append((FormCell(label), *cells))
    return tuple(rows)


def applications_table(form: str, *, word: bool) -> FormTable:
    """表三. In the "word" geometry 总计 begins in the second header row, else in the first."""
    leaves = LEAVES[form]
    total_first = FormCell("总计", rowspan=3)
    rows: list[FormRow] = [
        (FormCell(RELATION, colspan=3, rowspan=3), FormCell("申请人情况", colspan=7))
        if word
        else (FormCell(RELATION, colspan=3, rowspan=3), FormCell("申请人情况", colspan=6), total_first),
        (
            FormCell("自然人", rowspan=2),
            FormCell("法人或其他组织", colspan=5),
            *([FormCell("总计", rowspan=2)] if word else []),
        ),
        tuple(FormCell(label) for label in MEMBER_LABELS[1:6]),
        (FormCell("一、本年新收政府信息公开申请数量", colspan=3), *_members("received")),
        (FormCell("二、上年结转政府信息公开申请数量", colspan=3), *_members("brought_forward")),
    ]
    result = FormCell("三、本年度办理结果", rowspan=len(leaves) + 1)
    for code, label in leaves.items():
        first = (result,) if code == "granted" else ()
        rows.append((*first, *_leaf_labels(code, label, leaves), *_members(code)))
    rows.append((FormCell("（七）总计", colspan=2), *_members("processed")))
    rows.append((FormCell("四、结转下年度继续办理", colspan=3), *_members("carried_forward")))
    return tuple(rows)


def remedies_table() -> FormTable:
    """表四: fifteen figures in one row, identified only by their position."""
    five = [FormCell(label) for label in TRACK_LABELS]
    return (
        (FormCell("行政复议", colspan=5), FormCell("行政诉讼", colspan=10)),
        (
            *(FormCell(label, rowspan=2) for label in TRACK_LABELS),
            FormCell("未经复议直接起诉", colspan=5),
            FormCell("复议后起诉", colspan=5),
        ),
        (*five, *five),
        tuple(FormCell(name=cell_name("T4", track, member)) for track in TRACKS for member in TRACK_MEMBERS),
    )


def cell_names(form_t2: str, form_t3: str) -> tuple[str, ...]:
    """The names of all cells of a report in these forms, in page order."""
    tables = (disclosure_table(form_t2, word=False), applications_table(form_t3, word=False))
    cells = (cell for table in (*tables, remedies_table()) for row in table for cell in row)
    return tuple(cell.name for cell in cells if cell.name)


def _labels(columns: Iterable[str], spans: Sequence[int]) -> list[FormCell]:
    return [FormCell(label, colspan=span) for label, span in zip(columns, spans, strict=True)]


def _members(code: str) -> tuple[FormCell, ...]:
    return tuple(FormCell(name=cell_name("T3", code, member)) for member in MEMBERS)


def _leaf_labels(code: str, label: str, leaves: dict[str, str]) -> list[FormCell]:
    group, dot, _ = code.partition(".")
    if not dot:
        return [FormCell(label, colspan=2)]
    siblings = [other for other in leaves if other.startswith(f"{group}.")]
    head = [FormCell(GROUPS[group], rowspan=len(siblings))] if code == siblings[0] else []
    return [*head, FormCell(label)]
