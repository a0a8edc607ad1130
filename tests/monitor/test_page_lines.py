"""Changes that are none: counters and clocks below a report, by their words or by how they move; figures are never any."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ledger.portals import set_state, sync
from extract.model import Report
from monitor.changes.furniture import moving, of_the_page, without_page_lines
from monitor.changes.revisions import changed, restless
from tests.monitor.test_publication import CONFIG, NOW, found, parsed, publish, read, samples


def below(report: Report, *lines: str) -> Report:
    """The report with these lines below its last section."""
    last = report.sections[-1]
    return replace(report, sections=(*report.sections[:-1], replace(last, text="\n".join([last.text, *lines]))))


def told(*pair: str) -> bool:
    one, two = (below(read(samples()[1]), line) for line in pair)
    return bool(changed(one, two).prose)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("页面生成时间 2026-02-12 10:22:13", "页面生成时间 2026-02-13 10:23:13"),
        ("已有327人浏览", "已有337人浏览"),
        ("点赞 12 收藏 2", "点赞 13 收藏 3"),
        ("本文已被浏览 327 次。", "本文已被浏览 1,028 次。"),
        ("您是第 327 位访问者，感谢您的支持！", "您是第 338 位访问者，感谢您的支持！"),
        ("2026-02-12T10:22:13+08:00", "2026-02-13T08:01:59+08:00"),
        ("今天是2026年2月12日 星期四 农历腊月廿五", "今天是2026年2月13日 星期五 农历腊月廿六"),
        ("当前时间：上午 10:22", "当前时间：下午 3:07"),
        ("当前在线：１２人", "当前在线：７人"),
        ("阅读 1.2万", "阅读 1.3万"),
        ("最后更新：3分钟前", "最后更新：2小时前"),
        ("", "已有1人浏览"),
        ("Generated at 2026-02-12 10:22:13 GMT", "Generated at 2026-02-13 10:22:13 GMT"),
        ("本报告可在 http://www.example.gov.cn 下载。", "本报告可在 https://www.example.gov.cn 下载。"),
        ("电子版：http://www.example.gov.cn:80/nb/", "电子版：HTTPS://www.example.gov.cn/nb/"),
    ],
)
def test_a_page_made_anew_is_no_change(one: str, two: str) -> None:
    assert not told(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("受理12件。", "受理13件。"),
        ("受理12件", "受理13件"),
        ("信息处理费：0", "信息处理费：5"),
        ("发出收费通知 2", "发出收费通知 3"),
        ("门户网站访问量 12345 次", "门户网站访问量 22345 次"),
        ("网站点击量达到12345次。", "网站点击量达到22345次。"),
        ("转发信息12条", "转发信息13条"),
        ("电子版：http://www.example.gov.cn/nb/1.html", "电子版：http://www.example.gov.cn/nb/2.html"),
        ("电子版：http://www.example.gov.cn", "电子版：http://www.example.org"),
        ("培训3次，参训120人", "培训4次，参训120人"),
        ("2025年1月1日起办理", "2025年1月2日起办理"),
    ],
)
def test_a_figure_or_an_address_of_the_report_is_one(one: str, two: str) -> None:
    assert told(one, two)


def test_words_of_a_counter_within_the_report_are_the_reports() -> None:
    lines = ["（四）平台建设", "本站已有327人浏览", "全年没有需要报告的事项。", "已有12人浏览", "县教育局", "点赞 3"]
    assert without_page_lines(lines) == [*lines[:3], "县教育局"]
    assert of_the_page("已有327人浏览")
    report = read(samples()[1])
    first = next(section for section in report.sections if section.number == 1)
    one, two = (
        replace(
            report,
            sections=tuple(
                replace(one, text=f"{one.text}\n{line}\n以上。") if one is first else one for one in report.sections
            ),
        )
        for line in ("本站已有327人浏览", "本站已有337人浏览")
    )
    assert changed(one, two).prose


def test_what_moves_with_every_look_is_the_pages() -> None:
    looks = [["标题。", f"扫码围观 {count}", "受理12件"] for count in (3, 7, 8)]
    assert moving(looks) == {"扫码围观 #"}
    assert moving(looks[:2]) == frozenset(), "twice is a correction"
    assert moving([*looks, looks[-1]]) == frozenset(), "it stood still"
    for line in ("受理{}件", "围观 {}。", "收费{}万元", "培训{}次"):
        assert moving([[line.format(count)] for count in (3, 7, 8, 9)]) == frozenset(), line
    # A figure that stands twice is not told apart from its neighbour.
    assert moving([[f"数 {count}", f"数 {count + 1}"] for count in (3, 7, 8)]) == frozenset()


def test_a_figure_that_is_corrected_beside_a_line_that_moves_is_told() -> None:
    reports = [below(read(samples()[1]), f"扫码围观 {count}") for count in (3, 7, 8)]
    moved = restless(reports)
    assert changed(reports[0], reports[1]).prose
    assert changed(reports[0], reports[1], moved).prose == ()
    assert changed(reports[0], below(reports[1], "受理13件"), moved).prose


@pytest.mark.parametrize("rested", [False, True])
def test_a_line_that_moves_at_each_look_is_settled_one_that_rested_is_told(db: Database, rested: bool) -> None:
    sync(db, CONFIG)
    set_state(db, "qs", "ok", NOW)
    first = publish(db, below(read(samples()[1]), "扫码围观 3"))
    if rested:  # seen again as it was: what stands still between two looks is somebody's
        db.execute("update documents set last_seen = ? where sha256 = ?", [stamp(NOW + timedelta(days=3)), first])
    publish(db, below(read(samples()[1]), "扫码围观 7"), days=7)
    assert [one.status for one in found(db, 8, "pub.changed")] == ["open"]
    publish(db, below(read(samples()[1]), "扫码围观 8"), days=14)
    assert [one.status for one in found(db, 15, "pub.changed")] == ["open" if rested else "resolved"]


END = "<!--/TRS_Editor-->"
PERIOD = "2024年1月1日起至2024年{}日止"


@pytest.mark.parametrize("counter", [True, False])
@pytest.mark.parametrize("what", ["period", "signature"])
def test_a_day_that_stood_still_and_is_another_at_the_fourth_look_is_told(
    db: Database, what: str, counter: bool
) -> None:
    sync(db, CONFIG)
    set_state(db, "qs", "ok", NOW)
    page = samples()[1].html()
    assert (page.count(PERIOD.format("12月31")), page.count(END)) == (1, 1)
    for look, count in enumerate((3, 7, 8, 12)):
        last = look == 3
        html = page.replace(PERIOD.format("12月31"), PERIOD.format("11月30" if last and what == "period" else "12月31"))
        signed = f"<p>2026年1月{28 if last and what == 'signature' else 20}日</p>"
        more = f"<p>扫码围观 {count}</p>" if counter else ""
        if counter or look in (0, 3):  # else the page is the same: no other version of it is kept
            publish(db, parsed(html.replace(END, f"{signed}{more}{END}")), days=7 * look)
        if look == 2:
            assert [one.status for one in found(db, 15, "pub.changed") if one.status != "resolved"] == []
    [told] = found(db, 22, "pub.changed")
    assert told.status == "open"
    [part] = told.evidence["prose"]
    assert any(("11月30日" if what == "period" else "1月28日") in line for line in part["added"])
    assert any(("12月31日" if what == "period" else "1月20日") in line for line in part["removed"])


def test_a_day_that_is_another_at_every_look_is_the_pages() -> None:
    looks = [["2026年2月12日"], ["2026年2月13日"], ["2026年2月14日"]]
    assert moving(looks) == {"#年#月#日"}
    assert moving([*looks, looks[-1]]) == frozenset(), "it stood still"
    assert moving([[f"统计期限至{line}"] for [line] in looks]) == frozenset()
