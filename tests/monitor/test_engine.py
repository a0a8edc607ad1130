"""Verdicts: intervals, unstated cells, what blocks a rule, years; and the corpus as golden."""

import random
from collections import Counter
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.ground.errors import GoujiError
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS
from extract.form.labels import labels, leaves
from extract.form.template import normalize
from extract.model import Report, Row
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.evaluate import compile_point, three_valued
from monitor.reconcile.formula import NEWEST, compile_formula
from monitor.reconcile.outcome import Context, Outcome, Outcomes
from monitor.reconcile.rulebook import load
from monitor.reconcile.vector import INDEX, SIZE, Interval
from monitor.samples import make_history
from monitor.words.verdicts import message
from tests.monitor.building import make_report
from tests.monitor.truth import names, require_corpus, truth

BOOK = load()
COUNTY = Context("department", "county")


def find(outcomes: Outcomes, rule: str, subject: str) -> Outcome | None:
    every = (*outcomes.others, *outcomes.passes)
    return next((o for o in every if (o.rule, o.subject) == (rule, subject)), None)


def verdict(figures: dict[tuple[str, str, str], object], rule: str, subject: str, **more: object) -> str:
    report = make_report(figures, year=2023, **more)  # type: ignore[arg-type]  # test shorthand
    found = find(check_report(BOOK, report, COUNTY, detail=True), rule, subject)
    return "nothing" if found is None else f"{found.verdict} {found.reason}".strip()


RECEIVED: dict[tuple[str, str, str], object] = {
    ("T3", "received", member): value for member, value in zip(MEMBERS, (1, 0, 0, 0, 0, 0, 2), strict=True)
}


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (0, "fail"),
        (1, "pass"),
        ("", "not_assessable unstated"),
        ("/", "not_assessable unstated"),
        ("无", "not_assessable unstated"),
        ("见附件", "not_assessable unstated"),
        (None, "not_assessable missing"),
        ("?", "not_assessable ambiguous"),
        (5, "fail"),
    ],
)
def test_one_cell_decides(cell: object, wanted: str) -> None:
    assert verdict({**RECEIVED, ("T3", "received", "other"): cell}, "t3.row_sum", "received") == wanted


def test_broken_whatever_the_blanks_are() -> None:
    figures = {**RECEIVED, ("T3", "received", "natural_person"): 3, ("T3", "received", "other"): ""}
    assert verdict(figures, "t3.row_sum", "received") == "fail"
    figures[("T3", "received", "natural_person")] = 2
    assert verdict(figures, "t3.row_sum", "received") == "holds_if_blanks_zero"


def test_what_was_spent_is_no_evidence() -> None:
    assert verdict(RECEIVED, "t3.row_sum", "received", spent=("t3.row_sum[received]",)) == "not_assessable spent"


def test_an_absent_table_is_one_outcome_per_rule() -> None:
    outcomes = check_report(BOOK, make_report({}, year=2023, lacking=("T3",)), COUNTY)
    found = [o for o in outcomes.others if o.rule == "t3.row_sum"]
    assert [(o.subject, o.verdict, o.reason) for o in found] == [("report", "not_assessable", "table_missing")]
    assert not [o for o in outcomes.others if o.rule == "t2.items"]  # a rule of the other form


def test_a_row_that_contradicts_itself_stops_its_checks() -> None:
    report = make_report({}, year=2023)
    row = next(row for row in report.rows if row.code == "granted")
    twin = Row("T3", "granted", row.members, ("1",) * 7, (1,) * 7, row.states)
    both = Report("", "", 2023, report.forms, (*report.rows, twin))
    found = find(check_report(BOOK, both, COUNTY), "t3.row_sum", "granted")
    assert found is not None
    assert found.reason == "ambiguous"
    same = Report("", "", 2023, report.forms, (*report.rows, row))
    assert find(check_report(BOOK, same, COUNTY), "t3.row_sum", "granted") is None


def test_a_code_no_form_knows_is_an_error() -> None:
    report = make_report({}, year=2023)
    strange = Row("T3", "grant", MEMBERS, ("0",) * 7, (0,) * 7, ("number",) * 7)
    with pytest.raises(GoujiError, match="no form knows"):
        check_report(BOOK, Report("", "", 2023, report.forms, (*report.rows, strange)), COUNTY)


def test_forms_may_differ_by_table() -> None:
    report = make_report({("T3", "other", "total"): 1}, form="2019", form_t2="2021", year=2023)
    outcomes = check_report(BOOK, report, COUNTY, detail=True)
    assert find(outcomes, "t3.row_sum", "other") is not None
    assert find(outcomes, "t2.flow", "normative_documents") is not None
    assert find(outcomes, "t2.items", "licenses") is None


def test_evidence_of_a_failure() -> None:
    figures = {
        ("T3", "received", "natural_person"): 859,
        ("T3", "brought_forward", "natural_person"): 18,
        ("T3", "processed", "natural_person"): 805,
        ("T3", "carried_forward", "natural_person"): 71,
    }
    found = find(check_report(BOOK, make_report(figures, year=2023), COUNTY), "t3.balance", "natural_person")
    assert found is not None
    assert (found.left, found.right, found.delta) == (877, 876, 1)
    assert [(o.name, o.raw, o.place) for o in found.operands[:1]] == [
        ("T3[received,natural_person]", "859", "g0 rreceived")
    ]
    assert message(BOOK, found) == "表三“自然人”列：本年新收 859 + 上年结转 18 ≠ 办理结果总计 805 + 结转下年 71，相差 1"


def test_passes_are_counted_and_told_when_asked() -> None:
    prose = "主动公开信息12条，依申请公开2件，严格审核，改版网站，开展考核，未收取信息处理费，有待改进之处明年加强。"
    report = make_report({}, year=2023, numbers=(1, 2, 3, 4, 5, 6), prose=prose)
    outcomes = check_report(BOOK, report, COUNTY, detail=True)
    assert outcomes.passed["t3.row_sum"] == 25
    assert outcomes.passed["t3.count"] == 175
    assert Counter(o.rule for o in outcomes.passes)["t3.row_sum"] == 25
    assert not outcomes.others


def test_body_changed_suspends_the_years() -> None:
    now = make_report({("T3", "brought_forward", "total"): 3}, year=2023)
    history = {2022: make_report({}, year=2022), 2023: now}
    assert find(check_years(BOOK, history, 2023, COUNTY), "year.carry", "total") is not None
    changed = check_years(BOOK, history, 2023, Context(body_changed=frozenset({2023})))
    assert [o.reason for o in changed.others if o.rule == "year.carry"] == ["body_changed"]
    assert [o.verdict for o in changed.others if o.rule == "year.body_changed"] == ["fail"]


def test_a_year_without_a_report() -> None:
    history = {2023: make_report({}, year=2023)}
    outcomes = check_years(BOOK, history, 2023, COUNTY)
    assert {o.verdict for o in outcomes.others} == {"not_assessable"}
    assert {o.reason for o in outcomes.others} == {"year_missing"}
    assert check_years(BOOK, history, 2022, COUNTY) == Outcomes({})


FORMULAS = (
    "T3[granted, total] + T3[granted, other] == T3[processed, total]",
    "T3[granted, total] <= T3[processed, total] + 2",
    "2 * T3[granted, total] > T3[processed, total] - T3[granted, other]",
    "not (T3[granted, total] == 0) or T3[processed, total] != T3[granted, other]",
    "T3[granted, total] >= 1 and T3[granted, total] < T3[processed, total]",
)
CELLS = tuple(
    INDEX["T3", row, member] for row, member in (("granted", "total"), ("granted", "other"), ("processed", "total"))
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(FORMULAS), st.tuples(*[st.one_of(st.none(), st.integers(0, 4))] * 3))
def test_intervals_against_every_small_value(formula: str, stated: tuple[int | None, ...]) -> None:
    node = compile_formula(formula, NEWEST, {})
    intervals: dict[int, Interval] = {
        slot: (0, None) if value is None else (value, value) for slot, value in zip(CELLS, stated, strict=True)
    }
    answer = three_valued(node, intervals.__getitem__)
    point = compile_point(node)
    values: list[int | Decimal] = [0] * SIZE
    seen = set()
    for chosen in product(*[range(13) if value is None else (value,) for value in stated]):
        for slot, value in zip(CELLS, chosen, strict=True):
            values[slot] = value
        seen.add(point(values))
    if answer is not None:
        assert seen == {answer}
    if None not in stated:
        assert answer is not None
    if " and " not in formula and " or " not in formula:
        assert answer is not None or seen == {True, False}  # one comparison is decided exactly


@pytest.mark.parametrize(("now", "before", "wanted"), [("1.0", "1000.4", "pass"), ("1.0", "1051", "fail")])
def test_amounts_agree_within_their_decimals(now: str, before: str, wanted: str) -> None:
    key = ("T2", "charges", "amount_10k_yuan")
    history = {2022: make_report({key: before}, year=2022), 2023: make_report({key: now}, year=2023)}
    found = find(check_years(BOOK, history, 2023, COUNTY, detail=True), "t2.fee_unit", "report")
    assert found is not None
    assert found.verdict == wanted


@pytest.mark.parametrize("agency", ["青石市人民政府", "青石市数据局", "示例县青山镇人民政府"])
@pytest.mark.parametrize("dense", [True, False])
def test_sound_reports_raise_nothing(agency: str, dense: bool) -> None:
    kind, level = {
        "青石市人民政府": ("government", "prefecture"),
        "青石市数据局": ("department", "prefecture"),
        "示例县青山镇人民政府": ("township", "township"),
    }[agency]
    context = Context(kind, level, agency)
    history: dict[int, Report] = {}
    for sample in make_history(random.Random(7).randint(0, 99), agency, range(2019, 2025), dense=dense):
        figures = {
            (name[:2], *name[3:-1].split(",")): "" if value is None else value for name, value in sample.figures.items()
        }
        history[sample.year] = make_report(figures, form=sample.form, year=sample.year)  # type: ignore[arg-type]  # figures of two types
    for year, report in history.items():
        every = (*check_report(BOOK, report, context).others, *check_years(BOOK, history, year, context).others)
        loud = [message(BOOK, o) for o in every if o.verdict == "fail" and BOOK[o.rule].rule_class != "info"]
        assert not loud


# The corpus: what real documents print, and what is known to be wrong in them.
FATAL = {
    "pingtan_2020": {"t3.column_sum[natural_person]", "t3.column_sum[total]"},
    "hongze_district_2023": {"t4.sum[reconsideration]", "t4.sum[litigation_after_reconsideration]"},
}
OTHERS = {
    "seed_000": {"t3.outcome_share[unavailable.not_held]"},
    "seed_001": set(),
    "seed_002": {"t4.corrected[report]"},
    "seed_003": set(),
    "seed_004": {"t4.corrected[report]"},
    "shanghai_office_2019": set(),
    "shuyang_fgj_2023": set(),
    "hongze_district_2023": {"t4.corrected[report]", "form.template[T3]"},
}


def test_the_corpus_is_here() -> None:
    require_corpus()


@pytest.mark.parametrize("name", names())
def test_corpus(name: str) -> None:
    outcomes = check_report(BOOK, truth(name), Context())
    fatal = {o.name for o in outcomes.failed if BOOK[o.rule].rule_class == "fatal"}
    assert fatal == FATAL.get(name, set())
    if name in OTHERS:
        assert {o.name for o in outcomes.failed} - fatal == OTHERS[name]


def test_blank_columns_hold_if_zero() -> None:
    outcomes = check_report(BOOK, truth("shuyang_fgj_2023"), COUNTY)
    about = [o for o in outcomes.others if o.rule.startswith("t3.")]
    assert {o.verdict for o in about} == {"holds_if_blanks_zero"}
    assert len([o for o in about if o.rule == "t3.row_sum"]) == 25


def test_blank_totals_are_not_assessable() -> None:
    outcomes = check_report(BOOK, truth("shanghai_office_2019"), Context("office", "province"))
    assert not outcomes.failed
    verdicts = {o.name: o.verdict for o in outcomes.others}
    assert verdicts["t3.row_sum[granted]"] == "not_assessable"
    assert verdicts["t3.column_sum[total]"] == "not_assessable"
    assert {verdicts[f"t3.column_sum[{member}]"] for member in MEMBERS[:6]} == {"holds_if_blanks_zero"}
    assert "t3.balance[total]" not in verdicts


def test_real_years() -> None:
    history = {year: truth(f"pingtan_{year}") for year in range(2019, 2024)}
    broken = {
        year: {o.name for o in check_years(BOOK, history, year, Context("zone", "prefecture")).failed}
        for year in history
    }
    assert not [name for some in broken.values() for name in some if name.startswith("year.carry")]
    assert "year.disclosed_stock[government_rules]" in broken[2020]
    assert "year.stock[normative_documents]" in broken[2023]
    assert "year.stock[normative_documents]" not in broken[2022]


def test_every_line_of_the_forms_has_words() -> None:
    for form in FORMS.forms:
        assert {*form.applications.codes} <= labels()["disposition"].keys()
        assert {*form.disclosure.lines} <= labels()["item"].keys()
        assert {*form.remedies.codes} == labels()["track"].keys()
    for row in (row for name in ("2019", "2021") for row in FORMS.applications(name).rows):
        words = normalize(labels()["disposition"][row.code].zh).removesuffix("（其他处理）")
        assert words in normalize(row.label), "the shared words are those of the form"
    assert (len(leaves("2019")), len(leaves("2021"))) == (19, 21)
