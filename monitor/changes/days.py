"""`pub.dates`: the days that a page gives for its publication are far apart, or come before the end of its year."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from extract.store.load import StoredReport
from monitor.changes.bounds import bounds, words
from monitor.findings import Key, Observation

DATES = "pub.dates"


def observe_days(key: Key, who: tuple[str, str], one: StoredReport, dates: str) -> Observation | None:
    """What the candidates for the day of publication (JSON, as kept) say; None where there is nothing to say."""
    found: list[Mapping[str, str]] = json.loads(dates) if dates else []
    days = [date.fromisoformat(candidate["day"]) for candidate in found]
    if days and one.published_on and date.fromisoformat(one.published_on) <= date(key.year, 12, 31):
        return _told(key, who, one, "early", found)
    if days and (max(days) - min(days)).days > bounds()["dates"]["apart"]:
        return _told(key, who, one, "apart", found)
    return None


def _told(
    key: Key, who: tuple[str, str], one: StoredReport, verdict: str, found: list[Mapping[str, str]]
) -> Observation:
    told, basis = words("message", f"dates_{verdict}"), words("basis", "dates")
    names = {source: words("source", source) for source in {candidate["source"] for candidate in found}}
    facts = {"year": key.year, "chosen": one.published_on or "–"}
    zh = told.zh.format(
        who=who[0], **facts, days="、".join(f"{names[each['source']].zh} {each['day']}" for each in found)
    )
    en = told.en.format(
        who=who[1], **facts, days=", ".join(f"{names[each['source']].en} {each['day']}" for each in found)
    )
    evidence: dict[str, Any] = {
        "document": one.document,
        "url": one.url,
        "published_on": one.published_on,
        "first_seen": one.first_seen,
        "basis": basis.zh,
        "basis_en": basis.en,
        "candidates": found,
    }
    return Observation(key, "broken", verdict, "info", zh, en, evidence, None, "source", one.id, version=one.document)
