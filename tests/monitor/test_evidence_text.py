"""What a judgement about a portal rests on is told in the reader's language."""

import re

import pytest

from monitor.words.evidence_text import Phrase, evidence_words, phrases

URL = re.compile(r"\S*(?:://|/|\.(?:cn|md|toml))\S*")
# Names of tools and of settings stay as they are.
NAMES = re.compile(r"gouji portal check|start_url|daily_cap|openresty|TLS|gzip|\bx\b|file:|application/pdf")


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.says[:40])
def test_every_wording_is_told_in_chinese_and_in_english_as_it_is(phrase: Phrase) -> None:
    assert phrase.pattern.search(phrase.says)
    told = evidence_words(phrase.says, "zh")
    assert not re.search("[A-Za-z]{2,}", NAMES.sub("", URL.sub("", told))), told
    assert evidence_words(phrase.says, "en") == phrase.says


def test_a_column_that_moved_and_what_to_do_about_it() -> None:
    told = evidence_words(
        "list http://a.cn/nb/: not_found (status 404); but 3 of 3 known reports still stand where they "
        "stood: the column seems to have moved, find it with: gouji portal check",
        "zh",
    )
    assert told == (
        "列表 http://a.cn/nb/：没有这一页 (状态码 404)；但已知的报告看了 3 份，3 份仍在原处：栏目似乎搬了，"
        "请用这个命令查找：gouji portal check"
    )


def test_what_nobody_has_put_into_words_yet_stands_as_it_is() -> None:
    assert evidence_words("something else of http://a.cn/", "zh") == "something else of http://a.cn/"
