"""One line of text: its marks stripped, its white space folded; the shapes that tell a figure from a sentence."""

import re

FIGURE = re.compile(r"[-+－＋]?[0-9０-９][0-9０-９,，.．]*(?:%|万元|元|件|条|项|次)?|[-－—–/／]{1,4}|无")
SENTENCE_ENDS = ("。", "；", "！", "？", "，", "、", "：", ".", ";", "!", "?", ",")
SECTION = re.compile(r"#{0,6}\s*[一二三四五六七八九十]{1,2}\s*、.*(?:情况|事项|措施|问题|方面|总结)")

_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


def cell(text: str) -> str:
    """The text of a cell: `**`, `<br>` and escapes gone, white space folded."""
    if "*" in text:
        text = text.replace("**", "")
    if "<" in text:
        text = _BREAK.sub(" ", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return " ".join(text.split())


def paragraph(line: str) -> str:
    """The text of a line of prose: as `cell`, and a heading's `#` gone."""
    heading = _HEADING.match(line) if "#" in line else None
    if not heading:
        return cell(line)
    text = line[heading.end() :].rstrip()
    return cell(text.rstrip("#") if text.rstrip("#").endswith(" ") else text)


def is_heading(line: str) -> bool:
    """True for a Markdown heading."""
    return _HEADING.match(line) is not None
