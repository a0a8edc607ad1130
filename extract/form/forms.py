"""What a generation of the form is: its tables, lines, columns and years, all from its one TOML.

No year and no form is named in code: code asks here what a table has, by the name that the form gives it. That
name is the form's id. Generations with the same blank table share a name: the first one's id, or a special one
(表四 of 2019 and 2021 is `both`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

Kind = Literal["count", "change", "amount", "amount_10k_yuan"]
# The role of a line of 表三: opening + flow = total + closing, and the leaves add up to the total.
Role = Literal["opening", "flow", "leaf", "total", "closing"]
Drawn = tuple[tuple[object, ...], ...]
TableCode = Literal["T2", "T3", "T4"]
TABLES: tuple[TableCode, ...] = ("T2", "T3", "T4")
# The columns of the tables `applications` and `remedies`: the database cannot store a form with other columns.
MEMBERS = ("natural_person", "business", "research", "social", "legal_services", "other", "total")
TRACK_MEMBERS = ("upheld", "corrected", "other", "pending", "total")


@dataclass(frozen=True, slots=True)
class CodeWords:
    """The words for one code, with a short version for sentences."""

    zh: str
    en: str
    short_zh: str
    short_en: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the form: its code, how its figures are read, its labels as printed (the first one is canonical)."""

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
class Disposition:
    """A line of 表三: its label as the form prints it, other complete labels, and distinctive parts of a label."""

    code: str
    role: Role
    label: str
    exact: tuple[str, ...]
    contains: tuple[str, ...]

    @property
    def group(self) -> str:
        """The group that the line belongs to; "" if it belongs to none."""
        head, dot, _ = self.code.partition(".")
        return head if dot else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A label above lines of a table: `code` is the group's code, "" above all groups; `label` includes the ordinal."""

    code: str
    label: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """A track of 表四, and the code of the heading above it, if any."""

    code: str
    labels: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """表二 of one generation."""

    name: str
    heads: tuple[str, ...]
    blocks: tuple[Block, ...]
    labels: Mapping[str, tuple[str, ...]]  # of items

    def block_of(self, item: str) -> Block | None:
        return next((block for block in self.blocks if item in block.items), None)

    @property
    def lines(self) -> dict[str, tuple[str, ...]]:
        """Every item in order, with the codes of its measures."""
        return {item: tuple(column.code for column in block.measures) for block in self.blocks for item in block.items}

    @property
    def printed(self) -> tuple[str, ...]:
        """All labels of this table."""
        columns = [label for block in self.blocks for column in block.measures for label in column.labels]
        items = [label for labels in self.labels.values() for label in labels]
        return (*(block.heading for block in self.blocks), *columns, *items)

    @property
    def drawn(self) -> Drawn:
        """What the blank table shows, and the meaning of each of its lines and columns."""
        return tuple(
            (
                block.heading,
                *((column.code, column.kind, column.labels[0]) for column in block.measures),
                *((item, self.labels[item][0]) for item in block.items),
            )
            for block in self.blocks
        )


@dataclass(frozen=True, slots=True)
class Applications:
    """表三 of one generation. `relation`: the words of the note on what all columns must satisfy, and its name."""

    name: str
    heads: tuple[str, ...]
    foreign: tuple[str, ...]
    relation: tuple[str, str] | None
    members: tuple[Column, ...]
    groups: tuple[Heading, ...]
    rows: tuple[Disposition, ...]
    begins: str
    ends: str

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.rows)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The lines that add up to the total."""
        return tuple(row.code for row in self.rows if row.role == "leaf")

    @property
    def lines(self) -> dict[str, tuple[str, ...]]:
        return dict.fromkeys(self.codes, tuple(column.code for column in self.members))

    @property
    def printed(self) -> tuple[str, ...]:
        labels = [*((one.label, *one.labels) for one in self.groups), *(one.labels for one in self.members)]
        return (*(label for row in self.rows for label in (row.label, *row.exact)), *chain.from_iterable(labels))

    @property
    def drawn(self) -> Drawn:
        return (
            *((column.code, column.labels[0]) for column in self.members),
            *((group.code, group.label) for group in self.groups),
            *((row.code, row.role, row.label) for row in self.rows),
        )

    def parts_of(self, group: str) -> tuple[str, ...]:
        """The leaves of a group."""
        return tuple(row.code for row in self.rows if row.group == group)


@dataclass(frozen=True, slots=True)
class Remedies:
    """表四 of one generation: all tracks have the same columns."""

    name: str
    members: tuple[Column, ...]
    torn: tuple[str, ...]
    groups: tuple[Heading, ...]
    tracks: tuple[Track, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(track.code for track in self.tracks)

    @property
    def lines(self) -> dict[str, tuple[str, ...]]:
        return dict.fromkeys(self.codes, tuple(column.code for column in self.members))

    @property
    def printed(self) -> tuple[str, ...]:
        labels = [*(one.labels for one in self.members), *((one.label, *one.labels) for one in self.groups)]
        return tuple(chain.from_iterable([*labels, *(one.labels for one in self.tracks)]))

    @property
    def drawn(self) -> Drawn:
        return (
            *((column.code, column.labels[0]) for column in self.members),
            *((group.code, group.label) for group in self.groups),
            *((track.code, track.group, track.labels[0]) for track in self.tracks),
        )


@dataclass(frozen=True, slots=True)
class Form:
    """One generation of the form; `last_year` is None while it is in use.

    `headings` are those of its sections, `detect` the words that distinguish each table from other generations' tables,
    `words` its own words for codes, by kind. `notice` is the number of the document that prescribes it, or "".
    """

    id: str
    first_year: int
    last_year: int | None
    headings: tuple[str, ...]
    detect: Mapping[str, tuple[str, ...]]
    disclosure: Disclosure
    applications: Applications
    remedies: Remedies
    words: Mapping[tuple[str, str], CodeWords]
    notice: str = ""

    def table(self, table: str) -> Disclosure | Applications | Remedies:
        tables: dict[str, Disclosure | Applications | Remedies] = {
            "T2": self.disclosure,
            "T3": self.applications,
            "T4": self.remedies,
        }
        return tables[table]
