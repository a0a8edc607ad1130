"""Whether a report calls its body by the place above: the city's government in a county's report, 我市 of a county.

Subordinate bodies name the city's government rightly in many sentences: only what the report says of itself counts.
"""

import re
from collections.abc import Iterator

from crawler.agencies.divisions import division_of, inside
from crawler.agencies.names import classify, clean, place_of, places_of, speaks_for
from extract.model import Report
from monitor.reconcile.prose import NAMED, quoted, sentences
from monitor.reconcile.residue import MOTTO

# Acts that a body tells of itself, with a number or denied.
OWN_ACT = re.compile(
    "我([省市州盟县区旗镇乡])(?:全年|本年|共|累计|合计|均){0,3}"
    r"(?:(?:收到|受理|接收|新收|办理)(?:的)?(?:政府信息公开|依申请公开|信息公开)|(?:主动)?公开(?:政府)?信息\d|制发(?:行政)?规范性文件\d"
    "|未(?:收到|收取|发生|产生)[^，。；]{0,12}(?:申请|处理费|复议|诉讼))"
)
# The report by its name, as who wrote it.
NAMED_REPORT = re.compile(
    "(?:现|将|把|公布|发布|公开|编制|撰写|形成){0,3}([\u4e00-\u9fff]{2,16}?(?:人民政府|管理委员会|委员会|局|厅|办公室|街道办事处))(?:办公室)?"
    r"(?:20\d\d年度?)?政府信息公开(?:工作)?(?:20\d\d年度?)?年度报告"
)
# Where it is another report that is named.
ANOTHERS = re.compile("查阅|查看|参见|下载|汇总|纳入|汇入|报送|上报|编入|链接|组成部分|印发|根据|依据|按照|要求|通知")
ONE_KIND = {"office": "government"}


def is_above(other: str, name: str) -> bool:
    """Whether a name is of the same kind of body (or its office), of the place above."""
    kinds = [ONE_KIND.get(kind, kind) for kind, _ in (classify(other), classify(name))]
    places, homes = places_of(other), places_of(name)
    if kinds[0] != kinds[1] or kinds[0] not in ("government", "department") or not places or not homes:
        return False
    if kinds[0] == "department" and _field(other) != _field(name):
        return False
    if other.endswith(places[-1]):
        return False
    code, home = division_of(place_of(other)), division_of(place_of(name))
    return bool(code and home and code != home and inside(home, code))


def _field(name: str) -> str:
    return clean(name).removeprefix(place_of(name))


def called_by_place(report: Report, name: str) -> Iterator[str]:
    """What the report tells of itself as of another unit (我市 of a county), and its own name with the place above."""
    for section in report.sections:
        plain = MOTTO.sub("", NAMED.sub("", section.text))
        for sentence in sentences(plain):
            bare = "".join(sentence.split())
            for match in OWN_ACT.finditer(bare) if section.number else ():
                if match[1] not in name and places_of(name):
                    yield quoted(bare, match.start())
            for match in NAMED_REPORT.finditer(bare) if "年度报告" in bare and not ANOTHERS.search(bare) else ():
                other = clean(match[1])
                if not speaks_for(other, name) and not speaks_for(name, other) and is_above(other, name):
                    yield quoted(bare, match.start())
