"""A digest in the forms it is sent in: text and HTML for a mail, a few lines for a chat."""

from datetime import date
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.alerts.channels import Limits
from monitor.alerts.digest import Digest
from monitor.alerts.digest_item import words
from monitor.words.terminal import clip

LINE = 240  # columns
LONGEST_TAIL = 400  # bytes of a short text for what stands below the items


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.alerts", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    )


def render(digest: Digest, limits: Limits | None = None) -> tuple[str, str]:
    """Text and HTML; where a message has its limits, a short text and no HTML."""
    if limits is not None:
        return brief(digest, limits), ""
    values = {name: getattr(digest, name) for name in Digest.__slots__}
    text, html = (_pages().get_template(f"digest.{kind}.j2").render(values) for kind in ("txt", "html"))
    return text, html


def brief(digest: Digest, limits: Limits) -> str:
    """The digest for a chat: sentences with their numbers and pages, no more than its channel takes."""
    texts = digest.words
    items = sum(len(section.items) for section in digest.sections)
    room = limits.size - _size(digest.subject) - LONGEST_TAIL
    lines = [digest.quiet] if digest.quiet else []
    shown = 0
    for section in digest.sections:
        head = [f"■ {section.heading}"]
        for item in section.items:
            link = [item.url] if item.url and len(item.url) <= LINE else []
            block = [*head, clip(f"· {item.sentence} {texts['number']} {item.numbers}", LINE), *link]
            room -= sum(map(_size, block))
            if shown == limits.items or room < 0:
                break
            lines, head, shown = lines + block, [], shown + 1
    if shown < items:
        lines.append(texts["more"].format(count=items - shown))
    if digest.still_open:
        lines.append(texts["still_open"].format(count=digest.still_open))
    lines.append(digest.coverage if digest.coverage else str(texts["preamble"]))
    return "\n".join(lines)


def _size(line: str) -> int:
    # With its end, which apprise may write as two.
    return len(line.encode("utf-8", "replace")) + 2


def test_digest(language: str, day: date) -> Digest:
    """What a test says: that the settings work, and nothing else."""
    texts = words(language)
    return Digest(
        language, day, texts["subject_test"].format(day=day), (), 0, 0, "", {**texts, "preamble": texts["test"]}, ()
    )
