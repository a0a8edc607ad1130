"""A rate in words and as JSON: with its numerator and denominator, or the reason why there is none."""

from typing import Any

from crawler.ground.vocabulary import Bilingual
from monitor.indicators.catalogue import rate_catalogue
from monitor.indicators.rate import Break, Rate

NO_STEP = {
    "changed": Bilingual("机关自这一年起有变动，不与上年相比", "the body changed: not compared with the year before"),
    "no_report": Bilingual("没有上年的报告", "no report of the year before"),
    "no_rate": Bilingual("两年中有一年没有比率", "one of the two years has no rate"),
}


def percent(value: float) -> str:
    """A share with one decimal: 10.8%."""
    return f"{100 * value:.1f}%"


def points(step: float) -> str:
    """A difference of two shares in percentage points, signed: +1.2."""
    rounded = f"{100 * step:+.1f}"
    return "0.0" if rounded in ("+0.0", "-0.0") else rounded.replace("-", "−")


def interval_words(rate: Rate) -> str:
    """The interval in per cent, without the sign: 7.9–14.7; "" where there is none."""
    interval = rate.interval
    return f"{100 * interval[0]:.1f}–{100 * interval[1]:.1f}" if interval else ""


def state_words(rate: Rate, lang: str = "zh") -> str:
    """Whether there is a rate, or why not."""
    return rate_catalogue().states[rate.state][lang]


def why_no_step(code: Break, lang: str = "zh") -> str:
    """Why a rate is not compared with that of the year before; "" where it is."""
    return NO_STEP[code][lang] if code else ""


def cases_words(rate: Rate) -> str:
    """Numerator and denominator: 35/324; a dash for what is not stated."""
    part, whole = ("–" if one is None else str(one) for one in (rate.numerator, rate.denominator))
    return "–" if part == whole == "–" else f"{part}/{whole}"


def rate_json(rate: Rate) -> dict[str, Any]:
    """One object with numerator and denominator; the value is null where there is no rate, and `state` says why."""
    interval = rate.interval
    return {
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "value": None if rate.value is None else round(rate.value, 6),
        "low": None if interval is None else round(interval[0], 6),
        "high": None if interval is None else round(interval[1], 6),
        "state": rate.state,
        "changed": rate.changed,
    }
