"""A data directory with an empty, migrated database; a mail server."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlite_utils import Database

from crawler.ground.data import DataDir, create
from monitor.schema import open_database
from tests.monitor.mailing import FreePort, Mailbox


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "数据"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database. To make one takes a thousand statements: hundreds of tests begin with a copy of this."""
    made = create(DataDir(tmp_path_factory.mktemp("新") / "数据"))
    open_database(made).close()
    return made.database


@pytest.fixture
def db(data: DataDir, empty: Path) -> Iterator[Database]:
    if not data.database.exists():
        shutil.copyfile(empty, data.database)
    with closing(open_database(data)) as opened:
        yield opened


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[FreePort]:
    controller = FreePort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-made certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path
