"""The forms as data: loads templates/*.toml and tells what a printed label means.

A cell's text becomes a Token: a value, a disposition of 表三, an item of 表二, a group label, a header word.
Everything that is known about labels stands in the TOML files; a variant is added there and nowhere else.
"""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, NamedTuple

from extract.model import State
from extract.numbers import INVISIBLE, Kind, read_figure

BRACKETS = str.maketrans({"(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "．": ".", "／": "/",
                          "〈": "", "〉": "",
                          "“": None, "”": None, '"': None, "‘": None, "’": None, "'": None, "*": None, "＂": None,
                          "「": None, "」": None, "﹙": "（", "﹚": "）"})
WHITE = re.compile(r"\s+")
ORDINAL = re.compile(r"^(?:（[一二三四五六七八九十\d]{1,2}）|[一二三四五六七八九十]{1,2}[、.，]|\d[、.，）]|"
                     r"\d(?=[\u4e00-\u9fff]))+")
LONGEST_LABEL = 80
REMEMBERED = 20_000  # cells


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the form: its code, how its figures are read, its labels as printed (first one canonical)."""

    code: str
    kind: Kind
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One 第二十条第（n）项 of 表二: its columns and its items."""

    heading: str
    measures: tuple[Column, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One generation of the form."""

    id: str
    first_year: int
    detect: dict[str, tuple[str, ...]]
    blocks: tuple[Block, ...]
    dispositions: tuple[str, ...]
    labels: dict[str, str]
    parts: dict[str, tuple[str, ...]]
    item_labels: dict[str, tuple[str, ...]]

    def parts_of(self, disposition: str) -> tuple[str, ...]:
        """The distinctive words of a disposition's label."""
        return self.parts[disposition]

    def block_of(self, item: str) -> Block | None:
        return next((block for block in self.blocks if item in block.items), None)


TokenKind = Literal["value", "row", "item", "group", "head", "track", "block", "text"]


class Token(NamedTuple):
    """What one cell is, whatever its figure. `code` is the disposition, item, group, member, track or heading;
    `state` is that of a count."""

    kind: TokenKind
    code: str = ""
    table: str = ""
    state: State = "text"


def normalize(text: str) -> str:
    """A label for comparison: no white space, no quotes, full-width brackets."""
    return WHITE.sub("", INVISIBLE.sub("", text)).translate(BRACKETS)


def bare(label: str) -> str:
    """A normalized label without its leading ordinals."""
    return ORDINAL.sub("", label)


class _Labels:
    """Every label of every form: whole labels in a dictionary, distinctive parts longest first."""

    def __init__(self) -> None:
        self.exact: dict[str, Token] = {}
        self.parts: dict[str, Token] = {}

    def add(self, text: str, token: Token) -> None:
        self.exact.setdefault(bare(normalize(text)), token)

    def add_part(self, text: str, token: Token) -> None:
        self.parts.setdefault(normalize(text), token)

    def freeze(self) -> None:
        self.by_length = sorted(self.parts, key=len, reverse=True)

    def find(self, text: str) -> Token | None:
        whole = normalize(text)
        label = bare(whole)
        token = self.exact.get(label)
        if token is not None or len(whole) > LONGEST_LABEL:
            return token
        return next((self.parts[part] for part in self.by_length if part in whole), None)


def _columns(entries: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(e["code"], e.get("kind", "count"), tuple(e["labels"])) for e in entries)


def _load(data: dict[str, Any], labels: _Labels) -> Template:
    blocks = []
    for entry in data["T2"]["block"]:
        measures = _columns(entry["measures"])
        blocks.append(Block(entry["heading"], measures, tuple(item["code"] for item in entry["items"])))
        labels.add(entry["heading"], Token("block", entry["heading"], "T2"))
        for item in entry["items"]:
            for text in item["labels"]:
                labels.add(text, Token("item", item["code"], "T2"))
        for measure in measures:
            for text in measure.labels:
                labels.add(text, Token("head", measure.code, "T2"))
    labels.add_part("信息内容", Token("head", "", "T2"))
    _load_applications(data["T3"], labels)
    _load_remedies(data["T4"], labels)
    detect = {table: tuple(normalize(word) for word in words) for table, words in data["detect"].items()}
    rows = data["T3"]["rows"]
    return Template(data["id"], data["first_year"], detect, tuple(blocks),
                    tuple(row["code"] for row in rows), {row["code"]: row["label"] for row in rows},
                    {row["code"]: tuple(row.get("exact", row.get("contains", ()))) for row in rows},
                    {item["code"]: tuple(item["labels"]) for entry in data["T2"]["block"] for item in entry["items"]})


def _load_applications(table: dict[str, Any], labels: _Labels) -> None:
    for row in table["rows"]:
        kind: TokenKind = "group" if row["code"] == "other" else "row"  # （六） is a row in 2019, a group in 2021
        token = Token(kind, row["code"], "T3")
        for text in (row["label"], *row.get("exact", ())):
            labels.add(text, token)
        for text in row.get("contains", ()):
            labels.add_part(text, token)
    for group in table["groups"]:
        for text in group["labels"]:
            labels.add(text, Token("group", group["code"], "T3"))
    for text in table["heads"]:
        labels.add(text, Token("head", "", "T3"))
    for text in table["foreign"]:
        labels.add(text, Token("head", "foreign", "T3"))
    labels.add_part("勾稽关系", Token("head", "", "T3"))
    for member in _columns(table["members"]):
        for text in member.labels:
            labels.add(text, Token("head", member.code, "T3"))


def _load_remedies(table: dict[str, Any], labels: _Labels) -> None:
    for member in _columns(table["members"]):
        for text in member.labels:
            labels.add(text, Token("head", member.code, "T4"))
    for text in table["torn"]:
        labels.add(text, Token("head", "", "T4"))
    for group in table["groups"]:
        for text in group["labels"]:
            labels.add(text, Token("head", group["code"], "T4"))
    for track in table["tracks"]:
        for text in track["labels"]:
            labels.add(text, Token("track", track["code"], "T4"))


def _load_all() -> tuple[dict[str, Template], _Labels]:
    labels, templates = _Labels(), {}
    folder = resources.files("extract") / "templates"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name, reverse=True)
    for file in files:
        template = _load(tomllib.loads(file.read_text(encoding="utf-8")), labels)
        templates[template.id] = template
    labels.freeze()
    return templates, labels


TEMPLATES, _LABELS = _load_all()
NO_LABEL = Token("text")


def _classify(text: str) -> Token:
    if len(text) > LONGEST_LABEL * 2:
        return NO_LABEL
    state = read_figure(text).state
    if state != "text" or any(read_figure(text, kind).value is not None for kind in ("change", "amount")):
        return Token("value", state=state)  # 「减4」, 「251000元」: a value, if no count
    return _LABELS.find(text) or NO_LABEL


class _Tokens(dict[str, Token]):
    """What was classified before: looked up in C for the thousandth 「0」; bounded in number and length."""

    def __missing__(self, text: str) -> Token:
        found = _classify(text)
        if len(text) <= LONGEST_LABEL * 2:
            if len(self) >= REMEMBERED:
                self.clear()
            self[text] = found
        return found


token = _Tokens().__getitem__  # what the cell with this text is, by its own wording; position is the caller's business
