"""The parts of a bulletin on publication: the curve by day, groups, who is missing, late, explained, not judged."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from monitor.asking.bulletin import Bulletin
from monitor.asking.missing import MISSED, CoverageEntry, local_day
from monitor.duty.standing import State
from monitor.papers.chart import CurveChart
from monitor.papers.paper import Cell, Column, DataTable, Heading, Part, Picture, paragraph, run, table
from monitor.papers.speech import Speech
from monitor.words.kinds import status_words

FEW_DAYS = 40  # in a table of days; of more, weeks
MOST_DUE = 3  # days to keep that a chart marks
QUIET_DAYS = 14  # after the last publication, until where a chart goes on
EXCUSED = frozenset({"explained", "false_positive"})  # what is acknowledged stands, with what was said of it
MISSING: tuple[State, ...] = ("overdue_confirmed",)
WAITING: tuple[State, ...] = ("overdue",)


def entries_of(told: Bulletin, states: Sequence[State], *, decided: bool = False) -> list[CoverageEntry]:
    """The bodies in these states; `decided`: those whose absence or lateness is explained or was looked into."""
    return [one for one in told.entries if one.state in states and (one.decision in EXCUSED) is decided]


def publication(say: Speech, told: Bulletin) -> Iterator[Part]:
    """The whole section."""
    yield Heading(say("二、公布情况", "2. Publication"))
    yield Heading(say("（一）进度", "2.1 Day by day"), 2)
    yield from _curve(say, told)
    yield Heading(say("（二）分类情况", "2.2 By group"), 2)
    yield _groups(say, told, say("类别", "kind"), lambda one: say.coded("agency_kind", one.kind) or _unnamed(say))
    if len({one.division for one in told.entries}) > 1:
        yield _groups(say, told, say("区划", "division"), lambda one: say.division(one.division))
    yield Heading(say("（三）逾期未公布", "2.3 Not published after the due day"), 2)
    yield from _missing(say, told)
    yield Heading(say("（四）迟公布", "2.4 Published late"), 2)
    yield from _late(say, told)
    yield from _local(say, told)
    yield from _decided(say, told)


def _unnamed(say: Speech) -> str:
    return say("未注明类别", "kind not stated")


# --- the curve ------------------------------------------------------------------------------------------------------


def publication_curve(say: Speech, owing: Sequence[CoverageEntry], on: date) -> tuple[CurveChart, str] | None:
    """How many of those that owe a report had published by each day, and that in words; None where nobody has."""
    days = Counter(date.fromisoformat(one.day) for one in owing if one.day and one.first_seen)
    if not days:
        return None
    points = _points(days, on)
    due = Counter((date.fromisoformat(one.due), one.layer) for one in owing if one.due)
    marks = tuple(
        (day, f"{say.layer(layer)} {say.short_day(day)}") for (day, layer), _ in sorted(due.most_common(MOST_DUE))
    )
    goal = len(owing)
    labels = (say("已公布机关数（累计）", "published, in all"), say("应公布", "due"))
    said = say(
        f"到{say.day(points[-1][0])}共 {points[-1][1]} 个机关公布，应公布 {goal} 个（虚横线）；竖线为期限。",
        f"By {say.day(points[-1][0])} {points[-1][1]} of {goal} (dotted line) had published; upright lines: due days.",
    )
    return CurveChart(points, marks, goal, labels), said


def _curve(say: Speech, told: Bulletin) -> Iterator[Part]:
    owing = [one for one in told.entries if one.due]
    found = publication_curve(say, owing, date.fromisoformat(told.coverage.on))
    if found is None:
        yield paragraph(say("尚无公布日期可列。", "There is no day of publication to show yet."))
        return
    chart, said = found
    days = Counter(date.fromisoformat(one.day) for one in owing if one.day and one.first_seen)
    unknown = sum(1 for one in owing if one.first_seen and not one.day)
    caption = say("图1　公布进度：逐日累计", "Figure 1. Publication, day by day")
    yield Picture(chart, caption, _days(say, days, caption), said)
    more = say(f"另有 {unknown} 个公布日期不明，不在图中。", f" {unknown} more of no known day are not in it.")
    yield paragraph(said + (more if unknown else ""), "note")


def _points(days: Counter[date], on: date) -> tuple[tuple[date, int], ...]:
    """How many by each day: from the day before the first to some time after the last."""
    first, last = min(days), max(days)
    points, count = [(first - timedelta(days=1), 0)], 0
    for day in sorted(days):
        count += days[day]
        points.append((day, count))
    end = min(max(on, last), last + timedelta(days=QUIET_DAYS))
    return tuple([*points, (end, count)] if end > last else points)


def _days(say: Speech, days: Counter[date], caption: str) -> DataTable:
    weekly = len(days) > FEW_DAYS
    summed: Counter[date] = Counter()
    for day, count in days.items():
        summed[day - timedelta(days=day.weekday()) if weekly else day] += count
    rows, whole = [], 0
    for day in sorted(summed):
        whole += summed[day]
        rows.append((say.day(day), summed[day], whole))
    head = say("一周起于", "week from") if weekly else say("日期", "day")
    columns = (
        Column(head, 2),
        Column(say("公布", "published"), 1, "right"),
        Column(say("累计", "in all"), 1, "right"),
    )
    return table(columns, rows, caption)


# --- lists ----------------------------------------------------------------------------------------------------------


def _groups(say: Speech, told: Bulletin, name: str, by: Callable[[CoverageEntry], str]) -> DataTable:
    groups: dict[str, list[CoverageEntry]] = {}
    for one in told.entries:
        groups.setdefault(by(one), []).append(one)
    groups[say("合计", "all")] = list(told.entries)
    columns = (
        Column(name, 2),
        *(
            Column(words, 1, "right")
            for words in (
                say("机关", "bodies"),
                say("应公布", "due"),
                say("按期", "in time"),
                say("迟公布", "late"),
                say("逾期未公布", "missing"),
                say("待确认", "overdue"),
                say("未到期", "not due"),
                say("无法判断", "cannot say"),
            )
        ),
    )
    return table(columns, [(group, *_counts(each)) for group, each in groups.items()])


def _counts(entries: Sequence[CoverageEntry]) -> Iterator[int]:
    states = Counter(one.state for one in entries)
    free = sum(1 for one in entries if not one.due)
    yield len(entries)
    yield len(entries) - free
    yield sum(1 for one in entries if one.state == "published" and one.due)
    yield states["published_late"]
    yield states["overdue_confirmed"]
    yield states["overdue"]
    yield states["not_due"] + states["due_soon"]
    yield states["not_assessable"]


def _missing(say: Speech, told: Bulletin) -> Iterator[Part]:
    found = entries_of(told, MISSING)
    waiting = entries_of(told, WAITING)
    if not found and not waiting:
        yield paragraph(say("没有。", "None."))
    if found:
        yield _absent(say, told, found)
    if waiting:
        yield paragraph(
            say(
                f"以下 {len(waiting)} 个已过期限、查看次数还不够，尚待确认，不列为未公布：",
                f"The day of these {len(waiting)} is past, but nobody looked often enough: not called missing yet.",
            )
        )
        yield _absent(say, told, waiting)


def _absent(say: Speech, told: Bulletin, found: Sequence[CoverageEntry]) -> DataTable:
    columns: tuple[Column, ...] = (
        Column(say("单位", "body"), 2.4),
        Column(say("期限", "due"), 1.7),
        Column(say("期限后查看", "looks after the day"), 2.4),
        Column(say("门户", "portal"), 1.5),
    )
    rows: list[list[Cell | object]] = [
        [one.name, _due(say, one), _looks(say, one), _portals(told, one)] for one in found
    ]
    if any(one.note for one in found):
        columns = (*columns, Column(say("备注", "remark"), 1.8))
        for row, one in zip(rows, found, strict=True):
            row.append(tuple(run(line) for line in one.note.splitlines()))
    return table(columns, rows)


def _due(say: Speech, one: CoverageEntry) -> str:
    return f"{say.layer(one.layer)} {one.due}" if one.due else ""


def _looks(say: Speech, one: CoverageEntry) -> str:
    if not one.portals:
        return say("收集的文件中没有", "not among the files collected")
    first, last = local_day(one.first_look), local_day(one.last_look or one.last_healthy)
    if not one.looks:
        return say(f"最近一次 {last}", f"last on {last}") if last else "–"
    return say(f"{one.looks} 次均未见到（{first} 至 {last}）", f"{one.looks} in vain ({first} to {last})")


def _portals(told: Bulletin, one: CoverageEntry) -> str:
    ids = [str(portal["id"]) for portal in one.portals]
    return "、".join(told.portals.get(each, each) for each in ids) or "–"


def _late(say: Speech, told: Bulletin) -> Iterator[Part]:
    found = entries_of(told, ("published_late",))
    if not found:
        yield paragraph(say("没有。", "None."))
        return
    columns = (
        Column(say("单位", "body"), 2.4),
        Column(say("期限", "due"), 1.7),
        Column(say("公布", "published"), 1.6),
        Column(say("迟（天）", "days late"), 0.9, "right"),
        Column(say("日期依据", "the day rests on"), 2.4),
    )
    rows = [
        (
            (run(one.name, one.url),),
            _due(say, one),
            say("不晚于 ", "no later than ") * (one.by == "first_seen") + str(one.day),
            say("至多 ", "at most ") * (one.by == "first_seen") + str(one.days_late),
            say.by(one.by),
        )
        for one in found
    ]
    yield table(columns, rows)


def _local(say: Speech, told: Bulletin) -> Iterator[Part]:
    found = [one for one in told.entries if one.local in MISSED and one.state not in MISSED]
    if not found:
        return
    yield Heading(say("（五）晚于本地期限、未超过法定期限", "2.5 After the local day, within the law's"), 2)
    columns = (
        Column(say("单位", "body"), 2.4),
        Column(say("本地期限", "local day"), 1.3),
        Column(say("公布", "published"), 1.3),
    )
    yield table(columns, [((run(one.name, one.url),), one.due_local or "", one.day or "–") for one in found])


def _decided(say: Speech, told: Bulletin) -> Iterator[Part]:
    found = entries_of(told, (*MISSING, *WAITING, "published_late"), decided=True)
    if not found:
        return
    yield Heading(say("已说明或已核实的", "Explained or looked into"), 2)
    yield paragraph(
        say(
            "以下各单位的情况已有说明或经核实，不列入上面的名单：",
            "About these there is an explanation, or somebody looked into it: they are not in the lists above.",
        )
    )
    columns = (
        Column(say("单位", "body"), 2),
        Column(say("情况", "state"), 1.1),
        Column(say("处理", "decision"), 1),
        Column(say("说明", "reason"), 3.4),
        Column(say("日期", "day"), 1),
    )
    rows = [
        (
            one.name,
            say.state(one.state),
            status_words(one.decision, say.lang),
            tuple(run(line) for line in one.note.splitlines()) or (run("–"),),
            one.decided_on or "",
        )
        for one in found
    ]
    yield table(columns, rows)


def unjudged(say: Speech, told: Bulletin) -> Iterator[Part]:
    """Bodies of which nothing can be said, each with the reason; nobody is accused."""
    found = entries_of(told, ("not_assessable",)) + entries_of(told, ("not_assessable",), decided=True)
    if not found:
        yield paragraph(say("没有。", "None."))
        return
    columns = (Column(say("单位", "body"), 2), Column(say("为什么不能判断", "why nothing can be said"), 5))
    yield table(columns, [(one.name, say(one.reason, one.reason_en)) for one in found])
