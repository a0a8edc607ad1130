"""The rules of the house: which stage may import which, the words we use, and that one more of anything is one file."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from tests.doubling.sites import tree

ROOT = Path(__file__).parent.parent
STAGES = ("crawler", "extract", "monitor")
MODULES = sorted(path for stage in STAGES for path in (ROOT / stage).rglob("*.py"))
BANNED_FILES = re.compile(r"(^|_)(utils?|helpers?|commons?|managers?|misc)(_|$)")
NETWORK = {"scrapy", "twisted", "aiohttp", "httpx", "requests", "urllib.request", "http.client"}
SENDING = {"smtplib", "apprise"}
# apprise speaks by requests, and reads no more of an answer than its status: here the rest is listened to.
LISTENING = {"robots.py": {"requests", "requests.adapters"}}
PRINTS_FORMS = ("samples", "demo")


@cache
def imports(path: Path) -> frozenset[str]:
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def names(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_stage_imports_only_itself_and_earlier_ones(path: Path) -> None:
    stage = path.relative_to(ROOT).parts[0]
    later = STAGES[STAGES.index(stage) + 1 :]
    assert not [name for name in imports(path) if name.split(".")[0] in (*later, "tests", "bench")]


def test_only_the_crawler_touches_the_network_and_only_the_monitor_sends() -> None:
    for path in MODULES:
        stage = path.relative_to(ROOT).parts[0]
        roots = {name.split(".")[0] for name in imports(path)} | imports(path)
        assert stage == "crawler" or not roots & NETWORK - LISTENING.get(path.name, set()), path
        assert stage == "monitor" or not roots & SENDING, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_its_duty_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "the first line of a module says its duty"
    assert len(text.splitlines()) <= 300
    assert not BANNED_FILES.search(path.stem)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_vocabulary(path: Path) -> None:
    """`application`, never `request`, for 申请: requests are what the crawler sends."""
    if path.relative_to(ROOT).parts[0] != "crawler":
        assert not [name for name in names(path) if "request" in name.lower()]
    assert not re.search(r"except (Base)?Exception", path.read_text(encoding="utf-8")) or allowed_broad(path)


def allowed_broad(path: Path) -> bool:
    """A broad `except` is for an edge: of one input (crawler/ground/contained.py), of one step, of one command."""
    broad = [other for other in MODULES if re.search(r"except (Base)?Exception", other.read_text(encoding="utf-8"))]
    return path in broad and len(broad) <= 3


def test_tables_and_columns_of_the_contract_exist(tmp_path: Path) -> None:
    from crawler.ground.data import DataDir, create
    from monitor.schema import open_database

    db = open_database(create(DataDir(tmp_path / "data")))
    contract = {
        "agencies": "code name level kind parent division portal first_year last_year source",
        "agency_names": "agency name from_year to_year",
        "portals": "id name start_url family state state_since",
        "crawls": "id started_at finished_at outcome",
        "fetches": "crawl portal url at status sha256 verdict",
        "documents": "sha256 url portal agency year title media_type published_on first_seen last_seen attachment_of",
        "reports": "id agency agency_name year template status document published_on first_seen parser superseded_by",
        "disclosure": "report item measure value",
        "applications": "report disposition natural_person business research social legal_services other total",
        "remedies": "report track upheld corrected other pending total",
        "cells": "report table row member raw state",
        "problems": "document report code detail where",
        "findings": "id rule class agency year subject verdict status responsibility message evidence suspect "
        "opened_at changed_at resolved_at note",
        "deliveries": "id channel recipient at outcome message_id",
        "current_reports": "id agency year document",
        "facts": "report concept member value",
    }
    for table, columns in contract.items():
        found = {row[1] for row in db.execute(f'pragma table_info("{table}")')}
        assert set(columns.split()) <= found, table


def test_one_more_of_anything_is_found_by_folder(tmp_path: Path) -> None:
    """A format, a family, a form, a rule file are picked up from their folders: no list elsewhere names them."""
    for folder, kind in (
        ("extract/readers", "*.py"),
        ("crawler/families", "*.py"),
        ("extract/templates", "*.toml"),
        ("monitor/rules", "*.toml"),
    ):
        members = [path for path in (ROOT / folder).glob(kind) if not path.name.startswith("_") and path.stem != "base"]
        assert members, folder
        for member in members:
            dotted = ".".join(member.relative_to(ROOT).with_suffix("").parts)
            if kind == "*.py":
                assert not [path for path in MODULES if dotted in imports(path) and path.parent != member.parent], (
                    f"{dotted} is named outside its folder"
                )


def test_what_a_family_remembers_is_its_own_and_what_the_crawl_knows_is_the_crawls() -> None:
    """Of a request, only families read `state`, and they read no more of it than says what was asked for."""
    told = {"family", "kind", "page", "depth", "method", "body", "title", "parent", "referer", "url", "state"}
    for path in MODULES:
        read = set(read_of_requests(path))
        if path.parent == ROOT / "crawler/families":
            assert read <= told, path
        else:
            assert "state" not in read, path


def test_nothing_but_the_archive_knows_where_its_bytes_are() -> None:
    """One function makes it from the data directory, and no other module asks for its folder or makes a backend."""
    knows = {"crawler/ground/archive.py", "crawler/ground/data.py"}
    for path in [*MODULES, *(ROOT / "bench").glob("*.py")]:
        folders = [
            node
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute)
            and node.attr == "archive"
            and isinstance(node.value, ast.Name | ast.Attribute)
            and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) == "data"
        ]
        backends = [
            node for node in ast.walk(tree(path)) if isinstance(node, ast.alias) and node.name == "FolderArchive"
        ]
        assert str(path.relative_to(ROOT)) in knows or not [*folders, *backends], path


def read_of_requests(path: Path) -> Iterator[str]:
    """The attributes that a module reads of `ask`, `page.ask`, `entry.ask` and their like."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            value = node.value
            if (value.id if isinstance(value, ast.Name) else value.attr) == "ask":
                yield node.attr


def test_no_code_names_a_form_or_its_years() -> None:
    """What a generation of the form is stands in its TOML; samples and demo print forms, which is something else."""
    ids = {form.id for form in FORMS.forms} | {name for table in TABLES for name in FORMS.names(table)}
    years = {year for form in FORMS.forms for year in (form.first_year, form.last_year)}
    for path in MODULES:
        if path.relative_to(ROOT).parts[:1] in (("extract",), ("monitor",)) and path.parent.name not in PRINTS_FORMS:
            for node in ast.walk(tree(path)):
                assert not (
                    isinstance(node, ast.Constant)
                    and (
                        (isinstance(node.value, str) and node.value in ids)
                        or (type(node.value) is int and node.value in years)
                    )
                ), f"{path}:{getattr(node, 'lineno', 0)}"


def test_the_templates_have_as_many_cells_as_the_form() -> None:
    cells = {}
    for path in (ROOT / "extract/templates").glob("*.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        disclosure = sum(len(block["measures"]) * len(block["items"]) for block in data["T2"]["block"])
        cells[data["id"]] = (disclosure, len(data["T3"]["rows"]) * 7, len(data["T4"]["tracks"]) * 5)
    assert {"2019": (22, 161, 15), "2021": (10, 175, 15)}.items() <= cells.items()


def test_no_path_of_a_machine_and_no_registry_in_what_is_committed() -> None:
    marks = re.compile(r"(?<![\w.])/(work|root|home)/\w|pypi\.org|files\.pythonhosted")
    for path in [*MODULES, *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("*.toml")]:
        assert not marks.search(path.read_text(encoding="utf-8")), path


def test_possessive_groups_stand_only_where_python_3_11_2_agrees() -> None:
    """Before Python 3.11.5 such a group matches wrongly when its body fails after its first character."""
    known = {"_script_body.py"}  # their bodies fail at the first character or not at all
    found = {path.name for path in MODULES if re.search(r"\)[*+?]\+[^=\s]|\(\?>", path.read_text(encoding="utf-8"))}
    assert found <= known
