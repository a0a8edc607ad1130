"""What time and whose doing a clause speaks of: only this year's figures of the body itself are claims."""

import re
from typing import NamedTuple

from monitor.claims.asides import Asides
from monitor.claims.places import InOrder
from monitor.claims.tokens import Words, spans

COMPARED = re.compile(
    r"同比|[比较与同](?:上|去|前)(?:一)?年(?:度)?(?:同期)?|(?:比|较|与)\d{4}年(?:度)?|(?:上|去)(?:一)?年(?:度)?同期|同期"
)
PAST = re.compile(
    r"(?:^|(?<=[,，（]))(?:而)?(?:上一年度|上年度|上一年|上年|去年|前年)(?!(?:度)?(?:[（(]\d{4}年(?:度)?[）)])?(?:申请)?末?(?:尚|仍)?(?:无|没有)?(?:结转|转结|转入|转来|转至|移转|遗留|顺延|未办结|未答复|未办理完毕|未办完))"
)
# Sums over years, plans, samples and trials: nothing of one year's figures.
NOT_NOW = re.compile(
    r"平均|前[两三四五]年|近[两三四五]年|历年|[自从]\d{4}年以来|\d{4}年以来|每年|每月|力争|争取|确保|明年(?!办|继|处|答)|计划|居前|以外|抽查|评查|十[二三四五]五|[一二]审"
)
OWN = re.compile(r"本级|本机关|本单位|本局|我[局办委镇]")
NOW = re.compile(r"本年|今年|年内|当年")
OTHER_YEAR = re.compile(r"(?<![\d至到转])(20\d\d)年(?!(?:度)?[）)]?(?:结转|转结|顺延|转入|继续|以来|\d{1,2}月))")
# Alone in a clause, it holds for all that follows.
SINCE = re.compile(r"(?:\d{4}年|近[两三四五]年|前[两三四五]年)以?来|历年来?")
AT_ITS_BEGINNING = 3  # characters of a clause before a year that it begins with


class YearNamed(NamedTuple):
    """A year in the text; `begins` a clause, and then it holds for all that follows."""

    start: int
    end: int
    is_now: bool
    begins: bool


def _begins(words: Words, year: re.Match[str]) -> bool:
    """Whether a clause begins with a year, or a year ends its head (某局2019年：…); 比2022年下降 only compares."""
    at = year.start()
    if words.text[year.end() : year.end() + 1] in ("：", ":"):
        return True
    return at - words.clause(at)[0] < AT_ITS_BEGINNING and words.text[at - 1 : at] not in ("比", "较", "与")


class Times:
    """The marks of time in a sentence of a report for `year` (None: not known, and then no year is another's)."""

    def __init__(self, words: Words, year: int | None, asides: Asides) -> None:
        text = words.text
        self.words = words
        self.compared = spans(COMPARED, text)
        self.not_now = spans(NOT_NOW, text)
        self.own = spans(OWN, text)
        self.past = spans(PAST, text)
        self.now = spans(NOW, text)
        self.asides = asides
        years = [
            YearNamed(*one.span(), int(one[1]) == year, _begins(words, one))
            for one in OTHER_YEAR.finditer(text)
            if year is not None
        ]
        self.years = InOrder(years)
        self.leading_years = InOrder([one for one in years if one.begins])
        self.since = InOrder([one for one in spans(SINCE, text) if one.end in words.ends_of_clauses])

    def is_compared(self, start: int, at: int) -> bool:
        """Whether a clause from `start` compares with another year before a place."""
        return self.compared.last_within(start, at) is not None

    def elsewhen(self, start: int, end: int, at: int) -> bool:
        """Whether a number at a place of the clause from `start` to `end` is last year's, a comparison's, a plan's, or
        other bodies'.
        """
        if self.is_compared(start, at) or self.not_now.last_within(start, end) is not None:
            return True
        if self.asides.exercise(end, at):
            return True
        return self._of_others(start, at) or self._of_another_year(start, at)

    def is_doubtful(self, start: int, end: int, at: int, *, stock: bool = False) -> bool:
        """Whether what a clause from `start` to `end` says at a place may be no figure of the body's whole year.

        `stock`: of what is there at the end of the year, whenever it began.
        """
        if self.words.doubtful.last_within(start, end) is not None:
            return True
        if self.asides.part(at):
            return True
        if stock:
            return False
        part, now = self.words.parts_of_year.last_within(0, at), self.now.last_within(0, at)
        return part is not None and (now is None or now.start < part.start)

    def _of_others(self, start: int, at: int) -> bool:
        """Other bodies are named before: in the clause, or before it and the clause names none of its own."""
        if not self.words.subordinate or self.words.subordinate[0].start >= at:
            return False
        other = self.words.subordinate.first(start)
        return (other is not None and other.start < at) or self.own.last_within(start, at) is None

    def _of_another_year(self, start: int, at: int) -> bool:
        """Whether the last time named before a number is not this year: 上年…, 2022年… of a report of 2023."""
        named = [(one.start, True) for one in [self.past.last_within(0, at)] if one]
        named += [(one.start, True) for one in [self.since.last_within(0, at)] if one]
        named += [(one.start, False) for one in [self.now.last_within(0, at)] if one]
        years = (self.years.last_within(start, at), self.leading_years.last_within(0, at))
        named += [(one.start, not one.is_now) for one in years if one]
        return max(named)[1] if named else False
