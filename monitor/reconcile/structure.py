"""Rules on what stands around the tables: title, publisher, period, a government's duties, the form's own words."""

import re

from crawler.agencies.names import core, may_succeed, place_of, places_of, speaks_for
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

# What the words of a title become where a letter has moved or a word stands twice.
GARBLED = re.compile("告年度报|报年度告|年报度告|年度报(?!告|表)|年度年度|报告报告|公开公开|信息信息|工作工作|公工作")
OFFICES = ("办公室", "办", "室", "股", "科", "中心", "大队")
WHOSE = re.compile("^[本省市县区州旗]")


def title(rule: Rule, sheet: Sheet) -> Result:
    """The report has a title of its own that names the body and the year."""
    report = sheet.report
    if not (report.titled and report.agency_name and report.year is not None):
        return broken(rule, sheet, {"report": {"since": "title_lacking", "found": report.title or "—"}})
    words = "".join(report.title.split())
    if GARBLED.search(words):
        return broken(rule, sheet, {"report": {"since": "title_garbled", "found": report.title}})
    return passing()


def publisher(rule: Rule, sheet: Sheet) -> Result:
    """The first sentences name the body of the title, or one that may speak for it, as who publishes or compiled it."""
    body = sheet.report.agency_name
    named = {
        one.agency_name: None
        for one in sheet.report.evidence
        if one.strong and one.source in rule.params["sources"] and one.agency_name
    }
    others = [name for name in named if body and not speaks_for(name, body) and not _of_its_own(name, body)]
    return broken(rule, sheet, {"report": {"named": "、".join(others), "filed": body}}) if others else passing()


def _of_its_own(name: str, body: str) -> bool:
    """Its short name (县卫健局), or an office of its own place that has no other seat (青龙乡党政综合办公室)."""
    places, homes = places_of(name), places_of(body)
    own = core(body)[1]
    short = WHOSE.sub("", name).removesuffix("局").removesuffix("委")
    if not places and own and may_succeed(short, own):
        return True
    seat = body.removeprefix(place_of(body)).startswith(("人民政府", "街道办事处")) or body.endswith(homes[-1:] or "—")
    return bool(seat and places and homes and places[-1] == homes[-1]) and name.endswith(OFFICES)


def period(rule: Rule, sheet: Sheet) -> Result:
    """The period that the report states is a whole calendar year."""
    stated = sheet.report.period
    if stated is None or not any(one.source == "period" and one.strong for one in sheet.report.evidence):
        return passing()
    start, end = stated
    if start[:4] == end[:4] and start[4:] == "-01-01" and end[4:] == "-12-31":
        return passing()
    return broken(rule, sheet, {"report": {"start": start, "end": end}})


def oversight(rule: Rule, sheet: Sheet) -> Result:
    """The text has one of the words that any account of assessment, review or accountability must contain."""
    text = "".join(section.text for section in sheet.report.sections)
    if not text:
        return unknown(rule, sheet, "section_missing")
    return passing() if any(word in text for word in rule.params["words"]) else broken(rule, sheet, {"report": {}})


def header_altered(rule: Rule, sheet: Sheet) -> Result:
    """No words of the form are printed differently."""
    words = sheet.report.altered
    return broken(rule, sheet, {"report": {"words": "；".join(words)}}) if words else passing()
