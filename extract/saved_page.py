"""The pictures of a page that a browser saved: in the folder beside it to which the page leads, and nowhere else."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from crawler.ground.errors import reason
from crawler.ground.urls import resolve
from crawler.pages.picture_names import local_name
from extract.content import Content
from extract.pictured import LARGEST
from extract.readers._unreadable import refuse

BASE = "http://saved.invalid/"  # what the page's own place stands for: nobody is asked
MOST = 60  # pictures that are looked for
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Saved(NamedTuple):
    """What the page's links start from; by their addresses the pictures as `load` knows them."""

    base: str
    parts: Mapping[str, str]
    load: Callable[[str], bytes]


def saved_beside(content: Content, place: Path) -> Saved:
    """Those pictures of a page in the folder `place` that were saved with it."""
    parts: dict[str, str] = {}
    for one in content.pictures[:MOST]:
        for address in one.addresses:
            local = local_name(address)
            known = resolve(BASE, address) if local else None
            if known and _is_there(place, local):
                parts[known] = local
    return Saved(BASE, parts, partial(_body, place))


@contextmanager
def _opened(place: Path, name: str) -> Iterator[int]:
    """The file, which is no link and lies in no folder that is one; raises OSError."""
    folder, _, file = name.partition("/")
    outer = os.open(place, FOLDER)
    try:
        inner = os.open(folder, FOLDER | os.O_NOFOLLOW, dir_fd=outer)
        try:
            found = os.open(file, PLAIN, dir_fd=inner)
        finally:
            os.close(inner)
    finally:
        os.close(outer)
    try:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            raise OSError("no regular file")
        yield found
    finally:
        os.close(found)


def _is_there(place: Path, name: str) -> bool:
    try:
        with _opened(place, name):
            return True
    except OSError:
        return False


def _body(place: Path, name: str) -> bytes:
    """The bytes of a picture. Raises Unreadable where there are too many, or it is gone."""
    try:
        with _opened(place, name) as file, os.fdopen(file, "rb", closefd=False) as opened:
            body = opened.read(LARGEST + 1)
    except OSError as error:
        raise refuse(
            "no_access", f"网页旁边文件夹里的图打不开：{reason(error)[1] if error.errno else '不是普通文件'}"
        ) from error
    if len(body) > LARGEST:
        raise refuse("too_large", f"网页旁边文件夹里的图大于 {LARGEST >> 20} MB，未读取。")
    return body
