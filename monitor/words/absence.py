"""Whether and when a report came, as a person would say it: 应于1月31日前公布，至2月3日未见公布 (pure)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crawler.ground.clock import local_date, parse_stamp
from monitor.findings import Finding
from monitor.words.kinds import data, words

STATE, LOCAL = "pub.state", "pub.due"
RULES = (STATE, LOCAL)
BY_SIGHT = "first_seen"


def absence_words(finding: Finding, evidence: Mapping[str, Any], lang: str = "zh") -> str:
    """The day that passed, and what was seen: 应于1月31日前公布，至2月3日未见公布; "" where nothing of it is told."""
    texts = words(lang)
    try:
        due, day = _day(evidence.get("due")), _day(evidence.get("day"))
        legal, seen = _day(evidence.get("due_legal")), _last_look(evidence)
    except ValueError:
        return ""
    name = finding.verdict
    if due is None or name not in ("overdue", "overdue_confirmed", "published_late"):
        return ""
    if name == "published_late":
        if day is None:
            return ""
        name += "_seen" if evidence.get("by") == BY_SIGHT else ""
    elif seen is None:
        name = "unwatched"
    said = _told(name, lang).format(
        due=_day_words(due, finding.key.year, texts),
        seen=_day_words(seen or due, finding.key.year, texts),
        day=_day_words(day or due, finding.key.year, texts),
        days=((day or due) - due).days,
    )
    if finding.key.rule == LOCAL and legal is not None:
        said = _told("local", lang).format(said=said)
        said += _told("by_law", lang).format(due=_day_words(legal, finding.key.year, texts))
    return said


def _told(name: str, lang: str) -> str:
    return str(data()["absence"][name]["en" if lang == "en" else "zh"])


def _last_look(evidence: Mapping[str, Any]) -> date | None:
    """The day on which the report was last looked for in vain; None where no portal shows it."""
    marks = [one.get("last_ok") for one in evidence.get("portals") or () if isinstance(one, Mapping)]
    last = evidence.get("last_sweep") or min((mark for mark in marks if mark), default=None)
    return local_date(parse_stamp(str(last))) if last else None


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None


def _day_words(day: date, year: int, texts: Mapping[str, Any]) -> str:
    """A day; its year where it is not the one in which the report is due."""
    return str(texts["day" if day.year == year + 1 else "day_of_year"].format(day))
