"""Six places with 300 bodies, and what their portals list: the words are those of the handbook, not of our tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

YEARS = (2022, 2023, 2024, 2025)


@dataclass(frozen=True)
class Place:
    """A place with its own portal. `given`: the register says on which portal its bodies publish."""

    id: str
    name: str
    portal: str
    unit: str
    division: str = ""
    given: bool = False
    once: str = ""
    """What it was called until 2023."""


PLACES = (
    Place("qy", "青岩市", "青岩市人民政府", "市"),
    Place("wx", "望溪县", "望溪县人民政府门户网站", "县"),
    Place("ld", "临渡县", "临渡县政府信息公开平台", "县", given=True),
    Place("xz", "鼓楼区", "徐州市鼓楼区人民政府", "区", "320302", given=True),
    Place("fz", "鼓楼区", "福州市鼓楼区人民政府", "区", "350102", given=True),
    Place("pc", "平川市", "平川市人民政府", "市", once="平川县"),
)

# Long forms, of which each place has one, and how lists shorten them: the table of the handbook (identifiers.md §6).
DEPARTMENTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("发展和改革委员会", "发展和改革局", "发展改革局", "发展和改革科技局"), ("发改委", "发改局", "发改")),
    (("人力资源和社会保障局",), ("人社局",)),
    (("住房和城乡建设局", "住房城乡建设局", "住房和城乡建设委员会"), ("住建局", "住建委", "建设局")),
    (("市场监督管理局",), ("市监局", "市场监管局")),
    (("卫生健康委员会", "卫生健康局"), ("卫健委", "卫健局")),
    (("自然资源和规划局", "自然资源局"), ("自规局", "自然资源局", "资规局")),
    (("退役军人事务局",), ("退役军人局",)),
    (("文化和旅游局", "文化广电和旅游局", "文化广电旅游体育局"), ("文旅局", "文广旅局", "文旅体局")),
    (("教育和体育局", "教育科技局"), ("教体局", "教科局", "教育体育局")),
    (("工业和信息化局", "经济和信息化局", "工业信息化和科技局"), ("工信局", "经信局", "工科局")),
    (("农业农村局", "农牧和科技局", "农业农村和水利局"), ("农业农村局", "农牧局", "农水局")),
    (("应急管理局",), ("应急局",)),
    (("医疗保障局",), ("医保局",)),
    (
        # Here each has its own.
        (
            "行政审批服务局/审批局",
            "政务服务管理局/政务局",
            "政务服务和数据管理局/政数局",
            "政务服务和大数据管理局/政数局",
            "大数据局/数据局",
            "数据局",
        ),
        ("数据局",),
    ),
    (("地方金融监督管理局", "金融工作办公室", "地方金融管理局"), ("金融办", "金融局")),
    (("城市管理局", "城市管理综合行政执法局", "综合行政执法局"), ("城管局", "综合执法局", "执法局")),
    (("交通运输局",), ("交通局", "交运局")),
    (("水务局", "水利局"), ("水务局", "水利局")),
    (("林业和草原局", "林业局"), ("林草局", "林业局")),
    (("生态环境局",), ("生态局", "环保局")),
    (("国有资产监督管理委员会", "国有资产监督管理局"), ("国资委", "国资局")),
    (("粮食和物资储备局",), ("粮食局", "粮储局")),
    (("民族宗教事务局", "民族宗教事务委员会"), ("民宗局", "民宗委")),
    (("机关事务管理局", "机关事务服务中心"), ("机关事务局",)),
    (("人民防空办公室",), ("人防办",)),
    (("外事办公室",), ("外办",)),
    (("乡村振兴局",), ("扶贫办", "乡村振兴局")),
    (("供销合作社联合社",), ("供销社",)),
    (("残疾人联合会",), ("残联",)),
    (("消防救援大队",), ("消防大队",)),
    # As written: nothing shorter is in use.
    *(((name,), (name,)) for name in ("统计局", "审计局", "信访局", "司法局", "公安局", "民政局", "财政局", "商务局")),
)
TOWNS = ("城关镇", "灵溪镇", "岔河镇", "石桥乡", "云岭乡", "东门街道")
OTHERS = ("气象局", "档案馆", "地震局", "科学技术局", "园林绿化局")
SILENT = ("审计局", "统计局", "应急管理局", "残疾人联合会", "交通运输局", "人力资源和社会保障局")
ZONES = ("经济开发区管理委员会",)
# Two that an abbreviation may mean stand side by side in these places.
BESIDE: Mapping[str, tuple[str, ...]] = {
    "qy": ("综合行政执法局", "高新区管理委员会"),
    "wx": ("体育局",),
    "ld": ("大数据局",),
}

TITLES = (
    "{x}{y}年政府信息公开工作年度报告",
    "{y}年度{x}政府信息公开工作年度报告",
    "{x}政府信息公开工作{y}年度报告",
    "{x}{y}年政府信息公开年度报告",
    "{y}年度{x}政府信息公开年报",
    "{x}{y}年信息公开年度报告",
    "{y}年{x}政府信息公开年度报告",
    "{x}关于{y}年度政府信息公开情况的报告",
    "{x}{y} 年政府信息公开工作年度报告",
    "{x}{y}年政府信息公开工作告年度报",
)
NAMELESS = ("{y}年度政府信息公开工作报告", "关于{y}年度政府信息公开情况的报告", "{y}年政府信息公开工作年度报告")
DRESSED = (
    "{t}", "{t}", "[置顶]{t}", "【部门】{t}", "{t}（公开）", "{t}（图）", "{t}（青发〔2026〕3号）", "{t}PDF", "{t}.docx", "{t}NEW",
    "{t}🆕", "·{t}", "&amp;nbsp;{t}", "2026-01-20 {t}", "{t}（2026-01-20）", "12. {t}", "{t} 阅读：235", "{t} 1.2MB", "{t}（图片版）",
    "{t}（超链版）.pdf",
)  # fmt: skip
SENTENCES = (
    "现将{x}{y}年政府信息公开工作年度报告公布如下。",
    "本报告由{x}编制。",
    "根据《中华人民共和国政府信息公开条例》的规定，特编制《{x}{y}年政府信息公开工作年度报告》。",
)
# What stands in such columns and is no report.
DECOYS = (
    "{y}年度政府信息公开工作年度报告公布情况",
    "一图读懂{p}{y}年政府信息公开工作年度报告",
    "关于报送{y}年政府信息公开工作年度报告的通知",
    "{p}{y}年政务公开工作要点落实情况的函",
    "{p}{y}年政府工作报告",
)


@dataclass(frozen=True)
class Body:
    """A body of the register; `once` is what it was called until 2023, if otherwise."""

    place: Place
    number: int
    bare: str
    shorts: tuple[str, ...]
    name: str
    once: str

    @property
    def code(self) -> str:
        return f"{self.place.division}-{self.name}" if self.place.division else self.name

    def called(self, year: int) -> str:
        return self.once if self.once and year <= 2023 else self.name


@dataclass(frozen=True)
class Listed:
    """One entry of a list. `body` is whose report it is; None for what is no report."""

    place: Place
    year: int
    title: str
    page: str
    body: Body | None
    group: str = ""


@cache
def bodies() -> tuple[Body, ...]:
    found: list[Body] = []
    for at, place in enumerate(PLACES):
        rows: list[tuple[str, tuple[str, ...]]] = [
            ("人民政府", ("人民政府", "政府", "")),
            ("人民政府办公室", ("府办", "政府办", f"{place.unit}政府办", "办公室")),
            *((longs[at % len(longs)], shorts) for longs, shorts in DEPARTMENTS),
            *((town + ("办事处" if town.endswith("街道") else "人民政府"), (town,)) for town in TOWNS),
            *((zone, ("开发区",)) for zone in ZONES),
            *((name, (name,)) for name in BESIDE.get(place.id, ())),
        ]
        # 政数局 is short for some of these long forms only: of this row each has its own.
        for number, (long, shorts) in enumerate([*rows, *((name, (name,)) for name in OTHERS[: 50 - len(rows)])]):
            bare, _, own = long.partition("/")
            once = place.once + bare if place.once else ""
            if place.id == "wx" and bare == "政务服务管理局":
                once = f"{place.name}行政审批局"
            found.append(Body(place, number, bare, (own,) if own else shorts, place.name + bare, once))
    return tuple(found)


def absent(body: Body, year: int) -> bool:
    """Who truly has not published: two bodies in each place and year, none where a report says nowhere whose it is."""
    turn = (PLACES.index(body.place) + year) % 3
    return (body.place.id, year) not in UNTOLD and body.bare in SILENT[2 * turn : 2 * turn + 2]


# Where one report says nowhere whose it is, and which body's it is.
UNTOLD: Mapping[tuple[str, int], str] = {("wx", 2022): "司法局", ("xz", 2023): "民政局"}


def named(body: Body, year: int) -> str:
    """What a title calls a body in this year: in full or in short; with its place, the place's sign, or neither."""
    place, turn = body.place, (body.number * 3 + year) % 7
    full, town = body.called(year), body.place.once if body.place.once and year <= 2023 else place.name
    short = body.shorts[(body.number + year) % len(body.shorts)]
    if body.bare == "人民政府":
        return (full, town + "政府", town, full)[year % 4]
    if short.startswith(place.unit) or turn == 0:
        return full if turn == 0 else short
    if turn == 1:
        return town + short
    if turn in (2, 3) and not short.endswith(("镇", "乡", "街道", "开发区")):
        return town[-1] + short
    return short if turn in (4, 5) else full


def listed(place: Place, year: int) -> Sequence[Listed]:
    """What the portal of a place lists for a year."""
    found = [
        Listed(place, year, title.format(y=year, p=place.name), f"<p>{title.format(y=year, p=place.name)}</p>", None)
        for title in DECOYS
    ]
    for body in bodies():
        if body.place is place and not absent(body, year):
            found.append(_report(body, year))
    return found


def _report(body: Body, year: int) -> Listed:
    turn, at = body.number + year, body.number * 7 + year
    untold = UNTOLD.get((body.place.id, year)) == body.bare
    sentence = SENTENCES[turn % len(SENTENCES)].format(x=body.called(year), y=year)
    group = ""
    if untold or turn % 11 == 0:
        plain = NAMELESS[turn % len(NAMELESS)].format(y=year)
        above = plain, "" if untold else sentence
    elif turn % 13 == 0 and body.place.given and body.bare != "人民政府":
        # Its own folder bears its name, its report none.
        plain, group = f"{year}年政府信息公开工作年度报告", body.place.unit + body.bare
        above = plain, ""
    else:
        plain = TITLES[at % len(TITLES)].format(x=named(body, year), y=year)
        above = plain, sentence if turn % 3 == 0 else ""
    return Listed(
        body.place,
        year,
        DRESSED[at % len(DRESSED)].format(t=plain),
        page(*above, year, body.number + 50 * PLACES.index(body.place)),
        body,
        group,
    )


def page(title: str, sentence: str, year: int, count: int) -> str:
    """A report's page, with the six headings of the form; no two are alike."""
    text = "".join(
        f"<p>{line}</p>"
        for line in (
            sentence,
            "一、总体情况",
            f"{year}年，本单位主动公开信息{count}条。",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
            "五、存在的主要问题及改进情况",
            "六、其他需要报告的事项",
            "无。",
        )
        if line
    )
    return f'<html><head><meta charset="utf-8"></head><body><div id="zoom"><h1>{title}</h1>{text}</div></body></html>'
