"""Which environment variables our child processes get: those they need, and no secret."""

import os
from collections.abc import Iterable, Mapping

PASSWORD = "GOUJI_MAIL_PASSWORD"  # noqa: S105  (the name of the variable)
# Paths of programs, libraries, certificates and temporary files; language and time zone; our own switches.
NEEDED = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TZDIR",
        "TERM",
        "COLUMNS",
        "TMPDIR",
        "TEMP",
        "TMP",
        "VIRTUAL_ENV",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "OPENSSL_CONF",
        "GOUJI_DATA",
        "GOUJI_DEBUG",
        "GOUJI_FORMS",
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "WINDIR",
        "COMSPEC",
        "PATHEXT",
        "APPDATA",
        "LOCALAPPDATA",
        "USERPROFILE",
    }
)
OURS = "GOUJI_"
KINDS = ("LC_", "PYTHON", "LD_", "DYLD_")
PRELOADED = ("LD_PRELOAD", "DYLD_INSERT_LIBRARIES")


def needed(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a child process is given.

    A library that the user has preloaded into our processes (a clock for a test, a profiler) is configured by
    variables whose names we cannot know: then everything except our secrets is passed on.
    """
    if any(environment.get(name) for name in PRELOADED):
        ours = secrets(environment)
        return {name: value for name, value in environment.items() if name not in ours}
    return {name: value for name, value in environment.items() if name.upper() in NEEDED or name.startswith(KINDS)}


def withhold(names: Iterable[str]) -> dict[str, str]:
    """Takes variables out of this process's environment, so that no child of it inherits them; returns them."""
    return {name: os.environ.pop(name) for name in tuple(names) if name in os.environ}


def secrets(environment: Mapping[str, str]) -> list[str]:
    """The names of our variables that are only for this process: the mail password, the addresses of chat robots."""
    return [name for name in environment if name.startswith(OURS) and name not in NEEDED]
