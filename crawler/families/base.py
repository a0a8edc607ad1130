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
    # A lower number is asked first; `generic` is last.
    order: ClassVar[int] = 50
    # The elements that hold the article on this system's pages, best first: `#id`, `.class` or `tag`, with `*`
    # for any ending. It must be a literal in the family's file: extract reads it from the source.
    articles: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def recognizes(self, page: Page) -> bool:
        """Whether this page has the family's markup."""

    def items(self, page: Page) -> Iterable[ListItem]:
        """The entries of a list page that plain anchors do not show (plain anchors are read by `generic`).

        The `state` of an entry is given back with the report's page, for `fetched`.
        """
        return ()

    def more(self, page: Page) -> Iterable[Ask]:
        """The requests that bring the rest of the list."""
        return ()

    def attachments(self, page: Page) -> Iterable[Attachment]:
        """The files of a report's page that plain links do not show."""
        return ()

    def fetched(self, page: Page) -> Ask | None:
        """The request for the text of a report whose page is only a shell; None if the page holds the text."""
        return None

    def text(self, page: Page) -> str:
        """The markup of the report in the answer to the request of `fetched`; empty when there is none."""
        return ""

    def broken(self, page: Page) -> Reason | None:
        """Why an answer to this family's own request is not what was asked for; None when it is."""
        return None

    def short(self, page: Page) -> Reason | None:
        """Why a list has more entries than can be requested; None when `more` brings all of them."""
        return None

    def serves(self, page: Page) -> bool:
        """Whether this page is meant to show a report itself, though it may list others; `denied`: when it is empty."""
        return False

    def own_title(self, page: Page) -> str:
        """The title of the report on such a page, from its address and the menus around it."""
        return ""

    def denied(self, page: Page) -> Reason | None:
        """Why such a page does not hold a report; None when it does."""
        return None

    def holds(self, url: str) -> bool:
        """Whether a linked address is one that `items` already covers."""
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
        """The request for a further page of this list; `opaque` answers are given to this family only, with `state`.

        `agency` names the body, if a list of that body alone begins there.
        """
        return Ask(
            url=url,
            kind="list",
            page=number or page.ask.page + 1,
            depth=page.ask.depth,
            family=self.name if opaque else "",
            parent=page.ask.parent or page.url,
            # A browser on the column page would send it, and some servers require it.
            referer=page.ask.referer if page.ask.family else page.url,
            method=method,
            body=body,
            content_type=content_type,
            source=Source(agency=agency),
            state=state or {},
        )
