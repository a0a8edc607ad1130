"""Laid-out pages as a PDF of several makers, or as an OFD: written here sign by sign, with no reader's library."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bench._papers import SONG
from bench._scans import FONTS, face
from bench._traps.sheets import HEIGHT, WIDTH, Page

THIN = 0.5
DOTS = 48  # of a sign in a Type-3 font
NO_INKS: Mapping[str, tuple[int, int]] = {}


def wps_like(pages: Sequence[Page]) -> bytes:
    """Rules are thin filled boxes, each sign is placed on its own, texts in the order in which they were laid out."""
    if SONG not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    target = BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT))
    canvas.setCreator("WPS 文字")
    for page in pages:
        for rule in page.rules:
            wide, high = max(rule.to_x - rule.x, THIN), max(rule.to_y - rule.y, THIN)
            canvas.rect(rule.x, HEIGHT - rule.y - high, wide, high, stroke=0, fill=1)
        for one in page.texts:
            x = one.x
            canvas.setFont(SONG, one.size)
            for sign in one.text:
                canvas.drawString(x, HEIGHT - one.y, sign)
                x += pdfmetrics.stringWidth(sign, SONG, one.size)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


# --- fonts of pictures -----------------------------------------------------------------------------------------


def type3(pages: Sequence[Page], *, mapped: bool, inks: Mapping[str, tuple[int, int]] = NO_INKS) -> bytes:
    """A PDF whose signs are little pictures (Type 3); not `mapped`: nothing says which sign is which. `inks`: how high
    these reach, in thousandths of the size; then the font itself tells no height, as Chromium makes them."""
    signs = sorted({sign for page in pages for one in page.texts for sign in one.text if not sign.isspace()})
    groups = [signs[at : at + 200] for at in range(0, len(signs), 200)]
    code = {sign: (group, at + 32) for group, members in enumerate(groups) for at, sign in enumerate(members)}
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    add(b"")  # catalogue and pages are written last, as 1 and 2
    add(b"")
    fonts = [add(_type3_font(add, members, mapped=mapped, inks=inks)) for members in groups]
    resources = "<< /Font << " + " ".join(f"/F{at} {number} 0 R" for at, number in enumerate(fonts)) + " >> >>"
    kids = []
    for page in pages:
        content = add(_stream("\n".join(_operators(page, code)).encode()))
        media = f"[0 0 {WIDTH:.0f} {HEIGHT:.0f}]"
        kids.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox {media} /Resources {resources} "
                f"/Contents {content} 0 R >>".encode()
            )
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    listed = " ".join(f"{number} 0 R" for number in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    return _pdf_file(objects)


def _operators(page: Page, code: dict[str, tuple[int, int]]) -> Iterator[str]:
    yield f"{THIN} w"
    for rule in page.rules:
        yield f"{rule.x:.2f} {HEIGHT - rule.y:.2f} m {rule.to_x:.2f} {HEIGHT - rule.to_y:.2f} l S"
    yield "BT"
    for one in page.texts:
        x = one.x
        for sign in one.text:
            if sign in code:
                group, at = code[sign]
                yield f"/F{group} {one.size} Tf 1 0 0 1 {x:.2f} {HEIGHT - one.y:.2f} Tm <{at:02x}> Tj"
            x += one.size if ord(sign) > 0x2000 else one.size / 2
    yield "ET"


def _type3_font(add: object, signs: Sequence[str], *, mapped: bool, inks: Mapping[str, tuple[int, int]]) -> bytes:
    assert callable(add)
    font = face(FONTS[0], DOTS)
    names, widths = [], []
    for at, sign in enumerate(signs):
        picture = Image.new("1", (DOTS, DOTS), 1)
        ImageDraw.Draw(picture).text((0, -DOTS * 0.28), sign, 0, font)
        wide = 1000 if ord(sign) > 0x2000 else 500
        low, high = inks.get(sign, (-150, 1000))
        head = f"{wide} 0 0 {low} 1000 {high} d1\nq 1000 0 0 1000 0 -150 cm\nBI /IM true /W {DOTS} /H {DOTS} /BPC 1 ID "
        names.append(f"/g{at} {add(_stream(head.encode() + picture.tobytes() + b' EI Q'))} 0 R")
        widths.append(str(wide))
    last = 31 + len(signs)
    box = "0 0 0 0" if inks else "0 -150 1000 1000"
    differences = " ".join(f"/g{at}" for at in range(len(signs)))
    unicode = f" /ToUnicode {add(_stream(_cmap(signs)))} 0 R" if mapped else ""
    return (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [{box}] /FontMatrix [0.001 0 0 0.001 0 0] "
        f"/CharProcs << {' '.join(names)} >> /Encoding << /Type /Encoding /Differences [32 {differences}] >> "
        f"/FirstChar 32 /LastChar {last} /Widths [{' '.join(widths)}] /Resources << >>{unicode} >>"
    ).encode()


def _cmap(signs: Sequence[str]) -> bytes:
    chunks = [list(enumerate(signs, 32))[at : at + 90] for at in range(0, len(signs), 90)]
    lines = [
        f"{len(chunk)} beginbfchar\n"
        + "\n".join(f"<{code:02x}> <{sign.encode('utf-16-be').hex()}>" for code, sign in chunk)
        + "\nendbfchar"
        for chunk in chunks
    ]
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
    space = "1 begincodespacerange <00> <ff> endcodespacerange\n"
    return (head + space + "\n".join(lines) + "\nendcmap end end").encode()


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


# --- OFD -------------------------------------------------------------------------------------------------------

MM = 25.4 / 72
XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def ofd(pages: Sequence[Page]) -> bytes:
    """GB/T 33190—2016: a ZIP of XML, millimetres from the upper left corner."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr(
            "OFD.xml",
            f'{HEAD}<ofd:OFD {XMLNS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>'
            f"{'0' * 32}</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
            "</ofd:OFD>",
        )
        listed = "".join(
            f'<ofd:Page ID="{at + 10}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages))
        )
        area = f"<ofd:PhysicalBox>0 0 {WIDTH * MM:.2f} {HEIGHT * MM:.2f}</ofd:PhysicalBox>"
        box.writestr(
            "Doc_0/Document.xml",
            f"{HEAD}<ofd:Document {XMLNS}><ofd:CommonData><ofd:MaxUnitID>100000</ofd:MaxUnitID><ofd:PageArea>{area}"
            f"</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}"
            "</ofd:Pages></ofd:Document>",
        )
        box.writestr(
            "Doc_0/PublicRes.xml",
            f'{HEAD}<ofd:Res {XMLNS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/>'
            "</ofd:Fonts></ofd:Res>",
        )
        unit = 1000
        for at, page in enumerate(pages):
            objects = []
            for rule in page.rules:
                unit += 1
                wide, high = (rule.to_x - rule.x) * MM, (rule.to_y - rule.y) * MM
                objects.append(
                    f'<ofd:PathObject ID="{unit}" Boundary="{rule.x * MM:.3f} {rule.y * MM:.3f} {max(wide, 0.2):.3f} '
                    f'{max(high, 0.2):.3f}" LineWidth="0.2"><ofd:AbbreviatedData>M 0 0 L {wide:.3f} {high:.3f}'
                    "</ofd:AbbreviatedData></ofd:PathObject>"
                )
            for one in page.texts:
                unit += 1
                steps = [one.size * MM * (1 if ord(sign) > 0x2000 else 0.5) for sign in one.text]
                delta = f' DeltaX="{" ".join(f"{step:.3f}" for step in steps[:-1])}"' if steps[1:] else ""
                size = one.size * MM
                objects.append(
                    f'<ofd:TextObject ID="{unit}" Boundary="{one.x * MM:.3f} {(one.y - one.size) * MM:.3f} '
                    f'{sum(steps) + 1:.3f} {size * 1.3:.3f}" Font="3" Size="{size:.3f}">'
                    f'<ofd:TextCode X="0" Y="{size:.3f}"{delta}>'
                    f"{escape(one.text)}</ofd:TextCode></ofd:TextObject>"
                )
            box.writestr(
                f"Doc_0/Pages/Page_{at}/Content.xml",
                f'{HEAD}<ofd:Page {XMLNS}><ofd:Area>{area}</ofd:Area><ofd:Content><ofd:Layer ID="{at + 500}">'
                f"{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return target.getvalue()
