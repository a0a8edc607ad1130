"""Prose that somebody wrote to break us: claims are read in a time that grows with the text, without an exception."""

import time
from collections.abc import Callable

import pytest

from extract.model import Report, Section
from monitor.claims.grammar import MOST, read_claims
from monitor.claims.numbers import quantities
from monitor.claims.sentences import LONGEST, sentences
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from tests.doubling.growth import grown_text

# One sentence without a stop each, dense with what the grammar looks for.
PIECES = {
    "claims": "共收到政府信息公开申请3件，",
    "claims without a pause": "收到申请3件",
    "denials": "未发生行政复议，",
    "denials that go on": "无涉及复议,复议,诉讼,",
    "zeros": "零发生",
    "nothing": "废止规范性文件情况：无",
    "counts": "1件",
    "subjects": "行政复议公开申请",
    "limits": "上述答复3件",
    "years": "2022年收到申请3件比上年",
    "shares": "占3%",
    "completions": "均已办结",
    "universals": "均为自然人",
    "other bodies": "各县区收到3件",
    "cases": "行政诉讼3件正在审理",
    "reasons": "信访、举报、投诉",
    "pairs": "行政复议和诉讼分别为4件和2件",
    "attributes": "属性依申请公开3件不予公开2件",
    "brackets": "（（（",
    "closing brackets": "收到申请3件）））",
    "spaces": "收 到 申 请 3 件",
    "full width": "收到申请３件",
    "scripts": "a申1ｂ请Ж件\u0301\u200b",
    "control characters": "收到\x00申请\x1f3\x7f件",
    "surrogates": "收到\ud800申请\udfff3件",
    "SQL": "'; drop table claims;-- 收到申请3件",
    "HTML": "<script>收到申请3件</script>&lt;",
    "a formula": "=HYPERLINK(1)收到申请3件",
    "digits": "7",
    "numerals": "一",
    "groups of digits": "1,234",
    "dots": "1.2",
    "lines": "1、收到申请3件\n",
    "empty lines": "\n \n",
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    def use(text: str) -> object:
        return read_claims([(1, text)], 2023)

    found = grown_text(lambda count: piece * count, use, largest=16_000, shows=0.03, brief=0.3)
    assert not found.steep, found


def test_a_sentence_of_a_megabyte_is_told_in_parts_that_lose_nothing() -> None:
    text = "各县认真落实公开要求，" * 90_000
    began = time.process_time()
    parts = list(sentences(text))
    assert "".join(one.text for one in parts) == text
    assert max(len(one.text) for one in parts) < LONGEST + 20
    assert time.process_time() - began < 20


@pytest.mark.parametrize("piece", ["收到申请1234件", "9", "一百二十", "1,234,567件", "（", "。", "未"])
def test_no_number_is_cut_where_a_sentence_is(piece: str) -> None:
    """A long text without a pause is cut too, but a number stays whole: no other number comes of it."""
    text = piece * (3 * LONGEST // len(piece))
    printed = {one.value for one in quantities(piece)}
    told = [one for part in sentences(text) for one in quantities(part.text)]
    assert {one.value for one in told} <= printed
    assert sum(len(part.text) for part in sentences(text)) == len(text)


@pytest.mark.parametrize("digit", ["7", "七", "７", "九千", "1."])
def test_a_number_of_ten_thousand_digits_is_none(digit: str) -> None:
    assert read_claims([(1, f"全年收到政府信息公开申请{digit * 10_000}件。")], 2023) == ()
    assert read_claims([(1, f"全年收到政府信息公开申请{digit * 10_000}件，答复3件。")], 2023)[0].value == 3


def test_a_text_yields_no_more_claims_than_a_report_may_have() -> None:
    text = "政府信息公开行政复议3件，诉讼3件，其中维持3件，纠正3件，其他结果3件，尚未审结3件，" * (MOST // 10)
    assert len(read_claims([(1, text), (6, text)], 2023)) == MOST


def test_brackets_within_brackets_hold_their_claim() -> None:
    (claim,) = read_claims([(1, "（" * 5000 + "收到政府信息公开申请3件" + "）" * 5000)], 2023)
    assert claim.value == 3
    assert len(claim.clause) <= 400


@pytest.mark.parametrize("year", [None, 0, 1, 9999, 20_230])
def test_any_year_will_do(year: int | None) -> None:
    assert read_claims([(1, "2022年收到政府信息公开申请3件。")], year) is not None


@pytest.mark.parametrize(
    "text",
    ["'; drop table claims; --收到申请3件。", "<b onclick=x>收到申请3件</b>。", '=cmd|" /C calc"!A0收到申请3件。'],
)
def test_what_looks_like_code_is_a_clause_as_printed(text: str) -> None:
    (claim,) = [one for one in read_claims([(1, text)], 2023) if one.concept == "intake"]
    assert claim.clause in text


def _judged(text: str) -> Callable[[], object]:
    report = Report("", "青禾县民政局", 2023, {}, (), sections=(Section(1, "一、总体情况", text),))
    return lambda: check_report(load(), report, Context())


@pytest.mark.parametrize(
    "piece", ["其中予以公开3件，占4%。", "办结3件。未收到申请。", "未收取信息处理费。收取信息处理费3元。"]
)
def test_judging_thousands_of_claims_ends(piece: str) -> None:
    work = _judged("收到政府信息公开申请9件。" + piece * 500)
    began = time.process_time()
    work()
    assert time.process_time() - began < 10
