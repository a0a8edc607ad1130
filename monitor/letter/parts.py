"""The 核实函: the open findings of one report as polite questions with their evidence; as parts, and as Markdown."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from crawler.agencies.lookup import AgencyRef
from monitor.alerts.digest import DigestItem, clean, items
from monitor.duty.absence import LATE, LOCAL_RULE, RULE
from monitor.findings import Finding
from monitor.words.kinds import kinds
from monitor.words.plain import in_words as in_words
from monitor.words.terminal import moment

ASKED = frozenset({"fatal", "explain", "confirm"})
STANDING = frozenset({"open", "regressed"})
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
ORDERED = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s)")
PUBLISHING = (RULE, LOCAL_RULE)  # rules on whether and when a report is published, not on its content
MOST_LOOKS = 60
LISTED = re.compile(r"- |\d{1,3}\. ")
Role = Literal["title", "line", "text", "heading", "field", "ask", "look", "signature"]


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph. A field has a name before the text; `url` makes the text a link."""

    role: Role
    text: str
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one body, about one year or (`first` is another) several; `findings` are the numbers of those it asks
    about, `about` what they are about, in short.
    """

    agency: AgencyRef
    year: int
    language: str
    findings: tuple[int, ...]
    parts: tuple[Part, ...]
    first: int = 0
    about: str = ""

    @property
    def title(self) -> str:
        return self.parts[0].text


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks at the portals of a body that did not see its report: the instants, and what the portals are called."""

    at: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def letter_words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((files("monitor.letter") / "letter.toml").read_text(encoding="utf-8"))


def askable(found: Sequence[Finding]) -> list[Finding]:
    """The findings that a body may be asked about: open, about its report, and not caused by our own reader."""
    return [
        one for one in found if one.finding_class in ASKED and one.status in STANDING and one.responsibility != "parser"
    ]


def compose(
    agency: AgencyRef,
    year: int,
    found: Sequence[Finding],
    day: date,
    language: str = "zh",
    looks: Looks = Looks(),
) -> Letter | None:
    """The letter about these findings of one body (pure); None if there is nothing to ask.

    `year` is the one they are about; where they are of several, the last. Of looks it speaks where they are given.
    """
    asked = askable(found)
    if not asked:
        return None
    words = letter_words()[language]
    told = items(asked, language)
    absent = all(one.key.rule in PUBLISHING for one in asked)
    years = sorted({one.key.year for one in asked})
    attached = looks.at if absent else ()
    fields = {
        "agency": clean(agency.name),
        "year": year,
        "count": len(told),
        "looks": words["looks_attached"] if attached else "",
    }
    fields["report"] = words["report"].format(**fields)
    kind = "_absent" if absent else "_years" if len(years) > 1 else ""
    parts = [
        Part("title", words[f"title{kind}"].format(**fields)),
        Part("line", words["greeting"].format(**fields)),
        Part("text", words[f"opening{kind}"].format(**fields)),
    ]
    for number, item in enumerate(told, 1):
        parts += _item(words, number, item, words["of_year"].format(year=item.year) if len(years) > 1 else "")
    parts.append(Part("text", words["asking"]))
    parts += [Part("ask", words[ask], name=f"{number}") for number, ask in enumerate(_asks(asked), 1)]
    parts += [Part("text", words["reply_absent" if absent else "reply"]), *signed(words, day)]
    parts += look_parts(words, replace(looks, at=attached))
    numbers = tuple(sorted(one.id or 0 for one in asked))
    counted = by_kind((item.kind.id for item in told), language)
    return Letter(agency, year, language, numbers, tuple(parts), years[0], counted)


def by_kind(ids: Iterable[str], language: str) -> str:
    """How many of each kind: 数据不符 2；形式 1."""
    counts = Counter(ids)
    told = [f"{kind.name(language)} {counts[name]}" for name, kind in kinds().items() if counts[name]]
    return str(letter_words()[language]["join"]).join(told)


def signed(words: Mapping[str, Any], day: date) -> tuple[Part, ...]:
    return Part("signature", words["signature"]), Part("signature", words["date"].format(day))


def look_parts(words: Mapping[str, Any], looks: Looks) -> Iterator[Part]:
    """The list of looks, which the letter speaks of."""
    if not looks.at:
        return
    portals = clean("、".join(looks.portals))
    yield Part("heading", words["looks"].format(count=len(looks.at)))
    for number, at in enumerate(looks.at[:MOST_LOOKS], 1):
        yield Part("look", words["look"].format(at=moment(at), portals=portals), name=f"{number}")
    if len(looks.at) > MOST_LOOKS:
        yield Part("text", words["looks_more"].format(count=len(looks.at) - MOST_LOOKS))


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


def _item(words: Mapping[str, Any], number: int, item: DigestItem, of_year: str = "") -> Iterator[Part]:
    yield Part("heading", f"{words['item'].format(number=number)}{words['colon']}{of_year}{item.sentence}")
    yield from (Part("text", sentence) for sentence in item.more)
    fields = (
        ("printed", item.quoted),
        ("cells", item.cells),
        ("formula", words["join"].join(item.formulas)),
        ("hint", item.hint),
        ("basis", item.basis),
        ("numbers", item.ids),
        ("earlier", item.earlier),
        ("published", item.published_on),
    )
    yield from (Part("field", text, name=words[name]) for name, text in fields if text)
    if item.url:
        yield Part("field", item.url, name=words["page"], url=item.url)
    elif item.file:
        yield Part("field", item.file, name=words["file"])
    if item.archived:
        yield Part("field", item.archived, name=words["archived"])


def markdown(letter: Letter) -> str:
    """The letter as Markdown, with foreign text escaped."""
    colon = letter_words()[letter.language]["colon"]
    lines: list[str] = []
    for part in letter.parts:
        text = f"<{_address(part.url)}>" if part.url else escape(part.text)
        lines += {
            "title": [f"# {text}", ""],
            "line": [f"**{text}**", ""],
            "text": [text, ""],
            "heading": ["", f"## {text}", ""],
            "field": [f"- **{escape(part.name)}**{colon}{text}"],
            "ask": [f"{part.name}. {text}"],
            "look": [f"{part.name}. {text}"],
            "signature": ["", text],
        }[part.role]
        # A list ends before anything that is not a field.
    return _spaced(lines)


def _spaced(lines: Sequence[str]) -> str:
    told: list[str] = []
    for line in lines:
        listed = bool(LISTED.match(line))
        after = bool(told) and bool(LISTED.match(told[-1]))
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
