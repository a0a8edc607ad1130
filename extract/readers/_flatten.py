"""An element tree → one string in which marks stand for blocks, tables, rows and cells; done in C, by XSLT.

Visiting every element of a page from Python costs as much as parsing it; here Python only sees the marks.
"""

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from crawler.pages.markup import FORBIDDEN, permitted
from extract.readers._shown import DECORATIONS
from extract.readers._spans import parse_colspan, parse_rowspan
from extract.readers._unreadable import refuse

# Noncharacters of Unicode: no text has them, XML allows them.
TABLE, END_TABLE, GROUP, ROW, CELL, SPAN, END_CELL, IMAGE, _BREAK, _END = map(chr, range(0xFDD0, 0xFDDA))
MAX_CONTAINERS: Final = 4
BEGINS: Final = tuple(map(chr, range(0xFDE0, 0xFDE0 + MAX_CONTAINERS)))  # where the first, second … container begins
ENDS: Final = tuple(map(chr, range(0xFDE8, 0xFDE8 + MAX_CONTAINERS)))
# Before the letter of what stands in a cell otherwise than as plain text; what it encloses ends in CLOSE.
MARK, CLOSE = map(chr, range(0xFDDA, 0xFDDC))
# Not shown or struck out; hidden for itself, so that nothing is seen in its place; set apart, small; raised; words that
# a sheet adds; what may fill an empty cell; what may draw a digit even beside others; a field with its value.
AWAY, HIDDEN, LIFT, RAISE, ADD, SHOW, DRAW, FIELD = (f"{MARK}{letter}" for letter in "ghasxdwf")
MARKS: Final = "".join(
    [TABLE, END_TABLE, GROUP, ROW, CELL, SPAN, END_CELL, IMAGE, _BREAK, _END, MARK, CLOSE, *BEGINS, *ENDS]
)
# Ends a paragraph. It is white space to str.split(), so that inside a cell it folds to a space.
BREAK: Final = "\x1c"
INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c"))

SKIPPED = (
    "script|style|noscript|template|head|title|select|textarea|button|iframe|object|svg|audio|video|input|map"
    "|comment()|processing-instruction()"
)
BLOCKS = (
    "p|div|h1|h2|h3|h4|h5|h6|ul|ol|li|dl|dt|dd|caption|section|article|header|footer|main|aside|nav|form|fieldset"
    "|legend|blockquote|pre|center|address|figure|figcaption|body|details|summary|ucaptitle|ucapcontent"
)
# Cells without a row: the first of them begins one, as in a browser. Told by an attribute: to ask each cell for the one
# before it takes the square of their number.
BEGINS_ROW = "data-begins-row"
LOST = "|".join(f"{group}/{cell}" for group in ("table", "tbody", "thead", "tfoot") for cell in ("td", "th"))

# A field that its style hides.
GONE_FIELD = "data-field-gone"
# Of these characters is the plain value of a field; no other leaves the attribute.
_PLAIN = "0123456789０１２３４５６７８９+-−–—.,，、/／%％无件条项次个宗份万元"
_VALUE = f"""<xsl:choose>
<xsl:when test="$value and string-length($value) &lt; 25 and translate($value, '{_PLAIN}', '') = ''">
<xsl:value-of select="concat('{FIELD}v', $value, '{CLOSE}')"/></xsl:when>
<xsl:otherwise>{FIELD}?{CLOSE}</xsl:otherwise></xsl:choose>"""
_TYPE = "translate(@type, 'ABCDEFGHIKMNOPRSTUWX ', 'abcdefghikmnoprstuwx')"
_NO_FIELD = "|button|submit|reset|image|checkbox|radio|file|password|"

# Pictures that by their names are no digits.
_DECORATED = " or ".join([f"contains(@src, '{name}')" for name in DECORATIONS])
_DECORATION = f"translate(@alt, '0123456789', '') = string(@alt) and ({_DECORATED})"


def _in_cells(*tags: str) -> str:
    return "|".join(f"{cell}//{tag}" for tag in tags for cell in ("td", "th"))


# A footnote's number and what was struck out never join the figure beside them: a space keeps them apart.
_STYLESHEET = f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text"/>
<xsl:template match="/"><xsl:apply-templates/>{_END}</xsl:template>
<xsl:template match="{SKIPPED}"/>
<xsl:template match="{BLOCKS}">{_BREAK}<xsl:apply-templates/>{_BREAK}</xsl:template>
<xsl:template match="br|hr">{_BREAK}</xsl:template>
<xsl:template match="sub|sup|del|s|strike">
<xsl:text> </xsl:text><xsl:apply-templates/><xsl:text> </xsl:text></xsl:template>
<xsl:template match="{_in_cells("sub")}">
<xsl:text> {LIFT}</xsl:text><xsl:apply-templates/><xsl:text>{CLOSE} </xsl:text></xsl:template>
<xsl:template match="{_in_cells("sup")}">
<xsl:text> {RAISE}</xsl:text><xsl:apply-templates/><xsl:text>{CLOSE} </xsl:text></xsl:template>
<xsl:template match="{_in_cells("del", "s", "strike")}">
<xsl:text> {AWAY}</xsl:text><xsl:apply-templates/><xsl:text>{CLOSE} </xsl:text></xsl:template>
<xsl:template match="{_in_cells("small", "rt", "rp", "a[contains(@href, '#')]")}">
<xsl:text>{LIFT}</xsl:text><xsl:apply-templates/><xsl:text>{CLOSE}</xsl:text></xsl:template>
<xsl:template match="{_in_cells("script", "svg", "object", "iframe", "video", "button")}">{DRAW}</xsl:template>
<xsl:template match="{_in_cells("canvas", "embed", "meter", "progress", "math")}">{DRAW}
<xsl:apply-templates/></xsl:template>
<xsl:template match="{_in_cells("input")}"><xsl:choose>
<xsl:when test="@type and contains('{_NO_FIELD}', concat('|', {_TYPE}, '|'))"/>
<xsl:when test="@hidden or @{GONE_FIELD} or {_TYPE} = 'hidden'">{FIELD}h{CLOSE}</xsl:when>
<xsl:otherwise><xsl:variable name="value" select="normalize-space(@value)"/>{_VALUE}</xsl:otherwise>
</xsl:choose></xsl:template>
<xsl:template match="{_in_cells("textarea", "select")}"><xsl:choose>
<xsl:when test="@hidden or @{GONE_FIELD}">{FIELD}h{CLOSE}</xsl:when>
<xsl:otherwise><xsl:variable name="value">
<xsl:choose><xsl:when test="self::textarea"><xsl:value-of select="normalize-space(.)"/></xsl:when>
<xsl:when test="count(.//option) = 1"><xsl:value-of select="normalize-space(.//option)"/></xsl:when>
<xsl:when test="count(.//option[@selected]) = 1">
<xsl:value-of select="normalize-space(.//option[@selected])"/></xsl:when></xsl:choose>
</xsl:variable>{_VALUE}</xsl:otherwise></xsl:choose></xsl:template>
<xsl:template match="img">{IMAGE}</xsl:template>
<xsl:template match="{_in_cells("img")}">{IMAGE}<xsl:choose>
<xsl:when test="{_DECORATION}">{SHOW}</xsl:when><xsl:otherwise>{DRAW}</xsl:otherwise></xsl:choose></xsl:template>
<xsl:template match="{_in_cells("bdo")}">
<xsl:text>{AWAY}</xsl:text><xsl:apply-templates/><xsl:text>{CLOSE}</xsl:text></xsl:template>
<xsl:template match="table">{TABLE}<xsl:apply-templates/>{END_TABLE}</xsl:template>
<xsl:template match="thead|tbody|tfoot">{GROUP}<xsl:apply-templates/>{GROUP}</xsl:template>
<xsl:template match="tr">{ROW}<xsl:apply-templates/></xsl:template>
<xsl:template match="td|th">{CELL}<xsl:apply-templates/>{END_CELL}</xsl:template>
<xsl:template match="{LOST}"><xsl:if test="@{BEGINS_ROW}">{ROW}</xsl:if>
{CELL}<xsl:apply-templates/>{END_CELL}</xsl:template>
</xsl:stylesheet>"""
_transform = etree.XSLT(etree.XML(_STYLESHEET))
_text = etree.XPath("string(.)", smart_strings=False)
_INVISIBLE = tuple(map(chr, INVISIBLE))
_FOREIGN = re.compile(f"[{MARKS}{FORBIDDEN.pattern[1:-2]}]")
_NO_MARKS = dict.fromkeys(map(ord, MARKS))


def flatten(element: etree._Element, containers: Sequence[etree._Element] = ()) -> str:
    """The text below `element` with its marks; invisible characters are gone, paragraphs end in BREAK.

    A cell reads CELL text END_CELL, or CELL colspan SPAN rowspan SPAN text END_CELL; the text of container n stands
    between BEGINS[n] and ENDS[n]. This changes the tree: do it once.
    """
    for container, begin, end in zip(containers, BEGINS, ENDS, strict=False):
        container.text = begin + (container.text or "")
        if len(container):
            container[-1].tail = (container[-1].tail or "") + end
        else:
            container.text += end
    for group in element.iter("table", "tbody", "thead", "tfoot"):
        for cell in group.iterchildren("td", "th"):
            before = cell.getprevious()
            if before is None or before.tag not in ("td", "th"):
                cell.set(BEGINS_ROW, "")
            else:
                cell.attrib.pop(BEGINS_ROW, "")
    for cell in element.iter("td", "th"):
        colspan, rowspan = cell.get("colspan"), cell.get("rowspan")
        if colspan or rowspan:
            cell.text = f"{parse_colspan(colspan)}{SPAN}{parse_rowspan(rowspan)}{SPAN}{cell.text or ''}"
    try:
        marked, end, _ = str(_transform(element)).partition(_END)
    except etree.XSLTApplyError as error:
        raise refuse("too_deep", "网页的标签嵌套过深，无法完整读取。") from error
    if not end:  # for want of memory the transformation ends early, and says nothing
        raise MemoryError
    if any(map(marked.__contains__, _INVISIBLE)):
        marked = marked.translate(INVISIBLE)
    return marked.replace(_BREAK, BREAK)


def drop_marks(root: etree._Element) -> str:
    """A page made to contain our marks loses them, and what no text may be set to: to be done before the tree is used.

    Gives the text of the page as it was.
    """
    text = str(_text(root))
    if _FOREIGN.search(text):
        for element in root.iter():
            element.text = permitted(element.text.translate(_NO_MARKS)) if element.text else None
            element.tail = permitted(element.tail.translate(_NO_MARKS)) if element.tail else None
    return text
