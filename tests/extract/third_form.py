"""A report on the invented form of forms/2026.toml as a body would publish it: its tables are written here anew."""

from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "forms"
ROWS = {
    "received": "一、本年新收政府信息公开申请数量",
    "brought_forward": "二、上年结转政府信息公开申请数量",
    "granted": "（一）予以公开",
    "granted_in_part": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "refused.state_secret": "1.属于国家秘密",
    "refused.personal_privacy": "2.属于个人隐私",
    "refused.prohibited_by_law": "3.其他法律行政法规禁止公开",
    "refused.security_and_stability": "4.危及“三安全一稳定”",
    "refused.third_party_rights": "5.保护第三方合法权益",
    "refused.internal_affairs": "6.属于三类内部事务信息",
    "refused.deliberative_process": "7.属于四类过程性信息",
    "refused.enforcement_file": "8.属于行政执法案卷",
    "refused.administrative_query": "9.属于行政查询事项",
    "unavailable": "（四）无法提供",
    "not_processed.complaint": "1.信访举报投诉类申请",
    "not_processed.repeat": "2.重复申请",
    "not_processed.excessive": "3.无正当理由大量反复申请",
    "not_processed.reconfirmation": "4.要求行政机关确认或重新出具已获取信息",
    "other.not_corrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other.fee_unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other.other": "3.其他",
    "processed": "（七）总计",
    "carried_forward": "四、结转下年度继续办理",
}
GROUPS = {"refused": "（三）不予公开", "not_processed": "（五）不予处理", "other": "（六）其他处理"}
HEAD = ("自然人", "营利法人", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
# Figures that add up; every other cell is 0.
FIGURES: Mapping[str, Sequence[int]] = {
    "received": (30, 4, 0, 0, 1, 0, 35),
    "brought_forward": (2, 0, 0, 0, 0, 0, 2),
    "granted": (12, 2, 0, 0, 1, 0, 15),
    "refused.personal_privacy": (5, 0, 0, 0, 0, 0, 5),
    "unavailable": (9, 1, 0, 0, 0, 0, 10),
    "not_processed.excessive": (1, 0, 0, 0, 0, 0, 1),
    "other.other": (3, 1, 0, 0, 0, 0, 4),
    "processed": (30, 4, 0, 0, 1, 0, 35),
    "carried_forward": (2, 0, 0, 0, 0, 0, 2),
}
DISCLOSURE = (
    (
        "第二十条第（一）项",
        ("本年制发件数", "本年修改件数", "本年废止件数", "年末有效件数"),
        {"规章": (0, 0, 0, 0), "行政规范性文件": (3, 1, 2, 21)},
    ),
    ("第二十条第（六）项", ("本年处理决定数量",), {"行政处罚": (17,), "行政强制": (1,)}),
    ("第二十条第（十一）项", ("现行预案数量", "本年演练次数"), {"应急预案": (6, 4)}),
)


def page(agency: str, year: int, figures: Mapping[str, Sequence[int]] = FIGURES, layout: str = "html") -> str:
    """The page as HTML, as text with TAB between the cells (`tabs`), or with tables that lost every border (`running`)."""
    sections = (
        "二、主动公开政府信息情况",
        _disclosure(),
        "三、收到和处理政府信息公开申请情况",
        _applications(figures),
        "四、政府信息公开行政复议、行政诉讼情况",
        _remedies(),
        "五、存在的主要问题及改进情况",
        "政策解读形式单一，部分群众看不懂。下一步加强培训，多用图表和问答，发布前请群众试读。",
        "六、其他需要报告的事项",
        "本年度未发出收费通知。",
    )
    title = f"{agency}{year}年政府信息公开工作年度报告"
    blocks = (title, "一、总体情况", "本机关依法公开政府信息。", *sections)
    if layout != "html":
        cell, row = ("\t", "\n") if layout == "tabs" else (" ", " ")
        return "\n".join(
            row.join(cell.join(line) for line in block) if isinstance(block, list) else block for block in blocks
        )
    body = "".join(_table(block) if isinstance(block, list) else f"<p>{block}</p>" for block in blocks)
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def _table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _disclosure() -> list[list[str]]:
    rows: list[list[str]] = []
    for heading, measures, items in DISCLOSURE:
        rows += [[heading], ["信息内容", *measures]]
        rows += [[item, *map(str, figures)] for item, figures in items.items()]
    return rows


def _applications(figures: Mapping[str, Sequence[int]]) -> list[list[str]]:
    rows = [["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"], ["", *HEAD]]
    group = ""
    for code, label in ROWS.items():
        head = code.partition(".")[0]
        above = [
            text
            for text, here in (
                ("三、本年度办理结果", code == "granted"),
                (GROUPS.get(head, ""), "." in code and head != group),
            )
            if here
        ]
        group = head
        rows.append([*above, label, *map(str, figures.get(code, (0,) * 7))])
    return rows


def _remedies() -> list[list[str]]:
    return [
        ["行政复议", "行政诉讼"],
        ["未经复议直接起诉", "复议后起诉"],
        ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3,
        ["1", "0", "0", "0", "1", *["0"] * 10],
    ]
