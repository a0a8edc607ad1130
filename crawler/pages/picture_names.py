"""Pictures by their addresses: which may show what a page says, which only adorn it, which a browser saved with it."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

PICTURE = re.compile(r"\.(jpe?g|png|bmp|gif|webp|tiff?)$", re.IGNORECASE)
ORNAMENT = re.compile(
    r"logo|icon|banner|share|button|arrow|wechat|weixin|qrcode|ewm|jiucuo|dzjg|beian|blank|spacer|loading",
    re.IGNORECASE,
)
# Where a page keeps the address of a picture that its script shows: before what stands there until then.
LAZY = ("data-original", "data-src", "data-echo", "data-url", "oldsrc")

PAGE = re.compile(r"\.(?:html?|xhtml|shtml)\Z", re.IGNORECASE)
ENDINGS = ("_files", ".files")  # as browsers name the folder beside a page; Word, WPS and the Internet Explorer


def local_name(address: str) -> str:
    """The folder and the name of a picture that was saved with a page; "" for every other address."""
    try:
        scheme, host, path, _, _ = urlsplit(address.strip())
    except ValueError:
        return ""
    steps = [step for step in unquote(path).split("/") if step != "."]
    if scheme or host or len(steps) != 2 or not steps[0].lower().endswith(ENDINGS):
        return ""
    return "" if any(not step or step == ".." or "\0" in step or "\\" in step for step in steps) else "/".join(steps)


def saved_folders(names: Iterable[str]) -> frozenset[str]:
    """The folders, each with its "/", that pages of these names were saved with; most of them are not there."""
    stems = [PAGE.sub("", name) for name in names if PAGE.search(name)]
    return frozenset(f"{stem}{ending}/".lower() for stem in stems for ending in ENDINGS)


def is_saved_with(name: str, folders: frozenset[str]) -> bool:
    """Whether a file lies in one of these folders: it is that page's, and no document by itself."""
    return any(name[: at + 1].lower() in folders for at, char in enumerate(name) if char == "/")
