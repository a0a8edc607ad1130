"""Dressings of the title: it stands elsewhere, or wears something."""

from tests.monitor.dressings import Sheet, around, content_of, on_page, page


@on_page
def title_in_head_only(sheet: Sheet, html: str) -> str:
    """The title only in <title>, with the site behind."""
    return page(sheet, content_of(html), title=f"{sheet.title}_青石市人民政府门户网站", h1="")


@on_page
def title_in_metadata_only(sheet: Sheet, html: str) -> str:
    """The title only in the metadata."""
    meta = f'<meta content="{sheet.title}" name="ArticleTitle">'
    return page(sheet, content_of(html), title="青石市人民政府", head=meta, h1="")


@on_page
def title_in_first_sentence(sheet: Sheet, html: str) -> str:
    """No title; the first sentence says who compiled the report, and the period."""
    return page(sheet, content_of(html), title="政府信息公开", h1="")


@on_page
def title_in_quotation(sheet: Sheet, html: str) -> str:
    """No title; the first sentence publishes it in 《》."""
    return page(sheet, f"<p>现将《{sheet.title}》予以公布。</p>" + content_of(html), title="信息公开", h1="")


@on_page
def title_handed_over(sheet: Sheet, html: str) -> str:
    """No title; the first sentence hands the report over, on grounds."""
    said = f"<p>根据《中华人民共和国政府信息公开条例》第五十条的规定，兹将{sheet.title}予以公告。</p>"
    return page(sheet, said + content_of(html), title="信息公开", h1="")


@on_page
def title_as_a_picture(sheet: Sheet, html: str) -> str:
    """The title is a picture with words for it."""
    return page(sheet, content_of(html), title="", h1=f'<img src="bt.png" alt="{sheet.title}">')


@on_page
def title_on_two_lines(sheet: Sheet, html: str) -> str:
    """Body and rest of the title each on a line."""
    body, rest = sheet.sample.agency, sheet.title.removeprefix(sheet.sample.agency)
    return page(
        sheet, content_of(html), title=body, h1=f"<p align=center><b>{body}</b></p><p align=center><b>{rest}</b></p>"
    )


@on_page
def title_with_spaces(sheet: Sheet, html: str) -> str:
    """Blanks in the title."""
    return html.replace(sheet.title, sheet.title.replace("年政府", " 年 政 府 ").replace("市水", "市&nbsp;水"))


@on_page
def title_year_first(sheet: Sheet, html: str) -> str:
    """The year before the body."""
    return html.replace(sheet.title, f"{sheet.sample.year}年度{sheet.sample.agency}政府信息公开工作年度报告")


@on_page
def title_year_later(sheet: Sheet, html: str) -> str:
    """The year behind 政府信息公开工作."""
    return html.replace(sheet.title, f"{sheet.sample.agency}政府信息公开工作{sheet.sample.year}年度报告")


@on_page
def title_in_chinese_figures(sheet: Sheet, html: str) -> str:
    """The year in Chinese figures."""
    year = "".join("〇一二三四五六七八九"[int(char)] for char in str(sheet.sample.year))
    return html.replace(sheet.title, sheet.title.replace(f"{sheet.sample.year}", year))


@on_page
def title_about(sheet: Sheet, html: str) -> str:
    """关于 before the title, 的 in it."""
    return html.replace(sheet.title, f"{sheet.sample.agency}关于{sheet.sample.year}年度政府信息公开工作情况的报告")


@on_page
def title_pinned(sheet: Sheet, html: str) -> str:
    """The title is pinned, marked and new."""
    return html.replace(sheet.title, f"[置顶]【水务局】{sheet.title}（图文）NEW")


@on_page
def title_with_number(sheet: Sheet, html: str) -> str:
    """The number of the document behind the title, and on a line of its own."""
    number = f"青水发〔{sheet.sample.year + 1}〕3号"
    html = html.replace("</h1>", f"（{number}）</h1>")
    return around(html, f'<p align="center">{number}</p>', close=True)
