"""On the command line: what is the user's own stays, words and names may be any bytes, a damaged database tells nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.commands import commands
from monitor.demo.servers import serve_pages
from monitor.export.standing import SUMS
from monitor.samples import make_history
from monitor.schema import open_database
from tests.monitor.cookbook import EDUCATION, build
from tests.monitor.service import ROOT, Site, descendants, environment, make_data, until

LETTER = ("letter", EDUCATION, "2023")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return build(tmp_path_factory.mktemp("own") / "数据")


@pytest.fixture
def copy(sample: DataDir, tmp_path: Path) -> DataDir:
    """A data directory of the test's own."""
    shutil.copytree(sample.root, tmp_path / "eigen")
    return DataDir(tmp_path / "eigen")


def run(data: DataDir, *arguments: str | bytes | Path) -> subprocess.CompletedProcess[bytes]:
    """The real command; a traceback or a fault of our own fails the test."""
    line = [os.fsencode(one) for one in (sys.executable, "-m", "monitor.cli", *arguments, "--data", data.root)]
    done = subprocess.run(
        line, env=environment(), capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=120
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert "自身的错误".encode() not in done.stderr, done.stderr.decode()
    return done


def within(data: DataDir, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """The same in this process: for what ends before it has done anything."""
    done = CliRunner().invoke(main, [*map(str, arguments), "--data", str(data.root)])
    assert "自身的错误" not in done.stderr, done.stderr
    return subprocess.CompletedProcess([], done.exit_code, done.stdout_bytes, done.stderr_bytes)


def said(done: subprocess.CompletedProcess[bytes], status: int, *words: str) -> None:
    text = (done.stdout + done.stderr).decode()
    assert done.returncode == status, text
    for word in words:
        assert word in text


# --- export ----------------------------------------------------------------------------------------------------


def whole(folder: Path) -> bool:
    """Whether every file of an export is as its list of sums says."""
    return subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=folder, check=False).returncode == 0


def test_files_of_ones_own_in_an_export_stay(copy: DataDir, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(copy, "export", out)
    for name in ("notes.txt", "csv/论文.xlsx", ".git/objects/ab/cd", "我的/b.md"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(f"mine {name}")
    (out / "latest").symlink_to("csv/reports.csv")
    (out / "空").mkdir()
    numbers = {out / name: (out / name).stat().st_ino for name in ("notes.txt", "csv/论文.xlsx")}
    said(run(copy, "export", out, "--no-parquet"), 0)
    for name in ("notes.txt", "csv/论文.xlsx", ".git/objects/ab/cd", "我的/b.md"):
        assert (out / name).read_text() == f"mine {name}"
    assert {path: path.stat().st_ino for path in numbers} == numbers  # the same files, no copies
    assert (out / "latest").is_symlink()
    assert (out / "空").is_dir()
    assert not (out / "parquet").exists()
    assert whole(out)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_file_of_an_export_that_was_changed_is_named_and_stays(copy: DataDir, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(copy, "export", out)
    (out / "codebook.md").write_text("mine")
    (out / "parquet" / "reports.parquet").write_text("mine too")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    said(run(copy, "export", out, "--no-parquet"), 2, "codebook.md", "parquet/reports.parquet", "--force")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    said(run(copy, "export", out, "--no-parquet", "--force"), 0)
    assert (out / "codebook.md").read_text(encoding="utf-8").startswith("# ")
    assert (out / "parquet" / "reports.parquet").read_text() == "mine too"  # nothing takes its place
    assert whole(out)


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_link_or_pipe_in_place_of_an_exported_file_is_left_alone(kind: str, copy: DataDir, tmp_path: Path) -> None:
    out, diary = tmp_path / "out", tmp_path / "diary"
    run(copy, "export", out, "--no-parquet")
    diary.write_text("mine")
    (out / "codebook.md").unlink()
    if kind == "link":
        (out / "codebook.md").symlink_to(diary)
    else:
        os.mkfifo(out / "codebook.md")
    said(run(copy, "export", out, "--no-parquet", "--force"), 2, "codebook.md")
    assert diary.read_text() == "mine"
    assert (out / "codebook.md").is_symlink() == (kind == "link")


def test_a_name_that_the_new_export_needs_is_not_taken_away(copy: DataDir, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(copy, "export", out, "--no-parquet")
    lines = (out / SUMS).read_text().splitlines(keepends=True)
    (out / SUMS).write_text("".join(line for line in lines if not line.endswith("codebook.md\n")))
    (out / "codebook.md").write_text("mine")  # a name that no earlier export had
    said(run(copy, "export", out, "--no-parquet"), 2, "codebook.md")
    assert (out / "codebook.md").read_text() == "mine"


def test_an_export_goes_into_no_data_directory(copy: DataDir, tmp_path: Path) -> None:
    before = sorted(copy.root.rglob("*"))
    for place in (copy.root, copy.root / "archive", copy.root / "outbox" / "x", copy.root / "warc" / "x"):
        said(run(copy, "export", place), 2)
    run(copy, "export", tmp_path / "out", "--no-parquet")
    shutil.copytree(copy.root, tmp_path / "out" / "数据")
    said(run(DataDir(tmp_path / "out" / "数据"), "export", tmp_path / "out"), 2, "数据目录")
    (tmp_path / "away").symlink_to(tmp_path / "out")
    said(run(copy, "export", tmp_path / "away"), 2)
    os.mkfifo(tmp_path / "pipe")
    said(run(copy, "export", tmp_path / "pipe"), 2)
    assert [path for path in sorted(copy.root.rglob("*")) if path.name != "gouji.sound"] == [
        path for path in before if path.name != "gouji.sound"
    ]


# --- feed and letter -------------------------------------------------------------------------------------------


def test_feed_and_letter_replace_what_is_ours(copy: DataDir, tmp_path: Path) -> None:
    for _ in range(2):
        said(run(copy, "feed", tmp_path / "feed"), 0)
        said(run(copy, *LETTER, "--output", tmp_path / "函"), 0)
    (tmp_path / "feed").write_text("mine")
    said(run(copy, "feed", tmp_path / "feed"), 2, str(tmp_path / "feed"))
    assert (tmp_path / "feed").read_text() == "mine"
    said(run(copy, "feed", tmp_path / "feed", "--force"), 0)
    letter = next((tmp_path / "函").glob("*.md"))
    letter.write_text("mine")
    said(run(copy, *LETTER, "--output", tmp_path / "函"), 2, letter.name, "--force")
    assert letter.read_text() == "mine"
    said(run(copy, *LETTER, "--output", tmp_path / "函", "--force"), 0)


def test_neither_writes_through_a_link(copy: DataDir, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    diary.write_text("mine")
    (tmp_path / "feed").symlink_to(diary)
    said(run(copy, "feed", tmp_path / "feed", "--force"), 2, "链接", str(diary))
    run(copy, *LETTER, "--output", tmp_path)
    for letter in tmp_path.glob("核实函*"):
        letter.unlink()
        letter.symlink_to(diary)
    said(run(copy, *LETTER, "--output", tmp_path, "--force"), 2, "链接")
    assert diary.read_text() == "mine"
    assert (tmp_path / "feed").is_symlink()


# --- the database ----------------------------------------------------------------------------------------------

READING = (
    "show",
    "open",
    "unread",
    "rules",
    "search",
    "findings",
    "missing",
    "subscriptions",
    "export",
    "letter",
    "feed",
    "chain",
    "diff",
    "portal",
    "agencies",
    "archive",
    "compare",
    "brief",
    "profile",
    "status",
)
WORKING = (
    "check",
    "alert",
    "run",
    "extract",
    "add",
    "merge",
    "tidy",
    "crawl",
    "acknowledge",
    "explain",
    "dismiss",
)


def line(command: str, folder: Path) -> list[str]:
    more = {
        "show": [EDUCATION, "2023"],
        "open": [EDUCATION, "2023", "--print"],
        "export": [str(folder / "out")],
        "letter": [EDUCATION, "2023"],
        "search": ["信息"],
        "chain": ["--all"],
        "diff": [EDUCATION],
        "portal": ["list"],
        "agencies": ["list"],
        "archive": ["check"],
        "add": [str(ROOT)],
        "merge": [str(folder)],
        "feed": [str(folder / "feed")],
        "compare": [EDUCATION],
        "brief": ["--year", "2023", str(folder / "out.html")],
        "profile": [EDUCATION, str(folder / "out.html")],
        **{name: ["1", "--reason", "x"] for name in ("acknowledge", "explain", "dismiss")},
    }
    return [command, *more.get(command, [])]


def test_every_command_is_judged_here() -> None:
    assert {*READING, *WORKING, "init", "demo", "doctor", "verify", "watch", "serve"} == set(commands())


@pytest.mark.parametrize("command", [*READING, *WORKING, "init", "watch"])
def test_every_command_refuses_a_later_database(command: str, copy: DataDir, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy.database)) as db:
        db.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('views', 'm9_x', '')")
        db.commit()
    copy.config_path.write_text(
        '[mail]\nsender = "a@example.org"\nrecipients = ["b@example.org"]\n[[portal]]\nid = "q"\n'
        'start_url = "http://127.0.0.1:9/"\n',
        encoding="utf-8",
    )
    before = copy.database.read_bytes()
    start = run if command in ("run", "watch", "crawl") else within
    said(start(copy, *line(command, tmp_path)), 3, "m9_x")
    assert copy.database.read_bytes() == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["show", "check", "alert", "run", "export", "feed", "missing"])
def test_a_destroyed_page_is_told_and_nothing_else(command: str, copy: DataDir, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy.database)) as db:
        at = db.execute("select rootpage from sqlite_master where name = 'idx_documents_agency_year'").fetchone()[0]
    with copy.database.open("r+b") as file:
        file.seek(at * 4096 - 1500)
        file.write(b"\xff" * 1500)
    copy.config_path.write_text('[mail]\nsender = "a@example.org"\nrecipients = ["b@example.org"]\n', encoding="utf-8")
    said((run if command == "run" else within)(copy, *line(command, tmp_path)), 3, "损坏")
    assert not (tmp_path / "out").exists()
    found = json.loads(within(copy, "doctor", "--json").stdout)["checks"]
    assert [one["ok"] for one in found if one["name"] in ("integrity", "database")] == [False]


def test_two_first_commands_at_once_make_one_database(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(make_history(1, "示例县财政局", [2024])[0].html(), encoding="utf-8")
    lines = [
        [sys.executable, "-m", "monitor.cli", *one, "--data", str(tmp_path / "数据")]
        for one in (["init"], ["add", str(file)], ["add", str(file)], ["init"])
    ]
    several = [
        subprocess.Popen(
            one, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        for one in lines
    ]
    ended = [(process.communicate(timeout=60)[1].decode(), process.returncode) for process in several]
    assert [status for _, status in ended] == [0] * len(several), ended
    with closing(open_database(DataDir(tmp_path / "数据"))) as db:
        assert db.execute("select count(*) from documents").fetchone()[0] == 1


# --- words and names in any bytes ------------------------------------------------------------------------------

BAD = b"\xff\x1b[31m"


@pytest.mark.parametrize(
    "words",
    [
        [b"show", BAD],
        [b"letter", BAD, b"2024"],
        [b"diff", b"\xc7\xe0\xca\xaf"],
        [b"chain", BAD],
        [b"findings", b"--agency", BAD],
        [b"findings", b"--rule", BAD],
        [b"findings", b"--status", BAD],
        [b"missing", b"--division", BAD],
        [b"missing", b"--year", BAD],
        [b"dismiss", b"1", b"--reason", BAD],
        [b"alert", b"--release", BAD],
        [b"crawl", b"--portal", BAD],
        [b"portal", b"add", BAD],
        [b"portal", b"check", BAD],
        [b"agencies", b"learn", b"--except", BAD],
        [b"export", b"x", b"--release", BAD],
        [b"init", b"x", b"--group", BAD],
        [BAD],
        [b"show", b"--" + BAD],
        [b"verify", BAD],
        [b"add", BAD],
    ],
)
def test_a_word_that_is_no_text_is_answered(
    words: list[bytes], sample: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = within(sample, *map(os.fsdecode, words)) if words[0] != b"show" else run(sample, *words)
    assert done.returncode in (2, 3), done.stderr
    assert b"\x1b" not in done.stderr + done.stdout
    assert done.stderr.decode()  # a sentence, in UTF-8


def test_files_may_have_names_in_any_bytes(tmp_path: Path) -> None:
    page = make_history(1, "示例县财政局", [2024])[0].html()
    folder = tmp_path / os.fsdecode(b"\xb1\xa8\xb8\xe6 #%41?\x1b[31m")
    folder.mkdir()
    (folder / os.fsdecode(b"\xc4\xea\xb1\xa8.html")).write_text(page, encoding="utf-8")
    data = DataDir(folder / "-数据?mode=ro")
    line = [sys.executable, "-m", "monitor.cli"]
    for words in (
        ["add", folder],
        ["extract"],
        ["check"],
        ["export", folder / "out", "--no-parquet"],
        ["feed", folder / "feed"],
        ["verify", folder],
        ["show", "示例县财政局", "2024"],
        ["letter", "示例县财政局", "2024", "--output", folder],
        ["findings", "--json"],
    ):
        done = subprocess.run(
            [*line, *words],
            env={**environment(), "GOUJI_DATA": str(data.root)},
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode in (0, 1), (words, done.stderr)
        assert b"\x1b" not in done.stdout + done.stderr
    assert (data.root / "gouji.db").is_file()


# --- secrets ---------------------------------------------------------------------------------------------------


def test_no_child_of_a_run_knows_a_secret(tmp_path: Path) -> None:
    site = Site()
    site.publish(*make_history(1, "青石市财政局", range(2020, 2025)))
    site.gate.clear()
    seen: set[str] = set()
    with serve_pages(site) as server:
        data = make_data(tmp_path / "数据", base=server.base)
        told = data.config_path.read_text(encoding="utf-8")
        data.config_path.write_text(
            told + '[[subscription]]\nchannel = "apprise"\nrecipient = "群"\nurl_env = "ROBOT"\n', encoding="utf-8"
        )
        with subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "run", "--data", str(data.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**environment(), "GOUJI_MAIL_PASSWORD": "s3cret", "ROBOT": "json://s3cret", "AWS_TOKEN": "s3cret"},
        ) as process:
            until(site.reached.is_set, "the crawl reads a report")
            for pid in descendants(process.pid):
                try:
                    seen.add(Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace"))
                except OSError:
                    continue
            site.gate.set()
            process.wait(60)
    assert seen
    assert not [one for one in seen if "s3cret" in one]


def test_sums_that_somebody_made_anew_make_nobodys_file_ours(copy: DataDir, tmp_path: Path) -> None:
    """Whoever writes the list of sums again, over all that lies in the folder, keeps what is not ours."""
    out = tmp_path / "out"
    said(within(copy, "export", str(out), "--no-parquet"), 0)
    mine = [out / "thesis.csv", out / "parquet" / "mine.txt"]
    for file in mine:
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine", encoding="utf-8")
    with (out / "SHA256SUMS").open("a", encoding="utf-8") as sums:
        for file in mine:
            sums.write(f"{sha256(b'mine').hexdigest()}  {file.relative_to(out).as_posix()}\n")
    said(within(copy, "export", str(out), "--no-parquet"), 0)
    assert all(file.read_text(encoding="utf-8") == "mine" for file in mine)
