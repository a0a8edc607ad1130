"""Cells → figures: every shape that was seen in print, and those that must never become a number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.form.numbers import Kind, read_figure


@pytest.mark.parametrize(
    ("raw", "kind", "value", "state", "unit"),
    [
        ("0", "count", 0, "number", None),
        ("１２", "count", 12, "number", None),
        ("1,234", "count", 1234, "number", None),
        ("1，234，567", "count", 1234567, "number", None),
        ("12件", "count", 12, "number", "件"),
        ("007", "count", 7, "number", None),
        ("-3", "count", -3, "number", None),
        ("＋3", "change", 3, "number", None),
        ("增3", "change", 3, "number", None),
        ("减4", "change", -4, "number", None),
        ("−4", "change", -4, "number", None),
        ("638.8016", "amount_10k_yuan", Decimal("638.8016"), "number", None),
        ("160.5964万元", "amount_10k_yuan", Decimal("160.5964"), "number", "万元"),
        ("251000元", "amount", 251000, "number", "元"),
        ("251000元", "amount_10k_yuan", None, "text", None),
        ("12元", "count", None, "text", None),
        ("增3", "count", None, "text", None),
        ("", "count", None, "blank", None),
        ("\u00a0\u3000", "count", None, "blank", None),
        ("\u200b", "count", None, "blank", None),
        ("／", "count", None, "dash", None),
        ("——", "count", None, "dash", None),
        ("无。", "count", None, "none", None),
        ("1 2", "count", None, "text", None),
        ("1,2,3", "count", None, "text", None),
        ("12,34", "count", None, "text", None),
        ("10,100,1", "count", None, "text", None),
        ("1,2345", "count", None, "text", None),
        ("1,234,", "count", None, "text", None),
        ("1,234,5678", "count", None, "text", None),
        ("0,123", "count", None, "text", None),
        ("000,123", "count", None, "text", None),
        ("1,234.5,678", "amount_10k_yuan", None, "text", None),
        ("1，234,56", "count", None, "text", None),
        (",123", "count", None, "text", None),
        ("1,234.5678", "amount_10k_yuan", Decimal("1234.5678"), "number", None),
        ("1,234件", "count", 1234, "number", "件"),
        ("见附件", "count", None, "text", None),
        ("=1+1", "count", None, "text", None),
        ("１２３４５６７８９０１２３４５６", "count", None, "text", None),
        ("9" * 400, "count", None, "text", None),
        ("²", "count", None, "text", None),
        ("٣", "count", None, "text", None),
    ],
)
def test_printed_cells(raw: str, kind: Kind, value: object, state: str, unit: str | None) -> None:
    figure = read_figure(raw, kind)
    assert (figure.value, figure.state, figure.unit) == (value, state, unit)


def test_plain_means_nothing_but_the_value() -> None:
    assert read_figure("18.8710", "amount_10k_yuan").plain
    assert not read_figure("12件").plain
    assert not read_figure("007").plain


@given(st.text(max_size=30))
def test_never_raises_and_a_number_has_a_value(raw: str) -> None:
    figure = read_figure(raw)
    assert (figure.value is not None) == (figure.state == "number")


@given(st.integers(0, 10**14))
def test_counts_come_back(number: int) -> None:
    assert read_figure(str(number)).value == number
    assert read_figure(f"{number:,}").value == number
