"""The documents of ../shared/cases, kind by kind: added, read and checked together, verified in their place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from tests.cases import CASES, DOCUMENT, NEEDED, SORTS, entries, judge, kinds
from tests.cases.documents import Case, all_documents, complaints, documents, reading
from tests.cases.pending import PENDING
from tests.cases.portals import parts
from tests.cases.post import posts
from tests.hostile.road import gouji

pytestmark = NEEDED


Road = tuple[DataDir, list[str]]
"""A data directory with all documents of some kinds, and the commands that did not end well."""


@pytest.fixture(scope="module")
def road(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Road:
    """The documents of all kinds that are asked for, together on the road; no body is in two of them."""
    folder = tmp_path_factory.mktemp("cases")
    data = create(DataDir(folder / "data"))
    asked = {
        item.callspec.params["kind"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    }
    for case in all_documents():
        if case.kind in asked:
            to = folder / "in" / case.name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(case.path, to)
    lines = (["add", str(folder / "in")], ["extract"], ["check"], ["check", "--all"])
    ended = [gouji(data, *line) for line in lines]
    return data, [str(one) for one in ended if one.faulty or one.status]


def verified(case: Case, folder: Path) -> Iterator[str]:
    """Whether `verify` ends as it should; of a document that says nothing of it, see below."""
    if "verify" in case.right:
        ended = gouji(DataDir(folder / "none"), "verify", str(case.path))
        if ended.faulty or ended.status not in case.right["verify"]:
            yield f"right is to end with {case.right['verify']}: {ended}"


def test_the_cases_are_there() -> None:
    assert CASES.is_dir(), f"the cases from use are missing: {CASES}"
    assert len(kinds()) >= 36
    unknown = [entry for kind in kinds() for entry in entries(kind) if not any(sort in entry for sort in SORTS)]
    assert not unknown, "inputs of a sort that nobody walks here"


def test_what_is_pending_is_there() -> None:
    assert not PENDING.keys() - {case.name for case in all_documents()} - parts().keys() - posts().keys()


def test_a_pending_input_that_is_right_fails_as_one_that_is_wrong_does() -> None:
    judge({"a": [], "b": []}, pending=["c"])
    with pytest.raises(pytest.xfail.Exception, match="a: wrong"):
        judge({"a": ["wrong"], "b": []}, pending=["a"])
    with pytest.raises(pytest.fail.Exception, match="a: right now, take it out"):
        judge({"a": [], "b": []}, pending=["a"])
    with pytest.raises(pytest.fail.Exception, match="b: wrong"):
        judge({"a": ["wrong"], "b": ["wrong"]}, pending=["a"])


@pytest.mark.parametrize("kind", kinds(DOCUMENT))
def test_documents(road: Road, kind: str, tmp_path: Path) -> None:
    data, broken = road
    found: dict[str, list[str]] = {}
    for case in documents(kind):
        got = reading(data, "url like ?", f"%/{case.name}", any_year=bool(case.right.get("any_year")))
        found[case.name] = [*broken, *complaints(case.right, got), *verified(case, tmp_path)]
    judge(found)


def test_verify_ends_well_whatever_it_is_given(tmp_path: Path) -> None:
    others = [str(case.path) for case in all_documents() if "verify" not in case.right]
    ended = gouji(DataDir(tmp_path / "none"), "verify", *others)
    assert not ended.faulty, str(ended)
    assert ended.status in (0, 1), str(ended)
