"""Rules on the year that a report names: title, first sentence, period and sections; the notice that its form is of."""

import re
from collections.abc import Collection, Iterator

from crawler.agencies.names import speaks_for
from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from monitor.reconcile.prose import NAMED, bare, listed, parts, quoted, sentences
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

WHOLE = re.compile(r"(20\d\d)年(?:0?1|一)月(?:0?1|一)日[^。；\d]{0,12}(?:(20\d\d)年)?(?:12|十二)月(?:31|三十一)日")
# The same in other words: 统计时段为2022年1—12月, 报告期为2022年度, 数据截至2022年12月31日.
PERIOD = re.compile(
    r"(?:统计|数据|期限|时限|时段|周期|报告期|起止)[^。；\d]{0,14}?"
    r"(20\d\d)年(?:度|全年|(?:0?1月?|一月)[-—–~～至到]{1,2}(?:12|十二)月(?!\d)|(?:12|十二)月(?:31|三十一)日)"
)
CHINESE_YEAR = re.compile("二[〇○零]([〇○零一二三四五六七八九]{2})(?=年)")
DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
LONGEST_ABOVE = 20_000  # characters above the first heading; a longer preface is no preface
# A sentence of its own about one year: the year stands in front, at most behind a sub-head or 截至.
LEAD = re.compile(
    r"(?:[（(]?\s?[一二三四五六七八九十\d]{1,3}\s?[）)、.．][^，,。；：:\d]{0,20}[：:\s]?|[一二三四五六七八九]是|[^，,。；：:\d]{0,20}[：:])?"
    r"\s{0,4}(?<![对于自从比较与和及按据由因除了针])(20\d\d)\s?年(?!\s?(?:\d|[初末底前后起以间至到、和与及—~-]))"
)
UNTIL = re.compile(r"截[至止到]{1,2}\s{0,2}(20\d\d)\s?年\s?(?:12\s?月\s?31\s?日|12\s?月底|年底|底|末)")
FEE = re.compile(r"(20\d\d)\s?年(?:度|全年)?[，,]?(?![起以初底末前])[^，。；\d]{0,20}处理费")
WITHIN = re.compile(
    r"[，,]\s?(20\d\d)\s?年(?:度|全年)?[，,]?\s?[^，,。；\d]{0,16}(?:收到|受理|新收|接收)[^，,。；\d]{0,16}\d+\s?[件条次份个起宗]"
)
ANY_YEAR = re.compile(r"(?<!\d)(20\d\d)\s?年")
# What is counted of the year, with its number, or denied.
COUNTED = re.compile(
    r"(?:收到|受理|接收|新收|答复|办结|办理|公开|发布|制发|制定|废止|更新|编发|推送|复议|诉讼|信息|有效|许可|处罚|强制)"
    r"[^。；\d]{0,24}\d+\s{0,2}余?\s{0,2}[件条次份篇个项期起宗]|未(?:收到|发生|收取|产生|受理)|没有收到|零报告"
)
ASKED = re.compile(
    r"(?:收到|受理|接收|新收|公开|发布)[^。；\d]{0,24}\d+\s{0,2}余?\s{0,2}[件条次份篇个项期起宗]|未(?:收到|收取|受理)"
)
FUTURE_SECTIONS = (1, 3, 4, 6)  # where nothing is planned
NUMBERED = "号"  # a text that cites a document by its number has this
ROUND = str.maketrans("（）()[]", "〔〕〔〕〔〕")  # the brackets of a document's number, however they are set


def report_year(rule: Rule, sheet: Sheet) -> Result:
    """Title, first sentence, period, prose and sections name the year of the report; what names another is told.

    Another body's title is another report's.
    """
    report = sheet.report
    said: dict[str, set[int]] = {}
    for one in report.evidence:
        if report.agency_name and one.agency_name and not speaks_for(one.agency_name, report.agency_name):
            continue
        if one.year is not None and one.source in rule.params["sources"] and (one.strong or one.source == "prose"):
            said.setdefault("title" if one.source == "metadata" else one.source, set()).add(one.year)
    for year in _periods(sheet):
        said.setdefault("period", set()).add(year)
    stale = list(_stale(rule, sheet, report.year)) if report.year is not None else []
    years = set().union(*said.values())
    if len(years) < 2 and (report.year is None or years <= {report.year}) and not stale:
        return passing()
    facts = {source: "、".join(map(str, sorted(said.get(source, ())))) or "—" for source in rule.params["told"]}
    if stale:
        facts["prose"] = listed([*map(str, sorted(said.get("prose", ()))), *stale])
    return broken(rule, sheet, {"report": {**facts, "filed": str(report.year)}})


def _periods(sheet: Sheet) -> Iterator[int]:
    """The years that the text above the sections names from end to end: that is the period, however it is called."""
    above = next((one.text for one in sheet.report.sections if one.number == 0), "")[:LONGEST_ABOVE]
    above = NAMED.sub("", CHINESE_YEAR.sub(lambda year: f"20{year[1].translate(DIGITS)}", bare(above)))
    above = above.translate(WIDE)
    for first, last in WHOLE.findall(above):
        if last in ("", first):
            yield int(first)
    yield from map(int, PERIOD.findall(WHOLE.sub("", above)))


def _stale(rule: Rule, sheet: Sheet, year: int) -> Iterator[str]:
    """The sentences of the sections that tell of another year as if it were the report's, as quotations."""
    for section in sheet.report.sections:
        if not section.number:
            continue
        cut = [line for part in parts(section.text) for line in part.split("\n") if line.strip()]
        # The first paragraph of section one is about the year; what section five has done may be told in any order.
        silent = section.number == 1 or not any(_names(part, year, rule) for part in cut)
        for place, part in enumerate(cut):
            if not _names(part, year, rule):
                for at, sentence in enumerate(sentences(part)):
                    first = place == 0 and at == 0 and silent
                    if _tells_of_another(rule, sentence, year, section.number, first):
                        yield quoted(sentence)


def _names(text: str, year: int, rule: Rule) -> bool:
    """Whether a text speaks of the report's own year, too: what else it names may be held against it."""
    return any(int(one) == year for one in ANY_YEAR.findall(text)) or any(one in text for one in rule.params["now"])


def _tells_of_another(rule: Rule, sentence: str, year: int, number: int, first: bool) -> bool:
    """Whether a sentence states what was counted in another year, or as the first of its section speaks of one at all.

    What compares, or was carried over, decides only where it stands before the count.
    """
    alone = FEE.search(sentence) or WITHIN.search(sentence)
    lead = alone or LEAD.match(sentence) or UNTIL.search(sentence)
    other = int(lead[1]) if lead else year
    if lead is None or other == year or abs(other - year) > rule.params["most_years"]:
        return False
    counted = alone or COUNTED.search(sentence, lead.start(1))
    if _has(sentence[: counted.end()] if counted else sentence, rule.params["compared"]):
        return False
    if other > year:
        plain = number in FUTURE_SECTIONS and not _has(sentence, rule.params["planned"])
        return plain and ASKED.search(sentence) is not None
    general = first and _has(sentence, rule.params["general"]) and not _has(sentence, rule.params["history"])
    return counted is not None or general


def _has(text: str, words: Collection[str]) -> bool:
    return any(word in text for word in words)


def cited_notice(rule: Rule, sheet: Sheet) -> Result:
    """A notice that is cited as the form's is that of a form that the report uses."""
    report = sheet.report
    used = {
        FORMS.id_of(table, report.forms[table])
        for table in TABLES
        if table in report.forms and len(FORMS.names(table)) > 1
    }
    if not used:
        return unknown(rule, sheet, "table_missing")
    texts = [text.translate(ROUND) for one in report.sections if NUMBERED in (text := bare(one.text))]
    cited = {
        form.id: form.notice
        for form in FORMS.forms
        if form.notice and any(form.notice.translate(ROUND) in text for text in texts)
    }
    if not cited or cited.keys() & used:
        return passing()
    due = listed(form.notice or "—" for form in FORMS.forms if form.id in used)
    return broken(rule, sheet, {"report": {"cited": listed(cited.values()), "found": listed(sorted(used)), "due": due}})
