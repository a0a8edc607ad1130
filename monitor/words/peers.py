"""Whom a body is held against, in words; and what the register lacks where nobody can be told to be a peer."""

from monitor.codebook import code_lists

BY = {
    "kind": ("同类同级", "of the same kind and level"),
    "division": ("同一行政区划", "of the same division"),
    "parent": ("同一上级", "below the same body"),
    "portal": ("同一门户", "on the same portal"),
    "field": ("同一业务", "of the same field"),
}
LACKING = {
    "kind": ("它的类别", "what kind of body it is"),
    "division": ("它的行政区划", "its division"),
    "parent": ("它的上级", "the body above it"),
    "portal": ("它的门户", "its portal"),
    "field": ("它的业务（名称里看不出）", "its field (nor does its name)"),
}


def peers_words(
    kind: str, level: str, by: tuple[str, ...], unknown: tuple[str, ...], peers: int, lang: str = "zh"
) -> str:
    """Who the peers are and how many, or why there are none."""
    at, lists = int(lang == "en"), code_lists()
    join, comma = ("、", "，") if lang == "zh" else (", ", ", ")
    kinds = lists["agency_kind"][kind][lang] if kind in lists["agency_kind"] else ""
    levels = lists["agency_level"][level][lang] if level in lists["agency_level"] else ""
    what = comma.join(filter(None, (levels, kinds)))
    said = join.join(BY[name][at] for name in dict.fromkeys(("kind", *by)))
    if unknown:
        lacking = join.join(LACKING[name][at] for name in unknown)
        return (
            f"名录没有写明{lacking}，不知与谁相比：补上后再导入（gouji agencies import）",
            f"the register does not tell {lacking}: nobody to compare it with; add it and import again",
        )[at]
    if not peers:
        return (f"名录中没有{said}的其他机关（{what}）", f"no other body in the register is {said} ({what})")[at]
    return (f"比照{said}的其他机关 {peers} 个（{what}）", f"peers: {peers} {said} ({what})")[at]
