"""Pictures in tests: those that draw are left out visibly where no font has Chinese characters, but never in CI."""

import os

import pytest

from monitor.service.machine import letters

NEEDS_FONT = pytest.mark.skipif(
    not letters().ok and not os.environ.get("CI"), reason="no font with Chinese characters is installed: fonts-noto-cjk"
)
