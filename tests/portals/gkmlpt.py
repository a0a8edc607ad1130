"""广东 gkmlpt: tree in `_CONFIG`, JSON lists of 100, `total` below `post_count`, bodies escaped in `DETAIL`."""

import json

from tests.portals.kinds import Kind
from tests.portals.pages import listing, report_title
from tests.portals.site import Reply, Seen, Site

TREE = [
    {"id": 1, "name": "政策", "children": [], "jump_url": "", "post_count": 9},
    {
        "id": 1600,
        "name": "政府信息公开年报",
        "jump_url": "",
        "post_count": 0,
        "children": [
            {"id": 1620, "name": "2025年", "children": [], "jump_url": "", "post_count": 130},
            {"id": 1621, "name": "市政府", "children": [], "jump_url": "http://www.example.com/", "post_count": 9},
        ],
    },
]
TOTAL = 105


def portal(host: str) -> Kind:
    kind = Kind("gkmlpt", Site(host), "/zqrsj/gkmlpt/index", forbidden=("/zqrsj/gkmlpt/api/all/1?page=1&sid=758017",))
    for number in range(TOTAL):
        title = report_title(kind.body(number), 2025)
        file = f"/attachment/0/88/88389/{number}.pdf"
        link = f'<a class="nfw-cms-attachment" href="{file}">{number}.pdf</a>'
        content = f'<h3>一、总体情况</h3><p class="x">附件：{link}</p>'
        detail = json.dumps({"title": title, "content": content}, ensure_ascii=True)
        detail = detail.replace("<", "\\u003C").replace(">", "\\u003E")
        kind.publish(
            number,
            f"/zqrsj/gkmlpt/content/9/9103/post_{number}.html",
            page=(
                f"<html><head><title>{title}</title></head><body><script>window._CONFIG = {{ SID: '758017', "
                f"DETAIL: {detail}, TREE: [] }}</script></body></html>"
            ),
        )
        kind.attach(file, number)

    def articles(seen: Seen) -> Reply:
        page = int(seen.query["page"])
        rows = [
            {
                "id": at,
                "title": report_title(kind.body(at), 2025),
                "date": 1768896000,
                "publisher": "",
                "url": f"http://{host}:{kind.site.port}/zqrsj/gkmlpt/content/9/9103/post_{at}.html",
            }
            for at in range((page - 1) * 100, min(page * 100, TOTAL))
        ]
        if not rows:
            return Reply("no", 404)
        return Reply(
            json.dumps({"classify": {"id": 1620, "post_count": 130}, "total": TOTAL, "articles": rows}),
            kind="application/json",
        )

    kind.site.pages["/zqrsj/gkmlpt/api/all/1620"] = articles
    kind.site.pages["/zqrsj/gkmlpt/api/all/1600"] = Reply(json.dumps({"total": 0, "articles": []}))
    kind.site.pages["/zqrsj/gkmlpt/index"] = listing(
        [],
        (
            f"<script>window._CONFIG = {{ V: 1, SID: '758017', TREE: {json.dumps(TREE, ensure_ascii=False)}, "
            "SERVICE_AREA_ID: 3 }</script>"
        ),
    )
    return kind
