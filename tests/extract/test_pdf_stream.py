"""The text of a PDF in reading order is a second opinion only where it tells one number from the next."""

from extract.content import DOUBT
from extract.readers._pdf_stream import stream


def test_signs_set_one_by_one_do_not_say_where_a_number_ends() -> None:
    blocks = stream(["\r\n".join(["- 1 -", *"属于国家秘密", "5", "1", "-", "1", "2", "规章 0 3", "- 2 -"])]).blocks
    assert [text for text in blocks if isinstance(text, str) and text.endswith(DOUBT)] == [
        one + DOUBT for one in ("5", "1", "-", "1", "2")
    ]


def test_labels_written_from_above_in_a_few_cells_leave_the_figures_as_they_are() -> None:
    rows = [f"{number}.属于国家秘密 5 1 1 12" for number in range(9)]
    blocks = stream(["\r\n".join([*"本年", *rows, "12"])]).blocks
    assert "12" in blocks
