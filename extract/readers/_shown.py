"""What may show a figure in a page and is no text of it: the words of shown.toml."""

import tomllib
from importlib.resources import files

_DATA = tomllib.loads((files("extract.readers") / "shown.toml").read_text(encoding="utf-8"))
KNOWN = frozenset(name.encode() for name in _DATA["tags"])
HOLDERS = frozenset(_DATA["attributes"])
FIGURED = frozenset(name.encode() for name in _DATA["figured"]["tags"])
VALUES = frozenset(_DATA["figured"]["attributes"])
DECORATIONS = tuple(_DATA["decorations"])
