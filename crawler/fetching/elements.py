"""Looks at the elements of a page, each in time linear to it however deep and crowded it is."""

from collections.abc import Collection, Iterator
from itertools import chain

from lxml import etree, html


def shared(tree: html.HtmlElement) -> Collection[html.HtmlElement]:
    """The elements that hold more than one anchor; each element is looked at twice at most."""
    some, several = set[html.HtmlElement](), set[html.HtmlElement]()
    for node in tree.iter("a"):
        for above in chain((node,), node.iterancestors()):
            if above in several:
                break
            (several if above in some else some).add(above)
    return several


def owned(tree: html.HtmlElement, outer: str, inner: str) -> Iterator[list[html.HtmlElement]]:
    """For each `outer` element its `inner` ones, each of these once: with the innermost that holds it."""
    found, within = list[list[html.HtmlElement]](), list[list[html.HtmlElement]]()
    for event, node in etree.iterwalk(tree, events=("start", "end"), tag=(outer, inner)):
        if node.tag == outer and event == "start":
            within.append([])
            found.append(within[-1])
        elif node.tag == outer:
            within.pop()
        elif event == "start" and within:
            within[-1].append(node)
    yield from found


def beginning(node: html.HtmlElement, length: int) -> str:
    """The first characters of the text of an element; no more of it is read than is asked for."""
    pieces, count = [], 0
    for piece in node.itertext():
        pieces.append(piece)
        count += len(piece)
        if count >= length:
            break
    return "".join(pieces)[:length]
