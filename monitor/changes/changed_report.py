"""`pub.changed`: the report at one address was changed after it was published, with a note or silently."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.changes.bounds import bounds, words
from monitor.changes.cited import (
    MOST_CELLS,
    basis_cited,
    figure_text,
    local_day,
    operand_cited,
    source_cited,
    version_cited,
)
from monitor.changes.diff import Difference
from monitor.changes.revisions import brings_note, changed, restless
from monitor.changes.versions import Version, by_url
from monitor.findings import Key, Observation

CHANGED = "pub.changed"
LONGEST = 160  # characters of a quoted sentence
Step = tuple[Version, Version, Difference]


def observe_changes(agency: str, year: int, who: tuple[str, str], versions: Sequence[Version]) -> Iterator[Observation]:
    # A file that was handed to us may be a draft.
    for url, series in by_url(one for one in versions if one.published).items():
        if len(series) > 1 and series[-1].stored.id == series[0].stored.id:
            yield _undone(Key(agency, year, CHANGED, url), who, series)
            continue
        moved = restless([one.stored.report for one in series]) if _seen_once_each(series) else frozenset()
        steps = [
            (one, two, changed(one.stored.report, two.stored.report, moved))
            for one, two in pairwise(series)
            if _comparable(one, two)
        ]
        steps = [step for step in steps if step[2].changes or step[2].prose]
        if steps:
            yield _changed(Key(agency, year, CHANGED, url), who, steps)


def _changed(key: Key, who: tuple[str, str], steps: Sequence[Step]) -> Observation:
    """A change without a note is open until a later version brings one; that it was silent till then stays known."""
    last = max((at for at, step in enumerate(steps) if _noted(step)), default=None)
    if last is None or last + 1 < len(steps):
        return _change(key, who, steps)
    silent = [at for at, step in enumerate(steps[:last]) if not _noted(step)]
    if not silent:
        return _change(key, who, steps, noted=True)
    return _noted_later(key, who, steps[last][1], _change(key, who, steps[: silent[-1] + 1]))


def _noted(step: Step) -> bool:
    before, after, _ = step
    return brings_note(before.stored.report, after.stored.report, (before.title, after.title))


def _seen_once_each(series: Sequence[Version]) -> bool:
    """Whether every look at the page found another version: what a person changes stands still between two looks."""
    return all(one.last_seen == one.since for one in series[:-1])


def _comparable(one: Version, two: Version) -> bool:
    # Read by two versions of the parser, a difference may be ours.
    return one.parser == two.parser and bool(one.stored.report.forms) and bool(two.stored.report.forms)


def _change(key: Key, who: tuple[str, str], steps: Sequence[Step], noted: bool = False) -> Observation:
    before, after, found = steps[-1]
    verdict = "changed_with_note" if noted else "changed"
    what = _what(found)
    days = tuple(local_day(one.since) for one in (before, after))
    told = words("message", verdict)
    zh, en = (
        text.format(who=body, year=key.year, before=days[0], seen=days[1], what=parts)
        for text, body, parts in (
            (told.zh, who[0], "，".join(part for part, _ in what)),
            (told.en, who[1], ", ".join(part for _, part in what)),
        )
    )
    evidence = {
        **source_cited(after.stored),
        **basis_cited("changed"),
        "note": noted,
        "operands": [operand_cited(change) for _, _, step in steps for change in step.changes],
        "sentence": _quoted(found),
        "versions": [version_cited(one) for one in (steps[0][0], *(two for _, two, _ in steps))],
        "prose": [
            {"section": part.section, "heading": part.heading, "removed": list(part.removed), "added": list(part.added)}
            for part in found.prose
        ],
    }
    return Observation(
        key,
        "broken",
        verdict,
        "info" if noted else "explain",
        zh,
        en,
        evidence,
        None,
        "source",
        after.stored.id,
        version=after.stored.document,
    )


def _noted_later(key: Key, who: tuple[str, str], version: Version, silent: Observation) -> Observation:
    """The silent change has its note now: that settles it."""
    told, day = words("message", "noted_later"), local_day(version.since)
    zh, en = (text.format(who=body, year=key.year, seen=day) for text, body in ((told.zh, who[0]), (told.en, who[1])))
    evidence = {
        **source_cited(version.stored),
        "versions": [*silent.evidence["versions"], version_cited(version)],
        "message": zh,
        "message_en": en,
    }
    return Observation(
        key,
        "holds",
        "noted_later",
        "explain",
        zh,
        en,
        evidence,
        None,
        "source",
        version.stored.id,
        reason=zh,
        was=silent,
    )


def _undone(key: Key, who: tuple[str, str], series: Sequence[Version]) -> Observation:
    """The page shows again what it showed first: the change is no more, its history stays."""
    first, last = series[0], series[-1]
    told = words("message", "undone")
    zh, en = (
        text.format(who=body, year=key.year, first=local_day(first.since), back=local_day(last.since))
        for text, body in ((told.zh, who[0]), (told.en, who[1]))
    )
    evidence = {
        **source_cited(last.stored),
        "versions": [version_cited(one) for one in series],
        "message": zh,
        "message_en": en,
    }
    return Observation(key, "holds", "undone", "explain", zh, en, evidence, None, "source", last.stored.id, reason=zh)


def _what(found: Difference) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    if found.changes:
        cells = [
            f"{one.cell} {figure_text(one.before)} → {figure_text(one.after)}" for one in found.changes[:MOST_CELLS]
        ]
        more = " …" if len(found.changes) > MOST_CELLS else ""
        told = words("what", "cells")
        parts.append(
            (
                told.zh.format(count=len(found.changes), cells="；".join(cells) + more),
                told.en.format(count=len(found.changes), cells="; ".join(cells) + more),
            )
        )
    for name, count in (
        ("removed", sum(len(part.removed) for part in found.prose)),
        ("added", sum(len(part.added) for part in found.prose)),
    ):
        if count:
            told = words("what", name)
            parts.append((told.zh.format(count=count), told.en.format(count=count)))
    return parts


def _quoted(found: Difference) -> str | None:
    most = bounds()["change"]["sentences"]
    removed = [f"−{sentence[:LONGEST]}" for part in found.prose for sentence in part.removed][:most]
    added = [f"＋{sentence[:LONGEST]}" for part in found.prose for sentence in part.added][:most]
    return " ".join([*removed, *added]) or None
