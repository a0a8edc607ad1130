"""The day that a document prints of its publication, in every spelling, as a day in Shanghai."""

import pytest

from extract.content import Content
from extract.model import Report
from extract.parse import parse
from tests.extract.test_identity import HEADINGS

TITLE = "临溪县水务局2025年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("meta", "line"),
    [
        ("2026-01-31T16:30:00Z", ""),
        ("2026-02-01T00:30:00+08:00", ""),
        ("二〇二六年二月一日", ""),
        ("Sat, 31 Jan 2026 16:30:00 GMT", ""),
        ("1769877000000", ""),
        ("", "发布时间：二〇二六年二月一日"),
        ("", "发布时间：２０２６年２月１日 来源：临溪县水务局"),
        ("", "生成日期 2026-01-31 16:30:00 UTC"),
        ("", "发布时间：2026.2.1 09:00"),
    ],
)
def test_a_day_in_shanghai(meta: str, line: str) -> None:
    body = tuple(heading.format(year=2025) for heading in HEADINGS)
    read = parse(Content((TITLE, line, *body), meta={"pubdate": meta} if meta else {}))
    assert isinstance(read, Report), read
    assert read.published_on == "2026-02-01"
