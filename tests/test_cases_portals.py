"""The portals of ../shared/cases, kind by kind: looked at on the days of the case, and every part of what is right held."""

from pathlib import Path

import pytest

from tests.cases import NEEDED, PORTAL, entries, judge, kinds
from tests.cases.parts import complaints
from tests.cases.portals import name, walk

pytestmark = NEEDED


@pytest.mark.parametrize("kind", kinds(PORTAL))
def test_portals(kind: str, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries(kind, PORTAL)):
        walked = walk(kind, entry, tmp_path / str(place))
        found |= {
            name(kind, entry, number): list(complaints(part, walked)) for number, part in enumerate(entry["parts"], 1)
        }
    judge(found)
