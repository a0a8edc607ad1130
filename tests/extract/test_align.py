"""Runs of cells → columns: padding is dropped, everything else that does not fit is listed and not chosen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.tables.alignment import align, segment, settle


def taken(cells: list[str], width: int = 7) -> list[str] | None:
    keep = align(cells, width).keep
    return None if keep is None else [cells[index] for index in keep]


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ("5 0 0 0 0 0 5", "5 0 0 0 0 0 5"),
        ("5 0 0 0 0 0 5 _", "5 0 0 0 0 0 5"),
        ("_ 5 0 0 0 0 0 5 _ _", "5 0 0 0 0 0 5"),
        ("_ _ _ _ _ _ _", "_ _ _ _ _ _ _"),
        ("_ _ _ _ _ _ _ _", "_ _ _ _ _ _ _"),
        ("26 _ _ _ _ _ 26 _", "26 _ _ _ _ _ 26"),
        ("_ 5 0 0 0 0 5", "_ 5 0 0 0 0 5"),
    ],
)
def test_the_run_of_figures_is_the_row(cells: str, row: str) -> None:
    assert taken([c.replace("_", "") for c in cells.split()]) == [c.replace("_", "") for c in row.split()]


def test_too_many_figures_are_never_cut_to_fit() -> None:
    found = align(["54", "0", "0", "0", "0", "0", "0", "54"], 7)
    assert found.keep is None
    assert settle(found.candidates, 6) == ("54", "0", "0", "0", "0", "0", "54")


@pytest.mark.parametrize("cells", ["1 0 2 0 0 0 0 3", "3 1 0 0 0 0 0 9", "54 3 0 0 0 1 2 54"])
def test_what_two_readings_fit_or_none_fits_stays_open(cells: str) -> None:
    assert settle(align(cells.split(), 7).candidates, 6) is None


def test_too_few_figures_list_where_the_blank_may_be() -> None:
    found = align(["5", "0", "0", "0", "0", "5"], 7)
    assert found.keep is None
    assert len(found.candidates) == 7


def test_padding_that_hides_the_first_column_is_open() -> None:
    found = align(["", "5", "0", "", "", "", "", "", ""], 7)
    assert found.keep is None
    assert found.offset_open


@pytest.mark.parametrize(
    ("text", "width", "ways"),
    [
        ("0000000", 7, 1),
        ("000", 3, 1),
        ("10690", 1, 1),
        ("9116.36", 1, 1),
        ("0 1 1 0 2 1 0 0 0 1 0 0 0 0 0", 15, 1),
        ("23 0 00 0 023", 7, 1),
        ("230 000023", 7, 3),
        ("00000", 7, 0),
        ("75394432.52元", 1, 1),
    ],
)
def test_run_together_figures(text: str, width: int, ways: int) -> None:
    assert len(segment(text, width)) == ways


def test_what_can_be_cut_in_many_ways_stays_open() -> None:
    assert len(segment("713000074", 7)) > 1
    assert segment("1" * 500, 7) == []


@settings(deadline=None)
@given(st.lists(st.integers(0, 99), min_size=7, max_size=7))
def test_figures_with_borders_come_back(numbers: list[int]) -> None:
    texts = tuple(map(str, numbers))
    assert segment(" ".join(texts), 7) == [texts]
    assert texts in segment("".join(texts), 7, limit=10**4)
