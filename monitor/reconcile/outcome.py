"""What a rule says about a report: the verdicts, the cells behind them, the context in which they were given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from extract.content import Number, State
from extract.model import cell_name
from monitor.reconcile.shared_text import Passage, Reuse

if TYPE_CHECKING:
    from monitor.reconcile.claimed import JudgedClaim

# Why a rule about an absence says nothing: the document may not have been read whole, and the fault would be ours.
OURS = frozenset({"image", "table_unread", "not_whole"})

Verdict = Literal["pass", "fail", "holds_if_blanks_zero", "not_assessable"]
Side = Literal["left", "right", ""]


class Operand(NamedTuple):
    """One cell behind a verdict. `years_back` is 0 for the report itself; `side`: the side of the relation."""

    table: str
    row: str
    member: str
    raw: str | None
    value: Number | None
    state: State
    place: str = ""
    years_back: int = 0
    side: Side = ""

    @property
    def name(self) -> str:
        """`T3[granted,total]`, with `(Y-1)` for a cell of the year before."""
        table = "T3" if self.table == "S3" else self.table
        return cell_name(table, self.row, self.member) + (f"(Y-{self.years_back})" if self.years_back else "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one rule for one subject.

    `left`, `right` and `delta` (left − right) take unstated cells as 0; `unstated` names those cells.
    `reason` says why a rule is not assessable. `facts` are further values for the message; `binding` has the
    quantified codes; `case` is the number of the rule's relation. `responsibility` and `rule_class` are "" if the
    rule's own apply. `passages` are what two texts share.
    """

    rule: str
    subject: str
    verdict: Verdict
    left: Number | None = None
    right: Number | None = None
    delta: Number | None = None
    operands: tuple[Operand, ...] = ()
    unstated: tuple[str, ...] = ()
    reason: str = ""
    year: int | None = None
    case: int = 0
    binding: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str | int] = field(default_factory=dict)
    responsibility: str = ""
    rule_class: str = ""
    passages: tuple[Passage, ...] = ()

    @property
    def name(self) -> str:
        """`t3.row_sum[processed]`: the name of one identity, also used in `Report.spent`."""
        return f"{self.rule}[{self.subject}]"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`passed` counts passes per rule; `others` is everything else; `passes` is filled only on request.

    `claims` are the statements of the prose with their verdicts.
    """

    passed: Mapping[str, int]
    others: tuple[Outcome, ...] = ()
    passes: tuple[Outcome, ...] = ()
    claims: "tuple[JudgedClaim, ...]" = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.others if outcome.verdict == "fail")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about the body: kind and level as in `agencies`, the median of `T3[received,total]` among
    its peers, the years at whose beginning it was renamed, merged, split or changed in scope, and what its texts are
    held against."""

    kind: str = ""
    level: str = ""
    name: str = ""
    peers_median: Number | None = None
    body_changed: frozenset[int] = field(default_factory=frozenset)
    reuse: Reuse = field(default_factory=Reuse)
