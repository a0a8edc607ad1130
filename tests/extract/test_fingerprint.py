"""What was read bears the name of what read it: a change of readers, labels or libraries is applied by itself."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.families._articles import articles
from extract import fingerprint
from extract.fingerprint import LIBRARIES, ROOT, STAGES, files_of, forms_told, name_of, reader_fingerprint
from extract.form.form_file import OWN
from monitor.checking import check
from monitor.checking.check import JUDGED_BY
from monitor.samples import make_history

READ_BY = ("extract",)
READER = '"""One more format."""\n\n\ndef accepts(head: bytes, name: str) -> bool:\n    return False\n'


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for stage in STAGES:
        shutil.copytree(ROOT / stage, tmp_path / "house" / stage, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "house"


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("extract/templates/2021.toml", "# 新\n"),
        ("extract/form/labels.toml", "# 新\n"),
        ("extract/readers/ofd.py", READER),
        ("extract/readers/formats/ofd.py", READER),
        ("extract/form/numbers.py", "X = 1\n"),
        ("extract/notes.toml", "a = 1\n"),
        ("crawler/pages/titles.py", "X = 1\n"),
        ("crawler/pages/signs.toml", "# 新\n"),
    ],
)
def test_whatever_reading_rests_on_gives_another_name(copy: Path, file: str, text: str) -> None:
    before = name_of(READ_BY, root=copy)
    (copy / file).parent.mkdir(exist_ok=True)
    append(copy / file, text)
    assert name_of(READ_BY, root=copy) != before


@pytest.mark.parametrize(
    "file",
    [
        "monitor/rules/t3.toml",
        "monitor/reconcile/locate.py",
        "monitor/reconcile/methods.py",
        "monitor/words/verdicts.py",
        "extract/form/labels.toml",
        "monitor/changes/revisions.py",
    ],
)
def test_whatever_judging_rests_on_gives_another_name(copy: Path, file: str) -> None:
    before = name_of(JUDGED_BY, root=copy)
    append(copy / file, "# 新\n")
    assert name_of(JUDGED_BY, root=copy) != before


def test_what_neither_rests_on_leaves_the_names(copy: Path) -> None:
    before = name_of(READ_BY, root=copy), name_of(JUDGED_BY, root=copy)
    for file in ("monitor/alerts/mail.py", "crawler/crawl/spider.py", "crawler/families/trs.py"):
        append(copy / file, "# 新\n")
    (copy / "monitor/reconcile/notes.txt").write_text("新", encoding="utf-8")
    (copy / "extract/readers/__pycache__").mkdir()
    (copy / "extract/readers/__pycache__/html.cpython-311.pyc").write_bytes(b"\0")
    assert (name_of(READ_BY, root=copy), name_of(JUDGED_BY, root=copy)) == before


def test_the_name_is_the_same_wherever_the_house_stands(copy: Path) -> None:
    for path in copy.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for parts in (READ_BY, JUDGED_BY):
        assert name_of(parts, root=copy) == name_of(parts)
    assert reader_fingerprint() == name_of(
        READ_BY, [*map(fingerprint.library_version, LIBRARIES), *forms_told(), *articles()]
    )


def test_a_module_is_found_however_it_is_imported() -> None:
    found = files_of(READ_BY)
    for name, body in list(found.items()):
        for node in ast.walk(ast.parse(body) if name.endswith(".py") else ast.Module([], [])):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in STAGES:
                for one in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                    path = one.replace(".", "/")
                    for file in (f"{path}.py", f"{path}/__init__.py"):
                        assert file in found or not (ROOT / file).is_file(), f"{name} imports {file}"


def test_the_forms_take_part() -> None:
    """Wherever they lie: a report is judged by the form as it is."""
    assert [told.split()[0] for told in forms_told()] == [path.name for path in sorted(OWN.glob("*.toml"))]
    assert check.fingerprint() == name_of(JUDGED_BY, forms_told()) != name_of(JUDGED_BY)


def test_a_part_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match=r"extract\.reeders"):
        name_of(["extract.reeders"])


def test_libraries_that_read_take_part() -> None:
    """What a reader imports that is neither ours nor Python's own decides what is read."""
    names = {
        alias.name
        for path in (ROOT / "extract/readers").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        for alias in (
            node.names
            if isinstance(node, ast.Import)
            else [ast.alias(node.module or "")]
            if isinstance(node, ast.ImportFrom)
            else ()
        )
    }
    foreign = {name.split(".")[0] for name in names} - {*sys.stdlib_module_names, *STAGES}
    assert foreign <= {*LIBRARIES}
    assert name_of(READ_BY, ["lxml 1"]) != name_of(READ_BY, ["lxml 2"])


def test_a_label_added_to_a_toml_is_applied_by_the_next_run(copy: Path, tmp_path: Path) -> None:
    def gouji(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "monitor.cli", *arguments],
            cwd=copy,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "GOUJI_DATA": str(tmp_path / "data"), "PYTHONUTF8": "1"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    [sample] = make_history(1, "青石市教育局", [2023])
    page = sample.html()
    assert "1.属于国家秘密" in page
    page = page.replace("1.属于国家秘密", "1.属于保密事项")
    (tmp_path / "报告.html").write_text(page, encoding="utf-8")
    gouji("init")
    gouji("add", str(tmp_path / "报告.html"))
    gouji("extract")
    assert "row_missing" in gouji("show", "青石市教育局", "2023", "--json")
    assert '"read": 0' in gouji("extract", "--json")
    template = copy / "extract/templates/2021.toml"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace('["国家秘密"]', '["国家秘密", "保密事项"]'), encoding="utf-8")
    assert '"read": 1' in gouji("extract", "--json")
    assert "row_missing" not in gouji("show", "青石市教育局", "2023", "--json")
    assert '"read": 0' in gouji("extract", "--json")
