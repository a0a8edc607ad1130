"""The data directory: gouji.toml, gouji.db, archive/, outbox/; opening and migrating its database."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils.migrations import Migrations

from crawler.ground.config import Config, read_config
from crawler.ground.config_mail import ChannelCheck, any_channel
from crawler.ground.database import Waiting, open_database
from crawler.ground.errors import GoujiError, reason
from crawler.ground.privacy import make_private
from crawler.ground.writing import OWN_FOLDERS, Sums
from crawler.ground.writing import create as new_file

TEMPLATE = """\
# gouji keeps everything in this folder: this file, gouji.db, archive/ and outbox/.

[crawl]
contact = ""                 # "mailto:you@example.org": goes into the user agent; a crawl refuses to start without it
delay = 2.0                  # seconds between two requests to one host

[mail]
host = "127.0.0.1"
port = 25
security = "none"            # none, starttls or tls; `user` here, the password in $GOUJI_MAIL_PASSWORD
sender = ""                  # "gouji@example.org"
recipients = []              # ["you@example.org"]: one digest a day from January to April, one a week otherwise
language = "zh"              # zh or en
# remind_days = [14, 7, 3, 1]  # so many days before a deadline: who has not published yet; [] for none

[schedule]                   # for `gouji watch`: minute hour day month weekday, Asia/Shanghai
season_cron = "30 2 * * *"   # January to April, when reports are published: every night
cron = "30 2 * * 1"          # the other months: Mondays

# [duty]
# grace_days = 0               # added to the law's days before anyone is late; weekends and holidays move no day

# [reuse]                      # from which share of the text a report is told to be used again
# last_year = 0.5              # of the year before; last_year_strong = 0.9: to be explained
# other_body = 0.8             # another body's; boilerplate = 0.2: the share of bodies above which it is nobody's own

# [engine]                     # who reads: the workers of a dask scheduler (docs/scale.md)
# address = "tcp://10.0.0.5:8786"

# [archive]                    # S3-compatible storage instead of the folder `archive` (docs/scale.md)
# url = "s3://bucket/prefix"   # credentials: $AWS_ACCESS_KEY_ID and $AWS_SECRET_ACCESS_KEY
# endpoint = "https://10.0.0.6:9000"

# [serve]                      # who may decide on the pages (docs/pages.md)
# users = ["zhang:scrypt$…"]   # gouji serve --hash-password makes such a line; or a proxy's header:
# login_header = "X-Remote-User"

# A day that a local order sets before the law's (or where the law sets none); what is left out narrows nothing:
# [[deadline]]
# due = "01-20"                # of the year after the report year
# basis = "示例政办发〔2025〕3号"
# division = "1405"            # divisions that begin so; also: parent, portal, kinds = [], levels = [], grace_days
# kinds = ["department", "township"]

# One table per annual-report column that is watched:
# [[portal]]
# id = "gaoping"
# name = "高平市人民政府"
# start_url = "http://www.example.gov.cn/zfxxgknb/"
#
# One table per reader who wants less than everything (docs/alerts.md):
# [[subscription]]
# recipient = "zhang@example.org"
# divisions = ["3415"]
# min_severity = "medium"
"""


@dataclass(frozen=True, slots=True)
class DataDir:
    """One data directory; all state is below `root`. `channels` says what is wrong with the channel of a
    subscription in its configuration: the crawler itself sends nothing and does not know."""

    root: Path
    channels: ChannelCheck = field(default=any_channel, repr=False, compare=False)

    @property
    def config_path(self) -> Path:
        return self.root / "gouji.toml"

    @property
    def database(self) -> Path:
        return self.root / "gouji.db"

    @property
    def archive(self) -> Path:
        """Where the archive of this directory is; only for `crawler.ground.archive.open_archive`."""
        return self.root / "archive"

    @property
    def warc(self) -> Path:
        return self.root / "warc"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that belong to gouji: no file is taken in from them, and nothing else is written there."""
        return tuple(self.root / name for name in OWN_FOLDERS)

    @property
    def sums(self) -> Sums:
        """The record of the files that gouji wrote outside this directory, for people."""
        return Sums(self.root)

    def config(self) -> Config:
        return read_config(self.config_path, self.channels)


def locate(given: str | None, channels: ChannelCheck = any_channel) -> DataDir:
    """`--data DIR`, else `$GOUJI_DATA`, else `./gouji-data`."""
    return DataDir(Path(given or os.environ.get("GOUJI_DATA") or "gouji-data"), channels)


def create(data: DataDir, settings: str = TEMPLATE) -> DataDir:
    """Makes the directory, readable only by its owner, with a commented `gouji.toml`; existing files are left alone."""
    try:
        make_private(data.root)
        data.archive.mkdir(exist_ok=True)
        data.outbox.mkdir(exist_ok=True)
        new_file(data.config_path, settings.encode())
    except OSError as error:
        raise GoujiError(
            f"cannot make the data directory {data.root}: {error.strerror}",
            f"建不了数据目录 {data.root}：{reason(error)[1]}",
        ) from error
    return data


def require(data: DataDir) -> DataDir:
    """The directory, or a GoujiError that says how to make it."""
    if not data.root.is_dir():
        raise GoujiError(
            f"there is no data directory at {data.root}; make it with: gouji init {data.root}",
            f"没有数据目录 {data.root}；先建一个：gouji init {data.root}",
        )
    return data


def connect(data: DataDir, migrations: Iterable[Migrations], *, every: bool = False, thorough: bool = False) -> Waiting:
    """Opens `gouji.db` and applies pending migrations; see `crawler.ground.database.open_database`."""
    return open_database(data.database, tuple(migrations), every=every, thorough=thorough)
