"""The inputs of the cases that are not right yet: what is still wrong. One that is right by now fails its test until its line is gone."""

from collections.abc import Mapping

ABSENT = "what we could not read is told as missing or unfilled"
UNLISTED = "an entry of the list is dropped in silence, and its body called overdue"
NO_CHANGE = "a change that is none is told"

PENDING: Mapping[str, str] = {
    "24-cache-busters/portal/portal.py#1": "addresses that differ in a changing token are all stored",
    "24-cache-busters/portal/portal.py#2": "one report at several addresses is told as copies, and its change twice",
    "25-robots-that-are-hard-to-read/utf16/portal.py#1": "a robots.txt in UTF-16 is taken for no rules",
    "25-robots-that-are-hard-to-read/cut/portal.py#1": "a robots.txt that was cut off is taken for no rules",
    "27-dates-and-offsets/portal/portal.py#1": "a date with an offset is cut, not taken to Shanghai",
    "27-dates-and-offsets/portal/portal.py#3": "a date in Chinese figures is not read",
    "31-changes-that-are-none/portal/portal.py#1": NO_CHANGE,
    "31-changes-that-are-none/portal/portal.py#2": NO_CHANGE,
    "31-changes-that-are-none/portal/portal.py#3": NO_CHANGE,
    "31-changes-that-are-none/portal/portal.py#4": NO_CHANGE,
    "33-usual-short-names/portal/portal.py#1": UNLISTED,
    "33-usual-short-names/portal/portal.py#2": UNLISTED,
    "33-usual-short-names/portal/portal.py#3": UNLISTED,
    "33-usual-short-names/portal/portal.py#4": UNLISTED,
    "34-published-between-two-looks/portal/portal.py#1": "late counts from our second look, not from the page's date",
    "35-pause-after-trouble/cut/portal.py#1": "an address is asked again at once after a cut connection",
    "35-pause-after-trouble/slow/portal.py#1": "no pause follows a slow answer",
}
