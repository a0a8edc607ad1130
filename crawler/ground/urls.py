"""Addresses: resolving, cleaning and recognizing them. Nothing here touches the network."""

import re
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urljoin, urlsplit, urlunsplit
from zlib import crc32

from crawler.ground.formats import ending_pattern
from crawler.ground.parameters import is_junk
from crawler.ground.remembered import remembered

SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
TWIN = re.compile(r"_app(?=\.s?html?$)|(?<=/)m(?=post_\d+\.s?html?$)", re.IGNORECASE)
ATTACHMENT = re.compile(rf"\.(?:{ending_pattern()})$", re.IGNORECASE)
# What no address of a file lacks, unless escapes hide it.
FILE_LIKE = re.compile(rf"\.(?:{ending_pattern()})|down", re.IGNORECASE)
DOWNLOAD = re.compile(
    r"(download|downfile|downloadfile|downloadattach\w{0,40})\.(jsp|do|aspx?|php|action)$", re.IGNORECASE
)
# Without an ending it is a file only where a query names which.
DOWNLOADER = re.compile(r"/(down|download)_?(file|attach|attachment)?s?$", re.IGNORECASE)
NEVER = re.compile(r"(_showDynClicks|/news/click/|visitcount|print\.jsp)", re.IGNORECASE)
FOREIGN = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Links that lead nowhere by intention.
PASSING = frozenset({"javascript", "mailto", "tel", "sms", "about", "weixin"})
# Schemes of our own, for the ledger: what a list gives as an address and is none, and what bears a user or a password.
UNREADABLE, CREDENTIALS = "unreadable", "credentials"
# What neither UTF-8 nor XML nor an address can hold: half a character, a control character, no character at all.
NO_CHARACTER = re.compile("[\0-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Where nobody has written on behind the beginning: joined with a page's address it would be that page.
NO_PLACE = re.compile(r"https?:[\\/]*", re.IGNORECASE)
EDGES = "".join(map(chr, range(33))) + "\u3000\xa0"
# A user before the host, in the spellings that browsers take for an address: http://u:p@h, //u@h, http:\\u:p@h.
USER = re.compile(r"(?:https?:[\\/]*|[\\/]{2,})[^\\/?#]*@", re.IGNORECASE)
# The same within a text, of whatever scheme: what stands before the @ is left out where an address is told.
USERS = re.compile(
    r"(https?:[\\/]+|(?<![\\/])[\\/]{2,}(?![\\/])|(?<![^\\/?#\s\"'<>])https?:)[^\\/?#\s\"'<>]*@", re.IGNORECASE
)
# What no host name holds; an address with it cannot even be asked for.
NO_HOST = re.compile(r"[\x00-\x20\x7f\s<>\"'`{}|\\^%]")
# What an address holds only escaped: bytes of a charset in the header of an answer, letters in a query.
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# The two bytes of a character in GBK: the second may be one that is a letter or a mark by itself.
GBK_BYTES = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff])+")
AUTHORITY = re.compile(rb"\s*(?:https?:)?[\\/]{2}[^\\/?#]{0,255}", re.IGNORECASE)
SHORT = 200
DEFAULT_PORT = {"http": 80, "https": 443}
LIMIT = 2000
WRITTEN = 10_000  # characters of an address that a script puts together


def resolve(base: str, href: str, longest: int = LIMIT, charset: str = "utf-8") -> str | None:
    """The absolute http(s) address of a link on a page, without fragment; None where there is none.

    What its query holds in letters is asked for in the `charset` of the page, as browsers do.
    """
    href = re.sub(r"[\t\r\n]", "", href.strip().strip(EDGES))
    if (
        not href
        or href.startswith("#")
        or len(href) > longest
        or NO_CHARACTER.search(href)
        or USER.match(href)
        or NO_PLACE.fullmatch(href)
    ):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        host, port = parts.hostname, parts.port
        (host or "").rstrip(".").encode("idna")  # no name has an empty label or one of more than 63 letters
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORT or not host or parts.username is not None or NO_HOST.search(host):
        return None
    if "[" in parts.netloc and ":" not in host:  # an address of a future version of IP: nobody can ask there
        return None
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port is not None and port != DEFAULT_PORT[parts.scheme]:
        netloc = f"{netloc}:{port}"
    query = parts.query if charset == "utf-8" else escaped(parts.query, charset)
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))


def escaped(query: str, charset: str) -> str:
    """A query with its letters as bytes of a charset; one that the charset lacks is a reference, as in browsers."""
    return NOT_ASCII.sub(lambda found: quote(found[0].encode(charset, "xmlcharrefreplace"), safe=""), query)


def led_to(header: bytes) -> str:
    """The address in a header as it is to be asked for: bytes that are no UTF-8 stay the bytes they are."""
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A host has letters and no bytes; those of all else are the server's own.
    host = site[0] if (site := AUTHORITY.match(header)) else b""
    rest = GBK_BYTES.sub(lambda found: quote(found[0], safe="").encode(), header[len(host) :])
    return host.decode("gb18030", "replace") + rest.decode("ascii")


def off_the_web(href: str, label: str = "") -> str | None:
    """A link that leads nowhere we may ask (file:///C:/…, ftp:, data:, what cannot be read), in short; None for none.

    It is recorded and never asked for; the `label` tells two that cannot be read apart. A user or a password in it is
    told as such and left out.
    """
    href = "".join(href.split()).strip(EDGES)
    if not href or href.startswith("#"):
        return None
    if USER.match(href):
        return _short(CREDENTIALS, without_user(href))
    found = FOREIGN.match(href)
    scheme = found[1].lower() if found else ""
    if scheme in PASSING:
        return None
    if found is None or scheme in DEFAULT_PORT:
        return unreadable(href, label)
    return _short(scheme, without_user(href[found.end() :]))


def unreadable(href: str, label: str = "") -> str:
    """What stands in the ledger for an address that is none."""
    return _short(UNREADABLE, without_user(href), label)


def address(base: str, href: str, longest: int = LIMIT) -> str:
    """What an address that somebody gave leads to, else the address as it may be kept: never one that can be asked."""
    return resolve(base, href, longest) or off_the_web(href) or unreadable(href)


def without_user(text: str) -> str:
    """A text in which no address bears a user or a password; in time linear to its length."""
    return USERS.sub(r"\1", text)


def _short(scheme: str, text: str, label: str = "") -> str:
    # Nothing is left that an address is taken apart by: what is told of it stays one.
    said = f"{scheme}:{quote(text, safe='/:&=%,@+~().-_' + chr(92), errors='replace')}"
    if len(said) <= SHORT and not label:
        return said
    # Two that are too long to be kept, or hold what nobody can read, still are two.
    return f"{said[: SHORT - 9]}…{crc32(f'{text} {label}'.encode('utf-8', 'surrogatepass')):08x}"


@remembered
def clean(url: str) -> str:
    """The address without junk parameters: what a document is known by."""
    parts = urlsplit(url)
    # Cut out and not written anew: servers know their own spelling, and escapes need not be of UTF-8.
    query = parts.query and "&".join(pair for pair in parts.query.split("&") if not is_junk(parameter(pair)))
    return urlunsplit((parts.scheme, parts.netloc, SESSION.sub("", parts.path), query, ""))


def parameter(pair: str) -> str:
    """The name in one `name=value` of a query."""
    return unquote_plus(pair.partition("=")[0])


@remembered
def identity(url: str) -> str:
    """One text for the twins of a page: http and https, with and without www, desktop and mobile."""
    parts = urlsplit(clean(url))
    host = parts.netloc.removeprefix("www.")
    path = TWIN.sub("", parts.path)
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"


@remembered
def host_of(url: str) -> str:
    """The host name, lower case, without port."""
    return urlsplit(url).hostname or ""


def is_attachment(url: str) -> bool:
    """Whether the address by itself says that a file is fetched and not a page."""
    if "%" not in url and not FILE_LIKE.search(url):
        return False  # as nearly all do
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
