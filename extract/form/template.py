"""The labels of all forms: what a printed text means.

A cell's text becomes a Token: a value, a disposition of 表三, an item of 表二, a group label, a header word.
Everything known about labels is in the TOML files; a variant is added there and nowhere else.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Literal, NamedTuple

from crawler.ground.errors import UsageError
from extract.content import State
from extract.form.alike import PLAIN
from extract.form.form_file import FORMS
from extract.form.forms import Form, Heading
from extract.form.generations import Forms
from extract.form.numbers import COUNT_UNITS, INVISIBLE, read_figure

BRACKETS = str.maketrans(
    {
        "(": "（",
        ")": "）",
        ",": "，",
        ":": "：",
        ";": "；",
        "．": ".",
        "／": "/",
        "〈": "",
        "〉": "",
        "“": None,
        "”": None,
        '"': None,
        "‘": None,
        "’": None,
        "'": None,
        "*": None,
        "＂": None,
        "「": None,
        "」": None,
        "﹙": "（",
        "﹚": "）",
    }
)
# The signs of a list, also as Symbol and Wingdings have them in the private area: they say nothing of a line.
BULLETS = dict.fromkeys(map(ord, "•●■▪◆▲➢❖\uf0b7\uf0a7\uf06c\uf06e\uf075\uf0d8\uf076"))
SIGNS = BRACKETS | BULLETS
WHITE = re.compile(r"\s+")
ORDINAL = re.compile(
    r"^(?:（[一二三四五六七八九十\d]{1,2}）|[一二三四五六七八九十]{1,2}[、.，]|\d[、.，）]|"
    r"\d(?=[\u4e00-\u9fff]))+"
)
REMARK = re.compile(r"（[^（）]*）|【[^【】]*】|\[[^\[\]]*\]|〔[^〔〕]*〕")
# The mark of a note behind words: 「规范性文件[1]」. In round brackets it may be a figure, and longer a year.
NOTE = re.compile(r"(?<=[\u4e00-\u9fff）])[\[［〔【]注?\d{1,2}[\]］〕】]\Z")
ENDS_OF_NOTES = ("]", "］", "〕", "】")
# A remark that changes the meaning of a line's figures, or is itself a figure, stays part of the label.
TELLING_REMARK = re.compile(r"[元亿万千百]|上年|上一年|去年|前年|同期|同比|累计|其中|比重|占比|^[\d.,，%件条项宗次]*$")
# What makes the label of a group that of its subtotal.
SUBTOTALS, FRONTS, OF_GROUPS = ("小计", "合计", "总计"), ("", "其中", "其中："), ("", "情形", "情况", "数量", "类")
ORDERED = ("{0}{1}", "{0}项{1}", "第{0}项{1}", "{1}{0}")
LONGEST_LABEL = 80
LINES = frozenset({"row", "item", "group"})  # kinds of labels that are followed by figures
REMEMBERED = 20_000  # cells


TokenKind = Literal["value", "row", "item", "group", "head", "track", "block", "text"]


class Token(NamedTuple):
    """What one cell is, without its figure. `code` is the disposition, item, group, member, track or heading;
    `state` is that of a count."""

    kind: TokenKind
    code: str = ""
    table: str = ""
    state: State = "text"


def normalize(text: str) -> str:
    """A label for comparison: no white space, no quotes, full-width brackets, no mark of a note behind it."""
    label = WHITE.sub("", INVISIBLE.sub("", text)).translate(PLAIN).translate(SIGNS)
    return NOTE.sub("", label) if label.endswith(ENDS_OF_NOTES) else label


def bare(label: str) -> str:
    """A normalized label without its leading ordinals."""
    return ORDINAL.sub("", label)


def heading(text: str) -> str:
    """A column's heading for comparison: `bare`, and without remarks in brackets that leave its meaning as it is."""
    label = bare(normalize(text))
    remarks = REMARK.findall(label)
    if any(TELLING_REMARK.search(one[1:-1]) and one[1:-1] not in COUNT_UNITS for one in remarks):
        return label
    return REMARK.sub("", label)


class _Labels:
    """Every label of every form: complete labels in a dictionary, distinctive parts with the longest first.

    If two forms use one label for different lines, neither can be read: UsageError.
    """

    def __init__(self) -> None:
        self.exact: dict[str, Token] = {}
        self.whole: dict[str, Token] = {}  # with their ordinals, which say what they mean
        self.parts: dict[str, Token] = {}
        self.form = ""

    def add(self, texts: Iterable[str], token: Token) -> None:
        for text in texts:
            self._put(self.exact, bare(normalize(text)), token)

    def add_parts(self, texts: Iterable[str], token: Token) -> None:
        for text in texts:
            self._put(self.parts, normalize(text), token)

    def _put(self, known: dict[str, Token], label: str, token: Token) -> None:
        before = known.setdefault(label, token)
        if before.kind in LINES and token.kind in LINES and before[:3] != token[:3]:
            raise UsageError(
                f"form {self.form}: the label {label} is {token.table}[{token.code}], "
                f"and {before.table}[{before.code}] of it or of a newer form"
            )

    def freeze(self) -> None:
        self.by_length = sorted(self.parts, key=len, reverse=True)

    def find(self, text: str) -> Token | None:
        whole = normalize(text)
        label = bare(whole)
        token = self.whole.get(whole) or self.exact.get(label)
        if token is None and len(whole) <= LONGEST_LABEL:
            token = next((self.parts[part] for part in self.by_length if part in whole), None)
        return self._beside_remark(label) if token is None else token

    def _beside_remark(self, label: str) -> Token | None:
        """The line whose label this is without its remarks in brackets, which explain how to fill in the line."""
        remarks = REMARK.findall(label)
        if not remarks or any(TELLING_REMARK.search(remark[1:-1]) for remark in remarks):
            return None
        token = self.exact.get(bare(REMARK.sub("", label)))
        return token if token is not None and token.kind in LINES else None


def _labels(forms: Forms) -> _Labels:
    """The labels of all forms. A word with several meanings gets the first of them, in whichever form that is."""
    labels = _Labels()
    groups = frozenset(group.code for form in forms.forms for group in form.applications.groups)
    for add in (_disclosure, partial(_rows, groups), _groups, _heads, _remedies):
        for form in forms.forms:
            labels.form = form.id
            add(form, labels)
    labels.freeze()
    return labels


def _disclosure(form: Form, labels: _Labels) -> None:
    table = form.disclosure
    for block in table.blocks:
        labels.add([block.heading], Token("block", block.heading, "T2"))
        for item in block.items:
            labels.add(table.labels[item], Token("item", item, "T2"))
        for measure in block.measures:
            labels.add(measure.labels, Token("head", measure.code, "T2"))
    labels.add_parts(table.heads, Token("head", "", "T2"))


def _rows(groups: frozenset[str], form: Form, labels: _Labels) -> None:
    for row in form.applications.rows:
        # A label may be a row in one form and a group in another: only the form can tell which.
        token = Token("group" if row.code in groups else "row", row.code, "T3")
        labels.add((row.label, *row.exact), token)
        labels.add_parts(row.contains, token)


def _groups(form: Form, labels: _Labels) -> None:
    for group in form.applications.groups:
        token = Token("group", group.code, "T3")
        labels.add(group.labels, token)
        if group.code:
            _subtotals(group, token, labels)


def _subtotals(group: Heading, token: Token, labels: _Labels) -> None:
    """Rows that sum up a group and say so: 不予公开小计, （三）合计, 其中：不予公开情形小计."""
    ordinal = ORDINAL.match(normalize(group.label))
    for word in SUBTOTALS:
        labels.add(
            [f"{front}{label}{of}{word}" for front in FRONTS for label in group.labels for of in OF_GROUPS], token
        )
        if ordinal:
            for pattern in ORDERED:
                labels.whole[normalize(pattern.format(ordinal[0], word))] = token


def _heads(form: Form, labels: _Labels) -> None:
    table = form.applications
    labels.add(table.heads, Token("head", "", "T3"))
    labels.add(table.foreign, Token("head", "foreign", "T3"))
    if table.relation:
        labels.add_parts(table.relation[:1], Token("head", "", "T3"))
    for member in table.members:
        labels.add(member.labels, Token("head", member.code, "T3"))


def _remedies(form: Form, labels: _Labels) -> None:
    table = form.remedies
    for member in table.members:
        labels.add(member.labels, Token("head", member.code, "T4"))
    labels.add(table.torn, Token("head", "", "T4"))
    for group in table.groups:
        labels.add(group.labels, Token("head", group.code, "T4"))
    for track in table.tracks:
        labels.add(track.labels, Token("track", track.code, "T4"))


_LABELS = _labels(FORMS)
NO_LABEL = Token("text")


def _classify(text: str) -> Token:
    if len(text) > LONGEST_LABEL * 2:
        return NO_LABEL
    state = read_figure(text).state
    if state != "text" or any(read_figure(text, kind).value is not None for kind in ("change", "amount")):
        return Token("value", state=state)  # 「减4」, 「251000元」: a value, although not a count
    return _LABELS.find(text) or NO_LABEL


class _Tokens(dict[str, Token]):
    """A cache of classified cells, looked up in C (for the thousandth 「0」); limited in number and length."""

    def __missing__(self, text: str) -> Token:
        found = _classify(text)
        if len(text) <= LONGEST_LABEL * 2:
            if len(self) >= REMEMBERED:
                self.clear()
            self[text] = found
        return found


token = _Tokens().__getitem__  # what a cell with this text is, by its wording only; callers judge its position
