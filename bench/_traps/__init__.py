"""A set to judge readers by: every trap of the handbook by several producers; written without a look at a reader."""

from collections.abc import Iterator, Sequence

from bench._papers import Paper, converted, docx, pdf, xlsx
from bench._traps import books, drawing, older, pages, sheets, word
from bench._traps.sheets import Taste
from bench._traps.wording import WORDINGS, Draft, as_made
from monitor.samples import SampleReport, make_history

__all__ = ["every", "unmapped"]

TASTES = {
    "cut": Taste(cut=True),
    "framed": Taste(cut=True, framed=True),
    "high": Taste(high=True),
    "narrow": Taste(narrow=True, cut=True),
    "bare": Taste(ruled=False),
}


def every(count: int) -> Iterator[Paper]:
    """The whole set; `count` reports for each style."""
    for number in range(count):
        samples = make_history(700 + number, f"示例{number:03}县财政局", [2020, 2023], dense=True)
        one, other = samples if number % 2 else samples[::-1]  # the wordings in one form, the formats in the other
        yield from _worded(one)
        yield from _made(other)
        yield from _wide(other)
        yield from _older(number)
        yield from _none(samples[1])


def _paper(draft: Draft, kind: str, style: str, name: str, body: bytes) -> Paper:
    return Paper(draft.report, kind, style, name, body, draft.figures)


def _worded(report: SampleReport) -> Iterator[Paper]:
    """Each wording through each producer."""
    words: list[Paper] = []
    webs: list[Paper] = []
    for style, wording in WORDINGS.items():
        draft = wording(report)
        web = _paper(draft, "html", style, "a.html", pages.html(draft, "word").encode())
        text = _paper(draft, "docx", style, "a.docx", docx(draft, "merged"))
        yield from (web, text)
        yield _paper(draft, "xlsx", style, "a.xlsx", xlsx(draft, "one"))
        # The font of reportlab has no radicals; it cannot break the other table over pages.
        for kind in {"kangxi": (), "gapped": ()}.get(style, ("paged", "unruled")):
            yield _paper(draft, "pdf", f"{style} {kind}", "a.pdf", pdf(draft, kind))
        laid = sheets.pages_of(draft, Taste(cut=True, high=style == "torn"))
        yield _paper(draft, "pdf", f"{style} WPS", "a.pdf", drawing.wps_like(laid))
        yield _paper(draft, "ofd", style, "a.ofd", drawing.ofd(laid))
        words.append(text)
        webs.append(web)
    yield from (one._replace(style=f"{one.style} LO") for one in converted(words, "pdf", ""))
    yield from converted(words, "doc", "")
    yield from pages.printed(webs)


def _made(report: SampleReport) -> Iterator[Paper]:
    """What is peculiar to one format."""
    draft = as_made(report)
    words = [_paper(draft, "docx", style, "a.docx", word.trapped(draft, style)) for style in word.FILLS]
    yield from words
    # LibreOffice computes fields anew, prints struck words, draws boxes over what follows, and nests no tables in RTF.
    plain = [one for one in words if one.style not in ("fields", "tracked", "text boxes")]
    yield from converted([one for one in plain if one.style != "nested"], "rtf", "")
    yield from (one._replace(style=f"{one.style} LO") for one in converted(plain, "pdf", ""))
    workbooks = [_paper(draft, "xlsx", style, "a.xlsx", books.trapped(draft, style)) for style in books.STYLES]
    dates = books.shown_as_dates(draft)
    workbooks = [one._replace(unseen=dates) if one.style == "dates" else one for one in workbooks]
    # Of those with formulas, what an office has computed and stored: the library only writes them down.
    yield from (one for one in workbooks if one.style != "formulas")
    yield from converted([one for one in workbooks if one.style == "formulas"], "xlsx", "")
    yield from converted(workbooks, "ods", "")
    for one in converted(workbooks, "xls", ""):
        yield one
        yield one._replace(format="et", name="a.et")
    for style in ("fonts", "script"):
        yield _paper(draft, "html", style, "a.html", pages.html(draft, style).encode())
    yield _paper(draft, "doc", "is HTML", "a.doc", pages.html(draft, "word").encode())
    yield _paper(draft, "xls", "is HTML", "a.xls", pages.html(draft, "plain").encode())
    for charset in ("utf-8", "gb2312"):
        yield _paper(draft, "mht", f"Word {charset}", "a.mht", pages.mht(draft, charset))


def _wide(report: SampleReport) -> Iterator[Paper]:
    """Pages laid out by every taste, drawn as WPS draws, as pictures of signs, as OFD."""
    draft = as_made(report)
    for style, taste in TASTES.items():
        laid = sheets.pages_of(draft, taste)
        yield _paper(draft, "pdf", f"{style} WPS", "a.pdf", drawing.wps_like(laid))
        yield _paper(draft, "pdf", f"{style} Type 3", "a.pdf", drawing.type3(laid, mapped=True))
        yield _paper(draft, "ofd", style, "a.ofd", drawing.ofd(laid))


def _older(number: int) -> Iterator[Paper]:
    """Reports of before 2019."""
    [report] = make_history(number, "示例县财政局", [2023])
    for made in (older.national(number, 2014 + number % 5), older.local(number, 2011 + number % 5)):
        style = "before 2019"
        base = Paper(report, "", style, "", b"", {}, made.lines)
        text = base._replace(format="docx", name="a.docx", body=docx(made, "merged"))
        web = base._replace(format="html", name="a.html", body=pages.html(made, "word").encode())
        yield from (text, web)
        yield base._replace(format="xlsx", name="a.xlsx", body=xlsx(made, "one"))
        yield base._replace(format="pdf", name="a.pdf", body=pdf(made, "paged"))
        laid = sheets.pages_of(made, Taste(cut=True))
        yield base._replace(format="pdf", style=f"{style} WPS", name="a.pdf", body=drawing.wps_like(laid))
        yield base._replace(format="ofd", name="a.ofd", body=drawing.ofd(laid))
        yield from converted([text], "doc", "")
        yield from (one._replace(style=f"{style} LO") for one in converted([text], "pdf", ""))


def _none(report: SampleReport) -> Iterator[Paper]:
    """No report: whatever is stated of these is stated wrongly."""
    for make in (older.blank, older.compared, older.letter):
        draft = make(report)
        style = f"no report: {make.__name__}"
        text = _paper(draft, "docx", style, "a.docx", docx(draft, "merged"))._replace(figures={})
        yield text
        yield text._replace(format="html", name="a.html", body=pages.html(draft, "plain").encode())
        yield text._replace(format="pdf", name="a.pdf", body=pdf(draft, "paged"))
        laid = sheets.pages_of(draft, Taste(cut=True))
        yield text._replace(format="pdf", style=f"{style} WPS", name="a.pdf", body=drawing.wps_like(laid))


def unmapped(reports: Sequence[SampleReport]) -> Iterator[Paper]:
    """Fonts that do not say which sign is which: readable by eye alone, so slow like a scan."""
    for report in reports:
        draft = as_made(report)
        body = drawing.type3(sheets.pages_of(draft, Taste(cut=True)), mapped=False)
        yield _paper(draft, "pdf", "no map", "a.pdf", body)
