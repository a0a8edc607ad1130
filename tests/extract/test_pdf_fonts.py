"""A machine without a Chinese font reads a PDF that holds none as every other machine does, and draws boxes.

The library is told once in a process which fonts there are: each reading here is a process of its own.
"""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4

from bench._traps.wording import swapped
from extract.readers._pdf_fonts import boxes
from monitor.samples import make_history
from tests.extract.pdf_pages import Small
from tests.extract.test_pdf_headings import by_lines

ROOT = Path(__file__).parents[2]
READ = """
import json, sys
import pypdfium2
from extract.model import Report
from extract.readers import _pdf_fonts
from extract.reading import read_report

class Barren(pypdfium2.PdfSysfontBase):
    def MapFont(self, *_):
        return None

    def GetFont(self, *_):
        return None

    def EnumFonts(self, *_):
        pass

barren = Barren()
if sys.argv[1] == "boxes":
    _pdf_fonts._stand_in(pypdfium2.PdfSysfontBase)(barren).setup()
elif sys.argv[1] == "nothing":
    barren.setup()
found = read_report(sys.stdin.buffer.read(), "a.pdf")
rows = found.rows if isinstance(found, Report) else ()
print(json.dumps({f"{row.table} {row.code} {at}": raw for row in rows for at, raw in enumerate(row.raws)}))
"""


def read(body: bytes, fonts: str) -> dict[str, str]:
    command = [sys.executable, "-c", READ, fonts]
    done = subprocess.run(command, input=body, stdout=subprocess.PIPE, cwd=ROOT, check=True, timeout=120)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def turned() -> bytes:
    wide, _ = A4
    page = Small(matrix=(0, -1, 1, 0, 0, wide))
    page.canvas.setPageRotation(270)
    return page.done()


def in_another_order() -> bytes:
    [report] = make_history(700, "示例县财政局", [2023], dense=True)
    return by_lines(swapped(report))


@pytest.mark.parametrize("body", [turned(), in_another_order()], ids=["on its side", "columns in another order"])
def test_a_machine_without_fonts_reads_as_every_other(body: bytes) -> None:
    asked = read(body, "those of the machine")
    assert len(asked) >= 10
    assert read(body, "boxes") == asked
    assert read(body, "nothing") != asked  # the font is what does it


def test_its_digits_can_be_seen_and_its_characters_are_boxes() -> None:
    font = ImageFont.truetype(BytesIO(boxes()), 40)
    seen = {}
    for sign in "0123456789年报. 　":
        image = Image.new("1", (60, 60))
        ImageDraw.Draw(image).text((5, 5), sign, 1, font)
        seen[sign] = image.tobytes()
    assert len({seen[digit] for digit in "0123456789"}) == 10
    assert seen["年"] == seen["报"] != seen["8"]
    assert seen[" "] == seen["　"] == bytes(len(seen[" "]))
