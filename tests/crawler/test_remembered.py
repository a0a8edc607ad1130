"""What is remembered of a text, and what is written without a library, is the same as if it were made anew."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.agencies.names import clean
from crawler.ground.remembered import LONGEST, MOST, remembered
from crawler.ground.urls import identity
from crawler.pages.asks import Ask, Detour, Owner, Source, unpacked
from crawler.pages.markup import between_tags
from crawler.wire.warc import Exchange, Received, WarcFile

AT = datetime(2026, 12, 1, 3, 4, 5, 6, tzinfo=UTC)


def test_work_on_a_short_text_is_done_once_and_on_one_as_long_as_a_page_each_time() -> None:
    asked: list[str] = []

    def work(text: str) -> int:
        asked.append(text)
        return len(text)

    once = remembered(work)
    page = "年" * (LONGEST + 1)
    assert [once("年报"), once("年报"), once(page), once(page)] == [2, 2, len(page), len(page)]
    assert asked == ["年报", page, page]


def test_only_so_many_texts_are_remembered() -> None:
    asked: list[str] = []
    once = remembered(asked.append)
    for number in range(MOST + 1):
        once(f"第{number}局")
    once("第0局")
    assert asked.count("第0局") == 2


def test_an_error_is_not_remembered() -> None:
    asked: list[str] = []

    @remembered
    def fails(text: str) -> None:
        asked.append(text)
        raise ValueError(text)

    for _ in range(2):
        with pytest.raises(ValueError, match="坏"):
            fails("坏")
    assert asked == ["坏", "坏"]


@pytest.mark.parametrize("longer", ["", "局" * LONGEST])
def test_a_name_or_an_address_of_any_length_is_cleaned_alike(longer: str) -> None:
    assert clean(f" 示例县(教育){longer} ") == f"示例县（教育）{longer}"
    assert identity(f"https://www.x.gov.cn/{longer}a_app.html") == f"x.gov.cn/{longer}a.html"


def test_a_request_is_packed_with_all_it_says_and_nothing_else() -> None:
    bare = Ask("http://x.gov.cn/", title="年报")
    assert json.loads(bare.packed()) == {
        "url": "http://x.gov.cn/",
        "kind": "list",
        "page": 1,
        "title": "年报",
        "method": "GET",
        "depth": 0,
    }
    whole = Ask(
        "http://x.gov.cn/",
        source=Source(family="trs"),
        detour=Detour(mark="hop1"),
        owner=Owner(year=2025),
        state={"a": "b"},
        recheck=True,
    )
    assert unpacked(whole.packed()) == whole
    assert unpacked(Ask("http://x.gov.cn/", source=Source()).packed()) == Ask("http://x.gov.cn/")


def test_scripts_in_letters_of_any_size_are_no_words() -> None:
    assert "".join(between_tags("a<SCRIPT>b</Script>c<style x>d</STYLE>e<s>f</s>")) == "acef"
    assert "".join(between_tags("a<script>b</script>", scripts=True)) == "ab"
    assert list(between_tags("a<>b<")) == ["a", "b", "<"]
    assert "".join(between_tags("a<ſcript>b<Style>c")) == "abc"


def test_each_sort_of_record_is_read_by_another_program_with_its_digests_right(tmp_path: Path) -> None:
    file = WarcFile(tmp_path / "1.warc.gz", {"software": "gouji"}, AT)
    asked = Exchange("http://x.gov.cn/?a=%B9", AT, b"POST /?a=%B9 HTTP/1.1\r\nHost: x.gov.cn\r\n\r\n", b"p=1")
    named = b"HTTP/1.1 200 OK\r\nContent-Disposition: filename=\xc4\xea\xb1\xa8.doc\r\n\r\n"
    file.answered(asked, Received(200, named, b"\r\n\r\nWARC/1.1\r\n\r\n", "127.0.0.1"))
    file.answered(asked, Received(200, b"HTTP/1.1 200 OK\r\n\r\n", b""))
    file.answered(asked, Received(304, b"HTTP/1.1 304 Not Modified\r\n\r\n", b"left out"))
    file.failed(asked, "Timeout", "took  too\nlong 超时")
    file.close()
    kinds, bodies, answers, requests = [], [], set(), []
    with (tmp_path / "1.warc.gz").open("rb") as stream:
        for one in ArchiveIterator(stream, check_digests="raise"):
            kinds.append(one.rec_type)
            bodies.append(one.content_stream().read())
            headers = one.rec_headers
            assert headers.get_header("WARC-Date") == "2026-12-01T03:04:05.000006Z"
            if one.rec_type == "request":
                requests.append(headers.get_header("WARC-Concurrent-To"))
            elif one.rec_type != "warcinfo":
                answers.add(headers.get_header("WARC-Record-ID"))
    assert kinds == ["warcinfo", *("request", "response") * 2, "request", "revisit", "request", "metadata"]
    assert bodies[2] == b"\r\n\r\nWARC/1.1\r\n\r\n"
    assert bodies[1] == b"p=1"
    assert bodies[-1].decode() == "failure: Timeout\r\nmessage: took too long 超时\r\n"
    assert set(requests) == answers
    assert len(answers) == len(requests) == 4
