"""The text of `gouji.toml` as an editor saved it: byte order marks from Windows, and characters from editors and input
methods that are not TOML, explained in words."""

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any

from crawler.ground.errors import Both, UsageError

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Strings and comments: only in them TOML allows the characters of STRAY, so they are taken out before the search.
SAID = re.compile(r"""\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\#[^\n]*""", re.DOTALL)
STRAY = re.compile("[“”„‘’＂＇「」『』，、；：＝＃［］（）｛｝【】。　\u00a0\u200b\ufeff]")
QUOTES = "“”„‘’＂＇「」『』"


def decode(raw: bytes, path: Path) -> str:
    """The text without byte order mark; UsageError that says what to do if it is not UTF-8."""
    if not raw.startswith(WIDE) and b"\0" not in raw:  # UTF-16 without a mark
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
    else:
        line = 1
    raise UsageError(
        f"{path}, line {line}: the file is not UTF-8 (perhaps GBK or UTF-16); save it as UTF-8 in the editor",
        f"{path} 第 {line} 行：文件不是 UTF-8 编码（可能是 GBK 或 UTF-16）；请在编辑器里“另存为”，编码选 UTF-8",
    )


def parse_text(path: Path, text: str) -> dict[str, Any]:
    """The tables; UsageError that says what to write if it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = _stray(path, text) or (f"{path}: not valid TOML: {error}", f"{path}：不是合格的 TOML：{error}")
        raise UsageError(*message) from error


def _stray(path: Path, text: str) -> Both | None:
    """The first character that TOML forbids outside strings: curly quotation marks, full-width signs, odd spaces."""
    bare = SAID.sub(lambda match: "\n" * match[0].count("\n"), text)
    found = STRAY.search(bare)
    if found is None:
        return None
    line = bare.count("\n", 0, found.start()) + 1
    char = found[0] if found[0].isprintable() and not found[0].isspace() else f"U+{ord(found[0]):04X}"
    if found[0] in QUOTES:
        return (
            f'{path}, line {line}: the quotation mark {char} is not a straight one; write " on both sides',
            f'{path} 第 {line} 行：引号 {char} 不是英文直引号；两边都写成 "',
        )
    return (
        f"{path}, line {line}: {char} may stand only within quotation marks; write the ASCII sign",
        f"{path} 第 {line} 行：{char} 只能写在引号里；请改成英文（半角）符号",
    )
