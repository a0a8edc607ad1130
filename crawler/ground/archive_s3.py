"""The archive on S3-compatible storage: the promises of `crawler.ground.archive`, kept by obstore."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from crawler.ground.archive import SHA256, ArchiveError, DamagedError, MissingError
from crawler.ground.config_archive import URL, wrong_url

if TYPE_CHECKING:
    from obstore.store import S3Store

# For one answer, all of its bytes included, and to be connected; how often, and how long in all, it is tried again.
ANSWER = 60.0
CONNECT = 10.0
TRIES = 3
PATIENCE = 90.0
CREDENTIALS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "access_key_id", "AWS_SECRET_ACCESS_KEY": "secret_access_key"}
SESSION = "AWS_SESSION_TOKEN"
NO_BUCKET = "<Code>NoSuchBucket</Code>"  # as the protocol has it; nothing else tells it from a missing object
REFUSED = ("status code: 401", "status code: 403")  # of a list, which has no exception of its own for it
MOST_SAID = 200  # characters of what the storage says


@dataclass(frozen=True)
class S3Archive:
    """An archive of objects below `url` (s3://bucket/prefix), each named by the hash of its bytes.

    It travels without credentials: every process takes them from its own environment. One object is written by one
    request with its checksum, which the storage either keeps whole or refuses: nothing is ever half-written.
    """

    url: str
    endpoint: str = ""
    region: str = ""
    everywhere: ClassVar[bool] = True

    def put(self, body: bytes, sha256: str = "") -> str:
        sha256 = sha256 or hashlib.sha256(body).hexdigest()
        key, store = self._key(sha256), self._store()
        from obstore.exceptions import BaseError

        try:
            if self._get(store, key) != body:
                store.put(key, body, use_multipart=False)
        except (BaseError, OSError) as error:
            why = self._why(error)
            raise ArchiveError(
                f"cannot write to the archive at {self.url}: {why[0]}", f"写不进存档 {self.url}：{why[1]}"
            ) from error
        return sha256

    def read(self, sha256: str) -> bytes:
        key, store = self._key(sha256), self._store()
        from obstore.exceptions import BaseError

        try:
            body = self._get(store, key)
        except (BaseError, OSError) as error:
            why = self._why(error)
            raise ArchiveError(
                f"cannot read {self.where(sha256)}: {why[0]}", f"读不了 {self.where(sha256)}：{why[1]}"
            ) from error
        if body is None:
            raise MissingError(
                f"the archived object {self.where(sha256)} is missing; restore it from a backup, "
                "or fetch it again with: gouji crawl",
                f"存档的 {self.where(sha256)} 不见了；请从备份恢复，或重新抓取：gouji crawl",
            )
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedError(
                f"the archived object {self.where(sha256)} was altered: its bytes do not have the hash that is its "
                "name; restore it from a backup, or delete it and crawl again",
                f"存档的 {self.where(sha256)} 被改动过，与其 SHA-256 不符；请从备份恢复，或删去后重新抓取",
            )
        return body

    def hashes(self) -> Iterator[str]:
        store = self._store()
        from obstore.exceptions import BaseError

        try:
            paths = [str(one["path"]) for part in store.list() for one in part]
        except (BaseError, OSError) as error:
            why = self._why(error)
            raise ArchiveError(
                f"cannot list the archive at {self.url}: {why[0]}", f"列不出存档 {self.url}：{why[1]}"
            ) from error
        names = {path.rpartition("/")[2]: path for path in paths}
        yield from sorted(name for name, path in names.items() if SHA256.fullmatch(name) and path == self._key(name))

    def where(self, sha256: str) -> str:
        return f"{self.url.rstrip('/')}/{self._key(sha256)}"

    def sweep(self) -> None:
        """Nothing is ever half-written."""

    def _key(self, sha256: str) -> str:
        if not SHA256.fullmatch(sha256):
            raise MissingError(f"'{sha256}' is no SHA-256 (64 lower-case hex digits)")
        return f"{sha256[:2]}/{sha256}"

    def _store(self) -> "S3Store":
        """The connection of this process: none survives a fork, and credentials may have changed."""
        found = {key: os.environ.get(name, "") for name, key in CREDENTIALS.items()}
        lacking = [name for name, key in CREDENTIALS.items() if not found[key]]
        if lacking:
            listed = ", ".join(lacking)
            raise ArchiveError(
                f"the archive at {self.url} needs credentials in the environment: {listed}",
                f"存档在 {self.url}，要在环境变量里写上凭据：{listed}",
            )
        secrets = (*found.items(), ("session_token", os.environ.get(SESSION, "")))
        return _opened(self, tuple(pair for pair in secrets if pair[1]), os.getpid(), (ANSWER, CONNECT, PATIENCE))

    @staticmethod
    def _get(store: "S3Store", key: str) -> bytes | None:
        """The bytes as the storage has them; None where it has none."""
        from obstore.exceptions import NotFoundError  # or Python's own, by version

        try:
            return bytes(store.get(key).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            if NO_BUCKET in str(error):
                raise
            return None

    @staticmethod
    def _why(error: Exception) -> tuple[str, str]:
        """What an operator can do about it."""
        from obstore.exceptions import NotFoundError, PermissionDeniedError, UnauthenticatedError

        refused = isinstance(error, PermissionDeniedError | UnauthenticatedError | PermissionError)
        if refused or any(code in str(error) for code in REFUSED):
            return "it refuses these credentials", "它不认这份凭据"
        if isinstance(error, NotFoundError | FileNotFoundError) or NO_BUCKET in str(error):
            return "there is no such bucket; make it first", "没有这个桶；请先建好"
        lines = str(error).strip().splitlines()
        said = (lines[0] if lines else type(error).__name__)[:MOST_SAID]
        return (
            f"it does not answer as it should ({said}). Is it down, full or out of reach?",
            "它没有照常回答。停了，满了，还是连不上？",
        )


@lru_cache(maxsize=8)
def _opened(
    archive: S3Archive,
    secrets: tuple[tuple[str, str], ...],
    process: int,  # noqa: ARG001 (it keys the cache)
    bounds: tuple[float, float, float],
) -> "S3Store":
    """The store; ArchiveError where obstore is not installed. `process` tells those of one process from another's."""
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise ArchiveError(
            "an archive on S3-compatible storage needs obstore: pip install 'gouji[scale]'",
            "存档放在 S3 兼容的存储上，需要 obstore：pip install 'gouji[scale]'",
        ) from error
    parts = URL.fullmatch(archive.url)
    if parts is None:
        raise ArchiveError(*wrong_url(archive.url))
    answer, connect, patience = (timedelta(seconds=one) for one in bounds)
    config: Any = {**dict(secrets), "region": archive.region or "us-east-1", "checksum_algorithm": "SHA256"}
    if archive.endpoint:
        config["endpoint"] = archive.endpoint.rstrip("/")
    return S3Store(
        parts["bucket"],
        prefix=(parts["prefix"] or "").strip("/") or None,
        config=config,
        client_options={
            "timeout": answer,
            "connect_timeout": connect,
            "allow_http": archive.endpoint.startswith("http://"),
        },
        retry_config={"max_retries": TRIES, "retry_timeout": patience},
    )
