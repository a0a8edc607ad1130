"""Small drawings in SVG, made here: the curve of publication and the line of one row over the years."""

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from monitor.papers.chart import CurveChart
from monitor.words.terminal import inert

WIDTH, HEIGHT = 720, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 34, 30
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 120, 26, 4
MOST_TICKS = 8


def curve_svg(chart: CurveChart, said: str) -> str:
    """How many had published by each day, the due days upright, the number that is to come dotted."""
    first, last = _days(chart)
    most = max([chart.goal, 1, *(count for _, count in chart.points)])

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / max(1, (last - first).days)

    def y(count: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / most

    parts = [
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_text(said)}">',
        *_axes(first, last, most, x, y),
        f'<line class="goal" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(chart.goal):.1f}" y2="{y(chart.goal):.1f}"/>',
        f'<path class="area" d="{_steps(chart, x, y)}V{y(0):.1f}H{x(chart.points[0][0]):.1f}Z"/>',
        f'<path class="line" d="{_steps(chart, x, y)}"/>',
    ]
    for at, (day, words) in enumerate(chart.due):
        left = x(day) > WIDTH / 2
        anchor = "end" if left else "start"
        parts.append(f'<line class="due" x1="{x(day):.1f}" x2="{x(day):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        low = HEIGHT - BOTTOM - 8 - 24 * at  # above the axis: the curve is high by then
        parts.append(
            f'<text class="due" x="{x(day) + (-5 if left else 5):.1f}" y="{low}" '
            f'text-anchor="{anchor}">{_text(words)}</text>'
        )
    parts.append(f'<text class="label" x="{LEFT}" y="16">{_text(chart.labels[0])}</text>')
    parts.append(
        f'<text class="label" x="{WIDTH - RIGHT}" y="{y(chart.goal) - 5:.1f}" text-anchor="end">'
        f"{_text(chart.labels[1])} {chart.goal}</text>"
    )
    return "".join([*parts, "</svg>"])


def _days(chart: CurveChart) -> tuple[date, date]:
    every = [day for day, _ in (*chart.points, *chart.due)]
    return min(every), max(every)


def _axes(first: date, last: date, most: int, x: object, y: object) -> Iterator[str]:
    assert callable(x)
    assert callable(y)
    step = max(1, -(-most // 4))
    for count in range(0, most + 1, step):
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(count):.1f}" y2="{y(count):.1f}"/>'
        yield f'<text class="tick" x="{LEFT - 6}" y="{y(count) + 4:.1f}" text-anchor="end">{count}</text>'
    days = (last - first).days
    every = max(1, -(-days // MOST_TICKS))
    for at in range(0, days + 1, every):
        day = date.fromordinal(first.toordinal() + at)
        yield f'<text class="tick" x="{x(day):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{day.month}-{day.day}</text>'


def _steps(chart: CurveChart, x: object, y: object) -> str:
    assert callable(x)
    assert callable(y)
    (day, count), *rest = chart.points
    path = [f"M{x(day):.1f} {y(count):.1f}"]
    path += [f"H{x(day):.1f}V{y(count):.1f}" for day, count in rest]
    return "".join(path)


def spark_svg(years: Sequence[int], values: Sequence[int | None], said: str) -> str:
    """One row over the years: a line, broken where a year does not state it; the last value is a dot."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    most = max(*known, 1)
    wide = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(1, years[-1] - years[0])
    high = SPARK_HEIGHT - 2 * SPARK_EDGE
    path, pen = "", "M"
    last = (0.0, 0.0)
    for year, value in zip(years, values, strict=True):
        if value is None:
            pen = "M"
            continue
        last = SPARK_EDGE + wide * (year - years[0]), SPARK_HEIGHT - SPARK_EDGE - high * value / most
        path += f"{pen}{last[0]:.1f} {last[1]:.1f}"
        pen = "L"
    return (
        f'<svg class="spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" role="img" aria-label="{_text(said)}">'
        f'<path d="{path}"/><circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.5"/></svg>'
    )


def _text(text: str) -> str:
    return escape(inert(text))
