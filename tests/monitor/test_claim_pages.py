"""The page of a claim: where the reader of a PDF knows it, and nowhere else; and the rules that the list names."""

import tomllib
from importlib.resources import files

import pytest

from bench._papers import pdf
from crawler.ground.errors import UsageError
from extract.content import Content, PageStart
from extract.model import Report
from extract.prose.sections import read_sections
from extract.reading import read_report
from monitor.asking.rules import find_rule, published, rules
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.samples import make_history
from monitor.words.claims import claim_lines, claims_json

TEXT = ("一、总体情况", "全年收到政府信息公开申请5件，未发生行政复议。", "六、其他需要报告的事项", "未收取信息处理费。")


def test_a_section_knows_the_page_of_each_of_its_characters() -> None:
    content = Content(TEXT, pages=(PageStart(0, 0, 1), PageStart(1, 18, 2), PageStart(3, 0, 4)))
    first, last = read_sections(content)
    assert first.pages == ((0, 1), (18, 2))
    assert [first.page(at) for at in (0, 17, 18, 22)] == [1, 1, 2, 2]
    assert (last.pages, last.page(0)) == (((0, 4),), 4)


def test_without_pages_there_is_none() -> None:
    first, _ = read_sections(Content(TEXT))
    assert first.pages == ()
    assert first.page(3) is None


def test_a_page_that_begins_between_two_sections_is_that_of_the_second() -> None:
    first, last = read_sections(Content(TEXT, pages=(PageStart(0, 0, 1), PageStart(2, 0, 2))))
    assert first.pages == ((0, 1),)
    assert last.pages == ((0, 2),)


@pytest.fixture(scope="module")
def report() -> Report:
    found = read_report(pdf(make_history(11, "临泉县人民政府", [2023], dense=True)[0], "ruled"), "a.pdf")
    assert isinstance(found, Report)
    return found


def test_a_claim_of_a_pdf_has_its_page_and_is_shown_with_it(report: Report) -> None:
    book = load()
    judged = check_report(book, report, Context("government", "county", "临泉县人民政府")).claims
    assert judged
    assert all(one.page is not None and one.page >= 1 for one in judged)
    assert "（第" in "".join(claim_lines(book, judged, "zh"))
    assert "(page " in "".join(claim_lines(book, judged, "en"))
    assert claims_json(judged)[0]["page"] == judged[0].page


def test_the_list_of_rules_names_those_on_publication_with_class_and_basis() -> None:
    book = load()
    listed = {one.rule.id: one.rule for one in rules(None, book)}
    severities = tomllib.loads((files("monitor") / "severity.toml").read_text(encoding="utf-8"))["rule"]
    assert {name.partition(":")[0] for name in severities if name.startswith("pub.")} <= listed.keys()
    basis = tomllib.loads((files("monitor") / "rules" / "publication.toml").read_text(encoding="utf-8"))["basis"]
    assert {name: listed[f"pub.{name}"].basis for name in basis} == {name: one["zh"] for name, one in basis.items()}
    assert find_rule(book, "pub.state") is published()["pub.state"]
    with pytest.raises(UsageError, match=r"pub\.state"):
        find_rule(book, "pub.nothing")
