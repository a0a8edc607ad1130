"""A paper as one page of HTML that needs nothing else: no script, no network, drawn charts inside, printed on A4."""

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from monitor.papers.drawing import DrawnPicture, Finished, finished
from monitor.papers.paper import Cell, DataTable, Heading, Paper, Paragraph, Run, Turn

BROAD = 4  # columns that a phone shows: of more, a table is moved sideways
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def html(paper: Paper) -> bytes:
    """The paper as the bytes of an .html file."""
    language = "zh-CN" if paper.language == "zh" else "en"
    head = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(paper.title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
    )
    body = "".join(_parts(finished(paper)))
    foot = f"<footer>{escape(paper.footer)}</footer>\n" if paper.footer else ""
    text = f"{head}<section>\n<h1>{escape(paper.title)}</h1>\n{body}</section>\n{foot}</main>\n</body>\n</html>\n"
    return text.encode("utf-8", "backslashreplace")


@cache
def _style() -> str:
    return (files("monitor.papers") / "page.css").read_text(encoding="utf-8")


def _parts(parts: list[Finished]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Heading):
            yield f"<h{part.level + 1}>{escape(part.text)}</h{part.level + 1}>\n"
        elif isinstance(part, Paragraph):
            yield f'<p class="{part.role}">{"".join(map(_run, part.runs))}</p>\n'
        elif isinstance(part, DataTable):
            yield from _table(part)
        elif isinstance(part, DrawnPicture):
            yield f'<figure role="img" aria-label="{escape(part.said)}">\n{part.drawn.svg}\n'
            yield f"<figcaption>{escape(part.caption)}</figcaption>\n</figure>\n"
        elif isinstance(part, Turn):
            kind = ' class="wide"' if part.landscape else ""
            yield f"</section>\n<section{kind}>\n"


def _run(one: Run) -> str:
    text = escape(one.text)
    if one.bold or one.mark:
        text = f"<{'mark' if one.mark else 'b'}>{text}</{'mark' if one.mark else 'b'}>"
    return f'<a href="{escape(one.url)}" rel="noreferrer noopener">{text}</a>' if one.url else text


def _table(part: DataTable) -> Iterator[str]:
    kind = ' class="broad"' if len(part.columns) > BROAD else ""
    yield f'<div class="scroll"><table{kind}>\n'
    if part.caption:
        yield f"<caption>{escape(part.caption)}</caption>\n"
    whole = sum(column.width for column in part.columns)
    widths = "".join(f'<col style="width:{100 * column.width / whole:.1f}%">' for column in part.columns)
    yield f"<colgroup>{widths}</colgroup>\n"
    yield "<thead><tr>" + "".join(f'<th scope="col">{escape(one.title)}</th>' for one in part.columns)
    yield "</tr></thead>\n<tbody>\n"
    for row in part.rows:
        cells = (_cell(one, column.align) for one, column in zip(row, part.columns, strict=True))
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</tbody></table></div>\n"


def _cell(cell: Cell, align: str) -> str:
    kind = f' class="{align}"' if align != "left" else ""
    return f"<td{kind}>{'<br>'.join(map(_run, cell))}</td>"
