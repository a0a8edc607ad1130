"""What the first sentences and the prose say of the body and the year: whose report is published, by whom, for when."""

import re
from collections.abc import Iterator, Sequence

from crawler.pages.titles import BODY_END, NAME, OURS, is_many, recognize
from extract.model import Evidence, Section

LONGEST = 600  # characters of a paragraph above the headings that are looked at
LONGEST_CLAUSE = 160
SENTENCE = re.compile(r"[。；;！!]")
CLAUSE = re.compile(r"[，,：:]")
# The act that this page performs on the report; a name may hold the same word (编制委员会, 信息发布中心).
ACT = re.compile(
    "现将|特将|公布|编制(?!委|办|中心)|编写|撰写|起草|发布(?!中心)|形成|制定|制作(?!中心)|(?:本报告|本文|本件|这|以下|下面)(?:是|为|系)"
)
PAPER = re.compile(r"报告书?|年报")
YEARLY = re.compile(r"了?(20\d\d)年度?(?:工作)?(?:报告|年报)")
# Another report than this one: one that was published before, or that this one is held against.
EARLIER = re.compile("已于|曾|去年|上年|上一年|此前|往年|对照|比照|相比|参照|参见|详见")
# What is published now, its name in front.
NOW = re.compile("(?:现予|予以|现向社会|特予)以?(?:公开|公布|发布|公告)")
COMPILED = re.compile(
    r"(?:(?<!经)由|(?:编制|编写|编报|填报|报告)(?:单位|机关|机构|部门)(?:[:：为是]\s*))"
    r"([\u4e00-\u9fff（）()·]{3,40}?)"
    r"(?=\s*(?:负责|组织|汇总|牵头)?(?:编制|编写|撰写|起草|制作|发布|公布)|[，,。；;\s]|$|"
    r"(?:严格)?(?:根据|依据|依照|按照|遵照)[^。；;]{0,200}(?:编制|编写|撰写|起草|制作))"
)
# What is handed over stands behind it; a name of a body or a place has no such words (将乐县 alone begins so).
HANDED = re.compile("(?:现|特|兹)(?:将|把)")
SUBJECT = re.compile(
    r"^\s*([\u4e00-\u9fff（）()·]{3,40}?)(?=[，,]?(?:根据|依照|按照|依据|遵照|现将|现公布|特?编制|公布|特向))"
)
# No name of a place or a body begins so (本溪, 全南 and 全州 do).
OWN = re.compile("本(?!溪)|我|各|该|现|全[省市县区体部系]|以下|下面|根据|按照|依照|依据")
# A period is one where the sentence says so; elsewhere a pair of dates may be of anything.
MARKED = re.compile("期限|时限|起止|统计时间|统计周期|统计范围|时间范围|报告期|所列数据|数据统计")
SPAN = re.compile(
    r"(20\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?[^。；\d]{0,8}?"
    r"(?:(20\d\d)\s*[-年./]\s*)?(\d{1,2})\s*[-月./]\s*(\d{1,2})(?!\d)"
)
MONTHS = re.compile(r"(20\d\d)\s*年\s*0?1\s*月份?\s*[-—–~～至到]{1,2}\s*(?:(20\d\d)\s*年\s*)?12\s*月(?!\s*\d)")
WHOLE = re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。；]{0,12}?(?:(20\d\d)\s*年\s*)?12\s*月\s*31\s*日")
BEGINS = re.compile(r"\s*(20\d\d)\s*年")
MENTIONED = re.compile(r"(?<!\d)(20\d\d)\s*年")
ANY_YEAR = re.compile(r"20\d\d(?=\s*年)")  # these and more, found many times as fast
PLANS = re.compile("下一步|将|计划|打算|拟|力争|明年|来年|今后|下一年")


def sentences(above: Sequence[str]) -> Iterator[Evidence]:
    """What the sentences above the first heading say: the report that they publish, and who compiled it."""
    for paragraph in above:
        for sentence in SENTENCE.split(paragraph[:LONGEST]):
            if is_earlier(sentence):
                continue
            yield from _published(sentence.strip())
            yield from (
                Evidence("compiler", True, name, None, sentence.strip())
                for match in COMPILED.finditer(sentence)
                if (name := _body(match[1]))
            )


def is_earlier(sentence: str) -> bool:
    """Whether a sentence speaks of another report than the one that it stands in."""
    return EARLIER.search(sentence) is not None and NOW.search(sentence) is None


def _published(sentence: str) -> Iterator[Evidence]:
    """The report that a sentence publishes; its subject is the body where the report is not called by a name."""
    end = PAPER.search(sentence)
    if end and NOW.search(sentence, end.end()) and (info := recognize(_handed(sentence[: end.end()]))):
        yield Evidence("sentence", True, info.agency_name, info.year, sentence)
    for clause in CLAUSE.split(sentence):
        # The last act on a report: in 现将X局2025年…年度报告公布如下 the first of two.
        acts = [act.end() for act in ACT.finditer(clause[:LONGEST_CLAUSE])]
        for at in [at for at in acts if PAPER.search(clause, at, LONGEST_CLAUSE)][-1:]:
            said = clause[at:LONGEST_CLAUSE]
            end = PAPER.search(said)
            if end is None or said.startswith("的"):
                continue
            info = recognize(said[: end.end()].removeprefix("了"))
            plain = YEARLY.match(said)
            name = info.agency_name if info and not OWN.match(info.agency_name) else ""
            year = info.year if info else int(plain[1]) if plain else None
            if name or year is not None:
                subject = SUBJECT.match(sentence)
                name = name or (_body(subject[1]) if subject else "")
                yield Evidence("sentence", True, name, year, sentence)


def _handed(said: str) -> str:
    """The report's own name: without the words that hand it over."""
    return HANDED.split(said)[-1]


def _body(name: str) -> str:
    """The name of one body, "" where these words are none."""
    name = name.strip().replace("(", "（").replace(")", "）")
    good = NAME.fullmatch(name) and BODY_END.search(name[-2:]) and len(name) > 3
    return name if good and not OURS.fullmatch(name) and not OWN.match(name) and not is_many(name) else ""


def find_period(paragraphs: Sequence[str]) -> tuple[tuple[str, str] | None, bool]:
    """The period of the figures, and whether the sentence says that it is one."""
    for text in paragraphs:
        if not MARKED.search(text):
            continue
        for sentence in SENTENCE.split(text[:LONGEST]):
            if MARKED.search(sentence) and (found := _span(sentence)):
                return found, True
    for text in paragraphs:
        if match := WHOLE.search(text):
            return (f"{match[1]}-01-01", f"{match[2] or match[1]}-12-31"), False
    return None, False


def _span(sentence: str) -> tuple[str, str] | None:
    if match := SPAN.search(sentence):
        first, month, day, last, to_month, to_day = match.groups()
        numbers = [int(one) for one in (month, day, to_month, to_day)]
        if all(1 <= one <= most for one, most in zip(numbers, (12, 31, 12, 31), strict=True)):
            return (
                f"{first}-{numbers[0]:02}-{numbers[1]:02}",
                f"{last or first}-{numbers[2]:02}-{numbers[3]:02}",
            )
    if match := MONTHS.search(sentence):
        return f"{match[1]}-01-01", f"{match[2] or match[1]}-12-31"
    return None


def prose_year(sections: Sequence[Section]) -> int | None:
    """The year that the first section begins with, where it names no later one; sentences about plans do not count."""
    text = next((section.text for section in sections if section.number == 1), "")
    begins = BEGINS.match(text)
    if begins is None:
        return None
    year, years = int(begins[1]), [*map(int, ANY_YEAR.findall(text))]
    if max(years, default=0) == year and not PLANS.search(text.split("。", 1)[0]):
        return year  # nothing names a later one, whatever it speaks of
    named = [
        int(one)
        for sentence in SENTENCE.split(text)
        if not PLANS.search(sentence)
        for one in MENTIONED.findall(sentence)
    ]
    return year if named and max(named) == year else None
