"""The report texts of the evaluation set: sound tables, true texts that are true, contradictions that fit no reading."""

from collections.abc import Iterator
from decimal import Decimal

from bench.claims.entries import CONCEPTS, Claim
from bench.claims.readings import readings
from bench.claims.tables import APPLICANTS
from bench.claims.texts import SOFT, Told, frames, reports
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import cell_name
from monitor.samples.layout import LEAVES, TRACKS

ALL = list(reports())
TRUE = [report for report in ALL if not report.broken]


def cell(report: Told, table: str, row: str, member: str) -> Decimal:
    value = report.sample.figures[cell_name(table, row, member)]
    assert isinstance(value, int | Decimal)
    return Decimal(value)


def fits(report: Told, concept: str) -> set[Decimal]:
    return set(readings(concept, lambda table, row, member: cell(report, table, row, member)).values())


def broken_sums(report: Told) -> Iterator[str]:
    """Every identity of tables 3 and 4 that does not hold."""

    def count(row: str, member: str) -> int:
        return report.sample.count(cell_name("T3", row, member))

    leaves = LEAVES[report.sample.forms[1]]
    for member in MEMBERS:
        before = count("received", member) + count("brought_forward", member)
        if before != count("processed", member) + count("carried_forward", member):
            yield f"balance {member}"
        if sum(count(leaf, member) for leaf in leaves) != count("processed", member):
            yield f"column {member}"
    for row in (*leaves, "received", "brought_forward", "processed", "carried_forward"):
        values = [count(row, member) for member in APPLICANTS]
        if sum(values) != count(row, "total") or min(values) < 0:
            yield f"row {row}"
    for track in TRACKS:
        *parts, total = (report.sample.count(cell_name("T4", track, part)) for part in TRACK_MEMBERS)
        if sum(parts) != total:
            yield f"track {track}"


def holds(report: Told, claim: Claim) -> bool:
    """Whether a claim is true of the cells, as far as cells can tell."""
    if claim.concept in ("processing_fee", "completion") or claim.approximate:
        return True
    if claim.relation == "universal" and claim.concept == "natural_person":
        natural, total = (cell(report, "T3", "received", member) for member in ("natural_person", "total"))
        return natural == total
    if claim.relation == "universal":
        return fits(report, claim.concept) == fits(report, claim.concept.partition(".")[0])
    return Decimal(str(claim.value)) in fits(report, claim.concept)


def test_enough_reports_and_a_third_of_them_contradict_once_or_twice() -> None:
    contradicting = [report for report in ALL if report.broken]
    assert len(ALL) >= 160
    assert len(TRUE) >= 150
    assert 0.3 <= len(contradicting) / len(ALL) <= 0.4
    assert {len(report.broken) for report in contradicting} == {1, 2}
    assert {claim.rule for report in contradicting for claim in report.broken} >= {
        *("claim.cell", "claim.negation", "claim.universal", "claim.internal", "claim.share", "claim.two_numbers"),
    }


def test_the_tables_of_every_report_are_sound() -> None:
    assert not {report.frame: found for report in ALL if (found := list(broken_sums(report)))}


def test_what_passes_is_true_of_the_cells_and_what_fails_is_not() -> None:
    for report in ALL:
        for claim, verdict in report.verdicts:
            if verdict in ("pass", "fail") and not (verdict == "fail" and claim.concept == "share"):
                assert holds(report, claim) == (verdict == "pass"), (report.frame, claim)


def test_a_report_says_what_is_expected_of_it_and_is_the_same_every_time() -> None:
    for report in ALL:
        assert not {claim.concept for claim in report.claims} - CONCEPTS
        assert all(paragraph in report.sample.text() for paragraph in report.sample.told)
        assert "{" not in "".join((*report.sample.told, report.sample.disclosed, report.sample.fees))
    assert list(reports()) == ALL


def test_every_claim_has_its_verdict_and_only_a_contradicting_report_has_a_failure() -> None:
    for report in ALL:
        verdicts = [verdict for _, verdict in report.verdicts]
        internal = {broken.rule for broken in report.broken} == {"claim.internal"}
        assert ("fail" in verdicts) == (bool(report.broken) and not internal)
        assert set(verdicts) <= {"pass", "fail", "not_assessable", "info", "any"}


def test_the_frames_are_many_and_each_names_only_places_of_its_own() -> None:
    found = frames()
    assert len({frame.id for frame in found}) == len(found) >= 40
    for frame in found:
        named = {way["place"].partition(":") for way in frame.breaks if "place" in way}
        assert {(concept, reading) for concept, _, reading in named} <= set(frame.places)
        assert {reading for _, reading in frame.places} & set(SOFT) == set() or frame.oddity
        assert all(way["drop"] in frame.needs for way in frame.breaks if "drop" in way)
