"""What a link or a title promises, by the words and paths of signs.toml. Nothing here uses the network."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from crawler.agencies.names import place_of
from crawler.ground.urls import is_attachment
from crawler.pages.titles import recognize

Promise = Literal["column", "group", "platform", "roster"]

# A year in a segment of a path: 2025n, nb_2022n, gb2024, zxjd2021.
YEAR_MARK = re.compile(r"[_\-]?(?:19|20)\d{2}(?:nd?(?![a-z]))?")
YEAR_FOLDER = re.compile(r"(?:19|20)\d{2}年?度?(?:(?:政府)?(?:信息)?公开)?(?:工作)?(?:年报|年度报告)?")
INDEX = re.compile(r"(?:(?:index|list|default|main|common_list)[\w\-]*\.\w{2,6})?")
PIECES = re.compile(r"[-_|—–>»·:：\s]+")
# What may precede the name of a column: a place or a body, and nothing that changes its topic.
BEFORE = re.compile(r"(?:[\u3400-\u9fff]{0,16}(?:省|市|县|区|州|旗|盟|镇|乡|街道|政府|局|委|办|厅|部|院|中心|会))?")
AFTER = re.compile(r"(?:列表|栏目|专栏|专题)$")
# Labels that only turn the pages of a list: numbers, 下一页, 尾页(12).
TURNING = re.compile(r"(?:[\d\W_首末尾上下一前后最页頁第共条到跳转]|next|prev\w{0,6}|last|first|page)*", re.IGNORECASE)
LONGEST_LABEL = 40
LONGEST_HEADING = 80
SITE = re.compile(r"(?:人民政府|网站|政[府务]网|门户|(?<=政府)网)$")
REPORTISH = re.compile(r"报告|年报|报表|统计表|信息公开")
SHORTEST_TITLE = 8
# The words of a report's title, whatever stands around them: the whole words, an annual report of anything, a year of
# 信息公开. What a page is, only the page can say.
OF_REPORT = re.compile(r"公开.{0,20}(?:报告|年报|总结)|年报|年度.{0,6}报告|信息公开.{0,14}20\d\d|20\d\d.{0,14}信息公开")
# What is left of these words where a list cuts its titles.
CUT_REPORT = re.compile("政府信|信息公|政务公")


# What may stand in a group's name besides the words that say which bodies it holds.
FILLING = (
    *("政府信息公开", "信息公开", "政务公开", "公开", "年度报告", "年报", "报告", "工作", "情况"),
    *("单位", "机构", "机关", "人民", "政府", "年度", "年"),
)
FILLING_SIGNS = frozenset("0123456789各全本省市县区州旗盟级直属及和与的、/（）()·")


@dataclass(frozen=True, slots=True)
class OtherPaper:
    """A kind of paper that is not a report: the pattern of its heading, and the longest text below it."""

    kind: str
    pattern: re.Pattern[str]
    longest: int | None


@dataclass(frozen=True, slots=True)
class KindWords:
    """The names and path tokens of one kind of page."""

    names: frozenset[str]
    paths: frozenset[str]

    def named(self, text: str) -> bool:
        """Whether the text is one of the names, perhaps with a place before it."""
        return any(text.endswith(name) and BEFORE.fullmatch(text.removesuffix(name)) for name in self.names)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("signs.toml").read_text(encoding="utf-8"))


@cache
def words(kind: Promise | Literal["block"]) -> KindWords:
    """The vocabulary of one kind."""
    entry = _data()[kind]
    return KindWords(frozenset(entry["names"]), frozenset(entry.get("paths", ())))


@cache
def _members() -> tuple[tuple[str, frozenset[str]], ...]:
    found = [(word, frozenset(entry["kinds"])) for entry in _data()["members"] for word in entry["words"]]
    return tuple(sorted(found, key=lambda one: -len(one[0])))


@lru_cache(maxsize=1024)
def group_kinds(text: str) -> frozenset[str]:
    """The kinds of the bodies that a group of this name holds (部门, 乡镇街道); empty where it does not say."""
    kinds, rest = frozenset[str](), bare(text)
    if len(rest) > LONGEST_LABEL:
        return kinds
    for word, some in _members():
        if word in rest:
            kinds, rest = kinds | some, rest.replace(word, "/")
    for word in FILLING:
        rest = rest.replace(word, "/")
    return kinds if FILLING_SIGNS.issuperset(rest) else frozenset()


@cache
def _decoys() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((entry["reason"], re.compile(entry["pattern"])) for entry in _data()["decoy"])


@cache
def papers() -> tuple[OtherPaper, ...]:
    """The kinds of papers that have an unmistakable heading."""
    return tuple(
        OtherPaper(entry["kind"], re.compile(entry["pattern"]), entry.get("longest")) for entry in _data()["paper"]
    )


def other_paper(heading: str) -> OtherPaper | None:
    """The kind of paper that a heading belongs to; None for a report's title, and if it is not certain."""
    text = re.sub(r"\s+", "", heading)
    if len(text) > LONGEST_HEADING or recognize(text) is not None:
        return None
    return next((paper for paper in papers() if paper.pattern.search(text)), None)


def promise(label: str, url: str) -> Promise | None:
    """What a link promises to lead to; None if that is nothing of interest."""
    text = bare(label)
    if not 0 < len(text) <= LONGEST_LABEL or is_attachment(url) or recognize(label) is not None:
        return None
    if is_roster(text):
        return "roster"
    if words("column").named(text):
        return "column"
    if words("group").named(text) or YEAR_FOLDER.fullmatch(text):
        return "group"
    if words("platform").named(text):
        return "platform"
    # The path alone decides if the label does not contradict it and is not that of a further page of a list.
    if decoy(text) is None and is_index(url) and not TURNING.fullmatch(text):
        last = tokens(url)[-1:]
        return next((kind for kind in ("column", "platform") if words(kind).paths & set(last)), None)
    return None


def is_roster(text: str) -> bool:
    """Whether a title belongs to a list of who published and who did not."""
    return any(name in text for name in words("roster").names)


def names_column(*texts: str) -> str:
    """The first of these texts that is the name of an annual-report column; empty if none is."""
    for text in texts:
        for piece in PIECES.split(text):
            if words("column").named(bare(piece)) or words("column").named(AFTER.sub("", bare(piece))):
                return piece
    return ""


def site_of(title: str) -> str:
    """The site's name in the title of a page: 示例县人民政府 in 首页_示例县人民政府; "" if there is none."""
    return next((piece for piece in PIECES.split(title) if SITE.search(piece) and place_of(piece)), "")


def bare(text: str) -> str:
    """The text without white space, decorative brackets and arrows."""
    return re.sub(r"[\s\[\]【】<>《》“”\"'·•>»]+", "", text)


def in_column_path(url: str) -> str:
    """The token of the address that is typical of annual-report columns; empty if there is none."""
    return next((token for token in reversed(tokens(url)) if token in words("column").paths), "")


def tokens(url: str) -> list[str]:
    """The segments of a path in lower case, without years and names of index files."""
    segments = [segment for segment in unquote(urlsplit(url).path).lower().split("/") if segment]
    if segments and "." in segments[-1]:
        stem = segments[-1].split(".")[0]
        segments[-1:] = [] if INDEX.fullmatch(segments[-1]) else [stem]
    stripped = [YEAR_MARK.sub("", segment).strip("_-") for segment in segments]
    return [segment for segment in stripped if segment]


def is_index(url: str) -> bool:
    """Whether the address is that of a folder or of its index."""
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    return INDEX.fullmatch(last) is not None or "." not in last or not re.search(r"\d", last)


def decoy(title: str) -> str | None:
    """Why a title is not an annual report, as a word of signs.toml; None if no known reason fits."""
    text = bare(title)
    return next((reason for reason, pattern in _decoys() if pattern.search(text)), None)


def looks_like_a_report(title: str) -> bool:
    """Whether a refused title is worth showing, because a person might take it for a report."""
    text = bare(title)
    return (
        len(text) >= SHORTEST_TITLE
        and REPORTISH.search(text) is not None
        and not names_column(text)
        and not words("block").named(text)
    )


def may_be_a_report(title: str) -> bool:
    """Whether a title that cannot be read says nothing against its being that of a report: only its page can tell."""
    text = bare(title)
    return (
        len(text) <= LONGEST_HEADING
        and OF_REPORT.search(text) is not None
        and looks_like_a_report(text)
        and decoy(text) is None
        and recognize(title) is None
    )
