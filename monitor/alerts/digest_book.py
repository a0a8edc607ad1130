"""The workbook that goes with a digest which is longer than a mail may be: a row for each item, none left out."""

from monitor.alerts.digest import Digest, DigestSection
from monitor.alerts.digest_item import DigestItem
from monitor.export.sheet_file import Linked, Sheet, Value, book_bytes

BREAK = "\n"


def book(digest: Digest) -> bytes:
    """The workbook as it is stored."""
    texts = digest.words
    rows = [_row(digest, section, item) for section in digest.sections for item in section.items]
    return book_bytes(
        [
            Sheet(
                texts["sheet"],
                texts["sheet_headings"],
                rows,
                title=texts["sheet_title"].format(day=digest.day),
                notes=(texts["preamble"],),
            )
        ]
    )


def _row(digest: Digest, section: DigestSection, item: DigestItem) -> list[Value]:
    return [
        section.title,
        item.body,
        item.year,
        item.kind.name(digest.language),
        item.asked,
        BREAK.join([item.sentence, *item.more]),
        BREAK.join(item.formulas),
        item.cells,
        item.quoted,
        item.hint,
        item.basis,
        item.published_on,
        Linked(item.url, item.url) if item.url else item.file,
        item.archived,
        item.ids,
    ]
