"""Errors that a person can act on; the command line prints them and exits with their status."""


class GoujiError(Exception):
    """Something the user can mend; the message says what to do. Exit status 3 (could not run)."""

    exit_status = 3


class UsageError(GoujiError):
    """The call or an input file is wrong; the message names the place. Exit status 2."""

    exit_status = 2
