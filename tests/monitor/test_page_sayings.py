"""A motto or a quotation of the day within the article: another one at each look, and no change of the report."""

import pytest

from monitor.changes.furniture import moving
from monitor.changes.revisions import changed, restless
from tests.monitor.test_page_lines import below
from tests.monitor.test_publication import read, samples

MOTTOS = (
    "学而不思则罔，思而不学则殆。",
    "空谈误国，实干兴邦！",
    "绿水青山就是金山银山",
    "千里之行，始于足下。",
    "天下大事必作于细",
)
END = "其他需要报告的事项：以上。"


def looks(*lines: str) -> list[list[str]]:
    return [["没有需要报告的事项。", line, END] for line in lines]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_another_saying_at_each_look_is_the_pages(count: int) -> None:
    assert moving(looks(*MOTTOS[:count])) == set(MOTTOS[:count])
    assert moving([lines[:2] for lines in looks(*MOTTOS[:count])]) == set(MOTTOS[:count]), "below all else"


@pytest.mark.parametrize(
    "lines",
    [
        MOTTOS[:2],  # twice is a correction
        (*MOTTOS[:3], MOTTOS[2]),  # it stood still
        (*MOTTOS[:3], MOTTOS[0]),  # it came back: somebody undid it
        ("本年度没有行政复议。", "本年度没有行政复议案件。", "本年度没有任何行政复议。"),  # one sentence, reworded
        ("受理十件。", "受理十二件。", "受理二十件。"),
        ("受理10件。", "办结了全部申请", "收取费用0元"),  # figures are the report's
        (MOTTOS[0], MOTTOS[1], "长" * 81),
    ],
)
def test_what_may_be_the_reports_is_told(lines: tuple[str, ...]) -> None:
    assert moving(looks(*lines)) == frozenset()


def test_a_correction_beside_a_saying_is_told() -> None:
    reports = [below(read(samples()[1]), "以上。", motto, "特此报告。") for motto in MOTTOS[:4]]
    moved = restless(reports)
    assert changed(reports[2], reports[3]).prose
    assert changed(reports[2], reports[3], moved).prose == ()
    assert changed(reports[2], below(reports[3], "受理13件"), moved).prose
