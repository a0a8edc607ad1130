"""A finding of every rule there is, made from the rules' own examples and, for those on publication, as they are stored."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from extract.store.load import StoredReport
from monitor.checking.judgement import judge_agency
from monitor.checking.transitions import observe
from monitor.findings import Finding, Key
from monitor.reconcile.outcome import Context
from monitor.reconcile.rule import Rule
from monitor.reconcile.rulebook import load
from tests.monitor.building import example, reuse_of

NOW = datetime(2026, 2, 3, 1, tzinfo=UTC)
NAME, CODE = "示例县民政局", "11340100000000000X"
DOCUMENT = "ab" * 32
URL = "http://www.example.gov.cn/zfxxgk/2025.html"
PORTAL = {"id": "gaoping", "name": "示例县人民政府", "state": "ok", "since": None, "last_ok": "2026-02-03T01:00:00Z"}
DUE = {
    "due": "2026-01-31",
    "grace_days": 0,
    "layer": "legal",
    "basis": "《中华人民共和国政府信息公开条例》（国令第711号）第四十九条第一款",
    "basis_en": "Regulation on Open Government Information (State Council Decree 711), article 49, first sentence",
    "due_legal": "2026-01-31",
    "due_local": None,
    "portals": [PORTAL],
}
LOOKS = {"sweeps": 3, "first_sweep": "2026-02-01T01:00:00Z", "last_sweep": "2026-02-03T01:00:00Z"}
CAME = {"day": "2026-02-09", "by": "published_on", "url": URL, "document": DOCUMENT, "published_on": "2026-02-09"}
WHO, WHO_EN = f"{NAME}（{CODE}）", f"{NAME} ({CODE})"
CHANGED = {"cell": "T4[reconsideration,total]", "value": 0, "raw": "2 → 0", "state": "number", "side": ""}


def publication(
    rule: str, verdict: str, zh: str, en: str, evidence: Mapping[str, Any], weight: str = "explain"
) -> Finding:
    """A finding on publication; `zh` and `en` have the body in front."""
    at = "2026-02-03T01:00:00Z"
    return Finding(
        Key(CODE, 2025, rule, "report"),
        weight,
        verdict,
        "open",
        "source",
        WHO + zh,
        WHO_EN + en,
        {"document": DOCUMENT, "url": URL, **evidence},
        None,
        at,
        at,
    )


PUBLICATION = (
    publication("pub.state", "overdue", "2025年度政府信息公开工作年度报告在法定期限2026-01-31之后尚未见到（…）。", ": …", DUE | LOOKS),
    publication("pub.state", "overdue_confirmed", "2025年度政府信息公开工作年度报告仍未公开。", ": …", DUE | LOOKS),
    publication("pub.state", "published_late", "2025年度报告已于2026-02-09公布。", ": …", DUE | CAME),
    publication(
        "pub.due", "overdue", "2025年度报告在本地规定的期限之后尚未见到。", ": …",
        DUE | LOOKS | {"layer": "local", "due": "2026-01-20", "due_local": "2026-01-20"}, "confirm",
    ),
    publication(
        "pub.changed", "changed", "2025年度报告公布后有改动：数字改动1格（T4[reconsideration,total] 2 → 0）。",
        ": the report for 2025 was changed after publication: 1 cells (T4[reconsideration,total] 2 → 0).",
        {"operands": [CHANGED]},
    ),
    publication("pub.copies", "copies", "2025年度报告在不同网址上的数字不一致（ http://a ）：T3[granted,total] 2 ≠ 3。", ": …", {}),
    publication("pub.republished", "republished", "2025年度的报告可能是2024年度报告的重复发布：正文有97%与上年相同。", ": …", {}),
    publication("pub.dates", "dates_apart", "2025年度报告的公布日期相差较大。", ": …", {}, "confirm"),
    publication("pub.misfiled", "misfiled", "2025年度：列表中题为“年报”的页面像是报送报告的函。", ": …", {}),
    publication("pub.column", "elsewhere", "2025年度报告见于门户乙，而没有列在栏目。", ": …", {}, "confirm"),
    publication("pub.vanished", "vanished", "2025年度报告的页面自2026-02-01起打不开。", ": …", {}),
    publication("pub.source", "unhealthy", "门户示例县（gaoping）自2026-02-01起状态异常：连不上。", ": …", {"state": "unreachable"}, "health"),
    publication("pub.sweep", "held", "大面积异常。", ": …", {"bodies": [CODE]}, "health"),
    publication("pub.unwatched", "unwatched", "名录里有3个机关登记在没有关注的门户下。", ": …", {}, "health"),
    publication("check.failed", "failed", "：这次没有核对成。", " could not be judged.", {"error": "KeyError"}, "health"),
    publication("check.clock", "back", "本机时钟在数据库已有的时刻之前。", ": …", {}, "health"),
)  # fmt: skip


def of_rule(rule: Rule, entry: Mapping[str, Any]) -> list[Finding]:
    """The findings of one rule on one of its examples."""
    reports, year = example(entry)
    context = Context(
        entry.get("kind", ""), entry.get("level", ""), NAME, entry.get("peers"),
        frozenset([year]) if entry.get("body_changed") else frozenset(), reuse_of(entry, year),
    )  # fmt: skip
    history = [
        StoredReport(at, DOCUMENT, URL, "2025-01-20T00:00:00Z", "2025-01-20", CODE, NAME, one, report)
        for at, (one, report) in enumerate(sorted(reports.items()), 1)
    ]
    seen = judge_agency(load(), context, CODE, history, {})
    told = [observe(None, one, NOW) for one in seen if one.key.rule == rule.id and one.key.year == year]
    return [one for one in told if one is not None]


@cache
def every_finding() -> tuple[Finding, ...]:
    """At least one finding of every rule."""
    return (
        *(one for rule in load().rules.values() for entry in rule.failing for one in of_rule(rule, entry)),
        *PUBLICATION,
    )
