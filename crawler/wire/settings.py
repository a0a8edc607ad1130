"""Scrapy's settings: polite, quiet, nothing listening, nothing asked of hosts outside the crawl."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from crawler.ground.config import CrawlSettings

SPIDER_MODULES = ["crawler.crawl"]
NEWSPIDER_MODULE = "crawler.crawl"

# Nothing of ours listens, and no other host than the portals is ever asked (cookies would ask for a suffix list).
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False
EXTENSIONS_BASE: dict[str, int | None] = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "crawler.wire.pause.FirstPause": 0,
}

SCHEDULER = "crawler.crawl.scheduler.FrontierScheduler"
TWISTED_DNS_RESOLVER = "crawler.wire.resolver.GuardedResolver"
# Redirects and retries are decided by the frontier and stand in the ledger; no proxy stands between us and a host.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int | None] = {
    "crawler.wire.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.wire.whole.WholeCompression": 590,
    "crawler.wire.recorder.WireMiddleware": 900,
    "crawler.wire.replayed.ReplayMiddleware": 950,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int | None] = {}
DOWNLOAD_HANDLERS = {
    "http": "crawler.wire.bounded.BoundedHandler",
    "https": "crawler.wire.tls.PortalTls",
    "file": None,
    "data": None,
    "s3": None,
    "ftp": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}

# One request in flight per host, its delay kept to the second; many hosts side by side.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 256
CONCURRENT_ITEMS = 1
DOWNLOAD_DELAY_JITTER = 0.0
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DNS_TIMEOUT = 20
LOG_INSTALL_ROOT_HANDLER = False
LOG_FORMATTER = "crawler.crawl.spider.QuietFormatter"
WARN_ON_GENERATOR_RETURN_VALUE = False  # a look at the source of each callback, for each answer
STATS_DUMP = False


def user_agent(contact: str) -> str:
    """Who we are, honestly: `gouji/0.1.0 (+mailto:…)`."""
    try:
        number = version("gouji")
    except PackageNotFoundError:
        number = "0"
    # A header has one line.
    contact = "".join(char for char in contact if " " <= char <= "~").strip()
    return f"gouji/{number} (+{contact or 'local test'})"


def settings(crawl: CrawlSettings) -> dict[str, Any]:
    """The settings of one crawl: this module's, and what gouji.toml says."""
    fixed = {name: value for name, value in globals().items() if name.isupper()}
    return {
        **fixed,
        "USER_AGENT": user_agent(crawl.contact),
        "DOWNLOAD_DELAY": crawl.delay,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
    }
