"""`python -m tests.pictures`: makes the pictures of the READMEs anew, from the demo's pages in the system's Chromium."""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from monitor.demo.site import WRONG_CELL
from tests.browser import Window, browser, demo_pages, window

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
SIZE = (1100, 760)
COLORS = 64  # enough for pages of ours; a picture stays small


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="gouji-pictures-") as folder,
        demo_pages(Path(folder) / "demo") as address,
        browser() as opened,
        window(opened, address, SIZE) as one,
    ):
        _kept(one, "start.zh")
        one.go(f"report/{WRONG_CELL[0]}/{WRONG_CELL[1]}")
        one.page.locator("td.suspect a").click()
        one.page.mouse.move(1, 1)
        _kept(one, "report.zh")


def _kept(one: Window, name: str) -> None:
    picture = Image.open(BytesIO(one.page.screenshot()))
    picture.convert("RGB").quantize(COLORS).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
