"""The verdict on an answer, whatever its status line says: one word for the ledger, with the evidence."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from crawler.ground.reasons import Detail, Reason, Value, quoted, told
from crawler.ground.urls import UNREADABLE, address, is_home
from crawler.pages.markup import between_tags
from crawler.pages.page import decode

Word = Literal[
    "ok",
    "unchanged",
    "redirect",
    "not_found",
    "soft_404",
    "challenge",
    "forbidden",
    "login",
    "redirected",
    "throttled",
    "server_error",
    "unreachable",
    "tls",
    "robots",
    "refused",
    "too_large",
    "partial",
    "new",
    "changed",
    "restored",
    "same",
    "repeated",
    "bound",
    "not_report",
    "unreadable",
]

GONE_TITLE = re.compile(
    r"不存在|找不到|未找到|无法找到|已(被)?删除|访问受限|页面丢失|\b40[34]\b|not\s*found", re.IGNORECASE
)
LOGIN_PATH = re.compile(r"/(login|signin|sso|cas|passport|oauth2?)\b", re.IGNORECASE)
REPORT = re.compile("年报|年度报告|信息公开")
GONE_PAGE = re.compile(r"页面不存在|访问受限|404\s*not|^\W*404\b", re.IGNORECASE)
GONE_TEXT = re.compile(
    r"(页面|网页|栏目|访问的[^。！!，,]{0,12}|地址|链接)[^。！!，,]{0,8}"
    r"(不存在|找不到|未找到|无法找到|已被?删除|已过期|已关闭)|\b404\b|not\s*found",
    re.IGNORECASE,
)
LOGIN_TITLE = re.compile(r"登[录陆]|统一(身份)?认证|\b(log|sign)\s*in\b", re.IGNORECASE)
LOGIN_FORM = re.compile(r"<input\b[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
THROTTLED = re.compile(r"访问(过于|太过?)频繁|请求过于频繁|访问频率|too many requests", re.IGNORECASE)
HEAD_TITLE = re.compile(r"<([tT][iI][tT][lL][eE]|[hH]1)\b[^<>]{0,300}>(.{0,300}?)</\1>", re.DOTALL)
SUSPECT = re.compile(f"{GONE_TITLE.pattern}|{THROTTLED.pattern}", re.IGNORECASE)
# Elements that show something, or lead somewhere, on a page without words.
CONTENT = re.compile(r"<(script|i?frame|img|embed|object|svg|form)\b|http-equiv|<\?xml|^\s*[{\[]", re.IGNORECASE)
LINK = re.compile(r"<a\b", re.IGNORECASE)
STUB = 20  # bytes: answers of 3 or 13 bytes are not pages
PAGE = re.compile(r"<(html|head|body)\b", re.IGNORECASE)
# A page whose only purpose is to lead to another one.
REFRESH = re.compile(
    r"""<meta\b[^<>]{0,100}http-equiv\s*=\s*["']?refresh["']?[^<>]{0,100}?\bcontent\s*=\s*"""
    r"""(?:["']\s*)?\d{1,2}(?:\.\d+)?\s*[;,]\s*url\s*=\s*["']?([^"'<>]{1,2000})""",
    re.IGNORECASE,
)
ALL_OF_IT = re.compile(r"\s*bytes\s+0-(\d{1,15})/(\d{1,15})\s*", re.IGNORECASE)
FEW = 5  # links to the front page and the like
SHORT_TEXT = 200  # characters of text on a "not found" page
GLANCE = 20_000
BY_STATUS: Mapping[int, Word] = {
    401: "login",
    404: "not_found",
    408: "server_error",
    410: "not_found",
    413: "too_large",
    420: "throttled",
    425: "throttled",
    429: "throttled",
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, address, the headers that matter, the decoded body."""

    url: str
    status: int
    body: bytes
    location: str = ""
    cookies: str = ""
    content_type: str = ""
    encoded: bool = False
    # The server's name for the file that it sends.
    name: str = ""
    # Where a header sends the reader of the page (`Refresh`), and which part of it this is (`Content-Range`).
    refresh: str = ""
    part: str = ""


@dataclass(frozen=True)
class Verdict:
    """A word for the ledger and its reasons; `location`: where a redirect leads."""

    word: Word
    said: Detail = ()
    location: str = ""

    @property
    def detail(self) -> str:
        """The reasons, in English."""
        return told(self.said, "en")


def based(word: Word, code: str, /, **fields: Value) -> Verdict:
    """A verdict with a single reason."""
    return Verdict(word, (Reason(code, **fields),))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One pattern by which a challenge page is recognized."""

    name: str
    status: tuple[int, ...]
    body: re.Pattern[str] | None
    cookie: re.Pattern[str] | None
    longest: int
    marks: tuple[str, ...]
    word: Word

    def fits(self, answer: Answer, text: str, lower: str) -> bool:
        if self.status and answer.status not in self.status:
            return False
        if self.longest and len(answer.body) > self.longest * 3:
            return False
        if self.cookie and not self.cookie.search(answer.cookies):
            return False
        if self.marks and not any(mark in lower for mark in self.marks):
            return False
        return not self.body or bool(self.body.search(text))


@cache
def fingerprints() -> tuple[Fingerprint, ...]:
    """The known challenges, from challenges.toml."""
    path = Path(__file__).with_name("challenges.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["challenge"]
    return tuple(
        Fingerprint(
            entry["name"],
            tuple(entry.get("status", ())),
            _pattern(entry.get("body")),
            _pattern(entry.get("cookie")),
            entry.get("longest", 0),
            tuple(entry.get("marks", ())),
            entry.get("word", "challenge"),
        )
        for entry in entries
    )


def _pattern(source: str | None) -> re.Pattern[str] | None:
    return re.compile(source, re.IGNORECASE) if source else None


def answer_verdict(answer: Answer) -> Verdict:
    """The effective status of an answer: `ok`, `unchanged`, `redirect`, or the obstacle."""
    if answer.status == 304:
        return Verdict("unchanged")
    if is_whole(answer):
        answer = replace(answer, status=200)
    text = decode(answer.body[: GLANCE * 3])[:GLANCE] if looks_textual(answer) else ""
    # A page with enough text is a real page, whatever scripts it has.
    suspected = () if answer.status == 200 and not _is_short(text) else fingerprints()
    lower = text.lower() if suspected else ""
    for fingerprint in suspected:
        if fingerprint.fits(answer, text, lower) and (answer.status != 200 or _alone(fingerprint, text)):
            return based(fingerprint.word, "fingerprint", name=fingerprint.name, status=answer.status)
    if answer.status in (301, 302, 303, 307, 308):
        return _redirect(answer)
    if answer.status in BY_STATUS:
        return based(BY_STATUS[answer.status], "status", status=answer.status)
    if answer.status == 503 and THROTTLED.search(text):
        return based("throttled", "status", status=503)
    if answer.status >= 500:
        return based("server_error", "status", status=answer.status)
    if answer.status != 200:
        # Only 404 and 410 mean that nothing is there.
        return based("forbidden" if answer.status >= 400 else "unreadable", "status", status=answer.status)
    return _look(answer, text)


def is_whole(answer: Answer) -> bool:
    """Whether a status says in other words that all is there: by way of another server (203), in one part (206)."""
    if answer.status == 206:
        part = ALL_OF_IT.fullmatch(answer.part)
        return part is not None and int(part[1]) + 1 == int(part[2])
    return answer.status == 203


def _alone(fingerprint: Fingerprint, text: str) -> bool:
    return fingerprint.word == "challenge" or (len(LINK.findall(text)) <= FEW and not REPORT.search(visible_text(text)))


def _is_short(text: str) -> bool:
    """Whether a page has almost no visible text; reading stops as soon as there is enough."""
    seen = 0
    for piece in between_tags(text):
        seen += sum(map(len, piece.split()))
        if seen > SHORT_TEXT:
            return False
    return True


def looks_textual(answer: Answer) -> bool:
    """Whether a body can be a page at all, so that binary files are not searched for words."""
    return b"\0" not in answer.body[:1024] and not answer.body.startswith((b"%PDF", b"PK\x03\x04"))


def visible_text(text: str) -> str:
    """The visible text of a page, without white space."""
    return "".join(word for piece in between_tags(text) for word in piece.split())


def _redirect(answer: Answer) -> Verdict:
    if not answer.location:
        return based("unreadable", "status_without_location", status=answer.status)
    if answer.location.split("#")[0] == answer.url:
        return based("challenge", "status_to_itself", status=answer.status)
    if LOGIN_PATH.search(urlsplit(answer.location).path):
        return based("login", "sent_to", url=answer.location)
    if is_home(answer.location) and not is_home(answer.url):
        return based("redirected", "sent_home", url=answer.location)
    return replace(based("redirect", "leads_to", url=answer.location), location=answer.location)


def _look(answer: Answer, text: str) -> Verdict:
    led = REFRESH.search(text)
    leads = (answer.refresh if looks_textual(answer) else "") or (led[1] if led else "")
    if leads and _is_short(text) and len(LINK.findall(text)) <= FEW:
        target = address(answer.url, unescape(leads))
        return (
            based("unreadable", "sent_to", url=target)
            if target.startswith(f"{UNREADABLE}:")
            else _redirect(replace(answer, location=target))
        )
    if len(answer.body) < STUB:
        return based("soft_404", "status_short", status=200, bytes=len(answer.body))
    if not text:
        return Verdict("ok")
    title = " ".join(match[2] for match in HEAD_TITLE.finditer(text))
    if len(text) > SHORT_TEXT * 20 and not SUSPECT.search(title) and "password" not in text:
        return Verdict("ok")
    visible = visible_text(text)
    if len(visible) <= SHORT_TEXT:
        if THROTTLED.search(visible) or THROTTLED.search(title):
            return Verdict("throttled", quoted(visible[:80]))
        if GONE_TITLE.search(title) or (GONE_TEXT.search(visible) and len(LINK.findall(text)) <= FEW):
            return based("soft_404", "status_says", status=200, text=visible[:80])
        if not visible and PAGE.search(text) and not CONTENT.search(text) and not LINK.search(text):
            return based("soft_404", "status_no_word", status=200, bytes=len(answer.body))
        if LOGIN_FORM.search(text):
            return based("login", "status_password", status=200)
    elif len(visible) < SHORT_TEXT * 5 and GONE_PAGE.search(title):
        return based("soft_404", "status_title", status=200, title=title[:80])
    elif len(visible) < SHORT_TEXT * 5 and LOGIN_TITLE.search(title) and LOGIN_FORM.search(text):
        return based("login", "status_password_title", status=200, title=title[:80])
    return Verdict("ok")
