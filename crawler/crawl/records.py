"""What a page shows, as plain data: made from its bytes where pages are read, acted upon where the database is.

These, and what they hold, have no `slots`: with them each would be pickled in Python, and a page is a dozen of them.
"""

from dataclasses import dataclass
from datetime import datetime

from crawler.ground.reasons import Detail, Reason
from crawler.pages.articles import Attachment
from crawler.pages.asks import Ask
from crawler.pages.dates import Dated
from crawler.pages.page import ListItem
from crawler.pages.rosters import Roster
from crawler.pages.titles import TitleInfo
from crawler.pages.verdicts import Answer, Verdict


@dataclass(frozen=True)
class PageQuestion:
    """What is asked of an answer's body: `family` is the one that gouji.toml names for the portal.

    `held`: the server calls unchanged what we hold, and the body is that. `register`: whether it is to be found out
    which bodies a list leads to.
    """

    answer: Answer
    ask: Ask
    now: datetime
    family: str = ""
    held: bool = False
    register: bool = True


@dataclass(frozen=True)
class FoundReport:
    """An entry that is a report, and the family that found it; `info` is None where its title is none of a report.

    `broken` says why its address cannot be asked for; None for all others. `meant` is what such an entry means because
    it stands in a column of reports (县教育局).
    """

    item: ListItem
    info: TitleInfo | None
    family: str
    broken: Reason | None = None
    meant: TitleInfo | None = None

    @property
    def said(self) -> TitleInfo | None:
        """Whose and of when it is, as far as the list says."""
        return self.info or self.meant


@dataclass(frozen=True)
class ReportPage:
    """The page of a report: whose and of when it is, and the files beside its text."""

    url: str
    media_type: str
    title: str
    info: TitleInfo
    dated: Dated
    files: tuple[Attachment, ...]
    neighbours: tuple[FoundReport, ...] = ()


@dataclass(frozen=True)
class File:
    """A file that is no page, or a page that an office program wrote."""

    media_type: str
    title: str
    info: TitleInfo
    dated: Dated


@dataclass(frozen=True)
class NoFile:
    """A page in place of a file."""


@dataclass(frozen=True)
class ScriptPage:
    """A page that a script would fill, and the request for what it would fill it with."""

    ask: Ask


@dataclass(frozen=True)
class NoReport:
    """A page under a report's title that is none. `denied` says why its family knows that.

    `heading`: what it calls itself, where that is certain; `folder`: it leads to reports; `empty`: why there is
    nothing to be seen on it.
    """

    denied: Reason | None = None
    heading: str = ""
    folder: bool = False
    empty: Reason | None = None
    neighbours: tuple[FoundReport, ...] = ()


@dataclass(frozen=True)
class RosterPage:
    """A page that a list named as a roster; None for one that is no page."""

    roster: Roster | None


Document = ReportPage | File | NoFile | ScriptPage | NoReport | RosterPage


@dataclass(frozen=True)
class OwnReport:
    """A list's page that is a report itself, of which year (None: nobody says), and the request it would have had."""

    ask: Ask
    year: int | None
    shown: Document


@dataclass(frozen=True)
class ListPage:
    """A page of a list, as its families read it. `broken` says why it is none; the rest is empty then.

    `content` is a mark to know it by when it is served again, `short` says what of it was not read or cannot be asked
    for.
    """

    families: tuple[str, ...] = ()
    broken: Reason | None = None
    found: tuple[FoundReport, ...] = ()
    asks: tuple[Ask, ...] = ()
    content: str = ""
    rosters: tuple[ListItem, ...] = ()
    departments: Roster | None = None
    short: Detail = ()
    own: OwnReport | None = None


@dataclass(frozen=True)
class PageSeen:
    """The verdict on an answer and, where it is `ok` or `unchanged`, what its body shows.

    `sha256` is that of such a body. `titled`: the list called it a report of one year, and no list of its family
    stands at its address.
    """

    verdict: Verdict
    shown: ListPage | Document | None = None
    sha256: str = ""
    titled: bool = False
