"""The carry-over chain: every member, across the change of form, paused where the body changed, gaps said."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from extract.form.forms import MEMBERS
from monitor.asking.chain import chains
from monitor.changes.body_changes import changed_years
from monitor.reconcile.chain import Chain, Node, YearTotal, add_up, link_up
from monitor.samples import make_history
from tests.monitor.test_cli_road import Gouji, write

AGENCY = "青石市财政局"


def node(year: int, brought: int | None, carried: int | None, business: tuple[int | None, int | None] = (0, 0)) -> Node:
    figures = [
        tuple(
            total if member in ("total", "natural_person") else part if member == "business" else 0
            for member in MEMBERS
        )
        for total, part in ((brought, business[0]), (carried, business[1]))
    ]
    return Node(year, figures[0], figures[1])


def chain(*nodes: Node, changed: tuple[int, ...] = ()) -> Chain:
    return link_up("qs", AGENCY, nodes, changed)


def test_a_chain_that_holds_runs_across_the_change_of_form() -> None:
    found = chain(node(2019, 0, 2), node(2020, 2, 5), node(2021, 5, 1), node(2022, 1, 0))
    assert [(link.earlier, link.later, link.state) for link in found.links] == [
        (2019, 2020, "holds"),
        (2020, 2021, "holds"),
        (2021, 2022, "holds"),
    ]
    assert (found.compared, found.lost, found.appeared, found.first_broken) == (3, 0, 0, None)


def test_lost_and_appeared_do_not_cancel_out() -> None:
    found = chain(node(2019, 0, 5), node(2020, 2, 1), node(2021, 4, 0))
    assert (found.lost, found.appeared, found.first_broken) == (3, 3, 2020)


def test_only_one_member_breaks() -> None:
    found = chain(node(2021, 0, 3, (0, 1)), node(2022, 3, 0, (2, 0)))
    [link] = found.links
    assert (link.state, [(joint.member, joint.lost) for joint in link.broken]) == ("broken", [("business", -1)])
    assert (found.lost, found.appeared) == (0, 0)


def test_where_the_body_changed_the_chain_pauses() -> None:
    found = chain(node(2022, 0, 9), node(2023, 0, 1), node(2024, 1, 0), changed=(2023,))
    assert [link.state for link in found.links] == ["suspended", "holds"]
    assert (found.lost, found.compared) == (0, 1)


def test_blanks_and_missing_years_are_no_zeros() -> None:
    found = chain(node(2019, 0, None), node(2020, 4, 2), node(2022, 9, 0), node(2023, None, 0))
    assert [link.state for link in found.links] == ["unstated", "gap", "unstated"]
    assert (found.lost, found.appeared, found.compared) == (0, 0, 0)
    assert chain(node(2022, 0, 9), node(2024, 0, 0), changed=(2023,)).links[0].state == "suspended"


def test_all_bodies_by_year() -> None:
    found = add_up(
        [
            chain(node(2021, 0, 5), node(2022, 2, 1), node(2023, 1, 0), node(2024, None, 3)),
            chain(node(2021, 0, 3), node(2022, 4, 7), node(2023, 9, 2), changed=(2023,)),
            chain(node(2021, 0, 3), node(2023, 4, 7)),
        ]
    )
    assert found == (
        YearTotal(2021, 2022, 2, 2, 2, 0, 8, 6, 3, 1),
        YearTotal(2022, 2023, 2, 1, 0, 1, 1, 1, 0, 0),
        YearTotal(2023, 2024, 1, 0, 0, 0, 0, 0, 0, 0),
    )
    assert add_up([]) == ()


def test_the_years_in_which_a_body_changed(db: Database) -> None:
    for code in ("a", "b", "c"):
        db.execute("insert into agencies (code, name) values (?, ?)", [code, code])
    db.execute(
        "insert into agency_names (agency, name, from_year, to_year) values ('a', '旧名', null, 2018), "
        "('a', '新名', 2019, null), ('b', '别名', null, null)"
    )
    db.execute("insert into agency_events (agency, event, from_year, successor) values ('b', 'merged', 2024, 'c')")
    assert changed_years(db) == {"a": {2019}, "b": {2024}, "c": {2024}}
    assert changed_years(db, ["c"])["c"] == {2024}


@pytest.fixture
def four_years(tmp_path: Path) -> Gouji:
    first, second, third, fourth = make_history(5, AGENCY, [2019, 2020, 2021, 2022], dense=True)
    gouji = Gouji(tmp_path / "数据")
    gouji.read(write(tmp_path / "件", first, second, third.with_broken_carry(), fourth))
    return gouji


def test_the_command_over_both_forms(four_years: Gouji) -> None:
    found = four_years.json("chain", AGENCY)
    assert [(link["earlier"], link["state"]) for link in found["links"]] == [
        (2019, "holds"),
        (2020, "broken"),
        (2021, "holds"),
    ]
    assert found["first_broken"] == 2021
    assert found["lost"] + found["appeared"] > 0
    told = four_years("chain", AGENCY).stdout
    assert "2020 → 2021" in told
    assert "不符" in told
    everything = four_years.json("chain", "--all")
    assert (everything["agencies"], everything["broken"], everything["links"]) == (1, 1, {"holds": 2, "broken": 1})
    assert AGENCY in four_years("chain", "--all").stdout


def test_why_it_breaks_and_why_it_pauses(four_years: Gouji, tmp_path: Path) -> None:
    events = tmp_path / "变动.csv"
    events.write_text(
        f"agency,event,from_year,old_name,basis\n{AGENCY},renamed,2022,青石市财税局,青办发〔2022〕1号\n",
        encoding="utf-8",
    )
    four_years("agencies", "events", events)
    found = four_years.json("chain", AGENCY)
    assert [link["state"] for link in found["links"]] == ["holds", "broken", "suspended"]
    assert [(event["year"], event["event"]) for event in found["events"]] == [(2022, "renamed")]
    told = four_years("chain", AGENCY).stdout
    assert "2021 → 2022  青石市财政局更名：青石市财税局 → 青石市财政局（青办发〔2022〕1号）" in told
    papers = {report["year"]: report["document"] for report in found["reports"]}
    assert papers[2020][:12] in told
    assert papers[2021][:12] in told
    assert papers[2019][:12] not in told
    [_, broken, paused] = four_years.json("chain", "--all")["years"]
    assert (broken["compared"], broken["broken"], paused["compared"], paused["suspended"]) == (1, 1, 0, 1)
    assert "renamed: 青石市财税局" in four_years("chain", AGENCY, "--lang", "en").stdout
    # Whichever of the two names an event leaves out, the register knows it.
    events.write_text(f"agency,event,from_year,new_name\n{AGENCY},renamed,2023,青石市财政金融局\n", encoding="utf-8")
    four_years("agencies", "events", events)
    assert [(event["old_name"], event["new_name"]) for event in four_years.json("chain", AGENCY)["events"]] == [
        ("青石市财税局", AGENCY),
        (AGENCY, "青石市财政金融局"),
    ]


def test_what_the_command_wants(four_years: Gouji) -> None:
    four_years("chain", status=2)
    four_years("chain", AGENCY, "--all", status=2)
    four_years("chain", "云岭县", status=2)


def test_the_database_and_the_pure_function_agree(four_years: Gouji) -> None:
    db = Database(four_years.root / "gouji.db")
    [found] = chains(db)
    assert (found.agency, found.name) == (AGENCY, AGENCY)
    assert found == link_up(AGENCY, AGENCY, found.nodes)
    db.close()
