"""Dressings of single cells: how figures and labels are written in the pages that editors and word processors make."""

import re

from tests.monitor.dressings import on_figures, on_labels

RADICALS = str.maketrans(
    "一人八力十又口大女子工山文方日月木止水火用立行见言车里金长门非面高",
    "⼀⼈⼋⼒⼗⼜⼝⼤⼥⼦⼯⼭⽂⽅⽇⽉⽊⽌⽔⽕⽤⽴⾏⻅⾔⻋⾥⾦⻓⻔⾮⾯⾼",
)
WIDE = str.maketrans("0123456789+-.", "０１２３４５６７８９＋－．")


@on_figures
def digits_apart(text: str) -> str:
    """Every digit in a span of its own."""
    return "".join(f"<span>{char}</span>" for char in text)


@on_figures
def digits_in_fonts(text: str) -> str:
    """Every digit in a font of its own, in a paragraph."""
    return '<p align="center">' + "".join(f'<font face="宋体">{char}</font>' for char in text) + "</p>"


@on_figures
def no_break_spaces(text: str) -> str:
    """Blanks that do not break around each figure."""
    return f"&nbsp;{text}&nbsp;&nbsp;"


@on_figures
def wide_spaces(text: str) -> str:
    """Full-width blanks around each figure."""
    return f"\u3000{text}\u3000"


@on_figures
def named_spaces(text: str) -> str:
    """Blanks of other widths, by name."""
    return f"&ensp;&emsp;{text}&thinsp;"


@on_figures
def zero_width(text: str) -> str:
    """Characters without width before, in and after each figure."""
    return f"\u200b{text[:1]}\u200b{text[1:]}\ufeff"


@on_figures
def soft_hyphens(text: str) -> str:
    """Soft hyphens in the figures."""
    return f"{text[:1]}&shy;{text[1:]}"


@on_figures
def direction_marks(text: str) -> str:
    """Marks of the direction of writing, as copied from other programs."""
    return f"&lrm;{text}&rlm;"


@on_figures
def wide_digits(text: str) -> str:
    """Full-width digits."""
    return text.translate(WIDE)


@on_figures
def digits_by_number(text: str) -> str:
    """Every digit as a character reference, decimal or hexadecimal."""
    return "".join(f"&#{ord(char)};" if at % 2 else f"&#x{ord(char):x};" for at, char in enumerate(text))


@on_figures
def thousands(text: str) -> str:
    """Thousands set apart by commas."""
    return f"{int(text):,}" if text.isdigit() else text


@on_figures
def wide_thousands(text: str) -> str:
    """Thousands set apart by the Chinese comma."""
    return f"{int(text):,}".replace(",", "，") if text.isdigit() else text


@on_figures
def units_behind(text: str) -> str:
    """The unit behind each count."""
    return f"{text}件" if text.isdigit() else text


@on_figures
def bold(text: str) -> str:
    """Each figure printed bold, in the way of several editors."""
    return f'<b style="mso-bidi-font-weight:normal"><strong>{text}</strong></b>'


@on_figures
def paragraph_and_break(text: str) -> str:
    """A paragraph with a break behind the figure."""
    return f'<p style="text-align:center">{text}<br/></p>'


@on_figures
def indented_markup(text: str) -> str:
    """The markup laid out over lines."""
    return f"\r\n\t\t\t<div>\r\n\t\t\t\t{text}\r\n\t\t\t</div>\r\n\t\t"


@on_figures
def fragment_comments(text: str) -> str:
    """The comments of a paste around each figure."""
    return f"<!--StartFragment-->{text}<!--EndFragment-->"


@on_figures
def comment_inside(text: str) -> str:
    """A comment between the digits."""
    return f"{text[:1]}<!-- 1 -->{text[1:]}"


@on_figures
def conditional_comments(text: str) -> str:
    """Word's conditional comments in each cell."""
    return f"<p class=MsoNormal><![if !supportEmptyParas]><![endif]>{text}<!--[if gte mso 9]><span>0</span><![endif]--></p>"


@on_figures
def word_runs(text: str) -> str:
    """A run of Word with its empty o:p, and fonts by script."""
    return (
        '<p class="MsoNormal" align="center" style="mso-pagination:widow-orphan"><span lang="EN-US" '
        f'style="font-size:10.5pt;mso-hansi-font-family:Calibri">{text}<o:p>&nbsp;</o:p></span></p>'
    )


@on_figures
def smart_tags(text: str) -> str:
    """Word's smart tags around a number."""
    return f'<st1:chmetcnv w:st="on" UnitName="件" SourceValue="{text}" HasSpace="False">{text}</st1:chmetcnv>'


@on_figures
def empty_second_paragraph(text: str) -> str:
    """An empty paragraph below the figure."""
    return f"<p>{text}</p><p>&nbsp;</p>"


@on_figures
def sections(text: str) -> str:
    """The nested sections of an editor for messengers."""
    return f'<section style="box-sizing:border-box"><section><span leaf="">{text}</span></section></section>'


@on_figures
def wbr_and_nobr(text: str) -> str:
    """Places where a line may break, and may not."""
    return f"<nobr>{text[:1]}<wbr>{text[1:]}</nobr>"


@on_labels
def labels_in_runs(text: str) -> str:
    """Each label over several runs."""
    return "".join(f"<font><span>{text[at : at + 2]}</span></font>" for at in range(0, len(text), 2))


@on_labels
def broken_labels(text: str) -> str:
    """A break in the middle of each label."""
    return f"{text[: len(text) // 2]}<br>{text[len(text) // 2 :]}"


@on_labels
def vertical_labels(text: str) -> str:
    """Short labels written downwards, a paragraph for each character."""
    return "".join(f"<p>{char}</p>" for char in text) if len(text) < 10 else text


@on_labels
def spaced_labels(text: str) -> str:
    """Blanks in the labels, full-width and other."""
    return f"{text[:2]} {text[2:4]}\u3000{text[4:]}"


@on_labels
def half_width_brackets(text: str) -> str:
    """Half-width brackets, colons and commas in the labels."""
    return text.translate(str.maketrans("（）：，", "():,"))


@on_labels
def other_ordinals(text: str) -> str:
    """Other points behind the ordinals."""
    return re.sub(r"^(\d)\.", r"\1、", text)


@on_labels
def bracketed_ordinals(text: str) -> str:
    """Ordinals in brackets."""
    return re.sub(r"^(\d)\.", r"(\1)", text)


@on_labels
def radicals(text: str) -> str:
    """Radicals in the place of characters, as fonts in PDFs give them."""
    return text.translate(RADICALS)


@on_labels
def compatibility_ordinals(text: str) -> str:
    """Ordinals that are one character: ⒈ and ㈠."""
    text = re.sub(r"^(\d)\.", lambda found: chr(0x2487 + int(found[1])), text)
    return re.sub(r"^（([一二三四五六七])）", lambda found: chr(0x3220 + "一二三四五六七".index(found[1])), text)


@on_labels
def straight_quotes(text: str) -> str:
    """Straight quotes in the labels."""
    return text.replace("“", "&quot;").replace("”", "&quot;")


@on_labels
def remarks(text: str) -> str:
    """Remarks in brackets behind the labels, as provinces explain them."""
    for label in ("规章", "行政许可", "行政处罚", "行政强制", "本年制发件数", "现行有效件数", "自然人", "商业企业"):
        if text == label:
            return f"{label}（单位：件）" if label.endswith("数") else f"{label}（见填报说明）"
    return text


@on_labels
def sums_by_another_name(text: str) -> str:
    """合计 in the place of 总计."""
    return text.replace("总计", "合计")


@on_labels
def variant_labels(text: str) -> str:
    """Wordings that were met in reports."""
    seen = {
        "行政规范性文件": "规范性文件", "现行有效件数": "现行有效件", "社会公益组织": "社会组织",
        "本年收费金额（单位：万元）": "本年收费金额（单位：万元，保留4位小数）", "四、结转下年度继续办理": "四、结转下一年度继续办理",
        "2.其他法律行政法规禁止公开": "2.其他法律法规禁止公开",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开（区分处理的，只计这一情况，不计其他情形）",
    }  # fmt: skip
    return seen.get(text, text)


@on_labels
def linked_labels(text: str) -> str:
    """Labels that are bold, and anchors."""
    return f'<a name="_Toc1"></a><strong>{text}</strong>'
