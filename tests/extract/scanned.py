"""Whether text can be recognized here: tests that need it are left out visibly, but never where everything is tested."""

import os

import pytest

from extract.readers import _ocr

MISSING = not _ocr.available()
needs_ocr = pytest.mark.skipif(
    MISSING and not os.environ.get("CI"), reason="the extra `ocr` is not installed: pip install -e '.[ocr]'"
)
