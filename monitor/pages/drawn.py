"""The tables of pages as HTML. They hold most of what a page is made of: drawn here, each text made inert once."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from monitor.pages.ask import Ask
from monitor.pages.report_cells import FormCell, FormLine, FormTable
from monitor.pages.safe import known, safe
from monitor.pages.tables import MOST_SHOWN, PageCell, PageTable
from monitor.papers.speech import Speech

ONE_LINE = 20  # half-width places: what is no longer stays on one line
MOST_GRID = 4  # columns of words that a phone shows side by side
SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="{}">'


def table_html(one: PageTable, ask: Ask, *, title: bool = True, files: bool = True) -> Markup:
    """A table of a page, without the columns in which nothing stands; `files`: with the addresses of its files."""
    say = ask.say
    if not one.rows:
        head = f"<h3>{safe(one.title)}</h3>" if title and one.title else ""
        return _block(one, [head, f'<p class="none">{safe(one.empty or say("没有。", "None."))}</p>'])
    shown = one.rows[:MOST_SHOWN]
    texts = [[cell.text for cell in row] for row in shown]
    filled = [at for at in range(len(one.columns)) if any(row[at] for row in texts)]
    words = sum(not any(row[at].is_number for row in shown) for at in filled)
    cards = ' class="cards"' if words > MOST_GRID else ""  # a phone shows each row as a card
    heads = [known(head) for head in one.columns]
    parts = [
        SCROLL.format(safe(one.title)),
        f'<table{cards} role="table">',
        f"<caption>{safe(one.title)}</caption>" if title else "",
        '<thead role="rowgroup"><tr role="row">',
        *[f'<th scope="col" role="columnheader">{heads[at]}</th>' for at in filled],
        '</tr></thead>\n<tbody role="rowgroup">\n',
    ]
    for row, said in zip(shown, texts, strict=True):
        cells = [_cell(row[at], said[at], heads[at]) for at in filled]
        parts += ['<tr role="row">', *cells, "</tr>\n"]
    parts.append("</tbody></table></div>\n")
    left_out = max(one.whole, len(one.rows)) - MOST_SHOWN
    if left_out > 0:
        words_left = say(f"另有 {left_out} 行，下载的文件里都有。", f"{left_out} more rows: the files have them all.")
        parts.append(f'<p class="note">{words_left}</p>')
    if files:
        links = " ".join(_file(one, ask, ending) for ending in ("csv", "xlsx"))
        parts.append(f'<p class="files">{say("下载：", "Download: ")}{links}</p>')
    return _block(one, parts)


def _block(one: PageTable, parts: Iterable[str]) -> Markup:
    return Markup(f'<div class="table" id="{safe(one.name)}">\n{"".join(parts)}\n</div>\n')  # noqa: S704  (each part was made safe)


def _file(one: PageTable, ask: Ask, ending: str) -> str:
    name, address = ending.upper(), ask.again(table=one.name, **{"as": ending})
    return f'<a href="{safe(address)}" aria-label="{safe(one.title)} {name}">{name}</a>'


def _cell(cell: PageCell, text: str, head: str) -> str:
    kind = ' class="n"' if cell.is_number else ' class="short"' if is_short(text) else ""
    inside = safe(text)
    if cell.page:
        inside = f'<a href="{safe(cell.page)}">{inside}</a>'
    elif away := cell.away:
        inside = f'<a class="away" href="{safe(away)}" rel="noreferrer noopener nofollow">{inside}</a>'
    elif cell.tone:
        inside = f'<span class="tone {cell.tone}">{inside}</span>'
    return f'<td role="cell" data-head="{head}"{kind}>{inside}</td>'


def is_short(text: str) -> bool:
    """Whether it stays on one line: a day, a state, the name of a body."""
    return len(text) <= ONE_LINE and sum(1 if char.isascii() else 2 for char in text) <= ONE_LINE


def form_html(one: FormTable, say: Speech, prefix: str = "") -> Markup:
    """A table of the form, then what is known of each of its cells; `prefix` keeps the names of two reports apart."""
    title, wide = known(one.title), len(one.heads) + 1
    parts = [
        SCROLL.format(title),
        f'<table class="form">\n<caption>{title}</caption>\n<thead><tr><th scope="col"></th>{_heads(one.heads)}</tr>',
        "</thead>\n<tbody>\n",
        *[_line(line, wide, prefix) for line in one.lines],
        '</tbody></table></div>\n<div class="notes">\n',
    ]
    printed, back = say("原文：", "As printed: "), say("回到这一格", "back to the cell")
    parts += [_note(cell, prefix + cell.id, printed, back) for cell in one.notes]
    return Markup("".join([*parts, "</div>\n"]))  # noqa: S704  (each part was made safe)


def _heads(heads: Sequence[str]) -> str:
    return "".join([f'<th scope="col">{known(head)}</th>' for head in heads])


def _line(line: FormLine, wide: int, prefix: str) -> str:
    if line.heads:
        return f"<tr><th></th>{_heads(line.heads)}</tr>\n"
    label = f'class="d{line.depth}"'
    if not line.cells:
        return f'<tr class="group"><th scope="row" {label} colspan="{wide}">{known(line.label)}</th></tr>\n'
    cells = "".join([_form_cell(cell, prefix + cell.id) for cell in line.cells])
    return f'<tr><th scope="row" {label}>{known(line.label)}</th>{cells}</tr>\n'


def _form_cell(cell: FormCell, name: str) -> str:
    mark = f' class="{cell.mark}"' if cell.mark else ""
    said = known(cell.words)
    if cell.state:
        said += f"（{known(cell.state)}）"
    for one in cell.proposed:
        said += f"；{safe(one)}"
    return f'<td{mark}><a id="at-{name}" href="#{name}" title="{said}">{safe(cell.text) or "–"}</a></td>'


def _note(cell: FormCell, name: str, printed: str, back: str) -> str:
    state = f"（{known(cell.state)}）" if cell.state else ""
    place = f" · {known(cell.place)}" if cell.place else ""
    proposed = "".join([f'<p class="proposed">{safe(one)}</p>\n' for one in cell.proposed])
    relations = f"<ul>{cell.relations}</ul>\n" if cell.relations else ""
    return (
        f'<section class="cell" id="{name}" tabindex="-1"><h3>{known(cell.words)}</h3>\n'
        f"<p>{printed}<b>{safe(cell.raw) or '–'}</b>{state}{place}</p>\n{proposed}{relations}"
        f'<p><a href="#at-{name}">{back}</a></p></section>\n'
    )
