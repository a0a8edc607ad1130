"""Many letters at once: a reminder before the day, a question after it, one for each body with open matters."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from python_calamine import CalamineWorkbook
from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef
from crawler.ground.data import DataDir
from monitor.asking.awaited import Contact, awaited, contacts_of
from monitor.checking.check import check
from monitor.cli import main
from monitor.duty.standing import ABSENT
from monitor.findings import Key, save
from monitor.letter.docx import docx
from monitor.letter.index import filed, index_files, stem_of
from monitor.letter.many import Mode, letters_for
from monitor.letter.parts import Letter, Looks, Part, compose, markdown
from tests.monitor.cookbook import build
from tests.monitor.test_absence import CONFIG, local, publish, sweep
from tests.monitor.test_letter import HARSH, finding
from tests.monitor.test_missing import ORDERED, register
from tests.monitor.test_plain import OURS

__all__ = ["register"]
BEFORE, AFTER = local("2026-01-25T09:00:00"), local("2026-02-11T09:00:00")


def letters(db: Database, at: datetime, mode: Mode, **given: str) -> list[Letter]:
    return list(letters_for(db, CONFIG, at, mode, **given).letters)  # type: ignore[arg-type]  # the keywords of a test are of any type


def say(db: Database) -> None:
    db.execute(
        "create table if not exists contacts (id integer primary key, agency text, name text, phone text, email text, role text)"
    )
    db.execute("insert into contacts (agency, name, phone) values ('cz', '张三', '0356-1234567')")
    db.execute("insert into contacts (agency, name, email) values ('cz', '李四', 'li@example.org')")


# --- before the day ----------------------------------------------------------------------------------------------


def test_before_the_day_those_are_reminded_that_have_not_published(register: Database) -> None:
    sweep(register, local("2026-01-20T02:30:00"))
    found = letters(register, BEFORE, "remind")
    assert [one.agency.code for one in found] == ["jy", "cz", "zf"], "in the register's order"
    publish(register, "青石市教育局", local("2026-01-25T02:31:00"))
    assert [one.agency.code for one in letters(register, BEFORE, "remind")] == ["cz", "zf"]
    text = markdown(found[1])
    assert "2026年1月31日" in text
    assert "距今还有 6 天" in text
    assert "第四十九条第一款" in text
    assert "查看" not in text, "looks are not spoken of"
    assert "2026年3月31日" in markdown(found[2])
    for one in found:
        assert not HARSH.search(markdown(one))
        assert not OURS.search(markdown(one))


def test_a_local_day_comes_first_and_the_law_s_is_said_beside_it(register: Database) -> None:
    found = letters_for(register, ORDERED, local("2026-01-10T09:00:00"), "remind").letters
    by_code = {one.agency.code: markdown(one) for one in found}
    assert "2026年1月20日" in by_code["jy"]
    assert "（法定期限为2026年1月31日）" in by_code["jy"]
    assert "2026年1月20日" in by_code["hk"]
    assert "法定期限" not in by_code["hk"]
    after = {one.agency.code: markdown(one) for one in letters_for(register, ORDERED, BEFORE, "remind").letters}
    assert "2026年1月31日" in after["jy"]
    assert "hk" not in after


def test_on_the_day_itself_it_is_said_that_it_is_today(register: Database) -> None:
    found = letters(register, local("2026-01-31T09:00:00"), "remind", agency="cz")
    assert "应于今日（2026年1月31日）内" in markdown(found[0])
    assert "published today" in markdown(
        letters_for(register, CONFIG, local("2026-01-31T09:00:00"), "remind", agency="cz", language="en").letters[0]
    )


# --- after it ------------------------------------------------------------------------------------------------------


def test_after_the_day_looks_are_spoken_of_with_their_list(register: Database) -> None:
    publish(register, "青石市教育局", local("2026-01-25T02:31:00"))
    for day in ("2026-02-01", "2026-02-06", "2026-02-10"):
        sweep(register, local(f"{day}T02:30:00"))
    check(register, CONFIG, AFTER)
    found = letters(register, AFTER, "missing")
    assert [one.agency.code for one in found] == ["cz"]
    text = markdown(found[0])
    assert "查看记录附后" in text
    assert "查看记录（共 3 次" in text.replace("\\", "")
    assert "1. 2026-02-01 02:30" in text
    assert "预计公布的时间" in text
    assert not OURS.search(text)
    body = "\n".join(one.text for one in Document(io.BytesIO(docx(found[0], AFTER))).paragraphs)
    assert "3. 2026-02-10 02:30" in body


def test_without_a_list_no_look_is_spoken_of() -> None:
    absent = finding(key=Key("cz", 2024, "pub.state", "report"), verdict="overdue", finding_class="explain")
    letter = compose(AgencyRef("cz", "青石市财政局"), 2024, [absent], AFTER.date())
    assert letter is not None
    assert "查看记录" not in markdown(letter)
    many = compose(
        AgencyRef("cz", "青石市财政局"),
        2024,
        [absent],
        AFTER.date(),
        looks=Looks(("2026-02-01T01:00:00Z",) * 100, ("甲",)),
    )
    assert many is not None
    assert "此后还查看过 40 次" in markdown(many)


def test_what_came_since_the_last_check_is_not_asked_for(register: Database) -> None:
    sweep(register, local("2026-02-10T02:30:00"))
    check(register, CONFIG, AFTER)
    assert [one.agency.code for one in letters(register, AFTER, "missing")] == ["jy", "cz"]
    publish(register, "青石市财政局", local("2026-02-14T02:30:30"))
    assert [one.agency.code for one in letters(register, local("2026-02-20T09:00:00"), "missing")] == ["jy"]


def test_the_bodies_that_are_awaited_come_with_their_contacts(register: Database) -> None:
    assert "cz" not in contacts_of(register)
    say(register)
    sweep(register, local("2026-02-01T02:30:00"))
    found = {one.agency: one for one in awaited(register, CONFIG, AFTER, 2025, ABSENT)}
    assert found["cz"].contacts == (Contact("张三", "0356-1234567"), Contact("李四", email="li@example.org"))
    assert found["jy"].contacts == ()
    assert found["cz"].looks


# --- what is open ----------------------------------------------------------------------------------------------


def test_every_body_with_open_matters_gets_one_letter_over_its_years(register: Database) -> None:
    with register.atomic():
        save(
            register,
            [
                finding(id=None, key=Key("jy", 2024, "t3.balance", "total")),
                finding(id=None, key=Key("jy", 2023, "t3.balance", "other")),
                finding(id=None, key=Key("zf", 2024, "form.title", "report"), finding_class="confirm"),
                finding(id=None, key=Key("cz", 2024, "t3.balance", "total"), status="explained"),
            ],
        )
    told = letters_for(register, CONFIG, AFTER, "open")
    assert [one.agency.code for one in told.letters] == ["jy", "zf"]
    assert told.without == 3
    jy = told.letters[0]
    assert (jy.first, jy.year, len(jy.findings)) == (2023, 2024, 2)
    assert "2023年度：" in markdown(jy)
    assert "历年" in markdown(jy)
    assert stem_of(jy, "核实函") == "核实函-青石市教育局-2023-2024"
    assert jy.about == "数据不符 2"
    only = letters_for(register, CONFIG, AFTER, "open", year=2024).letters
    assert [stem_of(one, "核实函") for one in only] == ["核实函-青石市教育局-2024", "核实函-青石市人民政府-2024"]


# --- the files -----------------------------------------------------------------------------------------------------


HOSTILE = [
    "../../坏\n局/某科",
    "=1+1",
    "a|b](javascript:x)",
    "<script>x</script>",
    "\u202egnp",
    "长" * 300,
    "CON",
    ".",
    "",
]


def test_names_of_files_are_safe_and_none_is_taken_twice() -> None:
    parts = (Part("title", "题"),)
    letters = [Letter(AgencyRef(f"c{at}", name), 2025, "zh", (), parts, 2025, name) for at, name in enumerate(HOSTILE)]
    letters += [Letter(AgencyRef(code, "某局"), 2025, "zh", (), parts) for code in ("1", "2", "2")]
    found = filed(letters, "核实函", {"c0": (Contact("=1+1", "\u202e", "a\nb"),)})
    stems = [one.stem for one in found]
    assert len({stem.casefold() for stem in stems}) == len(stems)
    for stem in stems:
        assert Path(stem).name == stem
        assert len(f"{stem}.docx".encode()) < 255
        assert stem.isprintable()
    files = index_files(found, "zh")
    text = files["index.md"].decode()
    assert "<script>" not in text
    assert "](javascript" not in text.replace("\\]", "")
    assert len(text.splitlines()) == 4 + len(found)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(files["index.xlsx"])).get_sheet_by_index(0).to_python()
    assert rows[2][0] == "机关"
    assert len(rows) == 3 + len(found)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return build(tmp_path_factory.mktemp("letters") / "数据")


def gouji(data: DataDir, *arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--data", str(data.root), *map(str, arguments)], env={"GOUJI_DATA": None})
    assert result.exit_code == status, result.output
    return result


def test_all_letters_are_written_with_an_index_and_the_others_are_counted(sample: DataDir, tmp_path: Path) -> None:
    told = gouji(sample, "letter", "--all", "--output", tmp_path / "函").output
    names = sorted(one.name for one in (tmp_path / "函").iterdir())
    assert {"index.md", "index.xlsx"} < set(names)
    stems = {name.rsplit(".", 1)[0] for name in names} - {"index"}
    assert all(f"{stem}.docx" in names and f"{stem}.md" in names for stem in stems)
    assert f"已写好 {len(stems)} 封函" in told
    assert "没有要写的" in told
    index = (tmp_path / "函" / "index.md").read_text(encoding="utf-8")
    assert all(stem in index for stem in stems)
    again = gouji(sample, "letter", "--all", "--output", tmp_path / "函").output
    assert "已写好" in again


def test_nothing_is_written_where_one_letter_was_edited(sample: DataDir, tmp_path: Path) -> None:
    gouji(sample, "letter", "--all", "--output", tmp_path)
    edited = next(tmp_path.glob("核实函-*.md"))
    edited.write_text("改过", encoding="utf-8")
    before = {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir()}
    gouji(sample, "letter", "--all", "--output", tmp_path, status=2)
    assert {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir()} == before


def test_what_cannot_be_asked_for_is_said_in_the_language_of_the_call(sample: DataDir, tmp_path: Path) -> None:
    for arguments, zh, en in (
        (("--all", "--remind"), "请选一种", "choose one"),
        ((), "请写明机关", "name a body"),
        (("--missing", "--output", "-"), "--output 目录", "--output DIR"),
    ):
        assert zh in gouji(sample, "letter", *arguments, status=2).stderr
        assert en in gouji(sample, "--lang", "en", "letter", *arguments, status=2).stderr
    assert list(tmp_path.iterdir()) == []
