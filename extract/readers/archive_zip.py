"""ZIP archives → the Content of the one report in them, by the reader of its format; nothing is written anywhere."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from crawler.pages.picture_names import is_saved_with, local_name, saved_folders
from crawler.pages.titles import recognize
from extract.content import Content, Grid, Picture, Second
from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from extract.form.template import bare, normalize
from extract.readers import _signatures
from extract.readers._unreadable import Unreadable, refuse

order = 95

LARGEST = 60 << 20
UNPACKED = 300 << 20  # bytes, archives inside included
DEPTH = 2  # a zip, and a zip inside it
MOST_DOCUMENTS = 40  # an archive of more is a collection
FEWEST_LABELS = 4
SHORTEST_LABEL = 4
FIRST_BLOCKS = 12  # a title stands above what it names
LONGEST_TITLE = 120
LOOKED_AT = 1 << 14
SHOWN = 5  # names of members that a sentence tells
CODES = {"encrypted": "encrypted", "too_large": "too_large", "damaged": "damaged_file"}

Identity = tuple[str, int]
_OWN = frozenset(
    label
    for form in FORMS.forms
    for table in TABLES
    for label in (bare(normalize(text)) for text in form.table(table).printed)
    if len(label) >= SHORTEST_LABEL
)


@dataclass(slots=True)
class _Found:
    """What an archive holds: documents that are reports or have their tables, and what was not read, with its code."""

    reports: list[tuple[Identity | None, int, Content]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unread: list[tuple[str, str, str]] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    saved: dict[str, bytes] = field(default_factory=dict)  # in the folder of a page
    names: set[str] = field(default_factory=set)
    led_to: set[str] = field(default_factory=set)  # pictures, by a page beside which they lie
    documents: int = 0

    def picture(self, name: str) -> bytes:
        """The bytes of a picture of this name; none where it is not there."""
        return self.saved.get(name) or dict(self.pictures).get(name, b"")


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """True for every ZIP that no reader of a format made of one has taken."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of the only report in it. Raises Unreadable where there is none, or several."""
    from crawler.files.unpack import Budget, UnpackError

    found = _Found()
    try:
        _look(found, body, 1, Budget(UNPACKED))
    except UnpackError as error:
        kind = _signatures.known_format(body[:LOOKED_AT])
        raise refuse("damaged_file", f"这是{kind}，打不开：{error.reason[1]}。") from error
    if not found.reports:
        for inside, picture in found.pictures[:MOST_DOCUMENTS]:
            _take(found, inside, picture)
    if not found.reports:
        raise _nothing(found)
    return _chosen(found)


def _look(found: _Found, body: bytes, depth: int, budget: object) -> None:
    """Reads the members of an archive, those of archives inside it as well, within the bounds of `unpack`."""
    from crawler.files.intake import LITTER, NEVER
    from crawler.files.unpack import Budget, kind_of, member_name, members, open_zip
    from crawler.pages.sniff import ZIP, media_type

    assert isinstance(budget, Budget)
    with open_zip(io.BytesIO(body)) as package:
        names = [member_name(one) for one in package.infolist()]
        found.names.update(names)
        folders = saved_folders(names)
        if (kind := kind_of(package)) != ZIP:
            raise refuse("unsupported_format", f"这是{_signatures.NAMES.get(kind, kind)}，目前还不能读取这种格式。")
        for member in members(package, LARGEST, budget):
            if any(LITTER.match(part) for part in member.name.split("/") if part not in (".", "..")):
                continue
            if member.body is None:
                if member.cause in CODES:
                    found.unread.append((member.name, CODES[member.cause], (member.reason or ("", ""))[1]))
                continue
            sort = media_type(member.body, member.name)
            if is_saved_with(member.name, folders):
                found.saved |= {member.name: member.body} if sort.startswith("image/") else {}
            elif sort == ZIP and depth < DEPTH:
                _look(found, member.body, depth + 1, budget)
            elif sort == ZIP:
                found.unread.append((member.name, "too_deep", "压缩包里的压缩包里还有压缩包；请先解开"))
            elif sort.startswith("image/"):
                found.pictures.append((member.name, member.body))
            elif any(pattern.match(sort) for pattern, _ in NEVER):
                found.others.append(member.name)
            else:
                _take(found, member.name, member.body)


def _take(found: _Found, name: str, body: bytes) -> None:
    from extract.readers import read as read_document

    found.documents += 1
    if found.documents > MOST_DOCUMENTS:
        raise refuse("several_reports", f"压缩包里的文件超过 {MOST_DOCUMENTS} 个，请解开后把文件夹收入。")
    try:
        content = read_document(body, name)
    except Unreadable as error:
        found.unread.append((name, error.problem.code, error.problem.detail))
        return
    content = replace(content, pictures=tuple(_with_bytes(found, name, one) for one in content.pictures))
    identity, labels = _identity(content, name), _labels(content)
    if labels >= FEWEST_LABELS or (identity and _reads_like_one(content)):
        found.reports.append((identity, labels, content))
    else:
        found.others.append(name)


def _with_bytes(found: _Found, page: str, picture: Picture) -> Picture:
    """The picture of a page, with its bytes where it was saved beside the page."""
    local = next(filter(None, map(local_name, picture.addresses)), "")
    name = f"{page[: page.rfind('/') + 1]}{local}"
    if not local or picture.body or picture.load or name not in found.names:
        return picture
    found.led_to.add(name)
    return picture._replace(load=partial(found.picture, name))


def _identity(content: Content, name: str) -> Identity | None:
    """Whose report of which year it says it is, on top or by its name."""
    tops = [block for block in content.blocks[:FIRST_BLOCKS] if isinstance(block, str)]
    stem = name.rpartition("/")[2].rpartition(".")[0]
    for text in (content.title, *tops, stem):
        info = recognize(text) if text and len(text) <= LONGEST_TITLE else None
        if info and info.agency_name and info.year:
            return info.agency_name, info.year
    return None


def _reads_like_one(content: Content) -> bool:
    return any(isinstance(block, str) and "政府信息公开" in block for block in content.blocks)


def _labels(content: Content) -> int:
    """How many different labels of the form's rows stand in its tables or lines."""
    return len(_OWN & {bare(normalize(text)) for text in _texts(content)})


def _texts(content: Content) -> Iterator[str]:
    for block in content.blocks:
        if isinstance(block, Grid):
            yield from (text for row in block.rows for text in row.texts if text)
        else:
            yield block


def _chosen(found: _Found) -> Content:
    """The report; where there are copies of it, the fullest one, held against another: figures that differ are told."""
    identities = {identity for identity, _, _ in found.reports if identity}
    if len(identities) > 1:
        names = "、".join(f"{agency}{year}年" for agency, year in sorted(identities)[:SHOWN])
        raise refuse("several_reports", f"压缩包里不止一份年度报告（{names}），请解开后分别收入。")
    ranked = sorted(found.reports, key=lambda one: -one[1])
    if len(ranked) > 1 and len(ranked) > len([one for one in ranked if one[0]]) + 1:
        raise refuse(
            "several_reports", "压缩包里有几份带年报表格的文件，分不出是哪个机关、哪一年的，请解开后分别收入。"
        )
    _, labels, content = ranked[0]
    copies = [other for _, many, other in ranked[1:] if many >= FEWEST_LABELS]
    if copies and labels:
        content = replace(content, second=Second(("member", "copy"), lambda: copies[0]))
    if len(ranked) > 1 or found.unread or any(name not in found.led_to for name, _ in found.pictures):
        content = replace(content, left=content.left | {"attachment"})
    return content


def _nothing(found: _Found) -> Unreadable:
    if found.unread:
        name, code, detail = found.unread[0]
        more = f"（另有 {len(found.unread) - 1} 个文件也未读）" if len(found.unread) > 1 else ""
        return refuse(code, f"压缩包里的“{name[-60:]}”未读{more}：{detail}")
    names = "、".join(f"“{name[-60:]}”" for name in found.others[:SHOWN])
    if not names:
        return refuse("empty_file", "压缩包是空的，里面没有文件。")
    more = f"等 {len(found.others)} 个文件" if len(found.others) > SHOWN else ""
    return refuse("not_a_report", f"压缩包里没有年度报告，只有{names}{more}。")
