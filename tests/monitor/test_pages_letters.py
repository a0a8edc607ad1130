"""The letters on a body's page: for whoever decides, the very ones that `gouji letter` writes."""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote

import docx
import pytest

from tests.monitor.test_pages import CALM, Served, filled, paths, serving

pytest.importorskip("datasette")
PAGE = f"/body/{quote(CALM)}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(filled(tmp_path_factory.mktemp("letters") / "data")) as one:
        yield one


def test_whoever_decides_is_offered_the_letters_that_there_are_to_write_and_mere_readers_none(served: Served) -> None:
    cookie = served.session()
    page = served.ask(PAGE, cookie)[2].decode()
    for words in ("核实函（各年度合为一函）", "核实函（2024 年度）", "核实函（2023 年度）"):
        assert words in page
    assert "提醒函" not in page
    assert "letter" not in served.ask(PAGE)[2].decode()
    assert served.ask(f"{PAGE}/letter.docx?about=open&year=2024")[0] == 403
    for address in page.split('href="')[1:]:
        if "/letter." in address:
            status, heads, _ = served.ask(address.partition('"')[0].replace("&amp;", "&"), cookie)
            assert status == 200
            assert heads["content-disposition"].startswith("attachment")
            assert heads["content-security-policy"].startswith("sandbox")


def test_a_letter_of_the_pages_says_what_that_of_the_command_says(served: Served) -> None:
    command = [sys.executable, "-m", "monitor.cli", "--data", str(served.data.root), "letter", CALM, "2024"]
    told = subprocess.run([*command, "--output", "-"], capture_output=True, text=True, check=True).stdout
    status, heads, body = served.ask(f"{PAGE}/letter.md?about=open&year=2024", served.session())
    assert (status, body.decode().strip()) == (200, told.strip())
    assert quote("核实函-示例县财政局-2024.md") in heads["content-disposition"]
    word = docx.Document(BytesIO(served.ask(f"{PAGE}/letter.docx?about=open&year=2024", served.session())[2]))
    assert word.paragraphs[0].text in told
    english = served.ask(f"{PAGE}/letter.md?about=open&year=2024&lang=en", served.session())[2].decode()
    assert english.splitlines()[0] != told.splitlines()[0]


def test_no_letter_is_written_about_what_is_not_open_and_a_hostile_name_costs_nothing(served: Served) -> None:
    cookie = served.session()
    assert served.ask(f"{PAGE}/letter.docx?about=remind", cookie)[0] == 404
    assert served.ask(f"{PAGE}/letter.docx?about=open&year=2009", cookie)[0] == 404
    assert served.ask(f"{PAGE}/letter.docx?about=<script>", cookie)[0] == 400
    evil = next(path for path in paths(served) if path.startswith("/body/"))
    status, heads, body = served.ask(f"{evil}/letter.docx", cookie)
    assert status == 200
    assert heads["content-disposition"].isascii()
    assert "<" not in heads["content-disposition"]
    assert any("<script>" in one.text for one in docx.Document(BytesIO(body)).paragraphs)
