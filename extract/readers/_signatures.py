"""What the first bytes of a document are: a binary format, markup, or plain text."""

import re

ZIP_PARTS = (
    (b"word/", "Word 文档（DOCX）"),
    (b"xl/", "Excel 表格（XLSX）"),
    (b"ppt/", "PowerPoint 演示文稿（PPTX）"),
    (b"OFD.xml", "OFD 版式文件"),
    (b"Doc_0/", "OFD 版式文件"),
)
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文档（DOC、WPS 或 XLS）"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"RIFF", "WebP 图片或音视频文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "GZIP 压缩文件"),
    (b"Founder CEB", "方正 CEB 版式文件"),
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"MIME-Version:", "MHT 网页归档"),
    (b"From: <", "MHT 网页归档"),
)
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")

MARKUP_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--|<!doctype|</?(?:html|head|body|title|meta|link|style|script|base|div|p|table|tbody"
    r"|thead|tr|td|th|span|font|h[1-6]|article|section|center|ul|ol|li|dl|a|br|hr|img|form|b|strong|ucap\w+)\b)",
    re.I,
)
MARKUP_INSIDE = re.compile(r"<(?:html|body|/html|/body|/table|/td|/tr|/p|/div|/span|/li|/h[1-6])\b", re.I)
WORD_XML = re.compile(r"<\?mso-application|<w:wordDocument|<Workbook\b|<pkg:package")
CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])

MARKUP_NAMES = (".html", ".htm", ".shtml", ".xhtml", ".jsp", ".aspx", ".asp", ".php", ".jhtml", ".do")
TEXT_NAMES = (".txt", ".md", ".markdown", ".text")


def known_format(head: bytes) -> str:
    """The Chinese name of the binary format the bytes begin with, or an empty string."""
    if b"%PDF-" in head[:1024]:
        return "PDF 文件"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for part, name in ZIP_PARTS if part in head), "ZIP 压缩包")
    if head.startswith(b"BM") and _controls(head[:32]):
        return "BMP 图片"
    if WORD_XML.search(_peek(head[:2048])):
        return "Office XML 文档"
    return next((name for start, name in SIGNATURES if head.startswith(start)), "")


def is_binary(head: bytes) -> bool:
    """True when the bytes are no text in any charset: a known format, or riddled with control characters."""
    if known_format(head):
        return True
    if head.startswith(UTF16_BOMS):
        return False
    head = head[:4096]
    return _controls(head) * 50 > len(head)


def _controls(head: bytes) -> int:
    return len(head) - len(head.translate(None, CONTROLS))


def is_markup(head: bytes, name: str) -> bool:
    """True for HTML. A text that merely mentions a tag stays text, above all when its name says so."""
    named_text = name.lower().endswith(TEXT_NAMES)
    if MARKUP_START.match(_peek(head[:1024])) and not named_text:
        return True
    text = _peek(head)
    if MARKUP_START.match(text):
        return not named_text or MARKUP_INSIDE.search(text) is not None
    tags = len(MARKUP_INSIDE.findall(text))
    if tags >= (20 if named_text else 3):
        return True
    return tags >= 1 and name.lower().endswith(MARKUP_NAMES)


def _peek(head: bytes) -> str:
    """The head as text in which ASCII stands as it is, whatever the charset."""
    if head.startswith(UTF16_BOMS):
        return head.decode("utf-16", "replace")
    return head.removeprefix(BOMS[0]).decode("latin-1")
