"""A Word file as PDF, by the LibreOffice that reads old documents."""

from crawler.ground.errors import GoujiError
from extract.readers._office import converter, to_pdf

SECONDS = 300.0  # thousands of bodies are hundreds of pages


def require() -> None:
    """GoujiError that says what to install where there is no LibreOffice."""
    if not converter():
        raise GoujiError(
            "a PDF needs LibreOffice, which is not here: apt install libreoffice-writer; or write .docx or .html",
            "写 PDF 要用 LibreOffice，本机没有：请安装（如 apt install libreoffice-writer），或改写 .docx、.html",
        )


def pdf(docx: bytes) -> bytes:
    """The PDF; GoujiError where it fails."""
    require()
    body = to_pdf(docx, SECONDS)
    if not body.startswith(b"%PDF"):
        raise GoujiError(
            "LibreOffice could not make a PDF of the paper; write .docx or .html instead",
            "LibreOffice 没能把它转成 PDF；请改写 .docx 或 .html",
        )
    return body
