"""A report's own page: its titles and the files beside the text; scanned and never parsed, pages are long."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from crawler.ground.urls import ATTACHMENT, is_attachment, off_the_web, resolve
from crawler.pages.markup import between_tags
from crawler.pages.page import MOST_LINKS, closed, is_cut, lowered, squeeze
from crawler.pages.picture_names import ORNAMENT, PICTURE
from crawler.pages.titles import TitleInfo, recognize

META_TITLE = re.compile(
    r"<meta\b(?=[^<>]{0,500}\bname\s*=\s*[\"']?ArticleTitle\b)[^<>]{0,500}\bcontent\s*=\s*([\"'])([^<>]{0,500}?)\1",
    re.IGNORECASE,
)
# The most trusted first: what begins a title, and what ends it.
TITLES = tuple(
    (re.compile(rf"<{name}\b[^<>]{{0,500}}>", re.IGNORECASE), re.compile(f"</{name}>", re.IGNORECASE))
    for name in ("ucaptitle", "h1", "title", "h[23]")
)
LONGEST_TITLE = 600
# One that is not closed ends where the next one begins.
ANCHOR = re.compile(r"<a\b([^<>]{1,3000})>((?:(?!<a\b).){0,1000}?)</a\s*>", re.IGNORECASE | re.DOTALL)
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
TITLE = re.compile(r"""\btitle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
# What a click does, and the addresses in it: window.open('./a.pdf'), downFile("/files/a.doc").
ONCLICK = re.compile(r"""\bonclick\s*=\s*(?:"([^"]{1,1000})"|'([^']{1,1000})')""", re.IGNORECASE)
QUOTED = re.compile(r"""(['"])([^'"\s<>]{3,1000}?)\1""")
PAGE = re.compile(r"\.[sx]?html?$", re.IGNORECASE)
VIEWER = re.compile(
    r"""<(?:iframe|embed|object)\b[^<>]{0,1000}?\b(?:src|data)\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE
)
FOOTER = re.compile(
    r"<footer\b|(?:class|id)\s*=\s*[\"'](?:footer|foot|bottom)\b|网站标识码|版权所有|主办单位[:：]", re.IGNORECASE
)
# What a report says and the name of a column does not.
FOOTER_WORDS = ("foot", "bottom", "网站标识码", "版权所有", "主办单位")
FRAMES = ("<iframe", "<embed", "<object")
REPORT_WORDS = re.compile("总体情况|主动公开政府信息|收到和处理政府信息公开申请|行政复议")
MOST_ATTACHMENTS = 30
TABLE = re.compile(r"<table\b", re.IGNORECASE)
HEADING = re.compile(r"</h1>|<ucapcontent>|TRS_Editor|vsb_content|id=\"zoom", re.IGNORECASE)
IMAGE = re.compile(r"""<img\b[^<>]{0,1000}?\bsrc\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE)
LINKED = re.compile(r"""<a\b[^<>]{0,300}?\bhref\s*=\s*["']([^"'<>]{1,500})["'][^<>]{0,300}>\s*<img\b""", re.IGNORECASE)
LEADING = re.compile(
    r"""<a\b[^<>]{0,300}?\bhref\s*=\s*["']([^"'<>]{1,500}\.(?:jpe?g|png|bmp|gif|webp))["']""", re.IGNORECASE
)
# Where a page says what its script shows in place of what stands there until then.
LAZY = re.compile(
    r"""<img\b[^<>]{0,1000}?\b(?:data-(?:original|src|echo|url)|oldsrc)\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE
)
LONGEST_PICTURED = 400_000
OF_TABLES = ("信息内容", "自然人", "尚未审结")  # a page with all of them has its tables in words


@dataclass(frozen=True)
class Attachment:
    """A file a page points to."""

    url: str
    title: str


def titles(text: str) -> Iterator[str]:
    """The titles a page gives itself, the most trusted first."""
    for match in META_TITLE.finditer(text):
        yield plain(match[2])
    for opening, closing in TITLES:
        position, end = 0, None
        for match in opening.finditer(text):
            if match.end() <= position:
                continue
            if end is None or end.start() < match.end():
                end = closing.search(text, match.end())
            if end is None:
                break
            if match.end() < end.start() and end.end() <= match.end() + LONGEST_TITLE:
                position = end.end()
                yield plain(text[match.end() : end.start()])


def titled(listed: str, own: Iterable[str]) -> tuple[str, TitleInfo] | None:
    """The title of a report: the list's when whole and telling, else the first of its own that is one."""
    info = recognize(listed) if listed else None
    if info is not None and info.agency_name and not is_cut(listed):
        return listed, info
    found = [(title, said) for title in own if (said := recognize(title)) is not None]
    first = (listed, info) if info is not None else next(iter(found), None)
    # What stands at the side of a page is of another body, and mostly of another year.
    return next(
        (
            one
            for one in found
            if one[1].agency_name and (info is not None or not first or one[1].year == first[1].year)
        ),
        first,
    )


def attachments(text: str, url: str, charset: str = "utf-8") -> tuple[Attachment, ...]:
    """The files of a page, in order, each once; what stands in the footer belongs to the site."""
    lower = lowered(text)  # most pages hold none of it, and a plain search is far faster than a pattern
    footer = footer_of(text, len(text) // 3)
    text = closed(uncommented(text[: footer.start()] if footer else text))
    found: dict[str, Attachment] = {}
    for match in islice(ANCHOR.finditer(text), MOST_LINKS):
        href, named = HREF.search(match[1]), TITLE.search(match[1])
        title = plain(match[2]) or plain((named[1] or named[2] or "") if named else "")
        address = html.unescape(href[1] or href[2] or href[3] or "") if href else ""
        # What cannot be asked for is recorded.
        target = resolve(url, address, charset=charset) or off_the_web(address, match[2])
        # An address without a name, behind a name: <a href="/attach/3B2C">….pdf</a>.
        if target and (is_attachment(target) or (ATTACHMENT.search(title) and not PAGE.search(urlsplit(target).path))):
            found.setdefault(target, Attachment(target, title))
        elif address.lower().startswith("javascript:"):
            found.update((one, Attachment(one, title)) for one in quoted(match[1], url, charset) if one not in found)
    for match in ONCLICK.finditer(text) if "onclick" in lower else ():
        for target in quoted(match[1] or match[2], url, charset):
            found.setdefault(target, Attachment(target, ""))
    for match in VIEWER.finditer(text) if any(frame in lower for frame in FRAMES) else ():
        target = viewed(html.unescape(match[1]), url, charset)
        if target and target not in found:
            found[target] = Attachment(target, "")
    if not found and not TABLE.search(text):
        # A page that is nothing but a viewer, fed by its script.
        for script in between(text, "<script", "</script"):
            found.update((one, Attachment(one, "")) for one in quoted(script, url, charset) if ATTACHMENT.search(one))
    return tuple(found.values())[:MOST_ATTACHMENTS]


def footer_of(text: str, begin: int = 0) -> re.Match[str] | None:
    """Where the foot of the site begins, behind a place in its page."""
    lower = lowered(text)
    return FOOTER.search(text, begin) if any(word in lower for word in FOOTER_WORDS) else None


def between(text: str, begin: str, end: str) -> Iterator[str]:
    """What stands between two marks (lower case); in time linear to the text whatever it holds."""
    lower, position = lowered(text), 0
    while (start := lower.find(begin, position)) >= 0 and (position := lower.find(end, start)) >= 0:
        yield text[start:position]


def quoted(text: str, url: str, charset: str = "utf-8") -> Iterator[str]:
    """The files whose addresses stand in quotation marks in a script."""
    for match in QUOTED.finditer(html.unescape(text)):
        target = resolve(url, match[2], charset=charset)
        if target and is_attachment(target):
            yield target


def pictures(text: str, url: str, charset: str = "utf-8") -> tuple[Attachment, ...]:
    """The images of a report that was put up as pictures: those of a page with no table, the site's own left out."""
    return () if "<table" in lowered(text) else tuple(_pictures(text, url, charset, (LINKED, IMAGE)))


def pictured_parts(text: str, url: str, charset: str = "utf-8") -> tuple[Attachment, ...]:
    """The images of a report's page that may be tables of it: of any page on which not all of them are written."""
    if all(word in text for word in OF_TABLES):
        return ()
    return tuple(_pictures(text, url, charset, (LINKED, LEADING, LAZY, IMAGE)))


def _pictures(text: str, url: str, charset: str, patterns: Sequence[re.Pattern[str]]) -> Sequence[Attachment]:
    lower = lowered(text)
    if ("<img" not in lower and "href" not in lower) or len(text) > LONGEST_PICTURED:
        return ()
    heading = HEADING.search(text)
    footer = footer_of(text, heading.end() if heading else 0)
    found: dict[str, Attachment] = {}
    # A small picture that leads to the whole one comes after it.
    for pattern in patterns:
        for match in pattern.finditer(text, heading.end() if heading else 0, footer.start() if footer else len(text)):
            target = resolve(url, html.unescape(match[1]), charset=charset)
            if target and PICTURE.search(urlsplit(target).path) and not ORNAMENT.search(target):
                found.setdefault(target, Attachment(target, ""))
    return [*found.values()][:MOST_ATTACHMENTS]


def uncommented(text: str) -> str:
    """The text without HTML comments; in time linear to its length whatever it holds."""
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        parts.append(text[position:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(parts)
        position = end + 3
    parts.append(text[position:])
    return "".join(parts)


def viewed(src: str, url: str, charset: str = "utf-8") -> str | None:
    """The file that a frame shows, directly or through a viewer page's `file=`."""
    target = resolve(url, src, charset=charset)
    if target is None:
        return None
    for values in parse_qs(urlsplit(target).query).values():
        inner = resolve(target, values[0], charset=charset)
        if inner and is_attachment(inner) and inner != target:
            return inner
    return target if is_attachment(target) else None


def plain(fragment: str) -> str:
    """The text of a fragment of markup, on one line."""
    text = "".join(between_tags(fragment, scripts=True)) if "<" in fragment else fragment
    return squeeze(html.unescape(text))
