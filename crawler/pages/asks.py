"""One request to be made: what is asked for, what the crawl knows of it, and what its family has to remember."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from crawler.ground.urls import clean, identity

Kind = Literal["list", "detail", "attachment"]


@dataclass(frozen=True)
class Source:
    """What named the request; empty for the start of a portal."""

    # The family in whose list the entry stands: it knows the page of the report, too.
    family: str = ""
    # Of a list's further pages: the address of its first.
    first_page: str = ""
    # The one body whose list this is, by the name that its link bears; empty for a list of several.
    agency: str = ""
    # The words that its list, its heading or its row bears: a body's name, or that of a group (政府部门).
    group: str = ""
    # The year whose folder or heading it stands under.
    year: int | None = None
    # Its address is taken as the list has it: what is cut out of others (spm=…) chooses the content here.
    exact: bool = False


@dataclass(frozen=True)
class Detour:
    """Why the crawl asks once more for what it has asked for; empty for a first request."""

    # How many redirects were followed to come to this address.
    redirects: int = 0
    # What tells it from an earlier request for the same address; without it, that would count as asked.
    mark: str = ""
    # What the portal called unchanged is not held: all of it is asked for, without conditions.
    afresh: bool = False


@dataclass(frozen=True)
class Owner:
    """The report that a file belongs to; empty for all that is no file of a report."""

    # What the page of the report is known by (`look_key`).
    page: str = ""
    # The body and the year that the page named; they hold where the file itself names none.
    agency: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Ask:
    """One request a family wants made. `page` counts list pages from 1; `family` reads opaque answers.

    Which of the others have meaning depends on the kind: a list, the page of a report, a file.
    """

    url: str
    kind: Kind = "list"
    page: int = 1
    family: str = ""
    title: str = ""
    date: str = ""
    parent: str = ""
    referer: str = ""
    method: str = "GET"
    body: str = ""
    content_type: str = ""
    depth: int = 0
    source: Source = Source()
    detour: Detour = Detour()
    owner: Owner = Owner()
    # What the page is known by (`look_key`), where that is not this address: the one that a list gave.
    known_as: str = ""
    # The crawl knows nothing of the page yet: no condition is sent.
    first_look: bool = False
    # A known report is looked at again, as its day has come.
    recheck: bool = False
    # The page says who had to publish.
    roster: bool = False
    # The address of the page that a script would fill; this request brings what it would fill it with.
    shell: str = ""
    # What the family that asks wants to know again when the answer comes: its own affair, read by nobody else.
    state: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the request goes, and what is posted there: two bodies' lists may differ in nothing else."""
        return f"{self.url} {self.body}" if self.body else self.url

    def kept(self, url: str) -> str:
        """The address by which what was found at one is known."""
        return url if self.source.exact else clean(url)

    @property
    def known_by(self) -> str:
        """One text for all addresses of what is asked for: its twins, and whatever junk they bear."""
        return self.url.partition(":")[2] if self.source.exact else identity(self.url)

    @property
    def chain(self) -> str:
        """The list that a page belongs to: the address of its first page."""
        return self.source.first_page or self.address

    def texts(self) -> Iterator[str]:
        """Every text that a family wrote into it."""
        yield from (getattr(self, name) for name in TEXTS)
        yield from (self.source.agency, self.source.group)
        yield from self.state.values()

    def bare(self) -> "Ask":
        """The same request, without what the crawl knows of it and what its family remembers."""
        return replace(self, **{name: getattr(NOTHING, name) for name in KNOWN})

    def packed(self) -> str:
        """The request as JSON, what it does not say left out; `unpacked` is the way back."""
        all_of_it = vars(self)
        said = {name: value for name, value in all_of_it.items() if (value or name in COUNTED) and name not in GROUPS}
        for name, empty in EMPTY.items():
            group = all_of_it[name]
            if group is not empty and (inside := {key: value for key, value in vars(group).items() if value}):
                said[name] = inside
        return AS_JSON(said)


GROUPS: Mapping[str, type[Source] | type[Detour] | type[Owner]] = {"source": Source, "detour": Detour, "owner": Owner}
TEXTS = tuple(one.name for one in fields(Ask) if one.type is str)
COUNTED = frozenset({"page", "depth"})
KNOWN = (*GROUPS, "known_as", "first_look", "recheck", "roster", "shell", "state")
NOTHING = Ask("")
EMPTY = {name: getattr(NOTHING, name) for name in GROUPS}
# Made once: `json.dumps` makes one for each text.
AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


def unpacked(text: str) -> Ask:
    """The request that was packed."""
    said: dict[str, Any] = json.loads(text)
    for name, group in GROUPS.items():
        if name in said:
            said[name] = group(**said[name])
    return Ask(**said)
