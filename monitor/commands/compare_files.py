"""A comparison of rates as a workbook, as CSV and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from monitor.asking.compare import ComparedRate, ComparedYear, Comparison
from monitor.commands.options import CallOptions
from monitor.export.cells import quoted
from monitor.export.sheet_file import Cell, Sheet, Value
from monitor.indicators.catalogue import rate_catalogue
from monitor.words.rates import rate_json, state_words, why_no_step

BOM = "\ufeff"
PERCENT = ("value", "low", "high", "step", "lower", "median", "upper")
# The columns of both files: what a program calls them, and their headings.
COLUMNS = {
    "name": ("比率名称", "rate"),
    "formula": ("算式", "formula"),
    "year": ("年度", "year"),
    "numerator": ("分子", "numerator"),
    "denominator": ("分母", "denominator"),
    "value": ("比率", "value"),
    "low": ("区间下限", "low"),
    "high": ("区间上限", "high"),
    "step": ("比上年", "step"),
    "remark": ("说明", "remark"),
    "lower": ("同类下四分位", "lower quartile"),
    "median": ("同类中位数", "median"),
    "upper": ("同类上四分位", "upper quartile"),
    "with_rate": ("有比率的同类机关", "peers with a rate"),
    "url": ("网址", "address"),
}


def sheet(call: CallOptions, told: Comparison, notes: Sequence[str]) -> Sheet:
    """One sheet, a row for each rate and year."""
    names = tuple(COLUMNS)
    rows: list[list[Value | Cell]] = []
    for row in _table(call, told):
        cells: list[Value | Cell] = []
        for name, value in zip(names, row, strict=True):
            shown = "0.0%" if name in PERCENT and value is not None else "0" if name == "year" else ""
            cells.append(Cell(value, shown=shown) if shown else value)
        rows.append(cells)
    return Sheet(call.text("对比", "comparison"), _headings(call), rows, title=told.body.name, notes=notes)


def csv(call: CallOptions, told: Comparison) -> bytes:
    """The same as CSV, as it is opened by a spreadsheet."""
    lines = [",".join(map(quoted, _headings(call)))]
    for row in _table(call, told):
        lines.append(",".join(_field(one) for one in row))
    return (BOM + "\r\n".join(lines) + "\r\n").encode()


def _field(value: str | int | float | None) -> str:
    if value is None:
        return ""
    return quoted(value) if isinstance(value, str) else f"{value:.10g}"


def _headings(call: CallOptions) -> tuple[str, ...]:
    return tuple(call.text(*words) for words in COLUMNS.values())


def _table(call: CallOptions, told: Comparison) -> Iterator[tuple[str | int | float | None, ...]]:
    for one in told.rates:
        for at in one.years:
            low, high = at.rate.interval or (None, None)
            peers = at.peers
            yield (
                one.indicator.name[call.lang],
                one.indicator.formula[call.lang],
                at.year,
                at.rate.numerator,
                at.rate.denominator,
                at.rate.value,
                low,
                high,
                at.step,
                _remark(call, at),
                peers.lower if peers else None,
                peers.median if peers else None,
                peers.upper if peers else None,
                at.with_rate,
                at.url if at.url.startswith(("http://", "https://")) else "",
            )


def _remark(call: CallOptions, at: ComparedYear) -> str:
    said = [
        state_words(at.rate, call.lang) if at.rate.value is None else "",
        why_no_step(at.why_no_step, call.lang),
        call.text("所涉的格有未了结的不平", "a cell of it is contradicted by the report itself") if at.doubtful else "",
    ]
    return call.text("；", "; ").join(dict.fromkeys(filter(None, said)))


def comparison_json(told: Comparison) -> dict[str, Any]:
    """All of it, each rate as one object with its numerator and denominator."""
    found = rate_catalogue()
    return {
        "agency": told.body.code,
        "agency_name": told.body.name,
        "kind": told.kind,
        "level": told.level,
        "peers": {"by": ["kind", *(name for name in told.by if name != "kind")], "count": told.peers},
        "least": found.least,
        "least_peers": found.least_peers,
        "indicators": [_indicator_json(one) for one in told.rates],
    }


def _indicator_json(one: ComparedRate) -> dict[str, Any]:
    what = one.indicator
    return {
        "id": what.id,
        "name": what.name.zh,
        "name_en": what.name.en,
        "numerator": what.numerator,
        "denominator": what.denominator,
        "formula": what.formula.zh,
        "formula_en": what.formula.en,
        "caveat": what.caveat.zh,
        "caveat_en": what.caveat.en,
        "incomparable": what.incomparable.zh,
        "incomparable_en": what.incomparable.en,
        "years": [
            {
                "year": at.year,
                "rate": rate_json(at.rate),
                "step": at.step,
                "no_step": at.why_no_step or None,
                "doubtful": at.doubtful,
                "peers": None
                if at.peers is None
                else {
                    "lower": at.peers.lower,
                    "median": at.peers.median,
                    "upper": at.peers.upper,
                    "count": at.peers.count,
                },
                "peers_with_rate": at.with_rate,
                "peers_with_report": at.with_report,
                "document": at.document,
                "url": at.url,
            }
            for at in one.years
        ],
    }
