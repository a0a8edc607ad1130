"""Reads a recorded crawl (WARC): what it was asked for, and the answer to each of its requests, in their order."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.ground.errors import UsageError
from crawler.wire.warc import SUFFIX, WarcError, sha1

HEAD_LIMIT = 1024 * 1024
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer as it was recorded; `failure` names the error where no whole answer came."""

    status: int = 0
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""
    failure: str = ""
    message: str = ""


@dataclass(slots=True)
class _Place:
    """Where an answer stands; the answers themselves stay on the disk."""

    file: int
    offset: int
    unchanged: bool


class Recording:
    """One crawl out of its WARC files (several where it was long or interrupted), in the order they are given."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self.information: Mapping[str, str] = {}
        # True where the last record was torn: the process that wrote it was killed.
        self.torn = False
        self.places: dict[bytes, list[_Place]] = {}
        self.served: dict[bytes, int] = {}
        for number, path in enumerate(self.paths):
            self._index(number, path)

    def answer(self, method: str, url: str, body: bytes, *, conditional: bool) -> Recorded | None:
        """The next answer to this request (the last one again when it is asked more often); None: never asked."""
        key = _key(method, url, body)
        places = self.places.get(key)
        if not places:
            return None
        at = self.served.get(key, 0)
        self.served[key] = min(at + 1, len(places) - 1)
        place = places[at]
        if place.unchanged and not conditional:
            # Who holds nothing yet gets the bytes themselves, where they were recorded.
            place = next((other for other in [*reversed(places[:at]), *places[at:]] if not other.unchanged), place)
        return self._read(place)

    def _index(self, number: int, path: Path) -> None:
        asked: dict[str, bytes] = {}
        for offset, record in self._records(path):
            kind, headers = record.rec_type, record.rec_headers
            if kind == "warcinfo" and not self.information:
                self.information = fields(record.raw_stream.read(HEAD_LIMIT))
            elif kind == "request":
                head, sent = split_head(record.raw_stream.read())
                method = head.split(b" ", 1)[0].decode("latin-1")
                asked[headers.get_header("WARC-Concurrent-To")] = _key(method, _target(headers), sent)
            elif kind in ("response", "revisit", "metadata") and self._whole(record):
                key = asked.pop(headers.get_header("WARC-Record-ID"), None) or _key("GET", _target(headers), b"")
                self.places.setdefault(key, []).append(_Place(number, offset, kind == "revisit"))

    def _whole(self, record: Any) -> bool:
        length = 0
        while piece := record.raw_stream.read(PIECE):
            length += len(piece)
        self.torn = self.torn or length < record.length
        return not length < record.length

    def _records(self, path: Path) -> Iterator[tuple[int, Any]]:
        try:
            with path.open("rb") as file, closing(WARCIterator(file, no_record_parse=True)) as records:
                offset = 0
                for record in records:
                    yield offset, record
                    records.read_to_end()
                    offset = records.offset
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
        except (ArchiveLoadFailed, EOFError, zlib.error, ValueError) as error:
            if not self.information:
                raise UsageError(f"{path}: no WARC file: {error}") from error
            self.torn = True

    def _read(self, place: _Place) -> Recorded:
        with self.paths[place.file].open("rb") as file:
            file.seek(place.offset)
            record, block = recorded(file)
        digest = record.rec_headers.get_header("WARC-Block-Digest")
        if digest and digest.startswith("sha1:") and digest != sha1(block):
            raise WarcError(
                f"{self.paths[place.file]}: the record of {_target(record.rec_headers)} was altered: "
                "its bytes no longer have the digest that was written with them"
            )
        return answer_of(record.rec_type, block)


def whole_crawl(paths: Sequence[Path]) -> list[Path]:
    """All the files of the crawls that these belong to, as far as they lie beside them, in their order."""
    found: dict[Path, None] = {}
    for path in paths:
        crawl = crawl_of(path)
        beside = sorted(path.parent.glob(f"{crawl[0]}-*{SUFFIX}")) if crawl else []
        parts = [one for one in beside if one.samefile(path) or crawl_of(one) == crawl]
        found.update(dict.fromkeys(parts if any(one.samefile(path) for one in parts) else [path]))
    return list(found)


def crawl_of(path: Path) -> tuple[int, str] | None:
    """The number and the beginning of the crawl that a file was written in; None where it does not say."""
    try:
        with path.open("rb") as file:
            said = json.loads(fields(recorded(file)[1][:HEAD_LIMIT])["gouji-crawl"])
        return int(said["crawl"]), str(said["begun"])
    except (OSError, ArchiveLoadFailed, EOFError, zlib.error, StopIteration, ValueError, KeyError, TypeError):
        return None


def recorded(file: IO[bytes]) -> tuple[Any, bytes]:
    """The record that stands at this place of a file, and its block."""
    with closing(WARCIterator(file, no_record_parse=True)) as records:
        record = next(iter(records))
        return record, record.raw_stream.read()


def answer_of(kind: str, block: bytes) -> Recorded:
    """The answer that the block of a record holds."""
    if kind == "metadata":
        said = fields(block)
        return Recorded(failure=said.get("failure", "DownloadFailedError"), message=said.get("message", ""))
    head, body = split_head(block)
    first, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines if b":" in line)
    return Recorded(
        status=int(first.split(b" ")[1]), body=body, headers=[(name.strip(), value.strip()) for name, _, value in pairs]
    )


def split_head(block: bytes) -> tuple[bytes, bytes]:
    """The head (without its last line break) and the body of an HTTP block."""
    head, _, body = block.partition(b"\r\n\r\n")
    return head, body


def fields(block: bytes) -> dict[str, str]:
    """`name: value` lines."""
    pairs = (line.partition(":") for line in BytesIO(block).read().decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _target(headers: Any) -> str:
    return str(headers.get_header("WARC-Target-URI") or "")


def _key(method: str, url: str, body: bytes) -> bytes:
    return hashlib.blake2b(b"\0".join((method.encode(), url.encode(), body)), digest_size=16).digest()
