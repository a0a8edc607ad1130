"""`gouji agencies` (list; import, template, end, remove, learn, events, unmatched): who must publish."""

from contextlib import closing

import click

from crawler.agencies import contacts as contacts_of
from crawler.agencies.contacts import Contact
from crawler.agencies.headings import said, words
from monitor.asking.register import register
from monitor.commands.learn import events, learn, unmatched
from monitor.commands.options import CallOptions, group, json_option, session
from monitor.commands.register_end import end, remove_, template
from monitor.commands.register_import import import_
from monitor.schema import open_database
from monitor.words.terminal import table

SHOWN = ("code", "name", "level", "kind", "division", "portal", "first_year", "last_year", "source")
SOURCES = {
    "import": "导入",
    "document": "见于文件",
    "portal": "见于门户",
    "publisher": "曾公布年报",
    "roster": "公布情况名单",
    "department": "门户部门名单",
    "title": "见于标题",
}
CONTACTS = (("机关", "body"), ("联系人", "contact"), ("电话", "phone"), ("邮箱", "email"), ("职务", "role"))


@group(
    step=40,
    example="gouji agencies template 名录.xlsx\ngouji agencies import 名录.xlsx\ngouji agencies learn\n"
    "gouji agencies list",
)
def agencies() -> None:
    """应发布年度报告的机关名录。

    The register of who must publish.
    """


for _part in (import_, template, end, remove_, learn, events, unmatched):
    agencies.add_command(_part)


@agencies.command("list", example="gouji agencies list --contacts\ngouji agencies list --json")
@click.option("--contacts", is_flag=True, help="列出联系人 · with whom to write to")
@json_option
def list_agencies(contacts: bool) -> None:
    """列出名录；--contacts 列出各机关的联系人、电话、邮箱。

    Prints the register; --contacts: whom to write to at each body.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        rows = register(db)
        people = contacts_of.of(db) if contacts else {}
    if contacts:
        call.emit([{**row._asdict(), "contacts": [one._asdict() for one in people.get(row.code, [])]} for row in rows])
        head = tuple(call.text(*words) for words in CONTACTS)
        lines: list[tuple[str, ...]] = [(row.name, *one) for row in rows for one in people.get(row.code, [Contact()])]
        shown: list[tuple[str, ...]] = [head, *(tuple(cell or "–" for cell in line) for line in lines[: call.room])]
    else:
        call.emit([row._asdict() for row in rows])
        lines = [tuple(_shown(call, name, getattr(row, name)) for name in SHOWN) for row in rows]
        shown = [tuple(words().names[name][call.lang] for name in SHOWN), *lines[: call.room]]
    for line in table(shown):
        call.say(line)
    for line in call.rest(len(lines)):
        call.say(line)
    call.say(call.text(f"共 {len(rows)} 个机关", f"{len(rows)} agencies"))


def _shown(call: CallOptions, name: str, value: str | int | None) -> str:
    """A cell of the register in the words of the call's language; what people wrote stays as it is."""
    text = "" if value is None else str(value)
    if name in ("kind", "level"):
        return said(name, text, call.lang)
    return SOURCES.get(text, text) if name == "source" and call.lang != "en" else text
