"""A text of a stranger inside the formats that hold parts: workbooks, saved pages, archives, OFD; made small, by hand."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from crawler.pages.markup import permitted

MOST = 4000  # cells, of this many characters
PIECE = 40
WIDTH = 8


def pieces(text: str) -> list[str]:
    """The text cut into cells: by its lines, and long ones anyhow."""

    def cut() -> Iterator[str]:
        for line in permitted(text.encode("utf-8", "replace").decode()).splitlines():
            yield from (line[at : at + PIECE] for at in range(0, len(line), PIECE))

    return list(islice(cut(), MOST))


def packed(members: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, body in members.items():
            package.writestr(name, body.encode("utf-8", "replace"))
    return file.getvalue()


def xlsx(text: str) -> bytes:
    cells = pieces(text)
    form = quoteattr((cells or [""])[0])
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    strings = "".join(f"<si><r><rPr><strike/></rPr><t>{escape(cell)}</t></r></si>" for cell in cells)
    rows = [range(at, min(at + WIDTH, len(cells))) for at in range(0, len(cells), WIDTH)]
    sheet = "".join(
        "<row>" + "".join(f'<c t="s"><v>{at}</v></c><c s="1"><v>{at}.25</v></c>' for at in row) + "</row>"
        for row in rows
    )
    painted = "".join(
        f'<conditionalFormatting sqref="A{at + 1}:P{at + 2}"><cfRule type="expression" dxfId="0"/></conditionalFormatting>'
        for at in range(len(rows))
    )
    anchors = "".join(
        f"<twoCellAnchor><from><col>1</col><row>{at}</row></from><to><col>3</col><row>{at + 2}</row></to>"
        f"<sp><spPr/><txBody><p><r><t>{escape(cells[row[0]])}</t></r></p></txBody></sp></twoCellAnchor>"
        for at, row in enumerate(rows)
    )
    merged = "".join(f'<mergeCell ref="A{2 * at + 1}:A{2 * at + 2}"/>' for at in range(len(rows) // 2))
    sheets = "".join(
        f"<Relationship Id='r{n}' Type='{related}/{t}' Target='{p}'/>"
        for n, (t, p) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))
        )
    )
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f"<Relationships {package}><Relationship Id='r' Type='{related}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
            "xl/workbook.xml": f"<workbook {main}><sheets><sheet name='a' xmlns:r='{related}' r:id='r0'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f"<Relationships {package}>{sheets}</Relationships>",
            "xl/sharedStrings.xml": f"<sst {main}>{strings}</sst>",
            "xl/styles.xml": f"<styleSheet {main}><numFmts><numFmt numFmtId='200' formatCode={form}/></numFmts><cellXfs><xf/><xf numFmtId='200'/></cellXfs><dxfs><dxf><font><color rgb='FFFFFFFF'/></font></dxf></dxfs></styleSheet>",
            "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{sheet}</sheetData><mergeCells>{merged}</mergeCells>{painted}<drawing xmlns:r='{related}' r:id='d'/></worksheet>",
            "xl/worksheets/_rels/sheet1.xml.rels": f"<Relationships {package}><Relationship Id='d' Type='{related}/drawing' Target='../drawings/drawing1.xml'/></Relationships>",
            "xl/drawings/drawing1.xml": f"<wsDr xmlns='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing'>{anchors}</wsDr>",
        }
    )


def ods(text: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cells = "".join(
        f'<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>{escape(cell)}</text:p></table:table-cell>'
        f"<table:table-cell><text:p>{escape(cell)}<text:s/></text:p></table:table-cell></table:table-row>"
        for cell in pieces(text)
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table>{cells}</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


def xls(text: str) -> bytes:
    cells = pieces(text)

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<2H", kind, len(body)) + body

    def string(cell: str) -> bytes:
        wide = cell.encode("utf-16-le", "replace")
        return struct.pack("<HB", len(wide) // 2, 1) + wide

    begin = record(0x809, struct.pack("<4H", 0x600, 5, 0, 0) + b"\0" * 8)
    strings = [struct.pack("<2I", len(cells), len(cells)), *map(string, cells)]
    shared = record(0xFC, strings[0]) + b"".join(record(0x3C, one) for one in strings[1:])
    head = begin + shared
    bound = record(0x85, struct.pack("<IBB", len(head) + 16, 0, 0) + b"\1\0a") + record(0x0A, b"")
    head += bound.replace(struct.pack("<I", len(head) + 16), struct.pack("<I", len(head) + len(bound)), 1)
    body = b"".join(record(0xFD, struct.pack("<3HI", at // WIDTH, at % WIDTH, 0, at)) for at in range(len(cells)))
    return ole(head + begin + body + record(0x0A, b""))


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """An OLE file with one stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    tables = -(-(count + 2) // 126)
    chain = [*range(1, count), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512 * tables, b"\xff")

    def entry(name: str, kind: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HB", len(raw), kind)
            + b"\0" * 49
            + struct.pack("<2I", start, size)
            + b"\0" * 4
        )

    directory = (entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry(name, 2, 0, len(stream))).ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6)
    header = (
        header.ljust(44, b"\0")
        + struct.pack("<2I", tables, count)
        + b"\0" * 4
        + struct.pack("<3I", 4096, 0xFFFFFFFE, 0)
    )
    header += struct.pack("<2I", 0xFFFFFFFE, 0)
    header += struct.pack(f"<{tables}I", *range(count + 1, count + 1 + tables))
    return header.ljust(512, b"\xff") + stream.ljust(512 * count, b"\0") + directory + fat


def mht(text: str) -> bytes:
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n'
        + text.encode("utf-8", "surrogatepass")
        + b"\r\n--b--\r\n"
    )


def archive(text: str) -> bytes:
    return packed({"a.html": text, "b.txt": "1"})


def ofd(text: str) -> bytes:
    spaces = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{at}" Boundary="{at % 9 * 20} {at % 400} 9 9" Size="3"><ofd:TextCode X="0" Y="3">{escape(cell)}</ofd:TextCode></ofd:TextObject>'
        f'<ofd:PathObject ID="{MOST + at}" Boundary="0 {at % 40 * 5} 90 90"><ofd:AbbreviatedData>M 0 0 L 90 0 L 90 90 C {escape(cell)}</ofd:AbbreviatedData></ofd:PathObject>'
        for at, cell in enumerate(pieces(text))
    )
    return packed(
        {
            "OFD.xml": f"<ofd:OFD {spaces}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f'<ofd:Document {spaces}><ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/P.xml": f"<ofd:Page {spaces}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>",
        }
    )


FORMATS: Mapping[str, Callable[[str], bytes]] = {
    "xlsx": xlsx,
    "ods": ods,
    "xls": xls,
    "mht": mht,
    "zip": archive,
    "ofd": ofd,
}
