"""Every finding in words that a person would use: the located cell, the relation, the day that passed; never a code."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TABLES, TRACK_MEMBERS
from extract.form.labels import cells
from monitor.findings import Finding
from monitor.reconcile.rulebook import load
from monitor.words.cells import SUBJECT
from monitor.words.figures import FigureTable, figure_table
from monitor.words.kinds import cause_words, class_words, data, kind_of, kinds, status_words
from monitor.words.plain import Plain, basis_words, cell_plain, hint_words, plain, plain_line
from tests.monitor.every_rule import CODE, DUE, LOOKS, NAME, PUBLICATION, every_finding

LANGUAGES = ("zh", "en")
CODES = {
    code
    for form in FORMS.forms
    for table in TABLES
    for row, columns in cells(table, form.table(table).name).items()
    for code in (row, *columns)
}
# What only a program says: cells, rules, verdicts, states, members with an underscore or a dot.
OURS = re.compile(
    r"[TS][234]\[|\b(?:t2|t3|t4|year|claim|form|pub|reuse|check)\.[a-z_]+|"
    + r"\b(?:" + "|".join(sorted(re.escape(code) for code in CODES if "_" in code or "." in code)) + r")\b"
    + r"|\b(?:sum|any|all)\(|==|!=|<=|>=|\b(?:overdue_confirmed|published_late|false_positive|not_assessable|overdue)\b"
)  # fmt: skip


def texts(told: Plain) -> Iterator[str]:
    """Everything that is said of a finding."""
    yield from (told.line, *told.more, *told.relations, told.hint, told.basis, told.kind.zh, told.kind.en)
    for table in told.tables:
        yield from (table.title, table.rest, *table.columns, *(row.label for row in table.rows))
        yield from (text for row in table.rows for cell in row.figures if cell for text in (cell.text, cell.proposed))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_stands_in_what_is_said_of_a_finding_of_any_rule(language: str) -> None:
    for one in every_finding():
        for state in ("open", "resolved"):
            for text in texts(plain([replace(one, status=state)], language)):
                assert not OURS.search(text), (one.key.rule, text)
                assert text.isprintable()
            assert plain_line(replace(one, status=state), language)


def test_every_rule_has_a_finding_here() -> None:
    assert {one.key.rule for one in every_finding()} >= set(load().rules)


def test_a_finding_of_a_rule_of_the_book_names_no_body_and_no_year_of_the_report_in_front() -> None:
    for one in every_finding():
        if one.finding_class != "health" and "name" not in one.evidence.get("facts", {}):
            assert CODE not in plain_line(one)
            assert f"{one.key.year}年度：" not in plain_line(one)


def test_every_rule_is_of_a_kind_and_every_kind_has_its_place_in_the_order() -> None:
    for one in every_finding():
        assert kind_of(one.key.rule, one.verdict).id != "other"
    assert set(kinds()) == {one["id"] for one in data()["kind"]}
    assert [kind_of("pub.state", name).zh for name in ("overdue", "overdue_confirmed", "published_late")] == [
        "未公布", "未公布", "迟公布",
    ]  # fmt: skip
    assert kind_of("t9.new").id == "other"


def test_classes_states_and_causes_have_their_words() -> None:
    for language in LANGUAGES:
        for group, said in (("class", class_words), ("status", status_words), ("cause", cause_words)):
            assert all("_" not in said(code, language) for code in data()[group])
            assert language == "en" or all(said(code) != code for code in data()[group])
    assert class_words("fatal") == "不平"
    assert status_words("explained") == "已解释"


def test_every_relation_of_one_rule_is_also_said_in_words() -> None:
    for rule in load().rules.values():
        if len(rule.cases) == 1:
            assert rule.cases[0].relation.keys() == {"zh", "en"}, rule.id


def of(rule: str) -> Finding:
    return next(one for one in every_finding() if one.key.rule == rule)


def test_a_located_cell_is_said_with_what_is_printed_and_what_it_should_be() -> None:
    found = of("t3.row_sum")
    cell = found.evidence["operands"][0]["cell"]
    located = replace(found, suspect={"cell": cell, "value": 7, "rivals": [], "cause": "factor_ten"})
    told = plain([located])
    raw = found.evidence["operands"][0]["raw"]
    assert told.line == f"{cell_plain(cell)} 印 {raw}，依其余各格应为 7"
    assert "各类申请人之和 ＝ 总计：左" in told.relations[0]
    assert told.hint == cause_words("factor_ten")
    marked = [one for table in told.tables for row in table.rows for one in row.figures if one and one.mark]
    assert [(one.text, one.mark, one.proposed) for one in marked] == [(raw, "suspect", "7")]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("T3[granted,natural_person]", "（一）予以公开·自然人"),
        ("T3[refused.state_secret,total]", "（三）不予公开·1.属于国家秘密·总计"),
        ("T3[refused,total]", "（三）不予公开·总计"),
        ("T4[reconsideration,total]", "表四·行政复议·总计"),
        ("T2[licenses,decisions]", "表二·行政许可·本年处理决定数量"),
    ],
)
def test_a_cell_is_said_in_the_words_of_the_form(cell: str, said: str) -> None:
    assert cell_plain(cell) == said
    assert not OURS.search(cell_plain(cell, "en"))


def test_the_figure_of_a_located_cell_may_stand_in_the_finding_beside() -> None:
    found = of("t3.balance")
    located = replace(found, suspect={"cell": "T3[granted,natural_person]", "value": 1, "rivals": []})
    assert plain_line(located) == "（一）予以公开·自然人 依其余各格应为 1"
    beside = replace(
        of("t3.row_sum"),
        evidence={"operands": [{"cell": "T3[granted,natural_person]", "raw": "11", "value": 11}]},
        suspect=located.suspect,
    )
    assert plain([located, beside]).line == "（一）予以公开·自然人 印 11，依其余各格应为 1"
    unvalued = replace(beside, suspect={"cell": "T3[granted,natural_person]", "value": None, "rivals": []})
    assert plain_line(unvalued) == "（一）予以公开·自然人 疑误，印 11"


def test_where_no_cell_is_located_the_relation_is_said_with_both_sides() -> None:
    found = replace(of("t3.balance"), suspect=None)
    sides = {side: found.evidence[side] for side in ("left", "right")}
    assert plain_line(found) == (
        "表三“自然人”列 本年新收＋上年结转 ＝ （七）总计＋结转下年度继续办理：左 {left}，右 {right}".format(**sides)
    )
    assert plain_line(found, "en").startswith("Table 3, column “natural persons”: received + brought forward = ")


def test_rivals_are_named_in_words_and_none_is_chosen() -> None:
    rivals = [
        {"cell": "T3[granted,total]", "value": 5},
        {"cells": [{"cell": "T3[granted,other]", "value": 2}, {"cell": "T3[processed,other]", "value": None}]},
    ]
    found = replace(
        of("t3.balance"), suspect={"cell": None, "value": None, "rivals": rivals, "row": "granted", "more": 3}
    )
    assert hint_words(found) == (
        "有误的应在“（一）予以公开”行；可能是：（一）予以公开·总计应为 5；或 （一）予以公开·其他应为 2 与 "
        "（七）总计·其他；另有 3 种（提示，未选定）"
    )


def test_an_absence_says_the_day_that_passed_and_the_last_look() -> None:
    lines = [plain_line(one) for one in PUBLICATION if one.key.rule in ("pub.state", "pub.due")]
    assert lines == [
        "应于1月31日前公布，至2月3日尚未见到",
        "应于1月31日前公布，至2月3日未见公布",
        "应于1月31日前公布，2月9日公布，迟 9 天",
        "按本地规定应于1月20日前公布，至2月3日尚未见到（法定期限1月31日）",
    ]
    late = replace(PUBLICATION[0], evidence=DUE | LOOKS | {"last_sweep": "2027-02-03T01:00:00Z"})
    assert plain_line(late).endswith("至2027年2月3日尚未见到")
    handed = replace(PUBLICATION[0], evidence={**DUE, "portals": []})
    assert plain_line(handed) == "应于1月31日前公布，收到的文件中尚未见到"
    seen = replace(PUBLICATION[2], evidence={**PUBLICATION[2].evidence, "by": "first_seen"})
    assert plain_line(seen) == "应于1月31日前公布，不晚于2月9日公布，至多迟 9 天"
    broken = replace(PUBLICATION[0], evidence={**DUE, "due": "no day"})
    assert "尚未见到" in plain_line(broken)  # the stored sentence is still one


def test_what_was_settled_says_what_became_of_it_and_what_it_was() -> None:
    found = replace(
        PUBLICATION[0],
        status="resolved",
        verdict="published_late",
        evidence={**DUE, **LOOKS, "resolved_by": DUE | {"day": "2026-02-09", "by": "published_on"}, "was": {
            "message": f"{NAME}（{CODE}）2025年度报告在法定期限2026-01-31之后尚未见到。", "message_en": "",
        }},
    )  # fmt: skip
    assert plain_line(found) == (
        "应于1月31日前公布，2月9日公布，迟 9 天。此前：2025年度报告在法定期限2026-01-31之后尚未见到"
    )


def test_a_small_table_shows_the_row_and_leaves_out_lines_of_zero() -> None:
    told = plain([replace(of("t3.column_sum"), suspect=None)]).tables[0]
    assert told.title == "表三"
    assert told.rest == "其余各行为 0"
    assert len(told.rows) < 8
    earlier = plain([of("year.carry")]).tables[0]
    assert [row.label[:9] for row in earlier.rows] == ["二、上年结转政府信", "上年（2022年）"]
    mixed = plain([of("year.same_numbers")]).tables[0]
    assert mixed.title == ""
    assert all(not OURS.search(one) for one in mixed.columns)


def test_the_columns_of_a_table_stand_in_the_order_of_the_form() -> None:
    def table(code: str, row: str, members: tuple[str, ...]) -> FigureTable:
        found = figure_table(
            [{"cell": f"{code}[{row},{one}]", "raw": "1", "value": 1} for one in reversed(members)], None, 2025
        )
        assert found is not None
        return found

    assert table("T3", "granted", MEMBERS).columns[::6] == ("自然人", "总计")
    assert table("T4", "reconsideration", TRACK_MEMBERS).columns[::4] == ("结果维持", "总计")
    assert figure_table([], None, 2025) is None
    assert figure_table(["no part", {"cell": "nonsense"}], None, 2025) is None


@pytest.mark.parametrize("hostile", ["<b>x</b>", "\x1b[2J", "a\r\nBcc: x@y", "\u202egnp", "=1+1", "\ud800"])
def test_foreign_text_is_one_inert_line(hostile: str) -> None:
    for one in every_finding()[::7]:
        dirty = replace(
            one,
            message=one.message + hostile,
            evidence={
                **one.evidence,
                "sentence": hostile,
                "basis": hostile,
                "operands": [{"cell": "T3[granted,total]", "raw": hostile, "value": None}],
            },
        )
        told = plain([dirty])
        assert all(text.isprintable() for text in (*texts(told), told.quoted, basis_words(dirty)))


def test_a_subject_of_any_shape_is_spoken_of() -> None:
    for subject in ("", ",", "total", "x,y,z", "T3[granted,total]", "没有"):
        for rule in ("t3.balance", "t3.subtotal", "t4.sum", "t2.flow"):
            found = replace(of(rule), key=of(rule).key._replace(subject=subject), suspect=None)
            assert plain_line(found)
    assert SUBJECT  # the shape that a subject has as a rule
