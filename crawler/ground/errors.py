"""Errors that a person can act on; the command line prints them and exits with their status."""

from collections.abc import Sequence

Both = tuple[str, str]  # a sentence in English and in Chinese


class GoujiError(Exception):
    """Something the user can mend; the message says what to do. Exit status 3 (could not run).

    `zh` is the same in Chinese, for people who read that. `lines` are its particulars, one to a line: the bad lines of
    a file.
    """

    exit_status = 3

    def __init__(self, message: str = "", zh: str = "", lines: Sequence[Both] = ()) -> None:
        super().__init__("\n  ".join([message, *(english for english, _ in lines)]))
        self.message, self.zh, self.lines = message, zh or message, tuple(lines)

    def said(self, lang: str) -> str:
        """All of it in one language, as lines of text."""
        said = [(self.message, self.zh), *self.lines]
        return "\n  ".join(zh if lang == "zh" else english for english, zh in said)


class UsageError(GoujiError):
    """The call or an input file is wrong; the message names the place. Exit status 2."""

    exit_status = 2


class Stopped(BaseException):  # an orderly end, no error
    """The service was asked to end; what is stored stays, the rest is made up at the next start.

    No Exception: whatever contains the failure of one input lets it pass, as it does Ctrl-C.
    """
