"""Rules on texts that are used again: last year's, another body's, the same confession year after year. Pure."""

from collections.abc import Sequence

from extract.model import Report
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.passages import LETTERS, SENTENCE, SHINGLE, Masked, Shared, alike, compare, letters_of, mask
from monitor.reconcile.result import Result, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.shared_text import OtherText, Passage, signs_of
from monitor.reconcile.sheet import Sheet

MOST_SENTENCES = 60  # of one section that are held against each other
WHOLE = -1  # in place of the number of a section: all of them
LONGEST_SENTENCE = 400  # characters of it that are compared


def last_year(rule: Rule, sheet: Sheet) -> Result:
    """The share of sections one and five (before the forms: of all) that is last year's text.

    Above one bound it is to be confirmed, above another to be explained.
    """
    assert sheet.year is not None
    before = sheet.history.get(sheet.year - 1)
    if before is None:
        return unknown(rule, sheet, "year_missing")
    if sheet.report.doubt or before.doubt:
        return unknown(rule, sheet, "not_whole")
    shared = own = 0
    passages: list[Passage] = []
    # Reports from before the forms have no sections that all of them share.
    for number in (WHOLE,) if sheet.report.before_forms else rule.params["sections"]:
        now, then = (_section(rule, sheet, report, number) for report in (sheet.report, before))
        found = compare(now, then, sheet.context.reuse.common, rule.params["passages"])
        shared, own = shared + found.shared, own + found.own
        passages += _cited(found, now, then, Passage(number, "", sheet.year - 1, "", number))
    if own < rule.params["fewest"]:
        return passing()
    bounds = sheet.context.reuse.bounds
    if shared <= bounds.last_year * own:
        return passing()
    strong = shared >= bounds.last_year_strong * own
    outcome = Outcome(
        rule.id,
        "report",
        "fail",
        left=shared,
        right=own,
        year=sheet.year,
        facts={"before": sheet.year - 1},
        passages=tuple(passages),
        rule_class="explain" if strong else "",
    )
    return Result(0, (outcome,))


def other_body(rule: Rule, sheet: Sheet) -> Result:
    """Section five that is nearly another body's, of this year or of the last: at whichever of the two it stood later,
    or still bears the other's name."""
    candidates = sheet.context.reuse.others
    if candidates is None:
        return unknown(rule, sheet, "others_unknown")
    if sheet.year is None or sheet.year not in candidates:
        return Result(0)  # nobody looked for any: a draft, or a report by itself
    number = rule.params["section"]
    now = _section(rule, sheet, sheet.report, number)
    best: tuple[float, Shared, Masked, OtherText, str] | None = None
    for other in candidates[sheet.year]:
        then = mask(other.text, other.names, tuple(rule.params["phrases"]))
        found = compare(now, then, sheet.context.reuse.common | other.common, rule.params["passages"])
        if min(found.own, found.others) < rule.params["fewest"] or found.near < sheet.context.reuse.bounds.other_body:
            continue
        left = _left_over(sheet, other)
        if not left and (_left_there(sheet, other) or not _may_be_later(sheet, other)):
            continue
        if best is None or (bool(left), found.near) > (bool(best[4]), best[0]):
            best = (found.near, found, then, other, left)
    if best is None:
        return passing()
    _, found, then, other, left = best
    outcome = Outcome(
        rule.id,
        "report",
        "fail",
        left=found.shared,
        right=max(found.own, found.others),
        year=sheet.year,
        facts={
            "other": other.name,
            "other_agency": other.agency,
            "other_year": other.year,
            "left_over": left,
            "since": "name_left_over" if left else "who_wrote_first",
        },
        passages=_cited(found, now, then, Passage(number, other.name, other.year, other.document, number)),
        responsibility="" if left else "unclear",
    )
    return Result(0, (outcome,))


def confession(rule: Rule, sheet: Sheet) -> Result:
    """A trouble that is confessed in the same words year after year; what was promised, and is promised or confessed
    again."""
    assert sheet.year is not None
    number = rule.params["section"]
    years = range(sheet.year, sheet.year - rule.params["years"], -1)
    told = [_told(rule, sheet, sheet.history.get(year), number) for year in years]
    outcomes: list[Outcome] = []
    if any(one is None for one in told[1:]):
        outcomes += unknown(rule, sheet, "year_missing").outcomes
    elif runs := _runs(rule, [one for one in told if one is not None]):
        passages = tuple(
            Passage(number, "", year, "", number, run[0][0], text)
            for run in runs
            for year, (text, _) in zip(years[1:], run[1:], strict=False)
        )
        outcomes.append(_told_again(rule, sheet, "confessed", len(runs), passages))
    promised = _promises(rule, sheet, number)
    if promised:
        outcomes.append(_told_again(rule, sheet, "promised", len(promised), tuple(promised)))
    return Result(0 if outcomes else 1, tuple(outcomes))


Sentence = tuple[str, str]  # as printed, and its letters


def _told_again(rule: Rule, sheet: Sheet, what: str, count: int, passages: tuple[Passage, ...]) -> Outcome:
    return Outcome(
        rule.id,
        "report" if what == "confessed" else what,
        "fail",
        year=sheet.year,
        facts={"since": f"{what}_again", "count": count, "years": rule.params["years"]},
        passages=passages[: rule.params["passages"]],
    )


def _told(rule: Rule, sheet: Sheet, report: Report | None, number: int, kind: str = "trouble") -> list[Sentence] | None:
    """The sentences of a section that confess a trouble (or promise); None where there is no such section."""
    text = _text(report, number) if report is not None else ""
    if not text:
        return None
    found = []
    for sentence in (one[0] for one in SENTENCE.finditer(text)):
        words = rule.params["promise"]
        promise = any(word in sentence for word in words)
        trouble = not promise and any(word in sentence for word in rule.params["trouble"])
        letters = letters_of(sentence[:LONGEST_SENTENCE], sheet.context.reuse.names)
        runs = {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}
        own = not runs or not runs <= sheet.context.reuse.common  # what many say, nobody confesses or promises
        if (promise if kind == "promise" else trouble) and own and len(letters) >= rule.params["letters"][kind]:
            found.append((sentence.strip(), letters))
    return found[:MOST_SENTENCES]


def _runs(rule: Rule, years: Sequence[Sequence[Sentence]]) -> list[tuple[Sentence, ...]]:
    """Each sentence of this year with the one of every year before that says the same."""
    found = []
    for sentence in years[0]:
        run = [sentence]
        for earlier in years[1:]:
            best = max(earlier, key=lambda one: alike(sentence[1], one[1]), default=None)
            if best is None or alike(sentence[1], best[1]) < rule.params["share"]:
                break
            run.append(best)
        if len(run) == len(years):
            found.append(tuple(run))
    return found


def _promises(rule: Rule, sheet: Sheet, number: int) -> list[Passage]:
    """Last year's promises beside this year's sentence that promises or confesses the same."""
    assert sheet.year is not None
    before = sheet.history.get(sheet.year - 1)
    promised = _told(rule, sheet, before, number, "promise") or []
    now = [
        *(_told(rule, sheet, sheet.report, number, "promise") or ()),
        *(_told(rule, sheet, sheet.report, number) or ()),
    ]
    found = []
    for text, letters in promised:
        best = max(now, key=lambda one: alike(letters, one[1]), default=None)
        if best is not None and alike(letters, best[1]) >= rule.params["share"]:
            found.append(Passage(number, "", sheet.year - 1, "", number, best[0], text))
    return found


def _section(rule: Rule, sheet: Sheet, report: Report, number: int) -> Masked:
    return mask(_text(report, number), sheet.context.reuse.names, tuple(rule.params["phrases"]))


def _text(report: Report, number: int) -> str:
    return "\n".join(section.text for section in report.sections if number in (WHOLE, section.number))


def _cited(found: Shared, one: Masked, other: Masked, where: Passage) -> tuple[Passage, ...]:
    return tuple(
        where._replace(text=one.text[mine.start : mine.end], other_text=other.text[theirs.start : theirs.end])
        for mine, theirs in found.passages
    )


def _left_over(sheet: Sheet, other: OtherText) -> str:
    """A name of the other body, or of its place, that stands in this report's prose and is none of its own; else ""."""
    own = sheet.context.name + sheet.report.agency_name
    prose = "".join(section.text for section in sheet.report.sections if section.number in (1, 5)).translate(LETTERS)
    return next((name for name in other.signs if name.translate(LETTERS) in prose and name not in own), "")


def _left_there(sheet: Sheet, other: OtherText) -> bool:
    """Whether the other text bears this body's name, or its place's: then that one is the copy."""
    signs = (name for name in signs_of(sheet.context.name) if name and name not in other.name)
    text = other.text.translate(LETTERS)
    return any(name.translate(LETTERS) in text for name in signs)


def _may_be_later(sheet: Sheet, other: OtherText) -> bool:
    """Whether this report may have been written after the other: not where it was published before it for sure."""
    assert sheet.year is not None
    published = sheet.context.reuse.published.get(sheet.year, "")
    if other.year != sheet.year:
        return other.year < sheet.year
    return not (published and other.published and published < other.published)
