"""Whether a PDF may have layers that can be switched off: the engine gives their text whether it is shown or not."""

import re
import zlib

LAYERS = b"/OCProperties"
LOCKED = b"/Encrypt"
PACKED = re.compile(rb"/ObjStm\b[^\0]{0,400}?>>\s{0,9}stream\r?\n", re.S)
MOST_PACKED = 300  # streams of objects that are looked into
MOST_BYTES = 4_000_000  # of one of them, unpacked


def is_locked(body: bytes) -> bool:
    """Whether a file is encrypted, which those that open without a password often are."""
    return LOCKED in body


def may_have_layers(body: bytes) -> bool:
    """True also where that cannot be seen: what is packed is broken, or too much. Not for a file that is locked."""
    if LAYERS in body:
        return True
    for number, found in enumerate(PACKED.finditer(body)):
        if number >= MOST_PACKED:
            return True
        try:
            unpacked = zlib.decompressobj().decompress(body[found.end() : found.end() + MOST_BYTES], MOST_BYTES)
        except zlib.error:
            return True
        if LAYERS in unpacked or len(unpacked) == MOST_BYTES:
            return True
    return False
