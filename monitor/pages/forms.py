"""Forms that browsers send, read within bounds: so many bytes, fields and files, and none of it on disk."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from crawler.ground.errors import GoujiError
from monitor.pages.ask import Upload

MOST_FIELDS = 40
MOST_FILES = 60
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooMuchError(GoujiError):
    """More than a form may hold, or none that can be read."""


def too_much(limit: int) -> TooMuchError:
    return TooMuchError(
        f"more than {limit >> 20 or 1} MB, or too many files", f"超过 {limit >> 20 or 1} MB，或文件太多"
    )


async def read_form(heads: Mapping[str, str], receive: Receive, limit: int) -> tuple[dict[str, str], list[Upload]]:
    """The fields and the files; TooMuchError."""
    said = heads.get("content-length", "0")
    if said.isascii() and said.isdigit() and int(said[:18]) > limit:
        raise too_much(limit)
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise too_much(limit)
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    kind, options = parse_options_header(heads.get("content-type", ""))
    if kind == b"multipart/form-data":
        return parts_of(bytes(body), options.get(b"boundary", b""), limit)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise too_much(limit) from error
    return dict(pairs), []


def parts_of(body: bytes, boundary: bytes, limit: int) -> tuple[dict[str, str], list[Upload]]:
    """The parts of a multipart form."""
    found = _Parts(limit)
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": found.begin,
                "on_part_data": found.data,
                "on_part_end": found.end,
                "on_header_field": found.name_part,
                "on_header_value": found.value_part,
                "on_header_end": found.header_end,
            },
        )
        parser.write(body)
        parser.finalize()
    except (MultipartParseError, ValueError) as error:
        raise TooMuchError("this form cannot be read", "这个表单读不懂") from error
    return found.fields, found.files


class _Parts:
    """Collects the parts as the parser meets them."""

    def __init__(self, limit: int) -> None:
        self.fields: dict[str, str] = {}
        self.files: list[Upload] = []
        self.limit = limit
        self.begin()

    def begin(self) -> None:
        self.heads: dict[bytes, bytes] = {}
        self.name, self.value, self.body = bytearray(), bytearray(), bytearray()

    def data(self, body: bytes, start: int, end: int) -> None:
        self.body += body[start:end]

    def name_part(self, body: bytes, start: int, end: int) -> None:
        self.name += body[start:end]

    def value_part(self, body: bytes, start: int, end: int) -> None:
        self.value += body[start:end]

    def header_end(self) -> None:
        self.heads[bytes(self.name).lower()] = bytes(self.value)
        self.name, self.value = bytearray(), bytearray()

    def end(self) -> None:
        _, options = parse_options_header(self.heads.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            if options[b"filename"] or self.body:  # a browser sends an empty part where no file was chosen
                self.files.append(Upload(options[b"filename"].decode("utf-8", "replace"), bytes(self.body)))
        elif name:
            self.fields[name] = self.body.decode("utf-8", "replace")
        if len(self.fields) > MOST_FIELDS or len(self.files) > MOST_FILES:
            raise too_much(self.limit)
