"""Wherever a person reads a list of bodies, it stands in the order of the register; portals bear their names."""

from datetime import date

import pytest
from sqlite_utils import Database

from crawler.agencies.lookup import named_like
from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir
from crawler.ledger.portals import sync
from monitor.alerts.digest import compose
from monitor.alerts.digest_page import render
from monitor.asking.awaited import awaited
from monitor.asking.bulletin import bulletin
from monitor.asking.findings import FindingChoice, choose
from monitor.asking.glance import glance
from monitor.asking.missing import answer
from monitor.asking.register import register as whole_register
from monitor.asking.unread import unread
from monitor.checking.check import check
from monitor.duty.coverage import Coverage
from monitor.duty.sources import load_sources
from monitor.findings import load
from monitor.letter.many import letters_for
from monitor.letter.parts import markdown
from monitor.words.kinds import class_words
from tests.monitor.test_absence import CONFIG, local, sweep

# As an office lists them: neither by code nor by name nor by division.
LISTED = (
    ("m", "青石市财政局", "990103"),
    ("b", "青石市教育局", "990101"),
    ("z", "青石市水利局", "990102"),
    ("a", "青石市民政局", "990101"),
)
CODES = [code for code, *_ in LISTED]
AFTER = local("2026-02-11T09:00:00")


@pytest.fixture
def listed(db: Database) -> Database:
    """Four bodies whose day is over; nobody has published."""
    for code, name, division in LISTED:
        db.execute(
            "insert into agencies (code, name, kind, level, division, source) "
            "values (?, ?, 'department', 'county', ?, '登记册')",
            [code, name, division],
        )
    sync(db, CONFIG)
    for day in ("2026-02-01", "2026-02-06", "2026-02-10"):
        sweep(db, local(f"{day}T02:30:00"))
    check(db, CONFIG, AFTER)
    return db


def test_every_list_is_in_the_order_of_the_register(listed: Database) -> None:
    told = {
        "missing": [one.agency for one in answer(listed, CONFIG, AFTER, year=2025).entries],
        "status": [one.agency for one in glance(listed, CONFIG, AFTER, year=2025).bodies],
        "bulletin": [one.agency for one in bulletin(listed, CONFIG, AFTER, year=2025).entries],
        "awaited": [one.agency for one in awaited(listed, CONFIG, AFTER, 2025)],
        "letters": [one.agency.code for one in letters_for(listed, CONFIG, AFTER, "missing").letters],
        "findings": [one.key.agency for one in choose(listed, FindingChoice(rule="pub.state")).found],
        "register": [one.code for one in whole_register(listed)],
        "search": [one.code for one in named_like(listed, "青石市")[0]],
    }
    assert told == dict.fromkeys(told, CODES)


def test_what_was_not_read_is_in_the_order_of_the_register(listed: Database) -> None:
    for code, name, _ in sorted(LISTED):
        listed.execute(
            "insert into documents (sha256, url, portal, agency, agency_name, year, title, first_seen, last_seen) "
            "values (?, ?, 'qingshi', ?, ?, 2025, '', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')",
            [code * 64, f"http://127.0.0.1/{code}", code, name],
        )
        listed.execute(
            "insert into problems (document, url, code, detail) values (?, ?, 'password', '')",
            [code * 64, f"http://127.0.0.1/{code}"],
        )
    assert [one.agency for one in unread(listed, AFTER)] == CODES


def test_what_reads_the_same_is_one_line_of_a_mail_that_counts(listed: Database) -> None:
    found = load(listed, "rule = 'pub.state'")
    twice = [*found, *found[:1]]
    told = compose(
        [], language="zh", day=date(2026, 2, 11), names={code: name for code, name, _ in LISTED}, still_open=5, held=0,
        coverage=Coverage(2025, 4, 0, 0, 0, 0, 1, 0), listed=twice, places={code: at for at, code in enumerate(CODES)},
    )  # fmt: skip
    assert [line.text.split("  ")[1][:6] for line in told.listed] == [name for _, name, _ in LISTED]
    assert len(told.listed) == len(CODES)
    assert [line.tells for line in told.listed if "（2 项）" in line.text] == [2]
    text = render(told).text
    assert "还有 5 项" in text
    assert "另有" not in text, "all five are told, in four lines"


def test_a_letter_about_an_absence_speaks_of_nothing_else(listed: Database) -> None:
    for language in ("zh", "en"):
        for one in letters_for(listed, CONFIG, AFTER, "missing", language=language).letters:
            text = markdown(one)
            assert "SHA" not in text
            assert "所附数字" not in text
            assert "Figures stand" not in text


def test_a_portal_is_called_by_its_name_and_without_one_by_its_address(db: Database) -> None:
    config = Config(
        portals=(
            Portal("named", "http://127.0.0.1:8099/nb/", "云溪县人民政府"),
            Portal("127-0-0-1", "http://127.0.0.1:8099/zwgk/nb/"),
        )
    )
    sync(db, config)
    for sources in (load_sources(db, config), load_sources(db, Config())):
        assert {one.shown for one in sources.values()} == {"「云溪县人民政府」", "「127.0.0.1:8099/zwgk/nb」"}


def test_a_class_is_a_word_where_rules_are_listed(data: DataDir) -> None:
    from click.testing import CliRunner

    from monitor.cli import main

    said = CliRunner().invoke(main, ["rules", "--data", str(data.root)], catch_exceptions=False).output
    for code in ("fatal", "explain", "confirm"):
        assert class_words(code) in said
        assert f" {code} " not in said
