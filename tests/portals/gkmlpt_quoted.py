"""广东 gkmlpt with a configuration that is JSON throughout; a column that stands elsewhere is none of the portal's."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing, report_title
from tests.portals.site import Reply, Site

START = "/gkmlpt/index"


def portal(host: str) -> Kind:
    kind = Kind("gkmlpt", Site(host), START, forbidden=("/zn/",))
    tree = [
        {"id": 5, "name": "年报", "children": [], "jump_url": ""},
        {"id": 6, "name": "指南", "children": [], "jump_url": "/zn/"},
    ]
    rows = []
    for number in range(3):
        path = f"/gkmlpt/content/9/9103/post_{number}.html"
        kind.publish(number, path)
        rows.append({"title": report_title(kind.body(number), 2025), "date": 1768896000, "post_url": path})
    answer = {"total": 4, "articles": [*rows, {"title": DECOYS[3], "date": 1768896000, "url": "/1.html"}]}
    kind.site.pages["/gkmlpt/api/all/5"] = Reply(json.dumps(answer), kind="application/json")
    kind.site.pages[START] = index(tree)
    return kind


def index(tree: object) -> str:
    """The platform's page."""
    said = json.dumps({"SID": "755041", "TREE": tree, "AREA": 3}, ensure_ascii=False)
    return listing([], f"<script>window._CONFIG={said};</script>")
