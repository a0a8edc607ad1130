"""The fields of a Word document: the result of each is text, and some show what no text says."""

from dataclasses import dataclass, field

from lxml import etree

from extract.readers._word_names import child, name_of, number, value_of

CODE, RESULT = "code", "result"
MOST_OPEN = 64
LONGEST_CODE = 400
# They never show anything; of a box to be ticked no figure is a part.
SILENT = frozenset(
    {"", "XE", "TC", "TA", "SET", "RD", "ASK", "PRIVATE", "DATA", "NEXT", "NEXTIF", "SKIPIF", "FORMCHECKBOX"}
)


@dataclass(slots=True)
class _Open:
    phase: str = CODE
    code: str = ""
    chosen: str = ""  # what a list of choices stands at
    stale: bool = False
    said: bool = False  # its result has words


@dataclass(slots=True)
class Fields:
    """The fields that are open in one story (the body, a cell, a frame): they end where they began."""

    open: list[_Open] = field(default_factory=list)

    @property
    def hides(self) -> bool:
        """Whether text here is part of what a field asks, and not of what it shows."""
        return any(one.phase == CODE for one in self.open)

    def take(self, element: etree._Element) -> str | None:
        """A sign of a field, or some of its code. Gives "=" and the choice of a list, "" for what shows more than its
        text says, None for everything else."""
        if name_of(element) == "w:instrText":
            if self.open and self.open[-1].phase == CODE:
                self.open[-1].code = (self.open[-1].code + (element.text or ""))[:LONGEST_CODE]
            return None
        kind = value_of(element, "fldCharType")
        if kind == "begin" and len(self.open) < MOST_OPEN:
            self.open.append(_Open(chosen=_choice(element), stale=value_of(element, "dirty") in ("1", "true", "on")))
        elif kind == "separate" and self.open:
            self.open[-1].phase = RESULT
        elif kind == "end" and self.open:
            ended = self.open.pop()
            return _told(ended, hidden=self.hides)
        return None

    def said(self) -> None:
        """Words were shown: they are in the result of each field that is open."""
        for one in self.open:
            one.said = True

    def end_of_paragraph(self) -> bool:
        """No field's code goes on in the next paragraph: what began and was not ended hides nothing more. Whether
        there was such a one."""
        hidden = self.hides
        for one in self.open:
            one.phase = RESULT
        return hidden


def _told(ended: _Open, *, hidden: bool) -> str | None:
    if ended.phase == CODE and ended.chosen:
        return f"={ended.chosen}"
    asked = is_unanswered(ended.code, has_result=ended.phase == RESULT, said=ended.said)
    if ended.stale or (asked and not hidden) or _word(ended.code) == "ADVANCE":
        return ""
    return None


def is_unanswered(code: str, *, has_result: bool, said: bool) -> bool:
    """Whether a field will show something when a program asks it, and says nothing yet. An empty result is one, but
    not of a sum."""
    word = _word(code)
    return word not in SILENT and not said and (not has_result or word.startswith("="))


def _word(code: str) -> str:
    return (code.split() or [""])[0].upper()


def _choice(begin: etree._Element) -> str:
    """The choice of a list that a form offers."""
    offered = child(begin, "w:ffData", "w:ddList")
    if offered is None:
        return ""
    entries = [value_of(one) or "" for one in offered if name_of(one) == "w:listEntry"]
    chosen = child(offered, "w:result")
    at = number(value_of(chosen if chosen is not None else child(offered, "w:default")))
    text = entries[at] if 0 <= at < len(entries) else ""
    return text if len(text) < 25 else ""
