"""Patterns that are made of what only a call knows, by example: where a new one is made, this table has to say with what."""

import re
from collections.abc import Callable

from crawler.families import jpage
from crawler.pages import verdicts
from extract.form.form_file import FORMS
from extract.form.forms import TableCode
from extract.tables import running_text
from monitor.claims.dictionary import dictionary
from tests.doubling.sites import AnyPattern, patterns_in


def _flat(of: str, table: TableCode) -> tuple[AnyPattern, ...]:
    return tuple(patterns_in([getattr(running_text, of)(name) for name in FORMS.names(table)]))


BUILT: dict[str, Callable[[], tuple[AnyPattern, ...]]] = {
    # A line of gouji.toml, the user's own file, where a key of ours is looked for to say its number.
    "crawler.ground.config_sections:Sections.fail": lambda: (
        re.compile(r"^\s*(\[+\s*)?\"?start_url\"?\s*[\]=.]"),
        re.compile(r"^\s*\[{1,2}\s*mail\s*\]"),
    ),
    "crawler.pages.verdicts:_pattern": lambda: tuple(patterns_in(verdicts.fingerprints())),
    "crawler.families.jpage:parameters": lambda: (re.compile(r"(?<![\w$.])ajaxData" + jpage.WRITTEN % ""),),
    "crawler.families.page_div:PageDiv.more": lambda: (re.compile(r"index_(\d+)\.html"),),
    "crawler.families.xxgk:form": lambda: (re.compile(r"""\bdivid['"]?\s*[:=]\s*['"]([^'"<>]{0,200})['"]"""),),
    "extract.tables.running_text:_row_patterns": lambda: _flat("_row_patterns", "T3"),
    "extract.tables.running_text:_item_patterns": lambda: _flat("_item_patterns", "T2"),
    "monitor.claims.dictionary:_word": lambda: tuple(patterns_in(dictionary())),
    # Over a formula of our own rules.
    "monitor.checking.judgement:_bound": lambda: (re.compile(r"\br\b(?! in\b)"),),
}
