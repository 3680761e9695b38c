"""The tab of people: who the customer is, as the bank has it. All that is personal is folded away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.days import noon
from tpp.model.money import Bare, Money
from tpp.model.text import cut
from tpp.model.words import N_, Words
from tpp.pages import labels
from tpp.pages.tabs.payees import lines_of
from tpp.pages.tabs.state import State, state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from tpp.model.banking.party import Business, Claims, Party, Personal
    from tpp.model.figures import Found

KINDS = {
    "Delegate": N_("Acts for the holder"),
    "Joint": N_("Joint holder"),
    "Sole": N_("Sole holder"),
}
ROLES = {
    "Administrator": N_("Administrator"),
    "Beneficiary": N_("Beneficiary"),
    "CustodianForMinor": N_("Custodian for a minor"),
    "Granter": N_("Granter"),
    "LegalGuardian": N_("Legal guardian"),
    "OtherParty": N_("Other party"),
    "PowerOfAttorney": N_("Holds a power of attorney"),
    "Principal": N_("Main holder"),
    "Protector": N_("Protector"),
    "RegisteredShareholderName": N_("Registered shareholder"),
    "SecondaryOwner": N_("Second holder"),
    "SeniorManagingOfficial": N_("Senior managing official"),
    "Settlor": N_("Settlor"),
    "SuccessorOnDeath": N_("Successor on death"),
}
_TRUTHS = {True: N_("Yes"), False: N_("No")}
_LONGEST_TITLE = 80

Fact = tuple[Words, Words | str]


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One party. `facts`: what may be seen at once; `personal`: what is folded away."""

    title: Words | str
    facts: tuple[Fact, ...]
    personal: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The tab. `people`: None where nothing came, and `state` says why."""

    state: State
    people: tuple[Person, ...] | None = None


def build(found: Found[Party]) -> PeopleView:
    """Build the tab."""
    if found.parsed is None:
        return PeopleView(state(found))
    return PeopleView(state(found), tuple(_person(each) for each in found.parsed.items))


def _person(party: Party) -> Person:
    return Person(
        title=cut(party.name, _LONGEST_TITLE) if party.name else N_("Somebody without a name"),
        facts=tuple(_facts(party)),
        personal=tuple(fact for each in party.claims for fact in _personal(each)),
    )


def _facts(party: Party) -> Iterator[Fact]:
    """Yield what the party is to the account, and the names."""
    told: tuple[tuple[Words, Words | str | None], ...] = (
        (N_("Kind of holder"), labels.label(KINDS, party.kind)),
        (N_("Role"), labels.label(ROLES, party.role)),
        (N_("Kind of customer"), labels.label(labels.ACCOUNT_TYPES, party.category)),
    )
    yield from _known(told)
    for each in party.claims:
        names = (
            (N_("Company"), each.business_name),
            (N_("Full name"), each.full_name),
            (N_("Salutation"), each.salutation),
            (N_("Given name"), each.given_name),
            (N_("Middle name"), each.middle_name),
            (N_("Surname"), each.surname),
            (N_("Known as"), each.nickname),
        )
        yield from ((label, text) for label, text in names if text and text != party.name)


def _personal(claims: Claims) -> Iterator[Fact]:
    if claims.personal:
        yield from _known(_of_person(claims.personal))
    if claims.business:
        yield from _known(_of_business(claims.business))


def _of_person(told: Personal) -> tuple[tuple[Words, Words | str | None], ...]:
    return (
        (N_("Born"), _day(told.born)),
        (N_("Nationality"), told.nationality),
        (N_("Emirates ID"), told.emirates_id),
        (N_("Emirates ID valid until"), _day(told.emirates_id_expires)),
        (N_("Home"), lines_of(told.home) if told.home else None),
        (N_("Mobile number"), told.mobile),
        (N_("Email"), told.email),
        (N_("Marital status"), labels.label({}, told.marital_status)),
        (N_("Language"), told.language),
        (N_("Profession"), told.profession),
        (N_("Employer"), told.employer),
        (N_("Employed since"), _day(told.employed_since)),
        (N_("Source of income"), labels.label({}, told.source_of_income)),
        (N_("Salary"), _salary(told.salary)),
        (N_("Salary is paid in here"), _truth(told.has_salary_transfer)),
        (N_("Has given a power of attorney"), _truth(told.has_power_of_attorney)),
    )


def _of_business(told: Business) -> tuple[tuple[Words, Words | str | None], ...]:
    return (
        (N_("Trade licence"), told.trade_licence),
        (N_("Tax number"), told.tax_number),
        (N_("Founded"), _day(told.incorporated)),
        (N_("Country"), told.country),
        (N_("Address"), lines_of(told.address) if told.address else None),
        (N_("Email"), told.email),
        (N_("Phone"), told.phone),
        (N_("Industry"), told.industry),
        (N_("Website"), told.website),
    )


def _known(told: Iterable[tuple[Words, Words | str | None]]) -> Iterator[Fact]:
    yield from ((label, value) for label, value in told if value)


def _day(day: date | None) -> Words | None:
    return N_("%(day)s", day=noon(day)) if day else None


def _truth(told: bool | None) -> Words | None:  # noqa: FBT001 - a claim, not a switch
    return _TRUTHS[told] if told is not None else None


def _salary(salary: Decimal | None) -> Words | None:
    """Say a salary as an amount, so that it is hidden as one; the standard names no currency for it."""
    if salary is None:
        return None
    return N_("%(amount)s, the currency is not told", amount=Bare(Money(salary, "")))
