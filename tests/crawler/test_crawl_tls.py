"""https: broken certificates and old protocols are a portal's state, save where gouji.toml lets them in."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site, serving

START = "/zfxxgknb/"
PAGES = {
    START: listing([entry("0.html", report_title("青石市第0局", 2025))]),
    f"{START}0.html": report("青石市第0局", 2025),
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def context(certificate: Path, *, legacy: bool = False) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if legacy:
        made.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            # That nobody should use these any more is the point.
            warnings.simplefilter("ignore", DeprecationWarning)
            made.minimum_version = ssl.TLSVersion.TLSv1
            made.maximum_version = ssl.TLSVersion.TLSv1_1
    made.load_cert_chain(certificate)
    return made


def test_only_what_the_configuration_lets_in_is_let_in(tmp_path: Path, certificate: Path) -> None:
    bench = Bench(tmp_path)
    plain, old = context(certificate), context(certificate, legacy=True)
    sites = {
        name: Site(f"127.0.10.{at}", PAGES, tls=tls)
        for at, (name, tls) in enumerate(
            (("strict", plain), ("lax", plain), ("modern", old), ("half", old), ("ancient", old)), 1
        )
    }
    bench.options = {
        "lax": "verify_certificate = false",
        "half": "legacy_tls = true",
        "ancient": "legacy_tls = true\nverify_certificate = false",
    }
    with serving(*sites.values()):
        bench.watch({name: site.url + START for name, site in sites.items()})
        ran = bench.crawl()
        checked = bench.look()
    why = bench.rows("select portal, verdict, detail from fetches")
    assert {name: ran.portal(name)["state"] for name in sites} == {
        "strict": "tls",
        "lax": "ok",
        "modern": "tls",
        "half": "tls",
        "ancient": "ok",
    }, why
    assert checked == {name: ran.portal(name)["state"] for name in sites}
    assert {row[0] for row in bench.rows("select portal from documents")} == {"lax", "ancient"}
    details = dict(bench.rows("select portal, detail from fetches where verdict = 'new'"))
    assert details["lax"].endswith("certificate not verified")
    assert details["ancient"].endswith("legacy TLS allowed, certificate not verified")
    assert sites["strict"].log == sites["modern"].log == []
