"""The 核实函: the open findings of one report as polite questions with their evidence; as parts, and as Markdown."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from crawler.agencies.lookup import AgencyRef
from monitor.alerts.digest import DigestItem, clean, items
from monitor.duty.absence import LATE, LOCAL_RULE, RULE
from monitor.findings import Finding
from monitor.words.plain import in_words as in_words

ASKED = frozenset({"fatal", "explain", "confirm"})
STANDING = frozenset({"open", "regressed"})
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
ORDERED = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s)")
PUBLISHING = (RULE, LOCAL_RULE)  # rules on whether and when a report is published, not on its content
INVOLVED = re.compile(r"[a-z]\(| (?:for|and|or) |!=| > | \* ")  # sum(… for r in leaves), and other complex formulas
Role = Literal["title", "line", "text", "heading", "field", "ask", "signature"]


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph. A field has a name before the text; `url` makes the text a link."""

    role: Role
    text: str
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one body about one year; `findings` are the numbers of the findings it asks about."""

    agency: AgencyRef
    year: int
    language: str
    findings: tuple[int, ...]
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        return self.parts[0].text


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((files("monitor.letter") / "letter.toml").read_text(encoding="utf-8"))


def askable(found: Sequence[Finding]) -> list[Finding]:
    """The findings that a body may be asked about: open, about its report, and not caused by our own reader."""
    return [
        one for one in found if one.finding_class in ASKED and one.status in STANDING and one.responsibility != "parser"
    ]


def compose(agency: AgencyRef, year: int, found: Sequence[Finding], day: date, language: str = "zh") -> Letter | None:
    """The letter about these findings of one body and year (pure); None if there is nothing to ask."""
    asked = askable(found)
    if not asked:
        return None
    words = _words()[language]
    told = items(asked, language)
    absent = all(one.key.rule in PUBLISHING for one in asked)
    name = clean(agency.name)
    fields = {"agency": name, "year": year, "count": len(told)}
    fields["report"] = words["report"].format(**fields)
    kind = "_absent" if absent else ""
    parts = [
        Part("title", words[f"title{kind}"].format(**fields)),
        Part("line", words["greeting"].format(**fields)),
        Part("text", words[f"opening{kind}"].format(**fields)),
    ]
    for number, (item, rules) in enumerate(told, 1):
        parts += _item(words, language, number, item, rules)
    parts.append(Part("text", words["asking"]))
    parts += [Part("ask", words[ask], name=f"{number}") for number, ask in enumerate(_asks(asked), 1)]
    parts += [
        Part("text", words["reply"]),
        Part("signature", words["signature"]),
        Part("signature", words["date"].format(day)),
    ]
    return Letter(agency, year, language, tuple(sorted(one.id or 0 for one in asked)), tuple(parts))


def _asks(asked: Sequence[Finding]) -> Iterator[str]:
    content = any(one.key.rule not in PUBLISHING for one in asked)
    late = {one.verdict == LATE for one in asked if one.key.rule in PUBLISHING}
    if content:
        yield "ask_check"
    yield "ask_reason"
    if content:
        yield "ask_correct"
    if False in late:
        yield "ask_publish"
    if True in late:
        yield "ask_when"
    if content:
        yield "ask_misread"


def _formulas(formulas: Sequence[str], language: str) -> Iterator[str]:
    """Formulas in words; one over several lines or columns is left out, because the finding's sentence says it."""
    words = _words()[language]
    for formula in formulas:
        relation, colon, sides = formula.partition(words["colon"])
        if not INVOLVED.search(relation):
            said = in_words(relation.replace(", ", ","), language)
            for sign, meaning in words["relations"].items():
                said = said.replace(f" {sign} ", meaning)
            yield said + colon + sides


def _item(
    words: Mapping[str, Any], language: str, number: int, item: DigestItem, rules: Sequence[str]
) -> Iterator[Part]:
    yield Part("heading", f"{words['item'].format(number=number)}{words['colon']}{in_words(item.sentence, language)}")
    yield from (Part("text", in_words(sentence, language)) for sentence in item.more)
    archived = f"{item.archived}（SHA-256 {item.document}）" if item.archived else ""
    formulas = words["join"].join(_formulas(item.formulas, language))
    fields = (
        ("printed", item.quoted),
        ("rows", words["join"].join(item.rows)),
        ("cells", in_words(item.cells, language)),
        ("formula", formulas),
        ("hint", in_words(item.hint, language)),
        ("basis", item.basis),
        ("rule", ", ".join(rules)),
        ("numbers", item.numbers),
        ("earlier", item.earlier),
        ("published", item.published_on),
    )
    yield from (Part("field", text, name=words[name]) for name, text in fields if text)
    if item.url:
        yield Part("field", item.url, name=words["page"], url=item.url)
    elif item.file:
        yield Part("field", item.file, name=words["file"])
    if archived:
        yield Part("field", archived, name=words["archived"])


def markdown(letter: Letter) -> str:
    """The letter as Markdown, with foreign text escaped."""
    colon = _words()[letter.language]["colon"]
    lines: list[str] = []
    for part in letter.parts:
        text = f"<{_address(part.url)}>" if part.url else escape(part.text)
        lines += {
            "title": [f"# {text}", ""],
            "line": [f"**{text}**", ""],
            "text": [text, ""],
            "heading": [f"## {text}", ""],
            "field": [f"- **{escape(part.name)}**{colon}{text}"],
            "ask": [f"{part.name}. {text}"],
            "signature": ["", text],
        }[part.role]
        # A list ends before anything that is not a field.
    return _spaced(lines)


def _spaced(lines: Sequence[str]) -> str:
    told: list[str] = []
    for line in lines:
        listed = line.startswith(("- ", "1. ", "2. ", "3. ", "4. "))
        after = bool(told) and told[-1].startswith(("- ", "1. ", "2. ", "3. ", "4. "))
        if after and not listed and line:
            told.append("")
        if line or (told and told[-1]):
            told.append(line)
    return "\n".join(told).strip() + "\n"


def escape(text: str) -> str:
    """The text escaped so that every character is literal in Markdown."""
    return ORDERED.sub(r"\1\\\2", MARKS.sub(r"\\\1", text))


def _address(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
