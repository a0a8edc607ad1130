"""One item of a digest: what a person would say first, then the small table, what it rests on and where; inert text."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from crawler.ground.archive import SHA256, open_archive
from crawler.ground.data import DataDir
from monitor.findings import DECISIONS, Finding
from monitor.words.figures import Figure, FigureTable
from monitor.words.figures import clean as clean
from monitor.words.kinds import Kind, class_words
from monitor.words.plain import current, message_of, plain, settled_words
from monitor.words.terminal import cut, inert

LONGEST_NAME = 60  # characters of a body's name
LONGEST_LINE = 400
LONGEST_QUOTE = 300
LONGEST_CELLS = 1200
MOST_LINES = 12  # of several findings that are told as one
LONGEST_ADDRESS = 1000


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One thing to tell. `body` is whose it is ("" where the sentence says so), `year` of which report; `sentence`
    comes first, `more` are those of other findings with the same cause; `cells` are the small tables as a text.

    Every text is inert, links are http(s).
    """

    body: str
    year: int
    kind: Kind
    asked: str
    ids: str
    numbers: str
    sentence: str
    more: tuple[str, ...]
    formulas: tuple[str, ...]
    tables: tuple[FigureTable, ...]
    cells: str
    quoted: str
    hint: str
    basis: str
    url: str
    file: str
    archived: str
    document: str
    published_on: str
    decided: str
    earlier: str


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    file = resources.files("monitor.alerts") / "digest.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words(language: str) -> dict[str, Any]:
    """The words of a digest in one language."""
    found: dict[str, Any] = _data()[language]
    return found


def make_item(group: Sequence[Finding], language: str, name: str = "") -> DigestItem:
    """Findings that are told as one. `name` is the body's; its code where it is not given."""
    first, texts = group[0], words(language)
    evidence, said = current(first), plain(group, language)
    url = clean(evidence.get("url"))
    linked = (
        url.startswith(("http://", "https://"))
        and not any(char.isspace() for char in url)
        and len(url) <= LONGEST_ADDRESS
    )
    document = str(evidence.get("document") or "")
    numbers = " ".join(str(finding.id) for finding in group)
    return DigestItem(
        body="" if first.finding_class == "health" else cut(clean(name or first.key.agency), LONGEST_NAME),
        year=first.key.year,
        kind=said.kind,
        asked=class_words(first.finding_class, language),
        ids=cut(numbers, LONGEST_LINE),
        numbers=texts["heading"].format(
            title=cut(numbers, LONGEST_LINE), count=class_words(first.finding_class, language)
        ),
        sentence=cut(said.line, LONGEST_LINE),
        more=_some(said.more, texts),
        formulas=_some(said.relations, texts),
        tables=said.tables,
        cells=cut(texts["list"].join(line for one in said.tables for line in table_lines(one, texts)), LONGEST_CELLS),
        quoted=cut(said.quoted, LONGEST_QUOTE),
        hint=cut(said.hint, LONGEST_LINE),
        basis=cut(said.basis, LONGEST_LINE),
        url=url if linked else "",
        file="" if linked else cut(clean(Path(url).name), LONGEST_NAME),
        archived=_archived(document),
        document=document if SHA256.fullmatch(document) else "",
        published_on=cut(clean(evidence.get("published_on")), LONGEST_NAME),
        decided=cut(clean(first.note), LONGEST_LINE) if first.status in DECISIONS else "",
        earlier=cut(_earlier(first, texts), LONGEST_LINE),
    )


def _some(lines: Sequence[str], texts: Mapping[str, Any]) -> tuple[str, ...]:
    shown = [cut(line, LONGEST_LINE) for line in lines[:MOST_LINES]]
    return (*shown, *([texts["more"].format(count=len(lines) - MOST_LINES)] if len(lines) > MOST_LINES else []))


def table_lines(table: FigureTable, texts: Mapping[str, Any]) -> list[str]:
    """A small table, a line for each row: 予以公开：自然人 11（应为 1），总计 1."""
    lines = [
        texts["row_line"].format(
            label=row.label,
            cells=texts["comma"].join(
                texts["cell_line"].format(head=head, shown=_shown(cell, texts))
                for head, cell in zip(table.columns, row.figures, strict=True)
                if cell is not None
            ),
        )
        for row in table.rows
    ]
    return [*lines, *([texts["rest_line"].format(rest=table.rest)] if table.rest else [])]


def _shown(cell: Figure, texts: Mapping[str, Any]) -> str:
    if cell.mark == "suspect":
        said = texts["should"].format(value=cell.proposed) if cell.proposed else texts["in_doubt"]
        return str(texts["marked_plain"].format(text=cell.text, said=said))
    return str(texts["marked_plain"].format(text=cell.text, said=texts["maybe"])) if cell.mark else cell.text


def sentence_of(finding: Finding, texts: Mapping[str, Any], language: str) -> str:
    """The stored sentence of a finding in one language, on one inert line, with the body that it names."""
    message = clean(message_of(finding, language))
    if finding.status != "resolved" or "was" in finding.evidence:
        return message  # a settled one says by itself what became of it, but for those of before
    said = settled_words(finding, language)
    return f"{said.removesuffix(texts['stop'])}{texts['stop']}{texts['was'].format(message=message)}"


def _earlier(finding: Finding, texts: Mapping[str, Any]) -> str:
    earlier = finding.evidence.get("earlier_explanation")
    if not isinstance(earlier, Mapping):
        return ""
    when = texts["earlier"].format(year=clean(earlier.get("year")))
    return f"{when}{texts['colon']}{clean(earlier.get('reason'))}"


def _archived(document: str) -> str:
    # As seen from the data directory: a mail carries no path of the machine that sent it.
    return inert(open_archive(DataDir(Path())).where(document)) if SHA256.fullmatch(document) else ""
