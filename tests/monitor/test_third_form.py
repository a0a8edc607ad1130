"""A generation of the form that is one file: read, stored, checked, shown and exported, and never taken for another."""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extract.form.form_file import OWN
from monitor.samples import make_history
from tests.corpus import NEEDED, texts
from tests.extract.third_form import FIGURES, FOLDER, page

BODY = "青石市教育局"


def gouji(*arguments: str, forms: Path | None = FOLDER, status: int | None = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "GOUJI_FORMS"}
    environment |= {"PYTHONUTF8": "1", **({"GOUJI_FORMS": str(forms)} if forms else {})}
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
    )
    assert done.returncode == status or status is None, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout or done.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of 2024 and 2025 on the form of 2021, of 2026 on the invented one; that of 2027 does not add up."""
    folder = tmp_path_factory.mktemp("third")
    for sample in make_history(5, BODY, [2024, 2025]):
        (folder / f"{sample.year}.html").write_text(sample.html(), encoding="utf-8")
    (folder / "2026.html").write_text(page(BODY, 2026), encoding="utf-8")
    wrong = {**FIGURES, "refused.personal_privacy": (6, 0, 0, 0, 0, 0, 5)}
    (folder / "2027.html").write_text(page(BODY, 2027, wrong), encoding="utf-8")
    where = ("--data", str(folder / "data"))
    gouji("init", *where)
    gouji("add", *map(str, sorted(folder.glob("*.html"))), *where)
    gouji("extract", *where)
    gouji("check", *where)
    return folder


def shown(data: Path, year: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gouji("show", BODY, str(year), "--json", "--data", str(data / "data")))
    return found


def database(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(data / "data" / "gouji.db")


def test_it_is_read_and_stored_cell_by_cell(data: Path) -> None:
    with database(data) as db:
        templates = db.execute("select year, template, status, form_t2, form_t3, form_t4 from reports order by year")
        assert templates.fetchall() == [
            (2024, "2021", "complete", "2021", "2021", "both"),
            (2025, "2021", "complete", "2021", "2021", "both"),
            (2026, "2026", "complete", "2026", "2026", "both"),
            (2027, "2026", "complete", "2026", "2026", "both"),
        ]
        rows = {
            row[0]: row[1:8]
            for row in db.execute(
                "select a.* from applications a join reports r on r.id = a.report where r.year = 2026"
            ).fetchall()
            for row in [row[1:]]
        }
        assert {code: tuple(figures) for code, figures in FIGURES.items()} == {code: rows[code] for code in FIGURES}
        assert len(rows) == 23
        items = db.execute(
            "select item, measure, value from disclosure d join reports r on r.id = d.report "
            "where r.year = 2026 and item in ('emergency_plans', 'normative_documents')"
        ).fetchall()
        assert {row[:2]: row[2] for row in items} == {
            ("emergency_plans", "plans"): 6,
            ("emergency_plans", "drills"): 4,
            ("normative_documents", "made"): 3,
            ("normative_documents", "amended"): 1,
            ("normative_documents", "repealed"): 2,
            ("normative_documents", "in_force"): 21,
        }
        assert db.execute("select count(*) from problems").fetchone() == (0,)
        refused, unavailable = db.execute("select refused, unavailable from totals where year = 2026").fetchone()
        assert (refused, unavailable) == (5, 10), "a group and a line of its own stand in one column"


def test_it_is_checked_by_the_rules_that_speak_of_its_cells(data: Path) -> None:
    with database(data) as db:
        found = db.execute(
            "select year, rule, subject, json_extract(suspect, '$.cell'), "
            "json_extract(suspect, '$.value') from findings where rule like 't3.%' or rule like 'form.%' "
            "order by year, rule, subject"
        ).fetchall()
    cell = "T3[refused.personal_privacy,natural_person]"
    assert [one for one in found if one[0] > 2025] == [
        (2027, "t3.column_sum", "natural_person", cell, 5),
        (2027, "t3.row_sum", "refused.personal_privacy", cell, 5),
    ]


def test_it_is_shown_in_its_own_words_and_numbers(data: Path) -> None:
    text = gouji("show", BODY, "2027", "--data", str(data / "data"), "--lang", "zh")
    for words in (
        "2026 年格式",
        "2.属于个人隐私",
        "3.其他法律行政法规禁止公开",
        "营利法人",
        "（四）无法提供",
        "应急预案",
        "年末有效件数",
        "本年修改件数",
    ):
        assert words in text, text
    older = gouji("show", BODY, "2025", "--data", str(data / "data"), "--lang", "zh")
    assert "2.其他法律行政法规禁止公开" in older
    assert "个人隐私" not in older
    assert "营利法人" not in older


def test_a_draft_is_verified(data: Path) -> None:
    assert gouji("verify", str(data / "2026.html"), "--lang", "zh")
    text = gouji("verify", str(data / "2027.html"), "--lang", "zh", status=1)
    assert "应为 5" in text
    assert "属于个人隐私" in text


def test_it_is_due_from_its_first_year_on(data: Path, tmp_path: Path) -> None:
    [late] = make_history(5, BODY, [2026], form="2021")
    (tmp_path / "迟.html").write_text(late.html(), encoding="utf-8")
    early = page(BODY, 2025)
    (tmp_path / "早.html").write_text(early, encoding="utf-8")
    assert "用的是 2021 年格式，2026 年年报应使用 2026 年格式" in gouji(
        "verify", str(tmp_path / "迟.html"), "--lang", "zh", status=1
    )
    assert "用的是 2026 年格式，2025 年年报应使用 2021 年格式" in gouji(
        "verify", str(tmp_path / "早.html"), "--lang", "zh", status=1
    )


def test_years_of_two_forms_are_compared_like_with_like(data: Path) -> None:
    found = json.loads(gouji("diff", BODY, "2025", "2026", "--json", "--data", str(data / "data")))
    remarks = {tuple(remark["cells"]) for remark in found["remarks"] if remark["code"] == "other_folded"}
    assert remarks == {
        ("T3[unavailable]", "T3[unavailable.not_held]", "T3[unavailable.needs_creation]", "T3[unavailable.unclear]")
    }
    cells = {change["cell"] for change in found["changes"]}
    assert "T3[unavailable,total]" in cells
    assert not {cell for cell in cells if "unavailable." in cell}


def test_it_is_exported_with_its_codes(data: Path, tmp_path: Path) -> None:
    gouji("export", str(tmp_path / "out"), "--data", str(data / "data"))
    files = {path.name: path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").rglob("*.csv")}
    codes = {(row["list"], row["code"]): row for row in csv.DictReader(files["codes.csv"].splitlines())}
    assert codes["disposition", "refused.personal_privacy"]["zh"] == "属于个人隐私"
    assert codes["measure", "drills"]["en"] == "drills this year"
    assert "refused.personal_privacy" in files["applications.csv"]
    assert "emergency_plans" in files["disclosure.csv"]
    rules = {row["rule"]: row for row in csv.DictReader(files["rules.csv"].splitlines())}
    assert rules["t3.column_sum"]["forms"] == "2019 2021 2026"
    assert rules["t2.fee_unit"]["forms"] == "2021"


def documents(folder: Path) -> list[Path]:
    """Reports on the forms that there are, in every layout we make, and every frozen document."""
    for form in ("2019", "2021", "2021+2019", "2019+2021"):
        for number, body in enumerate(("青石市财政局", "示例县青山镇人民政府")):
            for sample in make_history(9, body, [2022, 2023], form=form):
                name = f"{form}-{number}-{sample.year}"
                (folder / f"{name}.html").write_text(sample.html(), encoding="utf-8")
                (folder / f"{name}-plain.html").write_text(sample.html("plain"), encoding="utf-8")
                (folder / f"{name}.txt").write_text(sample.text(), encoding="utf-8")
    frozen = Path(__file__).parents[1] / "documents"
    for path in sorted(frozen.glob("*/report.*")):
        shutil.copy(path, folder / f"{path.parent.name}{path.suffix}")
    return sorted(folder.iterdir())


@NEEDED
def test_no_real_document_is_taken_for_it() -> None:
    paths = [str(one.path) for one in texts()]
    with_it, without = (
        json.loads(gouji("verify", *paths, "--json", status=1, forms=forms))["files"] for forms in (FOLDER, None)
    )
    for one, other in zip(with_it, without, strict=True):
        assert one == other, one["file"]


def test_neither_is_ever_taken_for_another(tmp_path: Path) -> None:
    """With the invented form at hand the real ones are read to the letter as without it; without it, it is none."""
    paths = [*map(str, documents(tmp_path))]
    with_it = gouji("verify", *paths, "--json", status=1)
    without = gouji("verify", *paths, "--json", status=1, forms=None)
    for one, other in zip(json.loads(with_it)["files"], json.loads(without)["files"], strict=True):
        assert one == other, one["file"]


@pytest.mark.parametrize("layout", ["html", "tabs", "running"])
def test_it_is_known_by_what_is_left_of_it(tmp_path: Path, layout: str) -> None:
    """Rows whose labels are torn or lost: as long as one thing tells, it tells."""
    whole = page(BODY, 2026, layout=layout)
    lost = {
        "new": "2.属于个人隐私",
        "heading": "营利法人",
        "line": "1.申请人无正当理由逾期不补正",
        "tables": "年末有效件数",
    }
    for name, words in lost.items():
        path = tmp_path / f"{name}.{'html' if layout == 'html' else 'txt'}"
        path.write_text(whole.replace(words, "□□□"), encoding="utf-8")
    files = json.loads(gouji("verify", str(tmp_path), "--json", status=1))["files"]
    assert len(files) == len(lost)
    for one in files:
        assert one["report"]["forms"] == {"T2": "2026", "T3": "2026", "T4": "both"}, one["file"]


def test_a_form_that_cannot_be_used_is_told_and_no_fault_of_ours(data: Path, tmp_path: Path) -> None:
    broken = (FOLDER / "2026.toml").read_text(encoding="utf-8").replace("科研机构", "")
    (tmp_path / "2026.toml").write_text(broken, encoding="utf-8")
    told = gouji("verify", str(data / "2026.html"), forms=tmp_path, status=2)
    assert "2026.toml" in told
    assert "labels" in told


def test_who_has_other_forms_reads_again(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "data", tmp_path / "data")
    where = ("--json", "--data", str(tmp_path / "data"))
    assert json.loads(gouji("extract", *where))["read"] == 0
    assert json.loads(gouji("extract", *where, forms=None))["read"] == 4


def test_a_form_that_was_taken_away_is_told(data: Path) -> None:
    assert "2026" in gouji("show", BODY, "2026", "--data", str(data / "data"), forms=None, status=3)


# What a stranger makes of the file of 2021, and how a page of it prints that.
SMALL: dict[str, tuple[tuple[str, str], tuple[str, str] | None]] = {
    "nothing but the year": (("", ""), None),
    "one more row": (
        (
            '  { code = "refused.third_party_rights"',
            '  { code = "refused.privacy", label = "9.属于个人隐私", contains = ["个人隐私"], zh = "个人隐私", en = "privacy" },\n'
            '  { code = "refused.third_party_rights"',
        ),
        ("4.保护第三方合法权益", "9.属于个人隐私"),
    ),
    "another heading in table 3": (('labels = ["商业企业"]', 'labels = ["营利法人"]'), ("商业企业", "营利法人")),
    "another heading in table 2": (
        ('labels = ["现行有效件数", ', 'labels = ["年末有效件数", "现行有效件数", '),
        ("现行有效件数", "年末有效件数"),
    ),
    "one block more": (
        (
            "[T3]\nmembers",
            '[[T2.block]]\nheading = "第二十条第（十一）项"\nmeasures = [{ code = "plans", labels = ["现行预案数量"], '
            'zh = "现行预案数量", en = "plans" }]\nitems = [{ code = "emergency_plans", labels = ["应急预案"], zh = "应急预案", '
            'en = "emergency plans" }]\n\n[T3]\nmembers',
        ),
        None,
    ),
    "one row fewer": (
        ('  { code = "not_processed.publication", label = "3.要求提供公开出版物", contains = ["公开出版物"] },\n', ""),
        None,
    ),
    "one leaf more in a group": (
        (
            '  { code = "unavailable.not_held"',
            '  { code = "unavailable.all", label = "1.全部情形", contains = ["全部情形"], '
            'zh = "全部情形", en = "all of them" },\n  { code = "unavailable.not_held"',
        ),
        None,
    ),
    "one track more": (
        ("tracks = [", 'tracks = [\n  { code = "review", labels = ["行政裁决"], zh = "行政裁决", en = "review" },'),
        None,
    ),
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """Reports on the real forms, and what is read in them where no other form is known."""
    folder = tmp_path_factory.mktemp("real")
    for form in ("2021", "2019", "2019+2021"):
        [sample] = make_history(9, BODY, [2023], form=form)
        (folder / f"{form}.html").write_text(sample.html(), encoding="utf-8")
        (folder / f"{form}.txt").write_text(sample.text(), encoding="utf-8")
    return folder, reports(None, folder)


def reports(forms: Path | None, *paths: Path) -> list[dict[str, Any]]:
    told = json.loads(gouji("verify", *map(str, paths), "--json", forms=forms, status=None))
    return [one["report"] for one in told["files"]]


@pytest.mark.parametrize("name", SMALL)
def test_the_file_of_2021_with_one_thing_changed_is_a_form(
    real: tuple[Path, list[dict[str, Any]]], tmp_path: Path, name: str
) -> None:
    """Copied, renamed and changed in one place: the real form is read as before, a page of the new one is known."""
    (before, after), printed = SMALL[name]
    text = (OWN / "2021.toml").read_text(encoding="utf-8")
    assert before in text
    text = text.replace('id = "2021"', 'id = "2031"').replace("first_year = 2021", "first_year = 2031")
    if before:
        text = text.replace('name = "both" # of 2019 and 2021: the same table\n', "").replace(before, after)
    (tmp_path / "2031.toml").write_text(text, encoding="utf-8")
    pages, old = real
    [new] = make_history(9, BODY, [2031], form="2021")
    (tmp_path / "新.html").write_text(new.html().replace(*(printed or ("", ""))), encoding="utf-8")
    *found_old, found = reports(tmp_path, pages, tmp_path / "新.html")
    assert found_old == old
    if printed:
        assert found["template"] == "2031", found["forms"]
        assert {problem["code"] for problem in found["problems"]} <= {"row_missing"}
