"""Markup that a browser mends without a trace: what is read of a page is the same with it and without."""

import re
from pathlib import Path

import pytest

from extract.model import Report
from extract.run import read_report
from tests.extract.test_documents import cases, document

PAGES = [path for path in map(document, cases()) if path.suffix == ".html"]
PLACES = 6  # of each kind and page


def reading(markup: str) -> object:
    found = read_report(markup.encode(), "page.html")
    return (found.title, found.year, found.rows, found.problems) if isinstance(found, Report) else found


def some(markup: str, pattern: str) -> list[re.Match[str]]:
    found = [*re.finditer(pattern, markup)]
    return found[:: max(len(found) // PLACES, 1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_goes_on_behind_an_end_that_comes_too_early(page: Path) -> None:
    markup = page.read_text(encoding="utf-8")
    whole = reading(markup)
    assert reading(f"<html><body><div><a href='/'>首页</a></div></body></html>\n{markup}") == whole
    for end in ("</html>", "</body>", "</BODY></HTML >"):
        for tag in some(markup, "<table|</?t[dr]|<p"):
            assert reading(markup[: tag.start()] + end + markup[tag.start() :]) == whole, f"{end} at {tag.start()}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_row_that_lost_its_beginning_is_a_row(page: Path) -> None:
    markup = page.read_text(encoding="utf-8")
    whole = reading(markup)
    for tag in some(markup, r"<tr[^>]*>(?=\s*<t[dh])"):
        assert reading(markup[: tag.start()] + markup[tag.end() :]) == whole, f"{tag[0]} at {tag.start()}"
