"""What can be said of a rate: its interval, the quartiles of many, their sum, the step from one year to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

RateState = Literal["stated", "few", "nothing", "unstated", "contradicted", "other_form"]
Break = Literal["changed", "no_report", "no_rate", ""]
COUNTED: frozenset[RateState] = frozenset({"stated", "few", "nothing"})  # numerator and denominator may be added up
Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate of one body and year, with what it is made of. It has a value in the state `stated` alone.

    `changed`: the body was renamed, merged, split or counts otherwise from this year on, so that the year before is
    no measure of it.
    """

    indicator: str
    share: bool
    numerator: int | None
    denominator: int | None
    state: RateState
    changed: bool = False

    @property
    def value(self) -> float | None:
        """Numerator through denominator."""
        if self.state != "stated" or self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval: Wilson's for a share, for a ratio of counts that of a Poisson count."""
        if self.value is None or self.numerator is None or self.denominator is None:
            return None
        return (wilson if self.share else poisson)(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Quartiles:
    """The middle of so many values."""

    lower: float
    median: float
    upper: float
    count: int


@dataclass(frozen=True, slots=True)
class Pooled:
    """The rate of many bodies together: the sums of what each of the `counted` states; `left_out` state nothing."""

    rate: Rate
    counted: int
    left_out: int


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The score interval of a share."""
    share, square = part / whole, Z * Z / whole
    middle = (share + square / 2) / (1 + square)
    half = sqrt(max(0.0, share * (1 - share) / whole + square / (4 * whole))) * Z / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson(count: int, base: int) -> tuple[float, float]:
    """The score interval of a count, per unit of what it is held against."""
    middle, half = count + Z * Z / 2, Z * sqrt(count + Z * Z / 4)
    return max(0.0, middle - half) / base, (middle + half) / base


def quartiles(values: Sequence[float], least: int) -> Quartiles | None:
    """The quartiles of values in ascending order, of which six are looked at; None for fewer than `least` values."""
    if len(values) < max(2, least):
        return None

    def point(quarter: int) -> float:
        at, rest = divmod(quarter * (len(values) - 1), 4)
        return values[at] if not rest else (values[at] * (4 - rest) + values[at + 1] * rest) / 4

    return Quartiles(point(1), point(2), point(3), len(values))


def pool(rates: Sequence[Rate], least: int) -> Pooled | None:
    """The rate of many bodies together; None where there is none of them."""
    if not rates:
        return None
    counted = [one for one in rates if one.state in COUNTED]
    part = sum(one.numerator or 0 for one in counted)
    whole = sum(one.denominator or 0 for one in counted)
    state: RateState = "unstated" if not counted else "nothing" if not whole else "few" if whole < least else "stated"
    first = rates[0]
    stated = bool(counted)
    added = Rate(first.indicator, first.share, part if stated else None, whole if stated else None, state)
    return Pooled(added, len(counted), len(rates) - len(counted))


def step(now: Rate | None, before: Rate | None) -> tuple[float | None, Break]:
    """By how much a rate differs from that of the year before, or why the two are not compared."""
    if now is None or before is None:
        return None, "no_report"
    if now.changed:
        return None, "changed"
    if now.value is None or before.value is None:
        return None, "no_rate"
    return now.value - before.value, ""
