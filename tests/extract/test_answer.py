"""Answers of content interfaces: the page in the JSON is read, whatever way it is escaped."""

import json

import pytest

from extract.content import Grid
from extract.readers import Unreadable, read
from monitor.samples import make_history

REPORT = make_history(1, "青石市教育局", [2024])[0]
PAGE = REPORT.html()


@pytest.mark.parametrize("escaped", [False, True])
def test_the_page_in_an_answer_reads_as_the_page_itself(escaped: bool) -> None:
    text = json.dumps({"custom": {"data": [{"title": "<b>x</b>", "infocontent": PAGE}]}}, ensure_ascii=escaped)
    if escaped:
        text = text.replace("<", "\\u003C").replace(">", "\\u003e").replace("/", "\\/")
    found = read(text.encode(), "a.json")
    grids = [block for block in found.blocks if isinstance(block, Grid)]
    assert len(grids) == 3
    assert found.blocks == read(PAGE.encode(), "a.html").blocks


@pytest.mark.parametrize(
    "body", ['{"a": "<p>', '{"a": "b"}', '{"a": {"b": ["x<y"]}}', '{"a": ' + "[" * 5000, '{"a": "\\u003', '{"<": 1}']
)
def test_an_answer_without_a_page_says_so(body: str) -> None:
    try:
        found = read(body.encode(), "a.json")
    except Unreadable:
        return
    assert not [block for block in found.blocks if isinstance(block, Grid)]
