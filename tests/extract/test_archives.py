"""Pages saved whole (MHT) and ZIP archives: the report in them is read by its own reader, or one problem says why not."""

import base64
import io
import quopri
import stat
import zipfile
from collections.abc import Mapping
from functools import cache

import pytest

from extract.model import Problem, Report
from extract.reading import read_report
from monitor.samples import SampleReport, make_history
from tests.extract.test_workbooks import assert_exact, read, refused, sample
from tests.extract.workbooks import Written

AGENCY = "示例县财政局"


@cache
def page(year: int = 2024, agency: str = AGENCY) -> bytes:
    return report_of(year, agency).html("plain").encode()


@cache
def report_of(year: int, agency: str = AGENCY) -> SampleReport:
    if agency == AGENCY:
        return sample(year)
    [report] = make_history(7, agency, [year], dense=year % 2 == 0)
    return report


def mht(
    body: bytes,
    *,
    charset: str = "utf-8",
    encoding: str = "base64",
    head: str = "MIME-Version: 1.0\r\n",
    more: str = "",
) -> bytes:
    """A page as a browser or Word saves it."""
    packed = base64.encodebytes(body) if encoding == "base64" else quopri.encodestring(body)
    return (
        (
            f'{head}Content-Type: multipart/related; type="text/html";\r\n\tboundary="----=_Part"\r\n\r\n'
            "This is a multi-part message in MIME format.\r\n\r\n------=_Part\r\n"
            f'Content-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n'
            "Content-Location: http://www.example.gov.cn/1.html\r\n\r\n"
        ).encode()
        + packed.replace(b"\n", b"\r\n")
        + f"\r\n{more}------=_Part--\r\n".encode()
    )


CHROME = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://www.example.gov.cn/1.html\r\n"
    "Subject: =?utf-8?B?5bm05oql?=\r\nDate: Mon, 20 Jan 2025 09:30:00 +0800\r\nMIME-Version: 1.0\r\n"
)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030"])
@pytest.mark.parametrize("head", ["MIME-Version: 1.0\r\n", CHROME])
def test_a_saved_page_is_read_as_the_page(encoding: str, charset: str, head: str) -> None:
    text = sample().html("word", charset=charset)
    body = mht(text.encode("gb18030" if charset != "utf-8" else charset), charset=charset, encoding=encoding, head=head)
    for name in ("年报.mht", "年报.doc", "年报.html"):
        assert_exact(read(body, name), sample().figures)


def test_a_saved_page_that_breaks_off_is_one_problem() -> None:
    body = mht(page())
    for part in (0.3, 0.6, 0.9):
        assert refused(body[: int(len(body) * part)], "年报.mht") == "damaged_file"


def test_a_saved_workbook_is_read_from_its_frames() -> None:
    half = page().index(b"<table", page().index(b"<table") + 1)
    sheets = page()[:half] + b"</div></body></html>", b"<html><body>" + page()[half:]
    more = "".join(
        f'------=_Part\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{base64.encodebytes(sheet).decode()}\r\n"
        for sheet in sheets
    )
    body = mht(b"<html><frameset><frame src='sheet001.htm'></frameset></html>", more=more)
    assert_exact(read(body, "年报.mht"), sample().figures)


def test_a_mail_without_a_page_and_parts_without_end_are_one_problem() -> None:
    assert refused(mht(page()).replace(b"text/html; charset", b"image/png; charset"), "年报.mht") == "no_text"
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (at, at) for at in range(5000)
    )
    assert refused(deep, "年报.mht") == "too_deep"


def packed(members: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            # As Chinese systems write them: bytes in GBK, and no mark that says so.
            info = zipfile.ZipInfo(name.encode("gb18030").decode("cp437") if gbk else name)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, body)
    return target.getvalue()


@cache
def workbook() -> bytes:
    return Written(sample()).body


@pytest.mark.parametrize("gbk", [False, True])
def test_the_report_in_an_archive_is_read(gbk: bool) -> None:
    for members in (
        {"年报.html": page()},
        {"附件/说明.txt": "请查收。联系人：张三。".encode(), "附件/2024年年报.xlsx": workbook()},
        {"a/b/年报.mht": mht(page()), "__MACOSX/._年报.mht": b"\0\5\x16\7", "Thumbs.db": b"\0"},
        {"年报.zip": packed({"年报.xlsx": workbook()})},
    ):
        report = read(packed(members, gbk=gbk), "附件.zip")
        assert_exact(report, sample().figures)
        assert (report.agency_name, report.year) == (AGENCY, 2024)


def test_several_reports_in_an_archive_are_told() -> None:
    for one, other in ((page(2024), page(2021)), (page(2024), page(2024, "示例县教育局"))):
        assert refused(packed({"1.html": one, "2.html": other}), "年报.zip") == "several_reports"


def test_a_copy_in_an_archive_confirms_the_report_or_makes_its_figures_doubtful() -> None:
    report = read(packed({"年报.html": page(), "年报.xlsx": workbook()}), "年报.zip")
    assert_exact(report, sample().figures)
    assert (report.ways, report.agreed) == (("member", "copy"), len(sample().figures))
    name = "T3[received,business]"
    other = sample().with_cell(name, sample().count(name) + 1).html("plain").encode()
    report = read(packed({"年报.html": other, "年报.xlsx": workbook()}), "年报.zip")
    assert [problem.where for problem in report.problems if problem.code == "readings_differ"] == [name]
    assert_exact(report, sample().figures, but=(name,))


def test_an_archive_without_a_report_says_what_is_in_it() -> None:
    result = read_report(
        packed({"通知.txt": "关于放假的通知，请周知。".encode(), "程序.exe": b"MZ" + b"\0" * 90}), "a.zip"
    )
    assert isinstance(result, Problem)
    assert result.code == "not_a_report"
    assert "通知.txt" in result.detail
    assert refused(packed({}), "空.zip") == "empty_file"


def encrypted(body: bytes) -> bytes:
    changed = bytearray(body)
    for at in range(len(body) - 4):
        if body[at : at + 4] in (b"PK\x01\x02", b"PK\x03\x04"):
            changed[at + (8 if body[at + 2] == 1 else 6)] |= 1
    return bytes(changed)


def linked() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        info = zipfile.ZipInfo("年报.html")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        package.writestr(info, "/etc/passwd")
    return target.getvalue()


def test_a_hostile_archive_is_one_problem() -> None:
    assert refused(encrypted(packed({"年报.html": page()})), "年报.zip") == "encrypted"
    assert refused(packed({"年报.html": b" " * (30 << 20)}), "年报.zip") == "too_large"
    assert refused(packed({f"{at}.txt": b"1 2 3" for at in range(100)}), "年报.zip") == "several_reports"
    assert refused(linked(), "年报.zip") == "empty_file"
    deep = packed({"年报.html": page()})
    for at in range(5):
        deep = packed({f"{at}.zip": deep})
    assert refused(deep, "年报.zip") == "too_deep"
    body = packed({"年报.html": page()})
    assert refused(body[: len(body) // 2], "年报.zip") in ("damaged_file", "unsupported_format")


def test_a_name_that_leads_out_of_the_archive_leads_nowhere() -> None:
    report = read(packed({"../../年报.html": page(), "/etc/年报.txt": b"x"}), "年报.zip")
    assert isinstance(report, Report)
    assert_exact(report, sample().figures)
