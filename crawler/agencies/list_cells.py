"""One cell of a list → the value of a field, or what is told about a cell of which nothing is taken; pure."""

import re
import unicodedata
from dataclasses import dataclass, field

from crawler.agencies.codes import is_credit_code
from crawler.agencies.csv_file import shown
from crawler.agencies.divisions import division_of, level_of
from crawler.agencies.headings import label, value_of, words
from crawler.agencies.list_portals import WatchedPortals
from crawler.agencies.list_sheet import Mark
from crawler.ground.errors import Both

MANGLED = re.compile(r"[0-9](?:\.[0-9]{0,20})?[eE]\+?[0-9]{1,3}")
ROUNDED = re.compile(r"[0-9]{15}0{3}")
DIVISION = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{9}|[0-9]{6})(?![0-9])")
YEAR = re.compile(r"([0-9]{4})年?(?:度|报告年度)?")
CODE_DRESSING = re.compile(r"[\s\-－—_'’`]+")
ORGANIZATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LOST_ZERO = re.compile(r"[2-9][0-9]{8,10}|10[0-9]{8}")  # a telephone with its area, as a number


@dataclass(slots=True)
class Told:
    """What is told of one row: `notes` of cells of which nothing was taken, or with care, `problems` that forbid it."""

    notes: list[tuple[str, Both]] = field(default_factory=list)
    problems: list[Both] = field(default_factory=list)

    def note(self, code: str, english: str, chinese: str) -> None:
        """One sentence about the row."""
        self.notes.append((code, (english, chinese)))


@dataclass(frozen=True, slots=True)
class CellReader:
    """What cells are held against: the watched portals."""

    portals: WatchedPortals

    def readable(self, name: str, cell: str, mark: Mark | None, told: Told) -> str:
        """The text of a cell; "" with a note where it cannot be relied upon."""
        head = label(name)
        if mark == "unsure" and name == "name":
            told.problems.append(
                (
                    "the cell of the name is a formula without a value; open the file in Excel, save it, import again",
                    f"{head}是没有算出值的公式（或删除线）；请用 Excel 打开、保存后再导入，或直接写上名称",
                )
            )
        elif mark == "unsure":
            told.note(
                "no_value",
                f"{name}: a formula without a value, or struck out; not taken (open the file in Excel and save it)",
                f"{head}是没有算出值的公式（或有删除线），没有取用；用 Excel 打开、保存后再导入即可",
            )
        elif mark == "rounded" or (name != "email" and MANGLED.fullmatch(cell.strip())):
            self._rounded(name, cell, told)
        elif mark == "day" and name in ("first_year", "last_year"):
            told.problems.append(
                (
                    f"{name} '{shown(cell)}' is a day; write the report year alone, such as 2024",
                    f"{head} '{shown(cell)}' 是日期；请只写报告年度，如 2024",
                )
            )
        elif mark == "day":
            told.note(
                "day",
                f"{name} '{shown(cell)}' is a day; not taken (make the cell a text and write it anew)",
                f"{head} '{shown(cell)}' 是日期，没有取用；请把单元格设为文本后重写",
            )
        else:
            return cell
        return ""

    def _rounded(self, name: str, cell: str, told: Told) -> None:
        head = label(name)
        told.note(
            "rounded",
            f"{name} '{shown(cell)}' was made a number by Excel, and its last digits are lost; not taken "
            "(make the column a text and write it anew)",
            f"{head} '{shown(cell)}' 已被 Excel 当成数字，末几位丢失，没有取用；请把该列设为文本后重填",
        )

    def code(self, cell: str, told: Told) -> str:
        """A 统一社会信用代码 as it is written; never one whose last digits a spreadsheet made zeros."""
        code = CODE_DRESSING.sub("", unicodedata.normalize("NFKC", cell)).upper()
        if ROUNDED.fullmatch(code) and not (is_credit_code(code) and is_organization_code(code[8:17])):
            self._rounded("code", code, told)
            return ""
        return code if re.fullmatch("[0-9A-Z]+", code) else cell

    def choice(self, name: str, cell: str, told: Told) -> str:
        """A kind or level in the words of people; "" with a note for a word that is not known."""
        found = value_of(name, cell)
        if found is None:
            known = "、".join(words().shown[name].values())
            told.note(
                "unknown_value",
                f"{name} '{shown(cell)}' is not known and was not taken: the name tells it, as far as it can",
                f"{label(name)}“{shown(cell)}”不认识，没有取用，由名称推断；可写 {known}",
            )
        return found or ""

    def division(self, cell: str, told: Told) -> str:
        """The code of a division, out of its digits or the name of a place."""
        text = unicodedata.normalize("NFKC", cell).strip()
        if any(char.isdigit() for char in text):
            found = DIVISION.search(text)
            return found[0] if found else text
        code = division_of(text)
        if not code:
            told.note(
                "unknown_place",
                f"division '{shown(cell)}' is no code, and no one place of that name; not taken",
                f"{label('division')}“{shown(cell)}”不是代码，也认不出是哪一处，没有取用；请写 6 位代码",
            )
        return code

    def portal(self, cell: str, told: Told) -> str:
        """The id of the portal that a cell means."""
        portal, why = self.portals.meant(cell.strip())
        if why == "elsewhere":
            told.note(
                "portal_elsewhere",
                f"the address {shown(portal)} is on no watched site; this body cannot be judged before it is watched: "
                "gouji portal add ADDRESS",
                f"网址 {shown(portal)} 不在所关注的网站上，关注之前无从判断：gouji portal add 网址",
            )
        elif why == "several":
            told.note(
                "portal_several",
                f"the address {shown(portal)} may be of several watched portals; write the portal's id",
                f"网址 {shown(portal)} 可属几个所关注的门户；请写门户编号（gouji portal list）",
            )
        return portal

    def year(self, cell: str) -> str:
        """A year without 年."""
        text = "".join(unicodedata.normalize("NFKC", cell).split())
        found = YEAR.fullmatch(text)
        return found[1] if found else text


def settled_level(level: str, name: str, division: str) -> str:
    """市级 of a county-level city is what its division says: its offices call the city's own level so."""
    return "county" if level == "prefecture" and level_of(division or division_of(name)) == "county" else level


def is_organization_code(nine: str) -> bool:
    """Whether positions 9 to 17 are a 组织机构代码 (GB 11714) with its own check character."""
    total = sum(ORGANIZATION.index(char) * weight for char, weight in zip(nine, WEIGHTS, strict=False))
    return nine[8] == "0123456789X"[-total % 11]
