"""The road by its commands, on a real data directory: add, extract, check, findings, decisions, show, diff."""

import json
import re
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.samples import SampleReport, make_history
from monitor.schema import open_database
from monitor.words.terminal import inert

AGENCY = "青石市财政局"


class Gouji:
    """Calls of gouji on one data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, *arguments: object, status: int = 0) -> Result:
        line = [str(part) for part in arguments]
        result = CliRunner().invoke(main, ["--data", str(self.root), *line], env={"GOUJI_DATA": None})
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    def json(self, *arguments: object, status: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", status=status).stdout)

    def read(self, *paths: Path) -> None:
        self("add", *paths)
        self("extract")
        self("check")


@pytest.fixture
def gouji(tmp_path: Path) -> Gouji:
    return Gouji(tmp_path / "数据")


def write(folder: Path, *samples: SampleReport, name: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    for sample in samples:
        (folder / (name or f"{sample.year}.html")).write_text(sample.html(), encoding="utf-8")
    return folder


@pytest.fixture
def broken(tmp_path: Path, gouji: Gouji) -> Gouji:
    """Two years of one body; the second has one wrong cell and a broken carry-over."""
    earlier, later = make_history(3, AGENCY, [2022, 2023], dense=True)
    later = later.with_broken_carry()
    later = later.with_cell("T3[granted,total]", later.count("T3[granted,total]") + 1)
    gouji.read(write(tmp_path / "件", earlier, later))
    return gouji


def test_add_makes_the_directory_and_tells_what_it_took(tmp_path: Path, gouji: Gouji) -> None:
    folder = write(tmp_path / "件", *make_history(3, AGENCY, [2022, 2023]))
    (folder / "链接").symlink_to(folder / "2022.html")
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as package:
        package.write(folder / "2022.html", "另一份.html")
    first = gouji.json("add", folder, tmp_path / "包.zip")
    assert (first["added"], first["known"]) == (3, 0)
    assert [Path(one["name"]).name for one in first["refused"]] == ["链接"]
    assert gouji.json("add", folder)["known"] == 2
    assert (gouji.root / "gouji.toml").is_file()


def test_add_of_what_is_not_there(tmp_path: Path, gouji: Gouji) -> None:
    result = gouji("add", tmp_path / "没有", status=2)
    assert len(result.stderr.splitlines()) == 1
    assert not gouji.root.exists()


def test_extract_counts_and_is_done_once(tmp_path: Path, gouji: Gouji) -> None:
    folder = write(tmp_path / "件", *make_history(3, AGENCY, [2022, 2023]))
    (folder / "空.html").write_bytes(b"")
    gouji("add", folder)
    first = gouji.json("extract")
    assert (first["read"], first["reports"]) == (3, 2)
    assert gouji.json("extract")["read"] == 0
    assert gouji.json("extract", "--all")["read"] == 3
    said = gouji("extract", "--all").stdout.splitlines()[-1]
    assert re.fullmatch("读文件 3 份，得年报 [0-3] 份（读全 [0-3]，读了部分 [0-3]，没有读到表格 [0-3]）", said)


def test_findings_name_the_cell_in_words_and_in_json_in_code(broken: Gouji) -> None:
    found = broken.json("findings", "--class", "fatal")
    assert {(one["rule"], one["subject"]) for one in found} == {("t3.row_sum", "granted"), ("t3.column_sum", "total")}
    assert {one["suspect"]["cell"] for one in found} == {"T3[granted,total]"}
    assert all(one["agency_name"] == AGENCY and one["year"] == 2023 for one in found)
    text = broken("findings", "--rule", "t3.row_sum").output
    assert "（一）予以公开·总计 印" in text
    assert "T3[" not in text
    assert "共 1 项" in text


def test_what_is_no_trouble_is_listed_when_asked_for(broken: Gouji) -> None:
    everything = broken.json("findings")
    quiet = [one for one in everything if one["class"] == "info" or one["status"] == "shadow"]
    assert 0 < len(quiet) < len(everything)
    told = broken("findings").output
    assert f"共 {len(everything) - len(quiet)} 项" in told
    assert f"{len(quiet)} 项未列：gouji findings --all" in told
    assert f"共 {len(everything)} 项" in broken("findings", "--all").output
    assert " · 参考\n" in broken("findings", "--class", "info").output


def test_several_are_decided_at_once_or_none(broken: Gouji) -> None:
    first, second = (one["id"] for one in broken.json("findings")[:2])
    broken("acknowledge", first, 999_999, "--reason", "已电话通知", status=2)
    assert broken.json("findings", "--status", "acknowledged") == []
    told = broken.json("acknowledge", first, second, first, "--reason", "已电话通知")
    assert [one["id"] for one in told] == [first, second]
    assert {one["id"] for one in broken.json("findings", "--status", "acknowledged")} == {first, second}


def test_findings_are_filtered(broken: Gouji) -> None:
    everything = broken.json("findings")
    assert broken.json("findings", "--year", "2022", "--class", "fatal") == []
    assert broken.json("findings", "--agency", "青石") == everything
    carried = broken.json("findings", "--rule", "year.")
    assert {"year.carry"} <= {one["rule"] for one in carried}
    assert all(one["rule"].startswith("year.") for one in carried)
    assert broken.json("findings", "--status", "resolved") == []
    broken("findings", "--agency", "没有这个局", status=2)


def test_decisions_need_a_reason_are_kept_and_survive(broken: Gouji) -> None:
    first, second, third = broken.json("findings")[:3]
    broken("acknowledge", first["id"], "--reason", "  ", status=2)
    told = broken.json("acknowledge", first["id"], "--reason", "已电话通知", "--until", "2999-12-31")
    assert (told["status"], told["expires"]) == ("acknowledged", "2999-12-31")
    broken("explain", second["id"], "--reason", "机构合并")
    assert "已电话通知" in broken("findings", "--status", "acknowledged").output
    broken("dismiss", third["id"], "--reason", "读取有误")
    broken("extract", "--all")
    broken("check", "--all")
    after = {one["id"]: one for one in broken.json("findings")}
    assert [after[one["id"]]["status"] for one in (first, second, third)] == [
        "acknowledged",
        "explained",
        "false_positive",
    ]
    assert "机构合并" in after[second["id"]]["note"]
    broken("dismiss", 999, "--reason", "因", status=2)
    broken("acknowledge", first["id"], "--reason", "因", "--until", "2020-01-01", status=2)
    broken("acknowledge", first["id"], "--reason", "因", "--until", "明天", status=2)


def test_show_marks_the_cell_and_says_where_it_came_from(broken: Gouji) -> None:
    text = broken("show", "青石").output
    assert "2023.html" in text
    row = next(line for line in text.splitlines() if "（一）予以公开" in line)
    assert row.rstrip().endswith("*")
    assert "待核 · 数据不符 · 不平" in text
    told = broken.json("show", AGENCY, 2023)
    assert len(told["source"]["document"]) == 64
    assert Path(told["source"]["archived"]).is_file()
    assert {row["place"] != "" for row in told["rows"]} == {True}
    assert {one["rule"] for one in told["findings"]} >= {"t3.row_sum", "year.carry"}
    assert broken.json("show", AGENCY, 2022)["year"] == 2022
    assert "g1 r" in broken("show", AGENCY, "--places").output
    assert "2022, 2023" in broken("show", AGENCY, 2019, status=3).stderr


def test_an_agency_is_meant_by_code_name_or_part(broken: Gouji) -> None:
    with closing(open_database(DataDir(broken.root))) as db:
        db.execute("insert into agencies (code, name) values ('11110000000000001X', '青石市民政局')")
    assert "青石市民政局" in broken("show", "青石", status=2).stderr
    assert AGENCY in broken("show", AGENCY).output
    broken("show", "11110000000000001X", status=3)
    for hostile in ("%", "_", "' or 1=1 --", "\x1b[2J", "长" * 5000):
        assert len(broken("show", hostile, status=2).stderr.splitlines()) == 1


def test_diff_shows_changes_and_the_broken_chain(broken: Gouji) -> None:
    told = broken.json("diff", AGENCY)
    relations = {(one["rule"], one["subject"]): one["verdict"] for one in told["relations"]}
    assert relations["year.carry", "natural_person"] == "fail"
    assert relations["year.carry", "total"] == "fail"
    assert relations["year.carry", "business"] == "pass"
    assert relations["year.stock", "normative_documents"] == "pass"
    assert told["changes"]
    text = broken("diff", AGENCY, 2022, 2023).output
    assert "year.carry[natural_person]" in text
    assert "不符" in text
    broken("diff", AGENCY, 2021, 2023, status=3)
    broken("diff", AGENCY, 2021, 2022, 2023, status=2)


def test_a_corrected_version_resolves_and_diff_shows_it(tmp_path: Path, broken: Gouji) -> None:
    right = make_history(3, AGENCY, [2022, 2023], dense=True)[1]
    broken.read(write(tmp_path / "件", right))
    assert broken.json("findings", "--status", "open", "--class", "fatal") == []
    assert broken.json("findings", "--status", "resolved", "--class", "fatal")
    told = broken.json("diff", AGENCY, "--versions")
    assert len(told["versions"]) == 2
    (difference,) = told["differences"]
    assert "T3[granted,total]" in {one["cell"] for one in difference["changes"]}
    assert "2 个版本" in broken("diff", AGENCY, 2023, "--versions").output


def test_diff_needs_two_years(tmp_path: Path, gouji: Gouji) -> None:
    gouji.read(write(tmp_path / "件", make_history(3, AGENCY, [2023])[0]))
    assert "2023" in gouji("diff", AGENCY, status=3).stderr
    assert len(gouji.json("diff", AGENCY, "--versions")["versions"]) == 1


def test_the_register(tmp_path: Path, gouji: Gouji) -> None:
    table = tmp_path / "名录.csv"
    table.write_text(
        "name,kind,level\n示例县民政局,department,county\n示例县人民政府,government,county\n", encoding="utf-8"
    )
    told = gouji.json("agencies", "import", table)
    assert told["added"] == 2
    assert [one["name"] for one in gouji.json("agencies", "list")] == ["示例县人民政府", "示例县民政局"] or (
        {one["name"] for one in gouji.json("agencies", "list")} == {"示例县人民政府", "示例县民政局"}
    )
    assert "示例县民政局" in gouji("agencies", "list").output
    table.write_text("name,kind\n示例县民政局,某种\n", encoding="utf-8")
    assert gouji("agencies", "import", table, status=2).stderr.startswith("错误: ")
    gouji("agencies", "import", tmp_path / "没有.csv", status=2)


def test_every_bad_line_of_a_register_stands_on_a_line(tmp_path: Path, gouji: Gouji) -> None:
    table = tmp_path / "名录.csv"
    table.write_text("name,kind,first_year\n示例县民政局,某种,\n示例县教育局,,26\n", encoding="utf-8")
    lines = gouji("agencies", "import", table, status=2).stderr.splitlines()
    assert [line.replace("：", ":").partition(":")[0].strip() for line in lines] == ["错误", "第 2 行", "第 3 行"]
    lines = gouji("--lang", "en", "agencies", "import", table, status=2).stderr.splitlines()
    assert [line.partition(":")[0].strip() for line in lines] == ["error", "line 2", "line 3"]
    assert len(gouji.json("agencies", "import", table, status=2)["lines"]) == 2
    assert gouji.json("agencies", "list") == []


def test_a_register_that_names_a_portal_nobody_watches(tmp_path: Path, gouji: Gouji) -> None:
    gouji("init")
    (gouji.root / "gouji.toml").write_text(
        '[crawl]\ncontact = "mailto:a@example.org"\n[[portal]]\nid = "shili"\nstart_url = "http://127.0.0.1:9/nb/"\n',
        encoding="utf-8",
    )
    table = tmp_path / "名录.csv"
    table.write_text(
        "name,portal,parent\n示例县民政局,shili,示例县人民政付\n示例县教育局,shiil,示例县人民政付\n示例县财政局,,\n",
        encoding="utf-8",
    )
    told_of = gouji.json("agencies", "import", table)
    assert told_of["unwatched"] == {"shiil": 1}
    assert told_of["unknown_parents"] == {"示例县人民政付": 2}
    assert "“shiil”不在 gouji.toml 中" in gouji("agencies", "import", table).output
    assert "上级“示例县人民政付”不在名录中" in gouji("agencies", "import", table).output
    told = {one["name"]: one for one in gouji.json("doctor")["checks"]}["register"]
    assert told["ok"] is None
    assert "'shiil' (1)" in told["detail"]


def test_portals_of_the_configuration(gouji: Gouji) -> None:
    gouji("init")
    assert gouji.json("portal", "list") == []
    gouji("crawl", status=2)
    config = gouji.root / "gouji.toml"
    config.write_text(
        '[[portal]]\nid = "shili"\nname = "示例县"\nstart_url = "http://127.0.0.1:9/nb/"\n', encoding="utf-8"
    )
    (portal,) = gouji.json("portal", "list")
    assert (portal["id"], portal["name"], portal["state"]) == ("shili", "示例县", None)
    assert "shili" in gouji("crawl", "--portal", "别的", status=2).stderr


def test_alert_dry_run_prints_the_mail_and_sends_nothing(broken: Gouji) -> None:
    told = broken.json("alert", "--dry-run")
    (mail,) = told["messages"]
    assert AGENCY in mail["text"]
    assert told["sent"] == 0
    assert AGENCY in broken("alert", "--dry-run").output
    assert list((broken.root / "outbox").iterdir()) == []
    assert broken("alert", status=2).stderr.startswith("错误: ")


def test_alert_with_the_mail_server_down_is_status_3_and_one_json_value(broken: Gouji) -> None:
    (broken.root / "gouji.toml").write_text(
        '[mail]\nhost = "127.0.0.1"\nport = 9\nsender = "gouji@example.org"\nrecipients = ["you@example.org"]\n',
        encoding="utf-8",
    )
    result = broken("alert", "--json", status=3)
    told = json.loads(result.stdout)
    assert (told["sent"], told["failed"]) == (0, 1)
    assert result.stderr.startswith("错误: ")


def test_crawl_of_a_portal_that_is_down_is_status_3(gouji: Gouji) -> None:
    gouji("init")
    (gouji.root / "gouji.toml").write_text(
        '[crawl]\ncontact = "mailto:a@example.org"\ndelay = 0.0\n'
        '[[portal]]\nid = "shili"\nstart_url = "http://127.0.0.1:9/nb/"\n',
        encoding="utf-8",
    )
    told = gouji.json("crawl", status=3)
    assert [(one["id"], one["reached"]) for one in told["portals"]] == [("shili", False)]
    (portal,) = gouji.json("portal", "list")
    assert portal["state"] == "unreachable"


def test_a_document_cannot_act_on_the_terminal(tmp_path: Path, gouji: Gouji) -> None:
    sample = make_history(3, "青石市\x1b[31m财政\u202e局", [2023])[0].with_cell("T3[granted,total]", "=1+1\x1b]0;\x07")
    gouji.read(write(tmp_path / "件", sample))
    lines = [["agencies", "list"], ["findings"], ["alert", "--dry-run"]]
    names = [one["name"] for one in gouji.json("agencies", "list")]
    lines += [["show", name] for name in names]
    for line in lines:
        for result in (gouji(*line), gouji(*line, "--json")):
            assert all(inert(printed) == printed for printed in result.stdout.splitlines()), line


def test_an_altered_archive_file_stops_nothing_else(tmp_path: Path, gouji: Gouji) -> None:
    gouji("add", write(tmp_path / "件", *make_history(3, AGENCY, [2022, 2023])))
    victim = next(path for path in (gouji.root / "archive").rglob("*") if path.is_file())
    victim.chmod(0o644)
    victim.write_bytes(b"changed")
    told = gouji.json("extract")
    assert (told["read"], told["reports"]) == (2, 1)
    assert told["outcomes"] == {"archive_damaged": 1, "complete": 1}
    gouji("doctor", status=1)


def test_interrupted_is_one_line_and_status_130(tmp_path: Path, gouji: Gouji) -> None:
    gouji("init")
    program = (
        "import os, signal, sys; from monitor.cli import main; import monitor.asking.findings as f; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # a run in the background may ignore it
        "f.names_by_code = lambda *a: os.kill(os.getpid(), signal.SIGINT); main(sys.argv[1:])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "findings", "--data", str(gouji.root)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 130
    assert result.stderr.strip() == "错误: 已中断"
