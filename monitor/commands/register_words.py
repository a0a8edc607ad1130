"""What `gouji agencies import` says: which sheet and columns were taken for what, what was passed over, what to do."""

from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.agencies.agency import Agency
from crawler.agencies.headings import words
from crawler.agencies.list_rows import ListReading
from crawler.agencies.list_sheet import ListColumn, ListTable, letter
from crawler.agencies.refusal import Spot
from crawler.agencies.register_import import ImportResult
from crawler.ground.errors import Both
from crawler.ground.vocabulary import Bilingual
from monitor.asking.register_list import ReadList
from monitor.commands.options import CallOptions
from monitor.words.terminal import inert

MOST_NOTES = 20
MOST_NAMED = 10
WHY_COLUMN = {
    "unknown": Bilingual("", ""),
    "second": Bilingual("另有一列更合适", "another column fits better"),
    "hidden": Bilingual("隐藏的列", "a hidden column"),
    "blank": Bilingual("没有列名", "no heading"),
    "values": Bilingual("其中没有一个认识的值", "none of its values is known"),
}
WHY_SHEET = {
    "hidden": Bilingual(
        "是隐藏的，没有取用；要导入，请先取消隐藏", "is hidden and was not taken; unhide it to import it"
    ),
    "no_heading": Bilingual("没有表头，没有取用", "has no headings and was not taken"),
    "not_asked": Bilingual("没有取用", "was not asked for"),
}
PASSED = {
    "hidden": Bilingual(
        "隐藏的行，没有取用（筛选也会隐藏行）；要导入，请先取消隐藏",
        "hidden rows (a filter hides rows, too), not taken; unhide them to import them",
    ),
    "example": Bilingual("示例行", "example rows"),
    "section": Bilingual("分组标题，不是机关", "headings of groups, no bodies"),
    "footer": Bilingual("合计、落款或说明", "sums, signatures or notes"),
    "heading": Bilingual("重复的表头", "headings again"),
}


def say_list(call: CallOptions, found: ReadList) -> None:
    """How the file was understood."""
    for table in found.reading.tables:
        for line in _table(call, found.reading, table):
            call.say(line)
    for name, why in found.left:
        call.say(f"{_sheet(call, name)}{call.text('', ' ')}{WHY_SHEET[why][call.lang]}")
    for sort, spots in found.reading.passed.items():
        rows = _rows(call, spots)
        call.say(call.text(f"没有取用：{rows}，{PASSED[sort].zh}", f"passed over: {rows}: {PASSED[sort].en}"))
    _notes(call, found.reading)


def _sheet(call: CallOptions, name: str) -> str:
    return call.text(f"工作表“{inert(name)}”", f"sheet “{inert(name)}”") if name else call.text("文件", "file")


def _table(call: CallOptions, reading: ListReading, table: ListTable) -> Iterator[str]:
    count = sum(1 for row in reading.rows if row.sheet == table.sheet.name)
    yield call.text(
        f"{_sheet(call, table.sheet.name)}：表头在第 {table.first} 行，其下 {count} 个机关",
        f"{_sheet(call, table.sheet.name)}: headings in row {table.first}, {count} bodies below",
    )
    taken = [_taken(call, column) for column in table.columns if column.field]
    yield "  " + call.text("各列：", "columns: ") + call.text("；", "; ").join(taken)
    if left := [_ignored(call, column) for column in table.columns if not column.field]:
        yield "  " + call.text("略过的列：", "columns passed over: ") + call.text("；", "; ").join(left)
    for name in ("kind", "level"):
        counted = Counter(str(getattr(row, name)) for row in reading.rows if row.sheet == table.sheet.name)
        if any(column.field == name for column in table.columns):
            yield "  " + _values(call, name, counted)


def _values(call: CallOptions, name: str, counted: Counter[str]) -> str:
    shown = words().shown[name]
    by_name = call.text("由名称推断", "told by the name")
    said = [f"{(shown.get(code, code) if call.lang != 'en' else code) or by_name} {n}" for code, n in counted.items()]
    return words().names[name][call.lang] + call.text("：", ": ") + call.text("、", ", ").join(said)


def _taken(call: CallOptions, column: ListColumn) -> str:
    meant = words().names[column.field][call.lang]
    return f"{letter(column.number)}“{inert(column.heading)}”→{meant}"


def _ignored(call: CallOptions, column: ListColumn) -> str:
    why = WHY_COLUMN[column.why][call.lang]
    told = call.text(f"（{why}）", f" ({why})") if why else ""
    return f"{letter(column.number)}{f'“{inert(column.heading)}”' if column.heading else ''}{told}"


def _rows(call: CallOptions, spots: Sequence[Spot]) -> str:
    numbers = call.text("、", ", ").join(str(spot.line) for spot in spots[:MOST_NAMED])
    more = call.text(f"等 {len(spots)} 行", f" … ({len(spots)} in all)") if len(spots) > MOST_NAMED else ""
    sheets = {spot.sheet for spot in spots} - {""}
    where = _sheet(call, spots[0].sheet) if len(sheets) == 1 else ""
    return call.text(f"{where}第 {numbers} 行{more}", f"{where} row {numbers}{more}".strip())


def _notes(call: CallOptions, reading: ListReading) -> None:
    if reading.notes:
        call.say(call.text("请看一下：", "please look at these:"))
    for note in reading.notes[:MOST_NOTES]:
        where = call.text(note.spot.said[1] + "：", note.spot.said[0] + ": ") if note.spot else ""
        call.say("  " + where + inert(call.text(note.said[1], note.said[0])))
    if (rest := len(reading.notes) - MOST_NOTES) > 0:
        call.say("  " + call.text(f"……另有 {rest} 处（--json 全部列出）", f"… and {rest} more (--json lists them all)"))


def say_counts(call: CallOptions, result: ImportResult, *, tried: bool) -> None:
    """What the import did, or would do."""
    contacts: Both = (
        (f", {result.contacts} contacts", f"；联系人 {result.contacts} 位") if result.contacts else ("", "")
    )
    before: Both = ("would be: ", "将会：") if tried else ("", "")
    call.say(
        call.text(
            f"{before[1]}新增 {result.added}，更新 {result.updated}，未变 {result.unchanged}{contacts[1]}",
            f"{before[0]}{result.added} new, {result.updated} changed, {result.unchanged} unchanged{contacts[0]}",
        )
    )


def say_after(
    call: CallOptions, stray: Sequence[tuple[str, int]], orphans: Sequence[tuple[str, int]], without: int
) -> None:
    """What in the register leads nowhere."""
    for portal, count in stray:
        call.say(
            call.text(
                f"门户“{portal}”不在 gouji.toml 中，登记在其下的 {count} 个机关无从判断：写入 [[portal]]"
                "（gouji portal add 网址），或改正名录的门户一列",
                f"portal '{portal}' is not in gouji.toml, and its {count} bodies cannot be judged: write its "
                "[[portal]] (gouji portal add ADDRESS), or mend the column `portal`",
            )
        )
    for parent, count in orphans[:MOST_NAMED]:
        call.say(
            call.text(
                f"上级“{parent}”不在名录中，{count} 个机关写着它：请查有无笔误，或把它也列入名录",
                f"the parent '{parent}' of {count} bodies is not in the register: look for a slip, or enter it as well",
            )
        )
    if (more := len(orphans) - MOST_NAMED) > 0:
        call.say(
            call.text(
                f"不在名录中的上级还有 {more} 个：全部见 --json",
                f"{more} more parents are not in the register: all of them in --json",
            )
        )
    if without:
        call.say(
            call.text(
                f"{without} 个机关没有写明门户，而关注的门户不止一个：请在“门户”一列写明编号或网址"
                "（gouji portal list）",
                f"{without} bodies have no portal, and several are watched: write its id or address in the column "
                "`portal` (gouji portal list)",
            )
        )


def say_gone(call: CallOptions, gone: Sequence[Agency], year: int) -> None:
    """Who is in the register and no longer in the list, and what to do about it."""
    if not gone:
        return
    names = call.text("、", ", ").join(one.name for one in gone[:MOST_NAMED])
    more = call.text("等", " …") if len(gone) > MOST_NAMED else ""
    call.say(
        call.text(
            f"名录里另有 {len(gone)} 个机关不在这份名单中：{names}{more}",
            f"{len(gone)} bodies of the register are not in this list: {names}{more}",
        )
    )
    call.say(
        "  "
        + call.text(
            f"不再报送的：gouji agencies end 名称 --year {year - 1}（应报的最后一个年度）；当初录错的：gouji agencies "
            "remove 名称；这只是部分名单的，不必理会",
            f"who owes no more: gouji agencies end NAME --year {year - 1} (its last report year); a slip: "
            "gouji agencies remove NAME; nothing to do where the list is only a part",
        )
    )
