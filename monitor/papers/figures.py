"""The parts of a paper on rates: tables with numerators and denominators, the chart of two years, what to mind."""

from collections.abc import Iterator, Mapping, Sequence

from monitor.asking.bulletin import Bulletin, GroupRates
from monitor.indicators.catalogue import Indicator, RateCatalogue
from monitor.indicators.rate import Rate
from monitor.papers.chart import Span, SpanChart
from monitor.papers.paper import Cell, Column, DataTable, Heading, Part, Picture, paragraph, run, table
from monitor.papers.speech import Speech
from monitor.words.rates import cases_words, interval_words, percent, points, state_words

MOST_GROUPS = 60


def rate_cell(say: Speech, rate: Rate | None, *, interval: bool = True) -> Cell:
    """A rate with what it is made of: 35/324, below it 10.8%（7.9–14.7）; without a rate, the cases alone."""
    if rate is None:
        return (run("–"),)
    lines = [run(cases_words(rate))]
    if rate.value is not None:
        between = interval_words(rate)
        lines.append(run(percent(rate.value) + (say(f"（{between}）", f" ({between})") if interval else "")))
    return tuple(lines)


def indicators(say: Speech, told: Bulletin) -> Iterator[Part]:
    """The section of a bulletin: all bodies together, against last year, by group."""
    yield Heading(say("四、主要指标", "4. Indicators"))
    if not told.together:
        yield paragraph(say("本年度还没有读到可以计算的报告。", "No report of the year has been read yet."))
        return
    year, rates = told.year, told.catalogue.main
    yield paragraph(
        say(
            f"各机关的分子、分母分别相加。“两年可比”只取两年都有数、其间没有更名、合并、分设和改变口径的机关：机关不同，"
            f"两年的合计不能相比。分母不足 {told.catalogue.least} 不算比率，没有载明的格不作 0。",
            "Numerators and denominators of all bodies are added up. “Both years” takes only bodies with figures for "
            "both that did not change between: sums of other bodies are no trend. A denominator below "
            f"{told.catalogue.least} gives no rate, and what is not stated is not 0.",
        )
    )
    columns = (
        Column(say("指标", "rate"), 1.3),
        Column(say(f"{year} 年合计", f"all of {year}"), 1.9, "center"),
        Column(say("计入/未计入", "counted / left out"), 1.1, "center"),
        Column(say("可比机关", "both years"), 0.9, "right"),
        Column(say(f"其 {year - 1} 年", f"theirs in {year - 1}"), 1.9, "center"),
        Column(say(f"其 {year} 年", f"theirs in {year}"), 1.9, "center"),
        Column(say("变化（百分点）", "step (points)"), 0.9, "right"),
    )
    yield table(columns, [_line(say, told, one) for one in rates], say("表1　主要指标", "Table 1. Indicators"))
    yield from _chart(say, told)
    kinds: dict[str, list[str]] = {}
    places: dict[str, list[str]] = {}
    for entry in told.entries:
        kinds.setdefault(say.coded("agency_kind", entry.kind) or say("未注明类别", "not stated"), []).append(
            entry.agency
        )
        places.setdefault(say.division(entry.division), []).append(entry.agency)
    for name, groups in ((say("类别", "kind"), kinds), (say("区划", "division"), places)):
        if len(groups) > 1:
            found = [told.group(group, codes) for group, codes in groups.items()]
            caption = say(
                f"按{name}（区划或类别不同的机关之间不作比较）", f"By {name} (not to rank one against the other)"
            )
            yield _groups(say, rates, name, found[:MOST_GROUPS], caption)


def _line(say: Speech, told: Bulletin, one: Indicator) -> Sequence[Cell | object]:
    now, same = told.together.get(one.id), told.same.get(one.id)
    step = (
        same.now.value - same.before.value
        if same and same.now.value is not None and same.before.value is not None
        else None
    )
    return (
        one.name[say.lang],
        rate_cell(say, now.rate if now else None),
        f"{now.counted}/{now.left_out}" if now else "–",
        same.bodies if same else 0,
        rate_cell(say, same.before if same else None),
        rate_cell(say, same.now if same else None),
        "–" if step is None else points(step),
    )


def _chart(say: Speech, told: Bulletin) -> Iterator[Part]:
    years = (str(told.year - 1), str(told.year))
    spans = []
    for one in told.catalogue.main:
        same = told.same.get(one.id)
        for year, rate in zip(years, (same.before, same.now) if same and one.share else (), strict=False):
            if rate.value is not None and rate.interval is not None:
                spans.append(Span(one.name[say.lang], year, rate.value, *rate.interval))
    if not spans:
        return
    caption = say("图2　主要指标，两年可比的机关", "Figure 2. Indicators, bodies with both years")
    columns = (
        Column(say("指标", "rate")),
        Column(say("年度", "year"), 1, "center"),
        Column(say("比率", "rate"), 1, "right"),
        Column(say("95% 区间", "95 % interval"), 1, "right"),
    )
    rows = [(one.row, one.series, percent(one.value), f"{percent(one.low)}–{percent(one.high)}") for one in spans]
    said = say(
        "点为比率，横线为 95% 区间；数见表1。", "Marks are rates, lines their 95 % intervals; figures in table 1."
    )
    label = say("比率及 95% 区间", "rate and 95 % interval")
    yield Picture(SpanChart(tuple(spans), years, label), caption, table(columns, rows, caption), said)
    yield paragraph(said, "note")


def _groups(
    say: Speech, rates: Sequence[Indicator], name: str, groups: Sequence[GroupRates], caption: str
) -> DataTable:
    columns = (
        Column(name, 1.2),
        Column(say("报告", "reports"), 0.6, "right"),
        *(Column(one.name[say.lang], 1.25, "center") for one in rates),
    )
    rows = [
        (
            one.name,
            one.bodies,
            *(
                rate_cell(say, found.rate if (found := one.rates.get(rate.id)) else None, interval=False)
                for rate in rates
            ),
        )
        for one in groups
    ]
    return table(columns, rows, caption)


def body_table(say: Speech, told: Bulletin, names: Mapping[str, str], caption: str) -> DataTable:
    """Every body's rates of the year: what the sums are made of."""
    rates = told.catalogue.main
    columns = (Column(say("单位", "body"), 2), *(Column(one.name[say.lang], 1.15, "center") for one in rates))
    rows = []
    for code, found in told.rates.items():
        by = {one.rate.indicator: one.rate for one in found}
        rows.append(
            (
                (run(names.get(code, code), found[0].url),),
                *(rate_cell(say, by.get(one.id), interval=False) for one in rates),
            )
        )
    return table(columns, rows, caption)


def method(say: Speech, catalogue: RateCatalogue, rates: Sequence[Indicator]) -> Iterator[Part]:
    """How each rate is worked out, what to mind, between whom it is not compared."""
    columns = (
        Column(say("指标", "rate"), 1.2),
        Column(say("算式", "formula"), 3),
        Column(say("注意", "mind"), 3.2),
        Column(say("不可比", "not to be compared"), 2.6),
    )
    rows = [
        (one.name[say.lang], one.formula[say.lang], one.caveat[say.lang], one.incomparable[say.lang]) for one in rates
    ]
    yield table(columns, rows, say("指标的算法", "How the rates are worked out"))
    why = say.joined(words[say.lang] for code, words in catalogue.states.items() if code != "stated")
    yield paragraph(
        say(
            f"依据：{catalogue.basis.zh}。占比的区间为 Wilson 区间，件数之比为泊松区间，均为 95%。"
            f"不计算比率的情形：{why}。",
            f"Basis: {catalogue.basis.en}. Intervals at 95 % are Wilson's for shares, Poisson's for ratios of counts. "
            f"No rate: {why}.",
        ),
        "note",
    )


def state_note(say: Speech, rate: Rate) -> str:
    """Why there is no rate; "" where there is one."""
    return "" if rate.value is not None else state_words(rate, say.lang)
