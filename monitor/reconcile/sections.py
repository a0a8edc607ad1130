"""Rules on the sections: which are there, in which order and under which number, and what each has to hold."""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from extract.form.form_file import FORMS
from extract.model import Report, Section
from monitor.reconcile.prose import NAMED, ORDINALS, bare, joined, listed, quoted, section_of, sentences, subheads
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

# A line that is nothing but a heading of the form, under whatever number.
HEADING = re.compile(
    r"^[#*\s]{0,8}第?[一二三四五六七八九十](?:部分)?\s{0,2}[、.．,，:：\s]\s{0,2}(?:政府信息公开工作|政府信息公开)?"
    r"(?:(总体情况|概述)|(主动公开政府信息)|(收到和处理)|(因政府信息公开|行政复议)|(存在的?(?:主要)?问题|主要问题)|(其他需要报告))"
    r"[^。；，,:：\n]{0,24}$",
    re.MULTILINE,
)
# Headings in other words than the form's, under their own number.
OTHERWISE = {
    1: re.compile(
        r"^[#*\s]{0,8}一[、.．]\s{0,2}[^。；，,：:\n]{0,32}(?:总体情况|概述)[^。；，,：:\n]{0,8}$", re.MULTILINE
    ),
    6: re.compile(
        r"^[#*\s]{0,8}六[、.．]\s{0,2}其[他它](?:有关|相关)?(?:事项|情况)[^。；，,：:\n]{0,8}$", re.MULTILINE
    ),
}
LABEL = re.compile(
    r"[（(]?[一二三四五六12]?[）)、.．]?\s?(?:政府信息公开工作)?(?:存在的?)?(?:主要)?(?:问题|不足)(?:及(?:其)?改进(?:情况|措施))?[：:。\s]"
    r"|[（(]?[一二三四五六12]?[）)、.．]?\s?(?:下一步)?(?:改进|整改)(?:情况|措施|方向)[：:。\s]"
)
DOTS = re.compile("[…·—~～-]")  # a row of them says nothing
CLAIMED = re.compile("[。；;：:，,、！!]")


class _Stray(NamedTuple):
    """A heading of the form that stands under another number, or in another place, than its own."""

    number: int
    line: str
    text: str


def sections(rule: Rule, sheet: Sheet) -> Result:
    """Sections of the form that the report lacks, or has out of their order or under another ordinal.

    If no section was found, the text was not divided: not assessable.
    """
    found = {section.number for section in sheet.report.sections}
    if not found:
        return unknown(rule, sheet, "section_missing")
    found |= {
        number
        for number, heading in OTHERWISE.items()
        if any(heading.search(one.text) for one in sheet.report.sections)
    }
    lacking = [number for number in rule.params["expected"] if number not in found]
    if not lacking:
        return passing()
    stray = {one.number: one for one in _strays(sheet.report) if one.number in lacking}
    since = (
        "sections_both" if stray and len(stray) < len(lacking) else "sections_strays" if stray else "sections_lacking"
    )
    facts = {
        "lacking": "、".join(ORDINALS[number - 1] for number in lacking if number not in stray),
        "strays": "、".join(f"{ORDINALS[number - 1]}：{quoted(one.line)}" for number, one in sorted(stray.items())),
        "since": since,
    }
    return broken(rule, sheet, {"report": facts})


def _strays(report: Report) -> Iterator[_Stray]:
    """Headings that stand in the text of another section: out of their order, or wrongly numbered."""
    for section in report.sections:
        # Above the first heading may stand a table of contents.
        matches = [*HEADING.finditer(section.text)] if section.number else []
        for match, after in zip_longest(matches, matches[1:]):
            number = next(at for at, word in enumerate(match.groups(), 1) if word)
            text = section.text[match.end() : after.start() if after else len(section.text)]
            yield _Stray(number, match[0].strip("#* \n"), text.strip())


def _text(report: Report, number: int) -> str | None:
    """The text of a section, wherever its heading stands; None where there is none."""
    section = section_of(report, number)
    if section is not None:
        return section.text
    return next((one.text for one in _strays(report) if one.number == number), None)


def subheads_of_overview(rule: Rule, sheet: Sheet) -> Result:
    """Section one has the sub-heads of the form, in whatever words; where it has none, its text speaks of all.

    A name and what else may stand for it are data; so are the forms that have them.
    """
    report = sheet.report
    if not _is_due(rule, report):
        return Result(0)
    section = section_of(report, 1)
    if section is None or not section.text.strip():
        return unknown(rule, sheet, "section_unread")
    text = bare(section.text)
    heads = [bare(head) for head in subheads(section.text)]
    wanted: Mapping[str, list[str]] = rule.params["heads"]
    built = sum(any(word in head for head in heads for word in words) for words in wanted.values())
    lacking = []
    for name, words in wanted.items():
        where = heads if built >= rule.params["fewest"] else [text]
        headed = any(word in one for one in where for word in words)
        if not headed and not any(f"{name}{end}" in text for end in rule.params["ends"]):
            lacking.append(name)
    if not lacking:
        return passing()
    return broken(rule, sheet, {"report": {"lacking": "、".join(lacking), "found": listed(_shown(section)) or "—"}})


def _is_due(rule: Rule, report: Report) -> bool:
    """Whether the sub-heads are asked of the form that was found, else of the one that was due."""
    forms = {FORMS.id_of(table, report.forms[table]) for table in ("T2", "T3") if table in report.forms}
    if not forms:
        due = FORMS.due(report.year) if report.year is not None else None
        forms = {due.id} if due else set()
    return any(form in rule.params["forms"] for form in forms)


def _shown(section: Section) -> Iterator[str]:
    """The sub-heads as they are printed, without the text that follows on the same line."""
    for head in subheads(section.text):
        yield f"“{CLAIMED.split(head.strip())[0][:16]}”"


def section_five(rule: Rule, sheet: Sheet) -> Result:
    """Section five says something: at least so many characters, without sub-heads and white space."""
    report = sheet.report
    if not any(section.number for section in report.sections):
        return unknown(rule, sheet, "section_unread")
    text = _text(report, rule.params["section"])
    if text is None:
        return broken(rule, sheet, {"report": {"since": "five_lacking"}}) if rule.params["missing"] else Result(0)
    said = DOTS.sub("", bare(LABEL.sub("", text + "。"))).removesuffix("。")
    if not rule.params["fewest"] <= len(said) < rule.params["enough"]:
        return passing()
    since = "five_short" if said else "five_empty"
    return broken(rule, sheet, {"report": {"since": since, "found": quoted(text), "count": len(said)}})


def fee_statement(rule: Rule, sheet: Sheet) -> Result:
    """Section six, or any other, says whether the fee for processing information was charged."""
    report = sheet.report
    if sheet.year is None:
        return unknown(rule, sheet, "year_unknown")
    if sheet.year < rule.params["first_year"]:
        return Result(0)
    text = _text(report, rule.params["section"])
    if text is None:
        return unknown(rule, sheet, "section_missing")
    if any(_of_information(rule, one) for one in sentences(_said(rule, text))):
        return passing()
    every = (one for section in report.sections for one in sentences(_said(rule, section.text)))
    if any(all(any(word in one for word in words) for words in rule.params["elsewhere"]) for one in every):
        return passing()
    return broken(rule, sheet, {"report": {"found": quoted(joined(text)) if text.strip() else "—"}})


def _of_information(rule: Rule, sentence: str) -> bool:
    """Whether a sentence of section six says that a fee was or was not charged, and not one of another kind alone."""
    if not any(word in sentence for word in rule.params["words"]):
        return False
    other = any(word in sentence for word in rule.params["others"])
    return not other or any(word in sentence for word in rule.params["of_information"])


def _said(rule: Rule, text: str) -> str:
    """What a text says by itself, without the names of documents and the form's own hint."""
    own = NAMED.sub("", bare(text))
    for hint in rule.params["hints"]:
        own = own.replace(hint, "")
    return own
