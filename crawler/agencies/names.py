"""What the name of a public body tells: its clean form, its other spellings, its kind and level, its place."""

import re
import unicodedata

from crawler.ground.remembered import remembered
from crawler.ground.vocabulary import Kind, Level

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
# Districts whose name says 新区; every other 新区 is a zone.
DISTRICTS = ("浦东新区", "滨海新区")

INVISIBLE = re.compile(r"[\s\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
BRACKETS = str.maketrans("()[]", "（）（）")
# The words that end a name, each line one body however it is written; the first is the full form.
SPELLINGS: tuple[tuple[str, ...], ...] = (
    ("人民政府办公室", "人民政府办公厅", "政府办公室", "政府办公厅", "人民政府办", "政府办", "府办公室", "府办"),
    ("管理委员会办公室", "管委会办公室", "管委会办", "管委办"),
    ("管理委员会", "管委会"),
    ("街道办事处", "街道办", "街道"),
    ("委员会", "委"),
    ("人民政府", "政府", "府"),
)
UNIT_END = re.compile("(?:[省市县区州旗盟镇乡]|苏木)$")
ZONE = (
    "(?:开发|高新|经开|实验|试验|示范|保税|度假|风景|名胜|旅游|合作|集聚|功能|产业|工业|科技|园|新|物流|农业|"
    "生态|工贸|加工|自贸|贸易)区"
)
ZONE_END = re.compile(f"(?:{ZONE}|园|新城|自贸片区|基地)$")
COMMITTEE = re.compile("管委会$|[区园城港岛湖山地带库廊镇岸山]管理委员会$")
OFFICE = re.compile(
    "(?:政府|(?:[省市县区州旗盟镇乡]|苏木)府|管委会|管理委员会|国务院)办公[室厅]$|"
    "(?:政府|(?:[省市县区州旗盟镇乡]|苏木)府|管委会?)办$"
)
VERTICAL = re.compile(
    "税务局|税务分局|税务所|海关|气象[局台]|调查[总]?队|海事[局处]|金融监督管理总局.|监管分局|金融监管局|银保监|银监|"
    "证监局|人民银行|外汇管理局.|出入境边防|边检|消防救援|烟草专卖|邮政管理局|通信管理局|国家安全局|能源监管|"
    "煤矿安全监察|矿山安全监察"
)
INSTITUTION = re.compile(
    "(?:医院|卫生院|保健院|学校|中学|小学|大学|学院|党校|职教中心|幼儿园|公司|集团|供电局|供电所|水厂|电视台|报社|"
    "出版社|血站|银行|图书馆|博物馆|文化馆|研究[院所]|科学院)$"
)
# What a vertical body's name begins with, before its place.
SYSTEM = re.compile("^(?:国家|中国|中华人民共和国)[\u4e00-\u9fff]{0,8}?(?:总局|统计局|银行|(?=.{2,6}(?:海关|海事局)))")
NATIONAL = re.compile("^(?:国务院|国家|中国|中华人民共和国|全国)|^(?:海关总署|审计署)$|^[\u4e00-\u9fff]{2,10}部$")

DEPARTMENT_END = re.compile("(?:管理|监督管理)?(?:局|厅|委员会|委|办公室|办|中心)$")

# One place of a name, from the left. What only looks like a place (城乡, 社区, 市场) is not one.
PLACE = re.compile(
    "(?P<place>[\u4e00-\u9fff]{1,14}?(?P<unit>特别行政区|自治区|自治州|自治县|自治旗|地区|街道|苏木|省|(?<!联)盟(?!市|区)|"
    "市(?!场|[县区]?直属)|州(?=人民政府|政府|府办|$)|县|旗(?![区镇乡县市])|"
    "区(?!域|块)|镇(?![市区海])|乡(?![区县市族村镇])))"
)
NO_PLACE = re.compile(
    "^(?:城市|城乡|城镇|乡镇|街镇|社区|[库灾山牧小]区|地区|园区|片区|县区|市区)|和城[乡市镇]$|[局厅委办部处院]"
)
ZONE_PLACE = re.compile(f"{ZONE}$")
UNIT_LEVEL: dict[str, Level] = {
    "省": "province",
    "自治区": "province",
    "特别行政区": "province",
    "市": "prefecture",
    "地区": "prefecture",
    "自治州": "prefecture",
    "州": "prefecture",
    "盟": "prefecture",
    "县": "county",
    "区": "county",
    "旗": "county",
    "自治县": "county",
    "自治旗": "county",
    "镇": "township",
    "乡": "township",
    "街道": "township",
    "苏木": "township",
}
# 市府办, 县教育局: the name leaves the place to the page. 市北区, 市场监督管理局 and 市监局 are no such names.
RELATIVE = re.compile(
    "^(?:本|我|全)?(?P<unit>[省市县区州旗])(?![中北南东西]区|场|郊|桥|政(?!府|务|数)|域|监局|容|民服务)"
)


@remembered
def clean(name: str) -> str:
    """The name without white space and invisible characters, brackets full width, digits and letters plain."""
    # Twice: what is left when the spaces are gone may compose.
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    return unicodedata.normalize("NFKC", text).translate(BRACKETS).strip("《》“”\"'")


@remembered
def spellings(name: str) -> tuple[str, ...]:
    """Every way to write the name of this very body, the name itself (clean) first.

    示例县府办 is 示例县人民政府办公室; 示例县 and 示例县政府 are 示例县人民政府.
    A government and its office never meet.
    """
    name = clean(name)
    stem, ends = _end(name)
    others = [stem + end for end in ends if UNIT_END.search(stem) or not end.startswith("府")]
    if ends and _end(stem) == (stem, ends):
        others.append(stem)  # a bare place is its government, a bare zone its committee
    return tuple(dict.fromkeys([name, *others]))


def full_name(name: str) -> str:
    """One form for all spellings of a body: what two names of one body have in common."""
    name = clean(name)
    stem, ends = _end(name)
    return stem + ends[0] if ends else name


def _end(name: str) -> tuple[str, tuple[str, ...]]:
    for ends in SPELLINGS:
        for end in sorted(ends, key=len, reverse=True):
            stem = name.removesuffix(end)
            if stem == name or not stem:
                continue
            if end.startswith("府") and not UNIT_END.search(stem):
                continue  # 天府, 王府
            if ends is SPELLINGS[2] and stem.endswith("监督"):
                continue  # 国有资产监督管理委员会 is no zone
            return stem, ends
    if ZONE_END.search(name) and not name.endswith(DISTRICTS):
        return name, SPELLINGS[2]
    return (name, SPELLINGS[5]) if UNIT_END.search(name) and _whole(name) else (name, ())


def core(name: str) -> tuple[str, str]:
    """Place and field of a department (示例县, 统计); the field is "" for any other body."""
    name = clean(name)
    place = place_of(name)
    match = DEPARTMENT_END.search(name.removeprefix(place))
    return place, name.removeprefix(place)[: match.start()] if match and _kind(name) == "department" else ""


def speaks_for(name: str, body: str) -> bool:
    """Whether a body may issue the report of another: itself in short, its office, a department for a government."""
    name, body = full_name(name), full_name(body)
    if name in body or body in name:
        return True
    place, home = place_of(name), place_of(body)
    rest, own = name.removeprefix(place), body.removeprefix(home)
    if place and home and place not in home and home not in place:
        return False
    return _kind(body) == "government" or rest == own


def may_succeed(field: str, other: str) -> bool:
    """Whether one field holds all of the other in its order, as after a reform: 文化 and 文化和旅游."""
    shorter, longer = sorted((field, other), key=len)
    letters = iter(longer)
    return len(shorter) >= 2 and all(letter in letters for letter in shorter)


def classify(name: str, division: str = "") -> tuple[Kind, Level]:
    """Kind and level of a body by its name; "" for a level that the name does not tell.

    A division code decides the level where it is given: 市 alone may be a prefecture or a county-level city.
    """
    name = clean(name)
    bare = _without_bracket(name) or name
    kind = _kind(bare)
    return kind, _division_level(division, kind) or _level(bare, kind)


def joined(name: str) -> tuple[str, ...]:
    """The two bodies whose plates a name bears (示例县教育局（体育局）); none for other names."""
    name = clean(name)
    first = _without_bracket(name)
    inside = name.removeprefix(first).strip("（）")
    if first == name or not first or not DEPARTMENT_END.search(inside):
        return ()
    return first, inside if place_of(inside) else place_of(first) + inside


def _without_bracket(name: str) -> str:
    """The name without the bracket that ends it."""
    opened = name.find("（", name[:-1].rfind("）") + 1)
    return name[:opened] if name.endswith("）") and opened >= 0 else name


@remembered
def _kind(name: str) -> Kind:
    if OFFICE.search(name):
        return "office"
    if COMMITTEE.search(name):
        return "zone"
    if INSTITUTION.search(name) and not name.startswith("中国人民银行"):
        return "institution"
    if name not in ("海关总署", "国家税务总局", "中国气象局", "中国人民银行", "国家金融监督管理总局") and (
        VERTICAL.search(name) and "地方金融" not in name
    ):
        return "vertical"
    if re.search("(?:街道办事处|街道办|街道)$", name):
        return "street"
    if re.search("(?:[镇乡]|苏木)(?:人民)?政府$", name) or (re.search("(?:[镇乡]|苏木)$", name) and _whole(name)):
        return "township"
    if ZONE_END.search(name) and not name.endswith(DISTRICTS):
        return "zone"
    if re.search("(?:[省市县区州旗盟]|地区)(?:人民政府|政府|行政公署|行署)$", name) or _whole(name):
        return "government"
    return "department"


def _level(name: str, kind: Kind) -> Level:
    places = _places(SYSTEM.sub("", name))
    if not places:
        national = kind in ("department", "office") and NATIONAL.search(name)
        return "national" if national else ""
    levels = [UNIT_LEVEL[unit] for _, unit in places]
    if kind in ("zone", "vertical", "institution"):
        levels = [level for level in levels if level != "township"] or [""]
    place, unit = places[-1]
    if levels[-1] == "prefecture" and unit == "市":
        if place in MUNICIPALITIES:
            return "province"
        if "prefecture" in levels[:-1] or any(other in MUNICIPALITIES for other, _ in places[:-1]):
            return "county"  # 青石市云岭市: a city within a city
    return levels[-1]


def _division_level(division: str, kind: Kind) -> Level:
    if len(division) < 6:
        return ""
    if len(division) > 6 and division[6:9] != "000":
        return "township"
    if kind in ("township", "street"):
        return "township"
    if division[2:6] == "0000":
        return "province"
    return "prefecture" if division[4:6] == "00" else "county"


@remembered
def _places(name: str) -> tuple[tuple[str, str], ...]:
    """The places a name begins with, each with its unit: 青石市, 云岭区."""
    found: list[tuple[str, str]] = []
    at = 0
    while match := PLACE.match(name, at):
        place, rest = match["place"], name[match.end() :]
        zone = ZONE_PLACE.search(place) and not (place.endswith(DISTRICTS) or rest.startswith(("人民政府", "政府")))
        if zone or NO_PLACE.search(place):
            break
        found.append((place, match["unit"]))
        at = match.end()
    return tuple(found)


def _whole(name: str) -> bool:
    """Whether the name is nothing but places: 青石市云岭区."""
    places = _places(name)
    return bool(places) and sum(len(place) for place, _ in places) == len(name)


def relative_unit(name: str) -> str:
    """The unit of a name that leaves its place to the page (县 of 县教育局); "" for a name that stands alone."""
    match = RELATIVE.match(clean(name))
    return match["unit"] if match else ""


def place_of(name: str) -> str:
    """The place a name begins with: 青石市云岭区 of 青石市云岭区人民政府门户网站; "" where there is none."""
    return "".join(place for place, _ in _places(clean(name)))


def places_of(name: str) -> tuple[str, ...]:
    """The places a name begins with, each by itself (青石市, 云岭区), without what a vertical system puts before."""
    return tuple(place for place, _ in _places(SYSTEM.sub("", clean(name))))
