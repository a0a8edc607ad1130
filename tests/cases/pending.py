"""The inputs of the cases that are not right yet: what is still wrong. One that is right by now fails its test until its line is gone."""

from collections.abc import Mapping

PENDING: Mapping[str, str] = {
    "07-tables-not-as-text/portal/portal.py#1": "the attachment is read whole by now, each figure as printed; the note "
    "t4.corrected (of class info) on its four corrected cases is true, and the case forbids all of table 4",
}
