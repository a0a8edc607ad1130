"""The rule on tables that are there as pictures only: nobody can search, check or hear them."""

from collections.abc import Iterable

from extract.form.form_file import FORMS
from extract.model import Problem, doubt_of
from monitor.reconcile.prose import section_of
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

PICTURED = {"image", "elsewhere"}  # parts that may be unread where a table is a picture


def image_only(rule: Rule, sheet: Sheet) -> Result:
    """Every table that was not found has no picture in its place.

    A picture may be of anything: it is taken for the table only where nothing but pictures was left unread, and the
    section of the table has next to no words.
    """
    report = sheet.report
    if sheet.year is not None and sheet.year < FORMS.first_year:
        return Result(0)
    pictured = {
        one.table: one.facts["images"]
        for one in report.problems
        if one.code == "table_missing" and one.facts.get("images") and one.table
    }
    if not pictured:
        return passing()
    if _otherwise_unread(report.problems):
        return unknown(rule, sheet, "not_whole")
    found: dict[str, dict[str, str | int]] = {}
    for table, images in pictured.items():
        section = section_of(report, rule.params["sections"][table])
        if section is None or len("".join(section.text.split())) <= rule.params["most_letters"]:
            found[table] = {"images": images}
    return broken(rule, sheet, found) if found else unknown(rule, sheet, "image")


def _otherwise_unread(problems: Iterable[Problem]) -> bool:
    """Whether something is unread that is no picture, so that the table may be there."""
    return any(
        doubt_of(one) and one.code != "table_missing" and not PICTURED.issuperset(one.facts.get("parts") or ("",))
        for one in problems
    )
