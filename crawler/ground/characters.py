"""Characters that are none: what a text may hold that neither UTF-8 nor the database can."""

import re

# Halves of characters, as an escape in JSON may leave them: no text in the world, nor in the database, holds any.
HALVES = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text, with the sign for what could not be read in place of each half of a character."""
    return text if text.isascii() else HALVES.sub("\ufffd", text)


def is_whole(text: str) -> bool:
    """Whether a text holds no half of a character."""
    return text.isascii() or HALVES.search(text) is None
