"""The behaviour that every backend must show."""

from __future__ import annotations

import itertools
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tpp.errors import StoreUnavailable
from tpp.store.rows import Address, Demand, Write
from tpp.store.sqlite import SCHEMA, SqliteRows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import Clock
    from tpp.store.rows import Rows

HERE = Address("kind", "owner", "name")


@pytest.fixture(params=["sqlite"])
def rows(tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Rows:
    """Return one backend after another."""
    return SqliteRows(tmp_path / "deep" / "rows.sqlite", clock.seconds)


def later(clock: Clock, seconds: float = 60) -> float:
    """Return an end in the future."""
    return clock.seconds() + seconds


def test_get_returns_what_was_put_until_its_time_is_over(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"blob", later(clock))
    found = rows.get(HERE)

    assert found is not None
    assert found.blob == b"blob"
    clock.move(seconds=60)
    assert rows.get(HERE) is None
    assert rows.take(HERE) is None
    assert rows.find("kind", "owner") == []


def test_add_writes_only_where_nothing_lives(rows: Rows, clock: Clock) -> None:
    assert rows.add(HERE, b"one", later(clock))
    assert not rows.add(HERE, b"two", later(clock))
    clock.move(seconds=61)
    assert rows.add(HERE, b"three", later(clock))
    found = rows.get(HERE)
    assert found is not None
    assert found.blob == b"three"


def test_replace_needs_the_version_that_was_read(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock))
    old = rows.get(HERE)
    assert old is not None

    assert rows.replace(old, b"two", later(clock))
    assert not rows.replace(old, b"three", later(clock))
    rows.delete(HERE)
    assert not rows.replace(old, b"four", later(clock))
    assert rows.get(HERE) is None


def test_replace_leaves_an_end_that_was_put_off_meanwhile(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock))
    old = rows.get(HERE)
    assert old is not None
    rows.extend(HERE.kind, HERE.owner, later(clock) + 9999)

    assert rows.replace(old, b"two", old.expires_at)
    kept = rows.get(HERE)
    assert kept is not None
    assert (kept.blob, kept.expires_at) == (b"two", later(clock) + 9999)


def test_overwrite_never_brings_a_deleted_row_back(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock))
    assert rows.overwrite(HERE, b"two", later(clock))
    assert rows.delete(HERE)
    assert not rows.overwrite(HERE, b"three", later(clock))
    assert not rows.delete(HERE)


OTHER = Address("kind", "owner", "other")


def test_rows_put_together_are_all_there_or_none_is(rows: Rows, clock: Clock) -> None:
    good, bad = Write(HERE, b"one", later(clock)), Write(OTHER, None, later(clock))  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        rows.put_together([good, bad], [])
    assert rows.get(HERE) is None, "the second could not be written, so the first was not"

    assert rows.put_together([good, Write(OTHER, b"two", later(clock))], [])
    assert [row.blob for row in rows.find("kind", "owner")] == [b"one", b"two"]


def test_nobody_sees_one_row_of_two_that_are_put_together(rows: Rows, clock: Clock) -> None:
    over, seen = threading.Event(), list[int]()

    def look() -> None:
        last = False
        while not last:
            last = over.is_set()
            seen.append(len({row.blob for row in rows.find("kind", "owner")}))

    looking = threading.Thread(target=look)
    looking.start()
    for number in range(200):
        blob = str(number).encode()
        rows.put_together([Write(HERE, blob, later(clock)), Write(OTHER, blob, later(clock))], [])
    over.set()
    looking.join()
    assert set(seen) <= {0, 1}, "the two never differed"
    assert seen[-1] == 1


def test_two_rows_that_are_read_beside_each_other_are_of_one_moment(rows: Rows, clock: Clock) -> None:
    """A row read first and its witness after it would differ as soon as somebody writes between the two."""
    over, seen = threading.Event(), list[set[bytes | None]]()

    def look() -> None:
        while not over.is_set():
            row, witness = rows.get_beside(HERE, OTHER)
            found, beside = rows.find_beside("kind", OTHER)
            seen.append({each.blob if each else None for each in (row, witness)})
            seen.append({each.blob if each else None for each in (*found, beside)})

    looking = threading.Thread(target=look)
    looking.start()
    for number in itertools.takewhile(lambda number: number < 200 or len(seen) < 100, itertools.count()):
        blob = str(number).encode()
        rows.put_together([Write(HERE, blob, later(clock)), Write(OTHER, blob, later(clock))], [])
    over.set()
    looking.join()
    assert {len(each) for each in seen} == {1}, "the two never differed"


def test_rows_are_read_beside_one_that_is_not_there_and_not_past_their_time(rows: Rows, clock: Clock) -> None:
    far = Address("far", "owner", "")
    assert rows.get_beside(HERE, far) == (None, None)
    assert rows.find_beside("kind", far) == ([], None)
    rows.put(HERE, b"one", later(clock, 10))
    rows.put(OTHER, b"two", later(clock, 90))
    rows.put(Address("kind", "somebody else", "name"), b"three", later(clock))
    here, there = rows.get(HERE), rows.get(OTHER)
    assert rows.get_beside(HERE, far) == (here, None)
    assert rows.find_beside("kind", far) == ([here, there], None)

    rows.put(far, b"four", later(clock))
    assert rows.get_beside(OTHER, far) == (there, rows.get(far))
    clock.move(seconds=11)
    assert rows.get_beside(HERE, far) == (None, rows.get(far))
    assert rows.find_beside("kind", far) == ([there], rows.get(far))
    clock.move(seconds=50)
    assert rows.get_beside(OTHER, far) == (there, None)


def test_a_row_is_put_only_while_that_other_row_still_lives(rows: Rows, clock: Clock) -> None:
    """Figures of a connection that was signed out meanwhile; a grant where the customer has gone."""
    new, alive = Write(HERE, b"new", later(clock)), Demand(OTHER, there=True, version=None)
    gone = Demand(OTHER, there=False, version=None)
    assert not rows.put_together([new], [alive])
    rows.put(OTHER, b"other", later(clock, 10))
    assert not rows.put_together([new], [gone])
    assert rows.get(HERE) is None

    assert rows.put_together([new], [alive])
    clock.move(seconds=11)
    assert not rows.put_together([new], [alive]), "a row past its time does not live"
    assert rows.put_together([new], [gone])


def test_a_row_is_put_only_while_that_other_row_is_unchanged(rows: Rows, clock: Clock) -> None:
    rows.put(OTHER, b"other", later(clock))
    before = rows.get(OTHER)
    assert before is not None
    same = Demand(OTHER, there=True, version=before.version)
    assert rows.put_together([Write(HERE, b"one", later(clock))], [same])
    rows.put(OTHER, b"another", later(clock))
    assert not rows.put_together([Write(HERE, b"two", later(clock))], [same]), "put over it, too, is a change"


def test_a_refused_step_leaves_the_store_free_for_others(rows: Rows, clock: Clock) -> None:
    assert not rows.put_together([], [Demand(OTHER, there=True, version=None)])
    rows.put(HERE, b"one", later(clock))
    assert rows.put_together([Write(HERE, b"two", later(clock))], [])


def test_lease_has_one_holder_and_ends_by_itself(rows: Rows, clock: Clock) -> None:
    assert not rows.lease(HERE, "a", later(clock)), "there is no such row"
    rows.put(HERE, b"one", later(clock, 600))

    assert rows.lease(HERE, "a", later(clock, 20))
    assert not rows.lease(HERE, "b", later(clock, 20))
    rows.release(HERE, "b")
    assert not rows.lease(HERE, "b", later(clock, 20))
    rows.release(HERE, "a")
    assert rows.lease(HERE, "b", later(clock, 20))
    clock.move(seconds=21)
    assert rows.lease(HERE, "a", later(clock, 20))


def test_taking_a_lease_does_not_change_the_version(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock))
    old = rows.get(HERE)
    rows.lease(HERE, "a", later(clock))

    assert old is not None
    assert rows.replace(old, b"two", later(clock))


def test_extend_lengthens_and_never_shortens(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock, 100))
    rows.extend("kind", "owner", later(clock, 10))
    clock.move(seconds=50)
    assert rows.get(HERE)
    rows.extend("kind", "owner", later(clock, 100))
    clock.move(seconds=99)
    assert rows.get(HERE)


def test_find_and_clear_keep_to_one_owner(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"mine", later(clock))
    rows.put(Address("other", "owner", "name"), b"mine too", later(clock))
    rows.put(Address("spared", "owner", "name"), b"stays", later(clock))
    rows.put(Address("kind", "stranger", "name"), b"hers", later(clock))

    assert [row.blob for row in rows.find("kind", "owner")] == [b"mine"]
    rows.clear_but("owner", "spared")
    assert rows.find("kind", "owner") == rows.find("other", "owner") == []
    assert [row.blob for row in rows.find("spared", "owner")] == [b"stays"]
    assert [row.blob for row in rows.find("kind", "stranger")] == [b"hers"]


def test_sweep_deletes_what_has_ended_and_nothing_else(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"short", later(clock, 1))
    rows.put(Address("kind", "owner", "long"), b"long", later(clock, 100))
    clock.move(seconds=2)

    assert rows.sweep() == 1
    assert [row.blob for row in rows.find("kind", "owner")] == [b"long"]


def test_one_of_many_threads_takes_a_row(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock))

    assert race(lambda: rows.take(HERE) is not None) == 1


def test_one_of_many_threads_adds_a_row(rows: Rows, clock: Clock) -> None:
    assert race(lambda: rows.add(HERE, b"one", later(clock))) == 1


def test_one_of_many_threads_gets_the_lease(rows: Rows, clock: Clock) -> None:
    rows.put(HERE, b"one", later(clock))

    assert race(lambda: rows.lease(HERE, str(threading.get_ident()), later(clock))) == 1


def race(step: object) -> int:
    """Run a step in sixteen threads at once; return how many succeeded."""
    assert callable(step)
    together, results = threading.Barrier(16), list[bool]()

    def run() -> None:
        together.wait()
        results.append(bool(step()))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 16
    return sum(results)


def test_sqlite_file_is_private_and_knows_its_schema(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "deep" / "rows.sqlite"
    SqliteRows(path, clock.seconds).put(HERE, b"one", later(clock))

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (len(SCHEMA),)


def test_sqlite_file_of_another_run_is_read_again(tmp_path: Path, clock: Clock) -> None:
    SqliteRows(tmp_path / "rows.sqlite", clock.seconds).put(HERE, b"one", later(clock))

    found = SqliteRows(tmp_path / "rows.sqlite", clock.seconds).get(HERE)
    assert found is not None
    assert found.blob == b"one"


def test_deleted_rows_are_in_no_file_once_it_is_scrubbed(tmp_path: Path, clock: Clock) -> None:
    """The write-ahead log holds each page as it was; `secure_delete` does not reach it."""
    rows = SqliteRows(tmp_path / "rows.sqlite", clock.seconds)
    rows.put(HERE, b"the sealed token " * 40, later(clock))
    rows.replace(rows.get(HERE) or pytest.fail("not there"), b"the renewed token " * 40, later(clock))
    rows.delete(HERE)

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"the sealed token" in files(), "or this test would show nothing"
    assert rows.scrub()
    assert b"the sealed token" not in files()
    assert b"the renewed token" not in files()


def test_a_scrub_that_a_reader_stands_in_the_way_of_says_so(tmp_path: Path, clock: Clock) -> None:
    rows = SqliteRows(tmp_path / "rows.sqlite", clock.seconds)
    rows.put(HERE, b"one", later(clock))
    reader = sqlite3.connect(tmp_path / "rows.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM kept").fetchone()
    rows._run("PRAGMA busy_timeout = 50", ())
    rows.delete(HERE)
    assert not rows.scrub()
    reader.close()
    assert rows.scrub()


def test_another_program_that_looks_into_the_file_costs_no_row(tmp_path: Path, clock: Clock) -> None:
    """Closing any descriptor of a file drops the process's locks on it (POSIX): opening must never do that."""
    path = tmp_path / "rows.sqlite"
    rows = SqliteRows(path, clock.seconds)
    rows.put(HERE, b"one", later(clock))
    second = threading.Thread(target=rows.get, args=(HERE,))
    second.start()
    second.join()
    look = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('select count(*) from kept'); c.close()"
    subprocess.run([sys.executable, "-c", look], check=True)
    rows.put(Address("kind", "owner", "late"), b"two", later(clock))

    seen = SqliteRows(path, clock.seconds).get(Address("kind", "owner", "late"))
    assert seen is not None
    assert (tmp_path / "rows.sqlite-wal").exists()


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "rows.sqlite"
    SqliteRows(path, clock.seconds).put(HERE, b"one", later(clock))
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {len(SCHEMA) + 1}")
    newer.close()

    with pytest.raises(StoreUnavailable):
        SqliteRows(path, clock.seconds).get(HERE)


def test_many_processes_may_make_a_new_file_at_once(tmp_path: Path) -> None:
    work = (
        "import sys, time; from pathlib import Path; from tpp.store.sqlite import SqliteRows; "
        "SqliteRows(Path(sys.argv[1]), time.time).ping()"
    )
    makers = [subprocess.Popen([sys.executable, "-c", work, str(tmp_path / "new.sqlite")]) for _ in range(6)]

    assert [maker.wait(60) for maker in makers] == [0] * 6


def test_ping_fails_where_the_store_cannot_be_written(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable):
        SqliteRows(tmp_path / "file" / "rows.sqlite", clock.seconds).ping()


def fill(rows: SqliteRows, until: float) -> None:
    """Write until there is no room."""
    for number in range(100):
        rows.put(Address("kind", "owner", str(number)), bytes(8_000), until)


def test_a_full_disk_is_told_as_such_by_every_write_and_by_ping(tmp_path: Path, clock: Clock) -> None:
    """A lock is given on a full disk too: only a committed write of some size shows that there is room."""
    rows = SqliteRows(tmp_path / "rows.sqlite", clock.seconds)
    rows.put(HERE, b"one", later(clock))
    rows.ping()
    rows._run("PRAGMA max_page_count = 1", ())

    with pytest.raises(StoreUnavailable, match="SQLITE_FULL"):
        fill(rows, later(clock))
    with pytest.raises(StoreUnavailable, match="SQLITE_FULL"):
        rows.ping()
    kept = rows.get(HERE)
    assert kept is not None
    assert kept.blob == b"one", "what was there before can still be read"
