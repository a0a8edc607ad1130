"""What somebody asks of the pages, and what is answered: plain data, known to no web server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

from monitor.pages.tables import PageTable
from monitor.papers.speech import Speech

LONGEST_NUMBER = 18  # digits that SQLite keeps


@lru_cache(maxsize=1024)
def _quoted(part: str) -> str:
    """A part of an address: a page leads to its own body many times."""
    return quote(part, safe="")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a form."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: the address in its parts, the form that was sent, who asks. `base` ends in a slash.

    `may_decide`: who asks has shown that decisions are allowed; `who` is the name that a trusted proxy told.
    """

    path: str
    parts: Mapping[str, str]
    args: Mapping[str, str]
    lang: str
    base: str
    at: datetime
    may_decide: bool = False
    who: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Upload] = ()
    sent: bool = False
    csrf: str = ""
    seen: str = ""
    session: str = ""
    secure: bool = False
    address: str = ""

    @property
    def say(self) -> Speech:
        return Speech(self.lang)

    @property
    def is_file(self) -> bool:
        """Whether a table is asked for as a file: with all its rows."""
        return "as" in self.args

    def number(self, name: str) -> int | None:
        """A number of the address; None where there is none that could be one."""
        given = self.parts.get(name) or self.args.get(name) or ""
        return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER else None

    def to(self, *parts: object, **args: object) -> str:
        """The address of one of our pages; what is None or empty is left out of the question."""
        path = "/".join([_quoted(str(one)) for one in parts])
        wanted = urlencode({name: value for name, value in args.items() if value not in (None, "")}) if args else ""
        return f"{self.base}{path}{'?' if wanted else ''}{wanted}"

    def again(self, **changed: object) -> str:
        """The same question, changed in this."""
        args = {name: value for name, value in self.args.items() if name not in ("as", "table")}
        wanted = urlencode({k: v for k, v in {**args, **changed}.items() if v not in (None, "")})
        path = quote(self.path.removeprefix("/"), safe="/")
        return f"{self.base}{path}{'?' if wanted else ''}{wanted}"

    def moved(self, path: str) -> "Ask":
        return replace(self, path=path)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template with what stands in it. The tables can be had as files."""

    template: str
    title: str
    values: Mapping[str, object] = field(default_factory=dict)
    tables: Sequence[PageTable] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Given:
    """Bytes: a picture, a file. `name` makes it one to be kept, never shown."""

    body: bytes
    media_type: str
    name: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The answer stands at another address of ours; `cookie` is that of a session that begins, "-" ends one."""

    to: str
    cookie: str = ""


Answer = Shown | Given | Moved
