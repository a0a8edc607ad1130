"""Dressings of the bytes: charsets that are named, not named, or named wrongly; marks and ends of lines."""

from tests.monitor.dressings import in_bytes, text_in_bytes

META = '<meta charset="utf-8">'


def _named(html: str, charset: str) -> str:
    return html.replace(META, f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">').replace(
        'encoding="UTF-8"', f'encoding="{charset}"'
    )


def _encoded(html: str, charset: str) -> bytes:
    return html.encode(charset, "xmlcharrefreplace")


@in_bytes
def gb2312_as_named(html: str) -> bytes:
    """GBK called gb2312."""
    return _encoded(_named(html, "gb2312"), "gbk")


@in_bytes
def gb18030_as_named(html: str) -> bytes:
    """GB18030."""
    return _encoded(_named(html, "GB18030"), "gb18030")


@in_bytes
def gbk_without_a_name(html: str) -> bytes:
    """GBK, and the page does not say so."""
    return _encoded(html.replace(META, ""), "gbk")


@in_bytes
def gbk_called_utf8(html: str) -> bytes:
    """GBK in a page that says UTF-8."""
    return _encoded(html, "gbk")


@in_bytes
def utf8_called_gbk(html: str) -> bytes:
    """UTF-8 in a page that says gb2312."""
    return _named(html, "gb2312").encode()


@in_bytes
def utf8_without_a_name(html: str) -> bytes:
    """UTF-8, and the page does not say so."""
    return html.replace(META, "").encode()


@in_bytes
def utf8_with_mark(html: str) -> bytes:
    """UTF-8 with its mark, called gb2312."""
    return _named(html, "gb2312").encode("utf-8-sig")


@in_bytes
def utf16_little(html: str) -> bytes:
    """UTF-16 with its mark, as Notepad's Unicode."""
    return b"\xff\xfe" + html.encode("utf-16-le")


@in_bytes
def utf16_big(html: str) -> bytes:
    """UTF-16, the other order."""
    return b"\xfe\xff" + html.encode("utf-16-be")


@in_bytes
def named_late(html: str) -> bytes:
    """GBK whose name comes after three kilobytes of remarks."""
    named = _named(html, "gbk")
    return _encoded(named.replace("<head>", f"<head><!--{'x' * 3000}-->"), "gbk")


@in_bytes
def named_twice(html: str) -> bytes:
    """UTF-8 named twice, first wrongly."""
    return html.replace(META, f'<meta charset="gb2312">{META}').encode()


@in_bytes
def foot_in_gbk(html: str) -> bytes:
    """UTF-8 with a foot in GBK."""
    return html.encode().replace(b"</body>", "<div>主办：青石市人民政府办公室</div></body>".encode("gbk"))


@in_bytes
def windows_lines(html: str) -> bytes:
    """Lines end as in Windows."""
    return html.replace("\n", "\r\n").encode()


@in_bytes
def one_line(html: str) -> bytes:
    """All on one line."""
    return html.replace("\n", "").encode()


@text_in_bytes
def gbk(text: str) -> bytes:
    """GBK."""
    return text.encode("gbk", "replace")


@text_in_bytes
def gb18030_windows(text: str) -> bytes:
    """GB18030 with the ends of lines of Windows."""
    return text.replace("\n", "\r\n").encode("gb18030")


@text_in_bytes
def utf16(text: str) -> bytes:
    """UTF-16 with its mark."""
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


@text_in_bytes
def utf8_mark(text: str) -> bytes:
    """UTF-8 with its mark and the ends of lines of Windows."""
    return text.replace("\n", "\r\n").encode("utf-8-sig")


@text_in_bytes
def old_lines(text: str) -> bytes:
    """Lines end with a carriage return alone."""
    return text.replace("\n", "\r").encode()
