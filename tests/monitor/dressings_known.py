"""Dressings that are not read as the plain copy: those that end in a problem of ours, and those that are wrong today."""

from collections.abc import Mapping

BLANKS = "an empty cell leaves nothing behind: its row has a figure too few, and is named"
COLUMNS = "no notation of tables that is known: the figures are named as unread"
NAMELESS = "whose report it is stands where nobody looks: no_agency, no_year"

UNREAD: Mapping[str, str] = {
    "answer of ucap": NAMELESS,
    "compatibility ordinals": "ordinals that are one character are not taken off a label",
    "divisions": BLANKS,
    "radicals": "radicals in the place of characters: the labels are not known",
    "text: bars at the sides missing": BLANKS,
    "text: cells in quotation marks": COLUMNS,
    "text: columns of wide spaces": COLUMNS,
    "text: drawn boxes": COLUMNS,
    "text: one cell a line": BLANKS,
    "text: page numbers": BLANKS,
    "text: quoted": "the sign of a quotation stands before each row",
    "text: tables in html": NAMELESS,
    "text: title only in a sentence": NAMELESS,
    "text: wide bars": COLUMNS,
    "title as a picture": NAMELESS,
    "title in first sentence": NAMELESS,
}
PENDING: Mapping[str, str] = {
    "sidebar": "an entry of a list beside the article, its date behind, is taken for a title: form.report_year",
    "text: copied with the page": "the crumb copied along is taken for a title: form.report_year",
    "title in quotation": "现将《…》予以公布: the words before 《 are taken into the body's name",
}
