"""A data directory with an empty, migrated database; a mail server."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.data import DataDir, create
from monitor.schema import open_database
from tests.monitor.mailing import FreePort, Mailbox


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "数据"))


@pytest.fixture
def db(data: DataDir) -> Iterator[Database]:
    with closing(open_database(data)) as opened:
        yield opened


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[FreePort]:
    controller = FreePort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()
