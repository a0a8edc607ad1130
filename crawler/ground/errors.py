"""Errors that the user can do something about; the command line prints them and exits with their status."""

from collections.abc import Sequence

Both = tuple[str, str]  # a sentence in English and in Chinese


class GoujiError(Exception):
    """Something the user can fix; the message says what to do. Exit status 3 (could not run).

    `zh` is the same message in Chinese. `lines` are details, one per line, for example the bad lines of
    a file.
    """

    exit_status = 3

    def __init__(self, message: str = "", zh: str = "", lines: Sequence[Both] = ()) -> None:
        super().__init__("\n  ".join([message, *(english for english, _ in lines)]))
        self.message, self.zh, self.lines = message, zh or message, tuple(lines)

    def said(self, lang: str) -> str:
        """The message and its details in one language, as lines of text."""
        said = [(self.message, self.zh), *self.lines]
        return "\n  ".join(zh if lang == "zh" else english for english, zh in said)


class UsageError(GoujiError):
    """The call or an input file is wrong; the message names the place. Exit status 2."""

    exit_status = 2


class Stopped(BaseException):  # an orderly end, not an error
    """The service was asked to stop; what is stored stays, the rest is done at the next start.

    Not an Exception: code that contains the failure of one input must let it pass, as it lets Ctrl-C pass.
    """
