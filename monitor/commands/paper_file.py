"""Writes a paper in the format that the ending of its file says; whole or not at all."""

from datetime import datetime
from pathlib import Path

from crawler.ground.errors import UsageError
from crawler.ground.writing import write
from monitor.commands.options import CallOptions
from monitor.papers.chart import missing
from monitor.papers.drawing import LACKING
from monitor.papers.page import html
from monitor.papers.paper import Paper, Picture
from monitor.papers.pdf import pdf, require

ENDINGS = (".docx", ".html", ".pdf")


def paper_path(file: Path) -> str:
    """The format; UsageError for an ending that is none of them, GoujiError where it cannot be made here."""
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"'{file}' ends in none of {', '.join(ENDINGS)}: the ending says how it is written",
            f"'{file}' 的结尾要是 {'、'.join(ENDINGS)} 之一：结尾定格式",
        )
    if ending == ".pdf":
        require()
    return ending


def keep_paper(call: CallOptions, file: Path, ending: str, paper: Paper, at: datetime, *, force: bool) -> None:
    """Writes it; a note says where tables stand for charts."""
    if ending == ".html":
        body = html(paper)
    else:
        from monitor.papers.word import docx  # python-docx takes a while to load

        body = docx(paper, at) if ending == ".docx" else pdf(docx(paper, at))
    write({file: body}, call.data.sums, force=force)
    if any(isinstance(part, Picture) for part in paper.parts) and (lacking := missing()):
        call.note(call.text(LACKING[lacking].zh, LACKING[lacking].en))
