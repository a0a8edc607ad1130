"""Twice the input takes about twice the time: everything that reads what a stranger wrote (tests/doubling/parsers.py).

Each is driven with simple shapes of any length and with real pages of which a piece is multiplied. A walk over the code
finds the modules that read foreign text: each is entered by one of the parsers, or exempt by name. GOUJI_SEEDS=5 tries more.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from crawler.families import by_name
from crawler.families.base import Family
from crawler.ground.contained import contained
from crawler.pages.page import Page
from tests.doubling.growth import Growth, growing
from tests.doubling.pages import Served, reports, served
from tests.doubling.parsers import PARSERS, Parser, Work, all_of, page_of
from tests.doubling.sites import ROOT, modules
from tests.doubling.texts import SHAPES, Maker, amplified
from tests.hostile import SEEDS
from tests.test_house import imports

SMALL, FACTOR = 2048, 8
ENOUGH = 3  # so many faults of one parser say it
PIECES = 14 * SEEDS  # pieces of each real page that are multiplied
DRIVEN: Counter[str] = Counter()

# A module that imports one of these, or stands in one of these folders, reads foreign text.
# Patterns have a walk of their own (test_doubling.py), and `json` alone is linear.
READS = {"lxml", "parsel", "csv", "html", "difflib", "zipfile", "email", "protego", "warcio", "unicodedata", "codecs"}
FOLDERS = (
    "crawler/families",
    "crawler/pages",
    "crawler/crawl",
    "crawler/files",
    "extract",
    "extract/readers",
    "extract/form",
    "extract/tables",
    "extract/prose",
    "extract/store",
)
# What no parser enters, and why it need not.
EXEMPT: Mapping[str, str] = {
    "crawler/pages/picture_names.py": "the name at the end of one address, which is bounded; its patterns are driven by themselves",
    "extract/readers/_ocr/stacked.py": "the lines within one cell of a picture, whose number is bounded",
    "extract/readers/_ocr/seals.py": "the colored ink of one picture, whose pixels are bounded; it looks at no text",
    "extract/readers/_pdf_calls.py": "calls of the engine, without a look at any text",
    "extract/store/parts.py": "addresses out of our own database",
    "extract/store/prose_index.py": "stored prose, a character and a pair at a time; python -m bench.prose measures it",
    "monitor/reconcile/passages.py": "places that two texts share, by what reuse measures over 100,000 reports",
    "extract/readers/_ocr/breaks.py": "the two rows at each break between pages, which are bounded in number",
    "extract/readers/_pdf_pages.py": "pages as pictures, bounded in number and pixels, without a look at any text",
    "crawler/agencies/learn.py": "names out of the register and rosters, each bounded where it was read",
    "crawler/ground/config_text.py": "the user's own gouji.toml",
    "crawler/crawl/entries.py": "asks for what lists say, which is measured",
    "crawler/crawl/records.py": "records, without a line that reads",
    "crawler/families/_articles.py": "the files of our own families",
    "extract/store/records.py": "records, without a line that reads",
    "monitor/alerts/channels.py": "addresses out of the user's own gouji.toml",
    "crawler/crawl/harvest.py": "puts together what articles, dates, expected_page and the families say, which are measured",
    "crawler/crawl/page_worker.py": "hands pages on; what is done with them is measured as reading",
    "crawler/crawl/page_workers.py": "hands pages on; what is done with them is measured as reading",
    "crawler/crawl/process.py": "starts Scrapy with settings of our own",
    "crawler/crawl/progress.py": "counts of our own",
    "crawler/crawl/replay.py": "hands recorded answers on; they are measured as recordings and pages",
    "crawler/crawl/run.py": "requests of our own, in our own database",
    "crawler/crawl/scheduler.py": "requests of our own, in our own database",
    "crawler/crawl/script_pages.py": "asks the families, which are measured",
    "crawler/crawl/task.py": "portals of the user's own gouji.toml",
    "crawler/crawl/visits.py": "verdicts and counts, not the text",
    "crawler/files/intake.py": "names and bytes of files; what they are is measured as sniff and unpack",
    "extract/form/alike.py": "two maps of single characters; nothing of it reads",
    "extract/form/columns.py": "columns of our own forms",
    "extract/store/weak_names.py": "rows of our own database",
    "extract/readers/_colors.py": "names and numbers of colors, each as long as one value of a style",
    "extract/readers/_shown.py": "attributes of single elements, found by patterns that are measured",
    "extract/store/current.py": "rows of our own database",
    "extract/store/load.py": "rows of our own database",
    "extract/store/schema.py": "rows of our own database",
    "extract/store/write.py": "rows of our own database",
    "extract/store/failures.py": "rows of our own database",
    "extract/readers/_office.py": "hands documents to LibreOffice, which is bounded from outside (test_legacy_word.py)",
    "extract/readers/_office_keeper.py": "runs LibreOffice in a process of its own, and reads nothing itself",
    "extract/run.py": "hands documents to workers; what these do is measured as a document",
    "extract/engine/chosen.py": "an address out of the user's own gouji.toml or command line",
    "extract/engine/cluster.py": "hands documents to workers; what these do is measured as a document",
    "extract/engine/crew.py": "who is there to read, without a look at any text",
    "extract/engine/engine.py": "records, without a line that reads",
    "extract/engine/fetched.py": "fetches bodies by their hashes and hands them on",
    "extract/engine/house.py": "files of our own house",
    "extract/engine/introduction.py": "what a worker says of itself",
    "extract/engine/local.py": "hands documents to workers; what these do is measured as a document",
    "extract/engine/suspects.py": "counts documents of our own queue",
    "extract/engine/worker.py": "hands documents to workers; what these do is measured as a document",
    "monitor/papers/word_table.py": "writes the rows of a paper, each once",
    "monitor/pages/curve.py": "days and counts of our own",
    "monitor/papers/page.py": "escapes the texts of a paper, each once",
    "extract/fingerprint.py": "files of our own forms",
    "extract/form/form_file.py": "files of our own forms",
    "extract/form/form_reading.py": "files of our own forms",
    "extract/form/labels.py": "files of our own forms",
    "extract/readers/picture.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/engine.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/flow.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/glyphs.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/looks.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/pages.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/raster.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/ruling.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "extract/readers/_ocr/squaring.py": "pictures, bounded in pixels and pages (tests/extract/test_pictures.py)",
    "monitor/alerts/composing.py": "composes mails of findings, bounded by the digest",
    "monitor/alerts/delivery.py": "hands over mails of our own",
    "monitor/alerts/mail.py": "mails of our own to addresses of the user's own gouji.toml",
    "monitor/alerts/smtp_session.py": "what a server says is bounded in bytes (tests/monitor/test_mail_session.py)",
    "monitor/commands/alert.py": "prints mails of our own",
    "monitor/demo/site.py": "pages of our own",
    "monitor/demo/walk.py": "mails of our own",
    "monitor/export/changes.py": "an earlier export of our own",
}


def measured(parser: Parser, maker: Maker) -> Growth | None:
    def work(size: int) -> Work:
        done = parser.ready(maker(size))
        return partial(contained, done)

    DRIVEN["texts"] += 1
    return growing(work, min(SMALL, parser.largest // FACTOR), FACTOR, parser.largest)


@pytest.mark.parametrize("name", PARSERS)
def test_parsers_do_their_work(name: str) -> None:
    """An error of a parser is contained where growth is measured: here it is not."""
    for text in (
        "青石市财政局2024年政府信息公开工作年度报告",
        "<html><body><p>青石市财政局</p></body></html>",
        "User-agent: *\nDisallow: /x\n",
    ):
        PARSERS[name].ready(text)()


@pytest.mark.parametrize("name", PARSERS)
def test_parsers_are_linear(name: str) -> None:
    DRIVEN["parsers"] += 1
    slow: list[str] = []
    for shape, maker in SHAPES.items():
        found = measured(PARSERS[name], maker)
        if found:
            slow.append(f"{shape}: {found}")
        if len(slow) >= ENOUGH:
            break
    assert not slow, "\n".join([f"{name} is not linear (replay: SHAPES[…](size) of tests/doubling/texts.py):", *slow])


def asked(page: Page, families: set[Family]) -> None:
    for family in families:
        all_of(family, page)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Served]:
    return served(tmp_path_factory.mktemp("served"))


def test_families_are_linear_on_their_own_pages(answers: list[Served]) -> None:
    slow: list[str] = []
    for number, one in enumerate(answers):
        [family] = by_name(one.family) or by_name("generic")

        def ready(text: str, one: Served = one, family: Family = family) -> Work:
            page = page_of(text, one.ask)
            return lambda: asked(page, {family, *by_name("generic")})

        for seed in range(PIECES):
            what, maker = amplified(one.text, random.Random(f"{number}/{seed}"))
            found = measured(Parser(ready), maker)
            if found:
                slow.append(f"{one.family}, {one.ask.url}, seed {number}/{seed}: {what}: {found}")
    assert not slow, "\n".join(["families that are not linear:", *slow[:20]])


@pytest.mark.parametrize("number", range(6))
def test_reading_is_linear_on_real_reports(number: int) -> None:
    name, page = list(reports())[number]
    parser = PARSERS["a document"]
    slow: list[str] = []
    for seed in range(PIECES * 3):
        what, maker = amplified(page, random.Random(f"report/{number}/{seed}"))
        found = measured(parser, maker)
        if found:
            slow.append(f"{name}, seed report/{number}/{seed}: {what}: {found}")
        if len(slow) >= ENOUGH:
            break
    assert not slow, "\n".join(["reading is not linear:", *slow])


def reading_modules() -> list[Path]:
    """What the walk finds: by what a module imports, or where it stands."""
    return [
        path
        for path in modules()
        if path.name != "__init__.py"
        and (
            any(name in READS or name.split(".")[0] in READS for name in imports(path))
            or any(str(path.relative_to(ROOT)).startswith(folder + "/") for folder in FOLDERS)
        )
    ]


def test_no_module_that_reads_foreign_text_is_forgotten(answers: list[Served]) -> None:
    """Each is entered while the parsers work on a little of everything; a new one has to be, or to be exempt by name."""
    entered: set[str] = set()
    wanted = {str(path) for path in reading_modules()} - {str(ROOT / name) for name in EXEMPT}

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        if frame.f_code.co_name != "<module>":
            entered.add(frame.f_code.co_filename)

    before = sys.gettrace()
    sys.settrace(note)
    try:
        for work in _everything(answers):
            contained(work)
            if wanted <= entered:  # each was entered: what else there is to work on cannot say more
                break
    finally:
        sys.settrace(before)
    forgotten = {str(path.relative_to(ROOT)) for path in reading_modules() if str(path) not in entered}
    assert not forgotten - EXEMPT.keys(), (
        f"enter these in tests/doubling/parsers.py, or exempt them by name: {sorted(forgotten - EXEMPT.keys())}"
    )
    assert not EXEMPT.keys() - {str(path.relative_to(ROOT)) for path in reading_modules()}, "exempt, and there no more"


def _everything(answers: list[Served]) -> Iterator[Work]:
    """All parsers upon a little of everything, what enters most of the house first."""
    for _, page in reports():
        for parser in PARSERS.values():
            yield partial(_worked, parser, page)
    for one in answers:
        for family in by_name(one.family):
            yield partial(_asked_alone, one, family)
    for maker in SHAPES.values():
        yield partial(_worked, PARSERS["a document"], maker(1500))  # what is reached by one shape alone is a reader's
    for maker in SHAPES.values():
        for parser in PARSERS.values():
            yield partial(_worked, parser, maker(1500))


def _asked_alone(one: Served, family: Family) -> None:
    all_of(family, page_of(one.text, one.ask))


def _worked(parser: Parser, text: str) -> object:
    return parser.ready(text)()


def test_how_many_were_driven(record_property: Callable[[str, object], None]) -> None:
    if DRIVEN["parsers"] < len(PARSERS):
        pytest.skip("only a part of this file was run")
    record_property(
        "driven",
        f"{DRIVEN['texts']} texts through {DRIVEN['parsers']} parsers, {len(reading_modules())} modules that read foreign text",
    )
