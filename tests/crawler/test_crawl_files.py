"""Files beside and instead of a report's page: every kind, every way to link and name them, told by their bytes."""

import time
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest

from crawler.pages.articles import attachments, pictures
from crawler.pages.file_names import file_name
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Site

START = "/zfxxgknb/"
NAME = "青石市教育局2025年政府信息公开工作年度报告.pdf"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f'attachment; filename="{NAME}"'.encode("gbk"), NAME),
        (f"attachment; filename={NAME}".encode(), NAME),
        (f"attachment; filename*=UTF-8''{quote(NAME)}".encode(), NAME),
        (f"attachment; filename=\"x.pdf\"; filename*=gbk'zh'{quote(NAME.encode('gbk'))}".encode(), NAME),
        (f"attachment; filename={quote(NAME)}".encode(), NAME),
        (f'inline; filename="{quote(NAME, encoding="gbk")}"'.encode(), NAME),
        (b"attachment; filename==?utf-8?B?6Z2S55+zLnBkZg==?=", "青石.pdf"),
        (b'attachment; filename="..\\..\\etc\\a.pdf"', "a.pdf"),
        (b'attachment; filename="/etc/passwd"', "passwd"),
        (b'attachment; filename="100%.pdf"', "100%.pdf"),
        (b"attachment; filename*=nonsense''%E9%9D%92.pdf", "青.pdf"),
        (b"attachment", ""),
        (b"", ""),
        (b'attachment; filename="a\x00\x07b.pdf"', "ab.pdf"),
    ],
)
def test_the_name_a_server_gives(header: bytes, expected: str) -> None:
    assert file_name(header) == expected


@pytest.mark.parametrize("header", [b'filename="' + b"\\" * 100_000, b"filename*=" * 50_000, b"%E9" * 100_000])
def test_hostile_names_cost_nothing(header: bytes) -> None:
    begun = time.process_time()
    assert len(file_name(header)) <= 255
    assert time.process_time() - begun < 1


def test_pictures_are_looked_for_where_there_is_no_table() -> None:
    text = (
        '<img src="/logo.png"><h1>年度报告</h1><img src="W020260126.jpg"><p><IMG alt="" SRC="./b.PNG"></p>'
        '<img src="/images/share_icon.png"><img src="data:image/png;base64,AAAA"><img src="c.jpg?x=1">'
        '<div class="footer"><img src="d.jpg"></div>'
    )
    found = [one.url for one in pictures(text, "http://a.gov.cn/nb/x.html")]
    assert found == ["http://a.gov.cn/nb/W020260126.jpg", "http://a.gov.cn/nb/b.PNG", "http://a.gov.cn/nb/c.jpg?x=1"]
    assert pictures(text + "<table><tr><td>1</td></tr></table>", "http://a.gov.cn/") == ()
    begun = time.process_time()
    assert pictures("<img " * 80_000 + "<h1>" * 1000, "http://a.gov.cn/") == ()
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("""<a href="javascript:void(0)" onclick="window.open('./4.pdf')">附件四</a>""", [("/nb/4.pdf", "附件四")]),
        ("""<a href="javascript:downFile('/files/6.doc')">附件六</a>""", [("/files/6.doc", "附件六")]),
        (
            """<span class="down" onclick="location.href=&quot;/files/14.docx&quot;">点击下载</span>""",
            [("/files/14.docx", "")],
        ),
        (
            '<a href="/attach/3B2C77">青石市教育局年度报告.pdf</a><a href="/2.html">又一篇.pdf</a>',
            [("/attach/3B2C77", "青石市教育局年度报告.pdf")],
        ),
        (
            '<a href="/downloadFile?fileId=99">附件</a><a href="/download/">下载中心</a>',
            [("/downloadFile?fileId=99", "附件")],
        ),
        ('<SCRIPT>var file = "/files/11.pdf"; show(file, "/logo.png");</SCRIPT>', [("/files/11.pdf", "")]),
        ('<table></table><script>var help = "/files/help.pdf";</script>', []),
        ('<a href="1.pdf">一</a><script>var help = "/files/help.pdf";</script>', [("/nb/1.pdf", "一")]),
    ],
)
def test_links_that_are_hard_to_see(page: str, expected: list[tuple[str, str]]) -> None:
    found = attachments(page, "http://127.0.0.1/nb/1.html")
    assert [(file.url.removeprefix("http://127.0.0.1"), file.title) for file in found] == expected


@pytest.mark.parametrize(
    "piece", ["<script>", "<script", "<a href='", 'onclick="', "'/a.pdf", '<a href="x" y ', "<a>'"]
)
def test_hostile_pages_cost_little(piece: str) -> None:
    begun = time.process_time()
    attachments(piece * 40_000, "http://127.0.0.1/nb/1.html")
    pictures(f"</h1>{piece * 20_000}", "http://127.0.0.1/nb/1.html")
    assert time.process_time() - begun < 5


def test_every_file_is_kept_once_and_tied_to_its_page(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "年报")
    links = (
        '<a href="a.zip">附件</a><iframe src="/pdfjs/web/viewer.html?file=%2Ffiles%2Fb.pdf"></iframe>'
        '<a href="/system/_content/download.jsp?wbfileid=3B">下载</a><a href="/module/download/downfile.jsp?'
        'classid=0&filename=ab.doc">附件二</a><embed src="c.ofd"><a href="d.WPS">附件三</a><a href="a.zip">再</a>'
        '<a href="word.doc">附件四</a><a href="page.doc">附件五</a>'
    )
    office = report("青石市教育局", 2025).replace("<html>", '<html xmlns:o="urn:schemas-microsoft-com:office:office">')
    assert "schemas" in office
    pages: dict[str, bytes | str | Reply] = {
        "a.zip": Reply(packed.getvalue(), kind="application/octet-stream"),
        "c.ofd": Reply(packed.getvalue() + b"\0", kind="text/plain"),
        "d.WPS": Reply(OLE, kind="text/html"),
        # Saved by Word as a page; a page of the site in place of a file.
        "word.doc": Reply(office, kind="application/msword"),
        "page.doc": report("青石市教育局", 2025),
        "1.html": "<html><h1>青石市民政局2025年政府信息公开工作年度报告（图片版）</h1>"
        '<p>一、总体情况</p><img src="W1.png"><img src="W2.png"></html>',
        "W1.png": Reply(PNG, kind="image/png"),
        "W2.png": Reply(PNG + b"2", kind="text/html"),
        "0.html": report("青石市教育局", 2025, extra=links),
    }
    with Site("127.0.12.1", {f"{START}{name}": page for name, page in pages.items()}) as site:
        named = Reply(
            b"%PDF-1.4 named by its header",
            kind="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{NAME}"'.encode("gbk").decode("latin-1")},
        )
        site.pages |= {
            START: listing(
                [
                    entry("0.html", report_title("青石市教育局", 2025)),
                    entry("1.html", report_title("青石市民政局", 2025)),
                ]
            ),
            "/files/b.pdf": Reply(b"%PDF-1.4 shown in a frame"),
            "/system/_content/download.jsp": named,
            "/module/download/downfile.jsp": Reply(OLE + b"2"),
        }
        bench.watch({"shi": site.url + START})
        assert bench.crawl().status == 0
        base = site.url + START
    rows = bench.rows(
        "select url, attachment_of, media_type, title, agency_name, year from documents where attachment_of is not null"
    )
    found = {
        url.removeprefix(site.url): (parent.removeprefix(base), kind, title) for url, parent, kind, title, *_ in rows
    }
    jsp = "/system/_content/download.jsp?wbfileid=3B"
    assert found[jsp] == ("0.html", "application/pdf", NAME)
    assert {url: parent for url, (parent, *_) in found.items()} == {
        f"{START}a.zip": "0.html",
        "/files/b.pdf": "0.html",
        jsp: "0.html",
        f"{START}c.ofd": "0.html",
        "/module/download/downfile.jsp?classid=0&filename=ab.doc": "0.html",
        f"{START}d.WPS": "0.html",
        f"{START}word.doc": "0.html",
        f"{START}W1.png": "1.html",
        f"{START}W2.png": "1.html",
    }
    assert found[f"{START}W2.png"][1] == "image/png", "by its bytes"
    assert {row[5] for row in rows} == {2025}
