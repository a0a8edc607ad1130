"""What a family is: a few attributes and short methods, asked in turn by the crawl."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

from crawler.ground.reasons import Reason
from crawler.pages.articles import Attachment
from crawler.pages.asks import Ask, Source
from crawler.pages.page import ListItem, Page


class Family(ABC):
    """A CMS family. Subclasses set `name` and override what differs; a page may be understood by several."""

    name: ClassVar[str] = ""
    # Lower speaks first; `generic` is last.
    order: ClassVar[int] = 50
    # The elements that hold the article on this system's pages, most trusted first: `#id`, `.class` or `tag`, with `*`
    # for any ending. Written out in the family's file; extract reads them there.
    articles: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def recognizes(self, page: Page) -> bool:
        """Whether this page speaks the family's markup."""

    def items(self, page: Page) -> Iterable[ListItem]:
        """The entries of a list page that plain anchors do not show (those are `generic`'s).

        The `state` of an entry comes back with the report's page, for `fetched`.
        """
        return ()

    def more(self, page: Page) -> Iterable[Ask]:
        """The requests that bring the rest of the list."""
        return ()

    def attachments(self, page: Page) -> Iterable[Attachment]:
        """The files of a report's page that plain links do not show."""
        return ()

    def fetched(self, page: Page) -> Ask | None:
        """The request that brings the text of a report whose page is a shell; None where the page holds it."""
        return None

    def text(self, page: Page) -> str:
        """The markup of the report in the answer to `fetched`; empty when there is none."""
        return ""

    def broken(self, page: Page) -> Reason | None:
        """Why an answer to this family's own request is not what was asked for; None when it is."""
        return None

    def short(self, page: Page) -> Reason | None:
        """Why a list has more than can be asked for; None when `more` brings all of it."""
        return None

    def serves(self, page: Page) -> bool:
        """Whether a report has its place here, though the page may list others; `denied` says where none stands."""
        return False

    def own_title(self, page: Page) -> str:
        """The title of the report that such a page is, as its address and the menus around it tell it."""
        return ""

    def denied(self, page: Page) -> Reason | None:
        """Why such a page holds no report after all; None when it holds one."""
        return None

    def holds(self, url: str) -> bool:
        """Whether a linked address is one that `items` come to by themselves."""
        return False

    def next_page(
        self,
        page: Page,
        url: str,
        *,
        number: int = 0,
        opaque: bool = False,
        method: str = "GET",
        body: str = "",
        content_type: str = "",
        state: Mapping[str, str] | None = None,
        agency: str = "",
    ) -> Ask:
        """A further page of the list that `page` belongs to; `opaque` answers come back to this family, with `state`.

        `agency` names the body whose list alone begins there.
        """
        return Ask(
            url=url,
            kind="list",
            page=number or page.ask.page + 1,
            depth=page.ask.depth,
            family=self.name if opaque else "",
            parent=page.ask.parent or page.url,
            # A visitor of the column page would send it, and some servers insist.
            referer=page.ask.referer if page.ask.family else page.url,
            method=method,
            body=body,
            content_type=content_type,
            source=Source(agency=agency),
            state=state or {},
        )
