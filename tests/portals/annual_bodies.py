"""xxgkAnnualReport.jsp of several bodies in GBK: a menu of bodies, tabs of years, titles without a body's name."""

from tests.portals.kinds import Kind
from tests.portals.pages import report
from tests.portals.site import Reply, Seen, Site

PATH = "/module/xxgk/xxgkAnnualReport.jsp"
YEARS, BODIES = (2025, 2024, 2023), 5


def area(number: int) -> str:
    return f"11330302{number:010d}"


def portal(host: str) -> Kind:
    kind = Kind("annual", Site(host), f"{PATH}?fbtime=2025&area={area(0)}")
    kind.reports = {(kind.body(number), year) for number in range(BODIES) for year in YEARS}

    def answer(seen: Seen) -> Reply:
        number, year = int(seen.query["area"][-4:]), int(seen.query["fbtime"])
        menu = "".join(f'<option value="{area(other)}">{kind.body(other)}</option>' for other in range(BODIES))
        tabs = "".join(f'<a href="{PATH}?fbtime={other}&amp;area={area(number)}">{other}年</a>' for other in YEARS)
        around = f'<select name="area">{menu}</select><p>发布机构：{kind.body(number)}</p><ul>{tabs}</ul>'
        if (kind.body(number), year) not in kind.reports:
            return Reply(
                f"<html><title>政府信息公开年报</title><body>{around}<p>暂无数据</p></body></html>".encode("gbk")
            )
        page = report(kind.body(number), year, published=f"{year + 1}-01-20", extra=around)
        return Reply(page.replace(kind.body(number) + str(year), str(year)).encode("gbk"))

    kind.site.pages[PATH] = answer
    return kind
