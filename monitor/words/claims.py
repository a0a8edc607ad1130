"""What the prose states, clause by clause, beside the cells: for a terminal, and as JSON."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.reconcile.claimed import JudgedClaim
from monitor.reconcile.outcome import Operand
from monitor.reconcile.rulebook import Rulebook
from monitor.words.cells import cell_label
from monitor.words.terminal import clip, inert
from monitor.words.verdicts import number, reason_words

SIGNS = {"pass": "=", "fail": "≠", "not_assessable": "·"}
LONGEST = 60  # characters of a clause in one line
MOST_CELLS = 6


def claim_lines(book: Rulebook, claims: Sequence[JudgedClaim], lang: str) -> list[str]:
    """A line that counts, then one line per claim: the clause, and the cells or why it could not be judged."""
    if not claims:
        return []
    counts = Counter(one.verdict for one in claims)
    fits, differs, open_ = counts["pass"], counts["fail"], counts["not_assessable"]
    head = (
        f"正文与表格：{len(claims)} 处可核对的语句，相符 {fits}，不符 {differs}，无法核对 {open_}"
        if lang == "zh"
        else f"prose and tables: {len(claims)} statements, {fits} fit, {differs} do not, {open_} cannot be judged"
    )
    return ["", head, *(f"  {SIGNS[one.verdict]} {_line(book, one, lang)}" for one in claims)]


def _line(book: Rulebook, one: JudgedClaim, lang: str) -> str:
    clause = clip(inert(one.claim.clause), LONGEST)
    quoted = f"“{clause}”"
    if one.page is not None:
        quoted += f"（第{one.page}页）" if lang == "zh" else f" (page {one.page})"
    if one.verdict == "not_assessable":
        why = reason_words(book, one.reason, lang)
        return f"{quoted}（{why}）" if lang == "zh" else f"{quoted} ({why})"
    cells = _cells(one.tried[0].operands, lang) if one.tried else ""
    return f"{quoted}  {cells}".rstrip()


def _cells(operands: Sequence[Operand], lang: str) -> str:
    shown = [one for one in operands if one.value] or list(operands)[:1]
    words = [f"{cell_label(one.table, one.row, one.member, lang)} {number(one.value)}" for one in shown[:MOST_CELLS]]
    return " + ".join(words) + (" + …" if len(shown) > MOST_CELLS else "")


def claims_json(claims: Sequence[JudgedClaim]) -> list[dict[str, Any]]:
    """Each claim with its verdict and the values that it might have meant."""
    return [
        {
            "concept": one.claim.concept,
            "relation": one.claim.relation,
            "value": one.claim.value,
            "approximate": one.claim.approximate,
            "unit": one.claim.unit,
            "sentence": one.claim.clause,
            "section": one.claim.section,
            "start": one.claim.start,
            "page": one.page,
            "scope": one.claim.scope,
            "limits": list(one.claim.limits),
            "verdict": one.verdict,
            "matched": one.matched,
            "reason": one.reason,
            "tried": [{"formula": some.formula, "value": some.value} for some in one.tried],
        }
        for one in claims
    ]
