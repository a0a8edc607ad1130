"""A finding for people, in words alone, and as JSON with all its codes."""

from collections.abc import Mapping
from typing import Any

from monitor.findings import Finding
from monitor.words.kinds import class_words, status_words, statuses
from monitor.words.plain import plain
from monitor.words.terminal import cut, inert, pad

# The states, in the order in which people want to see them.
STATUS = {code: status_words(code) for code in statuses()}
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
    """A finding for a terminal: what a person would say first, then where it stands and why."""
    key, told = finding.key, plain([finding], lang)
    standing = (status_words(finding.status, lang), told.kind.name(lang), class_words(finding.finding_class, lang))
    name = inert(names.get(key.agency, key.agency))
    about = f"{name} {key.year}: " if lang == "en" else f"{name}{key.year}年度："
    lines = [
        f"{pad(f'#{finding.id}', 6)}  {about if finding.finding_class != 'health' else ''}{told.line}",
        f"        {' · '.join(standing)}",
        *(f"        {line}" for line in told.relations),
    ]
    if told.hint:
        lines.append(f"        {told.hint}")
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
