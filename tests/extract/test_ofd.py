"""OFD files: drawn tables are read cell by cell with page and box; what is not sure is no figure."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from xml.sax.saxutils import escape

import pytest

from extract.place import PageBox, read_place, split
from monitor.samples import SampleReport
from monitor.samples.layout import FormTable
from tests.extract.test_workbooks import assert_exact, cells, read, refused, sample
from tests.extract.workbooks import placed

NAMESPACE = "http://www.ofdspec.org/2016"
SIZE, LINE, LEFT, WIDTH = 2.4, 3.2, 15.0, 180.0
CELL = "T3[received,business]"


class Pages:
    """Writes a report on pages of A4, its tables drawn by lines; `change` replaces the objects of a figure."""

    def __init__(self, report: SampleReport, *, ruled: bool = True, change: Mapping[str, str] | None = None) -> None:
        self.report, self.ruled, self.change = report, ruled, dict(change or {})
        self.pages: list[list[str]] = [[]]
        self.y, self.number = 20.0, 0
        self.text(60, self.y, report.title)
        self.y += 10
        for block in report.blocks(word=False):
            if isinstance(block, str):
                self.paragraph(block)
            else:
                self.table(block)
        self.body = packed({f"Doc_0/Pages/Page_{at}/Content.xml": page_xml(page) for at, page in enumerate(self.pages)})

    def text(self, x: float, y: float, text: str, more: str = "") -> None:
        self.number += 1
        self.pages[-1].append(
            f'<ofd:TextObject ID="{self.number}" Boundary="{x} {y - SIZE} {len(text) * SIZE} {SIZE * 1.3}" Font="1" '
            f'Size="{SIZE}"{more}><ofd:TextCode X="0" Y="{SIZE}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )

    def paragraph(self, text: str) -> None:
        room = int(WIDTH / SIZE)
        for at in range(0, len(text), room):
            if self.y > 270:
                self.pages.append([])
                self.y = 20.0
            self.text(LEFT, self.y, text[at : at + room])
            self.y += 5
        self.y += 2

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self.number += 1
        self.pages[-1].append(
            f'<ofd:PathObject ID="{self.number}" Boundary="{x} {y} {max(to_x - x, 0.1)} {max(to_y - y, 0.1)}" '
            f'LineWidth="0.2"><ofd:AbbreviatedData>M 0 0 L {to_x - x} {to_y - y}</ofd:AbbreviatedData></ofd:PathObject>'
        )

    def table(self, table: FormTable) -> None:
        columns = max(column + broad for _, column, _, broad, _, _ in placed(table))
        step, height = WIDTH / columns, 7.0
        if self.y + height * len(table) > 280:
            self.pages.append([])
            self.y = 15.0
        for row, column, deep, broad, label, name in placed(table):
            x, y = LEFT + column * step, self.y + row * height
            if self.ruled:
                right, bottom = x + broad * step, y + deep * height
                for ends in (
                    (x, y, right, y),
                    (x, bottom, right, bottom),
                    (x, y, x, bottom),
                    (right, y, right, bottom),
                ):
                    self.line(*ends)
            text = self.report.printed(name) if name else label
            if name in self.change:
                self.pages[-1].append(self.change[name].format(x=x + 1, y=y + 1, size=SIZE, step=step))
                continue
            room = max(2, int((broad * step - 1) / SIZE))
            for at in range(0, len(text), room):
                self.text(
                    x + 0.5,
                    y + 1 + LINE * (at // room + 0.7) * min(1.0, deep * 2 / (len(text) / room + 1)),
                    text[at : at + room],
                )
        self.y += height * len(table) + 8


def page_xml(objects: list[str]) -> str:
    return (
        f'<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>'
        f'<ofd:Content><ofd:Layer ID="9999">{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def packed(pages: Mapping[str, str]) -> bytes:
    listed = "".join(f'<ofd:Page ID="{900 + at}" BaseLoc="{name[6:]}"/>' for at, name in enumerate(pages))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "OFD.xml",
            f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        package.writestr(
            "Doc_0/Document.xml",
            f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297'
            f"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for name, text in pages.items():
            package.writestr(name, text)
    return target.getvalue()


@cache
def written(year: int) -> bytes:
    return Pages(sample(year)).body


@pytest.mark.parametrize("year", [2019, 2021, 2024])
def test_drawn_tables_are_read_exactly(year: int) -> None:
    report = read(written(year), "年报.ofd")
    assert_exact(report, sample(year).figures)
    assert (report.agency_name, report.year, report.status) == ("示例县财政局", year, "complete")
    for row in report.rows:
        for place in split(row.place, len(row.members)):
            assert isinstance(read_place(place), PageBox), place


def test_tables_without_lines_state_nothing_wrong() -> None:
    report = read(Pages(sample(), ruled=False).body, "年报.ofd")
    stated = {name: value for name, (value, _) in cells(report).items() if value is not None}
    assert stated.items() <= sample().figures.items()


def figure(text: str = "77", *, at: str = "{x}", more: str = "", delta: str = "", inside: str = "") -> str:
    start = f'<ofd:TextObject ID="{abs(hash((text, at, more))) % 10**6 + 10**5}" Boundary="{at} {{y}} 9 4" Font="1" '
    return (
        start
        + f'Size="{{size}}"{more}><ofd:TextCode X="0" Y="{{size}}"{delta}>{text}</ofd:TextCode>{inside}</ofd:TextObject>'
    )


DOUBTFUL = {
    "white": figure(inside='<ofd:FillColor Value="255 255 255"/>'),
    "not to be seen": figure(more=' Visible="false"'),
    "clear": figure(more=' Alpha="0"'),
    "turned": figure(more=' CTM="0 1 -1 0 0 0"'),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_figure_that_one_does_not_see_as_it_stands_is_illegible(name: str) -> None:
    report = read(Pages(sample(), change={CELL: DOUBTFUL[name]}).body, "年报.ofd")
    assert cells(report)[CELL] == (None, "illegible")
    # One that is turned may reach into the cell beside it.
    beside = tuple(one for one, (_, state) in cells(report).items() if state == "illegible")
    assert len(beside) <= 2
    assert_exact(report, sample().figures, but=beside)


def test_a_line_of_figures_across_several_cells_is_illegible_in_each() -> None:
    wide = figure("1234", delta=' DeltaX="16 16 16"')
    report = read(Pages(sample(), change={CELL: wide}).body, "年报.ofd")
    touched = {name for name, (_, state) in cells(report).items() if state == "illegible"}
    assert CELL in touched
    assert all(name.startswith("T3[received,") for name in touched)
    assert_exact(report, sample().figures, but=tuple(touched))


def test_digits_of_one_figure_stand_together_and_others_do_not() -> None:
    # Drawn twice for a bold look; two digits each by itself; two that stand apart.
    for change, expected in (
        (figure("78") * 2, (78, "number")),
        (figure("7") + figure("8", at="{x}").replace('X="0"', 'X="1.2"'), (78, "number")),
        (figure("7") + figure("8", at="{x}").replace('X="0"', 'X="5"'), (None, "text")),
    ):
        report = read(Pages(sample(), change={CELL: change}).body, "年报.ofd")
        assert cells(report)[CELL] == expected


def test_bad_files_are_one_problem() -> None:
    body = written(2024)
    for part in (0.2, 0.6, 0.95):
        assert refused(body[: int(len(body) * part)], "年报.ofd") == "damaged_file"
    assert refused(packed({}), "年报.ofd") in ("no_text", "damaged_file")
    assert refused(packed({"Doc_0/Pages/Page_0/Content.xml": " " * (30 << 20)}), "年报.ofd") == "too_large"
    assert refused(packed({"Doc_0/Pages/Page_0/Content.xml": "<broken"}), "年报.ofd") in ("no_text", "damaged_file")
