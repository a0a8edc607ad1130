"""Titles in the dressing of their lists: read through, and never read into something that they are not."""

import pytest

from crawler.pages.titles import TitleInfo, recognize

BODY = "青岩市财政局"
PLAIN = f"{BODY}2025年政府信息公开工作年度报告"
BEFORE = """[置顶] 【置顶】 （置顶） [图] （图） 【部门】 [部门年报] 【市直部门】 [公开] 🆕 🔥 NEW HOT PDF [PDF] PDF版| · ・ &nbsp; &amp;nbsp;
&amp;amp;nbsp; &#160; &ensp; &emsp;&emsp; &nbsp;&nbsp; amp;nbsp; [2026-01-20] （2026-01-20） 20260120 1. 1、 (1) （一） ① ⑴ 12 No.1 • ◇ ○ ◆
- > » ❤ ⭐ 📄 ☞ √ [推荐] [最新] [原创] 【年报】 【信息公开】 [政府信息公开年报] 【乡镇街道】 [财政局] 【青岩市财政局】 [图片] 【转载】
〖部门〗 「部门」 {部门} <部门> 〈部门〉 ［置顶］ ＊ [有效] 【索引号】 ★【置顶】 （青财发〔2026〕3号） 青财发〔2026〕3号 [new] [专题] 【2025年】
【2025年度部门】 1️⃣ 发布日期:2026-01-20|"""
GAPPED = ["置顶 ", "最新 ", "部门 ", "NEW ", "2026-01-20 ", "01-20 ", "1 ", "01 ", "第1号 ", "No.12 ", "\u3000", "\xa0"]
BEHIND = """（公开） （图） （图文） （青发〔2026〕3号） (青财发[2026]3号) 〔2026〕3号 PDF .PDF pdf .docx （PDF版） 【PDF】 [PDF下载] (Word版) NEW New! 🆕 🔥
&nbsp; &amp;nbsp; 2026-01-20 （2026-01-20） [2026-01-20] 2026.01.20 （01-20） 01-20 2026年1月20日 （2026年1月20日） (120KB) 120KB （1.2MB） 1.2M
.pdf（1.2MB） .doc.pdf [详情] 查看详情 详细>> >> 更多 下载 （点击下载） 附件下载 ... 。 ！ ? （扫描件） （盖章版） （含附表） (1) （12） 阅读：123
浏览次数：123次 点击：12 (123次浏览) 来源：青岩市财政局 发布日期：2026-01-20 索引号：00123/2026-001 OFD wps 有效 （内容有效） （图）NEW
（青发〔2026〕3号）PDF2026-01-20 【图文】 ↓"""
BEHIND_GAPPED = [
    " 2026-01-20",
    " 2026/01/20",
    " [01-20]",
    " 2026-01-20 09:00",
    " 09:00",
    " 123",
    " 1234次",
    " 阅读：12 2026-01-20",
    " 120KB",
]


@pytest.mark.parametrize("worn", [*BEFORE.split(), *GAPPED])
def test_what_stands_before_a_title_is_read_through(worn: str) -> None:
    assert recognize(worn + PLAIN) == TitleInfo(BODY, 2025)


@pytest.mark.parametrize("worn", [*BEHIND.split(), *BEHIND_GAPPED])
def test_what_stands_behind_a_title_is_read_through(worn: str) -> None:
    assert recognize(PLAIN + worn) == TitleInfo(BODY, 2025)


@pytest.mark.parametrize(
    "title",
    [
        f"【{BODY}】2025年政府信息公开工作年度报告",
        f"[{BODY}]2025年政府信息公开工作年度报告",
        f"（{BODY}）2025年政府信息公开工作年度报告",
        f"[置顶]【{BODY}】2025年政府信息公开工作年度报告（图）",
        f"★【置顶】{PLAIN}（图）NEW 2026-01-20",
        f"【部门】{BODY}关于2025年政府信息公开工作年度报告（青财发〔2026〕3号）.pdf",
    ],
)
def test_several_layers_come_off_and_a_heading_names_the_body_that_the_title_does_not(title: str) -> None:
    assert recognize(title) == TitleInfo(BODY, 2025)


@pytest.mark.parametrize(
    "title",
    [
        f"[解读]{PLAIN}",
        f"【图解】{PLAIN}",
        f"【汇编】{PLAIN}",
        f"【模板】{PLAIN}",
        f"[置顶]【解读】{PLAIN}",
        f"{PLAIN}（征求意见稿）",
        f"{PLAIN}公布情况",
        f"{PLAIN}发布",
        f"{PLAIN}下载说明",
        f"{PLAIN}来源解读",
        f"青财发〔2026〕3号 关于印发{PLAIN}",
        "【部门】政府信息公开年报",
        "[置顶]青岩市2025年上半年政府信息公开工作报告",
    ],
)
def test_what_is_something_else_stays_so_in_any_dressing(title: str) -> None:
    assert recognize(title) is None


def test_a_heading_of_many_bodies_names_none() -> None:
    assert recognize("【部门】2025年政府信息公开工作年度报告") == TitleInfo("", 2025)
    assert recognize("【市直部门】2025年政府信息公开工作年度报告") == TitleInfo("", 2025)


def test_a_year_in_brackets_is_the_titles_own() -> None:
    assert recognize("[2023年]示例县教育局政府信息公开工作年度报告") == TitleInfo("示例县教育局", 2023)
    assert recognize("[2024]示例县教育局2023年政府信息公开工作年度报告") == TitleInfo("示例县教育局", None)
