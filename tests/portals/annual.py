"""Hanweb `xxgkAnnualReport.jsp`: one address per body and year, no list; a year without report is a short page."""

from tests.portals.kinds import Kind
from tests.portals.pages import report
from tests.portals.site import Reply, Seen, Site

PATH = "/module/xxgk/xxgkAnnualReport.jsp"
AREA = "113325000026455663"


def portal(host: str) -> Kind:
    kind = Kind("annual", Site(host), f"{PATH}?area={AREA}&fbtime=2023")
    kind.tried = tuple(f"{PATH}?area={AREA}&fbtime={year}" for year in (2020, 2025))
    kind.reports = {(kind.body(0), year) for year in (2021, 2022, 2023, 2024)}

    def year(seen: Seen) -> Reply:
        asked = int(seen.query["fbtime"])
        if seen.query["area"] != AREA or (kind.body(0), asked) not in kind.reports:
            return Reply("<html><title>年度报告</title><body><p>该年度没有信息，请查看其他年度。</p></body></html>")
        return Reply(report(kind.body(0), asked))

    kind.site.pages[PATH] = year
    return kind
