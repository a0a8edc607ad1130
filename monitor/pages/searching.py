"""The page that looks for words in the prose of all reports."""

from crawler.agencies.lookup import find_agency
from monitor.asking.search import Place, search
from monitor.pages.ask import Ask, Shown
from monitor.pages.site import Site
from monitor.pages.tables import PageCell, page_table

MOST = 100
LONGEST = 200


def search_page(site: Site, ask: Ask) -> Shown:
    """The places of a word, marked in their clauses."""
    say, words = ask.say, ask.args.get("q", "")[:LONGEST].strip()
    agency = ask.args.get("agency", "").strip()
    found: list[Place] = []
    more = False
    if words:
        with site.reading() as db:
            code = find_agency(db, agency).code if agency else ""
            found, more = search(db, words.split(), agency=code, year=ask.number("year"), limit=MOST)
    heads = (say("机关", "body"), say("年度", "year"), say("部分", "section"), say("原文", "clause"))
    rows = [
        (PageCell(one.name, ask.to("body", one.agency)), one.year, one.heading, " ".join(one.clause.split()))
        for one in found
    ]
    return Shown(
        "search",
        say("在正文里找词", "Search the prose"),
        {"words": words, "agency": agency, "found": [(one, _pieces(one)) for one in found], "more": more, "most": MOST},
        (page_table("places", say("找到的", "places"), heads, rows, say("没有找到。", "Nothing was found.")),),
    )


def _pieces(one: Place) -> list[tuple[str, bool]]:
    """The clause in pieces: those that are the word, and what stands between."""
    pieces, behind = [], 0
    for start, end in one.marks:
        if start >= behind:
            pieces += [(one.clause[behind:start], False), (one.clause[start:end], True)]
            behind = end
    return [*pieces, (one.clause[behind:], False)]
