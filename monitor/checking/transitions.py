"""What one observation does to a finding: it opens, changes, resolves or regresses (pure)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.ground.clock import local_date, stamp
from monitor.findings import DECISIONS, Finding, Observation, noted, to_json

# Evidence that changes what a finding says; the rest (hashes, places, wording) may change without news.
SUBSTANCE = ("left", "right", "delta", "sentence")


def observe(
    existing: Finding | None, seen: Observation, now: datetime, earlier: Finding | None = None
) -> Finding | None:
    """The finding after this observation, or None if there is nothing to write.

    `earlier` is last year's finding of the same rule and subject: its explanation is offered again.
    """
    if seen.effect == "broken":
        suspect = json.loads(to_json(seen.suspect)) if seen.suspect is not None else None
        return _broken(existing, replace(seen, suspect=suspect), stamp(now), _evidence(seen, earlier))
    if existing is None and seen.effect == "holds" and seen.was is not None:
        existing = _broken(None, seen.was, stamp(now), _evidence(seen.was, earlier))
    if existing is None or existing.status in ("resolved", "false_positive"):
        return None
    if seen.effect == "holds":
        return _resolve(existing, seen, stamp(now))
    return _unassessed(existing, seen, stamp(now))


def _evidence(seen: Observation, earlier: Finding | None) -> Mapping[str, Any]:
    # Converted to its stored form, so that it can be compared with evidence read from the database.
    evidence: dict[str, Any] = json.loads(to_json(seen.evidence))
    if earlier is not None and earlier.status == "explained":
        evidence["earlier_explanation"] = {"finding": earlier.id, "year": earlier.key.year, "reason": earlier.note}
    return evidence


def _broken(existing: Finding | None, seen: Observation, at: str, evidence: Mapping[str, Any]) -> Finding | None:
    status = "shadow" if seen.shadow else "open"
    if existing is None:
        return Finding(
            seen.key,
            seen.finding_class,
            seen.verdict,
            status,
            seen.responsibility,
            seen.message,
            seen.message_en,
            evidence,
            seen.suspect,
            at,
            at,
            report=seen.report,
        )
    told = replace(
        existing,
        finding_class=seen.finding_class,
        verdict=seen.verdict,
        message=seen.message,
        message_en=seen.message_en,
        evidence=evidence,
        suspect=seen.suspect,
        responsibility=seen.responsibility,
        report=seen.report,
    )
    if existing.status == "resolved":
        return replace(told, status="shadow" if seen.shadow else "regressed", changed_at=at, resolved_at=None)
    if existing.status == "shadow" and not seen.shadow:
        return replace(told, status="open", opened_at=at, changed_at=at)
    if existing.status in ("open", "regressed") and seen.shadow:
        return replace(told, status="shadow", changed_at=at)
    if _says(told) != _says(existing):
        return replace(told, changed_at=at)
    return told if told != existing else None


def _says(finding: Finding) -> tuple[object, ...]:
    # A decision covers the numbers it was made on; if its state only becomes firmer (overdue, then confirmed),
    # that is no news.
    verdict = "" if finding.status in DECISIONS else finding.verdict
    operands = [
        (part["cell"], part["value"])
        for part in finding.evidence.get("operands", ())
        if isinstance(part, Mapping) and "cell" in part and "value" in part
    ]
    suspect = finding.suspect and (finding.suspect.get("cell"), finding.suspect.get("value"))
    return verdict, [finding.evidence.get(name) for name in SUBSTANCE], operands, suspect


def _resolve(existing: Finding, seen: Observation, at: str) -> Finding:
    by = seen.reason or (f"新的版本（{seen.version[:12]}）中已无此问题" if seen.version else "已无此问题")
    new = seen.version if seen.version != existing.evidence.get("document") else ""
    happened = {name: str(seen.evidence.get(name) or "") for name in ("message", "message_en")}
    said = happened["message"] or seen.reason or (f"新的版本（{new[:12]}）中已无此问题" if new else "已无此问题")
    said_en = happened["message_en"] or (f"No longer so in the new version ({new[:12]})" if new else "No longer so")
    zh, en = existing.message, existing.message_en or existing.message
    evidence = {
        **existing.evidence,
        "resolved_by": json.loads(to_json(seen.evidence)),
        "was": {"message": existing.message, "message_en": existing.message_en},
    }
    note = noted(existing.note, f"{local_date(datetime.fromisoformat(at))}：{by}")
    return replace(
        existing,
        status="resolved",
        verdict=seen.verdict,
        changed_at=at,
        resolved_at=at,
        message=f"{said.removesuffix('。')}。此前：{zh}",
        message_en=f"{said_en.removesuffix('.')}. Before: {en}",
        expires=None,
        note=note,
        evidence=evidence,
        report=seen.report or existing.report,
    )


def _unassessed(existing: Finding, seen: Observation, at: str) -> Finding | None:
    before = existing.evidence.get("not_assessable")
    if isinstance(before, Mapping) and before.get("reason") == seen.reason:
        return None
    evidence = {**existing.evidence, "not_assessable": {"reason": seen.reason, "since": at}}
    return replace(existing, evidence=evidence)
