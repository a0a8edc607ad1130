"""`gouji extract` with one worker and with all cores, in processes of their own: seconds, and memory per worker.

Elapsed seconds depend on what else runs on the machine. Processor seconds tell what limits a run: the writer
works alone and the workers in parallel, so no run is faster than the longer of the two.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._samples import page, reports

COUNT = 1200
CEILING = 300  # MB per worker
HOSTILE = b"<table>" + b"<tr><td>1</td><td>2</td><td>3</td></tr>" * 400_000 + b"</table>"
RUN = """
import json
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.ground.data import DataDir
from extract.run import extract
from monitor.schema import open_database
if __name__ == "__main__":
    data = DataDir(Path(sys.argv[1]))
    done = extract(open_database(data), data, now=datetime.now(UTC), everything=True, workers=int(sys.argv[2]))
    assert done.reports == {count}, done
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([one.ru_utime + one.ru_stime for one in used]))
"""


def fill(folder: Path) -> None:
    """Makes a data directory with COUNT pages and one hostile table, added but not yet read."""
    pages = folder / "pages"
    pages.mkdir()
    for number, report in enumerate(reports(COUNT)):
        (pages / f"{number}.html").write_bytes(page(report))
    (pages / "hostile.html").write_bytes(HOSTILE)
    subprocess.run(
        [sys.executable, "-m", "monitor.cli", "add", str(pages), "--data", str(folder / "data")],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def main() -> None:
    """Prints wall seconds and the largest process for 1 worker (in the writer itself) and for all cores."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        script = folder / "run.py"
        script.write_text(RUN.replace("{count}", str(COUNT)))
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        for workers in (1, os.cpu_count() or 1):
            start = time.monotonic()
            done = subprocess.run(
                [sys.executable, str(script), str(folder / "data"), str(workers)],
                check=True,
                env=environment,
                stdout=subprocess.PIPE,
            )
            seconds = time.monotonic() - start
            writer, others = json.loads(done.stdout)
            largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"{workers} worker(s): {COUNT} pages and one of {len(HOSTILE) / 1e6:.0f} MB in {seconds:5.1f} s "
                f"({COUNT / seconds:.0f} pages/s), largest process so far {largest:.0f} MB"
            )
            print(
                f"  processor time: writer {writer:.1f} s, workers {others:.1f} s; "
                f"{(writer + others) / seconds:.1f} cores were free for it; "
                f"with one for each process at best {max(writer, others / workers):.1f} s"
            )
    print(f"wanted: less than {CEILING} MB per worker, faster with all cores")


if __name__ == "__main__":
    main()
