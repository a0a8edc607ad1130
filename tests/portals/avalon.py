"""TRS list filled by script: blocks of rows on the page, the rest from the search interface by POST, no static pages."""

import json
from urllib.parse import parse_qs

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

ROOT = "/zfxxgk/zfxxgknb/"
HELD, TOTAL, MOST = 8, 30, 10
TEMPLATE = (
    '<dl ms-if="list.length>0" ms-repeat="list" ms-if-loop="$index<4"><dd><a ms-attr-href="el.chnldocurl" '
    'ms-attr-title="el.doctitle" ms-text="el.doctitle|html"></a></dd><dd ms-text="el.docreltime"></dd></dl>'
)


def portal(host: str) -> Kind:
    kind = Kind("avalon", Site(host), ROOT, forbidden=(f"{ROOT}index_1.html", f"{ROOT}index_1.htm"))
    rows = []
    for number in range(TOTAL):
        path = f"{ROOT}202601/t20260120_{80500 + number}.htm"
        title = kind.publish(number, path) if number % 10 else DECOYS[number // 10]
        rows.append((title, path))

    def search(seen: Seen) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        if (asked["channelid"], asked["classsql"]) != ("229105", "chnlid=4559"):
            return Reply(json.dumps({"message": "参数错误"}), kind="application/json")
        size = min(int(asked["prepage"]), MOST)
        first = (int(asked["page"]) - 1) * size
        data = [
            {"doctitle": title, "chnldocurl": kind.site.url + path, "docreltime": "2026-01-20 09:30:00"}
            for title, path in rows[first : first + size]
        ]
        return Reply(json.dumps({"data": data, "pageCount": -(-TOTAL // size)}), kind="application/json")

    blocks = "".join(
        f'<div ms-visible="$showStatic({1 + start // 4})">'
        + "".join(
            f'<dl><dd><a href=".{path.removeprefix(ROOT[:-1])}" title="{title}">{title[:12]}…</a></dd>'
            "<dd>2026-01-20</dd></dl>"
            for title, path in rows[start : start + 4]
        )
        + "</div>"
        for start in range(0, HELD, 4)
    )
    kind.site.pages["/fjdzapp/search"] = search
    kind.site.pages[ROOT] = listing(
        [],
        (
            f'<div ms-controller="list"><div ms-visible="showStatic">{blocks}</div><div ms-visible="!showStatic">{TEMPLATE}'
            '</div><div ms-controller="list_pagebar" ms-if="pageCount>0"></div></div>'
            "<script>require(['list2.trsapi'], function (model) { model({ maxStaticIndex: 2, channelid: '229105', "
            f"chnlid: '4559', pagebar: {{ prepage: 4, recordCount: '{TOTAL}' }} }}) }})</script>"
        ),
    )
    return kind
