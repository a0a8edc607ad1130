"""The reports of the evaluation set: written frames over sample tables, with contradictions put in by name."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from itertools import count
from typing import Any

from bench.claims.entries import HERE, Claim
from bench.claims.readings import readings
from bench.claims.tables import arranged
from extract.model import cell_name
from monitor.samples import SampleReport, make_history
from monitor.samples.layout import FormTable

EACH = 4  # reports of one frame
SOFT = ("about", "of another scope", "of another notion")
PLACE = re.compile(r"\{([a-z_.]{1,60})(?::([^{}]{1,60}))?\}")
APPLICATIONS, DISCLOSURE, FEES = "（二）依申请公开方面", "（一）主动公开方面", "六、其他需要报告的事项"

BODIES = {
    "office": ("青禾县人民政府办公室", "云岫区人民政府办公室", "澄溪市人民政府办公室", "松漪县人民政府办公室"),
    "department": ("青禾县自然资源局", "云岫区教育局", "澄溪市住房和城乡建设局", "松漪县民政局"),
    "government": ("云岫区人民政府", "临澜区人民政府", "望朔区人民政府", "岐禾区人民政府"),
    "county": ("青禾县人民政府", "松漪县人民政府", "砚池县人民政府", "桐渚县人民政府"),
    "city": ("澄溪市人民政府", "石钟市人民政府", "南岫市人民政府", "雁汀市人民政府"),
    "zone": ("青汀综合试验区管理委员会", "白榆新区管理委员会", "云帆综合试验区管理委员会", "松石新区管理委员会"),
    "town": ("柳湾镇人民政府", "石桥镇人民政府", "北汀镇人民政府", "长坞镇人民政府"),
    "street": ("北苑街道办事处", "河东街道办事处", "望湖街道办事处", "新桥街道办事处"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One written text with places for figures; `breaks` names the places that may contradict."""

    id: str
    body: str
    applications: Sequence[str]
    says: Sequence[str]
    breaks: Sequence[Mapping[str, str]]
    after: Sequence[str] = ()
    needs: Sequence[str] = ()
    years: Sequence[int] = (2021, 2022, 2023, 2024, 2025)
    disclosure: str = ""
    fees: str = ""
    oddity: str = ""

    @property
    def places(self) -> list[tuple[str, str]]:
        """Concept and reading of every place, in the order of the text."""
        text = "\n".join((self.disclosure, *self.applications, *self.after, self.fees))
        found = ((place[1], place[2] or "") for place in PLACE.finditer(text))
        return [place for place in found if place[0] not in ("year", "last_year", "next_year")]


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that contradicts: what the prose states of a concept (None: a word), and the rule that finds it."""

    concept: str
    stated: Decimal | None
    rule: str


@dataclass(frozen=True, slots=True)
class ToldReport(SampleReport):
    """A sample report whose prose speaks as a frame does."""

    disclosed: str = ""
    told: tuple[str, ...] = ()
    fees: str = ""

    def blocks(self, *, word: bool = False) -> list[str | FormTable]:
        """As of every sample; the paragraphs of the frame stand in the place of its own."""
        blocks = SampleReport.blocks(self, word=word)
        at = blocks.index(APPLICATIONS) + 1
        blocks[at : at + 1] = self.told
        if self.disclosed:
            blocks.insert(blocks.index(DISCLOSURE) + 2, self.disclosed)
        if self.fees:
            blocks[blocks.index(FEES) + 1 :] = [self.fees]
        return blocks


@dataclass(frozen=True, slots=True)
class Told:
    """One report: what it claims and which of that contradicts; a true report has nothing in `broken`."""

    frame: str
    sample: ToldReport
    claims: tuple[Claim, ...]
    broken: tuple[Broken, ...]
    oddity: str = ""

    @property
    def verdicts(self) -> list[tuple[Claim, str]]:
        """What is to be said of every claim: pass, fail, not_assessable, info; `any`: it hangs on what was broken."""
        return [(claim, self._verdict(claim)) for claim in self.claims]

    def _verdict(self, claim: Claim) -> str:
        if claim.scope or claim.concept == "channel":
            return "not_assessable"
        if claim.weak:
            return "info"
        for broken in self.broken:
            if broken.concept == claim.concept and (broken.stated is None or float(broken.stated) == claim.value):
                return "fail"
        return "any" if self.broken and claim.concept == "completion" else "pass"


def frames() -> list[Frame]:
    """All written frames, in the order of the files."""
    return [
        Frame(**entry)
        for path in sorted((HERE / "reports").glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["frame"]
    ]


def reports() -> Iterator[Told]:
    """Four reports of every frame; the last contradicts once or twice, and every third time the one before it too."""
    for index, frame in enumerate(frames()):
        for number in range(EACH):
            yield _report(frame, index, number, _breaks(frame, index, number))


def _breaks(frame: Frame, index: int, number: int) -> Sequence[Mapping[str, str]]:
    """Which breaks of its frame a report has."""
    ways = len(frame.breaks)
    if number == EACH - 1 and ways:
        both = ways > 1 and index % 3 == 0 and all(way.get("rule") != "claim.internal" for way in frame.breaks)
        return frame.breaks if both and not any("drop" in way for way in frame.breaks) else frame.breaks[:1]
    return frame.breaks[1:2] if number == EACH - 2 and index % 2 else ()


def _report(frame: Frame, index: int, number: int, breaks: Sequence[Mapping[str, str]]) -> Told:
    dropped = {way["drop"] for way in breaks if "drop" in way}
    instead = [way["instead"] for way in breaks if "instead" in way]
    year = frame.years[(index + number) % len(frame.years)]
    # A contradiction needs something to contradict; and every body but the smallest has applications of all kinds.
    dense = bool(breaks) or number % 2 == 0
    history = make_history(100 * index + number, BODIES[frame.body][number], [year], dense=dense)
    sample = arranged(history[0], [*(need for need in frame.needs if need not in dropped), *instead])
    slips = {_last(frame, way["place"]): way for way in breaks if "place" in way}
    teller = _Teller(frame, sample, index + number, slips)
    told = ToldReport(
        **{one.name: getattr(sample, one.name) for one in fields(SampleReport)},
        disclosed=teller.tell(frame.disclosure),
        told=tuple(teller.tell(text) for text in (*frame.applications, *frame.after)),
        fees=teller.tell(frame.fees),
    )
    said = [_said(words) for words in (*frame.says, *([] if frame.fees else ["-processing_fee"]))]
    words = [Broken(way["concept"], None, way["rule"]) for way in breaks if "drop" in way]
    return Told(frame.id, told, (*teller.claims, *said), (*teller.broken, *words), frame.oddity)


def _last(frame: Frame, place: str) -> int:
    """Where in the order of places the last one of that name stands: of two, the second contradicts."""
    concept, _, reading = place.partition(":")
    return max(at for at, found in enumerate(frame.places) if found == (concept, reading))


def _said(words: str) -> Claim:
    sign, concept = words[0], words[1:]
    if sign == "=":
        return Claim(concept, "=", 0)
    return Claim(concept, "denial", 0) if sign == "-" else Claim(concept, "universal")


@dataclass
class _Teller:
    """Fills the places of a frame, one after the other, and notes what it stated."""

    frame: Frame
    sample: SampleReport
    turn: int
    slips: Mapping[int, Mapping[str, str]]
    claims: list[Claim] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    _at: Iterator[int] = field(default_factory=count)

    def tell(self, text: str) -> str:
        """The text with its figures."""
        return PLACE.sub(self._place, text)

    def _place(self, place: re.Match[str]) -> str:
        concept, reading = place[1], place[2] or ""
        if concept in ("year", "last_year", "next_year"):
            return str(self.sample.year + {"year": 0, "last_year": -1, "next_year": 1}[concept])
        fits = readings(concept, self._cell)
        at = next(self._at)
        if reading in SOFT:
            return self._soft(concept, reading, next(iter(fits.values())))
        value = fits[reading] if reading else next(iter(fits.values()))
        if way := self.slips.get(at):
            value = _moved(value, frozenset(fits.values()), concept, self.turn)
            self.broken.append(Broken(concept, value, way.get("rule", "claim.cell")))
        self.claims.append(Claim(concept, "=", float(value)))
        # Money and shares stay in plain figures, as everywhere.
        plain = concept in ("charges", "share")
        return str(value) if plain else STYLES[self.turn % len(STYLES)](value)

    def _soft(self, concept: str, reading: str, value: Decimal) -> str:
        """A number that is no contradiction although it is not the cell's."""
        if reading == "about":
            value = value // 10 * 10
            self.claims.append(Claim(concept, "≈", float(value), approximate=True))
        elif reading == "of another scope":
            value = value // 3 + 1
            self.claims.append(Claim(concept, "=", float(value), scope="区政府办代表区政府"))
        else:
            value += 2
            self.claims.append(Claim(concept, "=", float(value), weak=True))
        return str(value)

    def _cell(self, table: str, row: str, member: str) -> Decimal:
        value = self.sample.figures[cell_name(table, row, member)]
        assert isinstance(value, int | Decimal)
        return Decimal(value)


def _moved(value: Decimal, fits: frozenset[Decimal], concept: str, turn: int) -> Decimal:
    """A value that fits no reading: one more, a digit too many, two fewer…"""
    steps: tuple[Any, ...] = ("5.5", "-6.25", "9") if concept == "share" else (1, 10, -1, 2, -2, 20, 3, 7)
    ways = [value + Decimal(steps[(turn + number) % len(steps)]) for number in range(len(steps))]
    return next(way for way in ways if way >= 0 and (concept in ("share", "channel") or way not in fits))


def _words(value: Decimal) -> str:
    """Numbers below a hundred in words, others in figures."""
    if not 0 < value < 100 or value != int(value):
        return str(value)
    tens, ones = divmod(int(value), 10)
    digits = "零一二三四五六七八九"
    return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")


STYLES: Sequence[Callable[[Decimal], str]] = (
    str,
    lambda value: str(value).translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}),
    lambda value: f" {value} ",
    _words,
)
