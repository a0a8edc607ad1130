"""The documents of ../shared/cases, kind by kind: added, read and checked together, verified each in its place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from tests.cases import CASES, DOCUMENT, NEEDED, judge, kinds
from tests.cases.documents import Case, complaints, documents, reading
from tests.cases.pending import PENDING
from tests.cases.portals import parts
from tests.cases.post import posts
from tests.hostile.road import gouji

pytestmark = NEEDED


def road(kind: str, folder: Path) -> tuple[DataDir, list[str]]:
    """All documents of a kind on the road, and how it ended where it did not end well."""
    data = create(DataDir(folder / "data"))
    for case in documents(kind):
        to = folder / kind / case.file
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(case.path, to)
    lines = (["add", str(folder / kind)], ["extract"], ["check"], ["check", "--all"])
    ended = [gouji(data, *line) for line in lines]
    return data, [str(one) for one in ended if one.faulty or one.status]


def verified(case: Case, folder: Path) -> Iterator[str]:
    ended = gouji(DataDir(folder / "none"), "verify", str(case.path))
    if ended.faulty or ended.status not in case.right.get("verify", (0, 1)):
        yield f"right is to end with {case.right.get('verify', '0 or 1')}: {ended}"


def test_the_cases_are_there() -> None:
    assert CASES.is_dir(), f"the cases from use are missing: {CASES}"
    assert len(kinds()) >= 36


def test_what_is_pending_is_there() -> None:
    inputs = {case.name for kind in kinds(DOCUMENT) for case in documents(kind)} | set(parts()) | set(posts())
    assert not PENDING.keys() - inputs


@pytest.mark.parametrize("kind", kinds(DOCUMENT))
def test_documents(kind: str, tmp_path: Path) -> None:
    data, broken = road(kind, tmp_path)
    found: dict[str, list[str]] = {}
    for case in documents(kind):
        got = reading(data, "url like ?", f"%/{kind}/{case.file}", any_year=bool(case.right.get("any_year")))
        found[case.name] = [*broken, *complaints(case.right, got), *verified(case, tmp_path)]
    judge(found)
