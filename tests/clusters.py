"""A dask cluster on loopback, each part a process of its own, as whoever has one starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DASK = str(Path(sys.executable).with_name("dask"))
READY = 60.0  # seconds, on a loaded machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signed(folder: Path) -> tuple[Path, Path, Path]:
    """An authority, and a certificate of it with its key: what the parts of a cluster know each other by."""
    now = datetime.now(UTC)
    folder.mkdir()
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "gouji")]
    made = []
    for at in range(2):
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[at])
            .issuer_name(names[0])
            .public_key(keys[at].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=at == 0, path_length=None), critical=True)
        )
        path = folder / f"{at}.pem"
        path.write_bytes(builder.sign(keys[0], hashes.SHA256()).public_bytes(Encoding.PEM))
        made.append(path)
    key = folder / "key.pem"
    key.write_bytes(keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made[0], made[1], key


class Cluster:
    """A scheduler and workers of one thread each, in a folder of their own."""

    def __init__(self, folder: Path, tls: Sequence[str] = (), workers: int = 0) -> None:
        self.folder, self.tls = folder, list(tls)
        folder.mkdir(parents=True)
        self.port = free_port()
        self.scheme = "tls" if tls else "tcp"
        self.parts: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.start_scheduler()
        self.workers = [self.start_worker() for _ in range(workers)]

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start_scheduler(self) -> "subprocess.Popen[bytes]":
        told = self.folder / "scheduler.json"
        told.unlink(missing_ok=True)
        part = self._start(
            "scheduler", "--host", self.address, "--port", str(self.port), "--no-dashboard", "--no-jupyter",
            "--scheduler-file", str(told),
        )  # fmt: skip
        end = time.monotonic() + READY
        while not (told.exists() and told.read_text() and json.loads(told.read_text())["address"]):
            assert time.monotonic() < end
            assert part.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)
        return part

    def start_worker(
        self, environment: Mapping[str, str] | None = None, *, through: int = 0, altered: str = ""
    ) -> "subprocess.Popen[bytes]":
        """One more; it reaches the scheduler at the port `through`, where that is given. Its Python runs the code
        `altered` before all else, as if another machine had other things installed."""
        if altered:
            own = self.folder / f"altered_{len(self.parts)}"
            own.mkdir()
            (own / "sitecustomize.py").write_text(altered, encoding="utf-8")
            environment = {**(environment or {}), "PYTHONPATH": str(own)}
        return self._start(
            "worker", f"{self.scheme}://127.0.0.1:{through or self.port}", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder),
            environment=environment,
        )  # fmt: skip

    def _start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            part = subprocess.Popen(
                [DASK, *arguments, *self.tls],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
                cwd=self.folder,
            )
        self.parts.append(part)
        return part

    def kill(self, part: "subprocess.Popen[bytes]") -> None:
        """Kills it with all that it started, as when its machine is switched off."""
        with suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def close(self) -> None:
        for part in self.parts:
            self.kill(part)
