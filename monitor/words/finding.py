"""A finding for people and as JSON: its kind, its message, the cell it points to, the decision on it."""

from collections.abc import Mapping
from typing import Any

from monitor.findings import Finding
from monitor.words.kinds import class_words
from monitor.words.plain import message_of as message_of
from monitor.words.report import suspect_line
from monitor.words.terminal import cut, inert, pad

# The states, in the order in which people want to see them.
STATUS = {
    "open": "待核",
    "regressed": "复发",
    "acknowledged": "已知悉",
    "explained": "已解释",
    "shadow": "试行",
    "false_positive": "误报",
    "resolved": "已消除",
}
MOST_PASSAGES = 3  # of those that two texts share
LONGEST_PASSAGE = 80  # characters
CLASSES = ("fatal", "explain", "confirm", "info", "health")


def finding_json(finding: Finding, names: Mapping[str, str]) -> dict[str, Any]:
    """A finding with the columns of its table; evidence and suspect as JSON values, not as text."""
    key = finding.key
    return {
        "id": finding.id,
        "rule": key.rule,
        "class": finding.finding_class,
        "agency": key.agency,
        "agency_name": names.get(key.agency),
        "year": key.year,
        "subject": key.subject,
        "verdict": finding.verdict,
        "status": finding.status,
        "responsibility": finding.responsibility,
        "message": finding.message,
        "message_en": finding.message_en,
        "evidence": finding.evidence,
        "suspect": finding.suspect,
        "opened_at": finding.opened_at,
        "changed_at": finding.changed_at,
        "resolved_at": finding.resolved_at,
        "note": finding.note,
        "decided_at": finding.decided_at,
        "expires": finding.expires,
        "report": finding.report,
    }


def finding_lines(lang: str, finding: Finding, names: Mapping[str, str]) -> list[str]:
    """A finding for people: its kind, its message, the cell it points to, the decision on it."""
    key = finding.key
    status = finding.status if lang == "en" else f"{STATUS[finding.status]} {finding.status}"
    head = [
        pad(f"#{finding.id}", 6),
        pad(status, 22 if lang == "zh" else 14),
        pad(
            finding.finding_class if lang == "en" else f"{class_words(finding.finding_class)} {finding.finding_class}",
            14,
        ),
        inert(names.get(key.agency, key.agency)),
        str(key.year),
        inert(key.rule),
        inert(key.subject),
    ]
    lines = ["  ".join(head), *(f"        {inert(line)}" for line in message_of(finding, lang).splitlines())]
    if finding.suspect is not None:
        lines.append(f"        {suspect_line(finding.suspect, finding.evidence, lang)}")
    for shared in finding.evidence.get("passages", ())[:MOST_PASSAGES]:
        whose = f"{shared['agency']} {shared['year']}".strip()
        lines.append(f"        {key.year}  {inert(cut(' '.join(shared['text'].split()), LONGEST_PASSAGE))}")
        lines.append(f"        {inert(whose)}  {inert(cut(' '.join(shared['other_text'].split()), LONGEST_PASSAGE))}")
    if finding.evidence.get("read_twice"):
        lines.append("        read twice, both agree" if lang == "en" else "        读了两遍，所涉各数两遍相同")
    noted = "note: " if lang == "en" else "备注："
    lines += [f"        {noted}{inert(line)}" for line in (finding.note or "").splitlines()]
    if finding.expires:
        until = "until " if lang == "en" else "有效至 "
        lines.append(f"        {until}{inert(finding.expires)}")
    return lines
