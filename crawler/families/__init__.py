"""CMS families, one module each: how a portal lists, pages and serves. One more file is one more family."""

import importlib
import pkgutil
from functools import cache

from crawler.families.base import Family
from crawler.pages.page import Page


@cache
def families() -> tuple[Family, ...]:
    """One instance of every family in this folder, the most specific first."""
    found: list[Family] = []
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        found += [
            member()
            for member in members
            if isinstance(member, type)
            and issubclass(member, Family)
            and member.name
            and member.__module__ == f"{__name__}.{module.name}"
        ]
    return tuple(sorted(found, key=lambda family: (family.order, family.name)))


def names() -> frozenset[str]:
    """What `family = "…"` may say in gouji.toml."""
    return frozenset(family.name for family in families())


def by_name(name: str) -> tuple[Family, ...]:
    """The family of this name, if there is one."""
    return tuple(family for family in families() if family.name == name)


def speaking(page: Page, configured: str = "") -> tuple[Family, ...]:
    """The families that understand this page. Only the family that asked for an opaque answer understands it.

    If gouji.toml names a family for the portal, only that one and plain anchors (`generic`) are used.
    """
    if page.ask.family:
        return tuple(family for family in families() if family.name == page.ask.family)
    wanted = {configured, "generic"} if configured else names()
    return tuple(family for family in families() if family.name in wanted and family.recognizes(page))


def with_files(page: Page) -> tuple[Family, ...]:
    """The families that can find files on a report's page which plain links do not show."""
    return tuple(
        family
        for family in families()
        if type(family).attachments is not Family.attachments and family.recognizes(page)
    )
