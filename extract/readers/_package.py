"""The members of a file that is a ZIP inside (a workbook, an OFD, an archive), within the bounds of `crawler.files`."""

import io
import zipfile
import zlib

from crawler.files.unpack import BROKEN, RATIO, SMALL, UnpackError, open_zip
from extract.readers._unreadable import Unreadable, refuse

LARGEST_MEMBER = 64 << 20  # bytes, unpacked
FIRST_NAME = 30  # bytes of a local header before its name
ENCRYPTED = 1


def damaged() -> Unreadable:
    """The refusal of a file that cannot be opened at all."""
    return refuse("damaged_file", "文件损坏或不完整，打不开；请重新下载，或请发布机关重新提供。")


def protected() -> Unreadable:
    """The refusal of a file that wants a password."""
    return refuse("encrypted", "文件加了密码，没有读取；请先去掉密码再收入。")


def bomb() -> Unreadable:
    """The refusal of a member that would grow beyond all measure."""
    return refuse("too_large", "文件解开后过大（解压炸弹？），未读取。")


def first_member(head: bytes) -> str:
    """The name of the first member of a ZIP, by its first bytes; empty where they are none of a ZIP."""
    if not head.startswith(b"PK\x03\x04") or len(head) < FIRST_NAME:
        return ""
    return head[FIRST_NAME : FIRST_NAME + int.from_bytes(head[26:28], "little")].decode("utf-8", "replace")


class Package:
    """An opened ZIP, read member by member; use it with `with`."""

    def __init__(self, body: bytes) -> None:
        try:
            self.zip = open_zip(io.BytesIO(body))
        except UnpackError as error:
            raise damaged() from error
        self.names = {info.filename.replace("\\", "/").lstrip("/"): info for info in self.zip.infolist()}

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def read(self, name: str) -> bytes:
        """The bytes of a member, b"" where there is none; raises Unreadable beyond the bounds."""
        info = self.names.get(name)
        if info is None:
            return b""
        if info.flag_bits & ENCRYPTED:
            raise protected()
        if info.file_size > LARGEST_MEMBER or (info.file_size > SMALL and info.file_size > RATIO * info.compress_size):
            raise bomb()
        try:
            with self.zip.open(info) as file:
                body = file.read(LARGEST_MEMBER + 1)
        except (*BROKEN, zipfile.LargeZipFile, zlib.error, NotImplementedError) as error:
            raise damaged() from error
        if len(body) > LARGEST_MEMBER:
            raise bomb()
        return body

    def check(self) -> None:
        """Raises Unreadable where any member is protected or a bomb: for libraries that unpack by themselves."""
        for info in self.names.values():
            if info.flag_bits & ENCRYPTED:
                raise protected()
            if info.file_size > LARGEST_MEMBER or (
                info.file_size > SMALL and info.file_size > RATIO * info.compress_size
            ):
                raise bomb()
