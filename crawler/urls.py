"""Addresses: resolving, cleaning and recognizing them. Nothing here touches the network."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that share buttons, trackers and sessions add; they never choose the content.
JUNK = re.compile(r"(ivk_sa|isappinstalled|from_source|spm|share_token|utm_\w+|jsessionid)", re.IGNORECASE)
SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
TWIN = re.compile(r"_app(?=\.s?html?$)|(?<=/)m(?=post_\d+\.s?html?$)", re.IGNORECASE)
ATTACHMENT = re.compile(r"\.(pdf|docx?|wps|xlsx?|et|rtf|ofd|zip)$", re.IGNORECASE)
DOWNLOAD = re.compile(r"(download|downfile|downloadfile|downloadattach\w*)\.(jsp|do|aspx?|php|action)$",
                      re.IGNORECASE)
# Without an ending it is a file only where a query names which.
DOWNLOADER = re.compile(r"/(down|download)_?(file|attach|attachment)?s?$", re.IGNORECASE)
NEVER = re.compile(r"(_showDynClicks|/news/click/|visitcount|print\.jsp)", re.IGNORECASE)
FOREIGN = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Links that lead nowhere by intention; addresses of the web that are none are no links at all.
PASSING = frozenset({"http", "https", "javascript", "mailto", "tel", "sms", "about", "weixin"})
# What no host name holds; an address with it cannot even be asked for.
NO_HOST = re.compile(r"[\x00-\x20\x7f\s<>\"'`{}|\\^%]")
SHORT = 200
DEFAULT_PORT = {"http": 80, "https": 443}
LIMIT = 2000


def resolve(base: str, href: str) -> str | None:
    """The absolute http(s) address of a link on a page, without fragment; None where there is none."""
    href = re.sub(r"[\t\r\n]", "", href.strip().strip("\u3000\xa0"))
    if not href or href.startswith("#") or len(href) > LIMIT:
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        host, port = parts.hostname, parts.port
        (host or "").rstrip(".").encode("idna")  # no name has an empty label or one of more than 63 letters
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORT or not host or parts.username is not None or NO_HOST.search(host):
        return None
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port is not None and port != DEFAULT_PORT[parts.scheme]:
        netloc = f"{netloc}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def off_the_web(href: str) -> str | None:
    """A link that leads nowhere on the web (file:///C:/…, ftp:, data:), in short: recorded, never asked for."""
    href = "".join(href.split())
    found = FOREIGN.match(href)
    if found is None or found[1].lower() in PASSING:
        return None
    text = found[0].lower() + quote(href[found.end():], safe="/:?&=%#,;@+~().-_\\")
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def clean(url: str) -> str:
    """The address without junk parameters: what a document is known by."""
    parts = urlsplit(url)
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if not JUNK.fullmatch(name)]
        # Only a query that held junk is written anew: some servers know nothing but their own spelling.
        query = query if len(kept) == len(pairs) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, SESSION.sub("", parts.path), query, ""))


def identity(url: str) -> str:
    """One text for the twins of a page: http and https, with and without www, desktop and mobile."""
    parts = urlsplit(clean(url))
    host = parts.netloc.removeprefix("www.")
    path = TWIN.sub("", parts.path)
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"


def host_of(url: str) -> str:
    """The host name, lower case, without port."""
    return urlsplit(url).hostname or ""


def is_attachment(url: str) -> bool:
    """Whether the address by itself says that a file is fetched and not a page."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if ATTACHMENT.search(path) or DOWNLOAD.search(path) or (parts.query and DOWNLOADER.search(path)):
        return True
    return any(ATTACHMENT.search(value) for _, value in parse_qsl(parts.query))


def is_home(url: str) -> bool:
    """Whether this is the front page of a site."""
    parts = urlsplit(url)
    return not parts.query and bool(re.fullmatch(r"/?((index|default|main)\.\w{3,5})?", parts.path))


def never_followed(url: str) -> bool:
    """Click counters, print pages and the like."""
    return bool(NEVER.search(url))
