"""The year at a glance as a workbook: one sheet for each question that is asked about it, with links in every row."""

from collections.abc import Mapping, Sequence
from datetime import date

from monitor.asking.glance import BINDING, FIGURES, PROSE, BodyYear, Glance
from monitor.asking.missing import MISSED, CoverageEntry
from monitor.asking.unread import Unread, reason_words
from monitor.codebook import code_lists
from monitor.commands.coverage_words import decision, ledger_words, state_words
from monitor.commands.finding_rows import SAID, said
from monitor.commands.options import CallOptions
from monitor.commands.status import READ, counted, summary
from monitor.duty.deadlines import texts
from monitor.duty.standing import ABSENT, State
from monitor.export.sheet_file import Cell, Linked, Sheet, Tone, Value
from monitor.findings import Finding

TONES: Mapping[State, Tone] = {
    "overdue_confirmed": "bad",
    "overdue": "warn",
    "published_late": "warn",
    "not_assessable": "unsure",
    "due_soon": "",
    "not_due": "quiet",
    "published": "good",
    "no_duty": "quiet",
}
Row = Sequence[Value | Cell]
Heading = tuple[str, str]
PAGE: tuple[Heading, ...] = (("网页", "page"), ("存档的原件", "archived copy"))
BODY: Heading = ("机关", "body")
REMARK: Heading = ("说明", "remark")
COUNTS: tuple[Heading, ...] = (
    ("迟（天）", "days late"), ("读取", "read"), ("数据不符", "figures off"), ("文表不符", "text off"),
    ("待核", "open"), ("已答复", "decided"), ("需人工查看", "to be opened"),
)  # fmt: skip
SPARED: frozenset[Heading] = frozenset(
    {("区划", "division"), ("本地期限", "local day"), ("迟（天）", "days late"), ("已答复", "decided"),
     ("需人工查看", "to be opened"), ("门户异常", "portal in trouble"), REMARK}
)  # fmt: skip
LONG, MIDDLE = 48, 30  # the widths of columns of sentences
NARROW: Mapping[Heading, int] = dict.fromkeys(COUNTS, 9)


def sheets(call: CallOptions, found: Glance, kept: Mapping[str, str]) -> list[Sheet]:
    """All of them; `kept` are the copies of originals beside the workbook, by hash."""
    return _Book(call, found, kept).sheets()


class _Book:
    def __init__(self, call: CallOptions, found: Glance, kept: Mapping[str, str]) -> None:
        self.call, self.found, self.kept = call, found, kept
        config = call.data.config()
        self.names = {one.id: one.called for one in config.portals}
        self.starts = {one.id: one.start_url for one in config.portals}
        self.bodies = {one.agency: one for one in found.bodies}

    def say(self, words: Heading) -> str:
        return self.call.text(*words)

    def sheets(self) -> list[Sheet]:
        entries = self.found.coverage.entries
        tied, against = (self.found.of_kind(kinds) for kinds in (FIGURES, PROSE))
        told = {id(one) for one in (*tied, *against)}
        rest = [one for one in self.found.findings if id(one) not in told]
        place = {one.agency: at for at, one in enumerate(self.found.bodies)}
        rest.sort(key=lambda one: (place[one.key.agency], one.finding_class not in BINDING, one.id or 0))
        return [
            self._overview(),
            self._missing([one for one in entries if one.state in ABSENT or one.local in ABSENT]),
            self._late([one for one in entries if one.state == "published_late" or one.local == "published_late"]),
            self._findings(("数据不符", "figures do not agree"), tied),
            self._findings(("文表不符", "text against table"), against),
            self._by_hand(),
            self._findings(("其他发现", "other findings"), rest),
        ]

    def _sheet(self, name: Heading, heads: Sequence[Heading], rows: Sequence[Row], empty: Heading, wide: int) -> Sheet:
        return Sheet(
            self.say(name),
            [self.say(one) for one in heads],
            rows,
            title=self._title(name),
            empty=self.say(empty),
            widths={wide: LONG} if rows else {},
            tone="bad" if rows else "good",
        )

    def _title(self, name: Heading) -> str:
        told = self.found.coverage
        return self.call.text(
            f"{told.year}年度政府信息公开工作年度报告：{name[0]}（截至{told.on}）",
            f"Annual reports on open government information for {told.year}: {name[1]} (as of {told.on})",
        )

    def _overview(self) -> Sheet:
        heads: tuple[Heading, ...] = (
            BODY, ("类别", "kind"), ("区划", "division"), ("公布情况", "standing"), ("期限", "due"),
            ("本地期限", "local day"), ("公布日", "published"), *COUNTS, ("门户", "portal"),
            ("门户异常", "portal in trouble"), REMARK, *PAGE,
        )  # fmt: skip
        name = ("总览", "overview")
        rows = [self._body(one) for one in self.found.bodies]
        # Whoever prints it wants no column in which nothing stands.
        without = {at for at, one in enumerate(heads) if one in SPARED and not any(_value(row[at]) for row in rows)}
        shown = [one for at, one in enumerate(heads) if at not in without]
        return Sheet(
            self.say(name),
            [self.say(one) for one in shown],
            [[cell for at, cell in enumerate(row) if at not in without] for row in rows],
            title=self._title(name),
            notes=[
                *summary(self.call, self.found),
                self.call.text(
                    "红：逾期未公布或数据、文表不符；黄：待确认或迟公布；蓝：无法判断、需人工查看；绿：已公布、未见不符。"
                    "机器所见，供核实，不作结论。",
                    "Red: missing, or does not agree; yellow: to be confirmed, or late; blue: cannot be said, open it "
                    "yourself; green: published, nothing seen. Seen by a machine, to be verified.",
                ),
            ],
            widths={at: NARROW.get(one, MIDDLE) for at, one in enumerate(shown) if one in NARROW or one == REMARK},
        )

    def _body(self, one: BodyYear) -> Row:
        told = decision(self.call, one.decision, one.note, one.decided_on)
        kind = code_lists()["agency_kind"].get(one.kind)
        tone = "quiet" if one.decision and one.state in MISSED else TONES[one.state]
        known = one.tied is not None
        return (
            one.name,
            self.call.text(kind["zh"], kind["en"]) if kind else "",
            one.division,
            Cell(state_words(self.call, one.state), tone),
            _day(one.due),
            _day(one.due_local),
            _day(one.published),
            one.days_late,
            Cell(self.say(READ.get(one.read, READ[""])), "unsure" if one.read in ("partial", "unreadable") else ""),
            self._count(one.untied, known=known),
            self._count(one.contradicted, known=known),
            one.open_findings or None,
            one.decided or None,
            Cell(one.unread or None, "unsure" if one.unread else ""),
            "、".join(self.names.get(id_, id_) for id_ in one.portal.split("、") if id_),
            Cell(self._trouble(one.portal_state), "unsure" if one.portal_state != "ok" else ""),
            told or self.call.text(one.reason, one.reason_en),
            *self._links(one.url, one.document),
        )

    def _trouble(self, state: str) -> str:
        """What is the matter with a portal; "" where it is well."""
        words = texts().state.get(state) if state != "ok" else None
        return self.call.text(words.zh, words.en) if words else ""

    def _count(self, count: int, *, known: bool) -> Cell:
        return Cell(count, "bad") if count else Cell(counted(self.call, 0, known=known), "good" if known else "")

    def _missing(self, entries: Sequence[CoverageEntry]) -> Sheet:
        heads = (BODY, ("公布情况", "standing"), ("期限", "due"), ("依据", "what it rests on"),
                 ("处理", "decided"), ("门户", "portal"), ("门户栏目", "its column"))  # fmt: skip
        rows = [
            (
                one.name,
                self._standing(one),
                self._due(one),
                ledger_words(self.call, one),
                decision(self.call, one.decision, one.note, one.decided_on),
                self._portals(one),
                self._column(one),
            )
            for one in entries
        ]
        return self._sheet(("未公布", "not published"), heads, rows, ("没有逾期未公布的机关。", "None is missing."), 3)

    def _late(self, entries: Sequence[CoverageEntry]) -> Sheet:
        heads = (BODY, ("期限", "due"), ("公布日", "published"), ("迟（天）", "days late"),
                 ("依据", "what it rests on"), ("处理", "decided"), *PAGE)  # fmt: skip
        rows = [
            (
                one.name,
                self._due(one),
                _day(one.day or one.published_on),
                one.days_late if one.days_late is not None else _after(one.day, one.due_local),
                ledger_words(self.call, one),
                decision(self.call, one.decision, one.note, one.decided_on),
                *self._links(one.url, one.document),
            )
            for one in entries
        ]
        return self._sheet(("迟公布", "published late"), heads, rows, ("没有迟公布的机关。", "None came late."), 4)

    def _findings(self, name: Heading, found: Sequence[Finding]) -> Sheet:
        heads = (BODY, *SAID, *PAGE)
        empty = ("没有。", "None.")
        sheet = self._sheet(name, heads, [self._finding(one) for one in found], empty, 1)
        return Sheet(
            sheet.name, sheet.headings, sheet.rows, title=sheet.title, empty=sheet.empty, tone=sheet.tone,
            widths={1: LONG, 2: LONG, 5: 24} if found else {},
        )  # fmt: skip

    def _finding(self, one: Finding) -> Row:
        body = self.bodies[one.key.agency]
        document, url = one.evidence.get("document"), one.evidence.get("url")
        links = self._links(url if isinstance(url, str) else body.url, document or body.document)
        return (body.name, *said(self.call, one), *links)

    def _by_hand(self) -> Sheet:
        heads = (BODY, ("标题", "title"), ("为什么", "why"), *PAGE)
        rows: list[Row] = [self._unread(one) for one in self.found.unread]
        for one in self.found.coverage.entries:
            if one.state == "not_assessable":
                links = self._links(one.url, one.document) if one.url else (self._column(one), "")
                rows.append((one.name, "", Cell(self.call.text(one.reason, one.reason_en), "unsure"), *links))
        return self._sheet(("需人工查看", "open it yourself"), heads, rows, ("没有要人工查看的。", "Nothing."), 2)

    def _unread(self, one: Unread) -> Row:
        who = one.name or self.call.text("机关不明", "body not known")
        why = reason_words(one, self.call.lang)
        return (who, one.title, Cell(why, "unsure"), *self._links(one.url, one.document))

    def _standing(self, one: CoverageEntry) -> Cell:
        if one.state in ABSENT:
            return Cell(state_words(self.call, one.state), "quiet" if one.decision else TONES[one.state])
        return Cell(self.call.text("过了本地期限，未过法定期限", "past the local day, not past the law's"), "warn")

    def _due(self, one: CoverageEntry) -> Value:
        return _day(one.due if one.state in MISSED else one.due_local)

    def _portals(self, one: CoverageEntry) -> str:
        return "、".join(self.names.get(str(portal["id"]), str(portal["id"])) for portal in one.portals)

    def _column(self, one: CoverageEntry) -> Value:
        start = next((self.starts[str(portal["id"])] for portal in one.portals if portal["id"] in self.starts), "")
        return Linked(self.call.text("打开", "open"), start) if start else ""

    def _links(self, url: str | None, document: object) -> tuple[Value, Value]:
        page = Linked(self.call.text("打开网页", "open page"), url) if url else ""
        if url and not url.startswith(("http://", "https://")):
            page = self.call.text("收入的文件", "a file that was taken in")
        copy = self.kept.get(str(document or ""))
        return page, Linked(self.call.text("打开原件", "open copy"), copy) if copy else ""


def _value(cell: Value | Cell) -> Value:
    return cell.value if isinstance(cell, Cell) else cell


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day[:10]) if day else None


def _after(day: str | None, due: str | None) -> int | None:
    first, last = _day(due), _day(day)
    return (last - first).days if first and last else None
