"""Plain text and Markdown → Content: paragraphs, and the tables that text can hold."""

import re

from extract.content import Content, Grid
from extract.form.alike import RADICALS
from extract.readers import _signatures
from extract.readers._charset import decode
from extract.readers._flatten import INVISIBLE
from extract.readers._text_grids import blocks_of
from extract.readers._text_lines import is_heading
from extract.readers._unreadable import refuse

order = 99

MAX_BYTES = 24_000_000
MAX_LINES = 200_000
TITLE_LENGTH = 60
HEADER_LINES = 30

# Header lines of saved pages, up to a line of ===; one more spelling is one more entry.
HEADER_NAMES = {
    "标题": "title",
    "发布时间": "pubdate",
    "发布日期": "pubdate",
    "发布机构": "contentsource",
    "来源": "contentsource",
    "栏目": "columnname",
    "文号": "documentnumber",
    "索引号": "indexnumber",
    "原文链接": "url",
    "网址": "url",
    "链接": "url",
    "本地目录": "folder",
}
_HEADER = re.compile(rf"({'|'.join(HEADER_NAMES)})\s*[:：]\s*(.*)")
RULER_WORDS = ("", "正文", "正文开始")
_RULER = re.compile(r"\s*={4}.*")
# Radicals, and bars that are drawn or full width.
_ALIKE = re.compile("[\u2e80-\u2fdf｜│┃┆┇┊┋║]")
_PLAIN = RADICALS | dict.fromkeys(map(ord, "｜│┃┆┇┊┋║"), "|")
# What a line that only draws a table is made of. A stroke alone may be a cell.
_STROKES = "─━┄┅┈┉╌╍═"
_BOX = "".join(map(chr, range(0x2500, 0x2580)))
_COMMENT = re.compile(r"<!--[^<>]{0,200}-->")


def accepts(head: bytes, name: str) -> bool:
    """True for bytes that are text in some charset and no markup."""
    return not _signatures.is_binary(head) and not _signatures.is_markup(head, name)


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of a text; `name` is not needed here. Raises Unreadable beyond the bounds or in no known charset."""
    if len(body) > MAX_BYTES:
        raise refuse("too_large", f"文件过大（{len(body) / 1e6:.0f} MB），超过 {MAX_BYTES / 1e6:.0f} MB 的上限。")
    text = _COMMENT.sub("", decode(body))
    if text.count("\n") + text.count("\r") > MAX_LINES:
        raise refuse("too_many_lines", f"文本超过 {MAX_LINES} 行，不是年度报告。")
    if any(chr(code) in text for code in INVISIBLE):
        text = text.translate(INVISIBLE)
    if _ALIKE.search(text):
        text = text.translate(_PLAIN)
    meta, lines = _header(_unframed(text.splitlines()))
    blocks = blocks_of(lines)
    if not blocks:
        raise refuse("no_text", "文件里没有任何文字。")
    return Content(tuple(blocks), meta.get("title") or _title(lines, blocks), meta)


def _unframed(lines: list[str]) -> list[str]:
    """The lines without those that only draw a table, and without the signs of a quotation before all of them."""
    lines = [line for line in lines if not _is_drawn(line)]
    if all(line.startswith(">") for line in lines if line.strip()):
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines]
    return lines


def _is_drawn(line: str) -> bool:
    bare = line.strip()
    if bare.startswith(("+-", "+=")):
        return not bare.strip("+-=")
    return bool(bare.strip("| " + _STROKES)) and not bare.strip("| " + _BOX)


def _header(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The metadata lines at the top of a saved page, and the lines that are none."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    top = range(first, min(first + HEADER_LINES, len(lines)))
    ruler = next((number for number in top if _RULER.fullmatch(lines[number])), None)
    meta: dict[str, str] = {}
    others: list[str] = []
    number = first
    while number < (len(lines) if ruler is None else ruler):
        found = _HEADER.fullmatch(lines[number].strip())
        if found and found[2].strip():
            meta.setdefault(HEADER_NAMES[found[1]], " ".join(found[2].split()))
        elif not found and (ruler is None or not meta):
            break
        elif not found:
            others.append(lines[number])
        number += 1
    if not meta or ("title" not in meta and ruler is None):
        return {}, lines  # a lone 「来源：…」 at the top is text
    if ruler is not None:
        words = lines[ruler].strip(" =")
        others += [words] if words not in RULER_WORDS else []
        number = ruler + 1
    return meta, others + lines[number:]


def _title(lines: list[str], blocks: list[str | Grid]) -> str:
    """The first heading where the text begins with one, or the first line where it is short."""
    first = next((line for line in lines if line.strip()), "")
    block = blocks[0]
    if isinstance(block, Grid):
        return ""
    if is_heading(first):
        return block
    return block if len(block) <= TITLE_LENGTH and block[-1] not in "。；！？，、：" else ""
