"""What is looked for in the pieces of a page, each once, is found there if and only if the whole page holds it."""

import random

from crawler.pages.markup import _LONG_OR_ODD, SHORT, _each_once

PIECES = (
    "<", "<", "<", ">", ">", "=", '"', "'", " ", "\n", "a", "p", "/", "td", "style", "中", "<p>", "</p>", '<td class="x">',
    '="', "='", "= '", "<!--", "-->", "x" * (SHORT - 3), "y" * (SHORT + 1), "<p a='b'>", '<p a="<">', "<p <p>", "<3",
)  # fmt: skip


def test_a_long_or_odd_tag_is_found_in_the_pieces_as_in_the_page() -> None:
    dice = random.Random(16)
    found = [0, 0, 0]
    for _ in range(4000):
        page = "".join(dice.choice(PIECES) for _ in range(dice.randint(0, 30))).encode()
        once = _each_once(page)
        for at, pattern in enumerate(_LONG_OR_ODD):
            whole = pattern.search(page) is not None
            assert whole == (pattern.search(once) is not None), page
            found[at] += whole
    assert min(found) > 200, found  # each was there often, and often not
    assert max(found) < 3800, found


def test_pieces_that_are_repeated_stand_there_once() -> None:
    page = b"<td>" * 1000 + "总计".encode()
    assert len(_each_once(page)) < 30
