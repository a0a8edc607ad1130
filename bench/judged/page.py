"""Builds one report as a page: title, period, sections and the three tables from a few figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

HEADS = {
    "2021": (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
    "2019": (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
}
GROUPS: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (
    (
        "refused",
        "（三）不予公开",
        (
            ("state_secret", "1.属于国家秘密"),
            ("prohibited_by_law", "2.其他法律行政法规禁止公开"),
            ("security_and_stability", "3.危及“三安全一稳定”"),
            ("third_party_rights", "4.保护第三方合法权益"),
            ("internal_affairs", "5.属于三类内部事务信息"),
            ("deliberative_process", "6.属于四类过程性信息"),
            ("enforcement_file", "7.属于行政执法案卷"),
            ("administrative_query", "8.属于行政查询事项"),
        ),
    ),
    (
        "unavailable",
        "（四）无法提供",
        (
            ("not_held", "1.本机关不掌握相关政府信息"),
            ("needs_creation", "2.没有现成信息需要另行制作"),
            ("unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "not_processed",
        "（五）不予处理",
        (
            ("complaint", "1.信访举报投诉类申请"),
            ("repeat", "2.重复申请"),
            ("publication", "3.要求提供公开出版物"),
            ("excessive", "4.无正当理由大量反复申请"),
            ("reconfirmation", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
    (
        "other",
        "（六）其他处理",
        (
            ("not_corrected", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
            ("fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
            ("other", "3.其他"),
        ),
    ),
)
LEAVES = ("granted", "granted_in_part", *(f"{group}.{leaf}" for group, _, leaves in GROUPS for leaf, _ in leaves))
TRACKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What a report says; "" leaves a line out, None prints the usual one."""

    body: str
    year: int
    overview: Sequence[str]
    problems: Sequence[str]
    other: Sequence[str]
    t2: Figures = field(default_factory=dict)
    t3: Figures = field(default_factory=dict)
    t4: Figures = field(default_factory=dict)
    form: str = "2021"
    title: str | None = None
    preamble: str | None = None
    heads: Mapping[str, str] = field(default_factory=dict)
    omit: Sequence[int] = ()
    site: str | None = None
    image: Sequence[int] = ()

    def saying(self, **changed: Any) -> "Page":
        """The same report with other words."""
        return replace(self, **changed)

    def html(self) -> str:
        title = f"{self.body}{self.year}年政府信息公开工作年度报告" if self.title is None else self.title
        notice = "〔2021〕30号" if self.form == "2021" else "〔2019〕60号"
        preamble = (
            f"根据《中华人民共和国政府信息公开条例》和《国务院办公厅政府信息与政务公开办公室关于印发"
            f"〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（国办公开办函{notice}）要求，编制本报告。"
            f"本报告所列数据的统计期限自{self.year}年1月1日起至{self.year}年12月31日止。"
            if self.preamble is None
            else self.preamble
        )
        told: Mapping[int, Sequence[str]] = {1: self.overview, 5: self.problems, 6: self.other}
        tables = {2: self._disclosure, 3: self._applications, 4: self._remedies}
        parts = [paragraph(preamble)] if preamble else []
        for number, head in enumerate(HEADS[self.form], 1):
            if number in self.omit:
                continue
            parts.append(paragraph(self.heads.get(str(number), head)))
            parts += [paragraph(line) for line in told.get(number, ())]
            if number in tables:
                picture = f'<p><img src="table{number}.png" width="640" height="480"></p>'
                parts.append(picture if number in self.image else tables[number]())
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f'<meta name="SiteName" content="{escape(self.site or self.body)}">'
            f'<meta name="PubDate" content="{self.year + 1}-01-22 10:00"></head><body>'
            f"<h1>{escape(title)}</h1>\n" + "\n".join(parts) + "\n</body></html>"
        )

    def _disclosure(self) -> str:
        def cell(name: str) -> str:
            return str(self.t2.get(name, 0))

        rows = [["第二十条第（一）项"]]
        if self.form == "2021":
            rows += [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]]
            rows += [["规章", cell("rules_made"), cell("rules_repealed"), cell("rules_in_force")]]
            rows += [["行政规范性文件", cell("made"), cell("repealed"), cell("in_force")]]
            rows += [["第二十条第（五）项"], ["信息内容", "本年处理决定数量"], ["行政许可", cell("licenses")]]
            rows += [["第二十条第（六）项"], ["信息内容", "本年处理决定数量"]]
            rows += [["行政处罚", cell("penalties")], ["行政强制", cell("coercive")]]
            rows += [["第二十条第（八）项"], ["信息内容", "本年收费金额（单位：万元）"]]
            rows += [["行政事业性收费", cell("charges")]]
            return table(rows, 4)
        rows += [["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"], ["规章", "0", "0", "0"]]
        rows += [["规范性文件", cell("made"), cell("disclosed"), cell("disclosed_total")]]
        for block, names in (("五", ("行政许可", "其他对外管理服务事项")), ("六", ("行政处罚", "行政强制"))):
            rows += [[f"第二十条第（{block}）项"], ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]]
            rows += [[name, "0", "0", "0"] for name in names]
        rows += [["第二十条第（八）项"], ["信息内容", "上一年项目数量", "本年增/减"], ["行政事业性收费", "0", "0"]]
        rows += [["第二十条第（九）项"], ["信息内容", "采购项目数量", "采购总金额"], ["政府集中采购", "0", "0"]]
        return table(rows, 4)

    def _applications(self) -> str:
        rows = self.rows()

        def values(name: str) -> str:
            return "".join(f"<td>{value}</td>" for value in rows[name])

        old = self.form == "2019"
        lines = [
            '<td colspan="3" rowspan="3">（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td>'
            '<td colspan="7">申请人情况</td>',
            '<td rowspan="2">自然人</td><td colspan="5">法人或其他组织</td><td rowspan="2">总计</td>',
            "<td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td>",
            f'<td colspan="3">一、本年新收政府信息公开申请数量</td>{values("received")}',
            f'<td colspan="3">二、上年结转政府信息公开申请数量</td>{values("brought_forward")}',
            f'<td rowspan="{20 if old else 22}">三、本年度办理结果</td><td colspan="2">（一）予以公开</td>'
            + values("granted"),
            '<td colspan="2">（二）部分公开（区分处理的，只计这一情形，不计其他情形）</td>' + values("granted_in_part"),
        ]
        for group, head, leaves in GROUPS:
            if old and group == "other":
                lines.append(f'<td colspan="2">（六）其他处理</td>{values("other.other")}')
                continue
            for at, (leaf, label) in enumerate(leaves):
                first = f'<td rowspan="{len(leaves)}">{head}</td>' if not at else ""
                lines.append(f"{first}<td>{label}</td>{values(f'{group}.{leaf}')}")
        lines.append(f'<td colspan="2">（七）总计</td>{values("processed")}')
        lines.append(f'<td colspan="3">四、结转下年度继续办理</td>{values("carried_forward")}')
        return "<table border=1>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"

    def rows(self) -> Mapping[str, Sequence[int]]:
        """Table three, whole: what is not given is nought, the sums are made, new ones are what balances."""
        rows = {name: _seven(self.t3.get(name, 0)) for name in (*LEAVES, "brought_forward", "carried_forward")}
        rows["processed"] = [sum(rows[leaf][at] for leaf in LEAVES) for at in range(7)]
        rows["received"] = [
            rows["processed"][at] + rows["carried_forward"][at] - rows["brought_forward"][at] for at in range(7)
        ]
        if min(rows["received"]) < 0:
            raise ValueError(f"{self.body} {self.year}: the table does not balance")
        return rows

    def _remedies(self) -> str:
        tracks = [[*self.t4.get(track, (0, 0, 0, 0))] for track in TRACKS]
        five = "".join(f"<td>{name}</td>" for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
        above = five.replace("<td>", '<td rowspan="2">')
        cells = "".join(f"<td>{value}</td>" for track in tracks for value in (*track, sum(track)))
        return (
            '<table border=1><tr><td colspan="5">行政复议</td><td colspan="10">行政诉讼</td></tr>'
            f'<tr>{above}<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr>'
            f"<tr>{five}{five}</tr><tr>{cells}</tr></table>"
        )


def paragraph(line: str) -> str:
    return f"<p>{escape(line)}</p>"


def table(rows: Sequence[Sequence[str]], width: int) -> str:
    """Each row's last cell fills the width."""
    return (
        "<table border=1>"
        + "".join(
            "<tr>"
            + "".join(
                f'<td colspan="{width - len(row) + 1}">{cell}</td>' if at == len(row) - 1 else f"<td>{cell}</td>"
                for at, cell in enumerate(row)
            )
            + "</tr>"
            for row in rows
        )
        + "</table>"
    )


def _seven(value: int | Sequence[int]) -> list[int]:
    six = [value] if isinstance(value, int) else [*value]
    six += [0] * (6 - len(six))
    return [*six, sum(six)]
