"""Web pages, saved pages and archives: what browsers and Word make of a report."""

import quopri
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from bench._papers import Paper, Printable, docx
from monitor.samples.layout import FormTable
from monitor.samples.render import page_html, paragraph_html, table_html

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PRINTED = """<style>table{border-collapse:collapse;width:100%;font-size:13px}td{border:1px solid #000;padding:3px;
text-align:center} .crumb,.footer{color:#888}</style>"""


def html(report: Printable, style: str) -> str:
    """`word`: as pasted; `fonts`: each sign of a figure in a font of its own; `script`: the body only in a script."""
    parts = []
    for block in report.blocks(word=True):
        if isinstance(block, str):
            parts.append(paragraph_html(block, "word" if style == "word" else "plain"))
        else:
            made = table_html(block, report.printed, "word" if style == "word" else "plain")
            parts.append(made.replace("\n", "<br/>") if "\n" in _labels(block) else made)
    body = "\n".join(parts)
    if style == "fonts":
        body = _fonts(body)
    page = page_html(title=report.title, site="示例县", charset="utf-8", published="2024-01-20", body=body)
    if style != "script":
        return page
    quoted = body.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("</", "<\\/")
    script = f'<script>let content = "{quoted}"; document.getElementById("c").innerHTML = content;</script>'
    return page.replace(body, f'<div id="c"></div>{script}')


def _labels(table: FormTable) -> str:
    return "".join(cell.label for row in table for cell in row)


def _fonts(body: str) -> str:
    out, inside = [], False
    for sign in body:
        inside = (inside or sign == "<") and sign != ">"
        out.append(f'<font face="宋体">{sign}</font>' if not inside and sign.isdigit() else sign)
    return "".join(out)


def mht(report: Printable, charset: str) -> bytes:
    """A page as Word saves it: several parts, quoted-printable."""
    page = html(report, "word").replace('charset="utf-8"', f'charset="{charset}"')
    text = quopri.encodestring(page.encode(charset, "xmlcharrefreplace")).decode("ascii")
    edge = "----=_NextPart_01DA"
    return (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="{edge}"; type="text/html"\r\n\r\n'
        f"--{edge}\r\nContent-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f'Content-Type: text/html; charset="{charset}"\r\n\r\n{text}\r\n'
        f"--{edge}\r\nContent-Location: file:///C:/a.files/filelist.xml\r\nContent-Type: text/xml\r\n\r\n<xml/>\r\n"
        f"--{edge}--\r\n"
    ).encode("ascii")


def zipped(report: Printable) -> bytes:
    """An archive with the report as a Word file, its name in GBK, and a picture beside it."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as box:
        name = "年度报告.docx".encode("gbk").decode("cp437")
        box.writestr(name, docx(report, "merged"))
        box.writestr("readme.txt", "请用 WPS 打开。")
    return target.getvalue()


def printed(papers: Sequence[Paper]) -> Iterator[Paper]:
    """Pages printed from a browser, with its own head and foot; nothing where no browser is installed."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return
    with tempfile.TemporaryDirectory() as place:
        for number, paper in enumerate(papers):
            page, target = Path(place, f"{number}.html"), Path(place, f"{number}.pdf")
            page.write_bytes(paper.body.replace(b"</head>", PRINTED.encode() + b"</head>"))
            command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={place}/profile"]
            subprocess.run(
                [*command, f"--print-to-pdf={target}", page.as_uri()], check=True, capture_output=True, timeout=120
            )
            yield paper._replace(format="pdf", style=f"{paper.style} Chromium", name="a.pdf", body=target.read_bytes())
