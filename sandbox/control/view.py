"""What the control shows, as plain values for the page and for JSON: no token, code, cookie or key."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.consents import consents
from sandbox.consents.steps import steps_of
from sandbox.control.people_about import ABOUT
from sandbox.ground.instants import write_instant
from sandbox.people.everyone import BY_SUBJECT, PEOPLE
from sandbox.stage.account_status import as_set
from sandbox.stage.controls import read_ending

if TYPE_CHECKING:
    from sandbox.ground.services import Bank
    from sandbox.people.holders import Person
    from sandbox.stage.call_log import CallLog
    from sandbox.stage.controls import Controls

MOST_CONSENTS = 100
COUNTED = {"request": "pushed_requests", "code": "codes", "access": "access_tokens", "refresh": "refresh_tokens"}


def overview(served: Bank, controls: Controls, log: CallLog) -> dict[str, Any]:
    """Return everything that is set and everything that can be looked at; of the consents the newest."""
    held = controls.current()
    calls, counts = log.read()
    found = consents.every(served.state, served.now())
    shown = found[:MOST_CONSENTS]
    return {
        "now": write_instant(served.now()),
        "clock_offset": held.offset,
        "ending": read_ending(served.state),
        "faults": [asdict(fault) for fault in held.faults],
        "people": [_person(each) for each in PEOPLE],
        "accounts": [shown for person in PEOPLE for shown in _accounts(person)],
        "consents": [_consent(consent) for consent in shown],
        "consents_in_all": len(found),
        "counters": _counters(served, found) | {"calls": counts},
        "calls": [asdict(call) | {"at": _time(call.at)} for call in calls],
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "username": person.username,
        "password": person.password,
        "accounts": len(person.accounts),
        "about": str(ABOUT[person.username]),
    }


def _accounts(person: Person) -> list[dict[str, Any]]:
    """Return the person's accounts; `set` says whether the status is another than by nature."""
    return [
        {
            "account_id": stands.account_id,
            "username": person.username,
            "nickname": stands.nickname,
            "tail": stands.identification[-4:],
            "status": stands.status,
            "set": stands is not born,
        }
        for born, stands in zip(person.accounts, as_set(person.accounts), strict=True)
    ]


def _consent(consent: consents.Consent) -> dict[str, Any]:
    person = BY_SUBJECT.get(consent.user)
    return {
        "consent_id": consent.consent_id,
        "status": consent.status,
        "username": person.username if person else "",
        "accounts": consent.accounts,
        "steps": steps_of(consent),
        "created": consent.created,
        "expires": write_instant(consent.expires),
    }


def _counters(served: Bank, found: list[consents.Consent]) -> dict[str, Any]:
    rows = served.state.counts()
    return {name: rows.get(kind, 0) for kind, name in COUNTED.items()} | {
        "consents": dict(Counter(str(consent.status) for consent in found))
    }


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="milliseconds")
