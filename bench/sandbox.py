"""`python -m bench.sandbox`: how fast the simulated bank starts and answers, in milliseconds.

Start is the wall time until the package is imported and the bank is made, on an instance that has its keys
already. A resource is the median over the test client, token and state included; "first" is the first call of all,
which also makes the ledger. Memory is the peak of a process of its own that has shown the newest transactions of every
account of everybody. Exit code 1 when a bar is missed: start 1,000 ms, memory 200 MB, accounts 10 ms, 100
transactions 20 ms.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from sandbox.authorization.grants import Access, issue_access
from sandbox.bank import create_bank
from sandbox.consents import consents
from sandbox.ground.services import EXTENSION
from sandbox.ground.settings import BankSettings, utc_now
from sandbox.people.everyone import BY_SUBJECT, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

DATA = "/rs1/open-finance/account-information/v1.2"
START = (
    "from pathlib import Path; from sandbox.bank import create_bank; from sandbox.ground.settings import BankSettings; "
)
RUNS, STARTS = 50, 5
BARS = {"start": 1000.0, "memory": 200.0, "/accounts": 10.0, "100 transactions": 20.0}
ASKED = {
    "ConsentId": "bench",
    "Permissions": ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"],
    "ExpirationDateTime": "2099-01-01T00:00:00Z",
    "OpenFinanceBilling": {"UserType": "Retail", "Purpose": "AccountAggregation"},
}


def starts(instance: Path) -> float:
    """Return the median time to import the package and make the bank, in milliseconds."""
    program = f"{START}create_bank(BankSettings(instance=Path({str(instance)!r})))"
    taken = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def reader(app: Flask, username: str) -> tuple[Callable[[str], None], list[str]]:
    """Return a reader of paths with a person's token, and the ids of the person's accounts."""
    bank = app.extensions[EXTENSION]
    person = BY_SUBJECT[next(each.subject for each in PEOPLE if each.username == username)]
    consents.create(bank.state, ASKED | {"ConsentId": username}, bank.client.client_id, utc_now())
    found = consents.read(bank.state, username, utc_now())
    if found is None:
        raise LookupError(username)
    ids = [account.account_id for account in person.accounts]
    consents.settle(bank.state, found, "Authorized", utc_now(), user=person.subject, accounts=ids)
    access = Access(bank.client.client_id, "accounts openid", time.time() + 3600, username)
    header = {"Authorization": f"Bearer {issue_access(bank, access)}"}
    client = app.test_client()

    def read(path: str) -> None:
        answer = client.get(DATA + path, headers=header)
        if answer.status_code != 200:
            raise RuntimeError(answer.text)

    return read, ids


def figures(instance: Path, username: str) -> dict[str, tuple[float, float]]:
    """Return the first and the median time of each resource, in milliseconds."""
    app = create_bank(BankSettings(instance=instance))
    read, ids = reader(app, username)
    busy = ids[1 if username == "nasty" else 0]
    paths = {"/accounts": "/accounts", "100 transactions": f"/accounts/{busy}/transactions"}
    table = {}
    for name, path in paths.items():
        taken = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            read(path)
            taken.append((time.perf_counter() - begun) * 1000)
        table[name] = (taken[0], median(taken))
    app.extensions[EXTENSION].state.close()
    return table


def read_everything(instance: Path) -> int:
    """Show the newest transactions of every account; return the peak memory of this process in bytes.

    Called in a process of its own. The system gives kibibytes, but bytes on macOS.
    """
    app = create_bank(BankSettings(instance=instance))
    for person in PEOPLE:
        read, ids = reader(app, person.username)
        for account_id in ids:
            read(f"/accounts/{account_id}/transactions")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory(instance: Path) -> float:
    """Return the peak memory with everybody loaded, in MB. To be asked first: a child inherits its parent's peak."""
    program = (
        f"from pathlib import Path; from bench.sandbox import read_everything as r; print(r(Path({str(instance)!r})))"
    )
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return int(found.stdout) / 1e6


def main() -> int:
    """Print the table; return 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        create_bank(BankSettings(instance=instance)).extensions[EXTENSION].state.close()
        peak, start = memory(instance), starts(instance)
        missed = start > BARS["start"] or peak > BARS["memory"]
        print(f"{'start':<32}{start:>10.1f} ms   bar {BARS['start']:.0f} ms")
        print(f"{'memory, everybody loaded':<32}{peak:>10.1f} MB   bar {BARS['memory']:.0f} MB")
        for username in ("rora", "noor", "nasty"):
            for name, (first, middle) in figures(instance, username).items():
                print(f"{username + ' ' + name:<32}{middle:>10.1f} ms   bar {BARS[name]:.0f} ms   first {first:.1f} ms")
                missed = missed or middle > BARS[name]
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
