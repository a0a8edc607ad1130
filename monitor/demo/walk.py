"""The demo: runs the whole pipeline on an invented portal on loopback, with real HTTP and SMTP."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import BinaryIO

from crawler.agencies.register_import import import_csv
from crawler.ground.clock import stamp
from crawler.ground.data import DataDir, create
from crawler.ground.errors import GoujiError, UsageError
from monitor.demo.servers import Mailbox, serve_mail, serve_pages
from monitor.demo.site import pages, portals, register
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.service.pipeline import run_once
from monitor.service.steps import RoadResult, Settings, Step

# After both deadlines for 2024, so that the unpublished report counts as missing.
NOW = datetime(2025, 4, 8, 1, 0, tzinfo=UTC)
READER = "you@example.org"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """How the pipeline ended, and the text of the digests that arrived."""

    road: RoadResult
    digests: tuple[str, ...]


def run_demo(data: DataDir, lang: str, on_start: Callable[[str], None], on_step: Callable[[Step], None]) -> DemoResult:
    """Fills the data directory with the whole pipeline; `on_start` gets the portal's address.

    Raises GoujiError if a step fails or no digest arrives: the demo shows that everything works, or says what
    does not.
    """
    mailbox = Mailbox()
    with ExitStack() as stack:
        server = stack.enter_context(serve_pages(pages()))
        port = stack.enter_context(serve_mail(mailbox))
        log = stack.enter_context(tempfile.TemporaryFile())
        _prepare(data, server.base, port, lang)
        on_start(server.base)
        stack.enter_context(exclusive(data))
        settings = Settings(on_step=on_step, crawl_arguments=("--now", stamp(NOW)), crawl_output=log.fileno())
        road = run_once(data, lambda: NOW, settings)
        _insist(road, mailbox, log)
    return DemoResult(road, tuple(_text(message) for message in mailbox.messages))


@contextmanager
def place(given: str | None, *, keep: bool) -> Iterator[DataDir]:
    """The demo's data directory: the given one, which must be new or empty, or a temporary one."""
    if given is not None:
        root = Path(given)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise UsageError(
                f"the demo needs a directory of its own, and {root} is not empty",
                f"演示要有自己的文件夹，{root} 不是空的",
            )
        yield DataDir(root)
    elif keep:
        yield DataDir(Path(tempfile.mkdtemp(prefix="gouji-demo-")))
    else:
        with tempfile.TemporaryDirectory(prefix="gouji-demo-") as temporary:
            yield DataDir(Path(temporary))


def _prepare(data: DataDir, base: str, port: int, lang: str) -> None:
    create(data)
    tables = [
        f'[[portal]]\nid = "{id_}"\nname = "{name}"\nstart_url = "{url}"\n'
        for id_, (name, url) in portals(base).items()
    ]
    data.config_path.write_text(
        "\n".join(
            [
                f'[crawl]\ncontact = "mailto:{READER}"\ndelay = 0\n',
                f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "gouji@example.org"\n'
                f'recipients = {json.dumps([READER])}\nlanguage = "{lang}"\n',
                *tables,
            ]
        ),
        encoding="utf-8",
    )
    file = data.root / "register.csv"
    file.write_text(register(), encoding="utf-8")
    db = open_database(data)
    try:
        import_csv(db, file)
    finally:
        db.close()


def _insist(road: RoadResult, mailbox: Mailbox, log: BinaryIO) -> None:
    for step in road.steps:
        if step.outcome != "done":
            log.seek(0)
            last = log.read().decode("utf-8", "replace").strip().splitlines()[-1:] if step.name == "crawl" else []
            why = " ".join(filter(None, (step.reason, step.detail, *last)))
            zh = " ".join(filter(None, (step.reason, step.zh or step.detail, *last)))
            raise GoujiError(
                f"the demo did not get through: {step.name} {step.outcome}: {why}",
                f"演示没有走完：{step.name} {step.outcome}：{zh}",
            )
    if not mailbox.messages:
        raise GoujiError("the demo sent a digest and none arrived", "演示发了通报，却没有收到")


def _text(message: bytes) -> str:
    parsed = message_from_bytes(message, policy=policy.default)
    part = parsed.get_body(("plain",))
    text = part.get_content() if part is not None else ""
    return f"{parsed['Subject']}{os.linesep * 2}{text}" if isinstance(text, str) else ""
