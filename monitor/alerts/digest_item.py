"""One item of a digest: a sentence first, then what it rests on, as inert text for the templates."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from crawler.ground.archive import SHA256, open_archive
from crawler.ground.data import DataDir
from extract.form.labels import labels
from monitor.findings import DECISIONS, Finding
from monitor.words.cells import column_label, row_words
from monitor.words.figures import clean as clean
from monitor.words.plain import message_of
from monitor.words.report import suspect_line
from monitor.words.terminal import inert

MOST_CELLS = 40
FEW_CELLS = 12  # where there are more, those that are 0 are not listed one by one


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One thing to tell: a sentence first, then what it rests on. Every text is inert, links are http(s)."""

    numbers: str
    sentence: str
    more: tuple[str, ...]
    formulas: tuple[str, ...]
    cells: str
    rows: tuple[str, ...]
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


def make_item(group: Sequence[Finding], language: str) -> DigestItem:
    """Findings that are told as one."""
    first, texts = group[0], words(language)
    evidence = _current(first)
    # What is settled is not proved again: its cells are those of the version before.
    proved = [finding for finding in group if finding.status != "resolved"]
    texts_of = [sentence_of(finding, texts, language) for finding in group]
    url = str(evidence.get("url") or "")
    linked = url.startswith(("http://", "https://")) and not any(char.isspace() for char in url)
    document = str(evidence.get("document") or "")
    decided = first.note if first.status in DECISIONS else ""
    return DigestItem(
        numbers=texts["heading"].format(
            title=" ".join(str(finding.id) for finding in group), count=texts["class"][first.finding_class]
        ),
        sentence=texts_of[0],
        more=tuple(dict.fromkeys(texts_of[1:])),
        formulas=tuple(dict.fromkeys(line for finding in proved for line in _formula(finding, texts))),
        cells=_cells(proved, texts),
        rows=tuple(dict.fromkeys(line for finding in proved for line in _rows(finding))),
        quoted=clean(evidence.get("sentence")),
        hint=_hint(first, texts, language) if proved else "",
        basis=clean(
            evidence.get("basis_en") if language == "en" and evidence.get("basis_en") else evidence.get("basis")
        ),
        url=inert(url) if linked else "",
        file="" if linked else clean(Path(url).name),
        archived=_archived(document),
        document=document if SHA256.fullmatch(document) else "",
        published_on=clean(evidence.get("published_on")),
        decided=clean(decided),
        earlier=_earlier(first, texts),
    )


def _current(finding: Finding) -> Mapping[str, Any]:
    # A resolved finding rests on the version that resolved it.
    by = finding.evidence.get("resolved_by")
    if finding.status == "resolved" and isinstance(by, Mapping):
        return by
    return finding.evidence


def sentence_of(finding: Finding, texts: Mapping[str, Any], language: str) -> str:
    """What a finding says in one language, on one inert line."""
    message = clean(message_of(finding, language))
    if finding.status != "resolved" or "was" in finding.evidence:
        return message  # a settled one says by itself what became of it, but for those of before
    # What happened, as the resolving observation says it, then what the trouble had been.
    happened = clean(_current(finding).get("message_en" if language == "en" else "message"))
    note = (finding.note or "").splitlines()[-1:] if language == "zh" else []
    said = happened or "".join(map(clean, note)) or _gone(finding, texts)
    return f"{said.removesuffix(texts['stop'])}{texts['stop']}{texts['was'].format(message=message)}"


def _gone(finding: Finding, texts: Mapping[str, Any]) -> str:
    new = clean(_current(finding).get("document"))
    changed = SHA256.fullmatch(new) and new != clean(finding.evidence.get("document"))
    return str(texts["gone_by"].format(version=new[:12]) if changed else texts["gone"])


def _formula(finding: Finding, texts: Mapping[str, Any]) -> list[str]:
    evidence = finding.evidence
    formula = clean(evidence.get("formula"))
    if not formula:
        return []
    if evidence.get("left") is None or evidence.get("right") is None:
        return [formula]
    sides = texts["sides"].format(**{name: clean(evidence.get(name)) for name in ("left", "right", "delta")})
    return [f"{formula}{texts['colon']}{sides}"]


def _cells(group: Sequence[Finding], texts: Mapping[str, Any]) -> str:
    cells = dict.fromkeys(
        f"{clean(part.get('cell'))} = {clean(part.get('raw')) or texts['unstated']}"
        for finding in group
        for part in finding.evidence.get("operands", ())
        if isinstance(part, Mapping)
    )
    told = [cell for cell in cells if not cell.endswith(" = 0")] if len(cells) > FEW_CELLS else list(cells)
    rest = texts["zeros"] if len(told) < len(cells) else ""
    shown = str(texts["list"]).join(told[:MOST_CELLS]) + (" …" if len(told) > MOST_CELLS else "")
    return shown + rest


def _rows(finding: Finding) -> list[str]:
    return [clean(row) for row in finding.evidence.get("rows", ())]


def _hint(finding: Finding, texts: Mapping[str, Any], language: str) -> str:
    suspect = finding.suspect
    if not suspect:
        return ""
    parts = [suspect_line(suspect, finding.evidence, language)] if suspect.get("cell") else []
    table = "T4" if suspect.get("row") in labels()["track"] else "T3"
    if suspect.get("row"):
        parts.append(texts["in_row"].format(row=row_words(table, str(suspect["row"]), language)))
    if suspect.get("column"):
        parts.append(texts["in_column"].format(column=column_label(table, str(suspect["column"]), language)))
    rivals = [_rival(rival) for rival in suspect.get("rivals") or ()]
    if rivals:
        more = " …" if suspect.get("more") else ""
        parts.append(texts["rivals"].format(rivals=texts["list"].join(rivals) + more))
    return clean(texts["list"].join(parts))


def _rival(rival: object) -> str:
    if isinstance(rival, Mapping) and "cells" in rival:
        return " + ".join(_rival(part) for part in rival["cells"])
    if isinstance(rival, Mapping) and "cell" in rival:
        return f"{clean(rival['cell'])} = {'?' if rival.get('value') is None else clean(rival['value'])}"
    return clean(rival)


def _earlier(finding: Finding, texts: Mapping[str, Any]) -> str:
    earlier = finding.evidence.get("earlier_explanation")
    if not isinstance(earlier, Mapping):
        return ""
    when = texts["earlier"].format(year=clean(earlier.get("year")))
    return f"{when}{texts['colon']}{clean(earlier.get('reason'))}"


def _archived(document: str) -> str:
    # As seen from the data directory: a mail carries no path of the machine that sent it.
    return open_archive(DataDir(Path())).where(document) if SHA256.fullmatch(document) else ""
