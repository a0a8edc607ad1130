"""One body over all years, as a paper: publication, versions, the carry-over chain, figures, rates, findings."""

from collections.abc import Iterator
from datetime import date

from extract.form.forms import TRACK_MEMBERS
from monitor.asking.body_profile import FIGURES, BodyProfile
from monitor.asking.missing import local_day
from monitor.asking.unread import reason_words
from monitor.findings import Finding
from monitor.indicators.catalogue import rate_catalogue
from monitor.papers.cases import case_table, cases, decision_table, source_cell
from monitor.papers.chart import BarChart
from monitor.papers.figures import method
from monitor.papers.paper import Cell, Column, Heading, Paper, Part, Picture, Turn, paragraph, run, table
from monitor.papers.profile_rates import body_rates
from monitor.papers.speech import Speech
from monitor.reconcile.chain import Chain
from monitor.words.cells import column_label, group_words, row_label
from monitor.words.chain import EVENTS, STATES
from monitor.words.kinds import status_words
from monitor.words.plain import plain_line

OPEN = ("open", "regressed", "acknowledged")
DECIDED = ("explained", "false_positive")
GROUPS = frozenset({"refused", "unavailable", "not_processed", "other"})
DRAWN = ("received", "processed", "carried_forward")


def profile(told: BodyProfile, lang: str, day: date) -> Paper:
    """The paper (pure)."""
    say = Speech(lang)
    name = run(told.body.name).text
    parts = (
        paragraph(say(f"（截至{say.day(told.on)}）", f"(as of {say.day(told.on)})"), "subtitle"),
        *_who(say, told),
        *_published(say, told),
        *_chain(say, told),
        *_figures(say, told),
        *body_rates(say, told),
        *_findings(say, told),
        *_unread(say, told),
        paragraph(say(f"制表 {say.day(day)}", f"made on {say.day(day)}"), "sign"),
        *_annex(say, told),
    )
    title = say(f"{name}政府信息公开工作年度报告历年档案", f"{name}: annual reports on open government information")
    return Paper(title, lang, parts, name)


def _who(say: Speech, told: BodyProfile) -> Iterator[Part]:
    body = told.body
    yield Heading(say("一、机关", "1. The body"))
    facts = (
        (say("代码", "code"), body.code if body.code != body.name else ""),
        (say("类别", "kind"), say.coded("agency_kind", body.kind)),
        (say("层级", "level"), say.coded("agency_level", body.level)),
        (say("区划", "division"), say.division(body.division) if body.division else ""),
        (say("报告年度", "report years"), f"{told.of[0]}–{told.of[-1]}"),
    )
    yield paragraph(say.listed(f"{name} {value}" for name, value in facts if value))
    for event in told.events:
        words = say(*EVENTS[event.event]).format(
            name=event.name, successor=event.successor, old=event.old_name or "…", new=event.new_name or event.name
        )
        basis = say(f"（{event.basis}）", f" ({event.basis})") if event.basis else ""
        yield paragraph(f"{event.year}{say('年度起：', ': ')}{words}{basis}", "remark")
    yield paragraph(
        say(
            "数照录原文，未作改动；所列发现是附带证据的提示，不是结论。没有载明的格以“–”表示，不是 0。",
            "Figures stand as printed; findings are hints with evidence, no verdicts. “–” is not stated, and not 0.",
        )
    )


def _published(say: Speech, told: BodyProfile) -> Iterator[Part]:
    yield Heading(say("二、历年公布", "2. Publication over the years"))
    columns = (
        Column(say("年度", "year"), 0.7, "center"),
        Column(say("期限", "due"), 1.2, "center"),
        Column(say("公布", "published"), 1.2, "center"),
        Column(say("情况", "state"), 1.6),
        Column(say("见过的版本", "versions seen"), 0.9, "right"),
        Column(say("来源", "source"), 1.4),
        Column(say("说明", "remark"), 2),
    )
    rows = []
    for year, entry in zip(told.of, told.years, strict=True):
        versions = [one for one in told.versions if one.year == year]
        now = next((one for one in versions if one.current), None)
        state = say.state(entry.state) if entry else "–"
        late = say(f"（迟 {entry.days_late} 天）", f" ({entry.days_late} days)") if entry and entry.days_late else ""
        why = say(entry.reason, entry.reason_en) if entry and entry.state == "not_assessable" else ""
        noted = " ".join(entry.note.splitlines()) if entry else ""
        rows.append(
            (
                year,
                (entry.due if entry else None) or "–",
                (entry.day or entry.published_on if entry else now and now.published_on) or "–",
                f"{state}{late}",
                len(versions),
                source_cell(say, now.url if now else entry.url if entry else None, now.document if now else None),
                say.joined((why, noted)),
            )
        )
    yield table(columns, rows)


def _chain(say: Speech, told: BodyProfile) -> Iterator[Part]:
    yield Heading(say("三、结转链", "3. The carry-over chain"))
    if told.chain is None or len(told.chain.chain.nodes) < 2:
        yield paragraph(say("不足两年的报告，无从相接。", "Fewer than two years: nothing to link."))
        return
    chain: Chain = told.chain.chain
    yield paragraph(
        say(
            f"上年“结转下年度继续办理”应等于下年“上年结转”。相接 {chain.compared} 处："
            f"结转后未见的 {chain.lost} 件，无来由出现的 {chain.appeared} 件"
            + (f"；首次不符在 {chain.first_broken} 年度。" if chain.first_broken else "。"),
            "What one year carries forward, the next brings forward. "
            f"{chain.compared} links compared: {chain.lost} applications lost, {chain.appeared} appeared"
            + (f"; the first that does not hold is {chain.first_broken}." if chain.first_broken else "."),
        )
    )
    columns = (
        Column(say("年度", "years"), 1.4, "center"),
        Column(say("结转下年度", "carried forward"), 1, "right"),
        Column(say("上年结转", "brought forward"), 1, "right"),
        Column(say("相差", "difference"), 0.8, "right"),
        Column(say("结果", "result"), 1.4, "center"),
        Column(say("不符的列", "columns that differ"), 3),
    )
    rows = []
    for link in chain.links:
        total = link.joints[-1] if link.joints else None
        parts = [joint for joint in link.broken if joint.member != "total"]
        listed = say.joined(
            f"{column_label('T3', joint.member, say.lang)} {joint.carried} → {joint.brought}" for joint in parts
        )
        figures = (total.carried, total.brought, total.lost) if total else (None, None, None)
        rows.append((f"{link.earlier} → {link.later}", *map(_shown, figures), say(*STATES[link.state]), listed))
    yield table(columns, rows)


def _shown(value: int | None) -> str:
    return "–" if value is None else str(value)


def _figures(say: Speech, told: BodyProfile) -> Iterator[Part]:
    yield Heading(say("四、表三、表四的主要数", "4. Main figures of tables 3 and 4"))
    if not told.totals:
        yield paragraph(say("没有读到表三。", "No table 3 was read."))
        return
    columns = (
        Column(say("表三·总计", "table 3, total"), 1.8),
        *(Column(str(year), 0.8, "right") for year in told.totals),
    )
    rows = [(row_words(say, code), *(_shown(year[code]) for year in told.totals.values())) for code in FIGURES]
    yield table(columns, rows, say("表1　申请", "Table 1. Applications"))
    bars = [
        (str(year), row_words(say, code), value)
        for year, each in told.totals.items()
        for code in DRAWN
        if (value := each[code]) is not None
    ]
    if len(told.totals) > 1 and bars:
        caption = say("图1　申请：新收、办结、结转", "Figure 1. Received, processed, carried forward")
        series = tuple(row_words(say, code) for code in DRAWN)
        said = say("数见表1。", "Figures in table 1.")
        yield Picture(BarChart(tuple(bars), series, say("件", "cases")), caption, None, said)
    if told.remedies:
        heads = (
            Column(say("年度", "year"), 0.7, "center"),
            Column(say("途径", "track"), 2.4),
            *(Column(column_label("T4", one, say.lang), 1, "right") for one in TRACK_MEMBERS),
        )
        lines = [(one.year, row_label("T4", one.track, say.lang), *map(_shown, one.figures)) for one in told.remedies]
        yield table(heads, lines, say("表2　行政复议、行政诉讼", "Table 2. Reconsideration and litigation"))


def row_words(say: Speech, code: str) -> str:
    """A row of 表三, or a group of them, as a table of figures names it."""
    return group_words(code, say.lang) if code in GROUPS else row_label("T3", code, say.lang, short=True)


def _findings(say: Speech, told: BodyProfile) -> Iterator[Part]:
    yield Heading(say("六、发现和处理", "6. Findings and decisions"))
    shown = [one for one in told.findings if one.finding_class != "info" and one.status != "shadow"]
    shown = [one for one in shown if one.responsibility != "parser"]
    if not shown:
        yield paragraph(say("没有。", "None."))
        return
    columns = (
        Column(say("年度", "year"), 0.6, "center"),
        Column(say("状态", "status"), 0.9, "center"),
        Column(say("事项", "matter"), 4.2),
        Column(say("说明", "reason"), 2.4),
        Column(say("编号", "no."), 0.6, "center"),
    )
    rows = [
        (
            one.key.year,
            status_words(one.status, say.lang),
            plain_line(one, say.lang),
            _note(one),
            one.id,
        )
        for one in shown
    ]
    yield table(columns, rows)


def _note(one: Finding) -> Cell:
    return tuple(run(line) for line in (one.note or "").splitlines())


def _unread(say: Speech, told: BodyProfile) -> Iterator[Part]:
    if told.unread:
        yield Heading(say("七、未读的（出在我们这一边）", "7. What we could not read"))
        columns = (
            Column(say("年度", "year"), 0.7, "center"),
            Column(say("未读什么", "what was not read"), 4),
            Column(say("来源", "source"), 1.5),
        )
        rows = [
            (one.year or "–", reason_words(one, say.lang), source_cell(say, one.url, one.document))
            for one in told.unread
        ]
        yield table(columns, rows)


def _annex(say: Speech, told: BodyProfile) -> Iterator[Part]:
    yield Turn(landscape=True)
    names = {told.body.code: told.body.name}
    yield Heading(say("附件1　版本", "Annex 1. Versions"))
    columns = (
        Column(say("年度", "year"), 0.6, "center"),
        Column(say("公布", "published"), 1, "center"),
        Column(say("初见", "first seen"), 1, "center"),
        Column(say("末见", "last seen"), 1, "center"),
        Column(say("现行", "current"), 0.6, "center"),
        Column(say("网页和存档件（SHA-256）", "page and archived copy (SHA-256)"), 5),
    )
    rows = [
        (
            one.year,
            one.published_on or "–",
            local_day(one.first_seen) or "–",
            local_day(one.last_seen) or "–",
            say("是", "yes") if one.current else "",
            source_cell(say, one.url, one.document, whole=True),
        )
        for one in told.versions
    ]
    yield table(columns, rows) if rows else paragraph(say("没有。", "None."))
    told_findings = [one for one in told.findings if one.finding_class in ("fatal", "explain", "confirm")]
    told_findings = [one for one in told_findings if one.responsibility != "parser"]
    yield Heading(say("附件2　未了结的发现明细", "Annex 2. Every open finding"))
    found = cases([one for one in told_findings if one.status in OPEN], names, say.lang)
    yield case_table(say, found) if found else paragraph(say("没有。", "None."))
    settled = cases([one for one in told_findings if one.status in DECIDED], names, say.lang)
    if settled:
        yield decision_table(say, settled, say("已说明或经核实排除的", "Explained, or looked into"))
    yield from method(say, rate_catalogue(), rate_catalogue().main)
