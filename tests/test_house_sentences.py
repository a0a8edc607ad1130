"""Logic reads codes and fields: what extract and monitor say to people decides nothing there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# A migration takes out of old rows, once, what earlier versions said in a sentence alone.
MODULES = sorted(
    path for stage in ("extract", "monitor") for path in (ROOT / stage).rglob("*.py") if path.name != "schema.py"
)

# Fields, columns and names that hold what is said to people, or a place named for them.
SAID = frozenset({"detail", "message", "message_en", "zh", "en", "note", "outcome", "reason", "where"})
LOOKS_INTO = frozenset({"startswith", "endswith", "partition", "rpartition", "find", "rfind", "index", "count"})
SEARCHES = frozenset({"search", "match", "fullmatch", "findall", "finditer"})
SQL = re.compile(
    rf"\b(?:{'|'.join(sorted(SAID))})\"?(?:, ''\))?\s+(?:not\s+)?(?:like|glob)\b|instr\(\s*(?:\w+\.)?detail", re.I
)


def is_said(node: ast.AST) -> bool:
    """`x.detail`, `row["detail"]`, `row.get("detail")`, `detail`, `str(error)`, and any of them in lower case."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name in SAID
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name in SAID
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id="error")]):
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "strip" | "casefold")):
            return is_said(inner)
    return False


def readings_of_sentences(source: str) -> Iterator[str]:
    """Each place that looks for something in what is said, as it is written."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[searched]) if is_said(searched):
                yield ast.unparse(node)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=str(text))]) if (
                is_said(left) and re.search(r"[\s：:，。]", text)
            ):
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(value=held, attr=name)) if name in LOOKS_INTO and is_said(held):
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr=name), args=args) if name in SEARCHES and any(map(is_said, args)):
                yield ast.unparse(node)
            case ast.Constant(value=str(text)) if SQL.search(text):
                yield text
            case _:
                pass


def test_nothing_is_decided_by_a_sentence() -> None:
    for path in MODULES:
        found = list(readings_of_sentences(path.read_text(encoding="utf-8")))
        assert not found, f"{path}: {found}"


@pytest.mark.parametrize(
    "planted",
    [
        'any(rule.params["image_word"] in problem.detail for problem in problems)',
        'heading, _, rest = detail.partition("：")',
        'if problem.where[:2] == "T3" or problem.where.partition(" ")[0] in places: pass',
        'ended = status.outcome.startswith("failed")',
        'kind = row["outcome"].partition(": ")[0]',
        'if "回收" in evidence.get("reason"): pass',
        'if re.search("[0-9]+ 张图片", problem.detail): pass',
        "if IMAGE.search(finding.message): pass",
        'if finding.note == "规则已撤销。": pass',
        'if "empty" in str(error).lower(): pass',
        """db.execute("select 1 from problems where detail like '%图片%'")""",
        """db.execute("select 1 from deliveries where coalesce(outcome, '') not like 'failed:%'")""",
    ],
)
def test_a_planted_one_is_found(planted: str) -> None:
    assert list(readings_of_sentences(planted))


@pytest.mark.parametrize(
    "innocent",
    [
        'if problem.facts.get("images") and problem.table in ("", *lacking): pass',
        'if step.outcome in ("trouble", "failed") or status == "open": pass',
        'line = f"{problem.code}: {problem.detail}"',
        """db.execute("select count(*) from deliveries where outcome = 'sent' and channel like 'm%'")""",
    ],
)
def test_what_reads_a_code_or_writes_a_sentence_is_none(innocent: str) -> None:
    assert not list(readings_of_sentences(innocent))
