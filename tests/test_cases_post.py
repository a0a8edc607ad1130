"""The robots, mail servers and configurations of ../shared/cases, kind by kind: who is told what, and what is said of a failure."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from tests.cases import CONFIG, MAIL, NEEDED, ROBOT, judge, kinds
from tests.cases.post import judged, of_config, of_mail, of_robot, posts
from tests.hostile.road import copy_of

pytestmark = NEEDED


def found(kind: str, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with each input of a kind, each on a data directory of its own."""
    told: DataDir | None = None
    for number, (name, entry) in enumerate(posts().items()):
        if not name.startswith(f"{kind}/"):
            continue
        if "config" in entry:
            yield name, list(of_config(kind, entry, create(DataDir(folder / str(number)))))
            continue
        told = told or judged(kind, entry, folder)
        data = copy_of(told, folder / str(number))
        said = (
            of_mail(kind, entry, data) if "mail" in entry else of_robot(kind, entry, data, folder / f"robot-{number}")
        )
        yield name, list(said)


@pytest.mark.parametrize("kind", kinds((*ROBOT, *MAIL, *CONFIG)))
def test_posts(kind: str, tmp_path: Path) -> None:
    judge(dict(found(kind, tmp_path)))
