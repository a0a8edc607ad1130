"""The second reading of a page asks its bytes whether its text may hold what a tree forbids: never less than it holds."""

import pytest

from crawler.pages.markup import FORBIDDEN, permitted
from extract.readers._html_tokens import _decoded, _may_be_forbidden


def test_whatever_a_tree_forbids_is_seen_in_the_bytes() -> None:
    for code in [*range(0x300), *range(0xD700, 0xE100), *range(0xFE00, 0x10010)]:
        char = chr(code)
        if FORBIDDEN.search(char):
            assert _may_be_forbidden(f"数{char}据".encode("utf-8", "surrogatepass")), hex(code)


@pytest.mark.parametrize("text", ["<td>12</td>", "<td>政府信息公开，无。</td>\r\n\t", "\ufeff<td>１２</td>"])
def test_a_common_page_is_not_gone_through_for_it(text: str) -> None:
    assert not _may_be_forbidden(text.encode())
    assert _decoded(text.encode()) == permitted(text.removeprefix("\ufeff"))


FORBIDDEN_ONES = ("\x00", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff")


@pytest.mark.parametrize(
    ("char", "charset"),
    [*((char, charset) for char in FORBIDDEN_ONES for charset in ("utf-8", "utf-16", "gb18030")), ("\ud800", "utf-8")],
)
def test_what_is_forbidden_is_taken_out_in_every_charset(char: str, charset: str) -> None:
    body = f"中{char}文，机关".encode(charset, "strict" if charset == "gb18030" else "surrogatepass")
    assert _decoded(body) == "中文，机关"
