"""Which generation of the form each table belongs to, by its own rows, words and shape; never by the year.

Marks that only some generations have count for these; if two have equally many of them, the one with fewer missing
marks wins. So when a later generation takes over a word or a row, the earlier one's file need not be changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from extract.content import Content, Grid
from extract.form.form_file import FORMS
from extract.form.forms import TABLES, Form
from extract.form.template import bare, normalize, token
from extract.tables.line import TRACK_CELLS, Line, Lines
from extract.tables.row_words import LAST_WORDS

Names = Sequence[str]  # the names of one table in the generations, the newest first
Marks = Mapping[str, frozenset[str]]  # a word or a row → the names of the tables that have it
LONGEST_LINE = 100  # characters: a longer one is prose
SHORTEST = 4  # characters; a label of this length hardly occurs elsewhere by chance


def _words(table: str) -> Marks:
    """The words that distinguish generations, each with the generations that print it."""
    printed = {
        name: [normalize(label) for label in form.table(table).printed] for name, form in FORMS.by_name[table].items()
    }
    words = {form.table(table).name: {*map(normalize, form.detect.get(table, ()))} for form in FORMS.forms}
    found = {
        word: frozenset(
            name for name, texts in printed.items() if word in words[name] or any(word in text for text in texts)
        )
        for own in words.values()
        for word in own
    }
    return {word: names for word, names in found.items() if len(names) < len(printed)}


def _rows() -> tuple[Marks, Marks, Marks]:
    """The rows of 表三 that only some forms have: unambiguous ones, groups in another form, ambiguous words."""
    tables = {name: form.applications for name, form in FORMS.by_name["T3"].items()}
    groups = {group.code for table in tables.values() for group in table.groups}
    found = {
        code: frozenset(name for name, table in tables.items() if code in table.codes)
        for table in tables.values()
        for code in table.codes
    }
    some = {code: names for code, names in found.items() if len(names) < len(tables)}
    strong = {code: names for code, names in some.items() if code not in groups and code not in LAST_WORDS}
    return (
        strong,
        {code: names for code, names in some.items() if code in groups},
        {code: names for code, names in some.items() if code in LAST_WORDS},
    )


def _drawn(table: str, form: Form) -> frozenset[str]:
    """The texts that the blank table of a form shows (and its codes)."""
    parts = (part for line in form.table(table).drawn for part in line)
    texts = (text for part in parts for text in (part if isinstance(part, tuple) else (part,)))
    return frozenset(normalize(text) for text in texts if isinstance(text, str))


def _own_labels(table: str) -> tuple[frozenset[str], ...]:
    """For each generation the labels of its table that are too long to occur elsewhere by chance."""
    every = (_drawn(table, form) for form in FORMS.forms)
    return tuple(
        frozenset(bare(label) for label in labels if len(bare(label)) >= SHORTEST and not label.isascii())
        for labels in every
    )


def _labels(table: str) -> Marks:
    """Labels that the blank table shows only in some generations: they decide when no word of `detect` does."""
    printed = {
        name: [normalize(label) for label in form.table(table).printed] for name, form in FORMS.by_name[table].items()
    }
    own = frozenset[str]().union(*(_drawn(table, form) for form in FORMS.forms))
    found = {
        label: frozenset(name for name, texts in printed.items() if any(label in text for text in texts))
        for label in own
    }
    return {label: names for label, names in found.items() if 0 < len(names) < len(printed)}


WORDS: Mapping[str, Marks] = {table: _words(table) for table in TABLES}
LABELS: Mapping[str, Marks] = {table: _labels(table) for table in TABLES}
OWN_LABELS: Mapping[str, tuple[frozenset[str], ...]] = {table: _own_labels(table) for table in TABLES}
ROWS = _rows()
TRACKS: Marks = {
    code: frozenset(name for name, form in FORMS.by_name["T4"].items() if code in form.remedies.codes)
    for form in FORMS.forms
    for code in form.remedies.codes
}


def find_forms(lines: Lines, content: Content) -> dict[str, str]:
    """The form name of each table that was found. The rest of the content helps if labels are torn."""
    open_: dict[str, Names] = {}
    if "T2" in lines.tables:
        open_["T2"] = _disclosure(lines)
    if "T3" in lines.tables:
        open_["T3"] = _applications(lines, content)
    if "T4" in lines.tables:
        open_["T4"] = _remedies(lines)
    return settle(open_)


def settle(found: Mapping[str, Names]) -> dict[str, str]:
    """One name for each table; among several possible ones, that of the other tables' form, else the newest."""
    forms = {table: names[0] for table, names in found.items() if len(names) == 1}
    if len(forms) < len(found):
        for table in ("T3", "T2", "T4"):
            if table in found:
                forms.setdefault(table, _beside(found[table], table, forms))
    return {table: forms[table] for table in found}


def by_words(table: str, text: str, names: Names = ()) -> Names:
    """The generations (of `names`) that the words of a table point to; all of `names` if no word does."""
    names = names or FORMS.names(table)
    if len(names) == 1:
        return names
    return _spoken_for(table, tuple(map(text.count, WORDS[table])), tuple(names)) or names


def by_words_alone(table: str, text: str) -> Names:
    """The generations that most words point to, each word counted once; the one with the fewest missing words first.

    Empty if there are several generations and no word points to any.
    """
    names = FORMS.names(table)
    if len(names) == 1:
        return names
    counts = {word: int(word in text) for word in WORDS[table]}
    best = _best(WORDS[table], names, counts)
    hits = _hits(WORDS[table], counts, best[0]) if best else 0
    return [*best, *(name for name in names if name not in best and _hits(WORDS[table], counts, name) == hits > 0)]


@lru_cache(maxsize=1024)
def _spoken_for(table: str, counts: tuple[int, ...], names: tuple[str, ...]) -> Names:
    return _best(WORDS[table], names, dict(zip(WORDS[table], counts, strict=True)))


def _disclosure(lines: Lines) -> Names:
    names = FORMS.names("T2")
    if len(names) == 1:
        return names
    text = normalize("".join(lines.words["T2"]))
    found = by_words("T2", text)
    if len(found) > 1:
        found = by_labels("T2", text, found)
    return _shaped(lines.lines, found) if len(found) > 1 else found


def by_labels(table: str, text: str, names: Names) -> Names:
    """Those of `names` whose blank table has the labels found here; all of them if that does not decide."""
    return _best(LABELS[table], names, {label: int(label in text) for label in LABELS[table]}) or names


def _shaped(lines: Iterable[Line], names: Names) -> Names:
    """The generations with as many columns as the lines have figures."""
    stated = [(line.code, sum(map(bool, line.texts))) for line in lines if line.table == "T2"]
    sizes = {name: {code: len(columns) for code, columns in FORMS.disclosure(name).lines.items()} for name in names}
    return _most(names, lambda name: sum(sizes[name].get(code) == size for code, size in stated))


def _applications(lines: Lines, content: Content) -> Names:
    names, told = _by_rows(frozenset([line.code for line in lines.lines if line.table == "T3"]))
    if len(names) == 1:
        return names
    cells = [text for block in content.blocks if isinstance(block, Grid) for row in block.rows for text in row.texts]
    if not told:
        # Labels that no figures follow, as in a table with rows and columns exchanged.
        rows = {one.code: 1 for one in map(token, cells) if one.table == "T3"}
        names = _best(ROWS[0], names, rows) or names
    if len(names) > 1:
        names = by_labels("T3", normalize("".join(cells)), names)
    if len(names) > 1 and not told:
        prose = [block for block in content.blocks if isinstance(block, str)]
        names = by_words("T3", normalize("".join(prose)), names)
    return names


@lru_cache(maxsize=1024)
def _by_rows(codes: frozenset[str]) -> tuple[Names, bool]:
    """The generations that these rows of 表三 point to, and whether they point to any."""
    names: Names = FORMS.names("T3")
    counts = dict.fromkeys(codes, 1)
    for tier in ROWS:
        names = _most(names, partial(_hits, tier, counts))
        if len(names) == 1:
            return names, True
    best = _best(ROWS[0], names, counts)
    return best or names, bool(best)


def _remedies(lines: Lines) -> Names:
    names: Names = FORMS.names("T4")
    if len(names) == 1:
        return names
    text = normalize("".join(lines.words["T4"]))
    drawn = [line for line in lines.lines if line.table == "T4"]
    names = by_words("T4", text)
    names = _best(TRACKS, names, {line.code: 1 for line in drawn}) or names
    cells = {len(line.texts) for line in drawn if not line.code}
    names = _most(names, lambda name: TRACK_CELLS * len(FORMS.remedies(name).tracks) in cells)
    names = by_labels("T4", text, names)
    return _most(names, partial(_lacking, LABELS["T4"], {label: text.count(label) for label in LABELS["T4"]}))


def _beside(names: Names, table: str, forms: Mapping[str, str]) -> str:
    """The name of a table that does not decide itself: that of the other tables' form, else the newest."""
    for other in ("T3", "T2"):
        if other in forms:
            alike = [form.table(table).name for form in FORMS.alike({other: forms[other]})]
            return next((name for name in alike if name in names), names[0])
    return names[0]


def same_form(table: str, forms: Mapping[str, str]) -> str:
    """The name of a table without marks of its own, in the form of the other tables."""
    return _beside(FORMS.names(table), table, forms)


def shown(table: str, content: Content) -> bool:
    """Whether most labels of a table are in the document, also damaged ones, even if its lines were not found."""
    cells = (text for block in content.blocks if isinstance(block, Grid) for row in block.rows for text in row.texts)
    prose = (block for block in content.blocks if isinstance(block, str))
    texts = [*cells, *prose]
    text = normalize("\n".join(texts))
    pieces = {bare(normalize(piece)) for one in texts if len(one) <= LONGEST_LINE for piece in one.split()}
    return any(
        2 * sum(label in text or any(_worn(piece, label) for piece in pieces) for label in own) > len(own)
        for own in OWN_LABELS[table]
    )


def _worn(piece: str, label: str) -> bool:
    """Whether a piece is a label that lost up to a third of its characters."""
    if not len(label) - max(1, len(label) // 3) <= len(piece) < len(label):
        return False
    rest = iter(label)
    return all(character in rest for character in piece)


def _hits(marks: Marks, counts: Mapping[str, int], name: str) -> int:
    return sum(counts.get(mark, 0) for mark, having in marks.items() if name in having)


def _best(marks: Marks, names: Names, counts: Mapping[str, int]) -> Names:
    """The names with the most marks found, and among these the fewest missing; empty if no mark was found."""
    if not any(_hits(marks, counts, name) for name in names):
        return ()
    best = _most(names, partial(_hits, marks, counts))
    return _most(best, partial(_lacking, marks, counts))


def _lacking(marks: Marks, counts: Mapping[str, int], name: str) -> int:
    """A score: minus the number of a generation's marks that were not found."""
    return -sum(not counts.get(mark) for mark, having in marks.items() if name in having)


def _most(names: Names, count: Callable[[str], int]) -> Names:
    most = max(map(count, names))
    return [name for name in names if count(name) == most]
