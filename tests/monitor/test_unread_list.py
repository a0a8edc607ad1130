"""What could not be read is listed for the operator with its reason, and told to nobody else."""

import json
import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from crawler.ground.clock import now
from crawler.ground.data import DataDir
from extract.content import Left
from extract.model import NOT_WHOLE
from extract.whole import PARTS
from monitor.alerts.digest import compose
from monitor.asking.unread import NOBODYS, Unread, _words, lines, reason_words, unread
from monitor.cli import main
from monitor.duty.coverage import Coverage
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.views import UNREAD_CODES
from tests.monitor.service import make_data

YEAR = now().year - 1
BODIES = ("青石市教育局", "青石市财政局", "青石市民政局", "青石市统计局")


def gouji(data: DataDir, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["--data", str(data.root), *arguments], env={"GOUJI_DATA": None})
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """A plain report, one whose tables are in an attachment, one whose body is unknown, a scan, and a letter."""
    folder = tmp_path_factory.mktemp("件")
    data = make_data(folder / "数据")
    files = folder / "in"
    files.mkdir()
    pages = [make_history(number, body, [YEAR])[0].html("plain") for number, body in enumerate(BODIES)]
    (files / "0.html").write_text(pages[0], encoding="utf-8")
    start, end = pages[1].index("<table"), pages[1].rindex("</table>")
    link = '<p>附件：<a href="/tj.docx">统计表.docx</a></p>'
    (files / "1.html").write_text(pages[1][:start] + link + pages[1][end:], encoding="utf-8")
    (files / "2.html").write_text(pages[2].replace(BODIES[2], ""), encoding="utf-8")
    (files / f"{BODIES[3]}{YEAR}年政府信息公开工作年度报告.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00\x01\x02" * 400)
    (files / "4.txt").write_text("关于召开会议的通知\n请各单位按时参加。\n", encoding="utf-8")
    gouji(data, "add", str(files))
    gouji(data, "extract")
    gouji(data, "check")
    return data


@pytest.fixture
def data(read: DataDir, tmp_path: Path) -> DataDir:
    shutil.copytree(read.root, tmp_path / "data")
    return DataDir(tmp_path / "data")


def entries(data: DataDir) -> list[Unread]:
    with closing(open_database(data)) as db:
        return unread(db, now())


def test_what_could_not_be_read_is_listed_with_its_reason(read: DataDir) -> None:
    told = json.loads(gouji(read, "unread", "--json"))
    found = {one["url"].rpartition("/")[2][:6]: one for one in told}
    assert not any(name.startswith(("0.", "4.")) for name in found)
    attached = next(one for one in told if one["agency_name"] == BODIES[1])
    assert (attached["year"], attached["reasons"], attached["parts"]) == (
        YEAR,
        ["part_unread"],
        ["attachment", "elsewhere"],
    )
    assert Path(attached["archived"]).name == attached["document"]
    assert any("no_agency" in one["reasons"] for one in told)
    assert any(one["reasons"] == ["damaged_file"] for one in told)


@pytest.mark.parametrize(("lang", "words"), [("zh", "有附件没有读"), ("en", "an attachment was not read")])
def test_it_is_said_in_either_language(read: DataDir, lang: str, words: str) -> None:
    text = gouji(read, "--lang", lang, "unread")
    assert words in text
    assert BODIES[0] not in text
    alone = gouji(read, "--lang", lang, "unread", BODIES[1])
    assert words in alone
    assert BODIES[2] not in alone


def test_nothing_of_it_is_a_finding_a_letter_or_missing(read: DataDir, tmp_path: Path) -> None:
    found = json.loads(gouji(read, "findings", "--all", "--json"))
    assert not [
        one["rule"] for one in found if one["agency_name"] == BODIES[1] and one["class"] in ("fatal", "explain")
    ]
    assert not [one for one in found if one["rule"] in ("form.table_missing", "t3.unstated")]


def test_show_of_such_a_body_and_year_says_what_is_there(read: DataDir) -> None:
    text = gouji(read, "show", BODIES[1], str(YEAR))
    assert "有附件没有读" in text
    other = gouji(read, "--lang", "en", "show", BODIES[1], str(YEAR - 3), status=3)
    assert str(YEAR) in other


def test_the_operators_digest_has_the_list_and_nobody_elses(read: DataDir) -> None:
    with closing(open_database(read)) as db:
        left = lines(db, now(), "zh")
    assert any(BODIES[1] in line and "有附件没有读" in line for line in left)
    coverage = Coverage(YEAR, 0, 0, 0, 0, 0, 0, 0)
    for operator in (True, False):
        digest = compose(
            [],
            language="zh",
            day=date.today() - timedelta(days=1),
            names={},
            still_open=0,
            held=0,
            coverage=coverage,
            operator=operator,
            unread=left,
        )
        assert bool(digest.unread) is operator
        assert digest.unread_count == (len(left) if operator else 0)


def test_an_entry_of_a_list_that_could_not_be_fetched_is_listed(data: DataDir) -> None:
    title = f"{BODIES[2]}{YEAR}年政府信息公开工作年度报告"
    with closing(open_database(data)) as db, db.atomic():
        db.execute("insert into portals (id, name, start_url) values ('p', '青石市', 'http://127.0.0.1/nb/')")
        db.execute("insert into crawls (id, started_at, outcome) values (1, ?, 'done')", [now().isoformat()])
        db.execute(
            "insert into looks (portal, key, url, kind, ask, year, verdict, looks, spread, listed_in) "
            "values ('p', 'k', 'http://127.0.0.1/nb/9.html', 'detail', ?, ?, 'unreadable', 1, 0, 1)",
            [json.dumps({"title": title}), YEAR],
        )
    listed = [one for one in entries(data) if one.reasons == ("listed",)]
    assert [(one.name, one.year, one.url) for one in listed] == [(BODIES[2], YEAR, "http://127.0.0.1/nb/9.html")]


def test_every_reason_and_every_part_has_its_words_in_both_languages() -> None:
    words = _words()
    assert set(words["part"]) == set(PARTS)
    assert set(get_args(Left)) <= set(PARTS)
    assert set(words["code"]) >= {*NOT_WHOLE, *UNREAD_CODES, "cell_text", "table_missing"}
    assert set(UNREAD_CODES) == {*NOT_WHOLE, *NOBODYS, "table_unread", "other_measure"}, "then the view is another"
    assert words["said_by"].items() <= {("table_missing", "image")}
    for kind in ("part", "code"):
        assert all(one.keys() == {"zh", "en"} and all(one.values()) for one in words[kind].values())
    one = Unread(("never_heard_of",), (), "", "", None, "", "http://x/", "")
    assert "never_heard_of" in reason_words(one, "zh")


def test_the_view_and_the_command_list_the_same_documents(read: DataDir) -> None:
    told = json.loads(gouji(read, "unread", "--json"))
    with closing(open_database(read)) as db:
        rows = [*db.query("select * from unread order by problem")]
    assert {row["url"] for row in rows} == {one["url"] for one in told}
    assert {(row["url"], row["code"]) for row in rows} == {
        (one["url"], code) for one in told for code in one["reasons"]
    }
    (attached,) = [row for row in rows if row["agency_name"] == BODIES[1]]
    assert (attached["year"], attached["code"], attached["report"] is None) == (YEAR, "part_unread", False)
    assert json.loads(attached["facts"])["parts"] == ["attachment", "elsewhere"]
    assert [row["report"] for row in rows if row["code"] == "damaged_file"] == [None]


def test_a_picture_in_the_place_of_a_table_is_told_once() -> None:
    one = Unread(("table_missing", "part_unread"), ("image",), "", "", None, "", "http://x/", "")
    assert reason_words(one, "zh") == "正文有图片，表格可能是图片"
    alone = Unread(("table_missing",), (), "", "", None, "", "http://x/", "")
    assert reason_words(alone, "zh") == "没有读到表格，正文有图片"


def test_a_cell_that_prints_what_we_cannot_read_is_listed(read: DataDir, tmp_path: Path) -> None:
    data = make_data(tmp_path / "one")
    page = make_history(3, BODIES[0], [YEAR])[0].html("plain")
    (tmp_path / "a.html").write_text(page.replace("<td>0</td></tr>", "<td>3①</td></tr>", 1), encoding="utf-8")
    gouji(data, "add", str(tmp_path / "a.html"))
    gouji(data, "extract")
    (told,) = json.loads(gouji(data, "unread", "--json"))
    assert (told["agency_name"], told["reasons"]) == (BODIES[0], ["cell_text"])
