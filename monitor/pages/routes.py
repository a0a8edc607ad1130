"""Every address of ours, in one list. They stay: people cite them."""

from collections.abc import Sequence

from monitor.pages.ask import Answer, Ask, Given
from monitor.pages.body import body_page
from monitor.pages.compare import compare_page, rule_page
from monitor.pages.draft import MOST_BYTES, draft_page
from monitor.pages.entrance import login_page
from monitor.pages.finding import decision, finding_page
from monitor.pages.letters import letter_file
from monitor.pages.lists import bodies, findings, indicators, missing, portals, rules, unread_page
from monitor.pages.pages import Route
from monitor.pages.report import original, picture, report_page
from monitor.pages.searching import search_page
from monitor.pages.site import Site
from monitor.pages.start import start
from monitor.pages.versions import versions_page

CODE, YEAR = "(?P<code>[^/]{1,900})", "(?P<year>[0-9]{4})"


def health(site: Site, ask: Ask) -> Answer:  # noqa: ARG001  (the shape of a page)
    """For whoever watches the server: the database can be read."""
    with site.reading() as db:
        db.execute("select count(*) from portals").fetchone()
    return Given(b'{"ok": true}\n', "application/json")


ROUTES: Sequence[Route] = (
    Route("^/$", start),
    Route("^/health$", health, kept="never"),
    Route("^/missing$", missing),
    Route("^/findings$", findings),
    Route("^/unread$", unread_page),
    Route("^/portals$", portals),
    Route("^/rules$", rules),
    Route("^/indicators$", indicators),
    Route("^/bodies$", bodies),
    Route("^/search$", search_page),
    Route("^/login$", login_page, 8 << 10, "never"),
    Route("^/draft$", draft_page, MOST_BYTES, "never"),
    Route(f"^/body/{CODE}$", body_page),
    Route(f"^/body/{CODE}/letter\\.(?P<ending>docx|md)$", letter_file, kept="never"),
    Route(f"^/compare/{CODE}$", compare_page),
    Route("^/rule/(?P<rule>[a-z0-9_.]{1,60})$", rule_page),
    Route(f"^/report/{CODE}/{YEAR}$", report_page),
    Route(f"^/report/{CODE}/{YEAR}/page\\.png$", picture, kept="never"),
    Route(f"^/report/{CODE}/{YEAR}/versions$", versions_page),
    Route("^/finding/(?P<id>[0-9]{1,18})$", finding_page, kept="for readers"),
    Route("^/finding/(?P<id>[0-9]{1,18})/decide$", decision, 64 << 10, "never"),
    Route("^/archive/(?P<sha256>[0-9a-f]{64})$", original, kept="never"),
)


def takes_form(path: str) -> bool:
    """Whether a form may be sent to this address."""
    return path in ("/draft", "/login") or (path.startswith("/finding/") and path.endswith("/decide"))
