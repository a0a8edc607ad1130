"""The page of one finding: what is said, on what it rests, what became of it; and what a person decides about it."""

from contextlib import closing
from typing import cast

from crawler.agencies.lookup import names_of
from crawler.ground.errors import UsageError
from monitor.findings import Decision, Finding, decide, load
from monitor.pages.ask import Answer, Ask, Moved, Shown
from monitor.pages.findings_table import TONES, finding_line, kind_words, twins_of
from monitor.pages.pages import NotThereError, failure
from monitor.pages.report_cells import anchor
from monitor.pages.site import Site
from monitor.schema import open_database
from monitor.words.finding import STATUS
from monitor.words.kinds import class_words, status_words
from monitor.words.plain import plain
from monitor.words.terminal import moment

CHOICES = ("acknowledged", "explained", "false_positive")
LONGEST_REASON = 2000
SAME_REPORT = "agency = ? and year = ?"


def _finding(site: Site, ask: Ask) -> tuple[Finding, str, list[Finding]]:
    """The finding, whose it is, and those that point at the same cell."""
    number = ask.number("id")
    with site.reading() as db:
        found = load(db, "id = ?", [number]) if number is not None else []
        if not found:
            raise NotThereError(f"there is no finding {number}", f"没有编号为 {number} 的发现")
        code = found[0].key.agency
        beside = load(db, SAME_REPORT, [code, found[0].key.year])
        return found[0], names_of(db, [code]).get(code, code), twins_of(found[0], beside)


def finding_page(site: Site, ask: Ask) -> Answer:
    """The page itself."""
    one, name, twins = _finding(site, ask)
    told = plain([one], ask.lang)
    say = ask.say
    history = [
        (say("提出", "opened"), one.opened_at),
        (say("变动", "changed"), one.changed_at if one.changed_at != one.opened_at else None),
        (say("处理", "decided"), one.decided_at),
        (say("消除", "resolved"), one.resolved_at),
    ]
    url = one.evidence.get("url")
    document = one.evidence.get("document")
    return Shown(
        "finding",
        say(f"{name} {one.key.year} 年度：{told.line}", f"{name}, {one.key.year}: {told.line}"),
        {
            "one": one,
            "name": name,
            "told": told,
            "tone": TONES.get(one.finding_class, ""),
            "asked": class_words(one.finding_class, ask.lang),
            "kind": kind_words(one, ask.lang),
            "relations": told.relations if one.finding_class != "info" else (),  # which "does not hold" by itself
            "twins": [
                (other.id, " ".join(plain([other], ask.lang).relations) or finding_line(other, ask)) for other in twins
            ],
            "status": status_words(one.status, ask.lang),
            "history": sorted(((moment(at), words) for words, at in history if at)),
            "notes": (one.note or "").splitlines(),
            "url": url if isinstance(url, str) else "",
            "document": document if isinstance(document, str) and len(document) == 64 else "",
            "cell": anchor(str(one.suspect["cell"])) if one.suspect and one.suspect.get("cell") else "",
            "choices": [(code, _choice(ask, code)) for code in CHOICES],
            "login": ask.to("login") if site.people else "",
            "can_decide": one.status in STATUS and one.status != "resolved",
        },
    )


def _choice(ask: Ask, code: str) -> str:
    return {
        "acknowledged": ask.say("知悉：不再提醒，数变了再提", "take note: quiet until the figures change"),
        "explained": ask.say("接受解释", "accept an explanation"),
        "false_positive": ask.say("误报：没有错", "false alarm: nothing is wrong"),
    }[code]


def decision(site: Site, ask: Ask) -> Answer:
    """Keeps a decision, with the reason and who decided; nothing where the form is not ours or nobody may decide."""
    if not ask.sent:
        return Moved(ask.to("finding", ask.parts["id"]))
    if not ask.may_decide:
        words = ask.say(
            "在这里只能看。要作决定，请用 gouji serve 启动时打印的地址（含 token）打开。",
            "Read-only here. To decide, open the address with its token that gouji serve printed.",
        )
        return failure(ask, words, 403)
    status, number = ask.form.get("status", ""), ask.number("id")
    if status not in CHOICES or number is None:
        raise UsageError("choose what is decided", "请选定怎样处理")
    reason = ask.form.get("reason", "")[:LONGEST_REASON]
    who = ask.who or ask.form.get("who", "")[:60]
    twins = _finding(site, ask)[2] if ask.form.get("together") else []
    with closing(open_database(site.data)) as db:
        for one in (number, *(twin.id for twin in twins if twin.id is not None)):
            decide(db, one, cast(Decision, status), reason, ask.at, who=who)
    site.shelf.forget()
    return Moved(ask.to("finding", number))
