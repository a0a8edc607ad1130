"""The inputs of the cases that are not right yet: what is still wrong. One that is right by now fails its test until its line is gone."""

from collections.abc import Mapping

PENDING: Mapping[str, str] = {}
