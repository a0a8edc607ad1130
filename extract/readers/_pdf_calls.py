"""The functions of the PDF library with addresses as plain numbers: for each character and object, thrice as fast."""

import ctypes
from typing import Any

Raw = Any  # a pointer of pypdfium2's, which has no types


class Calls:
    """The same functions, constants and structures under the same names; a pointer is an address, or None.

    What a function writes to is handed over by `ctypes.byref`.
    """

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._raw, name)
        if getattr(found, "argtypes", None) is not None:
            prototype = ctypes.CFUNCTYPE(_plain(found.restype), *map(_plain, found.argtypes))
            found = prototype(ctypes.cast(found, ctypes.c_void_p).value or 0)
        setattr(self, name, found)
        return found


def _plain(kind: Any) -> Any:
    return ctypes.c_void_p if isinstance(kind, type) and issubclass(kind, ctypes._Pointer) else kind
