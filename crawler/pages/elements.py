"""Looks at the elements of a page, each in time linear to it however deep and crowded it is."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from lxml import etree, html

# An element that holds more is no button and no option; of its text only what stands in so many is looked at.
LABEL = 30


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


def beginning(node: html.HtmlElement, length: int, most: int = LABEL) -> str:
    """The first characters of the text of an element, as far as they stand in its first elements (`most`)."""
    small = len(list(islice(node.iter(), most))) < most
    return _joined(node.itertext() if small else pieces(node, most=2 * most), length)


def apart(anchor: html.HtmlElement) -> str:
    """The text of an anchor that holds others, without theirs: of anchors in anchors each text is taken once."""
    return _joined(pieces(anchor, without="a"), None)


def pieces(node: html.HtmlElement, without: str = "", most: int | None = None) -> Iterator[str]:
    """The texts of an element, those of some inside it left out; `most` bounds the steps of the walk."""
    walk = etree.iterwalk(node, events=("start", "end", "comment", "pi"))
    for event, inside in islice(walk, most):
        if event == "start" and inside is not node and inside.tag == without:
            walk.skip_subtree()
        elif event == "start":
            yield inside.text or ""
        elif inside is not node:
            yield inside.tail or ""


def _joined(texts: Iterable[str], length: int | None) -> str:
    found, count = [], 0
    for text in texts:
        found.append(text)
        count += len(text)
        if length is not None and count >= length:
            break
    return "".join(found)[:length]
