"""One line of text: its marks stripped, its white space folded; the shapes that tell a figure from a sentence."""

import re

from extract.readers._flatten import INVISIBLE

FIGURE = re.compile(r"[-+－＋]?[0-9０-９][0-9０-９,，.．]*(?:%|万元|元|件|条|项|次)?|[-－—–/／]{1,4}|无")
SENTENCE_ENDS = ("。", "；", "！", "？", "，", "、", "：", ".", ";", "!", "?", ",")
SECTION = re.compile(r"#{0,6}\s*[一二三四五六七八九十]{1,2}\s*、.*(?:情况|事项|措施|问题|方面|总结)")

_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


def cell(text: str) -> str:
    """The text of a cell: `**`, `<br>`, escapes and invisible characters gone, white space folded."""
    if not text.isascii():
        text = text.translate(INVISIBLE)
    if "*" in text:
        text = text.replace("**", "")
    if "<" in text:
        text = _BREAK.sub(" ", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return " ".join(text.split())


def paragraph(line: str) -> str:
    """The text of a line of prose: as `cell`, and a heading's `#` gone."""
    heading = _HEADING.fullmatch(line) if "#" in line else None
    return cell(heading[1] if heading else line)
