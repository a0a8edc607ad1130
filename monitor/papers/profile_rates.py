"""The rates of one body in its profile: by year, beside its peers' quartiles, and a chart of the first of them."""

from collections.abc import Iterator, Sequence

from monitor.asking.body_profile import BodyProfile
from monitor.papers.chart import Span, SpanChart
from monitor.papers.figures import rate_cell, state_note
from monitor.papers.paper import Cell, Column, Heading, Part, Picture, paragraph, table
from monitor.papers.speech import Speech
from monitor.words.rates import percent, points, why_no_step


def body_rates(say: Speech, told: BodyProfile) -> Iterator[Part]:
    """The section: every main rate by year, beside the quartiles of its peers."""
    yield Heading(say("五、主要指标", "5. Indicators"))
    if told.rates is None:
        yield paragraph(say("没有可以计算的报告。", "There is no report to work them out of."))
        return
    peers = told.rates.peers
    yield paragraph(
        say(
            f"同类为名录中同类同级的其他机关 {peers} 个，列其下四分位、中位数、上四分位；不作排名。",
            f"Peers are the {peers} other bodies of its kind and level in the register: quartiles, no ranking.",
        )
        if peers
        else say("名录中没有同类同级的其他机关可比。", "The register has no other body of its kind and level.")
    )
    columns = (
        Column(say("指标", "rate"), 1.2),
        Column(say("年度", "year"), 0.7, "center"),
        Column(say("分子/分母，比率（95% 区间）", "cases, rate (95 % interval)"), 2.2, "center"),
        Column(say("比上年（百分点）", "step (points)"), 1, "right"),
        Column(say("同类四分位（机关数）", "quartiles of peers (n)"), 2, "center"),
        Column(say("说明", "remark"), 2.6),
    )
    rows: list[Sequence[Cell | object]] = []
    for one in told.rates.rates:
        for at in one.years:
            quarter = at.peers
            middle = (
                f"{percent(quarter.lower)} / {percent(quarter.median)} / {percent(quarter.upper)} ({quarter.count})"
                if quarter
                else "–"
            )
            doubt = say("所涉的格有未了结的不平", "a cell of it is contradicted by the report") if at.doubtful else ""
            changed = why_no_step(at.why_no_step, say.lang) if at.why_no_step == "changed" else ""
            step = "–" if at.step is None else points(at.step)
            remark = say.joined((state_note(say, at.rate), changed, doubt))
            rows.append((one.indicator.name[say.lang], at.year, rate_cell(say, at.rate), step, middle, remark))
    yield table(columns, rows, say("表3　指标", "Table 3. Indicators"))
    yield from _rate_chart(say, told)


def _rate_chart(say: Speech, told: BodyProfile) -> Iterator[Part]:
    assert told.rates is not None
    first = next((one for one in told.rates.rates if one.indicator.share), None)
    if first is None:
        return
    own = say("本机关", "the body")
    middle = say("同类中位数、四分位", "median and quartiles of peers")
    spans = []
    for at in first.years:
        if at.rate.value is not None and at.rate.interval is not None:
            spans.append(Span(str(at.year), own, at.rate.value, *at.rate.interval))
        if at.peers is not None:
            spans.append(Span(str(at.year), middle, at.peers.median, at.peers.lower, at.peers.upper))
    if len(spans) > 1:
        name = first.indicator.name[say.lang]
        caption = say(f"图2　{name}，本机关与同类", f"Figure 2. {name}: the body and its peers")
        said = say("数见表3。", "Figures in table 3.")
        yield Picture(SpanChart(tuple(spans), (middle, own), name), caption, None, said)
