"""What a loopback portal of a family promises: where to start, which reports and files a crawl must find."""

from dataclasses import dataclass, field

from tests.portals.pages import report, report_title
from tests.portals.site import Reply, Site

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
DECOYS = (
    "示例县2026年政府信息公开工作要点",
    "示例县2025年政府工作报告",
    "2025年度政府网站年度工作报表",
    "关于做好2025年政府信息公开工作年度报告编制工作的通知",
    "《示例县2025年政府信息公开年度报告》解读",
    "示例县财政局2025年度部门决算报告",
    "2025年上半年政府信息公开统计表",
)


@dataclass
class Kind:
    """A loopback portal that speaks a family's markup and protocol."""

    family: str
    site: Site
    start: str
    reports: set[tuple[str, int]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    # Requests that would show an off-by-one, a bare call or a followed counter.
    forbidden: tuple[str, ...] = ()
    # Addresses that may be tried though nothing names them and no report stands there.
    tried: tuple[str, ...] = ()

    def body(self, number: int) -> str:
        return f"示例县第{number}局"

    def publish(
        self,
        number: int,
        path: str,
        *,
        year: int = 2025,
        page: str | Reply | None = None,
        extra: str = "",
        published: str = "2026-01-20",
    ) -> str:
        """Puts a report of a body at a path; its title."""
        self.reports.add((self.body(number), year))
        self.site.pages[path] = page or report(self.body(number), year, published=published, extra=extra)
        return report_title(self.body(number), year)

    def attach(self, path: str, number: int) -> None:
        """Puts a file at a path."""
        self.files.add(path)
        self.site.pages[path] = Reply(PDF + str(number).encode(), kind="application/octet-stream")
