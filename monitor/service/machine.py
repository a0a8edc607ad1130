"""What the machine offers: Python, SQLite, libraries, the time zone, disk space, and who may read our folder."""

import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from crawler.ground.privacy import open_to
from extract.readers import _office, picture
from monitor.drawing.canvas import font

LIBRARIES = (
    "click",
    "lxml",
    "parsel",
    "Scrapy",
    "Twisted",
    "APScheduler",
    "sqlite-utils",
    "Jinja2",
    "aiosmtpd",
    "apprise",
    "tzdata",
)
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
LEAST_FREE = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """The result of one check. `ok` is None if there was nothing to judge; `zh` is the detail in Chinese."""

    name: str
    ok: bool | None
    detail: str
    zh: str = ""


def installed() -> Iterator[DoctorCheck]:
    yield DoctorCheck("python", True, f"{platform.python_version()} ({platform.system()} {platform.machine()})")
    sqlite_ok = sqlite3.sqlite_version_info >= OLDEST_SQLITE
    old = ("", "") if sqlite_ok else (" is too old: 3.37 is needed", " 太旧，至少要 3.37")
    yield DoctorCheck("sqlite", sqlite_ok, sqlite3.sqlite_version + old[0], sqlite3.sqlite_version + old[1])
    for name in LIBRARIES:
        try:
            yield DoctorCheck(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield DoctorCheck(name, False, f"is not installed; pip install {name}", f"没有安装；pip install {name}")


def converter() -> DoctorCheck:
    """Whether older documents can be read: without LibreOffice they are not, and nothing else is wrong."""
    found = _office.converter()
    if found:
        return DoctorCheck("libreoffice", True, found)
    return DoctorCheck(
        "libreoffice",
        None,
        "is not installed: DOC, WPS, RTF and ODT are not read; apt install libreoffice-writer",
        "没有安装：读不了 DOC、WPS、RTF、ODT；要读请安装，如 apt install libreoffice-writer",
    )


def optional() -> Iterator[DoctorCheck]:
    """What is installed only where it is wanted: without it something is not read, and nothing is wrong."""
    yield converter()
    if picture.available():
        yield DoctorCheck("ocr", True, f"rapidocr {metadata.version('rapidocr')}")
    else:
        yield DoctorCheck(
            "ocr",
            None,
            "scans and pictures are not read; pip install 'gouji[ocr]'",
            "读不了扫描件和图片；要读请运行 pip install 'gouji[ocr]'",
        )
    yield letters()


def letters() -> DoctorCheck:
    """Whether pictures can be drawn: without a font that has Chinese characters `show --image` says what is missing."""
    try:
        return DoctorCheck("font", True, str(font(12).getname()[0]))
    except GoujiError as error:
        return DoctorCheck("font", None, error.said("en"), error.said("zh"))


def zone() -> DoctorCheck:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return DoctorCheck(
            "time zone",
            False,
            "Asia/Shanghai is unknown here; pip install tzdata",
            "这里没有 Asia/Shanghai；pip install tzdata",
        )
    local = datetime.now().astimezone()
    return DoctorCheck(
        "time zone",
        True,
        f"Asia/Shanghai for dates; this machine runs on UTC{local:%z}",
        f"日期用北京时间；本机为 UTC{local:%z}",
    )


def space(data: DataDir) -> DoctorCheck:
    free = shutil.disk_usage(data.root).free
    more = ("", "") if free >= LEAST_FREE else ("; make room before the next crawl", "；下次抓取之前请腾出地方")
    left = f"{free / 1024**3:.1f} GB"
    return DoctorCheck("disk", free >= LEAST_FREE, f"{left} free{more[0]}", f"剩余 {left}{more[1]}")


def privacy(data: DataDir) -> DoctorCheck:
    who = open_to(data.root)
    if who == "everybody":
        return DoctorCheck(
            "privacy",
            None,
            "everybody on this machine may look into the data directory: mails, settings, "
            f"reports; close it with: chmod 700 {data.root}",
            f"本机所有用户都能看数据目录（邮件、设置、报告）；要关上：chmod 700 {data.root}",
        )
    return DoctorCheck(
        "privacy",
        True,
        "for its owner and its group" if who else "for its owner alone",
        "归所有者和所属的组" if who else "只归所有者",
    )
