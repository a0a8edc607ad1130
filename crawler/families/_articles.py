"""Which elements of a page hold the article, as each family's file says; read from its source, without importing it.

Reading stored documents needs nothing else of a family, and importing all of them costs more than reading a page.
"""

import ast
import re
from functools import cache
from pathlib import Path

SAID = re.compile(r"^    articles: ClassVar\[tuple\[str, \.\.\.\]\] = (\(.*?\))$", re.MULTILINE | re.DOTALL)
ORDER = re.compile(r"^    order: ClassVar\[int\] = (\d+)$", re.MULTILINE)


@cache
def articles() -> tuple[str, ...]:
    """The `articles` of all families, the most specific first: `#id`, `.class` or `tag`; `*` at the end: any ending."""
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        source = path.read_text(encoding="utf-8")
        said, order = SAID.search(source), ORDER.search(source)
        if said is not None and order is not None:
            found.append((int(order[1]), path.stem, ast.literal_eval(said[1])))
    return tuple(dict.fromkeys(name for _, _, names in sorted(found) for name in names))
