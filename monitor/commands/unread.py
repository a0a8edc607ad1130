"""`gouji unread`: what could not be read, for the operator to open: why, whose it is, and where it stands."""

from collections.abc import Sequence
from contextlib import closing

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.archive import open_archive
from crawler.ground.clock import now
from monitor.asking.unread import Unread, reason_words
from monitor.asking.unread import unread as unread_of
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.schema import open_database
from monitor.words.terminal import inert


@command(step=195, example="gouji unread\ngouji unread 示例县财政局 --json")
@click.argument("agency", required=False)
@json_option
def unread(agency: str | None) -> None:
    """未读的，要请您自己打开看：哪个机关、哪一年、为什么、网址和存档件。都是我们的问题，不会告诉任何机关。

    What could not be read, or not for sure whole: open it yourself. Documents, parts of reports and entries of lists,
    each with the body where it is known, the year, the reason, the address and the archived copy. All of it is our
    problem, and none of it is told to a body.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        found = unread_of(db, now(), find_agency(db, agency).code if agency else "")
    call.emit([_json(call, one) for one in found])
    if not found:
        call.say(call.text("没有读不成的。", "there is nothing that could not be read"))
        return
    call.say(call.text(f"未读 {len(found)} 项，请自己打开看：", f"{len(found)} could not be read; open them yourself:"))
    for one in found[: call.room]:
        for line in _lines(call, one):
            call.say(line)
    for line in call.rest(len(found)):
        call.say(line)


def _lines(call: CallOptions, one: Unread) -> Sequence[str]:
    who = one.name or call.text("机关不明", "body not known")
    year = str(one.year) if one.year is not None else call.text("年度不明", "year not known")
    lines = ["", f"{inert(who)}  {year}  {reason_words(one, call.lang)}"]
    if one.title:
        lines.append(f"    {inert(one.title)}")
    lines.append(f"    {inert(one.url)}")
    if one.document:
        lines.append(f"    {inert(open_archive(call.data).where(one.document))}")
    return lines


def _json(call: CallOptions, one: Unread) -> dict[str, object]:
    return {
        "agency": one.agency or None,
        "agency_name": one.name or None,
        "year": one.year,
        "reasons": one.reasons,
        "parts": one.parts,
        "words": reason_words(one, call.lang),
        "title": one.title,
        "url": one.url,
        "document": one.document or None,
        "archived": open_archive(call.data).where(one.document) if one.document else None,
        "detail": one.detail,
    }
