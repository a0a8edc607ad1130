"""Runs a command that must not outlive its starter: `python -m monitor.service.leash COMMAND…`.

The starter holds the other end of our standard input. When that end closes, for any reason (including
kill -9), our process group is killed; so the starter must begin a new session for us.
"""

import os
import signal
import subprocess
import sys
import threading


def leashed(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules on the leash."""
    return [sys.executable, "-m", __name__, sys.executable, "-m", module, *arguments]


def main(command: list[str]) -> int:
    """The command's exit status; 128 + signal if a signal ended it."""
    # Stop signals are meant for the command, which gets them as a member of the group; we only wait for its end.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: None)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # our own command line
    threading.Thread(target=_follow, daemon=True).start()
    status = process.wait()
    return status if status >= 0 else 128 - status


def _follow() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
