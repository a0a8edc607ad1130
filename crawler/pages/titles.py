"""Recognizes the title of an annual report on open government information: which body, which year."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from crawler.pages import dressing

LONGEST = 300  # a longer text is a paragraph, not a title

# Typos seen in real titles, and what was meant. Add a line for a new one.
TYPOS = (
    ("告年度报", "年度报告"),
    ("年度告报", "年度报告"),
    ("年度报吿", "年度报告"),
    ("年底报告", "年度报告"),
    ("年度工报告", "年度工作报告"),
    ("年度报报告", "年度报告"),
    ("年年度", "年度"),
    ("年度年度", "年度"),
    ("政府信公开", "政府信息公开"),
    ("政府信息公工作", "政府信息公开工作"),
    ("公开公开", "公开"),
    ("公开公作", "公开工作"),
    ("工作工作", "工作"),
    ("报告报告", "报告"),
)
# Words in a longer heading that show that it is about a report, and not the title of the report itself.
# Words that also occur in names of bodies (预警信息发布中心, 机构编制委员会) need their context.
ACTS = re.compile(
    "印发|转发|公布|报送|上报|征求|征集|做好|召开|举办|解读|图解|一图|读懂|审议|要求|开展|汇编|汇总|摘要|"
    "发布(?!中心)|编制(?!委|办|中心)|起草|通报|通知|督促|报道|推进会|撰写|填报|模板|样本|范文|格式|"
    "历年|往年|近年|工作报告及|党务|校务|村务|厂务"
)
ASIDE = re.compile("解读|图解|一图|征求意见|讨论稿|汇编|汇总|模板|样本|空白|起草说明|公布情况|^统计表$")
SHORTER = re.compile(r"半年|季度|学年|学期|月份|\d[月日]?[-—–至到~]+\d{1,2}月")
# "January to December" means the whole year.
WHOLE_YEAR = re.compile(r"(?<=年)0?1月?(?:0?1日)?[-—–至到~]+12月(?:31日)?")
SPAN = re.compile(r"20\d\d年?度?[-—–~至到]+20\d\d")
# Words for several bodies together: such a name is that of a folder, not of a report.
MANY = (
    re.compile("各|全[省市县区州]|[省市县区州][级直属]|本|政府|人民|基层|所属|其他"),
    re.compile(
        "部门|委办局|工作部门|单位|乡镇|街镇|镇街|镇乡|街道|镇|乡|县区|区县|县市区|市县|市区|园区|街乡镇|"
        "企事业单位|公共企事业|派出机构|派出机关|直属机构|机构|机关|科室|垂管"
    ),
    re.compile("人民|政府"),
)
LONGEST_WORD = 5
# "Ours": the name of the body is only on the page around the title.
OURS = re.compile(
    "本(?:单位|机关|部门|级|局|镇|乡|街道|办|委)|"
    "我(?:单位|局|委|办|镇|乡|街道|省|市|县|区)|全(?:省|市|县|区|州|旗|镇|乡|街道)|[省市县区]本?级|年度|专项|个|度|公开|的"
)
# The day and hour that a browser prints above a page, before its title.
PRINTED = re.compile(
    r"^\s{0,4}\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[,，]?\s{1,4}(?:[上下]午\s?)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?\s{1,8}"
)
UNITS = frozenset("省市县区州旗镇乡")
# How a name of a body ends. Asked for where the title does not say 政府: 环境信息公开 is another matter.
BODY_END = re.compile("[局委办会府区县市省州旗镇乡队院所站处厅部室署行团关馆段校学社库港园联）)]|中心|公司|街道|集团")
NAME = re.compile(r"(?=(?:.*[\u3400-\u9fff]){2})[\u3400-\u9fff〇\U00020000-\U0003ffff（）、·A-Za-z0-9]{2,60}")

INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
# White space in a title means nothing, except between a number and a year ("1 2023年…", "…报告 2").
GAP = re.compile(r"(?<=\d)\s+(?=20\d\d(?!\d))|(?<!\d)(20\d\d)\s+(?=\d)|(?<=报告)\s+(?=\d)")
SPACE = re.compile(r"\s+")
MARKS = re.compile("[《》〈〉<“”\"'‘’「」『』*#`•●■◆★☆※→▪►]+")
DIGITS = str.maketrans("〇零○Oo0ОоΟο一二三四五六七八九", "00000000001" + "23456789")
CHINESE_YEAR = re.compile(
    "(?<![〇零○一二三四五六七八九十百])二[〇零○Oo0ОоΟο][〇零○Oo0ОоΟο一二三四五六七八九]{2}"
    "(?![〇零○一二三四五六七八九十百])"
)
EXTENSION = re.compile(r"(?:\.[a-z][a-z0-9]{1,5})+$", re.I)  # of any format, also unknown ones

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(?:年度|年|度)?")
DATE = re.compile(
    r"(?<!\d)20\d\d(?:[-./]\d{1,2}(?!\d)(?:[-./]\d{1,2}(?!\d))?|年\d{1,2}月(?:\d{1,2}日)?)|"
    r"(?<!\d)\d{1,2}-\d{1,2}(?![\d月])"
)
NUMBERED = re.compile(r"^[\u4e00-\u9fff]{0,12}[〔\[(]20\d\d[〕\])]第?\d+号")
# The core of the title: topic, filler words (maybe with the year), kind of paper. No possessive group here:
# before Python 3.11.5, a branch in it that fails after its first character gives a wrong match.
CORE = re.compile(
    r"(?P<topic>(?:政府|政务)?信息(?:[与和及]政务|主动)?公开|政务公开)"
    r"(?P<middle>(?:工作|情况|的|之|年度|年(?![度报])|度|[(]?(?<!\d)20\d\d(?!\d)|[)])*)"
    r"(?P<kind>年?报告书?|年报(?![表告])|报?(?=\.{2,}$))"
)
LEADING = re.compile(
    r"^(?:点击|查看|下载|附件|附|标题|名称|题名|\d{0,3}[.、)]|[(]?[一二三四五六七八九十]{1,3}[)、]|"
    r"\d{1,2}(?=[\u4e00-\u9fff])|[:：.、·,)\]】])+"
)
SEPARATORS = re.compile(r"[|>»_\\/:]|--|[-—–]+|首页")
LONG_NUMBER = re.compile(r"(?:20\d{2,}|\d{6,})(?:年度|年|月)?(?:\d{1,2}[月日])*")

BRACKET = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
TRAILING = re.compile(
    r"[.。,;:、]+|\d{8}|\d{1,2}(?!\d)|(?:及其?|含|附)(?:附?表|附件|统计表)|定稿|终稿|最终[版稿]|初稿|草稿|草案|送审稿|"
    r"修改[版稿后]*|修订[版稿]?|更正[版稿后]*|正式[版稿]?|公开版|发布[版稿]|上网[版稿]|挂网[版稿]?|网站版|公示版|"
    r"图片版|文字版|超链版|扫描[版件]|盖章[版件]?|全文|正文|副本|新|改"
)
AFTER = re.compile(r"[|>»_\\/~·:]|[-—–]+")


class TitleInfo(NamedTuple):
    """What a title says. `agency_name` is "" and `year` is None if it does not say."""

    agency_name: str
    year: int | None


def recognize(title: str) -> TitleInfo | None:
    """The body and the report year of an annual-report title; None if the text is not such a title.

    Never guesses: a title with two different years, or with a year joined to other digits, has year None.
    At least one of the two is always given.
    """
    if len(title) > LONGEST or "开" not in title or ("报" not in title and "年" not in title):
        return None
    return _recognized(PRINTED.sub("", title))


@lru_cache(maxsize=2048)
def _recognized(title: str) -> TitleInfo | None:
    # A crawl meets each title three times: in the list, on the page, and when a page is distinguished from its list.
    text, heading = folded(title)
    if SPAN.search(text):
        return None
    for match in CORE.finditer(text):
        info = _judge(text, match)
        if info is not None:
            return info if info.agency_name or not _is_body(heading) else TitleInfo(heading, info.year)
    return None


def _is_body(heading: str) -> bool:
    """Whether a heading in brackets before the title is the name of a body."""
    return (
        len(heading) > 2 and bool(BODY_END.fullmatch(heading[-1]) and NAME.fullmatch(heading)) and not is_many(heading)
    )


def _something_else(heading: str) -> bool:
    return bool(ASIDE.search(heading) or ACTS.search(heading) or SHORTER.search(heading))


def folded(title: str) -> tuple[str, str]:
    """The title in normalized spelling, without decoration; and the heading in brackets before it, if any."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", dressing.plain(title)))
    text, heading = dressing.undressed(text, _something_else)
    text = SPACE.sub("", GAP.sub(lambda match: f"{match[1] or ''}|", text))
    text = WHOLE_YEAR.sub("", EXTENSION.sub("", MARKS.sub("", text)))
    text = CHINESE_YEAR.sub(lambda match: match[0].translate(DIGITS), text)
    for slip, meant in TYPOS:
        if slip in text:
            text = text.replace(slip, meant)
    return text, heading


def _judge(text: str, match: re.Match[str]) -> TitleInfo | None:
    middle, kind, topic = match["middle"], match["kind"], match["topic"]
    yearly = "年" in middle or "年" in kind
    if not kind.endswith(("报告", "年报", "书")) and "年" not in middle:
        return None  # cut off ("…公开工…") before it names the kind of paper
    after = _after(text[match.end() :])
    before = _before(text[: match.start()], topic)
    if after is None or before is None:
        return None
    name, years = before
    years |= {int(year) for year in YEAR.findall(middle)}
    if not years and after.year is not None:
        years = {after.year}
    name = name or after.agency_name
    year = years.pop() if len(years) == 1 else None
    annual = yearly and kind != "年报"
    if topic == "政务公开" and not annual:
        return None
    if year is None and not (annual and BODY_END.search(name[-2:]) and name[-1] not in UNITS):
        return None  # 政府信息公开年报, 示例县政府信息公开年度报告: names of columns
    return TitleInfo(name, year)


def _after(rest: str) -> TitleInfo | None:
    """What follows the report's name: nothing, a remark, a copy number, the site's name. None: something else."""
    year: int | None = None
    name = ""
    while rest:
        if worn := dressing.behind(rest):
            if ASIDE.search(rest[:worn]):
                return None
            rest = rest[worn:]
        elif bracket := BRACKET.match(rest):
            inside = bracket[1]
            if ASIDE.search(inside) or len(inside) > 30:
                return None
            if found := YEAR.fullmatch(inside):
                year = int(found[1])
            elif BODY_END.fullmatch(inside[-1:]) and NAME.fullmatch(inside) and len(inside) > 3:
                name = inside
            rest = rest[bracket.end() :]
        elif AFTER.match(rest):
            tail = AFTER.sub("|", rest).strip("|")
            found = YEAR.fullmatch(tail)
            refused = ASIDE.search(tail)
            return None if refused else TitleInfo(name, int(found[1]) if found else year)
        elif found := YEAR.fullmatch(rest):
            year, rest = int(found[1]), ""
        elif trailing := DATE.match(rest) or TRAILING.match(rest):
            rest = rest[trailing.end() :]
        else:
            return None
    return TitleInfo(name, year)


def _before(text: str, topic: str) -> tuple[str, set[int]] | None:
    """The name and the years before the topic; None if there is anything else than a name and a year."""
    if SHORTER.search(text) or ASIDE.search(text):
        return None
    pieces = SEPARATORS.split(DATE.sub("|", NUMBERED.sub("", text)))
    years: set[int] = set()
    for piece in reversed(pieces):
        if columns := list(CORE.finditer(piece)):
            # A breadcrumb that lost its arrows: …政府信息公开年报示例县教育局2023年…
            piece = piece[columns[-1].end() :]
        if ACTS.search(piece):
            return None
        found = _name(piece, years)
        if found is None:
            return None
        name = _government(found, topic)
        if name:
            name = name.replace("(", "（").replace(")", "）")
            fits = NAME.fullmatch(name) and (topic != "信息公开" or BODY_END.search(name[-2:]))
            return (name, years) if fits and not is_many(name) else None
    return "", years


def _name(piece: str, years: set[int]) -> str | None:
    """The name in a piece, without its year (added to `years`) and filler words."""
    piece = LEADING.sub("", piece)
    parts = YEAR.sub("\0", piece).split("\0")
    years.update(int(year) for year in YEAR.findall(piece))
    words: list[str] = []
    for part in parts:
        # 示例县教育局关于2022年度…: the name of the body is before 关于.
        halves = [half for half in part.split("关于") if half]
        word = LONG_NUMBER.sub("", halves[0]).strip(",.;、[]【】") if halves else ""
        if word.count("(") != word.count(")"):
            word = word.strip("()")  # the brackets were around the year
        word = re.sub("^(?:年度|的)|(?:年度|的)$", "", word)
        if word and not OURS.fullmatch(word):
            words.append(word)
    if len(words) > 1 and (words[-1] in UNITS or is_many(words[-1])):
        words.pop()  # 示例县2023年县政府信息公开…, 示例县教育局2023年部门政府信息公开…
    return "".join(words[:2]) if len(words) <= 2 else None


def is_many(name: str) -> bool:
    """Whether a name means several bodies: words of the first kind, then one or more of the second, then of the third.

    Such names can be split in many ways, so each position is tried only once for each kind.
    """
    reached = {0}
    for words, some in zip(MANY, (False, True, False), strict=True):
        ends, waiting = set[int](), list(reached)
        while waiting:
            at = waiting.pop()
            for end in range(at + 1, min(at + LONGEST_WORD, len(name)) + 1):
                if end not in ends and words.fullmatch(name, at, end):
                    ends.add(end)
                    waiting.append(end)
        reached = ends if some else reached | ends
    return len(name) in reached


def _government(name: str, topic: str) -> str:
    # In 示例县人民政府信息公开 and 县政府信息公开, 政府 belongs both to the name and to the topic.
    doubled = name[-1:] in UNITS and name[-2:-1] in ("", name[-1:])
    if topic.startswith("政府") and (doubled or name.endswith("人民")):
        return name + "政府"
    return name
