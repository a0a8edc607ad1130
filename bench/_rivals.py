"""What a user would take instead: the tables that other tools make of the same files, counted like our own figures.

The tools run in an environment of their own (bench/rivals.txt), named by `--rivals PYTHON`; gouji depends on none.
"""

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import NamedTuple

from bench._meeting import figures, number
from bench._papers import Paper

Rows = Sequence[Sequence[str]]
PATIENCE = 90  # seconds a file
AT_ONCE = 4

# Which tool is asked for which format; for the others a user has none.
ASKED: dict[str, tuple[str, ...]] = {
    "pdf": ("pdfplumber", "camelot lattice", "camelot hybrid", "PyMuPDF", "markitdown", "pypdfium2 text"),
    "html": ("pandas.read_html", "markitdown", "docling"),
    "docx": ("python-docx", "markitdown", "docling"),
    "xlsx": ("pandas.read_excel", "markitdown", "docling"),
    "xls": ("pandas.read_excel", "markitdown"),
    "ods": ("pandas.read_excel",),
}


class Answer(NamedTuple):
    tables: Sequence[Rows]
    seconds: float
    failed: str


class Rival:
    """One tool, as a process that reads one file after another."""

    def __init__(self, python: str, name: str) -> None:
        command = [python, str(Path(__file__).with_name("_rival.py")), name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.lines: Queue[str] = Queue()
        Thread(target=self._listen, daemon=True).start()
        self.missing = self._answer(4 * PATIENCE).get("missing", "")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def _answer(self, patience: float) -> dict[str, str]:
        try:
            line = self.lines.get(timeout=patience)
        except Empty:
            self.process.kill()
            return {"missing": "no answer"}
        answer: dict[str, str] = json.loads(line) if line else {"missing": "ended"}
        return answer

    def read(self, path: Path) -> Answer | None:
        """None when the tool has hung or ended."""
        assert self.process.stdin is not None
        try:
            print(path, file=self.process.stdin, flush=True)
        except OSError:
            return None
        answer: Mapping[str, object] = self._answer(PATIENCE)
        if "missing" in answer:
            return None
        tables = answer["tables"]
        assert isinstance(tables, list)
        return Answer(tables, float(str(answer["seconds"])), str(answer.get("failed", "")))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def beside(python: str, papers: Sequence[Paper]) -> Iterator[tuple[Paper, str, Counter[str]]]:
    """Every paper by every tool that may be asked for it, with its counts; a tool that is missing says so once."""
    with tempfile.TemporaryDirectory() as place:
        paths = []
        for number, paper in enumerate(papers):
            paths.append(Path(place, f"{number}{Path(paper.name).suffix}"))
            paths[-1].write_bytes(paper.body)
        with ThreadPoolExecutor(AT_ONCE) as threads:  # they only wait: each tool is a process of its own
            tools = dict.fromkeys(tool for some in ASKED.values() for tool in some)
            for done in threads.map(lambda name: list(_by(python, name, papers, paths)), tools):
                yield from done


def _by(
    python: str, name: str, papers: Sequence[Paper], paths: Sequence[Path]
) -> Iterator[tuple[Paper, str, Counter[str]]]:
    rival: Rival | None = None
    for paper, path in zip(papers, paths, strict=True):
        if name not in ASKED.get(paper.format, ()):
            continue
        rival = rival or Rival(python, name)
        if rival.missing:
            print(f"  {name}: not installed ({rival.missing}); see bench/rivals.txt")
            break
        answer = rival.read(path)
        if answer is None:
            rival.close()
            rival = None
        yield paper, name, _count(paper, answer)
    if rival:
        rival.close()


def _count(paper: Paper, answer: Answer | None) -> Counter[str]:
    count = Counter({"documents": 1, "exact": 0, "wrong": 0, "unread": 0})
    if answer is None:
        count["hung"] += 1
        answer = Answer((), PATIENCE, "hung")
    count["failed"] += bool(answer.failed)
    count["milliseconds"] += round(1000 * answer.seconds)
    found = figures(answer.tables)
    for name, printed in paper.truth.items():
        text = found.get(name)
        kind = "unread" if text is None else "exact" if _same(text, printed) else "wrong"
        count[kind] += 1
    return count


def _same(text: str, printed: str) -> bool:
    """As printed; a tool that makes 12.0 of 12 is not blamed for it, nor for 12345 where 12,345 was shown."""
    one, other = "".join(text.split()), printed
    if one == other:
        return True
    try:
        return float(number(one)) == float(number(other))
    except ValueError:
        return False
