"""Figures of sample reports: random from a seed; all identities of the form hold, and the years are linked."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import cell_name
from monitor.samples.layout import BLOCKS, LEAVES, TRACKS

Figure = int | Decimal | str | None

APPLICANTS = MEMBERS[:6]
# Only these can make 规章; samples of other bodies have 0.
RULE_MAKERS = ("省人民政府", "市人民政府", "自治州人民政府")
# Large numbers of decisions would be implausible for these.
SMALL_BODIES = ("办公室", "镇人民政府", "乡人民政府", "街道办事处")
COUNTED = {"licenses": 900, "penalties": 400, "coercive_measures": 60, "other_management_services": 200}


@dataclass
class History:
    """What one year passes on to the next: pending applications, stocks, items."""

    dice: random.Random
    agency: str
    dense: bool
    pending: dict[str, int] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    level: dict[str, int] = field(default_factory=dict)

    def year(self, form_t2: str, form_t3: str) -> dict[str, Figure]:
        """The cells of one year in the given forms, by cell name."""
        return {**dict(self._disclosure(form_t2)), **self._applications(form_t3), **self._remedies()}

    def _applications(self, form: str) -> dict[str, Figure]:
        rows: dict[str, dict[str, int]] = {leaf: self._leaf(leaf) for leaf in LEAVES[form]}
        before = self.pending or {member: self._some(2) for member in APPLICANTS}
        after = {member: self._some(3) for member in APPLICANTS}
        for member in APPLICANTS:
            # A kind of applicant with few new cases would have received fewer than 0: grant as many as are missing.
            done = sum(row[member] for row in rows.values())
            rows["granted"][member] += max(0, before[member] + 1 - done - after[member])
        done_by = {member: sum(row[member] for row in rows.values()) for member in APPLICANTS}
        received = {member: done_by[member] + after[member] - before[member] for member in APPLICANTS}
        self.pending = after
        rows |= {"received": received, "brought_forward": before, "processed": done_by, "carried_forward": after}
        return {
            cell_name("T3", code, member): value
            for code, row in rows.items()
            for member, value in (row | {"total": sum(row.values())}).items()
        }

    def _leaf(self, leaf: str) -> dict[str, int]:
        natural = 24 if leaf in ("granted", "granted_in_part", "unavailable.not_held") else 5
        return {member: self._some(natural if member == "natural_person" else 2) for member in APPLICANTS}

    def _some(self, most: int) -> int:
        """1…most in a dense sample, where no cell is 0; else often 0, as in reality."""
        if self.dense:
            return self.dice.randint(1, most + 1)
        return self.dice.randint(0, most) if most > 5 or self.dice.random() < 0.25 else 0

    def _remedies(self) -> dict[str, Figure]:
        cells: dict[str, Figure] = {}
        for track in TRACKS:
            row = {member: self._some(3) for member in TRACK_MEMBERS[:4]}
            # An unchanged number of pending cases would look like a copy of last year's report.
            last = self.level.get(track, 0)
            row["pending"] += row["pending"] == last > 0
            # Last year's pending cases are part of this year's cases.
            row["upheld"] += max(0, last - sum(row.values()))
            self.level[track] = row["pending"]
            cells |= {
                cell_name("T4", track, member): value for member, value in (row | {"total": sum(row.values())}).items()
            }
        return cells

    def _disclosure(self, form: str) -> Iterator[tuple[str, Figure]]:
        for _title, columns, items in BLOCKS[form]:
            for item in items.values():
                for measure, value in self._item(form, item).items():
                    assert measure in columns.values()
                    yield cell_name("T2", item, measure), value

    def _item(self, form: str, item: str) -> Mapping[str, Figure]:
        if item in ("government_rules", "normative_documents"):
            return self._papers(form, item)
        if item == "procurement":
            return {"items": self.dice.randint(3, 20), "amount": self._money(80, 600)}
        if form == "2021" and item == "charges":
            return {"amount_10k_yuan": self._money(20, 60)}
        if form == "2021":
            return {"decisions": self._decisions(item)}
        prior = self.items.get(item, self.dice.randint(5, 40))
        change = self.dice.randint(-3, 4)
        self.items[item] = prior + change
        moves = {"prior_items": prior, "change": change}
        return moves if item == "charges" else {**moves, "decisions": self._decisions(item)}

    def _papers(self, form: str, item: str) -> Mapping[str, Figure]:
        if item == "government_rules" and not self.agency.endswith(RULE_MAKERS):
            made, repealed, before = 0, 0, 0
        else:
            key = f"{form}.{item}"
            before = self.stock.get(key, self.dice.randint(20, 45))
            made, repealed = self.dice.randint(2, 9), self.dice.randint(1, 4)
            self.stock[key] = before + made - (repealed if form == "2021" else 0)
        if form == "2019":
            return {"made": made, "disclosed": made, "disclosed_total": before + made}
        return {"made": made, "repealed": repealed, "in_force": before + made - repealed}

    def _decisions(self, item: str) -> int:
        """Changes by 3–20 % a year, never twice the same, so that no plausibility rule opens a finding."""
        if self.agency.endswith(SMALL_BODIES):
            return self.dice.randint(0, 9)
        last = self.level.get(item) or COUNTED[item] + self.dice.randint(0, COUNTED[item])
        drift = max(1, last * self.dice.randint(3, 20) // 100)
        self.level[item] = last + drift if self.dice.random() < 0.6 else last - drift
        return self.level[item]

    def _money(self, low: int, high: int) -> Decimal:
        return Decimal(self.dice.randint(low * 10_000, high * 10_000)).scaleb(-4)
