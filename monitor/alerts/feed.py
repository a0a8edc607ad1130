"""An Atom feed of findings: what is open or was lately resolved, as inert text with ids that never change."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from sqlite_utils import Database

from crawler.agencies.lookup import names_by_code
from crawler.ground.clock import stamp
from crawler.ground.config import Config
from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from crawler.ground.writing import write
from monitor.alerts.digest_item import clean, make_item, words
from monitor.alerts.due import readable
from monitor.checking.breaker import held_scopes, scopes_of
from monitor.checking.debounce import settled
from monitor.findings import Finding
from monitor.subscriptions import SubscribedBody, load_bodies
from monitor.words.terminal import cut, inert

log = logging.getLogger(__name__)

ATOM = "http://www.w3.org/2005/Atom"
NAME = "feed.atom"
MOST_ENTRIES = 200
LONGEST_TITLE = 200
ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # has no place in XML at all
# What the feed tells: never what is on trial, dismissed, merely informative, or about the service itself.
TOLD = (
    "status in ('open', 'regressed', 'resolved') and class not in ('info', 'health') "
    "and (status <> 'resolved' or id in (select finding from notices)) order by changed_at desc limit ?"
)


def write_feed(
    db: Database, data: DataDir, config: Config, now: datetime, path: Path | None = None, *, force: bool = False
) -> int:
    """Writes the feed, whole or not at all, into the data directory or to `path`; how many entries it has.

    UsageError where `path` is not ours to replace (`crawler.ground.writing`).
    """
    found = entries(db, config)
    whose = config.mail.sender or config.crawl.contact
    text = render(found, config.mail.language, now, whose, names_by_code(db))
    write({path or data.root / NAME: text}, data.sums, force=force, own=path is None)
    return len(found)


def entries(db: Database, config: Config) -> list[Finding]:
    """The findings the feed tells, the latest first: settled, and not held by the breaker."""
    held, bodies = held_scopes(db), load_bodies(db)
    hours = config.mail.settle_hours
    ids = [row[0] for row in db.execute(f"select id from findings where {TOLD}", [MOST_ENTRIES])]
    found, faults = readable(db, ids)
    for number, fault in faults:
        _leave_out(number, fault)
    shown = [
        one
        for one in found
        if settled(db, one.id or 0, one.key.rule, one.finding_class, one.changed_at, hours)
        and held.isdisjoint(scopes_of(bodies.get(one.key.agency, SubscribedBody(one.key.agency))))
    ]
    return sorted(shown, key=lambda one: (one.changed_at, one.id or 0), reverse=True)


def render(
    findings: Sequence[Finding],
    language: str,
    now: datetime,
    whose: str = "",
    names: Mapping[str, str] | None = None,
) -> bytes:
    """The feed as bytes (pure). Foreign text is text in it: escaped, of one line, of type `text`.

    `whose` tells one installation's feed from another's.
    """
    texts = words(language)
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(
        f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN" if language == "zh" else "en"}
    )
    _add(root, "id", uuid5(NAMESPACE_URL, f"gouji:feed\n{whose}").urn)
    _add(root, "title", texts["title"])
    _add(root, "subtitle", texts["preamble"])
    _add(root, "updated", max((one.changed_at for one in findings), default=stamp(now)))
    _add(ElementTree.SubElement(root, f"{{{ATOM}}}author"), "name", "gouji")
    _add(root, "generator", "gouji")
    for finding in findings:
        entry = contained(partial(_entry, finding, language, (names or {}).get(finding.key.agency, "")))
        if isinstance(entry, Failed):
            _leave_out(finding.id or 0, entry)
        else:
            root.append(entry)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _leave_out(finding: int, fault: Failed) -> None:
    log.warning("%s", inert(f"finding {finding} could not be written into the feed: {fault.words[0]}"))


def _entry(finding: Finding, language: str, name: str) -> ElementTree.Element:
    texts, item = words(language), make_item([finding], language, name)
    entry = ElementTree.Element(f"{{{ATOM}}}entry")
    key = finding.key
    _add(
        entry,
        "id",
        uuid5(NAMESPACE_URL, "\n".join(["gouji:finding", key.agency, str(key.year), key.rule, key.subject])).urn,
    )
    state = "resolved" if finding.status == "resolved" else "regressed" if finding.status == "regressed" else ""
    mark = f"[{texts['section'][state]}] " if state else ""
    body = texts["body"].format(body=item.body, year=item.year) + texts["colon"]
    _add(entry, "title", cut(mark + body + item.sentence, LONGEST_TITLE))
    _add(entry, "updated", finding.changed_at)
    _add(entry, "published", finding.opened_at)
    for term in (key.rule, finding.finding_class, str(key.year)):
        ElementTree.SubElement(entry, f"{{{ATOM}}}category", {"term": _legal(clean(term))})
    if item.url:
        ElementTree.SubElement(entry, f"{{{ATOM}}}link", {"rel": "related", "href": _legal(item.url)})
    _add(
        entry,
        "content",
        "\n".join(
            _lines(
                body + item.sentence,
                (
                    (texts["formula"], item.formulas),
                    (texts["cells"], (item.cells,)),
                    (texts["printed"], (item.quoted,)),
                    (texts["hint"], (item.hint,)),
                    (texts["basis"], (item.basis,)),
                    (texts["archived"], (item.archived,)),
                    (texts["number"], (item.numbers,)),
                ),
            )
        ),
    )
    return entry


def _lines(sentence: str, parts: Iterable[tuple[str, Iterable[str]]]) -> Iterable[str]:
    yield sentence
    for head, values in parts:
        for value in values:
            if value:
                yield f"{head}  {value}"


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    if name == "content":
        element.set("type", "text")
    element.text = _legal(text)


def _legal(text: str) -> str:
    return ILLEGAL.sub("\ufffd", text)
