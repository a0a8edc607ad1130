"""Words of the form that a document prints otherwise: labels, header words, headings. Torn words are no change."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from extract.content import Content, Grid
from extract.form.form_file import FORMS
from extract.form.forms import Form
from extract.form.template import REMARK, bare, normalize, token
from extract.model import Section

MISSING = "（缺）"
LONGEST_NOTE = 100  # characters of a paragraph that may be the note on the sums
SHORTEST = 3  # fewer characters than this are a fragment, whatever they are


def _own(form: Form) -> Iterator[str]:
    """The form's own words: the first of each list of variants, every head and heading."""
    first, second, third = form.disclosure, form.applications, form.remedies
    yield from chain(form.headings, first.heads, second.heads, (block.heading for block in first.blocks))
    yield from chain((row.label for row in second.rows), (group.label for group in (*second.groups, *third.groups)))
    yield from (labels[0] for labels in first.labels.values())
    for columns in (*(block.measures for block in first.blocks), second.members, third.members):
        yield from (column.labels[0] for column in columns)
    yield from (one.labels[0] for one in (*second.groups, *third.groups))
    yield from (track.labels[0] for track in third.tracks)


OWN = frozenset(bare(normalize(word)) for form in FORMS.forms for word in _own(form))


def _differs(label: str) -> bool:
    """Neither the form's word, nor a piece torn from one, nor one with more around it."""
    return len(label) >= SHORTEST and not any(label in own or (own in label and len(own) > SHORTEST) for own in OWN)


@lru_cache(maxsize=4096)
def _altered(text: str) -> bool:
    kind, label = token(text).kind, bare(normalize(text))
    if kind == "item":
        label = REMARK.sub("", label)  # how to fill a line in; in 表三 the form itself has such words
    return kind in ("row", "item", "group", "head", "track") and _differs(label)


def altered_words(content: Content, sections: Sequence[Section], form: str = "") -> tuple[str, ...]:
    """Labels and headings in other words than the form's, as printed; last, the missing relation above 表三.

    `form` is the name of 表三 in its form, where it was found.
    """
    grids = [block for block in content.blocks if isinstance(block, Grid)]
    # In the order of the page, each text once: most cells are the same few figures.
    words = dict.fromkeys(chain.from_iterable([row.texts for grid in grids for row in grid.rows]))
    found = [text for text in words if _altered(text)]
    found += [section.heading for section in sections if section.number and _heading_differs(section.heading)]
    relation = (FORMS.applications(form) if form else FORMS.newest.applications).relation
    if relation and any(map(_is_application, words)) and not _says(content, words, relation[0]):
        found.append(MISSING + relation[1])
    return tuple(dict.fromkeys(found))


def _says(content: Content, cells: Iterable[str], relation: str) -> bool:
    """The relation is printed in a cell, or above or below the table in lines of its own."""
    if any(relation in text for text in cells):
        return True
    return relation in "".join(
        normalize(block) for block in content.blocks if isinstance(block, str) and len(block) <= LONGEST_NOTE
    )


@lru_cache(maxsize=1024)
def _heading_differs(heading: str) -> bool:
    return _differs(bare(normalize(heading)))


@lru_cache(maxsize=4096)
def _is_application(text: str) -> bool:
    return token(text).kind == "row"
