"""A digest for a chat robot: how many of what kind, then first lines and pages, as many as its channel takes."""

from monitor.alerts.channels import Limits
from monitor.alerts.digest import Digest
from monitor.alerts.digest_item import DigestItem
from monitor.words.terminal import clip

LINE = 240  # columns
LONGEST_TAIL = 400  # bytes of a short text for what stands below the items


def brief(digest: Digest, limits: Limits) -> str:
    """The digest for a chat: sentences with their numbers and pages, no more than its channel takes."""
    texts = digest.words
    lines = [digest.quiet] if digest.quiet else []
    if len(digest.summary) > 1:
        counted = texts["list"].join(texts["kind"].format(kind=name, count=count) for name, count in digest.summary)
        lines.append(clip(f"{texts['summary']}{texts['colon']}{counted}", LINE))
    room = limits.size - _size(digest.subject) - LONGEST_TAIL - sum(map(_size, lines))
    shown = 0
    for section in digest.sections:
        head = [f"■ {section.heading}"]
        for item in section.items:
            block = [*head, *_block(digest, item)]
            room -= sum(map(_size, block))
            if shown == limits.items or room < 0:
                break
            lines, head, shown = lines + block, [], shown + 1
    if shown < digest.items:
        lines.append(texts["more"].format(count=digest.items - shown))
    if digest.still_open:
        lines.append(texts["still_open"].format(count=digest.still_open))
    lines.append(digest.coverage if digest.coverage else str(texts["preamble"]))
    return "\n".join(lines)


def _block(digest: Digest, item: DigestItem) -> list[str]:
    texts = digest.words
    body = texts["body"].format(body=item.body, year=item.year) + texts["colon"] if item.body else ""
    link = [item.url] if item.url and len(item.url) <= LINE else []
    return [clip(f"· {body}{item.sentence} {texts['number']} {item.numbers}", LINE), *link]


def _size(line: str) -> int:
    # With its end, which apprise may write as two.
    return len(line.encode("utf-8", "replace")) + 2
