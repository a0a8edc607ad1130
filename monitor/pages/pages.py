"""The list of all pages: which address leads to which function; an error becomes a page that says what to do."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from crawler.ground.contained import Failed, contained
from crawler.ground.errors import GoujiError, UsageError
from monitor.pages.ask import Answer, Ask, Given, Shown
from monitor.pages.kept import NotYetError
from monitor.pages.site import Site
from monitor.pages.tables import CSV, XLSX, as_book, as_csv

Work = Callable[[Site, Ask], Answer]
FILES = {"csv": (CSV, as_csv), "xlsx": (XLSX, as_book)}


class NotThereError(GoujiError):
    """There is nothing at this address."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address and its function; `sends`: it takes a form, so many bytes of it at the most.

    `kept`: whether the page is kept for all who see the same, with the forms on it for mere readers alone.
    """

    pattern: str
    work: Work
    sends: int = 0
    kept: Literal["for all", "for readers", "never"] = "for all"


def answer(site: Site, work: Work, ask: Ask) -> Answer:
    """What a page answers, whatever happens in it."""

    def worked() -> Answer:
        try:
            return _as_file(work(site, ask), ask)
        except NotThereError as error:
            return failure(ask, ask.say(error.zh, error.message), 404)
        except NotYetError as error:
            return failure(ask, ask.say(error.zh, error.message), 503)
        except UsageError as error:
            return failure(ask, ask.say(error.zh, error.message), 400, error)
        except GoujiError as error:
            return failure(ask, ask.say(error.zh, error.message), 404, error)
        except (sqlite3.OperationalError, OSError):
            words = ask.say(
                "数据库现在读不了：正被占用、这一问太大或版本不符。过一会儿再试；在终端运行 gouji doctor 可细看。",
                "The database cannot be read now: it is busy, this asks too much, or it is of another version. "
                "Try again in a while; gouji doctor looks closer.",
            )
            return failure(ask, words, 503)

    done = contained(worked)
    if isinstance(done, Failed):
        words = ask.say("这一页 gouji 自身出了错，别的页不受影响。", "A fault of gouji itself; other pages still work.")
        return failure(ask, words, 500)
    return done


def failure(ask: Ask, words: str, status: int, error: GoujiError | None = None) -> Shown:
    """A page that says why there is nothing else."""
    lines = [ask.say(zh, en) for en, zh in error.lines] if error is not None else []
    title = ask.say("没有这一页", "Nothing here") if status == 404 else ask.say("没有做成", "This did not work")
    return Shown("error", title, {"words": words, "lines": lines}, status=status)


def _as_file(found: Answer, ask: Ask) -> Answer:
    """One table of the page as a file, where the address asks for it."""
    wanted = ask.args.get("as")
    if not isinstance(found, Shown) or wanted not in FILES:
        return found
    name = ask.args.get("table", "")
    chosen = next((one for one in found.tables if one.name == name), None)
    if chosen is None:
        raise NotThereError("there is no such table on this page", "这一页没有这张表")
    media_type, make = FILES[wanted]
    stem = re.sub(r"[^\w-]+", "_", f"{found.title}-{chosen.title}")[:80]
    return Given(make(chosen), media_type, f"{stem}.{wanted}", kept=True)


def heads(found: Shown | Given) -> Mapping[str, str]:
    """The headers that only this answer needs."""
    if isinstance(found, Given) and found.kept:
        return {"content-disposition": disposition(found.name)}
    return {}


def disposition(name: str) -> str:
    """`Content-Disposition` of a file to be kept, in ASCII and with its real name."""
    from urllib.parse import quote

    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
