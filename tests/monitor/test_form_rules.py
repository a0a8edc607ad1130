"""The rules on structure and wording: what people write in all its variants is left alone, what slipped is told.

The texts are invented in the manner of real reports, by kind of slip and kind of lawful wording.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extract.model import Report
from extract.run import read_report
from monitor.cli import main
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.samples import make_history
from monitor.words.verdicts import message
from tests.monitor.building import make_report

BOOK = load()
BODY = "青石县民政局"
HEADINGS = {
    0: "",
    1: "一、总体情况",
    2: "二、主动公开政府信息情况",
    3: "三、收到和处理政府信息公开申请情况",
    4: "四、政府信息公开行政复议、行政诉讼情况",
    5: "五、存在的主要问题及改进情况",
    6: "六、其他需要报告的事项",
}
SOUND = {
    0: f"本报告由{BODY}按照国办公开办函〔2021〕30号编制，统计期限自2023年1月1日起至2023年12月31日止。",
    1: "2023年，我局坚持以公开促服务。\n（一）主动公开情况\n全年公开信息120条。\n（二）依申请公开情况\n收到申请5件。\n"
    "（三）政府信息管理情况\n严格审核。\n（四）平台建设情况\n改版网站。\n（五）监督保障情况\n开展培训2期。",
    2: "",
    3: "",
    4: "",
    5: "一是政策解读形式单一，群众看不懂专业术语；二是更新不及时。下一步，将丰富解读形式，明确更新责任人。",
    6: "2023年度未收取信息处理费。",
}
Texts = Mapping[int, str]


def report(changed: Texts, *, name: str = BODY, year: int = 2023, lacking: Sequence[int] = ()) -> Report:
    texts = {**{number: text.replace("2023", str(year)) for number, text in SOUND.items()}, **changed}
    return make_report(
        {},
        name=name,
        year=year,
        said=(("title", year),),
        headed=tuple(
            (number, HEADINGS[number], text) for number, text in sorted(texts.items()) if number not in lacking
        ),
    )


def told(one: Report, rule: str) -> str:
    """What the rule says of the report; "" where it finds nothing."""
    found = check_report(BOOK, one, Context(name=one.agency_name))
    broken = [outcome for outcome in found.others if outcome.rule == rule and outcome.verdict in BOOK[rule].opens]
    return "\n".join(message(BOOK, outcome, "zh") for outcome in broken)


def every(one: Report) -> set[str]:
    found = check_report(BOOK, one, Context(name=one.agency_name))
    return {outcome.rule for outcome in found.others if outcome.verdict in BOOK[outcome.rule].opens}


def test_a_sound_report_has_no_finding() -> None:
    assert not every(report({1: SOUND[1].replace("收到申请5件", "收到申请0件")}))  # as its tables say


@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize(
    "agency", ["青石市数据局", "云岭县人民政府办公室", "青石县杨柳镇人民政府", "青石县城关街道办事处"]
)
def test_clean_samples_of_every_year_have_no_finding_on_form(agency: str, dense: bool) -> None:
    for sample in make_history(13, agency, range(2019, 2025), dense=dense):
        found = read_report(sample.html().encode(), "report.html")
        assert isinstance(found, Report)
        assert not {rule for rule in every(found) if rule.startswith("form.")}


@pytest.mark.parametrize(
    "text",
    [
        "2022年，我局共收到政府信息公开申请5件，均已答复。",
        "（二）依申请公开。2022年收到申请5件，办结5件。",
        "（二）依申请公开：2022年度，我局受理政府信息公开申请3件。",
        "一是依申请公开。2021年，全局受理申请12件。",
        "2022年，未收到政府信息公开申请。",
        "2022年共收到申请9件，全部为自然人申请，上年结转0件，比上年增加2件。",
        "（二）依申请公开\n依法依规做好依申请公开工作，2022年共收到申请9件，均为自然人申请。",
        "截至2022年12月31日，我局网站公开信息98条。",
        "2022 年我局主动公开政府信息 98 条。",
        "2022年全年制定规范性文件0件，废止0件，现行有效0件。",
    ],
)
def test_what_tells_of_another_year_is_told_with_its_words(text: str) -> None:
    found = told(report({1: SOUND[1] + "\n" + text}), "form.report_year")
    assert "正文：“" in found
    assert any(piece in found for piece in ("申请", "信息", "规范性文件"))


@pytest.mark.parametrize(
    "text",
    [
        "2022年结转2件，本年收到5件。",
        "截至2022年底结转2件，均已办结。",
        "2022年结转的2件和新收到的5件申请均已答复。",
        "2022年收到申请8件，2023年收到申请5件。",
        "比2022年（31起）下降29%，答复22起。",
        "与2022年相比，公开信息增加12条。",
        "2022年12月印发的办法继续有效，公开解读3篇。",
        "按照《2022年政务公开工作要点》，公开信息12条。",
        "公开2023年度部门预算、2022年度部门决算2份。",
        "自2021年1月1日起施行《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）。",
        "集中清理2002年以来的规范性文件，保留27件。",
        "2024年，我局将培训2次，公开信息200条。",
        "2024年计划公开信息100条。",
        "2022年以来，我局连续公开信息98条。",
        "2022年度政府信息公开工作年度报告于1月公布，公开信息1条。",
        "发布“十四五”规划（2021-2025）解读3篇。",
        "订阅数由2022年162384个增加至184279个。",
        "2020年至2022年，共受理申请30件。",
        "在2022年度政务公开考核中居前。",
    ],
)
def test_other_years_that_belong_there_are_left_alone(text: str) -> None:
    for number in (1, 3, 5):
        assert not told(report({number: SOUND[number] + "\n" + text}), "form.report_year")


@pytest.mark.parametrize("number", [1, 5])
def test_a_section_that_begins_with_another_year_and_never_names_its_own_is_told(number: int) -> None:
    text = "2022年，我局认真落实条例要求，取得一定成效，但仍有不足。"
    assert told(report({number: text}), "form.report_year")
    assert not told(report({number: text + "2023年，我局加大力度。"}), "form.report_year")


def test_a_fee_statement_and_a_period_of_another_year_are_told() -> None:
    assert "2022" in told(report({6: "我局2022年度未收取信息处理费。"}), "form.report_year")
    assert "2022" in told(report({6: "2022年度发出信息处理费收费通知3件，实际收取300元。"}), "form.report_year")
    assert not told(report({6: "2021年起执行信息处理费办法，未收取。"}), "form.report_year")
    period = "本报告统计数据从2022年1月1日至12月31日。"
    assert "2022" in told(report({0: period}), "form.report_year")
    assert not told(report({0: period.replace("2022", "2023")}), "form.report_year")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("（文字描述）", "（文字描述"),
        ("(文字描述，收取信息处理费情况在此处报告。)", "在此处报告"),
        ("该部分以表格形式报告。表格如下：", "该部分以表格形式报告"),
        ("XX年，我局公开信息。", "XX年"),
        ("20XX年，我局公开信息。", "20XX年"),
        ("2023年X月X日，我局召开会议。", "X月"),
        ("××单位认真落实条例。", "××单位"),
        ("现将我局201x年度情况报告如下。", "201x"),
        ("ＸＸ局公开信息。", "ＸＸ局"),
        ("XX 县 XX 镇人民政府公开信息。", "XX县"),
        ("收到申请X件，答复XX件。", "X件"),
        ("收到申请____件。", "____件"),
        ("现发布《XXX局2023年政府信息公开工作年度报告》。", "XXX局"),
        ("○○街道办事处公开信息。", "○○街道"),
        ("（单位名称）公开信息。", "（单位名称）"),
    ],
)
def test_what_a_model_left_is_told_in_any_section(text: str, quote: str) -> None:
    for number in (0, 1, 6):
        assert quote in told(report({number: SOUND[number] + "\n" + text}), "form.residue")


@pytest.mark.parametrize(
    "text",
    [
        "网址：http://www.xxgk.gov.cn/xxgk/xx.html，邮箱：XXGK@example.org。",
        "二〇〇八年五月一日起施行，二○○九年修订。",
        "开展“走进××局”“XX年度人物”主题活动。",
        "实行7×24小时值守，版面为210×297毫米。",
        "X射线检查、XBRL报送等事项全部公开。",
        "设备型号为G2X3，公开3X5系列参数。",
        "**一是**加强培训，**二是**改进解读。",
        "表格如下：",
        "请填写申请表。",
        "按照某某单位的经验改进。",
    ],
)
def test_letters_and_signs_with_a_meaning_are_no_residue(text: str) -> None:
    assert not told(report({1: SOUND[1] + "\n" + text}), "form.residue")


def test_a_title_that_a_model_left_is_told() -> None:
    one = make_report({}, name="XX局", year=2023, title="XX局2023年政府信息公开工作年度报告")
    assert "XX局" in told(one, "form.residue")


@pytest.mark.parametrize(
    ("lost", "heads"),
    [
        ("主动公开", ["依申请公开情况", "政府信息管理情况", "平台建设情况", "监督保障情况"]),
        ("依申请公开", ["主动公开情况", "政府信息管理", "平台建设", "监督保障"]),
        ("政府信息管理", ["主动公开情况", "依申请公开情况", "平台建设情况", "监督保障情况"]),
        ("平台建设", ["主动公开方面", "依申请公开方面", "政府信息管理方面", "监督保障方面"]),
        ("监督保障", ["主动公开", "依申请公开", "政府信息管理", "平台建设"]),
    ],
)
@pytest.mark.parametrize(
    "form", ["（{}）{}\n认真做好。", "（{}）{}。认真做好。", "{}.{}\n认真做好。", "（{}）{}：认真做好。"]
)
def test_a_lost_subhead_is_named(lost: str, heads: Sequence[str], form: str) -> None:
    numbers = "一二三四五" if form.startswith("（") else "12345"
    text = "\n".join(form.format(number, head) for number, head in zip(numbers, heads, strict=False))
    assert f"没有找到：{lost}（" in told(report({1: "2023年，我局工作有序开展。\n" + text}), "form.subheads")


@pytest.mark.parametrize(
    "heads",
    [
        [
            "主动公开政府信息情况",
            "依申请公开政府信息情况",
            "完善公开制度规范，加强政府信息管理",
            "加强平台建设，扩展公开渠道",
            "及时回应关切，自觉接受监督",
        ],
        ["深化重点领域信息公开", "规范申请受理答复", "强化文件清理和保密审查", "办好政务新媒体", "组织业务培训和考核"],
        ["聚焦政策解读", "依申请公开工作", "健全工作制度", "建好政府网站", "落实社会评议、责任追究"],
        ["主动公开", "依申请公开", "信息资源管理", "公开专栏", "督查督促"],
        ["扎实做好主动公开", "做好依申请办理", "标准化规范化建设", "用好公示栏等载体", "加强组织领导"],
    ],
)
def test_subheads_in_other_words_are_the_same_subheads(heads: Sequence[str]) -> None:
    for form in ("（{}）{}\n认真做好。", "（{}）{}。认真做好。", "({}) {}：认真做好。", "**（{}）{}**\n认真做好。"):
        text = "".join("\n" + form.format(number, head) for number, head in zip("一二三四五", heads, strict=True))
        assert not told(report({1: "2023年，我局工作有序开展。" + text}), "form.subheads")


def test_running_text_without_subheads_that_speaks_of_all_five_is_enough() -> None:
    text = "2023年，我局主动公开信息30条。依申请公开方面，收到申请2件。严格信息发布审核。维护好网站栏目。定期督查。"
    assert not told(report({1: text}), "form.subheads")
    assert "平台建设" in told(report({1: text.replace("维护好网站栏目。", "")}), "form.subheads")


def test_a_heading_under_a_wrong_number_is_told_as_that_and_not_as_missing() -> None:
    one = report({5: SOUND[5] + "\n五、其他需要报告的事项\n2023年度未收取信息处理费。"}, lacking=[6])
    found = told(one, "form.sections")
    assert "六：“五、其他需要报告的事项”" in found
    assert "没有找到" not in found
    assert not told(one, "form.fee_statement"), "it is there, under another number"


def test_headings_in_another_order_are_told() -> None:
    swapped = report(
        {4: "五、其他需要报告的事项\n2023年度未收取信息处理费。\n六、存在的主要问题及改进情况\n" + SOUND[5]},
        lacking=[5, 6],
    )
    found = told(swapped, "form.sections")
    assert "五：“六、存在的主要问题及改进情况”" in found
    assert "六：“五、其他需要报告的事项”" in found
    assert not told(swapped, "form.section_five")


@pytest.mark.parametrize("text", ["一、存在的主要问题\n更新慢。\n二、改进情况\n加强培训，明确责任人，按季度抽查通报。"])
def test_subheads_within_a_section_are_no_strays(text: str) -> None:
    assert not told(report({5: text}), "form.sections")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "form.section_five"),
        ("无", "form.section_five"),
        ("无。", "form.section_five"),
        ("暂无。", "form.section_five"),
        ("（一）存在的主要问题\n无。\n（二）改进情况\n无。", "form.section_five"),
        ("存在问题：无。改进措施：无。", "form.section_five"),
        ("今后继续做好公开工作，不断改进。", "form.section_five_short"),
        ("问题：更新不够及时。改进：明确责任人，定期检查。", "form.section_five_short"),
    ],
)
def test_a_section_five_that_says_nothing_is_told_by_how_little_it_says(text: str, rule: str) -> None:
    found = every(report({5: text}))
    assert {one for one in found if "section_five" in one} == {rule}


@pytest.mark.parametrize(
    "text",
    [
        "本年度，我单位未收取信息处理费",
        "无收取信息处理费情况。",
        "2023年政府信息公开未发生收费情况。",
        "全年收取政府信息公开信息处理费3940元。",
        "依据《政府信息公开信息处理费管理办法》，发出收费通知1件，实际收取100元。",
        "未因信息公开收取任何费用。",
        "（一）工作要点落实情况。已完成。\n（二）信息处理费收取情况。未收取。",
    ],
)
def test_any_word_on_fees_is_a_fee_statement(text: str) -> None:
    assert not told(report({6: text}), "form.fee_statement")


@pytest.mark.parametrize(
    "text",
    ["无。", "没有其他需要报告的事项。", "无其他需要报告的事项", "本年度落实《政府信息公开信息处理费管理办法》。"],
)
def test_a_section_six_without_a_word_on_fees_is_quoted(text: str) -> None:
    assert text[:6] in told(report({6: text}), "form.fee_statement")
    assert not told(report({6: text}, year=2020), "form.fee_statement")


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("青石县民政局", 1, "2023年，云岭县民政局认真贯彻落实条例，公开信息120条。"),
        ("青石县民政局", 1, "青石县水利局2023年政府信息公开工作按照条例要求开展。"),
        ("青石县民政局", 6, "云岭县民政局未收取信息处理费。"),
        ("青石县人民政府", 1, "2023年，云岭县坚持以公开促落实，公开信息120条。"),
        ("青石县人民政府", 1, "我县公开信息120条。云岭县人民政府高度重视公开工作。"),
        ("青石县人民政府办公室", 5, "云岭县人民政府将进一步加强公开工作，丰富解读形式。"),
        ("青石县杨柳镇人民政府", 1, "2023年，大川镇人民政府认真落实条例，公开信息20条。"),
        ("青石县杨柳镇人民政府", 1, "2023年，我局公开信息20条。"),
        ("青石县民政局", 1, "2023年，我镇公开信息20条。"),
        ("青石县民政局", 1, "我局信息在云岭县人民政府门户网站公开。"),
        ("平潭县财政局", 1, "我局通过公示栏、《今日定安》等公开信息20条。"),
        ("平潭县财政局", 1, "我局在定安县人民政府网站公开信息20条。"),
    ],
)
def test_a_name_that_a_copy_left_is_quoted(name: str, number: int, text: str) -> None:
    found = told(report({number: text}, name=name), "form.foreign_name")
    assert found.startswith("正文中有像是别的机关或地方的名称")
    assert "“" in found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("青石县民政局", "青石市民政局认真指导，我局公开信息120条，在青石县人民政府门户网站发布。"),
        ("士林县教育局", "2023年，土林县教育局坚持以公开促落实。"),  # as what reads a scan may take it
        ("青石县民政局", "在县委县政府领导下，县民政局认真落实条例，依托县政府网站公开信息。"),
        ("青石县民政局", "学习借鉴云岭县民政局的经验，与县水利局联合发布信息。"),
        ("青石县民政局", "加强区政府门户网站管理，全县通过各区县政府网站公开信息。"),
        ("青石县民政局", "避免自我局限，我委托第三方评估，为我乡村振兴公开信息。"),
        ("青石县民政局", "民政局坚持公开为常态，局属各单位认真落实。"),
        ("青石县人民政府", "青石县民政局、青石县水利局持续公开信息，杨柳镇不断扩大公开范围。"),
        ("青石县人民政府", "青石市高度重视，省政府办公厅按照要求组织检查，云岭区有关部门来县调研。"),
        ("青石县人民政府办公室", "青石县人民政府2023年政府信息公开工作扎实推进，我县公开信息120条。"),
        ("青石县杨柳镇人民政府", "青石县人民政府高度重视，我镇在青石县人民政府网站公开信息。"),
        ("青石县城关街道办事处", "我街道认真落实条例，我办在青石县政府网公开信息。"),
        ("青石县卫生健康委员会", "我委认真落实条例，我局原有栏目已更新。"),
        ("国家税务总局青石县税务局", "国家税务总局青石市税务局按照要求部署，我局公开信息120条。"),
        ("淮安市洪泽区人民政府", "洪泽区坚持公开，淮安市人民政府网站发布信息，通过《新华日报》《淮安日报》公开。"),
        ("平潭县财政局", "通过《福建日报》《光明日报》《今日头条》公开信息，在福州市政府网站发布。"),
        ("青石县民政局", "城区道路改造信息按照要求公开，新城区建设将持续公开。"),
        ("青石县民政局", "今年全县坚持公开为常态。近年来我县不断完善制度。各乡镇认真落实。"),
        ("青石县民政局", "“青石县融媒”公众号和《青石报》公开信息。"),
    ],
)
def test_upper_lower_and_neighbouring_bodies_are_named_rightly(name: str, text: str) -> None:
    assert not told(report({1: text}, name=name), "form.foreign_name")


@pytest.mark.parametrize(
    "text",
    [
        "各级政府部门通过政府网站、政务新媒体等多渠道公开信息，部分地区还建立了联动机制，公开的深度和广度不断拓展。",
        "（一）主动公开\n及时公布政策文件，常态化公开财政信息。\n（二）依申请公开\n多数部门能在法定时限内答复，一些地区优化了流程，部分地区开发了应用。",
        "认真贯彻落实条例，不断完善工作制度，持续推进主动公开，规范办理申请，加强平台建设，强化监督保障，成效明显。",
    ],
)
def test_a_text_about_nobody_is_told(text: str) -> None:
    assert told(report({1: text}), "form.generic_text")
    assert not told(report({1: text + "我局继续努力。"}), "form.generic_text")
    assert not told(report({1: "民政局" + text}), "form.generic_text")


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("根据国办公开办函〔2019〕60号编制。", True),
        ("根据《关于政府信息公开工作年度报告有关事项的通知》(国办公开办函[2019]60号)编制。", True),
        ("根据国办公开办函 〔2019〕 60 号的要求编制。", True),
        ("根据国办公开办函〔2021〕30号编制，国办公开办函〔2019〕60号同时停止执行。", False),
        ("根据青政办〔2019〕60号、国办发〔2020〕17号编制。", False),
    ],
)
def test_a_notice_of_another_form_is_told_however_its_number_is_set(text: str, cited: bool) -> None:
    assert bool(told(report({0: text}), "form.cited_notice")) is cited


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("公开科技计划资金资金分配结果。", "资金资金"),
        ("规范审核审核发布机制。", "审核审核"),
        ("一是更新慢；三是开拓不够；三是质量不高。", "三是"),
        ("二是加强培训。二是丰富形式。", "二是"),
        ("进一步进一步加强指导。", "进一步进一步"),
    ],
)
def test_what_stands_twice_is_quoted(text: str, quote: str) -> None:
    assert quote in told(report({1: SOUND[1] + text}), "form.duplicate_words")


@pytest.mark.parametrize(
    "text",
    [
        "依托市政府政府网站公开。",
        "逐条逐条核对，一项一项落实，一个一个问题解决。",
        "一是解读；二是培训：一是线上，二是线下。三是考核。",
        "一是更新慢；二是队伍弱。对此，一是加强培训；二是明确责任。",
        "第二是否公开由科室判断，二是否则不予发布。",
        "认认真真、扎扎实实、明明白白。",
    ],
)
def test_words_that_are_said_twice_by_right_are_left_alone(text: str) -> None:
    assert not told(report({1: SOUND[1] + text}), "form.duplicate_words")


def test_the_rules_say_nothing_of_what_was_not_read_whole() -> None:
    short = make_report(
        {},
        year=2023,
        problems=("part_unread",),
        headed=((1, HEADINGS[1], "（一）主动公开\n公开。\n（二）依申请公开\n办理。\n（三）平台建设\n改版。"),),
    )
    absent = {"form.sections", "form.subheads", "form.section_five", "form.section_five_short", "form.fee_statement"}
    assert not every(short) & absent


def test_a_long_text_is_judged_at_once() -> None:
    text = "（一）主动公开，公开信息20条；XX、2022年、" * 10_000
    one = make_report({}, name=BODY, year=2023, headed=((1, HEADINGS[1], text), (6, HEADINGS[6], "无" * 100_000)))
    assert every(one)


def plain_draft() -> str:
    """A sound draft of 2023 that charged no fee."""
    drafts = (make_history(seed, "青石县财政局", [2023])[0].html() for seed in range(50))
    return next(draft for draft in drafts if "本年度未收取信息处理费" in draft)


def verified(folder: Path, text: str) -> Result:
    path = folder / "草稿.html"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["verify", str(path)])


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("自2023年1月1日起至2023年12月31日", "自2022年1月1日起至2022年12月31日", "form.report_year"),
        ("自2023年1月1日起至2023年12月31日", "自2023年1月1日起至2023年11月30日", "form.period"),
        ("本年度未收取信息处理费", "2022年度未收取信息处理费", "form.report_year"),
        ("本年度未收取信息处理费", "XX年度未收取信息处理费", "form.residue"),
        ("本年度未收取信息处理费", "××单位未收取信息处理费", "form.residue"),
        ("（二）依申请公开方面", "（文字描述）", "form.residue"),
    ],
)
def test_a_draft_of_another_year_or_not_filled_in_does_not_hold(old: str, new: str, rule: str, tmp_path: Path) -> None:
    draft = plain_draft()
    assert old in draft
    found = verified(tmp_path, draft.replace(old, new))
    assert found.exit_code == 1, found.output
    assert rule in found.output


def test_a_sound_draft_holds_and_one_that_asks_only_for_confirmation_too(tmp_path: Path) -> None:
    draft = plain_draft()
    assert verified(tmp_path, draft).exit_code == 0
    asked = verified(tmp_path, draft.replace("本年度未收取信息处理费，", ""))
    assert asked.exit_code == 0
    assert "第六部分没有写明是否收取信息处理费" in asked.output
