"""What two machines must have in common to read alike, and what one can do that another cannot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version

from crawler.families._articles import articles
from extract.fingerprint import LIBRARIES, OCR, forms_told, library_version, name_of
from extract.model import Problem
from extract.readers import _ocr, _office

PREFIX = "gouji-"
OTHERWISE = "gouji-otherwise"  # all that a worker offers us that reads pictures with another version
# What decides how a shard is crawled, beside what decides how a document is read.
CRAWLING = ("crawler", "monitor.shards", "monitor.service.crawl_process")
# What a document may need that not every machine has; the problems that a reading may end with where it is not there.
LACKING: Mapping[str, str] = {"converter_missing": "office", "ocr_missing": "ocr"}


def lacks(problem: Problem) -> str:
    """What whoever ended with this problem may have lacked; "" where it says nothing of that."""
    told = problem.facts.get("parts")
    pictured = bool(problem.facts.get("images")) or (isinstance(told, Sequence) and "image" in told)
    return LACKING.get(problem.code, "ocr" if pictured else "")


@dataclass(frozen=True, slots=True)
class House:
    """`base` names code, forms and libraries that every reading rests on, `ocr` those that recognize text ("": none),
    `crawl` what a crawl rests on besides.

    Two houses of one base read alike; what recognizes text must be the same where both have it.
    """

    base: str
    ocr: str
    office: bool
    crawl: str = ""

    @property
    def crawls(self) -> str:
        """The name of what a worker must offer to crawl for us."""
        return f"{self.base}-crawl-{self.crawl}"

    def offers(self) -> tuple[str, ...]:
        """The names of what a worker in this house can do, as dask's resources have them."""
        return (
            self.base,
            self.crawls,
            *((f"{self.base}-office",) if self.office else ()),
            *((f"{self.base}-ocr-{self.ocr}",) if self.ocr else ()),
        )

    def differs(self, offers: Iterable[str]) -> bool:
        """Whether who offers this recognizes text otherwise than we do: it would read a picture as nobody here does."""
        told = [one for one in offers if one.startswith(f"{self.base}-ocr-")]
        return any(not one.startswith(self.wanted("ocr")) for one in told)

    def wanted(self, need: str) -> str:
        """How the name begins of what a worker must offer to do this for us."""
        return f"{self.base}-{need}" + (f"-{self.ocr}" if need == "ocr" and self.ocr else "")


def this_house() -> House:
    """That of this machine; takes a tenth of a second, as all files are looked at."""
    base = name_of(
        ["extract"],
        [*(library_version(name) for name in LIBRARIES if name not in OCR), *forms_told(), *articles()],
    )
    seen = "\n".join(library_version(name) for name in OCR)
    ocr = sha256(seen.encode()).hexdigest()[:8] if _ocr.available() else ""
    crawl = name_of(CRAWLING, [f"{name} {version(name)}" for name in ("scrapy", "twisted", "sqlite-utils")])
    return House(PREFIX + base, ocr, bool(_office.converter()), crawl)
