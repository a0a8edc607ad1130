"""A county's whole site: home → platform → annual-report column with years, groups, rosters, twins and decoys."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import entry, listing
from tests.portals.site import Site

COLUMN = "/zfxxgk/zfxxgknb/"
TOWNS = "/xzjd/nb/"
ROSTER = "/zfxxgk/gsgg/202602/t20260227_3008186.html"
ROSTER_PAGE = (
    '<html><head><meta charset="utf-8"><title>示例县2025年政府信息公开年度报告公布情况</title></head><body>'
    "<h1>示例县2025年政府信息公开年度报告公布情况</h1><p>2025年，全县应公布年度报告单位4个，具体如下。</p><table>"
    "<tr><td>序号</td><td>单位名称</td><td>是否公布</td></tr><tr><td>1</td><td>示例县第0局</td><td>是</td></tr>"
    "<tr><td>2</td><td>示例县第1局</td><td>是</td></tr><tr><td>3</td><td>示例县林业局</td><td>未公布</td></tr>"
    "<tr><td>4</td><td>灵溪镇人民政府</td><td></td></tr></table></body></html>"
)


def county(host: str) -> Kind:
    """The reports stand in two year folders below the column, and the townships' in a column elsewhere."""
    kind = Kind("generic", Site(host), "/")
    pages = kind.site.pages
    site_name = '<meta name="SiteName" content="示例县人民政府"><meta name="SiteIDCode" content="3607990001">'
    pages["/"] = (
        f'<html><head><meta charset="utf-8">{site_name}<title>示例县人民政府</title></head><body>'
        '<a href="/xw/">新闻中心</a><a href="/zwgk/">政务公开</a><a href="/zfxxgk/">政府信息公开</a>'
        '<a href="/fzzf/">法治政府建设年度报告</a><a href="/tjnb/">统计年鉴</a>'
        f'<a href="{COLUMN}2025n/t20260126_1.html">{kind.body(1)}2025年政府信息公开工作年度报告</a></body></html>'
    )
    pages["/zfxxgk/"] = (
        '<html><head><meta charset="utf-8"><title>政府信息公开_示例县人民政府</title></head><body><a href="/">首页</a>'
        '<a href="/zfxxgk/zn/">政府信息公开指南</a><a href="/zfxxgk/zd/">政府信息公开制度</a>'
        '<a href="/zfxxgk/fdzdgk/">法定主动公开内容</a><a href="./zfxxgknb/">政府信息公开年报</a>'
        '<a href="/zfxxgk/ysqgk/">依申请公开</a></body></html>'
    )
    pages["/zwgk/"] = listing([entry("/zwgk/1.html", "示例县人民政府工作报告")], title="政务公开")
    pages[COLUMN] = listing(
        [
            f'<li><a href="{COLUMN}2025n/">2025年</a></li>',
            f'<li><a href="{COLUMN}nb_2024n/">2024年</a></li>',
            f'<li><a href="{TOWNS}">乡镇街道</a></li>',
            '<li><a href="/qt/zn/">政府信息公开指南</a></li>',
            entry(ROSTER, "关于2025年政府信息公开年度报告公布情况的说明", "2026-02-27"),
        ]
    )
    for year, folder in ((2025, "2025n/"), (2024, "nb_2024n/")):
        entries = [entry(f"/decoy/{at}.html", title) for at, title in enumerate(DECOYS)]
        for number in (0, 1):
            path = f"t{year + 1}0126_{number}.html"
            title = kind.publish(number, COLUMN + folder + path, year=year, published=f"{year + 1}-01-26")
            kind.site.pages[COLUMN + folder + path.replace(".html", "_app.html")] = pages[COLUMN + folder + path]
            entries += [
                entry(f"./{path}", title, f"{year + 1}-01-26", cut=True),
                entry(f"./{path.replace('.html', '_app.html')}", title),
                entry(f"./{path}?ivk_sa=1024320u", title),
            ]
        pages[COLUMN + folder] = listing(entries, title=f"{year}年")
    title = kind.publish(7, "/xzjd/nb/202601/t20260120_7.html")
    # Undeclared and not UTF-8.
    pages[TOWNS] = (
        listing([entry("./202601/t20260120_7.html", title, "2026-01-20")], title="乡镇街道")
        .replace('<meta charset="utf-8">', "")
        .encode("gb18030")
    )
    pages[ROSTER] = ROSTER_PAGE
    kind.forbidden = ("/decoy/0.html", "/fzzf/", "/zfxxgk/zn/", "/qt/zn/", "/xw/", "/tjnb/")
    return kind
