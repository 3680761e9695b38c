"""A line about each person for presenters: what their data shows."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ABOUT = {
    "mits": _l("The published demo user with three accounts, one of them a company’s"),
    "rora": _l("The published demo user with every kind of account, three currencies and an overdraft"),
    "layla": _l("A salaried family: an account held jointly, rent cheques, school fees, a credit card"),
    "faris": _l("A freelancer: dirhams, dollars and euros, late income, payments that bounce"),
    "noor": _l("A small bakery: daily takings, wages, suppliers, an overdraft"),
    "zayd": _l("A student: one young account with little in it"),
    "nasty": _l("Hostile and incomplete data: forty accounts, one with five thousand transactions"),
}
