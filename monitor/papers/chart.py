"""What a chart shows, as data, and its drawing: vl-convert draws Vega-Lite without a network; it is used only here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import Any

# Asked for in this order; a glyph that none of them has is looked for in all other fonts.
FONTS = (
    "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, WenQuanYi Zen Hei, "
    "Droid Sans Fallback, sans-serif"
)
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # a name; nothing is fetched
WIDTH = 520
SCALE = 2.5  # of the picture in a Word file: sharp in print
# Told apart in print and by those who see few colours: dark and light, filled and open.
NOW, BEFORE, QUIET, DUE = "#1F4E79", "#9A6B00", "#7F7F7F", "#A40000"
PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    f'<text x="4" y="30" font-size="24" font-family="{FONTS}">{{}}</text></svg>'
)


@dataclass(frozen=True, slots=True)
class CurveChart:
    """How many had published by each day. `due` are days with their words, `goal` is how many are to come."""

    points: tuple[tuple[date, int], ...]
    due: tuple[tuple[date, str], ...]
    goal: int
    labels: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """One mark with its interval: in which row, of which series."""

    row: str
    series: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SpanChart:
    """Shares with their intervals, a row for each thing, one mark for each series."""

    spans: tuple[Span, ...]
    series: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Counts by year, the series beside each other."""

    bars: tuple[tuple[str, str, int], ...]
    series: tuple[str, ...]
    label: str


Chart = CurveChart | SpanChart | BarChart


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn chart: for a page, and for a Word file; its size in points."""

    svg: str
    png: bytes
    width: int
    height: int


def missing() -> str:
    """What is lacking to draw charts: `package`, `fonts` (no Chinese glyphs), "" for nothing."""
    if find_spec("vl_convert") is None:
        return "package"
    return "" if _has_glyphs() else "fonts"


@cache
def _has_glyphs() -> bool:
    """Whether a Chinese character is drawn otherwise than one that no font has."""
    import vl_convert

    shown, none = (vl_convert.svg_to_png(PROBE.format(char)) for char in ("勾", "\U0010fffd"))
    return bool(shown != none)


def draw(chart: Chart) -> Drawn:
    """The chart, drawn; only where nothing is `missing`."""
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(dict(spec(chart))))
    width, height = _size(svg)
    return Drawn(svg, bytes(vl_convert.svg_to_png(svg, scale=SCALE)), width, height)


def _size(svg: str) -> tuple[int, int]:
    head = svg[: svg.index(">")]
    width, height = (float(head.split(f' {name}="')[1].split('"')[0]) for name in ("width", "height"))
    return round(width), round(height)


def spec(chart: Chart) -> Mapping[str, Any]:
    """The chart in Vega-Lite (pure)."""
    body = (
        _curve(chart)
        if isinstance(chart, CurveChart)
        else _spans(chart)
        if isinstance(chart, SpanChart)
        else _bars(chart)
    )
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "background": "white",
        "config": {
            "font": FONTS,
            "axis": {"labelFontSize": 11, "titleFontSize": 11, "labelLimit": 220, "gridColor": "#E4E4E4"},
            "legend": {"orient": "top", "title": None, "labelFontSize": 11},
            "view": {"stroke": "#BFBFBF"},
        },
        **body,
    }


def _curve(chart: CurveChart) -> dict[str, Any]:
    days = [{"day": day.isoformat(), "count": count} for day, count in chart.points]
    due = [{"day": day.isoformat(), "words": words} for day, words in chart.due]
    # Days are dates of Shanghai: they are read and shown as they are written, in no zone.
    x = {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": None}
    x["axis"] = {"format": "%-m-%-d", "labelOverlap": True, "tickCount": 12}  # type: ignore[assignment]  # values of several types
    most = max([chart.goal, *(count for _, count in chart.points)])
    y = {"field": "count", "type": "quantitative", "title": chart.labels[0], "scale": {"domain": [0, most]}}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": days},
            "mark": {
                "type": "area",
                "interpolate": "step-after",
                "color": NOW,
                "opacity": 0.25,
                "line": {"color": NOW},
            },
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": [{"goal": chart.goal, "words": chart.labels[1]}]},
            "mark": {"type": "rule", "color": QUIET, "strokeDash": [2, 2]},
            "encoding": {"y": {"field": "goal", "type": "quantitative"}},
        },
    ]
    every = [day for day, _ in (*chart.points, *chart.due)]
    middle = min(every) + (max(every) - min(every)) / 2
    for at, (entry, (day, _)) in enumerate(zip(due, chart.due, strict=True)):
        side = {"align": "left", "dx": 4} if day <= middle else {"align": "right", "dx": -4}
        layers += [
            {
                "data": {"values": [entry]},
                "mark": {"type": "rule", "color": DUE, "strokeDash": [5, 3]},
                "encoding": {"x": x},
            },
            {
                "data": {"values": [entry]},
                "mark": {
                    "type": "text",
                    **side,
                    "dy": 14 * at,
                    "y": 24,
                    "color": DUE,
                    "fontSize": 11,
                },
                "encoding": {"x": x, "text": {"field": "words"}},
            },
        ]
    return {"height": 200, "layer": layers}


def _spans(chart: SpanChart) -> dict[str, Any]:
    values = [
        {"row": one.row, "series": one.series, "value": one.value, "low": one.low, "high": one.high}
        for one in chart.spans
    ]
    rows = list(dict.fromkeys(one.row for one in chart.spans))
    colour = _series(chart.series, [BEFORE, NOW])
    y = {"field": "row", "type": "nominal", "sort": rows, "title": None}
    offset = {"field": "series", "sort": list(chart.series)}
    scale = {"zero": True, "nice": True}
    x = {"type": "quantitative", "title": chart.label, "axis": {"format": ".0%"}, "scale": scale}
    both = {"y": y, "yOffset": offset, "color": colour}
    return {
        "height": {"step": 14 if len(chart.series) > 1 else 22},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, **both},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 46, "opacity": 1},
                "encoding": {
                    "x": {"field": "value", **x},
                    "shape": {"field": "series", "type": "nominal", "sort": list(chart.series), "legend": None},
                    **both,
                },
            },
        ],
    }


def _bars(chart: BarChart) -> dict[str, Any]:
    values = [{"year": year, "series": series, "count": count} for year, series, count in chart.bars]
    return {
        "height": 180,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "xOffset": {"field": "series", "sort": list(chart.series)},
            "y": {"field": "count", "type": "quantitative", "title": chart.label, "axis": {"tickMinStep": 1}},
            "color": _series(chart.series, [NOW, "#6FA8DC", BEFORE]),
        },
    }


def _series(series: Sequence[str], colours: Sequence[str]) -> dict[str, Any]:
    """The colour of each series; one alone needs no legend."""
    listed = list(colours[-1:] if len(series) == 1 else colours[: len(series)])
    found: dict[str, Any] = {"field": "series", "type": "nominal", "sort": list(series)}
    found["scale"] = {"domain": list(series), "range": listed}
    return found | ({"legend": None} if len(series) == 1 else {})
