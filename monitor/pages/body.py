"""The page of one body: its years side by side, the carry-over chain, figures, findings, versions, whom to write to."""

from typing import Any

from crawler.agencies.agency import agency_of
from crawler.agencies.lookup import find_agency
from crawler.ground.clock import local_date
from monitor.asking.awaited import contacts_of
from monitor.asking.body_profile import FIGURES, BodyProfile, body_profile
from monitor.asking.compare import NOBODY
from monitor.asking.missing import CoverageEntry, local_day
from monitor.asking.report import readings_of
from monitor.asking.unread import reason_words
from monitor.pages.ask import Answer, Ask, Moved, Shown
from monitor.pages.findings_table import findings_table
from monitor.pages.letters import letters_offered
from monitor.pages.site import Site
from monitor.pages.tables import PageCell, PageTable, page_table
from monitor.pages.whole import Standing
from monitor.papers.profile import row_words
from monitor.words.chain import STATES
from monitor.words.rates import cases_words, interval_words, percent, state_words

DECIDED_LAST = ("open", "regressed", "acknowledged", "explained", "false_positive", "resolved")


def body_page(site: Site, ask: Ask) -> Answer:
    """The whole page."""
    say = ask.say
    with site.reading() as db:
        ref = find_agency(db, ask.parts["code"])
        if ref.code != ask.parts["code"]:
            return Moved(ask.to("body", ref.code))
        own, read = agency_of(db, ref.code), {year for year, _ in readings_of(db, ref.code)}
        kind, level = (own.kind or "", own.level or "") if own is not None else ("", "")
    last = local_date(ask.at).year - 1
    absent = [year for year in range(min(read, default=last), last + 1) if year not in read]
    standing = {year: entry for year in absent if (entry := _among_all(site, ask, ref.code, year))}
    unknown = site.whole("unread", ask.at)
    peers = site.whole("peers", ask.at, kind, level, wait=False)
    group: Any = peers.value if peers is not None else NOBODY
    to_open: Any = unknown.value if unknown is not None else ()
    with site.reading() as db:
        told = body_profile(
            db, site.config(), ask.at, ref, to_open=to_open, group=group if kind else None, standing=standing
        )
        contacts = contacts_of(db).get(ref.code, ())
    shown = [one for one in told.findings if one.finding_class != "info" and one.status != "shadow"]
    shown.sort(key=lambda one: (DECIDED_LAST.index(one.status), -one.key.year))
    body = told.body
    facts = (
        say.coded("agency_kind", body.kind),
        say.coded("agency_level", body.level),
        say.division(body.division) if body.division else "",
    )
    return Shown(
        "body",
        body.name,
        {
            "told": told,
            "counting": peers is None,
            "facts": say.listed(filter(None, facts)),
            "chain": told.chain.chain if told.chain is not None else None,
            "link_words": {state: say(*words) for state, words in STATES.items()},
            "contacts": contacts,
            "letters": letters_offered(ask, told),
            "sparks": [
                (row_words(say, code), tuple(told.totals), [year[code] for year in told.totals.values()])
                for code in FIGURES
            ],
            "unread": [(one.year, reason_words(one, ask.lang), one.url) for one in told.unread],
        },
        (
            _years(ask, told),
            _figures(ask, told),
            _rates(ask, told),
            findings_table(ask, shown, {}, "findings", body=False),
            _versions(ask, told),
        ),
    )


def _among_all(site: Site, ask: Ask, code: str, year: int) -> CoverageEntry | None:
    """How a body stands whose report is not there: what may speak against its absence is known of all alone."""
    last = local_date(ask.at).year - 1
    held = site.whole("standing", ask.at, None if year == last else year, None, "")
    assert held is not None
    assert isinstance(held.value, Standing)
    return held.value.by_code.get(code)


def _years(ask: Ask, told: BodyProfile) -> PageTable:
    say = ask.say
    there = set(told.totals) | {one.year for one in told.versions if one.current}
    rows = []
    for year, entry in zip(told.of, told.years, strict=True):
        state = entry.state if entry else None
        late = say(f"（迟 {entry.days_late} 天）", f" ({entry.days_late} days)") if entry and entry.days_late else ""
        tone = "bad" if state in ("overdue", "overdue_confirmed") else "warn" if state == "published_late" else ""
        rows.append(
            (
                PageCell(year, ask.to("report", told.body.code, year) if year in there else ""),
                PageCell(f"{say.state(state)}{late}" if state else "–", tone=tone),  # type: ignore[arg-type]  # a str that is one of the Literal
                (entry.due if entry else None) or "–",
                (entry.day if entry else None) or "–",
                say(entry.reason, entry.reason_en) if entry else "",
                sum(one.year == year for one in told.versions),
                sum(one.key.year == year and one.status in ("open", "regressed") for one in told.findings),
            )
        )
    heads = (
        say("年度", "year"), say("情况", "state"), say("期限", "due"), say("公布", "published"), say("说明", "remark"),
        say("版本", "versions"), say("待核", "open"),
    )  # fmt: skip
    return page_table("years", say("历年", "years"), heads, rows)


def _figures(ask: Ask, told: BodyProfile) -> PageTable:
    say = ask.say
    rows = [(row_words(say, code), *(year[code] for year in told.totals.values())) for code in FIGURES]
    heads = (say("表三·总计", "table 3, total"), *map(str, told.totals))
    return page_table("figures", say("申请", "applications"), heads, rows if told.totals else ())


def _rates(ask: Ask, told: BodyProfile) -> PageTable:
    say = ask.say
    rows = []
    for one in told.rates.rates if told.rates else ():
        for at in one.years:
            rate, peers = at.rate, at.peers
            rows.append(
                (
                    one.indicator.name[ask.lang],
                    at.year,
                    cases_words(rate),
                    percent(rate.value) if rate.value is not None else state_words(rate, ask.lang),
                    interval_words(rate) or "–",
                    f"{percent(peers.lower)} – {percent(peers.median)} – {percent(peers.upper)}" if peers else "–",
                    one.indicator.formula[ask.lang],
                )
            )
    heads = (
        say("比率", "rate"), say("年度", "year"), say("分子/分母", "cases"), say("值", "value"),
        say("95% 区间", "95 %"), say("同类四分位", "quartiles of peers"), say("算式", "formula"),
    )  # fmt: skip
    return page_table("rates", say("比率", "rates"), heads, rows, say("没有。", "None."))


def _versions(ask: Ask, told: BodyProfile) -> PageTable:
    say = ask.say
    rows = [
        (
            one.year,
            one.published_on or "–",
            local_day(one.first_seen),
            local_day(one.last_seen) if one.last_seen else "–",
            say("现行", "current") if one.current else "",
            PageCell(one.url, url=one.url),
            PageCell(say("存档件", "archived copy"), ask.to("archive", one.document)),
        )
        for one in reversed(told.versions)
    ]
    heads = (
        say("年度", "year"), say("公布", "published"), say("初见", "first seen"), say("末见", "last seen"), "",
        say("网页", "page"), say("原件", "original"),
    )  # fmt: skip
    return page_table("versions", say("版本", "versions"), heads, rows, say("没有。", "None."))
