"""`pub.copies`: copies of one report that stand side by side and say different things."""

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations

from monitor.changes.bounds import words
from monitor.changes.cited import MOST_CELLS, basis_cited, figure_text, operand_cited, source_cited
from monitor.changes.revisions import disagreeing, stated
from monitor.changes.versions import Version
from monitor.findings import Key, Observation

COPIES = "pub.copies"
MOST_COPIES = 20  # that say different things: set beside one another, and named


def observe_copies(agency: str, year: int, who: tuple[str, str], versions: Sequence[Version]) -> Iterator[Observation]:
    """The newest version at each address that still stands, set beside one another."""
    there = {one.stored.url: one for one in versions if one.there and one.stored.report.forms}
    alike: dict[tuple[str, Hashable], list[Version]] = {}  # an address that says the same as another adds nothing
    for one in there.values():
        alike.setdefault((one.parser, stated(one.stored.report)), []).append(one)
    groups = list(alike.values())[:MOST_COPIES]
    differing = [
        (one, two, cells)
        for one, two in combinations(groups, 2)
        if one[0].parser == two[0].parser and (cells := disagreeing(one[0].stored.report, two[0].stored.report))
    ]
    if not differing:
        return
    _, (two, *_), cells = differing[0]
    addresses = {each.stored.url: each for one, other, _ in differing for each in (*one, *other)}
    named = [*list(addresses)[:MOST_COPIES], *["…"] * (len(addresses) > MOST_COPIES)]
    shown = [f"{cell.cell} {figure_text(cell.before)} / {figure_text(cell.after)}" for cell in cells[:MOST_CELLS]]
    more = " …" if len(cells) > MOST_CELLS else ""
    told = words("message", "copies")
    zh = told.zh.format(who=who[0], year=year, addresses=" 、 ".join(named), cells="；".join(shown) + more)
    en = told.en.format(who=who[1], year=year, addresses=" and ".join(named), cells="; ".join(shown) + more)
    evidence = {
        **source_cited(two.stored),
        **basis_cited("copies"),
        "operands": [
            {**operand_cited(cell), "raw": f"{figure_text(cell.before)} / {figure_text(cell.after)}"} for cell in cells
        ],
        "copies": [
            {"url": url, "document": each.stored.document, "first_seen": each.stored.first_seen}
            for url, each in addresses.items()
        ],
    }
    yield Observation(
        Key(agency, year, COPIES, "report"),
        "broken",
        "differ",
        "explain",
        zh,
        en,
        evidence,
        None,
        "source",
        two.stored.id,
        version=two.stored.document,
    )
