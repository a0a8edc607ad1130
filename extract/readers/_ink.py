"""Takes the ink out of pasted markup before it is parsed: what Word adds is most of a page and says nothing."""

import re

# Marks that never end a word or a paragraph. Only tags whose quotes are whole match; a byte of a multi-byte
# character is never a quote or an angle bracket in the charsets of Chinese pages.
_INLINE = re.compile(
    rb"""</?(?:span|font|o:p)(?:\s[^<>"']*+(?:"[^"<>]*+"[^<>"']*+|'[^'<>]*+'[^<>"']*+)*+)?>""")


def without_ink(body: bytes) -> bytes:
    """The markup without `span`, `font` and `o:p`, where such a tag can be told for certain."""
    return _INLINE.sub(b"", body)
