"""Robots, mail servers and configurations of the cases: how alerts reach them, and what is wrong with it."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from tests.cases import CASES, CONFIG, MAIL, ROBOT, Entry, entries, kinds
from tests.hostile.post import Server as Post
from tests.hostile.road import Ended, gouji, query, walk
from tests.monitor.mailing import closed_port

READER = "good@example.org"
ADDRESS = "GOUJI_CASE"  # the variable that holds the robot's address
ENCODING = ("UTF-8", "utf-8", "编码", "encoding")


def posts() -> dict[str, Entry]:
    """All robots, mail servers and configurations by name: 28-chat-robots/robot.py#1, 29-mail-servers/close.py."""
    found: dict[str, Entry] = {}
    for kind in kinds((*ROBOT, *MAIL, *CONFIG)):
        for number, entry in enumerate(entries(kind, (*ROBOT, *MAIL, *CONFIG)), 1):
            file = entry.get("mail") or entry.get("config") or f"{entry.get('bot')}#{number}"
            found[f"{kind}/{file}"] = entry
    return found


def judged(kind: str, entry: Entry, folder: Path) -> DataDir:
    """A data directory with the case's reports, read and checked, so that there is something to tell."""
    data = create(DataDir(folder / "data"))
    walk(data, [["add", str(CASES / kind / entry["reports"])], ["extract"], ["check"]])
    return data


class Server:
    """A server of a case: the port that it prints first, and what it prints then."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.out = process.stdout
        self.port = int(self.out.readline())
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        self.lines.extend(line.rstrip("\n") for line in self.out)


@contextmanager
def serving(path: Path, *arguments: str) -> Iterator[Server]:
    """A server as a process; it is ended at the end, and then all that it printed is known."""
    line = [sys.executable, "-B", str(path), *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, encoding="utf-8") as process:
        server = Server(process)
        try:
            yield server
        finally:
            process.terminate()
            server.reader.join(20)


def mail(port: int, recipients: list[str]) -> str:
    return (
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "gouji@example.org"\nperiod = "at_once"\n'
        f"heartbeat = false\nrecipients = {json.dumps(recipients)}\n"
    )


def of_mail(kind: str, entry: Entry, data: DataDir) -> Iterator[str]:
    """Everybody has the mail once, after so many alerts."""
    with serving(CASES / kind / entry["mail"]) as server:
        data.config_path.write_text(mail(server.port, entry["recipients"]), encoding="utf-8")
        alerts = [gouji(data, "alert") for _ in range(entry["alerts"])]
    yield from (str(ended) for ended in alerts if ended.faulty)
    taken = Counter(line.removeprefix("to ") for line in server.lines)
    if taken != Counter(entry["recipients"]):
        outcomes = [outcome for (outcome,) in query(data, "select outcome from deliveries")]
        yield f"mail was taken for {dict(taken)}, right is once for each of {entry['recipients']}; deliveries {outcomes}"


def of_config(kind: str, entry: Entry, data: DataDir) -> Iterator[str]:
    """It is read; one that need not be is refused with words on the encoding."""
    data.config_path.write_bytes((CASES / kind / entry["config"]).read_bytes())
    for line in (["portal", "list"], ["portal", "list", "--json"], ["portal", "list", "--lang", "en"]):
        ended = gouji(data, *line)
        read = ended.status == 0 and entry["id"] in ended.out
        refused = ended.status == 2 and any(word in ended.err for word in ENCODING)
        if ended.faulty or not (read or (refused and not entry["readable"])):
            yield str(ended)


class Talk:
    """Alerts that speak with a robot: each ends, and what the robot has heard by the end of all."""

    def __init__(self, data: DataDir, folder: Path, entry: Entry) -> None:
        self.data, self.folder, self.entry = data, folder, entry
        self.lines: list[str] = []
        self.mails: list[str] = []

    def alerts(self, path: Path, *lines: list[str]) -> list[Ended]:
        """Calls of `gouji alert`, while the robot listens, or nobody does."""
        with ExitStack() as stack:
            letters = stack.enter_context(Post(0))
            port = closed_port()
            server = None
            if self.entry["mode"] != "down":
                mode = "refuse" if self.entry["mode"] == "refuse" else "accept"
                server = stack.enter_context(serving(path, str(self.folder), mode))
                port = server.port
            self.data.config_path.write_text(
                mail(letters.port, [READER])
                + f'[[subscription]]\nrecipient = "值班群"\nchannel = "apprise"\nurl_env = "{ADDRESS}"\n',
                encoding="utf-8",
            )
            ended = [self._call(port, line) for line in lines]
        self.lines = server.lines if server else []
        self.mails = [recipient for (recipient, _), count in letters.taken.items() for _ in range(count)]
        return ended

    def _call(self, port: int, line: list[str]) -> Ended:
        with pytest.MonkeyPatch.context() as surroundings:
            for name in ("NO_PROXY", "no_proxy", "https_proxy"):
                surroundings.delenv(name, raising=False)
            surroundings.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            surroundings.setenv("REQUESTS_CA_BUNDLE", str(self.folder / "ca.pem"))
            surroundings.setenv(ADDRESS, self.entry["url"])
            return gouji(self.data, *line)

    @property
    def outcomes(self) -> list[str]:
        """What became of the messages to the robot."""
        return [
            one for (one,) in query(self.data, "select outcome from deliveries where channel = 'apprise' order by id")
        ]


def of_robot(kind: str, entry: Entry, data: DataDir, folder: Path) -> Iterator[str]:
    """A robot that accepts is told once, any other is tried again by each alert; whoever has mail has it in any case."""
    folder.mkdir()
    talk = Talk(data, folder, entry)
    first, again, test = talk.alerts(CASES / kind / entry["bot"], ["alert"], ["alert"], ["alert", "--test"])
    yield from (str(ended) for ended in (first, again, test) if ended.faulty)
    # The digest and the mail of the test, once each.
    if talk.mails != [READER] * 2:
        yield f"mail was taken for {talk.mails}, right is {READER} twice: the digest and the test"
    yield from MODES[entry["mode"]](talk, entry, first, again, test)


def _refused(talk: Talk, _entry: Entry, first: Ended, again: Ended, test: Ended) -> Iterator[str]:
    yield from (f"nothing says that it was not sent: {one}" for one in (first, again, test) if one.status != 3)
    if "sent" in talk.outcomes:
        yield f"the robot said no, deliveries say {talk.outcomes}"
    if len(talk.lines) < 3 and talk.entry["mode"] == "refuse":
        yield f"it is not tried again: the robot has heard {talk.lines}"
    if len(talk.outcomes) < 2:
        yield f"it is not tried again: deliveries say {talk.outcomes}"


def _accepted(talk: Talk, entry: Entry, first: Ended, again: Ended, test: Ended) -> Iterator[str]:
    yield from (str(one) for one in (first, again, test) if one.status)
    if set(talk.outcomes) != {"sent"}:
        yield f"the robot said yes, deliveries say {talk.outcomes}"
    if len(talk.lines) != 2:
        yield f"right is to tell it once and to test it once; the robot has heard {talk.lines}"
    longest = max((int(line.split()[-1]) for line in talk.lines if line.split()[-1].isdecimal()), default=0)
    if longest > entry.get("most", longest):
        yield f"the text has {longest} bytes, at most {entry['most']} are taken"


MODES: Mapping[str, Callable[[Talk, Entry, Ended, Ended, Ended], Iterator[str]]] = {
    "refuse": _refused,
    "down": _refused,
    "bytes": _accepted,
    "accept": _accepted,
}
