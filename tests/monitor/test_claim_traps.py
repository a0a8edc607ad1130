"""Prose that contradicts no table, though a number or a denial in it is not the table's: goals, parts, other offices."""

import re

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.samples import SampleReport, make_history

BOOK = load()
UNAVAILABLE = re.compile(r"T3\[unavailable\.\w{1,40},total\]")
TELLING = frozenset({"fatal", "explain", "confirm"})
BODY = Context("government", "county", "临泉县人民政府")
TRAPS = [
    "下一步将规范答复，努力实现零复议、零诉讼。",
    "凡全年未发生行政复议、行政诉讼的单位，考核时予以加分。",
    "如无结转，应当在相应栏目填0。",
    "全县收到公民、法人和其他组织提出的政府信息公开申请{received}件。",
    "已答复{processed}件，另有{carried}件未到答复期限。",
    "结转的{carried}件申请将在法定期限内办结。",
    "予以公开和部分公开的{open}件。",
    "新收和上年结转共{stock}件，均登记在册。",
    "县人民政府办公室代表县政府受理政府信息公开申请41件，答复40件。",
    "县本级受理政府信息公开申请41件，部门受理293件。",
    "全市共受理政府信息公开申请8213件。",
    "有9个镇街全年未收到政府信息公开申请。",
    "个别部门未收到依申请公开件，业务生疏。",
    "上半年收到政府信息公开申请150件。",
    "1至11月收到政府信息公开申请301件。",
    "2020—2023年共收到政府信息公开申请940件。",
    "自条例施行以来，收到政府信息公开申请2100件。",
    "司法局收到行政复议申请215件。",
    "县政府作为复议机关受理行政复议案件86件。",
    "以县政府为被告的行政诉讼41件，负责人出庭应诉率100%。",
    "未发生因答复不及时引发的行政复议。",
    "二是有2件答复被复议机关纠正，教训深刻。",
    "超期答复1件，已说明原因。",
    "答复文书模板23份，统一印发使用。",
    "开展评查，办理抽查申请30件。",
    "无法提供的{unavailable}件，均为企业申请。",
    "公示行政处罚信息3126条。",
    "拟废止规范性文件2件。",
    "受理企业信用修复申请57件。",
    "严格执行零报告制度，按月报送。",
    "收到申请{received}件，其中网络{some}件，其余为当面提交。",
    "组织模拟暗访，向各单位提交申请{asked}件，{asked}件均收到答复。",
    "开展暗访。共提交政府信息公开申请{asked}件，收到答复{asked}件。",
    "随机抽取政府信息公开申请{asked}件，答复{asked}件，均符合要求。",
    "审核各单位报送的{asked}件申请答复案卷。",
    "各类申请事项12450件，办结12450件。",
    "受理许可申请{asked}件，全部办结{asked}件。",
    "市场主体登记申请8900件，办结8900件。",
    "督办事项{asked}件，办结{asked}件，办结率100%。",
    "12368热线平台事项{asked}件，答复{asked}件。",
    "行政复议案件尚未审结{asked}件或以上的单位，予以通报。",
    "收到政府信息公开申请{asked}件以下的单位，可以合并报送。",
    "其中部门{asked}件，办结290件；镇街215件，办结200件。",
    "县级受理政府信息公开申请{asked}件，办结290件。",
    "全年未发生到市政府的行政复议。",
    "未新发生行政复议案件。",
    "没有新的行政诉讼案件，也未再发生行政复议。",
    "未发生针对县直部门的行政诉讼。",
    "未发生其他行政复议。",
    "其中2件申请人撤回，其余{some}件由我县主管部门答复。",
    "依据《条例》第三十六条第（一）项答复2件、第（四）项答复3件。",
    "通知补正9件，补正后受理4件。",
    "书面征求第三方意见6件，第三方同意公开4件、不同意公开2件。",
    "2023年12月收到的1件申请已于2024年1月4日答复，计入结转下年度。",
    "年初结转上年度未办结申请{brought}件。",
    "上年度尚未办结的{brought}件申请已于一季度全部办结。",
    "委机关收到2件，县人民医院等直属单位收到7件。",
    "受理建设工程消防验收申请44件，办结44件。",
    "未收到商业企业、科研机构的公开申请。",
    "7月、8月未收到申请。",
    "局属单位未收到政府信息公开申请。",
    "全县各站所均未收到申请。",
    "没有应答复而未答复的申请。",
    "未因收费引发行政复议、行政诉讼。",
    "提起复议的均为自然人。",
    "收到政府信息公开申请{received}件，以自然人为主，占93.3%。",
    "作为复议机关，受理不服下级答复的行政复议申请5件。",
    "审理政府信息公开复议案件16件，纠正2件。",
    "法院受理环境公益诉讼71件。",
    "行政复议案件中驳回3件、维持1件、终止1件。",
    "申请人对复议决定均不服的除外，未提起其他诉讼。",
    "{some}件申请补正后办结、3件直接办结。",
    "与县自然资源局共同答复{some}件，独立答复5件。",
    "收到申请书3份，按一事一申请拆分为{received}件。",
    "未因主动公开工作引发行政复议和诉讼。",
    "其中以县政府为答复主体的41件，县政府未被复议、诉讼。",
    "年初现行有效规范性文件907件。",
    "对规范性文件开展后评估，建议保留903件。",
    "收到申请{received}件，其中延期答复4件、占88.1%。",
    "信息处理费按100元/件收取的标准予以公布。",
]


@pytest.fixture(scope="module")
def sample() -> SampleReport:
    return make_history(11, "临泉县人民政府", [2023], dense=True)[0]


@pytest.mark.parametrize("trap", TRAPS)
def test_it_is_no_contradiction(trap: str, sample: SampleReport) -> None:
    figures = {
        "received": sample.count("T3[received,total]"),
        "processed": sample.count("T3[processed,total]"),
        "carried": sample.count("T3[carried_forward,total]"),
        "open": sample.count("T3[granted,total]") + sample.count("T3[granted_in_part,total]"),
        "stock": sample.count("T3[received,total]") + sample.count("T3[brought_forward,total]"),
        "unavailable": sum(sample.count(name) for name in sample.cells if UNAVAILABLE.fullmatch(name)),
        "asked": sample.count("T3[received,total]") + 1001,
        "brought": sample.count("T3[brought_forward,total]"),
        "some": sample.count("T3[received,total]") - 7,
    }
    page = sample.html("plain").replace(
        "<p>（二）依申请公开方面</p>", f"<p>（二）依申请公开方面</p><p>{trap.format(**figures)}</p>"
    )
    assert trap.format(**figures) in page
    report = read_report(page.encode(), "a.html")
    assert isinstance(report, Report)
    told = [
        (one.rule, one.subject, one.facts)
        for one in check_report(BOOK, report, BODY).failed
        if one.rule.startswith("claim.") and BOOK[one.rule].rule_class in TELLING
    ]
    assert not told
