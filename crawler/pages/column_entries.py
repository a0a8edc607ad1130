"""What an entry of a report column means that bears no report's title: 县教育局, 教育局年报, 公开情况; pure."""

import re
from functools import lru_cache

from crawler.agencies.abbreviations import is_short
from crawler.agencies.names import place_of
from crawler.pages import dressing
from crawler.pages.rosters import body
from crawler.pages.titles import (
    ASIDE,
    BODY_END,
    DATE,
    LEADING,
    OURS,
    SHORTER,
    SPAN,
    YEAR,
    TitleInfo,
    folded,
    is_many,
    recognize,
)

LONGEST = 80
# Words for the paper itself, behind the name of its body or in front of it. What is left of a title must be a name.
PAPER = (
    *("政府信息主动公开", "政府信息依法公开", "政府信息公开", "政务信息公开", "信息公开", "政务公开", "主动公开"),
    *("年度报告书", "年度报告", "年度工作", "年报", "报告书", "报告", "总结", "汇报", "情况", "工作", "公开", "公示"),
    *("历年", "年度", "关于", "的", "之"),
)
FRONT = ("政府信息公开工作", "政府信息公开", "信息公开工作", "信息公开", "年度报告", "年报", "报告", "关于")
OFFICES = ("办", "中心", "科", "股", "处")  # 信息公开办公室 is an office
# The report of a government on its work as a whole is another paper.
OTHER = re.compile("政府工作(?:报告|总结)")
# A letter that hands a report out may hold it; one that asks for reports has another verb.
LETTER = re.compile(
    "(?P<who>[^于]{0,40})关于(?:(?:印发|发布|公布|公开|公示)(?P<out>.{4,60})的(?:通知|公告|通告|公示|函)|"
    "(?:报送|上报|呈报|报告)(?P<up>.{4,60})的(?:函|报告))"
)
BRACKET = re.compile(r"\(([^()]{0,30})\)")
JOINT = re.compile(r"[|>»_\\/:·,;、\s]|--|[-—–~]+")
# Bodies that no list of departments names.
MORE = re.compile(
    "[\u3400-\u9fff]{1,20}(?:馆|气象台|电视台|广播台|林场|农场|海关|学院|大学|学校|医院|开发区|高新区|新区)$"
)
# Parts of a web site whose names end as those of bodies do.
NO_ENTRY = re.compile("(?:大厅|网站|站群|专区|导航|专栏|栏目|平台|热线|信箱|首页)$")


@lru_cache(maxsize=4096)
def meant(title: str) -> TitleInfo | None:
    """The body and the year of an entry that stands where reports are listed; None for what cannot be one's.

    A report's own title is no affair of this one.
    """
    if not 1 < len(title) <= 2 * LONGEST or recognize(title) is not None:
        return None
    text, heading = folded(title)
    if not 1 < len(text) <= LONGEST or any(one.search(text) for one in (SPAN, SHORTER, ASIDE, OTHER)):
        return None
    if letter := LETTER.fullmatch(text):
        said = letter["out"] or letter["up"]
        inside = recognize(said) or _plain(said, heading)
        return inside and inside._replace(agency_name=inside.agency_name or _body(letter["who"]))
    return _plain(text, heading)


def names_paper(title: str) -> bool:
    """Whether such an entry says in a word that a paper is behind it: 年报, 报告, 公开情况."""
    return any(word in title for word in ("报", "公开", "总结"))


def one_body(text: str) -> str:
    """The body that a heading or a cell names, and nothing else; "" for all others."""
    said = meant(text) if len(text) <= LONGEST else None
    return said.agency_name if said is not None else ""


def _plain(text: str, heading: str) -> TitleInfo | None:
    text = _undressed(DATE.sub("", LEADING.sub("", text)))
    years = {int(year) for year in YEAR.findall(text)}
    rest = JOINT.sub("", YEAR.sub("", text))
    if len(years) > 1:
        return None
    year = next(iter(years), None)
    name, inside = _bare(rest)
    name = name or inside or heading
    if OURS.fullmatch(name):
        name = ""
    paper = len(name) < len(rest)
    if not name:
        return TitleInfo("", year) if paper and year is not None else None
    if place_of(name) == name and not body(name):
        # The government's; without a year it is the name of the column.
        return TitleInfo(name, year) if paper and year is not None else None
    found = _body(name)
    return TitleInfo(found, year) if found else None


def _bare(text: str) -> tuple[str, str]:
    """The text without the words for the paper; and the body in brackets behind them."""
    inside = ""
    for _ in range(len(text)):
        before = text
        if (found := BRACKET.search(text)) and found.end() == len(text):
            rest = _shortened(found[1])
            if rest and text[: found.start()] and _shortened(text[: found.start()]):
                break  # 教育局（体育局） is a name
            inside, text = inside or rest, text[: found.start()]
        text = next((text.removesuffix(word) for word in PAPER if text.endswith(word)), text)
        front = next((word for word in FRONT if text.startswith(word)), "")
        text = text if front and text.startswith(OFFICES, len(front)) else text.removeprefix(front)
        text = text.strip("[]()") if text.count("(") != text.count(")") else text
        if text.endswith("人民") and "政府" in before[len(text) :]:
            return text + "政府", inside
        if text == before:
            break
    return text, inside


def _undressed(text: str) -> str:
    """Without what a list puts behind a title: （图）, PDF, a counter."""
    for at in range(2, len(text)):
        if dressing.behind(text[at:]) == len(text) - at:
            return text[:at]
    found = list(BRACKET.finditer(text))
    marked = found and found[-1].end() == len(text) and found[-1][1].upper() in dressing.words()["marks"]
    return text[: found[-1].start()] if marked else text


def _shortened(text: str) -> str:
    for _ in range(len(text)):
        shorter = next((text.removesuffix(word) for word in PAPER if text.endswith(word)), text)
        if shorter == text:
            break
        text = shorter
    return text


def _body(name: str) -> str:
    """The name of one body; "" for what is none, or of several."""
    if NO_ENTRY.search(name) or is_many(name):
        return ""
    known = MORE.fullmatch(name) or (is_short(name) and BODY_END.fullmatch(name[-1:]))
    return body(name) or (name if known else "")
