"""The parts of an Office document: a ZIP or one flat XML file, opened within bounds; nothing outside is asked for."""

import base64
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from crawler.files.unpack import BROKEN, RATIO, SMALL
from crawler.pages.sniff import CENTRAL_ENTRY
from extract.readers._unreadable import Unreadable, refuse

MOST_MEMBERS = 5_000  # a report with a picture on every page has a few hundred
LARGEST_PART = 64 * 1024 * 1024  # bytes, unpacked
MOST_TAGS = 2_500_000  # in one part: a text processor writes twenty for a cell
ENCRYPTED = 1  # the bit of a member's flags

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_KINDS = re.compile(r"/(officeDocument|styles|numbering|settings)\Z")
_DOCUMENT_TYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.I)


def damaged(what: str) -> Unreadable:
    """The refusal of a document that is not whole."""
    return refuse("damaged_file", f"文件已损坏或不完整（{what}），请用办公软件打开后重新保存。")


@dataclass(frozen=True)
class Package:
    """An opened document. A part that is not there has no bytes."""

    members: dict[str, zipfile.ZipInfo]
    archive: zipfile.ZipFile | None
    flat: dict[str, etree._Element]
    spelled: dict[str, str]  # the parts of a flat file that are no XML, in base64

    @cached_property
    def main(self) -> str:
        """The name of the part that holds the text, as the package itself names it."""
        found = self._related("").get("officeDocument", "word/document.xml")
        return found if self.has(found) else "word/document.xml"

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self.members or name in self.flat

    def holds(self, name: str, words: bytes) -> bool:
        """Whether a part is there and holds these words."""
        return name in self.members and words in self._bytes(self.members[name])

    def starts(self, name: str, words: bytes) -> bool:
        """Whether a part is there and begins with these words."""
        return name in self.members and self._bytes(self.members[name]).startswith(words)

    def beside_main(self, kind: str) -> etree._Element | None:
        """The tree of the main part's `styles`, `numbering` or `settings`; None where it has none."""
        name = self._related(self.main).get(kind, "")
        return self.tree(name) if self.has(name) else None

    def tree(self, name: str) -> etree._Element:
        """The tree of a part. Raises Unreadable where it is missing, damaged or beyond all measure."""
        if name in self.flat:
            return self.flat[name]
        if name not in self.members:
            raise damaged(f"缺少 {posixpath.basename(name)}")
        return xml_tree(self._bytes(self.members[name]), name)

    def pictures(self) -> dict[str, str]:
        """The pictures that the main part leads to: their parts by the names of the relations; none from outside."""
        return {
            one.get("Id") or "": target for kind, one, target in self._relations(self.main) if kind.endswith("/image")
        }

    def keeps(self, name: str) -> bool:
        """Whether a part that is no XML is there."""
        return name in self.members or name in self.spelled

    def body(self, name: str) -> bytes:
        """The bytes of a part that is no XML. Raises Unreadable where they are damaged or beyond all measure."""
        if name in self.members:
            return self._bytes(self.members[name])
        try:
            return base64.b64decode("".join(self.spelled[name].split()))
        except ValueError as error:
            raise damaged(f"{posixpath.basename(name)} 不完整") from error

    def _related(self, source: str) -> dict[str, str]:
        """The parts that a part ("": the package) names, by the kind of their relation; never what lies outside."""
        found: dict[str, str] = {}
        for kind, _, target in self._relations(source):
            if named := _KINDS.search(kind):
                found.setdefault(named[1], target)
        return found

    def _relations(self, source: str) -> Iterator[tuple[str, etree._Element, str]]:
        """The relations of a part: their kind, the element, the part that each leads to."""
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(relations):
            for one in self.tree(relations).iter(f"{{{_RELATIONSHIPS}}}Relationship"):
                if one.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join("/", folder, one.get("Target") or ""))
                    yield one.get("Type") or "", one, target.lstrip("/")

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & ENCRYPTED:
            raise refuse("encrypted", "文件加了密码，请去掉密码后重新提供。")
        if info.file_size > LARGEST_PART or (info.file_size > SMALL and info.file_size > RATIO * info.compress_size):
            raise refuse("too_large", "文件解开后大得不合常理（可能是解压炸弹），未读取。")
        assert self.archive is not None
        try:
            with self.archive.open(info) as part:
                body = part.read(LARGEST_PART + 1)
        except (*BROKEN, NotImplementedError) as error:
            raise damaged("压缩数据有误") from error
        if len(body) > LARGEST_PART:
            raise refuse("too_large", "文件解开后大得不合常理（可能是解压炸弹），未读取。")
        return body


def open_package(body: bytes) -> Package:
    """The document. Raises Unreadable where it cannot be opened."""
    if not body.startswith(b"PK"):
        root = xml_tree(body, "document.xml")
        return Package({}, None, dict(_flat_parts(root)), dict(_spelled_parts(root)))
    if body.count(CENTRAL_ENTRY) > MOST_MEMBERS:
        raise refuse("too_large", f"文件里的部件超过 {MOST_MEMBERS} 个，不是一般的文档。")
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except BROKEN as error:
        raise damaged("压缩包不完整") from error
    infos = archive.infolist()
    members = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}
    if len(members) != len(infos):
        raise damaged("同一部件出现两次")
    return Package(members, archive, {}, {})


def _flat_parts(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for part in root.iter(f"{_FLAT}part"):
        data = part.find(f"{_FLAT}xmlData")
        if data is not None and len(data):
            yield (part.get(f"{_FLAT}name") or "").lstrip("/"), data[0]


def _spelled_parts(root: etree._Element) -> Iterator[tuple[str, str]]:
    for part in root.iter(f"{_FLAT}part"):
        if data := part.findtext(f"{_FLAT}binaryData"):
            yield (part.get(f"{_FLAT}name") or "").lstrip("/"), data


def xml_tree(body: bytes, name: str) -> etree._Element:
    """The tree of some XML of a document: no entities, no network, no document type."""
    if _DOCUMENT_TYPE.search(body):
        raise damaged("含有文档不应有的实体声明")
    if body.count(b"<") > MOST_TAGS:
        raise refuse("too_many_tags", f"文档的标记超过 {MOST_TAGS} 个，不是一般的文档。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        last = parser.error_log.last_error
        if last is not None and last.type == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise refuse("too_deep", "文档的内容嵌套过深（超过 256 层）或一段过长，无法完整读取。") from error
        raise damaged(f"{posixpath.basename(name)} 不是完整的 XML") from error
    if root.getroottree().docinfo.internalDTD is not None:  # in a charset in which the look above saw nothing
        raise damaged("含有文档不应有的实体声明")
    return root
