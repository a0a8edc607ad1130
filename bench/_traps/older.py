"""The statistics of 2014–2018 and a local table of before, and papers that are no report though they look like one."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench._traps.wording import Block, Draft, as_made
from monitor.samples import SampleReport
from monitor.samples.layout import FormCell, FormTable

Lines = Sequence[tuple[str, str]]  # label and unit; no unit: a head without a figure

NATIONAL: Lines = (
    ("一、主动公开情况", ""),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条"),
    ("其中：主动公开规范性文件数", "条"),
    ("制发规范性文件总数", "件"),
    ("（二）通过不同渠道和方式公开政府信息的情况", ""),
    ("1.政府公报公开政府信息数", "条"),
    ("2.政府网站公开政府信息数", "条"),
    ("3.政务微博公开政府信息数", "条"),
    ("4.政务微信公开政府信息数", "条"),
    ("5.其他方式公开政府信息数", "条"),
    ("二、回应解读情况", ""),
    ("（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次"),
    ("（二）通过不同渠道和方式回应解读的情况", ""),
    ("1.参加或举办新闻发布会总次数", "次"),
    ("其中：主要负责同志参加新闻发布会次数", "次"),
    ("2.政府网站在线访谈次数", "次"),
    ("其中：主要负责同志参加政府网站在线访谈次数", "次"),
    ("3.政策解读稿件发布数", "篇"),
    ("4.微博微信回应事件数", "次"),
    ("5.其他方式回应事件数", "次"),
    ("三、依申请公开情况", ""),
    ("（一）收到申请数", "件"),
    ("1.当面申请数", "件"),
    ("2.传真申请数", "件"),
    ("3.网络申请数", "件"),
    ("4.信函申请数", "件"),
    ("（二）申请办结数", "件"),
    ("1.按时办结数", "件"),
    ("2.延期办结数", "件"),
    ("（三）申请答复数", "件"),
    ("1.属于已主动公开范围数", "件"),
    ("2.同意公开答复数", "件"),
    ("3.同意部分公开答复数", "件"),
    ("4.不同意公开答复数", "件"),
    ("其中：涉及国家秘密", "件"),
    ("涉及商业秘密", "件"),
    ("涉及个人隐私", "件"),
    ("危及国家安全、公共安全、经济安全和社会稳定", "件"),
    ("不是《条例》所指政府信息", "件"),
    ("法律法规规定的其他情形", "件"),
    ("5.不属于本行政机关公开数", "件"),
    ("6.申请信息不存在数", "件"),
    ("7.告知作出更改补充数", "件"),
    ("8.告知通过其他途径办理数", "件"),
    ("四、行政复议数量", "件"),
    ("（一）维持具体行政行为数", "件"),
    ("（二）被依法纠错数", "件"),
    ("（三）其他情形数", "件"),
    ("五、行政诉讼数量", "件"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件"),
    ("（二）被依法纠错数", "件"),
    ("（三）其他情形数", "件"),
    ("六、举报投诉数量", "件"),
    ("七、依申请公开信息收取的费用", "万元"),
    ("八、机构建设和保障经费情况", ""),
    ("（一）政府信息公开工作专门机构数", "个"),
    ("（二）设置政府信息公开查阅点数", "个"),
    ("（三）从事政府信息公开工作人员数", "人"),
    ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "人"),
    ("2.兼职人员数", "人"),
    ("（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）", "万元"),
    ("九、政府信息公开会议和培训情况", ""),
    ("（一）召开政府信息公开工作会议或专题会议数", "次"),
    ("（二）举办各类培训班数", "次"),
    ("（三）接受培训人员数", "人次"),
)
LOCAL: Lines = (
    ("主动公开文件数", "条"),
    ("1、政府网站公开数", "条"),
    ("2、政府公报公开数", "条"),
    ("受理依申请公开信息总数", "条"),
    ("1、当面申请数", "条"),
    ("2、网上申请数", "条"),
    ("3、信函、传真申请数", "条"),
    ("对申请的答复总数", "条"),
    ("1、同意公开答复数", "条"),
    ("2、同意部分公开答复数", "条"),
    ("3、不予公开答复数", "条"),
    ("4、其他类型答复数", "条"),
    ("政府信息公开收费减免金额", "元"),
    ("接受行政诉讼、举报数", "件"),
    ("行政复议数", "件"),
    ("行政诉讼数", "件"),
)


@dataclass(frozen=True, slots=True)
class Older:
    """A report of before 2019 with its statistics; `lines` are the label and each figure as printed."""

    title: str
    body: tuple[Block, ...]
    lines: tuple[tuple[str, str], ...]

    def blocks(self, *, word: bool = False) -> list[Block]:  # noqa: ARG002  # asked like a sample report
        return list(self.body)

    def printed(self, name: str) -> str:
        raise KeyError(name)


def national(seed: int, year: int) -> Older:
    """《政府信息公开情况统计表》 as an annex below the prose."""
    dice = random.Random(seed)
    figures = [(label, _drawn(dice, unit)) for label, unit in NATIONAL]
    table: FormTable = (
        (FormCell("统计指标"), FormCell("单位"), FormCell("统计数")),
        *(
            (FormCell(label), FormCell(unit), FormCell(figure))
            for (label, unit), (_, figure) in zip(NATIONAL, figures, strict=True)
        ),
    )
    return _report(f"示例{seed:03}县财政局", year, table, tuple(one for one in figures if one[1]))


def local(seed: int, year: int) -> Older:
    """A place's own table: 指标名称, 计量单位, 本年度, 历年累计."""
    dice = random.Random(seed)
    rows = [(label, unit, str(dice.randint(0, 999)), str(dice.randint(1000, 99999))) for label, unit in LOCAL]
    table: FormTable = (
        tuple(FormCell(one) for one in ("指标名称", "计量单位", "本年度", "历年累计")),
        *(tuple(FormCell(one) for one in row) for row in rows),
    )
    lines = tuple((label, figure) for label, _, *both in rows for figure in both)
    return _report(f"示例{seed:03}县教育局", year, table, lines)


def _drawn(dice: random.Random, unit: str) -> str:
    if not unit:
        return ""
    return f"{dice.randint(0, 900) / 100:.2f}" if unit == "万元" else str(dice.randint(0, 400))


def _report(agency: str, year: int, table: FormTable, lines: tuple[tuple[str, str], ...]) -> Older:
    title = f"{agency}{year}年政府信息公开工作年度报告"
    prose = (
        f"根据《中华人民共和国政府信息公开条例》的规定，现公布{agency}{year}年度政府信息公开工作年度报告。"
        f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
        "一、概述",
        f"{year}年，本局认真做好政府信息公开工作，组织3次培训。",
        "二、主动公开政府信息情况",
        "通过网站公开信息，方便群众查询。",
        "三、依申请公开政府信息情况",
        "依法办理公民、法人和其他组织的申请。",
        "四、存在的主要问题和改进措施",
        "公开的深度还不够，将进一步改进。",
        "附表：政府信息公开情况统计表",
    )
    return Older(title, (*prose, table), lines)


# --- no reports ------------------------------------------------------------------------------------------------


def blank(report: SampleReport) -> Draft:
    """The form itself, with nothing filled in."""
    draft = as_made(report)
    hints = {1: "（文字描述）", 5: "（文字描述）"}
    body = [block for block in draft.body if not isinstance(block, str) or block[1:2] == "、"]
    for at in sorted(hints, reverse=True):
        place = [number for number, block in enumerate(body) if isinstance(block, str)][at - 1]
        body.insert(place + 1, hints[at])
    return replace(draft, body=tuple(body), figures=dict.fromkeys(draft.figures, ""))


def compared(report: SampleReport) -> Draft:
    """Two years side by side under each column: a comparison, no report."""
    draft = as_made(report)
    figures = dict(draft.figures)
    body: list[Block] = [f"{report.agency}{report.year - 1}年与{report.year}年政府信息公开工作数据对比表"]
    for block in draft.body:
        if isinstance(block, str):
            continue
        rows = []
        for row in block:
            cells: list[FormCell] = []
            for cell in row:
                if cell.name:
                    cells += (FormCell(f"{len(cells) * 3}"), cell)
                else:
                    cells.append(cell)
            rows.append(tuple(cells))
        body += [f"{report.year - 1}年 {report.year}年", tuple(rows)]
    return replace(draft, body=tuple(body), figures=figures)


def letter(report: SampleReport) -> Draft:
    """A covering letter that names the report, with a list of bodies."""
    table: FormTable = (
        (FormCell("序号"), FormCell("单位"), FormCell("新收申请数"), FormCell("总计")),
        *(
            (FormCell(str(at)), FormCell(f"示例镇{at}"), FormCell(str(at * 3)), FormCell(str(at * 4)))
            for at in range(1, 9)
        ),
    )
    words = (
        f"关于报送{report.agency}{report.year}年政府信息公开工作年度报告的函",
        "县政府办公室：",
        f"现将我局{report.year}年政府信息公开工作年度报告报送你办，请审阅。",
    )
    return Draft(report, (*words, table), {})
