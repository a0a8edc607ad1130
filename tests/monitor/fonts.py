"""Pictures in tests: those that draw are left out visibly where no font has Chinese characters, but never in CI."""

import os

import pytest

from monitor.service.machine import letters

HAS_FONT = letters().ok or bool(os.environ.get("CI"))
NEEDS_FONT = pytest.mark.skipif(not HAS_FONT, reason="no font with Chinese characters is installed: fonts-noto-cjk")
