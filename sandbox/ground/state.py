"""The sandbox's memory: sealed rows in one SQLite file that both processes share.

The file is `<instance>/sandbox.sqlite` (WAL). Every row is JSON sealed with AES-256-GCM under the
32 random bytes of `<instance>/sandbox.key` (mode 0600); every key column is a SHA-256 digest, so a
code, a token or a request_uri never lies on disk in clear. The kind and the digest are authenticated
with the row, so that a row cannot be moved to another place.

Times are Unix seconds. A row without an expiry stays for good.
Source: NIST SP 800-38D for the sealing; the layout is our own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT_BYTE = b"\x01"
WAL_TRIES, WAL_PAUSE = 200, 0.02
PROBE = ("meta", "probe")

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    owner   TEXT NOT NULL DEFAULT '',
    expires REAL,
    sealed  BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_owner ON record (owner) WHERE owner <> '';
CREATE INDEX IF NOT EXISTS record_expires ON record (expires) WHERE expires IS NOT NULL;
"""

INSERT = "INSERT OR IGNORE INTO record (kind, key, owner, expires, sealed) VALUES (?, ?, ?, ?, ?)"
REPLACE = "INSERT OR REPLACE INTO record (kind, key, owner, expires, sealed) VALUES (?, ?, ?, ?, ?)"

Row = dict[str, Any]


class StateError(Exception):
    """The files of the sandbox cannot be used as they are."""


def digest(value: str) -> str:
    """Return the hexadecimal SHA-256 of `value`: what a secret is looked up by."""
    return hashlib.sha256(value.encode()).hexdigest()


class State:
    """Sealed rows by `(kind, key)`; one connection per thread, opened at first use.

    Raises `StateError` when the files are of another schema or the key does not open them.
    """

    def __init__(self, instance: Path) -> None:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = instance / "sandbox.sqlite"
        key = _key_of(instance / "sandbox.key")
        self._aead = AESGCM(key)
        self._nonce_key = hmac.digest(key, b"nonce of sealed text", "sha256")
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._path.touch(mode=0o600, exist_ok=True)
        self._prepare()

    def get(self, kind: str, key: str) -> Row | None:
        """Return the row, or `None`; expiry is the caller's to judge."""
        name = digest(key)
        found = self._connection.execute(
            "SELECT sealed FROM record WHERE kind = ? AND key = ?", (kind, name)
        ).fetchone()
        return None if found is None else self._unseal(kind, name, found[0])

    def put(self, kind: str, key: str, row: Row, *, expires: float | None = None, owner: str = "") -> None:
        """Write the row, replacing any row of that name."""
        self._connection.execute(REPLACE, self._values(kind, key, row, expires, owner))

    def insert(self, kind: str, key: str, row: Row, *, expires: float | None = None, owner: str = "") -> bool:
        """Write the row only if there is none of that name yet; tell whether it was written."""
        done = self._connection.execute(INSERT, self._values(kind, key, row, expires, owner))
        return done.rowcount == 1

    def delete(self, kind: str, key: str) -> bool:
        """Remove the row; tell whether there was one."""
        done = self._connection.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, digest(key)))
        return done.rowcount == 1

    def delete_owned(self, owner: str, kinds: tuple[str, ...]) -> int:
        """Remove the rows of these kinds that belong to `owner` (a grant); return how many went."""
        marks = ", ".join("?" for _ in kinds)
        query = f"DELETE FROM record WHERE owner = ? AND kind IN ({marks})"  # noqa: S608 (question marks only)
        return self._connection.execute(query, (digest(owner), *kinds)).rowcount

    def rows(self, kind: str) -> list[Row]:
        """Return every row of a kind, in no order."""
        found = self._connection.execute("SELECT key, sealed FROM record WHERE kind = ?", (kind,)).fetchall()
        return [self._unseal(kind, name, sealed) for name, sealed in found]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind."""
        return dict(self._connection.execute("SELECT kind, count(*) FROM record GROUP BY kind").fetchall())

    def clear_except(self, kinds: tuple[str, ...]) -> int:
        """Remove every row but those of these kinds; return how many went."""
        marks = ", ".join("?" for _ in kinds)
        query = f"DELETE FROM record WHERE kind NOT IN ({marks})"  # noqa: S608 (question marks only)
        return self._connection.execute(query, kinds).rowcount

    def purge(self, now: float) -> int:
        """Remove every row whose time is over at `now` (Unix seconds); return how many went."""
        return self._connection.execute("DELETE FROM record WHERE expires <= ?", (now,)).rowcount

    def owned(self, kind: str, owner: str) -> list[Row]:
        """Return the rows of this kind that belong to `owner`, in the order of their digests."""
        query = "SELECT key, sealed FROM record WHERE owner = ? AND kind = ? ORDER BY key"
        found = self._connection.execute(query, (digest(owner), kind)).fetchall()
        return [self._unseal(kind, name, sealed) for name, sealed in found]

    def seal_text(self, purpose: str, row: Row) -> str:
        """Return the row as opaque URL-safe text. The same row gives the same text; nothing is stored.

        The nonce is a MAC of the row, so two rows never share one. Source: RFC 5297 section 3 for the idea.
        """
        plain = json.dumps(row, separators=(",", ":"), sort_keys=True).encode()
        nonce = hmac.digest(self._nonce_key, purpose.encode() + b"\x00" + plain, "sha256")[:NONCE_BYTES]
        sealed = nonce + self._aead.encrypt(nonce, plain, f"text:{purpose}".encode())
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open_text(self, purpose: str, text: str) -> Row | None:
        """Return the row of a sealed text, or `None` when this was not sealed here for this purpose."""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            plain = self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"text:{purpose}".encode())
        except (InvalidTag, binascii.Error, ValueError):
            return None
        row: Row = json.loads(plain)
        return row

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the only writing place: what is read inside is still true when it is written."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connections of all threads; a later call opens a new one."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
            self._local = threading.local()

    @property
    def _connection(self) -> sqlite3.Connection:
        kept: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if kept is None:
            kept = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
            kept.execute("PRAGMA synchronous = NORMAL")
            kept.execute("PRAGMA secure_delete = ON")
            self._local.connection = kept
            with self._lock:
                self._open.append(kept)
        return kept

    def _switch_to_wal(self) -> None:
        """Both programs start at once on a new file, and SQLite does not wait for this one lock by itself."""
        for left in reversed(range(WAL_TRIES)):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if not left:
                    raise
                time.sleep(WAL_PAUSE)
            else:
                return

    def _prepare(self) -> None:
        self._switch_to_wal()
        with self.transaction():
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, SCHEMA_VERSION):
                raise StateError(f"{self._path} has schema {version}, this program knows {SCHEMA_VERSION}")
            for statement in SCHEMA.split(";"):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self.insert(*PROBE, {"made": True})
        self.get(*PROBE)

    def _values(
        self, kind: str, key: str, row: Row, expires: float | None, owner: str
    ) -> tuple[str, str, str, float | None, bytes]:
        name = digest(key)
        return kind, name, digest(owner) if owner else "", expires, self._seal(kind, name, row)

    def _seal(self, kind: str, name: str, row: Row) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = json.dumps(row, separators=(",", ":")).encode()
        return FORMAT_BYTE + nonce + self._aead.encrypt(nonce, plain, f"{kind}:{name}".encode())

    def _unseal(self, kind: str, name: str, sealed: bytes) -> Row:
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            plain = self._aead.decrypt(nonce, body, f"{kind}:{name}".encode())
        except InvalidTag as error:
            raise StateError(f"sandbox.key does not open {self._path}; remove both to start afresh") from error
        row: Row = json.loads(plain)
        return row


def _key_of(path: Path) -> bytes:
    """Return the sealing key, made once: a second process that comes at the same time reads the first's."""
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StateError(f"{path} does not hold {KEY_BYTES} bytes")
    return key


def _make_key(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)  # unlike a rename, this never replaces a key that another process made
    except FileExistsError:
        pass
    finally:
        draft.unlink()
