"""The demo's portal as addresses and bytes: two invented places, ten bodies, 2019–2024, with planted errors."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from monitor.samples import SampleReport, make_history
from monitor.samples.render import Style

SEED = 20
YEARS = range(2019, 2025)
PER_PAGE = 8
PER_FOLDER_PAGE = 3


@dataclass(frozen=True, slots=True)
class DemoBody:
    """One agency of the demo, as in the register."""

    name: str
    kind: str
    level: str


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """One portal: the address of its column, and how its pages are written."""

    id: str
    name: str
    column: str
    style: Style
    charset: str
    bodies: tuple[DemoBody, ...]


QINGSHI = DemoPlace(
    "qingshi",
    "青石市人民政府",
    "/qingshi/zfxxgk/zfxxgknb/",
    "word",
    "utf-8",
    (
        DemoBody("青石市人民政府", "government", "prefecture"),
        DemoBody("青石市人民政府办公室", "office", "prefecture"),
        DemoBody("青石市教育局", "department", "prefecture"),
        DemoBody("青石市财政局", "department", "prefecture"),
        DemoBody("青石市民政局", "department", "prefecture"),
        DemoBody("青石市水利局", "department", "prefecture"),
    ),
)
YUNXI = DemoPlace(
    "yunxi",
    "云溪县人民政府",
    "/yunxi/xxgk/xxgknb/",
    "plain",
    "gbk",
    (
        DemoBody("云溪县人民政府", "government", "county"),
        DemoBody("云溪县人民政府办公室", "office", "county"),
        DemoBody("云溪县农业农村局", "department", "county"),
        DemoBody("云溪县交通运输局", "department", "county"),
    ),
)
PLACES = (QINGSHI, YUNXI)

MISSING = ("青石市水利局", 2024)
WRONG_CELL = ("青石市教育局", 2023)
BROKEN_CARRY = ("青石市财政局", 2022)
SLIP = ("青石市民政局", 2024)

# Entries of the column that are not annual reports: (title, day).
DECOYS = (
    ("青石市2024年政务公开工作要点", "2024-05-20"),
    ("关于公开征求《青石市政府信息公开工作规定（征求意见稿）》意见的公告", "2023-09-06"),
    ("2024年青石市人民政府工作报告", "2024-02-19"),
)


def reports(place: DemoPlace) -> list[SampleReport]:
    """The reports of the place's bodies, including the planted errors, newest first."""
    found = [
        planted(report)
        for body in place.bodies
        for report in make_history(SEED, body.name, YEARS)
        if (report.agency, report.year) != MISSING
    ]
    return sorted(found, key=lambda report: (report.published_on, report.agency), reverse=True)


def planted(report: SampleReport) -> SampleReport:
    """The report, with the demo's error if one is planned for it."""
    match (report.agency, report.year):
        case key if key == WRONG_CELL:
            cell = "T3[granted,natural_person]"
            return report.with_cell(cell, report.count(cell) + 10)
        case key if key == BROKEN_CARRY:
            return report.with_broken_carry(2)
        case key if key == SLIP:
            received = "T3[received,total]"
            return report.with_slip(received, report.count(received) + 6)
    return report


def register() -> str:
    """The register as CSV: who must publish."""
    lines = ["name,level,kind,portal,first_year"]
    lines += [
        f"{body.name},{body.level},{body.kind},{place.id},{YEARS[0]}" for place in PLACES for body in place.bodies
    ]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, tuple[str, bytes]]:
    """Path → (media type, body) of everything the portal serves."""
    links = "".join(f'<p><a href="{place.column}">{place.name}政府信息公开年报</a></p>' for place in PLACES)
    site = {
        "/": ("text/html; charset=utf-8", _page("示例门户", links, "utf-8")),
        "/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /admin/\n"),
    }
    for place, listing in ((QINGSHI, _paged), (YUNXI, _foldered)):
        # Most GBK sites do not declare their charset in the header, so this one does not either.
        media = "text/html; charset=utf-8" if place.charset == "utf-8" else "text/html"
        site |= {place.column + path: (media, body) for path, body in listing(place)}
    return site


Entry = tuple[str, str, str]  # title, day, path below the list


def _paged(place: DemoPlace) -> Iterator[tuple[str, bytes]]:
    """A list of several pages; their number is only in a script call that counts from 0."""
    entries: list[Entry] = []
    for number, report in enumerate(reports(place)):
        day = report.published_on
        path = f"{day:%Y%m}/t{day:%Y%m%d}_{1000 + number}.html"
        entries.append((report.title, day.isoformat(), path))
        yield path, report.html(place.style, site=place.name).encode(place.charset)
    for number, (title, date) in enumerate(DECOYS):
        path = f"{date[:7].replace('-', '')}/t{date.replace('-', '')}_{2000 + number}.html"
        entries.append((title, date, path))
        yield path, _page(title, f"<h1>{title}</h1><p>正文略。</p>", place.charset)
    entries.sort(key=lambda entry: entry[1], reverse=True)
    chunks = [entries[start : start + PER_PAGE] for start in range(0, len(entries), PER_PAGE)]
    for index, chunk in enumerate(chunks):
        pager = f'<script>createPageHTML({len(chunks)}, {index}, "index", "html");</script>'
        body = _page(f"{place.name}政府信息公开年报", _list(chunk) + pager, place.charset)
        yield f"index_{index}.html" if index else "index.html", body
        if not index:
            yield "", body


def _foldered(place: DemoPlace) -> Iterator[tuple[str, bytes]]:
    """A folder for each year, with pages linked by plain "next" links."""
    by_year: dict[int, list[SampleReport]] = {}
    for report in reports(place):
        by_year.setdefault(report.year, []).append(report)
    folders = "".join(f'<li><a href="{year}n/index.html">{year}年</a></li>' for year in sorted(by_year, reverse=True))
    column = _page(f"{place.name}政府信息公开年报", f'<ul class="years">{folders}</ul>', place.charset)
    yield "", column
    yield "index.html", column
    for year, found in by_year.items():
        yield from _folder(place, year, found)


def _folder(place: DemoPlace, year: int, found: Sequence[SampleReport]) -> Iterator[tuple[str, bytes]]:
    chunks = [found[start : start + PER_FOLDER_PAGE] for start in range(0, len(found), PER_FOLDER_PAGE)]
    for index, chunk in enumerate(chunks):
        entries: list[Entry] = []
        for number, report in enumerate(chunk):
            file = f"content_{year}{index}{number}.html"
            entries.append((report.title, report.published_on.isoformat(), file))
            yield (f"{year}n/{file}", report.html(place.style, charset="gb2312", site=place.name).encode(place.charset))
        following = f'<a href="list_{index + 2}.html">下一页</a>' if index + 1 < len(chunks) else ""
        page = _page(f"{place.name}{year}年政府信息公开年报", _list(entries) + following, place.charset)
        yield f"{year}n/list_{index + 1}.html" if index else f"{year}n/index.html", page


def _list(entries: Sequence[Entry]) -> str:
    return (
        '<ul class="list">\n'
        + "\n".join(
            f'<li><span>{day}</span><a href="./{path}" target="_blank" title="{escape(title, quote=True)}">'
            f"{escape(_cut(title))}</a></li>"
            for title, day, path in entries
        )
        + "\n</ul>\n"
    )


def _cut(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}…"


def _page(title: str, body: str, charset: str) -> bytes:
    declared = {"gbk": "gb2312"}.get(charset, charset)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="{declared}"><title>{escape(title)}</title></head>\n'
        f"<body>{body}</body></html>\n"
    ).encode(charset)


def portals(base: str) -> Mapping[str, tuple[str, str]]:
    """Portal id → (name, start address) on a server at `base`."""
    return {place.id: (f"{place.name}门户网站", base + place.column) for place in PLACES}
