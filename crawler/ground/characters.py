"""Invalid characters: a Python text may hold some that neither UTF-8 nor the database can hold."""

import re

# Halves of characters (lone surrogates), as an escape in JSON may leave them: they cannot be encoded or stored.
HALVES = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text with each half of a character replaced by U+FFFD, the sign for an unreadable character."""
    return text if text.isascii() else HALVES.sub("\ufffd", text)


def is_whole(text: str) -> bool:
    """Whether a text holds no half of a character."""
    return text.isascii() or HALVES.search(text) is None
