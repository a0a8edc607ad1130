"""Figures beside the label of a group of 表三: seven are a subtotal, any other number is a row we could not place."""

from hashlib import sha256

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from extract.model import Report
from extract.run import read_report
from extract.store.write import Reading, save
from monitor.checking.check import check
from monitor.findings import Finding, load
from monitor.samples import SampleReport, make_history
from monitor.samples.layout import GROUPS, LEAVES
from tests.monitor.test_check import CONFIG, NOW

MEMBERS = ("natural_person", "business", "research", "social", "legal_services", "other", "total")
FORMS_GROUPS = [(form, group) for form in ("2019", "2021") for group in GROUPS if (form, group) != ("2019", "other")]


def sample_of(form: str) -> SampleReport:
    return make_history(3, "青石市体育局", (2020 if form == "2019" else 2023,), form=form, dense=True)[0]


def sums(sample: SampleReport, form: str, group: str) -> list[int]:
    leaves = [code for code in LEAVES[form] if code.startswith(f"{group}.")]
    return [sum(sample.count(f"T3[{leaf},{member}]") for leaf in leaves) for member in MEMBERS]


def judged(db: Database, sample: SampleReport, *rows: str) -> list[Finding]:
    """Every finding on this report with these rows at the head of its 表三."""
    page = sample.html()
    at = page.rindex("<tr", 0, page.index("一、本年新收"))
    result = read_report((page[:at] + "".join(rows) + page[at:]).encode(), "page.html")
    assert isinstance(result, Report)
    name = sha256(repr(rows).encode()).hexdigest()
    save(db, [Reading(name, f"http://127.0.0.1/{name[:8]}.html", result, stamp(NOW))], "1", NOW)
    assert check(db, CONFIG, NOW).checked == 1
    return load(db, "class <> 'info'")


def row(label: str, cells: list[str]) -> str:
    return f'<tr><td colspan="3">{label}</td>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


@pytest.mark.parametrize(("form", "group"), FORMS_GROUPS)
@pytest.mark.parametrize("width", [1, 2, 6, 8, 12])
@pytest.mark.parametrize("figure", ["91", "", "无"])
def test_any_other_number_of_cells_is_no_subtotal_and_nobodys_fault(
    db: Database, form: str, group: str, width: int, figure: str
) -> None:
    cells = [figure] * (width - 1) + ["7"] * (figure == "91") + [figure] * (figure != "91")
    found = judged(db, sample_of(form), row(GROUPS[group], cells))
    assert not [one for one in found if one.finding_class == "fatal"]
    for one in found:
        if one.key.rule == "t3.alignment":
            assert (one.finding_class, one.responsibility) == ("health", "parser")
            assert GROUPS[group][3:] in one.message
            assert group not in one.message


@pytest.mark.parametrize(("form", "group"), FORMS_GROUPS)
def test_seven_cells_are_a_subtotal(db: Database, form: str, group: str) -> None:
    sample = sample_of(form)
    right = sums(sample, form, group)
    assert not [
        one
        for one in judged(db, sample, row(GROUPS[group], list(map(str, right))))
        if one.finding_class in ("fatal", "health")
    ]
    wrong = judged(db, sample, row(GROUPS[group], [*map(str, right[:-1]), str(right[-1] + 4)]))
    (told,) = [one for one in wrong if one.finding_class == "fatal"]
    assert (told.key.rule, told.key.subject) == ("t3.subtotal", f"{group},total")
    assert (told.evidence["left"], told.evidence["right"]) == (right[-1] + 4, right[-1])


@pytest.mark.parametrize("unknown", ["4.申请人自行撤回申请", "4.其他情形（本市）"])
def test_a_row_the_form_does_not_have_makes_no_sum_it_may_be_part_of_wrong(db: Database, unknown: str) -> None:
    """A subtotal that counts it, and the grand total, are then no evidence against the publisher."""
    sample = sample_of("2021")
    more = [1, 0, 0, 0, 0, 0, 1]
    subtotal = [left + right for left, right in zip(sums(sample, "2021", "other"), more, strict=True)]
    counted = sample.with_cells(
        {
            f"T3[{line},{member}]": sample.count(f"T3[{line},{member}]") + 1
            for line in ("received", "processed")
            for member in ("natural_person", "total")
        }
    )
    found = judged(db, counted, row(unknown, list(map(str, more))), row(GROUPS["other"], list(map(str, subtotal))))
    assert not [one for one in found if one.finding_class == "fatal"]
