"""Rules on what stands around the tables: title, publisher, period, a government's duties, the form's own words."""

from crawler.agencies.names import speaks_for
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet


def title(rule: Rule, sheet: Sheet) -> Result:
    """The report has a title of its own that names the body and the year."""
    report = sheet.report
    if report.titled and report.agency_name and report.year is not None:
        return passing()
    return broken(rule, sheet, {"report": {"found": report.title or "—"}})


def publisher(rule: Rule, sheet: Sheet) -> Result:
    """The first sentences name the body of the title, or one that may speak for it, as who publishes or compiled it."""
    body = sheet.report.agency_name
    named = {
        one.agency_name: None
        for one in sheet.report.evidence
        if one.strong and one.source in rule.params["sources"] and one.agency_name
    }
    others = [name for name in named if body and not speaks_for(name, body)]
    return broken(rule, sheet, {"report": {"named": "、".join(others), "filed": body}}) if others else passing()


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
