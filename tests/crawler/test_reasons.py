"""What a judgement rests on has words in both languages, and nothing is stored that has none."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import crawler
from crawler.ground.contained import Cause as Failing
from crawler.ground.reasons import (
    LONGEST,
    MOST,
    Detail,
    Reason,
    ReasonError,
    as_json,
    every,
    from_json,
    packed,
    quoted,
    says,
    told,
    unpacked,
    wordings,
)
from crawler.ledger.costly import CAUSES
from monitor.codebook import code_lists
from monitor.words.reasons import reason_words

STAGE = Path(crawler.__file__).parent
MAKERS = {"Reason": 0, "based": 1}  # who makes a reason, and where among its arguments the code stands
URL = re.compile(r"\S*(?:://|/|\.(?:cn|md|toml))\S*")
# Names of tools, of formats and of settings stay as they are.
NAMES = re.compile(r"gouji portal check|start_url|allow_hosts|TLS|gzip|\bx\b|file:|application/pdf")
CODES = sorted(wordings())


def example(code: str) -> Detail:
    found = from_json([{"code": code, **wordings()[code].example}])
    assert found is not None, f"{code}: its example has other fields than its words"
    return found


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_told_in_both_languages(code: str) -> None:
    detail = example(code)
    english, chinese = told(detail, "en"), reason_words("", as_json(detail), "zh")
    assert english
    assert not re.search(r"[{}]", english + chinese)
    assert not re.search("[A-Za-z]{2,}", NAMES.sub("", URL.sub("", chinese))), chinese
    assert unpacked(packed(detail)) == detail
    assert pickle.loads(pickle.dumps(detail)) == detail
    assert reason_words(english, as_json(detail), "en") == english
    assert all(name in code_lists() for name in wordings()[code].lists.values())
    assert wordings()[code].lists.keys() <= wordings()[code].fields


def made() -> Iterator[tuple[str, frozenset[str] | None, str]]:
    """Every reason that the crawler makes: its code, its fields (None: as they come), and where."""
    for path in sorted(STAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MAKERS:
                continue
            given = frozenset(one.arg for one in node.keywords if one.arg is not None)
            fields = given if len(given) == len(node.keywords) else None
            for code in codes(node.args[MAKERS[node.func.id]]):
                yield code, fields, f"{path.relative_to(STAGE)}:{node.lineno}"


def codes(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return codes(node.body) + codes(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_no_code_is_unknown_and_none_is_unused() -> None:
    found = list(made())
    wrong = [
        (code, where)
        for code, fields, where in found
        if code not in wordings() or (fields is not None and fields != wordings()[code].fields)
    ]
    assert wrong == []
    # Work that broke off is told by its cause, which is a code of its own.
    causes = {*CAUSES, *get_args(Failing)} - {"error"}
    assert causes <= wordings().keys()
    assert wordings().keys() - {code for code, _, _ in found} - causes == set()


@pytest.mark.parametrize(
    ("code", "fields"),
    [("no_such_code", {}), ("status", {}), ("status", {"status": 404, "url": "x"}), ("status", {"number": 404})],
)
def test_what_nobody_could_put_into_words_is_an_error_at_once(code: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ReasonError):
        Reason(code, **fields)


@pytest.mark.parametrize(
    "kept", ["", None, "{", "[1]", '"x"', '[{"code":"unknown"}]', '[{"code":"status"}]', '[{"url":"x"}]', "[" * 100_000]
)
def test_what_another_version_kept_is_told_by_its_detail(kept: str | None) -> None:
    assert unpacked(kept) is None
    assert reason_words("status 404", [{"code": "no_such_code"}], "zh") == "status 404"
    assert reason_words("status 404", None, "zh") == "status 404"


def test_a_page_says_no_more_than_can_be_kept() -> None:
    many = tuple(Reason("quoted", text="长" * 9_999) for _ in range(999))
    kept = unpacked(packed(many))
    assert kept is not None
    assert (len(kept), len(str(kept[0]))) == (MOST, LONGEST)
    assert told(quoted("年报\ud800"), "en") == "年报\ufffd"


def test_what_something_rests_on_in_turn_is_found() -> None:
    why = Reason("attempt", number=1, why=Reason("status", status=502))
    assert [one.code for one in every((why,))] == ["attempt", "status"]
    assert says((why,), "status")
    assert not says((why,), "status_title")
    assert str(why) == "attempt 1: status 502"


def test_a_column_that_moved_and_what_to_do_about_it() -> None:
    detail = (
        Reason("list_failed_as", url="http://a.cn/nb/", word="not_found", why=Reason("status", status=404)),
        Reason("still_standing", standing=3, looked=3),
    )
    assert told(detail, "en") == (
        "list http://a.cn/nb/: not_found (status 404); but 3 of 3 known reports still stand where they "
        "stood: the column seems to have moved, find it with: gouji portal check"
    )
    assert reason_words("", as_json(detail), "zh") == (
        "列表 http://a.cn/nb/：没有这一页（状态码 404）；但已知的报告看了 3 份，3 份仍在原处：栏目似乎搬了，"
        "请用这个命令查找：gouji portal check"
    )
