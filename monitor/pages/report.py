"""The page of one report: its tables as the form draws them, the prose that speaks of them, what was found in them."""

from collections.abc import Sequence
from io import BytesIO

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef, find_agency
from crawler.ground.archive import open_archive
from extract.store.load import StoredReport
from monitor.asking.original import ending
from monitor.asking.pictures import picture_of
from monitor.asking.report import ReportOnFile, current, judge, readings_of, report, with_standing
from monitor.asking.unread import problem_words
from monitor.checking.bodies import contexts
from monitor.pages.ask import Answer, Ask, Given, Moved, Shown
from monitor.pages.findings_table import TONES, matter_line, matters
from monitor.pages.pages import NotThereError
from monitor.pages.report_cells import FormTable, Relation, anchor, form_tables, relations_of
from monitor.pages.site import Site
from monitor.pages.tables import PageTable, page_table
from monitor.reconcile.claimed import JudgedClaim
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.words.cells import cell_label
from monitor.words.kinds import class_words, status_words
from monitor.words.twice import twice_words
from monitor.words.verdicts import number, reason_words

KEPT = "select url from documents where sha256 = ? order by last_seen desc limit 1"
BOM_TYPE = "application/octet-stream"
SIGNS = {"pass": "good", "fail": "bad", "not_assessable": "quiet"}


def body_of(db: Database, ask: Ask) -> AgencyRef:
    """The body that the address names."""
    return find_agency(db, ask.parts.get("code", ""))


def report_page(site: Site, ask: Ask) -> Answer:
    """The report of one year."""
    year = ask.number("year")
    with site.reading() as db:
        body = body_of(db, ask)
        if body.code != ask.parts["code"]:  # a name or a part of one: the address that stays is that of the code
            return Moved(ask.to("report", body.code, ask.parts["year"]))
        shown, relations, others = judged_report(site, db, ask, body, year)
    stored = shown.stored
    tables = form_tables(ask, stored.report, shown.findings, relations)
    return Shown(
        "report",
        ask.say(f"{body.name} {stored.year} 年度报告", f"{body.name}, report for {stored.year}"),
        {
            "body": body,
            "year": stored.year,
            "stored": stored,
            "read": twice_words(stored.report, ask.lang) if stored.report.ways else "",
            "forms": tables,
            "broken": [one for one in relations if one.tone == "bad"],
            "claims": [_claim(ask, one) for one in shown.claims],
            "findings": [
                (
                    one,
                    matter_line(one, count, ask),
                    class_words(one.finding_class, ask.lang),
                    status_words(one.status, ask.lang),
                    TONES.get(one.finding_class, ""),
                )
                for one, count in matters(one for one in shown.findings if one.status != "shadow")
            ],
            "problems": list(dict.fromkeys(problem_words(one, ask.lang) for one in stored.report.problems)),
            "unread": [one.url for one in shown.unread],
            "others": others,
            "doubts": any(one.suspect for one in shown.findings),
        },
        (_as_table(ask, tables),) if ask.is_file else (),
    )


def judged_report(
    site: Site, db: Database, ask: Ask, body: AgencyRef, year: int | None
) -> tuple[ReportOnFile, Sequence[Relation], Sequence[int]]:
    """The report, every relation that it stands in, and the years of which there are others.

    What follows from the readings and the register alone is kept: it is the same until one of them is another.
    """
    ids = readings_of(db, body.code)
    context = contexts(db, [body.code])[body.code]
    key = (body.code, year, ids, repr(context), ask.lang)
    kept = site.reports.get(key)
    if kept is None:
        years = [known for known, _ in ids]
        reports = current(
            db, body, [known for known in years if known <= (year or 0)]
        )  # the later judge no earlier one
        chosen = next((one for one in reports if one.year == year), None)
        if chosen is None:
            report(db, body, ask.at, year)  # which says what there is
            raise NotThereError("there is no such report", "没有这份报告")
        judged = judge(reports, chosen, context)
        relations = relations_of(load_rulebook(), judged.outcomes, chosen.agency, chosen.year, ask.lang)
        kept = site.reports.put(key, (chosen, judged.claims, relations, years))
    stored, claims, found, others = kept
    return with_standing(db, body, stored, claims), found, others


def _claim(ask: Ask, one: JudgedClaim) -> dict[str, object]:
    """A sentence with what the tables say of it."""
    operands = one.tried[0].operands if one.tried else ()
    cells = [
        (cell_label(part.table, part.row, part.member, ask.lang), number(part.value), anchor(part.name))
        for part in operands
        if part.value or len(operands) == 1
    ]
    why = reason_words(load_rulebook(), one.reason, ask.lang) if one.verdict == "not_assessable" else ""
    said = {
        "pass": ask.say("相符", "fits"),
        "fail": ask.say("不符", "does not fit"),
        "not_assessable": ask.say("无法核对", "cannot be judged"),
    }
    return {
        "clause": one.claim.clause,
        "page": one.page,
        "cells": cells[:6],
        "why": why,
        "tone": SIGNS.get(one.verdict, ""),
        "said": said.get(one.verdict, ""),
    }


def _as_table(ask: Ask, tables: Sequence[FormTable]) -> PageTable:
    say = ask.say
    heads = (
        say("格", "cell"),
        say("原文", "as printed"),
        say("说明", "remark"),
        say("在原件的何处", "where it stands"),
    )
    rows = [
        (
            cell.words,
            cell.text if cell.state else cell.raw or cell.text,
            cell.state or "；".join(cell.proposed),
            cell.place,
        )
        for one in tables
        for cell in one.notes
    ]
    return page_table("cells", say("各格", "cells"), heads, rows)


def picture(site: Site, ask: Ask) -> Given:
    """The page of the original, or the table, with the cells in doubt outlined."""
    with site.reading() as db:
        shown = report(db, body_of(db, ask), ask.at, ask.number("year"))
        image = picture_of(db, open_archive(site.data), shown)
    target = BytesIO()
    image.save(target, "PNG")
    return Given(target.getvalue(), "image/png")


def original(site: Site, ask: Ask) -> Given:
    """An archived document, to be kept: never shown by the browser as a page of ours."""
    sha256 = ask.parts["sha256"]
    with site.reading() as db:
        row = db.execute(KEPT, [sha256]).fetchone()
    if row is None:
        raise NotThereError("there is no such document", "没有这份文件")
    body = open_archive(site.data).read(sha256)
    return Given(body, BOM_TYPE, f"{sha256[:12]}.{ending(body, str(row[0] or ''))}", kept=True)


def first_report(stored: Sequence[StoredReport]) -> int | None:
    """The newest year of which there is a report."""
    return max((one.year for one in stored), default=None)
