"""The people who can log in, with their accounts as these are by nature. Nobody in here exists."""

from __future__ import annotations

from sandbox.people.business import NOOR, NOOR_ACCOUNTS
from sandbox.people.family import LAYLA, LAYLA_ACCOUNTS, OMAR
from sandbox.people.freelancer import FARIS, FARIS_ACCOUNTS
from sandbox.people.holders import Person
from sandbox.people.nasty import NASTY, NASTY_ACCOUNTS
from sandbox.people.published import MITS, MITS_HADDAD, RORA, RORA_NASSER
from sandbox.people.student import ZAYD, ZAYD_ACCOUNTS

PEOPLE = (
    Person("mits", "mits", "8f0a7c1e-52f3-4d0e-9a36-0c5f4f0b6d11", MITS, (MITS_HADDAD,)),
    Person("rora", "rora", "c3d1b9f4-7e28-4b5a-8f61-5a2e90d7c422", RORA, (RORA_NASSER,)),
    Person("layla", "layla", "1b86f0c2-93d7-4e41-a5f0-6c2d8e917a33", LAYLA_ACCOUNTS, (LAYLA, OMAR)),
    Person("faris", "faris", "5e2c7d90-18ab-4f36-b7c4-93f1a06d2e44", FARIS_ACCOUNTS, (FARIS,)),
    Person("noor", "noor", "a94e31f7-c605-4d82-8e1b-2f7d50c96b55", NOOR_ACCOUNTS, (NOOR,)),
    Person("zayd", "zayd", "d70b58e3-2f49-4c1a-93e6-e8a14b7c0f66", ZAYD_ACCOUNTS, (ZAYD,)),
    Person("nasty", "nasty", "3fc26a1d-b874-4095-a2d9-07e5c1f83b77", NASTY_ACCOUNTS, (NASTY,)),
)
BY_SUBJECT = {person.subject: person for person in PEOPLE}
ACCOUNTS = {account.account_id: account for person in PEOPLE for account in person.accounts}
