"""What every test may ask for: `--update-golden` rewrites what a test compares with, and fails the run."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.forked import forked_workers

if TYPE_CHECKING:
    from tests.storage import Storage

Golden = Callable[[Path, str], None]

# What takes longest begins first, or one process works on at the end while the others are done.
LONGEST = (
    "test_engine_faults.py",
    "test_attacks.py",
    "test_isolation_lists.py",
    "test_isolation.py",
    "test_doubling_parsers.py",
    "test_third_form.py",
    "test_cli_portal.py",
    "test_cases_portals.py",
    "test_discovery.py",
    "test_identity_of_many.py",
    "test_crawl_economy.py",
    "test_replay.py",
    "test_failures.py",
    "test_engine_storage.py",
)


# What is proved there of workers is proved of those that are started as users have them.
WORKERS = ("test_workers.py", "test_failures.py", "test_reading.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite goldens, and fail the run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest first, otherwise as they are found."""
    places = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.fixture(autouse=True, scope="module")
def _workers(request: pytest.FixtureRequest) -> Iterator[None]:
    with nullcontext() if request.path.name in WORKERS else forked_workers():
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a file; with --update-golden the file is rewritten and the test fails."""

    def compare(path: Path, text: str) -> None:
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        if request.config.getoption("--update-golden") and known != text:
            path.write_text(text, encoding="utf-8")
            pytest.fail(f"{path.name} was rewritten: read what changed, and commit it")
        assert known == text, f"{path.name} is out of date; pytest --update-golden rewrites it"

    return compare


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests by chance drove, in figures: a test records it as the property `driven`."""
    told = [
        f"{report.nodeid}: {value}"
        for report in terminalreporter.stats.get("passed", ())
        for name, value in getattr(report, "user_properties", ())
        if name == "driven"
    ]
    for line in sorted(set(told)):
        terminalreporter.write_line(f"driven by {line}")


@pytest.fixture(scope="module")
def storage() -> "Iterator[Storage]":
    """S3-compatible storage, and the credentials for it in the environment."""
    from tests.storage import storage_of

    with pytest.MonkeyPatch.context() as patch, storage_of() as server:
        patch.setenv("AWS_ACCESS_KEY_ID", "us")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield server
