"""The letters to one body that its page offers to whoever may decide; written by the functions of `gouji letter`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from crawler.ground.clock import local_date
from crawler.ground.errors import UsageError
from monitor.asking.awaited import COMING, contacts_of
from monitor.asking.body_profile import BodyProfile
from monitor.duty.absence import RULE
from monitor.duty.standing import ABSENT
from monitor.letter.docx import docx
from monitor.letter.index import filed
from monitor.letter.many import Mode, letters_for
from monitor.letter.parts import askable, letter_words, markdown
from monitor.pages.ask import Answer, Ask, Given
from monitor.pages.pages import NotThereError, failure
from monitor.pages.report import body_of
from monitor.pages.site import Site

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MODES = ("open", "remind", "missing")


@dataclass(frozen=True, slots=True)
class Offered:
    """One letter that there is to write: in words, and as its address asks for it."""

    words: str
    mode: Mode
    year: int | None


def letters_offered(ask: Ask, told: BodyProfile) -> Sequence[Offered]:
    """The letters that can be written to this body now; none for whoever may not decide."""
    return tuple(_offered(ask, told)) if ask.may_decide else ()


def _offered(ask: Ask, told: BodyProfile) -> Iterator[Offered]:
    say, last = ask.say, local_date(ask.at).year - 1
    asked = askable(told.findings)
    entry = told.years[told.of.index(last)] if last in told.of else None
    if entry is not None and entry.state in COMING:
        yield Offered(say(f"提醒函（{last} 年度）", f"reminder, {last}"), "remind", last)
    if entry is not None and entry.state in ABSENT and any(one.key.rule == RULE for one in asked):
        yield Offered(say(f"未公布函（{last} 年度）", f"not published, {last}"), "missing", last)
    years = sorted({one.key.year for one in asked if one.key.rule != RULE}, reverse=True)
    if len(years) > 1:
        yield Offered(say("核实函（各年度合为一函）", "to verify, all years in one"), "open", None)
    for year in years:
        yield Offered(say(f"核实函（{year} 年度）", f"to verify, {year}"), "open", year)


def letter_file(site: Site, ask: Ask) -> Answer:
    """One letter as Word or Markdown, as it would be written now."""
    if not ask.may_decide:
        words = ask.say(
            "函由处理发现的人来写：请用 gouji serve 启动时打印的地址（含 token）打开，或先登录。",
            "Letters are for whoever decides: open the address with its token that gouji serve printed, or log in.",
        )
        return failure(ask, words, 403)
    mode = ask.args.get("about", "open")
    if mode not in MODES:
        raise UsageError("there is no such letter: open, remind or missing", "没有这一种函")
    with site.reading() as db:
        code = body_of(db, ask).code
        found = letters_for(
            db, site.config(), ask.at, cast(Mode, mode), agency=code, year=ask.number("year"), language=ask.lang
        )
        contacts = contacts_of(db)
    if not found.letters:
        raise NotThereError("there is nothing to write about this", "没有要写的：这件事不必发函")
    word = letter_words()[ask.lang]["stem_remind" if mode == "remind" else "stem"]
    one = filed(found.letters, word, contacts)[0]
    if ask.parts["ending"] == "md":
        return Given(markdown(one.letter).encode(), "text/markdown; charset=utf-8", f"{one.stem}.md", kept=True)
    return Given(docx(one.letter, ask.at), WORD, f"{one.stem}.docx", kept=True)
