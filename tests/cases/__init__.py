"""The cases from use beside the project (../shared/cases), walked in place: which there are, and which are not right yet.

Each kind is a folder with a `right.json`; its README explains the fields. An input is one document, one part of what is
right of a portal, one robot, mail server or configuration. Those that are not right yet stand in `pending.py`.
"""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cases.pending import PENDING

CASES = Path(__file__).parents[3] / "shared" / "cases"
NEEDED = pytest.mark.skipif(
    not CASES.is_dir() and os.environ.get("CI") != "true",
    reason="the cases from use (../shared/cases) are not on this machine",
)
# The sorts of inputs, by the field that only they have.
DOCUMENT, PORTAL, ROBOT, MAIL, CONFIG = ("file", "batch", "crash"), ("portal",), ("bot",), ("mail",), ("config",)
MOST, WIDE = 6, 160  # complaints about one input that failed, characters of the one about a pending input
TABLE = "tests/cases/pending.py"
SORTS = (*DOCUMENT, *PORTAL, *ROBOT, *MAIL, *CONFIG)

Entry = Mapping[str, Any]


def entries(kind: str, sorts: Sequence[str] = ()) -> list[Entry]:
    """What right.json of a kind has of these sorts; without any, all of it."""
    path = CASES / kind / "right.json"
    found: list[Entry] = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []
    return [entry for entry in found if not sorts or any(sort in entry for sort in sorts)]


def kinds(sorts: Sequence[str] = ()) -> list[str]:
    """The kinds that have inputs of these sorts; without any, all kinds."""
    folders = sorted(path.name for path in CASES.iterdir() if path.is_dir()) if CASES.is_dir() else []
    return [kind for kind in folders if entries(kind, sorts)]


def judge(found: Mapping[str, Sequence[str]], pending: Collection[str] = PENDING.keys()) -> None:
    """Ends the test by what is wrong with each input: none may be wrong but those that are pending, and these must be."""
    wrong = [f"{name}: {what}" for name, said in found.items() if name not in pending for what in said[:MOST]]
    wrong += [f"{name}: right now, take it out of {TABLE}" for name in pending if name in found and not found[name]]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
    left = [f"{name}: {said[0][:WIDE]}" for name, said in found.items() if said]
    if left:
        pytest.xfail("\n".join(left))
