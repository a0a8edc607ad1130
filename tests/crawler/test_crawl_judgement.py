"""The crawl's pure parts: addresses, hosts, dates, titles and files of a page, verdicts, pagers; hostile input."""

import time
from datetime import UTC, date, datetime
from urllib.parse import urljoin

import pytest

from crawler.crawl import expected_page
from crawler.families import families, names, speaking
from crawler.ground.hosts import is_loopback, is_public, literal, refusal, registered_domain
from crawler.ground.urls import clean, identity, is_attachment, is_home, resolve
from crawler.pages import articles, dates, rosters
from crawler.pages.asks import Ask
from crawler.pages.page import Page, decode
from crawler.pages.verdicts import Answer, answer_verdict
from crawler.wire.resolver import admits, refused
from crawler.wire.settings import user_agent

NOW = datetime(2026, 2, 1, tzinfo=UTC)
HERE = "http://www.shili.gov.cn/zfxxgknb/index.html"


def page(text: str, url: str = HERE, number: int = 1) -> Page:
    return Page(url, text.encode(), Ask(url, page=number))


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("./202601/t1.html", "http://www.shili.gov.cn/zfxxgknb/202601/t1.html"),
        ("//a.shili.gov.cn:80/x#y", "http://a.shili.gov.cn/x"),
        (" /a b\n", "http://www.shili.gov.cn/a b"),
        ("http://www.shili.gov.cn.:80", "http://www.shili.gov.cn/"),
        ("#top", None),
        ("", None),
        ("mailto:a@b", None),
        ("javascript:void(0)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("http://user@host/", None),
        ("http://[::1/", None),
        ("http://a:99999/", None),
        ("x" * 3000, None),
        ("http://a b.gov.cn/", None),
        ("http://a%20b.gov.cn/", None),
        ("http://www..gov.cn/", None),
        (f"http://{'a' * 70}.cn/", None),
        ("http://a_b.gov.cn/", "http://a_b.gov.cn/"),
        ("http://示例.cn/", "http://示例.cn/"),
    ],
)
def test_resolve(href: str, expected: str | None) -> None:
    assert resolve(HERE, href) == expected


def test_twins_have_one_identity_and_junk_is_cut() -> None:
    twins = (
        "http://www.shili.gov.cn/202601/t20260128_42.html",
        "https://shili.gov.cn/202601/t20260128_42_app.html",
        "http://www.shili.gov.cn/202601/t20260128_42.html?ivk_sa=1024320u",
        "http://www.shili.gov.cn/202601/t20260128_42.html;jsessionid=AB12?utm_source=x",
    )
    assert len({identity(twin) for twin in twins}) == 1
    assert identity("http://a.gov.cn/content/mpost_9.html") == identity("http://a.gov.cn/content/post_9.html")
    assert clean("http://a.gov.cn/x?b=%E4%B8%AD&a=1") == "http://a.gov.cn/x?b=%E4%B8%AD&a=1"
    assert clean("http://a.gov.cn/x?a=1&ivk_sa=2") == "http://a.gov.cn/x?a=1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a/x.PDF", True),
        ("http://a/x.docx?v=1", True),
        ("http://a/download.jsp?wbfileid=3", True),
        ("http://a/module/download/downfile.jsp?classid=0&filename=ab.doc", True),
        ("http://a/get?f=x.ofd", True),
        ("http://a/x.html", False),
        ("http://a/x.exe", False),
        ("http://a/pdf/", False),
    ],
)
def test_is_attachment(url: str, expected: bool) -> None:
    assert is_attachment(url) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("zwsjj.xianning.gov.cn", "xianning.gov.cn"),
        ("www.shili.gov.cn", "shili.gov.cn"),
        ("localhost", "localhost"),
        ("127.0.1.1", "127.0.1.1"),
        ("a.example.com", "example.com"),
    ],
)
def test_registered_domain(host: str, expected: str) -> None:
    assert registered_domain(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "224.0.0.1",
        "198.18.0.1",
        "::",
        "fec0::1",
        "ff02::1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::808:808",
        "2002:a00:1::1",
        "2001:0:7f00:1::1",
        "2001:db8::1",
        "4000::1",
    ],
)
def test_private_addresses_in_every_spelling(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert not is_public(str(address))
    netloc = f"[{host.strip('[]')}]" if ":" in host else host
    if "%" not in host:
        assert refusal(f"http://{netloc}/", "http://www.shili.gov.cn/")


def test_where_a_portal_stands_it_may_be_asked() -> None:
    assert refusal("http://127.0.1.1:8080/x", "http://127.0.1.1:8080/") is None
    assert refusal("http://127.0.1.2/", "http://127.0.1.1/")
    assert refusal("https://zwgk.shili.gov.cn/", HERE) is None
    assert refusal("http://www.other.gov.cn/", HERE)
    assert all(map(is_public, ("2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")))
    assert (
        is_public("8.8.8.8"),
        is_loopback("http://127.9.9.9/"),
        is_loopback("http://localhost:1/"),
        is_loopback("http://127.0.0.1.example.com/"),
    ) == (True, True, True, False)


def test_of_a_host_only_the_ports_that_are_meant_are_asked() -> None:
    home, other = "http://www.shili.gov.cn/", "http://www.shili.gov.cn:8081/"
    assert [
        refusal(url, home) is None
        for url in (
            home,
            "https://www.shili.gov.cn/",
            "http://zwgk.shili.gov.cn/",
            other,
            "http://zwgk.shili.gov.cn:8081/",
            "https://www.shili.gov.cn:8443/",
            "http://www.shili.gov.cn:25/",
            "http://www.shili.gov.cn:0/",
        )
    ] == [True, True, True, False, False, False, False, False]
    assert [refusal(url, other) is None for url in (other, "https://www.shili.gov.cn:8081/", home)] == [
        True,
        True,
        False,
    ]
    assert 'allow_hosts=["www.shili.gov.cn:8081"]' in str(refusal(other, home))
    # On the portal's own domain for pages, elsewhere for files alone; a host without a port stands for all of them.
    for entry, url, page, file in (
        ("www.shili.gov.cn:8081", other, True, True),
        ("www.shili.gov.cn", other, True, True),
        ("www.shili.gov.cn:8082", other, False, False),
        ("www.shili.gov.cn:25", "http://www.shili.gov.cn:25/", False, False),
        ("files.example.com:8081", "http://files.example.com:8081/", False, True),
        ("files.example.com:8081", "http://files.example.com/", False, False),
        ("files.example.com", "http://files.example.com:8081/", False, True),
        ("[fd00::1]:8081", "http://[fd00::1]:8081/", False, True),
        ("[fd00::1]:8081", "http://[fd00::1]/", False, False),
        ("169.254.169.254", "http://169.254.169.254/", False, False),
    ):
        assert [refusal(url, home, [entry], file=one) is None for one in (False, True)] == [page, file], (entry, url)
    # A portal on this machine stands where its owner has put it; nobody else does.
    assert refusal("http://127.0.1.1:9/x", "http://127.0.1.1:9/") is None
    assert refusal("http://127.0.1.1:9/x", "http://127.0.1.1:8080/", ["127.0.1.1:9"])
    assert refusal("http://www.shili.gov.cn:9/", "http://www.shili.gov.cn:9/")


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.1.1", "fe80::1", "100.100.100.200", "fd00:ec2::254"]
)
def test_no_name_may_lead_to_what_is_never_asked(address: str) -> None:
    assert not admits("own.example.net", [address], {"own.example.net", address})


def test_a_name_that_leads_to_a_private_address_is_refused() -> None:
    own, other = "own.example.org", "rebound.shili.gov.cn"
    allowed = {own, "10.9.9.9"}
    assert admits(own, ["127.0.0.1"], allowed)
    assert admits(other, ["8.8.8.8", "2400:3200::1"], allowed)
    assert not admits(other, ["8.8.8.8", "10.0.0.1"], allowed)
    assert refused[other] == "10.0.0.1"
    assert admits(other, ["10.9.9.9"], allowed), "gouji.toml writes this address out"
    assert other not in refused
    # Once on the open network, the portal's own name leads nowhere else.
    assert admits(own, ["8.8.8.8"], allowed)
    assert not admits(own, ["127.0.0.1"], allowed)


@pytest.mark.parametrize(
    ("text", "url", "listed", "expected"),
    [
        (
            '<meta name="PubDate" content="2026-01-15 10:00"><p>发布时间：2026-01-16</p>',
            "/t20260114_1.html",
            "2026-01-13",
            ("meta", date(2026, 1, 15)),
        ),
        ('<META content="2026/01/15 09:30" name=PubDate>', "", "", ("meta", date(2026, 1, 15))),
        (
            "<p>发布日期：<span> 2026年1月16日</span></p>",
            "/t20260114_1.html",
            "2026-01-13",
            ("visible", date(2026, 1, 16)),
        ),
        (
            "<td>公开日期</td><td align='left'><publishtime>2024-01-17</publishtime></td>",
            "",
            "",
            ("visible", date(2024, 1, 17)),
        ),
        ("截至2025年12月31日", "/202601/t20260114_1.html", "2026-01-13", ("list", date(2026, 1, 13))),
        ("", "http://a/art/2026/1/9/art_1.html", "", ("url", date(2026, 1, 9))),
        ('<meta name="PubDate" content="2062-01-15">', "/t20260114_1.html", "", ("url", date(2026, 1, 14))),
        ('<meta name="PubDate" content="2026-13-45">', "", "", None),
        ("", "", "", None),
    ],
)
def test_publication_date(text: str, url: str, listed: str, expected: tuple[str, date] | None) -> None:
    chosen = dates.choose(dates.candidates(text, url, listed), NOW)
    assert (None if chosen is None else (chosen.source, chosen.day)) == expected


def test_files_of_a_page() -> None:
    text = """<h1>t</h1><a href='a.pdf'>一</a><!-- <a href="no.pdf">x</a> --><a href=b.doc title="二"></a>
    <a href="a.pdf">再</a><iframe src="/pdfjs/web/viewer.html?file=%2Ffiles%2Fc.pdf"></iframe>
    <embed src="d.ofd"><object data="e.html"></object><a href="javascript:;">f.pdf</a>
    <div class="footer"><a href="guide.pdf">使用指南</a></div>"""
    found = articles.attachments(text, HERE)
    assert [(file.url.removeprefix("http://www.shili.gov.cn"), file.title) for file in found] == [
        ("/zfxxgknb/a.pdf", "一"),
        ("/zfxxgknb/b.doc", "二"),
        ("/files/c.pdf", ""),
        ("/zfxxgknb/d.ofd", ""),
    ]
    assert len(articles.attachments("".join(f'<a href="{n}.pdf">x</a>' for n in range(99)), HERE)) == 30


def test_titles_of_a_page_in_order_of_trust() -> None:
    text = (
        '<title>丁</title><meta content="甲&amp;" name="ArticleTitle"><h1><span>丙</span></h1><ucaptitle>乙</ucaptitle>'
    )
    assert list(articles.titles(text)) == ["甲&", "乙", "丙", "丁"]


def test_a_few_broken_bytes_cost_a_few_characters() -> None:
    text = "示例县教育局2025年政府信息公开工作年度报告" * 5
    for broken in (b"\xff", b"\xed\xa0\x80", b"\x80\x80"):
        read = decode(text[:50].encode() + broken + text[50:].encode())
        assert read.replace("\ufffd", "") == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_decode_believes_the_bytes(encoding: str) -> None:
    assert "青石市" in decode('<meta charset="iso-8859-1">青石市'.encode(encoding))
    assert decode("青石市".encode()[:-1]).startswith("青石")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(HERE, 200, b"<html><p>" + "政府信息公开".encode() * 50), "ok"),
        (Answer(HERE, 304, b""), "unchanged"),
        (Answer(HERE, 410, b""), "not_found"),
        (Answer(HERE, 500, b""), "server_error"),
        (Answer(HERE, 200, b"%PDF-1.4 no page at all"), "ok"),
        (Answer(HERE, 200, b"abc"), "soft_404"),
        (Answer(HERE, 200, "<title>访问过于频繁</title>请稍后再试，访问过于频繁".encode()), "throttled"),
        (Answer(HERE, 302, b"", HERE), "challenge"),
        (Answer(HERE, 302, b"", "http://www.shili.gov.cn/x"), "redirect"),
        (Answer(HERE, 302, b"", "http://www.shili.gov.cn/index.html"), "redirected"),
        (Answer("http://www.shili.gov.cn/", 301, b"", "https://www.shili.gov.cn/"), "redirect"),
        (Answer(HERE, 302, b""), "unreadable"),
        (Answer(HERE, 206, b"part"), "unreadable"),
        *((Answer(HERE, status, b"no"), "forbidden") for status in (400, 403, 405, 406, 418, 451)),
        (Answer(HERE, 420, b"calm"), "throttled"),
        *(
            (Answer(HERE, 200, page.encode()), word)
            for page, word in (
                ("<title>404 - 示例县</title>" + "<a href=/a>政务公开</a>" * 60 + "您访问的页面不存在", "soft_404"),
                ("<title>错误</title>抱歉，您访问的页面已被删除。<a href=/>返回首页</a>", "soft_404"),
                ("<html><head><title></title></head><body><!--" + "x" * 300 + "--></body></html>", "soft_404"),
                ("<title>关于页面不存在等问题的说明</title>" + "<a href=/a>政务公开</a>" * 600, "ok"),
                ("<p>本机关2025年度收到申请1件，信息不存在。附件</p><a href=a.pdf>年度报告</a>", "ok"),
                ("<title>统一身份认证</title>" + "欢迎使用，请先登录。" * 40 + "<input type='password'>", "login"),
                ("<title>政府信息公开年报</title>" + "示例县教育局年度报告 " * 40 + "<input type='password'>", "ok"),
                ("<meta http-equiv='refresh' content='0'>正在跳转", "challenge"),
                ("<meta http-equiv='refresh' content='0;url=/b/'>正在跳转", "redirect"),
                ("<meta http-equiv='refresh' content='0; URL=/'>", "redirected"),
                (f"<meta http-equiv='refresh' content='0; URL={HERE}'>", "challenge"),
                ("<meta http-equiv='refresh' content='0; URL=javascript:x()'>", "unreadable"),
                ("<meta http-equiv='refresh' content='5; url=/b/'>" + "示例县教育局年度报告 " * 40, "ok"),
                ("<datastore><totalrecord>0</totalrecord><recordset></recordset></datastore>", "ok"),
                ("<script>var dynamicurl='/WZWSREL3p4=';var wzwsquestion='a'</script>", "challenge"),
                ("<title>访问拦截</title>您的请求疑似攻击行为，已被拦截", "forbidden"),
                ("<title>提示</title>系统繁忙，请稍后再试", "server_error"),
                ("<title>网站维护中</title>网站正在升级维护，请稍后访问。", "server_error"),
                ("<title>Error</title>HTTP Status 500 java.lang.NullPointerException", "server_error"),
                ("<title>政府信息公开年报</title><a href=a>关于网站升级维护期间暂停服务的通知</a>", "ok"),
            )
        ),
        (Answer(HERE, 200, ("<script>var _ts=1;$_ts</script>" + "第二十条" * 200).encode()), "ok"),
    ],
)
def test_judge(answer: Answer, word: str) -> None:
    assert answer_verdict(answer).word == word


def test_home() -> None:
    assert [is_home(f"http://a{path}") for path in ("", "/", "/index.html", "/zwgk/", "/?a=1")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_user_agent_is_one_honest_line() -> None:
    assert user_agent("mailto:a@b.org\r\nX-Evil: 1").count("\n") == 0
    assert user_agent("mailto:a@b.org").startswith("gouji/")


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ('<script>createPageHTML(21, 0, "index", "html");</script>', 1, "index_1.html"),
        ("<script>createPageHTML(21, 20, 'index', 'html');</script>", 1, None),
        ("<script>createPageHTML(1, 0, 'index', 'html');</script>", 1, None),
        ('<script>createPage(3,1,"index","shtml")</script>', 2, "index_2.shtml"),
        ("<script>var countPage = 4; var currentPage = 0;</script>", 1, "index_1.html"),
        ("<script>createPageHTML('page_div',11, 1,'list','shtml',154);</script>", 1, "list_2.shtml"),
        ("<script>createPageHTML('page_div',11, 11,'list','shtml',154);</script>", 11, None),
        ('<div><a href="?p=2">2</a><a href="?p=3">3</a> 共3页</div>', 1, "index.html?p=2"),
        ('<table><tr><td>本年收件<a href="d.html">2</a>件，比上年增加</td></tr></table>', 1, None),
        # Whether it may be asked is not the family's affair; that the list goes on there must not be lost.
        ('<a href="http://www.example.com/2">下一页</a>', 1, "http://www.example.com/2"),
        ('<a href="http://www.example.com/2">&gt;&gt;</a>', 1, None),
        ('<a href="#">下一页</a>', 1, None),
        ('<a href="javascript:" onclick="location.href=\'p2.html\'">下一页</a>', 1, "p2.html"),
    ],
)
def test_following_page(text: str, number: int, expected: str | None) -> None:
    here = page(f"<html><body>{text}</body></html>", number=number)
    asked = {ask.url for family in speaking(here) for ask in family.more(here)}
    assert asked == ({urljoin(HERE, expected)} if expected else set())


def test_a_copied_pager_script_is_corrected_by_the_address() -> None:
    here = page(
        '<a>x</a><script>createPageHTML(5, 0, "index", "html");</script>',
        "http://www.shili.gov.cn/zfxxgknb/index_2.html",
        3,
    )
    assert [ask.url for family in speaking(here) for ask in family.more(here)] == [
        "http://www.shili.gov.cn/zfxxgknb/index_3.html"
    ]


def test_families_are_found_by_folder_and_generic_speaks_last() -> None:
    assert families()[-1].name == "generic"
    assert len(names()) == len(families())
    here = page('<script>createPageHTML(5, 0, "index", "html");</script>')
    assert [family.name for family in speaking(here, "vsb")] == ["generic"]


def test_what_stands_behind_a_banner_with_an_end_of_its_own_is_part_of_the_page() -> None:
    banner = '<html><body><a href="/">首页</a></body></html>'
    here = page(
        f'{banner}\n<html><body><ul><li><a href="a.html">甲</a></li></ul></body></html><div><a href="b.html">乙</a>'
    )
    assert [link.text for link in here.links] == ["首页", "甲", "乙"]


def test_an_anchor_without_an_end_does_not_bear_the_titles_of_those_behind_it() -> None:
    here = page(
        '<ul><li><a href="a.html">甲局年报<span>2026-01-02</span><li><a href="b.html">乙局<b>年报</a></ul><a name=x>页脚'
    )
    assert [(link.url[-6:], link.text) for link in here.links] == [
        ("a.html", "甲局年报2026-01-02"),
        ("b.html", "乙局年报"),
    ]
    files = articles.attachments('<p><a href="1.pdf">附件1<p><a href="2.pdf">附件2</a>', HERE)
    assert [(file.url[-5:], file.title) for file in files] == [("1.pdf", "附件1"), ("2.pdf", "附件2")]


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 100_000,
        "<a " * 60_000,
        '<a onclick="' * 60_000,
        "<meta " * 60_000,
        "<record>" * 100_000,
        "<h1>" * 60_000,
        "<div>" * 100_000,
        "<div id=pages>" + "\n" * 300_000,
        '<a href="x">2</a>' * 6_000,
        "日期" * 200_000,
        "日期" + "<" * 200_000,
        "createPageHTML(" * 50_000,
        "<script " * 40_000,
        "<script>" * 40_000,
        "<iframe " * 50_000,
        'queryData="' * 50_000,
        "\0" * 500_000,
        '<div id="pages">' * 20_000,
        "TREE: [" * 20_000 + "_CONFIG SID: 1",
        "[" * 200_000,
        "{" * 200_000,
        "'/site/label/8888?" * 20_000,
        "<datastore>" + "<nextgroup><![CDATA[<a " * 20_000,
    ],
)
def test_hostile_pages_cost_bounded_time(text: str) -> None:
    begun = time.process_time()
    here = page(text)
    for family in speaking(here):
        list(family.items(here)), list(family.more(here)), list(family.attachments(here))
    for family in families():
        opaque = Page(
            HERE,
            text.encode(),
            Ask(
                HERE,
                family=family.name,
                state={"address": HERE, "held": "0", "category": "1", "dept": "", "webId": "1", "pageId": "1"},
            ),
        )
        list(family.items(opaque)), family.broken(opaque)
    list(articles.titles(text)), articles.attachments(text, HERE), dates.candidates(text, HERE)
    (
        expected_page.shows_report(here, "青石市民政局2025年年报", ["x"]),
        expected_page.without_words(here),
        expected_page.own_heading(here),
    )
    rosters.on_page(here, "", [])
    assert time.process_time() - begun < 10
    begun = time.process_time()
    answer_verdict(Answer(HERE, 200, text.encode()))
    assert time.process_time() - begun < 0.1, "every answer is judged while all other hosts wait"
