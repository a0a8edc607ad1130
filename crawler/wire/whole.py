"""Decompression that takes no part for the whole: a compressed answer that breaks off is one that was lost."""

import zlib
from typing import Any

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.utils import _compression

from crawler.ground.reasons import Reason

# The libraries that Scrapy chose, whatever the interpreter.
brotli: Any = _compression.brotli  # type: ignore[attr-defined]  # chosen when it is loaded
zstd: Any = _compression.zstd  # type: ignore[attr-defined]  # chosen when it is loaded


class BrokenEncodingError(ResponseDataLossError):
    """A compressed answer broke off, or is none."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class WholeCompression(HttpCompressionMiddleware):
    """Scrapy's, which returns as much of a broken answer as it can: half a list looks like a short list."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        name = encoding.decode("latin-1")
        try:
            decoded = HttpCompressionMiddleware._decode(body, encoding, max_size)
            whole = not body or ended(body, name, len(decoded))
        except (OSError, EOFError, zlib.error, brotli.error, zstd.ZstdError) as error:
            raise BrokenEncodingError(Reason("encoded_wrongly", encoding=name, error=str(error))) from error
        if not whole:
            raise BrokenEncodingError(Reason("encoded_breaks_off", encoding=name))
        return decoded


def ended(body: bytes, encoding: str, size: int) -> bool:
    """Whether a body that was decoded to so many bytes has its end; bounded, as its decoding was."""
    if encoding == "br":
        decompressor = brotli.Decompressor()
        decompressor.process(body)
        return bool(decompressor.is_finished())
    if encoding == "zstd":
        stream = zstd.ZstdDecompressor()
        stream.decompress(body)
        return bool(stream.eof)
    if encoding == "deflate":
        return _inflated(body, zlib.MAX_WBITS) or _inflated(body, -zlib.MAX_WBITS)
    # The last four bytes of gzip are its length; what follows the end on some servers hides them.
    return int.from_bytes(body[-4:], "little") == size & 0xFFFFFFFF or _inflated(body, zlib.MAX_WBITS | 16)


def _inflated(body: bytes, bits: int) -> bool:
    stream = zlib.decompressobj(bits)
    try:
        stream.decompress(body)
    except zlib.error:
        return False
    return stream.eof
