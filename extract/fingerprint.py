"""A name for what decides a reading: reader, parser, forms, and what they import. Another name, and all is read again.

Nothing is raised by hand: whoever adds a label to a TOML or a module to extract/readers changes the name. A comment
changes it too: that costs one reading too many, never one too few.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import import_module, metadata
from pathlib import Path

from crawler.families._articles import articles
from extract.form.form_file import FORMS

ROOT = Path(__file__).parent.parent  # the folder that holds the stages, in a checkout as where they are installed
STAGES = ("crawler", "extract", "monitor")
# What turns bytes into text and grids beside our own code: the modules, and what they are installed as.
LIBRARIES: Mapping[str, str] = {
    "lxml": "lxml",
    "ofdkit": "ofdkit",
    "pypdfium2": "pypdfium2",
    "python_calamine": "python-calamine",
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "rapidocr": "rapidocr",
}
IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+((?:%(stages)b)(?:\.\w+)*)[ \t]+import[ \t]+(\([^()]*\)|[^\n]+)"
    rb"|import[ \t]+((?:%(stages)b)[\w., \t]*))" % {b"stages": "|".join(STAGES).encode()},
    re.MULTILINE,
)
NAME = re.compile(rb"[A-Za-z_][\w.]*")
OCR = ("cv2", "numpy", "onnxruntime", "rapidocr")  # of LIBRARIES: what the extra `ocr` installs
LENGTH = 16  # hexadecimal digits


@cache
def reader_fingerprint(*, recognizes: bool = True) -> str:
    """What was read bears it (`readings.parser`, `reports.parser`): all of extract/, what that imports, libraries,
    and where the families say that articles stand.

    `recognizes`: whether whoever read could recognize text, as far as this machine can.
    """
    libraries = [
        library_version(library) if recognizes or library not in OCR else f"{library} absent" for library in LIBRARIES
    ]
    return name_of(["extract"], [*libraries, *forms_told(), *articles()])


def forms_told() -> list[str]:
    """The files of the forms, for `name_of`: some may lie outside the house ($GOUJI_FORMS)."""
    return [f"{name} {sha256(body).hexdigest()}" for name, body in sorted(FORMS.sources.items())]


def name_of(parts: Iterable[str], more: Iterable[str] = (), root: Path = ROOT) -> str:
    """A name for the code and the data of these packages and modules, and of all our modules that they import.

    It rests on names within `root` and on bytes without their line endings, so that it is the same on every machine;
    `more` are texts that take part as well. ValueError where there is no such part.
    """
    digest = sha256()
    for name, body in sorted(files_of(parts, root).items()):
        digest.update(f"{name} {len(body)}\n".encode())
        digest.update(body)
    for text in more:
        digest.update(f"{text}\n".encode())
    return digest.hexdigest()[:LENGTH]


def files_of(parts: Iterable[str], root: Path = ROOT) -> dict[str, bytes]:
    """By their names within `root`: the files of the parts and of what they import, with the TOML beside them."""
    there = _there(root)
    waiting = [name for part in parts for name in _part(part, there)]
    found: dict[str, bytes] = {}
    met: set[bytes] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = body = _read(root, name)
        waiting += there.get(name.rpartition("/")[0] + "/", ())
        for dotted in {*_imported(body)} - met:
            met.add(dotted)
            waiting += _module(dotted.decode(), there)
    return found


def _there(root: Path) -> Mapping[str, Sequence[str]]:
    """Every module and every TOML file of the stages by its name, and by its folder the TOML files that lie in it."""
    found: dict[str, list[str]] = {}
    for stage in STAGES:
        for folder, _, files in os.walk(root / stage):
            inside = Path(folder).relative_to(root).as_posix() + "/"
            for file in files:
                if file.endswith((".py", ".toml")):
                    found[inside + file] = [inside + file]
            found[inside] = [inside + file for file in files if file.endswith(".toml")]
    return found


def _part(part: str, there: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """All files of a package, or the one of a module."""
    inside = part.replace(".", "/")
    found = [name for name in there if name.startswith(f"{inside}/") and not name.endswith("/")]
    if not found and f"{inside}.py" not in there:
        raise ValueError(f"{part} is no part of the house")
    return found or [f"{inside}.py"]


def _read(root: Path, name: str) -> bytes:
    return (root / name).read_bytes().replace(b"\r\n", b"\n")


def _imported(body: bytes) -> Iterator[bytes]:
    """Whatever a module may import of ours, in dotted names; some of them are no modules."""
    for package, names, plain in IMPORT.findall(body):
        if plain:
            yield from NAME.findall(plain)
        else:
            yield package
            yield from (package + b"." + name for name in NAME.findall(names))


def _module(dotted: str, there: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The file of a module and those of the packages around it, which are run before it."""
    inside = ""
    for part in dotted.split("."):
        inside += part
        for name in (f"{inside}.py", f"{inside}/__init__.py"):
            yield from there.get(name, ())
        inside += "/"


def library_version(library: str) -> str:
    """The version of a library; of lxml those of the C libraries as well; `absent` where an extra is not installed."""
    if library == "lxml":
        module = import_module("lxml.etree")
        return f"{library} { ({name: getattr(module, name) for name in ('__version__', 'LIBXML_VERSION')}) }"
    try:
        return f"{library} {metadata.version(LIBRARIES[library])}"
    except metadata.PackageNotFoundError:
        return f"{library} absent"
