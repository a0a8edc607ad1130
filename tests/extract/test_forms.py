"""The forms as files: what a generation says of itself, and what is refused with its file and place."""

import re
from pathlib import Path

import pytest

from crawler.ground.errors import UsageError
from extract.form.form_file import OWN, load
from extract.form.forms import MEMBERS
from extract.form.template import normalize
from tests.extract.third_form import FOLDER

THIRD = (FOLDER / "2026.toml").read_text(encoding="utf-8")


def test_the_year_of_a_report_decides_which_form_is_due() -> None:
    forms = load(OWN, FOLDER)
    due = {year: form.id if (form := forms.due(year)) else None for year in (2018, 2019, 2020, 2021, 2025, 2026, 2040)}
    assert due == {2018: None, 2019: "2019", 2020: "2019", 2021: "2021", 2025: "2021", 2026: "2026", 2040: "2026"}
    assert (forms.newest.id, forms.first_year) == ("2026", 2019)


def test_a_form_ends_with_its_last_year(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(
        THIRD.replace("first_year = 2026", "first_year = 2026\nlast_year = 2026"), encoding="utf-8"
    )
    form = load(OWN, tmp_path).due(2027)
    assert form is not None
    assert form.id == "2021"


def test_a_table_is_called_by_the_generations_that_share_it() -> None:
    forms = load(OWN, FOLDER)
    assert forms.names("T4") == ("both",)
    assert forms.names("T3") == ("2026", "2021", "2019")
    assert forms.template({"T2": "2021", "T3": "2019", "T4": "both"}) == "2021+2019"
    assert forms.template({"T2": "2026", "T3": "2026"}) == "2026"
    assert forms.template({"T3": "2021"}) == "2021"
    assert forms.template({"T4": "both"}) == ""


def test_a_generation_may_change_one_table_alone(tmp_path: Path) -> None:
    """表三 of its own, 表二 of the form before: a report of both is of the new form, not of a mixture."""
    start, end = THIRD.index("[T2]"), THIRD.index("[T3]")
    (tmp_path / "2026.toml").write_text(THIRD[:start] + '[T2]\nsame_as = "2021"\n\n' + THIRD[end:], encoding="utf-8")
    forms = load(OWN, tmp_path)
    assert forms.names("T2") == ("2021", "2019")
    assert forms.template({"T2": "2021", "T3": "2026"}) == "2026"
    assert forms.template({"T2": "2021", "T3": "2021"}) == "2021"
    assert forms.template({"T2": "2019", "T3": "2026"}) == "2019+2026"
    assert forms.id_of("T2", "2021") == "2021"


WRONG = {
    "columns of no table": (
        '  { code = "research", labels = ["科研机构"] },\n',
        "",
        r"\[T3\]: the members must be the counts that the table applications has columns for",
    ),
    "columns in another order": (
        '{ code = "natural_person", labels = ["自然人"] },\n',
        '{ code = "zebra", labels = ["自然人"] },\n',
        r"here they are zebra, business",
    ),
    "an unknown key": ("first_year = 2026", "first_yaer = 2026", r"does not know first_yaer"),
    "no first year": ("first_year = 2026", "last_year = 2026", r"needs first_year"),
    "a last year before the first": ("first_year = 2026", "first_year = 2026\nlast_year = 2020", r"last_year"),
    "a code twice": (
        'code = "refused.personal_privacy"',
        'code = "refused.state_secret"',
        r"state_secret stands twice",
    ),
    "a code that is none": ('code = "refused.personal_privacy"', 'code = "Refused-Privacy"', r"not Refused-Privacy"),
    "no such role": ('role = "closing"', 'role = "last"', r"row carried_forward: a role is one of opening, flow"),
    "two totals": ('role = "closing"', 'role = "total"', r"two rows have the role total"),
    "no such group": ('code = "refused.personal_privacy"', 'code = "denied.personal_privacy"', r"no group denied"),
    "half of the words": (
        ', zh = "属于个人隐私", en = "refused: personal privacy"',
        ', zh = "属于个人隐私"',
        r"needs en",
    ),
    "no labels": ('{ code = "made", labels = ["本年制发件数"] }', '{ code = "made" }', r"needs labels"),
    "no such kind": ('{ code = "made", labels', '{ code = "made", kind = "money", labels', r"not money"),
    "another kind than elsewhere": (
        '{ code = "made", labels',
        '{ code = "made", kind = "amount", labels',
        r"measure made is count in form 2019, amount in 2026",
    ),
    "a table of nobody": ('same_as = "2021"', 'same_as = "2022"', r"\[T4\] same_as names another form"),
    "a table of its own and of another": ('same_as = "2021"', 'same_as = "2021"\ntorn = []', r"\[T4\] same_as"),
    "not TOML": ("[detect]", "[detect", r"not valid TOML"),
    "the id of another": ('id = "2026"', 'id = "2021"', r"the form 2021 stands in 2021.toml as well"),
    "an id that is none": ('id = "2026"', 'id = "2026+2021"', r"not 2026\+2021"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, name: str) -> None:
    before, after, told = WRONG[name]
    assert before in THIRD
    (tmp_path / "2026.toml").write_text(THIRD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=told) as caught:
        load(OWN, tmp_path)
    assert re.search(r"2026|2021", str(caught.value)), "it names the file or the form"


def test_a_row_away_from_its_group_is_told(tmp_path: Path) -> None:
    row = next(line for line in THIRD.splitlines(keepends=True) if "refused.personal_privacy" in line)
    moved = THIRD.replace(row, "").replace('  { code = "processed"', f'{row}  {{ code = "processed"')
    (tmp_path / "2026.toml").write_text(moved, encoding="utf-8")
    with pytest.raises(UsageError, match="the rows of the group refused do not stand together"):
        load(OWN, tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"GOUJI_FORMS: .* is no folder"):
        load(OWN, tmp_path / "formen")
    with pytest.raises(UsageError, match=r"two files 2019\.toml"):
        load(OWN, OWN)


def test_the_members_are_the_columns_of_the_table() -> None:
    for form in load(OWN, FOLDER).forms:
        assert tuple(column.code for column in form.applications.members) == MEMBERS


@pytest.mark.parametrize("mark", ["[1]", "［2］", "〔12〕", "【注1】", "[ 1 ]"])
def test_the_mark_of_a_note_behind_a_label_is_no_word_of_it(mark: str) -> None:
    for label in ("规范性文件", "科研机构", "（六）其他处理", "1.属于国家秘密"):
        assert normalize(label + mark) == normalize(label)


@pytest.mark.parametrize("text", ["行政许可（12）", "[1]", "12[1]", "规章[2021]", "规章[1]2", "规章[1件]"])
def test_what_may_be_a_figure_or_a_year_stays_in_a_label(text: str) -> None:
    assert normalize(text) == text
