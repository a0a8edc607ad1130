"""Tables of the kind that a text needs: only natural persons, nothing carried over, no suits; every identity holds."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from extract.form.forms import MEMBERS
from extract.model import cell_name
from monitor.samples import Figure, SampleReport
from monitor.samples.layout import LEAVES, TRACKS

APPLICANTS = MEMBERS[:6]
PARTS = ("upheld", "corrected", "other", "pending")
# Parts of table 4 that are nought where a text needs it.
EMPTY = {
    "no_remedies": (TRACKS, PARTS),
    "no_litigation": (TRACKS[1:], PARTS),
    "no_corrected": (TRACKS, ("corrected",)),
    "no_pending": (TRACKS, ("pending",)),
    "all_upheld": (TRACKS, ("corrected", "other", "pending")),
}
NEEDS = frozenset(
    (*EMPTY, "natural_only", "no_carry", "some_carry", "no_brought", "no_applications", "fee_notices"),
)


def arranged(sample: SampleReport, needs: Collection[str]) -> SampleReport:
    """The sample with tables 3 and 4 as needed, all sums and balances made anew."""
    assert not set(needs) - NEEDS
    return replace(sample, figures={**sample.figures, **_applications(sample, needs), **_remedies(sample, needs)})


def _applications(sample: SampleReport, needs: Collection[str]) -> Mapping[str, Figure]:
    leaves = LEAVES[sample.forms[1]]
    kept = APPLICANTS[:1] if "natural_only" in needs else () if "no_applications" in needs else APPLICANTS
    rows = {
        row: {member: sample.count(cell_name("T3", row, member)) if member in kept else 0 for member in APPLICANTS}
        for row in (*leaves, "brought_forward", "carried_forward")
    }
    if "no_carry" in needs:
        rows["carried_forward"] = dict.fromkeys(APPLICANTS, 0)
    if "some_carry" in needs:
        rows["carried_forward"]["natural_person"] += 2
    if "no_brought" in needs:
        rows["brought_forward"] = dict.fromkeys(APPLICANTS, 0)
    if "other.fee_unpaid" in rows:
        # Only a text that tells of fee notices has unpaid ones.
        rows["other.fee_unpaid"] = {**dict.fromkeys(APPLICANTS, 0), "natural_person": 2 * ("fee_notices" in needs)}
    for member in kept:
        done = sum(rows[leaf][member] for leaf in leaves)
        rows["granted"][member] += max(0, rows["brought_forward"][member] - done - rows["carried_forward"][member])
    rows["processed"] = {member: sum(rows[leaf][member] for leaf in leaves) for member in APPLICANTS}
    rows["received"] = {
        member: rows["processed"][member] + rows["carried_forward"][member] - rows["brought_forward"][member]
        for member in APPLICANTS
    }
    return {
        cell_name("T3", row, member): value
        for row, values in rows.items()
        for member, value in (values | {"total": sum(values.values())}).items()
    }


def _remedies(sample: SampleReport, needs: Collection[str]) -> Mapping[str, Figure]:
    empty = {(track, part) for need in needs if need in EMPTY for track in EMPTY[need][0] for part in EMPTY[need][1]}
    cells: dict[str, Figure] = {}
    for track in TRACKS:
        values = {part: 0 if (track, part) in empty else sample.count(cell_name("T4", track, part)) for part in PARTS}
        values["total"] = sum(values.values())
        cells |= {cell_name("T4", track, part): value for part, value in values.items()}
    return cells
