"""Reads the members of a zip one by one, with limits on number, size and depth, because a zip may be hostile."""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal
from urllib.parse import quote

from crawler.ground.errors import Both
from crawler.pages.sniff import CENTRAL_ENTRY, MOST_MEMBERS, zip_type

MEMBERS = 10_000
RATIO = 200  # a report's HTML shrinks to a tenth, rarely to a fiftieth
SMALL = 1 << 20  # below this size a high ratio does no harm
CHUNK = 1 << 20

# What zipfile raises for a file that is not a zip, is damaged, or uses features it does not know.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
)


# Why a member is not unpacked, for programs; the reason says it to people.
Cause = Literal["", "encrypted", "link", "too_large", "damaged"]


@dataclass(slots=True)
class Budget:
    """How many unpacked bytes one archive, including the archives inside it, may still give."""

    left: int


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name for display, its address inside the archive, its bytes, or why there are none."""

    name: str
    address: str
    body: bytes | None
    reason: Both | None = None
    cause: Cause = ""


class UnpackError(Exception):
    """The zip as a whole cannot be opened; `reason` says why, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason: Both = en, zh


def too_large(largest: int) -> Both:
    """Why a file of more bytes is not taken."""
    return f"larger than {largest >> 20} MB", f"大于 {largest >> 20} MB"


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """The zip, opened; UnpackError when it is damaged or its directory is too long to read safely."""
    if _entries(file) > MOST_MEMBERS:
        raise UnpackError(f"a zip with more than {MOST_MEMBERS} entries", f"zip 里超过 {MOST_MEMBERS} 项")
    try:
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise UnpackError("a damaged zip; pack it again", "zip 已损坏；请重新打包") from error


def kind_of(package: zipfile.ZipFile) -> str:
    """The media type of an opened zip: a Word file is a zip, too."""
    return zip_type(package.namelist())


def members(package: zipfile.ZipFile, largest: int, budget: Budget) -> Iterator[Member]:
    """Every member except folders, in the order of the archive; a refused one has a reason and no bytes."""
    infos = package.infolist()
    if len(infos) > MEMBERS:
        raise UnpackError(
            f"a zip with {len(infos)} members; more than {MEMBERS} are not unpacked",
            f"zip 里有 {len(infos)} 个文件；超过 {MEMBERS} 个的不解开",
        )
    seen: dict[str, int] = {}
    for info in infos:
        name = member_name(info)
        if name.endswith("/"):
            continue  # a folder; info.is_dir() fails on an empty name
        address = _address(name)
        count = seen[address] = seen.get(address, 0) + 1
        if count > 1:
            address = f"{address}#{count}"  # two members with the same name are two documents
        cause, reason = _refusal(info, largest, budget)
        body = None
        if reason is None:
            body, reason = _read(package, info, largest)
            cause = "damaged" if reason else ""
            budget.left -= len(body or b"")
        yield Member(name, address, body, reason, cause)


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's name. Chinese systems write GBK and macOS writes UTF-8, and neither marks it."""
    if info.flag_bits & 0x800:
        return info.filename.replace("\\", "/")
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename.replace("\\", "/")
    for encoding in ("utf-8", "gb18030"):
        try:
            # Decode first: a backslash byte may be the second byte of a GBK character.
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename.replace("\\", "/")


def _entries(file: IO[bytes]) -> int:
    """How many directory entries the file could hold; counted, because its own number may be false."""
    file.seek(0)
    count, tail = 0, b""
    while chunk := file.read(CHUNK):
        count += (tail + chunk).count(CENTRAL_ENTRY)
        tail = chunk[-3:]
    file.seek(0)
    return count


def _refusal(info: zipfile.ZipInfo, largest: int, budget: Budget) -> tuple[Cause, Both | None]:
    if info.flag_bits & 1:
        return "encrypted", ("encrypted; unpack it with its password first", "已加密；请先用密码解开")
    if info.create_system == 3 and stat.S_ISLNK(info.external_attr >> 16):
        return "link", ("a link; gouji follows none", "是链接；gouji 不跟随链接")
    if info.file_size > largest:
        return "too_large", too_large(largest)
    if info.file_size > SMALL and info.file_size > RATIO * info.compress_size:
        return "too_large", (
            "a decompression bomb: it would grow more than two hundredfold",
            "解压炸弹：解开后会大两百多倍",
        )
    if info.file_size > budget.left:
        return "too_large", (
            "the archive holds more than is unpacked at once; unpack it and add the folder",
            "压缩包里的内容超过一次能解开的量；请解开后收入文件夹",
        )
    return "", None


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo, largest: int) -> tuple[bytes | None, Both | None]:
    try:
        with package.open(info) as file:
            body = file.read(largest + 1)
    except NotImplementedError:
        return None, (
            "packed by a method that is not supported; pack it again as a plain zip",
            "压缩方式不支持；请重新打成普通的 zip",
        )
    except BROKEN:
        return None, ("damaged inside the zip; pack it again", "在 zip 里已损坏；请重新打包")
    return (body, None) if len(body) <= largest else (None, too_large(largest))


def _address(name: str) -> str:
    # `../` is harmless here: no file is ever written to a path made from this name.
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return "/".join("%2E%2E" if part == ".." else quote(part, safe="") for part in parts)
