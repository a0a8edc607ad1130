"""The inputs of the cases that are not right yet: what is still wrong. One that is right by now fails its test until its line is gone."""

from collections.abc import Mapping

UNLISTED = "an entry of the list is dropped in silence, and its body called overdue"

PENDING: Mapping[str, str] = {
    "33-usual-short-names/portal/portal.py#1": UNLISTED,
    "33-usual-short-names/portal/portal.py#2": UNLISTED,
    "33-usual-short-names/portal/portal.py#3": UNLISTED,
    "33-usual-short-names/portal/portal.py#4": UNLISTED,
}
