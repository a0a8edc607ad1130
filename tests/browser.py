"""Chromium in tests: those that need it say so where it is not installed, and fail for want of it in CI."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, FilePayload, Page, Request, sync_playwright

DESK, PHONE = (1280, 900), (390, 844)
SECONDS = 300  # for one step: the machine may be busy with other tests


def handed(name: str, body: bytes) -> FilePayload:
    """A file as a person hands it to a form."""
    return {"name": name, "mimeType": "text/html", "buffer": body}


def chromium() -> str:
    """Where Chromium is on this machine, "" where it is not."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )


BROWSER = pytest.mark.skipif(
    not chromium() and os.environ.get("CI") != "true", reason="Chromium is not installed on this machine"
)


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium; its own sandbox is no part of what is tested, and does without in a container."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@dataclass
class Window:
    """A page of a person, with all that happened in it that nobody asked for."""

    page: Page
    home: str
    away: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    def go(self, path: str = "") -> Page:
        self.page.goto(self.home + path.removeprefix("/"))
        return self.page

    def is_quiet(self) -> bool:
        """Whether nothing was asked of another host, nothing ran that is not ours, and the browser complained of nothing."""
        assert not self.away, f"asked of another host: {self.away}"
        assert not self.ran, f"it ran: {self.ran}"
        assert not self.said, f"the browser complains: {self.said}"
        return True


@contextmanager
def window(opened: Browser, address: str, size: tuple[int, int] = DESK, lang: str = "zh-CN") -> Iterator[Window]:
    """A window of its own (no cookies of others) on the address that the server printed."""
    parts = urlsplit(address)
    with opened.new_context(viewport={"width": size[0], "height": size[1]}, locale=lang) as context:
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        one = Window(page, f"{parts.scheme}://{parts.netloc}{parts.path}")

        def asked(request: Request) -> None:
            if request.is_navigation_request():
                one.pages.add(request.url)
            if urlsplit(request.url).netloc != parts.netloc:
                one.away.append(request.url)

        def dialog(found: Dialog) -> None:
            one.ran.append(found.message)
            found.dismiss()

        def told(message: ConsoleMessage) -> None:
            absent = (
                "Failed to load" in message.text and message.location["url"] in one.pages
            )  # a page that is not there
            if message.type in ("error", "warning") and not absent:
                one.said.append(message.text)

        page.on("request", asked)
        page.on("dialog", dialog)
        page.on("console", told)
        page.on("pageerror", lambda error: one.said.append(str(error)))
        page.goto(address)
        yield one


@contextmanager
def demo_pages(folder: Path) -> Iterator[str]:
    """`gouji demo --serve`: the address that it prints, with its token, once its pages can be looked at."""
    command = [sys.executable, "-m", "monitor.cli", "demo", "--serve", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "token=" in line)
        yield "http:" + line.partition("http:")[2].strip()
        process.terminate()
        process.wait(30)
