"""Dressings of plain text: what is copied along with a page, what converters write, and tables set in other ways."""

import re
import textwrap
from itertools import count

from tests.extract import forms_printed as printed
from tests.extract.forms_printed import Table
from tests.monitor.dressings import Sheet, as_markdown, as_text, printed_as
from tests.monitor.dressings_cells import RADICALS

HEADING = re.compile(r"^[一二三四五六]、(?:.{0,20}情况|其他需要报告的事项)$", re.MULTILINE)


@printed_as
def bars(sheet: Sheet, _: str) -> str:
    """Tables with bars."""
    return sheet.text(printed.markdown)


@printed_as
def bars_at_the_sides_missing(sheet: Sheet, _: str) -> str:
    """Bars between the cells only."""
    return sheet.text(lambda table: "\n".join(line.strip("| ") for line in printed.markdown(table).split("\n")))


@printed_as
def bars_one_cell_a_line(sheet: Sheet, _: str) -> str:
    """A cell and a bar a line."""
    return sheet.text(printed.bars)


@printed_as
def bars_on_lines_of_their_own(sheet: Sheet, _: str) -> str:
    """A cell a line, padding on a line of its own."""
    return sheet.text(lambda table: printed.bars(table, own_line=True))


@printed_as
def one_cell_a_line(sheet: Sheet, _: str) -> str:
    """A cell a line."""
    return sheet.text(printed.cell_lines)


@printed_as
def columns_of_spaces(sheet: Sheet, _: str) -> str:
    """Columns held apart by runs of blanks."""
    return sheet.text(printed.aligned)


@printed_as
def columns_of_wide_spaces(sheet: Sheet, _: str) -> str:
    """Columns held apart by full-width blanks."""
    return sheet.text(
        lambda table: re.sub(r"(?<=\S)  +(?=\S)", lambda run: "\u3000" * len(run[0]), printed.aligned(table))
    )


@printed_as
def wide_bars(sheet: Sheet, _: str) -> str:
    """Full-width bars."""
    return sheet.text(lambda table: "\n".join(f"｜{'｜'.join(row)}｜" for row in printed.laid_out(table)))


@printed_as
def drawn_boxes(sheet: Sheet, _: str) -> str:
    """Tables drawn with the characters for boxes."""

    def write(table: Table) -> str:
        grid = printed.laid_out(table)
        lines = [f"│{'│'.join(row)}│" for row in grid]
        rule = "─" * 3
        width = len(grid[0])
        between = f"\n├{'┼'.join([rule] * width)}┤\n"
        return f"┌{'┬'.join([rule] * width)}┐\n{between.join(lines)}\n└{'┴'.join([rule] * width)}┘"

    return sheet.text(write)


@printed_as
def boxes_in_ascii(sheet: Sheet, _: str) -> str:
    """Tables drawn with plus signs, strokes and bars."""

    def write(table: Table) -> str:
        rows = printed.laid_out(table)
        rule = f"+{'+'.join(['-----'] * len(rows[0]))}+"
        return "\n".join([rule, *(f"| {' | '.join(row)} |\n{rule}" for row in rows)])

    return sheet.text(write)


@printed_as
def tables_in_html(sheet: Sheet, _: str) -> str:
    """Markup of tables left in the text, as converters do."""
    return sheet.text(printed.html)


@printed_as
def cells_in_quotation_marks(sheet: Sheet, _: str) -> str:
    """Rows with commas, each cell in quotation marks, as from a calculation sheet."""
    return sheet.text(lambda table: "\n".join(",".join(f'"{text}"' for text in row) for row in printed.laid_out(table)))


@as_text
def indented(_: Sheet, text: str) -> str:
    """Paragraphs begin with two full-width blanks."""
    return re.sub(r"^(?=[^\n\t]{25,}$)", "\u3000\u3000", text, flags=re.MULTILINE)


@as_text
def blanks_at_the_end(_: Sheet, text: str) -> str:
    """Blanks at the end of each line."""
    return text.replace("\n", "  \n")


@as_text
def doubled_lines(_: Sheet, text: str) -> str:
    """An empty line after each line."""
    return text.replace("\n", "\n\n")


@as_text
def page_numbers(sheet: Sheet, text: str) -> str:
    """A page number after every twelve lines."""
    return _every(sheet, text, "- {} -")


@as_text
def page_numbers_in_words(sheet: Sheet, text: str) -> str:
    """第 … 页 after every twelve lines."""
    return _every(sheet, text, "第 {} 页 共 9 页")


@as_text
def title_on_each_page(sheet: Sheet, text: str) -> str:
    """A form feed and the title after every twelve lines."""
    return _every(sheet, text, f"\f{sheet.title}")


def _every(_: Sheet, text: str, words: str, rows: int = 12) -> str:
    numbers, lines = count(1), text.split("\n")
    return "\n".join(
        f"{line}\n{words.format(next(numbers))}" if at % rows == rows - 1 else line for at, line in enumerate(lines)
    )


@as_text
def copied_with_the_page(sheet: Sheet, text: str) -> str:
    """Head and foot of the page were copied along."""
    year = sheet.sample.year
    below = f"{sheet.title}\n\n发布时间：{sheet.day} 浏览次数：1286 字体：【大 中 小】 打印本页"
    return (
        "您现在的位置：首页 > 政务公开 > 政府信息公开年报 > 2021年\n"
        f"{text.replace(sheet.title, below, 1)}\n"
        f"上一篇：青石市财政局{year}年政府信息公开工作年度报告\n下一篇：青石市水务局{year - 1}年政府信息公开工作年度报告\n"
        "主办单位：青石市人民政府办公室 网站标识码：3607990001\n关于我们 | 网站地图 | 联系我们\n"
    )


@as_text
def attachment_mark(_: Sheet, text: str) -> str:
    """附件 above the title."""
    return f"附件1：\n\n{text}"


@as_text
def line_separators(_: Sheet, text: str) -> str:
    """Paragraphs are held apart by Word's line separator."""
    return text.replace("\n\n", "\n\u2028\n")


@as_text
def wrapped(_: Sheet, text: str) -> str:
    """Prose wrapped at 36 characters, the title too."""
    lines = (line if "\t" in line else "\n".join(textwrap.wrap(line, 36)) for line in text.split("\n"))
    return "\n".join(lines)


@as_text
def title_wrapped(sheet: Sheet, text: str) -> str:
    """Body and rest of the title on two lines, the first of them centred."""
    body = sheet.sample.agency
    return text.replace(sheet.title, f"          {body}\n    {sheet.title.removeprefix(body)}", 1)


@as_text
def title_only_in_a_sentence(sheet: Sheet, text: str) -> str:
    """No title line; the first sentence says whose report it is."""
    return text.replace(sheet.title, "", 1).lstrip()


@as_text
def entities_left(_: Sheet, text: str) -> str:
    """References to characters that a converter left."""
    return re.sub(r"^(?=[^\n\t]{25,}$)", "&nbsp;&nbsp;&emsp;", text, flags=re.MULTILINE)


@as_text
def all_radicals(_: Sheet, text: str) -> str:
    """Radicals in the place of characters in the whole text."""
    return text.translate(RADICALS)


@as_text
def quoted(_: Sheet, text: str) -> str:
    """Every line behind the sign of a quotation."""
    return re.sub(r"^", "> ", text, flags=re.MULTILINE)


@as_text
def wide_figures(_: Sheet, text: str) -> str:
    """Full-width digits in the cells."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return re.sub(r"(?<=\t)\d+(?=\t|$)", lambda found: found[0].translate(wide), text, flags=re.MULTILINE)


@as_text
def units(_: Sheet, text: str) -> str:
    """The unit behind each count of a row."""
    return re.sub(r"(?<=\t)(\d+)(?=\t|$)", r"\1件", text, flags=re.MULTILINE)


@as_markdown
def headings(sheet: Sheet, text: str) -> str:
    """Headings of Markdown, of several depths."""
    return HEADING.sub(r"### \g<0>", text).replace(sheet.title, f"# {sheet.title}", 1)


@as_markdown
def underlined_headings(sheet: Sheet, text: str) -> str:
    """Headings that are underlined."""
    return HEADING.sub(r"\g<0>\n---", text).replace(sheet.title, f"{sheet.title}\n======", 1)


@as_markdown
def bold_headings(sheet: Sheet, text: str) -> str:
    """Headings that are bold."""
    return HEADING.sub(r"**\g<0>**", text).replace(sheet.title, f"**{sheet.title}**", 1)


@as_markdown
def converted(sheet: Sheet, text: str) -> str:
    """As converters write: escaped points, bold figures, front matter, a link above."""
    rows = re.sub(r"(?<=\| )(\d+)(?= \|)", r"**\1**", sheet.text(printed.markdown))
    rows = re.sub(r"(?<=\| )(\d)\.", r"\1\\.", rows)
    return f"---\ntitle: {sheet.title}\n---\n[返回首页](/)\n\n" + HEADING.sub(r"## \g<0>", rows)


@as_markdown
def breaks_in_cells(sheet: Sheet, text: str) -> str:
    """Breaks as markup in the cells of Markdown."""
    rows = sheet.text(printed.markdown)
    return (
        rows.replace("社会公益组织", "社会公益<br>组织")
        .replace("法律服务机构", "法律服务<br/>机构")
        .replace("---|", ":---:|")
    )


@as_markdown
def code_block(sheet: Sheet, text: str) -> str:
    """The tables in a block of code, with blanks between the columns."""
    return sheet.text(lambda table: f"```\n{printed.aligned(table)}\n```")
