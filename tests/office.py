"""LibreOffice in tests: those that need it say so where it is not installed, and fail for want of it in CI."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from extract.readers._office import converter

LIBREOFFICE = pytest.mark.skipif(
    not converter() and os.environ.get("CI") != "true", reason="LibreOffice is not installed on this machine"
)


def converted(documents: Mapping[str, bytes], ending: str, folder: Path) -> dict[str, bytes]:
    """Documents as LibreOffice writes them in another format, under the same names."""
    (folder / ending).mkdir()
    for name, body in documents.items():
        (folder / f"{name}.docx").write_bytes(body)
    profile = (folder / "profile").as_uri()
    asked = ["--headless", "--norestore", "--convert-to", ending, "--outdir", str(folder / ending)]
    subprocess.run(
        [
            converter(),
            f"-env:UserInstallation={profile}",
            *asked,
            *(str(folder / f"{name}.docx") for name in documents),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return {name: (folder / ending / f"{name}.{ending}").read_bytes() for name in documents}
