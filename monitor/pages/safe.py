"""Every text that goes into a page: no character of it acts on what stands beside it, or hides."""

from functools import lru_cache

from markupsafe import Markup, escape

from monitor.words.terminal import inert


def harmless(value: object) -> object:
    """What a template puts into a page; it escapes the rest."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return "" if value is None else value
    return value if value.isprintable() else "\n".join(map(inert, value.splitlines()))


def safe(text: str) -> str:
    """A text as it may stand between tags, and in an attribute between quotes."""
    return text if text.isalnum() else str(escape(harmless(text)))


known = lru_cache(maxsize=4096)(safe)  # for words that stand on many pages
