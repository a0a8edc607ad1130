"""Word documents (DOCX, DOCM, and the same as one XML file) → Content: as a person sees them, all changes accepted."""

import re

from crawler.pages.sniff import WORD, media_type
from extract.content import Content

order = 20

START = 4096  # bytes in which a flat file says what it is
FLAT = re.compile(rb"<pkg:package\b")


def accepts(head: bytes, name: str) -> bool:
    """True for a package that holds a Word document, and for one that is written as flat XML."""
    if head.startswith(b"PK"):
        return media_type(head, name) == WORD
    start = head[:START]
    return FLAT.search(start) is not None and b"Word.Document" in start


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content. Raises Unreadable where the document is damaged, encrypted, beyond all measure or empty."""
    from extract.readers._word_document import content_of

    return content_of(body)
