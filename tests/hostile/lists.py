"""Portals whose lists hold hostile entries among good ones, or are no lists at all; each made from a seed and a number."""

import gzip
import json
import random
import time
from dataclasses import dataclass, field
from html import escape

from tests.hostile.documents import FORBIDDEN, coded, make, shape, somewhere
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site

YEAR = 2025
BOMS = (b"\xff\xfe", b"\xfe\xff")
# Addresses that are none: who wrote them meant a report, but nobody can fetch it.
BROKEN = (
    "http://[::1",
    "http://a b/r.html",
    "http://x:99999999/r.html",
    "http://%zz%/r.html",
    "&#xDFFF;.html",
    "http://a..b/r.html",
    "http://" + "x" * 70 + ".cn/r.html",
    "http://[1.2.3.4]/r",
    "http://a\u0000b/r.html",
    "https://:80/r.html",
    "http://\u202egro/r",
    "http://[v1.x]:8/",
    "//[/r.html",
    "http://a@b@c:d/r.html",
)
NO_ADDRESS: tuple[object, ...] = (
    None,
    5,
    [],
    {},
    True,
    "",
    "\ud800.html",
    "http://[::1",
    "\x00",
    "http://" + "9" * 300,
)
ANYTHING = (
    "javascript:void(0)",
    "javascript:open('",
    "#",
    "",
    " ",
    "data:text/html,x",
    "mailto:x",
    "file:///etc/passwd",
    "ftp://a/b",
    "x" * 5000,
    "?" * 300,
    "//",
    "///",
    "http:",
    "http://127.0.0.1:1/x",
    "http://user:pw@127.0.0.1:1/",
    "../" * 200,
    "%",
    "%00",
    "%E4%B8",
    "javascript:" + "(" * 500,
    "\\\\host\\share",
    "http://xn--a/",
)


@dataclass
class Hostile:
    """One portal: its site, where it starts, the bodies whose reports must be fetched, those whose entries lead nowhere."""

    site: Site
    start: str = "/nb/"
    kind: str = "html"
    good: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def portal(host: str, seed: int, number: int) -> Hostile:
    """The portal of a seed and a number; the same ones always give the same."""
    dice = random.Random(f"list/{seed}/{number}")
    made = Hostile(Site(host))
    kinds = (html_list, html_list, html_list, html_list, json_list, json_list, records_list, mutated_list, no_list)
    kind = kinds[number % len(kinds)]
    made.kind = kind.__name__
    kind(made, dice, f"{seed}-{number}")
    return made


def innocent(host: str, number: int) -> Hostile:
    """A plain portal with two reports."""
    made = Hostile(Site(host), kind="innocent")
    made.site.pages["/nb/"] = listing(goods(made, f"i{number}"))
    return made


def goods(made: Hostile, mark: str) -> list[str]:
    """Entries of two good reports, whose pages are put on the site."""
    found = []
    for number in range(2):
        body = f"青石县{word(f'{mark}{number}')}管理局"
        made.good.append(body)
        made.site.pages[f"/nb/good-{number}.html"] = report(body, YEAR, published="2026-01-20")
        found.append(entry(f"good-{number}.html", report_title(body, YEAR), "2026-01-20"))
    return found


def word(mark: str) -> str:
    """Characters that make a name nobody else has."""
    return "".join(
        "零一二三四五六七八九"[int(char)] if char.isdigit() else "甲" if char == "i" else "之" for char in mark
    )


def lost(made: Hostile, dice: random.Random, mark: str) -> str:
    """The name of one more body whose entry leads nowhere."""
    made.dropped.append(f"黑石县{word(f'{mark}{len(made.dropped)}')}管理局")
    return made.dropped[-1]


def html_list(made: Hostile, dice: random.Random, mark: str) -> None:
    entries = goods(made, mark)
    for _ in range(dice.randint(1, 6)):
        entries.insert(dice.randrange(len(entries) + 1), _anchor(made, dice, mark))
    made.site.pages["/nb/"] = Reply(coded(listing(entries)))


def _anchor(made: Hostile, dice: random.Random, mark: str) -> str:
    way = dice.random()
    if way < 0.3:
        title = report_title(lost(made, dice, mark), YEAR)
        return f'<li><a href="{dice.choice(BROKEN)}" title="{title}">{title}</a></li>'
    title = report_title(f"白石县第{dice.randrange(1000)}局", YEAR)
    if way < 0.5:
        char = dice.choice(FORBIDDEN)  # many raw halves of characters make the page one of another encoding
        title = somewhere(dice, title, char * (1 if "\ud800" <= char <= "\udfff" else dice.choice((1, 300))))
    href = escape(dice.choice(ANYTHING), quote=dice.random() < 0.8)
    text = dice.choice(
        (
            title,
            title[:8] + "…",
            "",
            "<img src=x>",
            title.encode("utf-8", "replace").decode() * 200,
            "<b>" * 50 + title,
            "&#xD800;" + title,
            "\x0b" + title,
        )
    )
    return dice.choice(
        (
            f'<li><a href="{href}" title="">{text}</a></li>',
            f'<li><a href title="{text}">{text}',
            f"<a href='{href}' onclick=\"open('{href}')\">{text}</a>",
            f"<a title={text} href={href}>{text}</a>",
            f'<li><a href="missing-{dice.randrange(9)}.html" title="{title}">{text}</a>',
            f'<a href="{href}"' + " a" * dice.choice((0, 2000)) + f">{text}</a>",
            f'<table><tr><td rowspan=99999><a href="{href}">{text}</a></td><td>2026-99-99</td></tr>',
            f'<select><option value="{href}">{text}</option></select>',
            f'<iframe src="{href}"></iframe>',
            f'<base href="{dice.choice(("http://[", "", "x:y"))}">'
            if dice.random() < 0.2
            else f"<area href='{href}' alt='{text}'>",
            f"<a><a href='{href}'><a>{text}</a></a>",
        )
    )


def json_list(made: Hostile, dice: random.Random, mark: str) -> None:
    """The list of an interface (广东 gkmlpt): good articles among values of no shape."""
    goods(made, mark)
    tree = [{"id": 7, "name": "政府信息公开年报", "children": []}]
    made.site.pages["/nb/"] = (
        f"<title>政府信息公开平台</title><script>var _CONFIG={{SID:'12',TREE:{json.dumps(tree, ensure_ascii=False)}}};</script>"
    )

    def articles(_seen: Seen) -> Reply:
        rows: list[object] = [
            {"title": report_title(body, YEAR), "url": f"{made.site.url}/nb/good-{at}.html", "date": 1768896000}
            for at, body in enumerate(made.good)
        ]
        again = random.Random(f"rows/{mark}")
        for place, row in bad:
            rows.insert(place % (len(rows) + 1), row)
        answer = {"articles": rows, "total": again.choice((len(rows), 2))}
        text = json.dumps(answer, ensure_ascii=False)
        # Many halves of characters, raw, make an answer of another encoding of it.
        escaped = again.random() < 0.5 or sum("\ud800" <= char <= "\udfff" for char in text) > 1
        return Reply(coded(json.dumps(answer) if escaped else text), kind="application/json")

    bad = [(dice.randrange(9), _row(made, dice, mark)) for _ in range(dice.randint(1, 5))]
    made.site.pages["/nb/gkmlpt/api/all/7"] = articles
    made.site.pages["/nb/gkmlpt/index"], made.start = made.site.pages["/nb/"], "/nb/gkmlpt/index"


def _row(made: Hostile, dice: random.Random, mark: str) -> object:
    way = dice.random()
    if way < 0.4:
        return {
            "title": report_title(lost(made, dice, mark), YEAR),
            "url": dice.choice(NO_ADDRESS),
            "date": dice.choice((1768896000, None, "x", 10**30)),
        }
    if way < 0.6:
        return shape(dice, "青石")
    title: object = report_title(f"白石县第{dice.randrange(1000)}局", YEAR)
    return {
        "title": dice.choice(
            (title, None, 5, [title], {"a": title}, f"\ud800{title}", f"{title}\x00\x0b", str(title) * 300)
        ),
        "url": dice.choice((*NO_ADDRESS, *ANYTHING)),
        "date": dice.choice((-1, 10**12, 1e308, "2026", [], None, True, 253402300800)),
        "id": dice.choice((None, "x", 10**50)),
    }


def records_list(made: Hostile, dice: random.Random, mark: str) -> None:
    """Hanweb's records in a script, some of them broken."""
    entries = goods(made, mark)
    records = [f"<record><![CDATA[{one}]]></record>" for one in entries]
    for _ in range(dice.randint(1, 5)):
        broken = dice.choice(
            (
                "",
                "",
                "<record>",
                "<record><![CDATA[",
                "</record>",
                "<record><![CDATA[]]></record>",
                "<record>]]></record>",
            )
        )
        one = broken or f"<record><![CDATA[{_anchor(made, dice, mark)}]]></record>"
        records.insert(dice.randrange(len(records) + 1), one)
    made.site.pages["/nb/"] = Reply(
        coded(
            listing(
                [
                    *entries,
                    f'<script type="text/xml"><datastore><totalrecord>2</totalrecord><recordset>{"".join(records)}</recordset></datastore></script>',
                ]
            )
        )
    )


def mutated_list(made: Hostile, dice: random.Random, mark: str) -> None:
    """A sound list in front, behind it whatever there may be."""
    page = listing(goods(made, mark))
    # What makes another page of the whole (bytes of another encoding, the head of another format) is no end of this one.
    more = next(
        body
        for _ in range(1000)
        for body in [make(9, dice.randrange(1000)).body]
        if b"%PDF" not in body
        and b"\0" not in body
        and not body.startswith(BOMS)
        and "\ufffd" not in body.decode("utf-8", "replace")
    )
    made.site.pages["/nb/"] = Reply(page.replace("</body></html>", "").encode() + more)


def no_list(made: Hostile, dice: random.Random, mark: str) -> None:
    """What is no list at all: noise, an endless redirect, a page that hangs or grows."""
    body = make(8, dice.randrange(1000)).body

    def hanging(_seen: Seen) -> Reply:
        time.sleep(4)  # longer than the crawl's own time for an answer
        return Reply("late")

    answers = (
        Reply(body),
        Reply(body, kind="application/json"),
        Reply("", 302, {"Location": "/nb/"}),
        Reply("", 302, {"Location": "http://[::1"}),
        Reply("", 302, {}),
        Reply(body, 500),
        Reply(gzip.compress(b" " * 20_000_000), headers={"Content-Encoding": "gzip"}),
        Reply(body[:50], cut=10),
        Reply("x", headers={"Content-Encoding": "gzip"}),
        Reply(json.dumps(shape(dice, "年报")).encode("utf-8", "replace"), kind="application/json"),
        Reply("<" * 200_000),
        Reply(body, kind="text/html; charset=\ufffd".encode("latin-1", "replace").decode("latin-1")),
    )
    made.site.pages["/nb/"] = dice.choice((*answers, hanging))
