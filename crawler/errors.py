"""Errors that a person can act on; the command line prints them and exits with their status."""

from collections.abc import Sequence


class GoujiError(Exception):
    """Something the user can mend; the message says what to do. Exit status 3 (could not run).

    `lines` are its particulars, one to a line: the bad lines of a file.
    """

    exit_status = 3

    def __init__(self, message: str = "", lines: Sequence[str] = ()) -> None:
        super().__init__("\n  ".join([message, *lines]))
        self.message, self.lines = message, tuple(lines)


class UsageError(GoujiError):
    """The call or an input file is wrong; the message names the place. Exit status 2."""

    exit_status = 2
