"""The garbage collector waits while one document or one batch is worked on: thousands of tuples, no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Reference counting goes on; only the search for cycles waits. Memory stays bounded by the one document."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
