"""The backend for one host: plain SQLite in WAL mode, one connection per thread, opened when first used.

Nothing is opened before the server forks. Every promise of `Rows` is one SQL statement, or one transaction that
has the write lock from its start, so it is atomic between threads and between worker processes. The file is made
with mode 0600 in a folder with mode 0700.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tpp.errors import StoreUnavailable
from tpp.store.rows import Address, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tpp.store.rows import Demand, Write

SCHEMA = (
    # 1: the rows
    """
    CREATE TABLE kept (
        kind TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL,
        blob BLOB NOT NULL, version INTEGER NOT NULL, expires_at REAL NOT NULL,
        holder TEXT, held_until REAL NOT NULL DEFAULT 0,
        PRIMARY KEY (kind, owner, name)
    ) WITHOUT ROWID;
    CREATE INDEX kept_by_owner ON kept (owner);
    CREATE INDEX kept_by_end ON kept (expires_at);
    """,
)
"""One script per version; `user_version` says how many have run. Old ones never change."""

NEWER = "newer-schema"
"""The word for a file that a newer version of this program has written."""

BUSY_SECONDS = 10.0
WAL_TRIES, WAL_PAUSE = 100, 0.02

PROBE_BYTES, PROBE_SECONDS = 32 * 1024, 60.0
"""As large as the figures of many accounts: a disk with room for a lock and no more is as good as full."""

_PROBE = Address("probe", "", "")
_WHERE = "kind = ? AND owner = ? AND name = ? AND expires_at > ?"
_ALL_OF = "kind = ? AND owner = ? AND expires_at > ?"
_FIRST, _OTHER = (f"SELECT {number}, name, blob, version, expires_at FROM kept WHERE" for number in (0, 1))
_PUT = (
    "INSERT INTO kept (kind, owner, name, blob, version, expires_at) VALUES (?,?,?,?,1,?)"
    " ON CONFLICT DO UPDATE SET blob = excluded.blob, version = kept.version + 1, expires_at = excluded.expires_at,"
    " holder = NULL, held_until = 0"
)


class SqliteRows:
    """Rows in one file. `now` gives epoch seconds."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._local = threading.local()
        self._pid = 0

    def put(self, address: Address, blob: bytes, expires_at: float) -> None:
        """Write, whatever was there."""
        self._run(_PUT, (*_key(address), blob, expires_at))

    def put_together(self, writes: Sequence[Write], demands: Sequence[Demand]) -> bool:
        """Check the demands and write, in one transaction."""
        with self._transaction():
            if not all(self._holds(each) for each in demands):
                return False
            for each in writes:
                self.put(each.address, each.blob, each.expires_at)
        return True

    def _holds(self, demand: Demand) -> bool:
        row = self.get(demand.address)
        if row is None:
            return not demand.there
        return demand.there and demand.version in {None, row.version}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("BEGIN IMMEDIATE", ())
        try:
            yield
            self._run("COMMIT", ())
        except BaseException:
            with suppress(StoreUnavailable):  # some failures have ended it already
                self._run("ROLLBACK", ())
            raise

    def add(self, address: Address, blob: bytes, expires_at: float) -> bool:
        """Write only if absent; an expired row counts as absent."""
        done = self._run(
            "INSERT INTO kept (kind, owner, name, blob, version, expires_at) VALUES (?,?,?,?,1,?)"
            " ON CONFLICT DO UPDATE SET blob = excluded.blob, version = 1, expires_at = excluded.expires_at,"
            " holder = NULL, held_until = 0 WHERE kept.expires_at <= ? RETURNING 1",
            (*_key(address), blob, expires_at, self._now()),
        )
        return bool(done)

    def get(self, address: Address) -> Row | None:
        """Read."""
        found = self._run(
            f"SELECT name, blob, version, expires_at FROM kept WHERE {_WHERE}",
            (*_key(address), self._now()),
        )
        return _row(address, found[0]) if found else None

    def get_beside(self, address: Address, other: Address) -> tuple[Row | None, Row | None]:
        """Read two rows in one statement: SQLite lets it see one state of the file."""
        now = self._now()
        statement = f"{_FIRST} {_WHERE} UNION ALL {_OTHER} {_WHERE}"
        found = {each[0]: each[1:] for each in self._run(statement, (*_key(address), now, *_key(other), now))}
        return _row(address, found[0]) if 0 in found else None, _row(other, found[1]) if 1 in found else None

    def take(self, address: Address) -> Row | None:
        """Read and delete in one statement."""
        found = self._run(
            f"DELETE FROM kept WHERE {_WHERE} RETURNING name, blob, version, expires_at",
            (*_key(address), self._now()),
        )
        return _row(address, found[0]) if found else None

    def find(self, kind: str, owner: str) -> list[Row]:
        """Read all of one owner's rows of a kind."""
        found = self._run(
            f"SELECT name, blob, version, expires_at FROM kept WHERE {_ALL_OF}",
            (kind, owner, self._now()),
        )
        return [_row(Address(kind, owner, str(each[0])), each) for each in found]

    def find_beside(self, kind: str, other: Address) -> tuple[list[Row], Row | None]:
        """Read all in one statement."""
        now, owner = self._now(), other.owner
        statement = f"{_FIRST} {_ALL_OF} UNION ALL {_OTHER} {_WHERE}"
        found = self._run(statement, (kind, owner, now, *_key(other), now))
        beside = next((_row(other, each[1:]) for each in found if each[0]), None)
        return [_row(Address(kind, owner, str(each[1])), each[1:]) for each in found if not each[0]], beside

    def replace(self, row: Row, blob: bytes, expires_at: float) -> bool:
        """Compare the version and set. `extend` changes no version, so that a later end is left as it is."""
        done = self._run(
            "UPDATE kept SET blob = ?, version = version + 1, expires_at = max(expires_at, ?)"
            f" WHERE {_WHERE} AND version = ? RETURNING 1",
            (blob, expires_at, *_key(row.address), self._now(), row.version),
        )
        return bool(done)

    def overwrite(self, address: Address, blob: bytes, expires_at: float) -> bool:
        """Write only if still there."""
        done = self._run(
            f"UPDATE kept SET blob = ?, version = version + 1, expires_at = ? WHERE {_WHERE} RETURNING 1",
            (blob, expires_at, *_key(address), self._now()),
        )
        return bool(done)

    def delete(self, address: Address) -> bool:
        """Delete."""
        return self.take(address) is not None

    def lease(self, address: Address, holder: str, until: float) -> bool:
        """Take the lease in one statement."""
        now = self._now()
        done = self._run(
            f"UPDATE kept SET holder = ?, held_until = ? WHERE {_WHERE} AND held_until <= ? RETURNING 1",
            (holder, until, *_key(address), now, now),
        )
        return bool(done)

    def release(self, address: Address, holder: str) -> None:
        """Give the lease back."""
        self._run(
            f"UPDATE kept SET holder = NULL, held_until = 0 WHERE {_WHERE} AND holder = ?",
            (*_key(address), self._now(), holder),
        )

    def extend(self, kind: str, owner: str, expires_at: float) -> None:
        """Lengthen lives; a row that has ended stays ended."""
        self._run(
            "UPDATE kept SET expires_at = max(expires_at, ?) WHERE kind = ? AND owner = ? AND expires_at > ?",
            (expires_at, kind, owner, self._now()),
        )

    def clear_but(self, owner: str, kind: str) -> None:
        """Delete all of one owner's rows but those of one kind."""
        self._run("DELETE FROM kept WHERE owner = ? AND kind <> ?", (owner, kind))

    def sweep(self) -> int:
        """Delete what has expired."""
        return len(self._run("DELETE FROM kept WHERE expires_at <= ? RETURNING 1", (self._now(),)))

    def scrub(self) -> bool:
        """Move the write-ahead log into the file and cut it: `secure_delete` has overwritten in the file, not there."""
        return self._run("PRAGMA wal_checkpoint(TRUNCATE)", ())[0][0] == 0

    def ping(self) -> None:
        """Prove that the file can be written, and by how much: a lock alone would be given on a full disk too.

        The row goes again at once, so that its room is there for whoever writes next.
        """
        self.put(_PROBE, bytes(PROBE_BYTES), self._now() + PROBE_SECONDS)
        self.delete(_PROBE)

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        """Run one statement. Raises StoreUnavailable: the one way in which the file or its disk can fail."""
        try:
            return self._connection().execute(statement, values).fetchall()
        except (OSError, sqlite3.Error) as err:
            raise StoreUnavailable(_word(err)) from err

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection. A handle must not cross a fork, so it is bound to the process."""
        if getattr(self._local, "pid", 0) != os.getpid():
            self._local.connection = self._open()
            self._local.pid = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        self._make_private()
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        _set_wal(connection)
        for pragma in ("synchronous = NORMAL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _migrate(connection)
        return connection

    def _make_private(self) -> None:
        """Make folder and file with private modes. An existing file is never opened here: closing any descriptor
        of it would drop the locks that SQLite holds for this whole process (POSIX), and lose data.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path.exists():
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _set_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; several processes may try on a new file at once, and SQLite does not wait for this lock."""
    for left in reversed(range(WAL_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(WAL_PAUSE)
        else:
            return


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema; several processes may try at once. Raises for a newer one than ours."""
    if _version(connection) == len(SCHEMA):
        return
    if _version(connection) > len(SCHEMA):
        raise StoreUnavailable(NEWER)
    connection.execute("BEGIN IMMEDIATE")
    for script in SCHEMA[_version(connection) :]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(SCHEMA)}")
    connection.execute("COMMIT")


def _word(error: OSError | sqlite3.Error) -> str:
    """Return the name of what failed below (`SQLITE_FULL`, `EROFS`); a message could hold a path or a value."""
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    return getattr(error, "sqlite_errorname", type(error).__name__)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _key(address: Address) -> tuple[str, str, str]:
    return address.kind, address.owner, address.name


def _row(address: Address, found: tuple[object, ...]) -> Row:
    _, blob, version, expires_at = found
    return Row(address, bytes(blob), int(str(version)), float(str(expires_at)))  # type: ignore[call-overload]
