"""Dressings that are not read as the plain copy: those that end in a problem of ours, and those that are wrong today."""

from collections.abc import Mapping

BLANKS = "an empty cell leaves nothing behind: its row has a figure too few, and is named"
COLUMNS = "no notation of tables that is known: the figures are named as unread"

UNREAD: Mapping[str, str] = {
    "digits from a sheet": "a reader of the page sees other figures than its text holds",
    "divisions": BLANKS,
    "text: bars at the sides missing": BLANKS,
    "text: cells in quotation marks": COLUMNS,
    "text: columns of wide spaces": COLUMNS,
    "text: one cell a line": BLANKS,
    "text: page numbers": BLANKS,
}
PENDING: Mapping[str, str] = {}
