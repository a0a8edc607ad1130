"""The 提醒函: before the day, one courteous letter to a body whose report is still awaited; it speaks of no looks."""

from datetime import date

from crawler.agencies.lookup import AgencyRef
from monitor.alerts.digest import clean
from monitor.asking.awaited import Awaited
from monitor.letter.parts import Letter, Part, letter_words, signed


def remind(one: Awaited, day: date, language: str = "zh") -> Letter:
    """The letter about the day that is to come (pure)."""
    words = letter_words()[language]
    due = words["due_day"].format(one.due)
    days = (one.due - day).days
    legal = (
        words["remind_legal"].format(day=words["due_day"].format(one.legal)) if one.legal not in (None, one.due) else ""
    )
    fields = {
        "agency": clean(one.name),
        "year": one.year,
        "due": due,
        "days": days,
        "basis": one.basis_en if language == "en" and one.basis_en else one.basis,
        "legal": legal,
    }
    parts = [
        Part("title", words["title_remind"].format(**fields)),
        Part("line", words["greeting"].format(**fields)),
        Part("text", words["opening_remind" if days else "today"].format(**fields)),
        Part("text", words["asking"]),
        *(
            Part("ask", words[ask].format(**fields), name=f"{number}")
            for number, ask in enumerate(("ask_by", "ask_told", "ask_form"), 1)
        ),
        Part("text", words["reply_remind"]),
        *signed(words, day),
    ]
    return Letter(
        AgencyRef(one.agency, one.name),
        one.year,
        language,
        (),
        tuple(parts),
        one.year,
        words["about_remind"].format(due=due),
    )
