"""Every dressing there is: the modules that hold them are read, and so is what they kept."""

from tests.monitor import (
    dressings_around,
    dressings_bytes,
    dressings_cells,
    dressings_pages,
    dressings_tables,
    dressings_texts,
    dressings_titles,
)
from tests.monitor.dressings import DRESSINGS

__all__ = ["DRESSINGS", "MODULES"]

MODULES = (
    dressings_around,
    dressings_bytes,
    dressings_cells,
    dressings_pages,
    dressings_tables,
    dressings_texts,
    dressings_titles,
)
