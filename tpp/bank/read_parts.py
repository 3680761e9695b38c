"""What several resources have in common: the list in its envelope, banks, account numbers, addresses.

A list without `Data`, or with something else than a list in it, is no answer at all: MalformedResponse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tpp.bank.read import Fields, details, entries, next_query
from tpp.model.account import AccountIdentifier
from tpp.model.banking.beneficiary import Address, Agent, Counterparty
from tpp.model.resource import Parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

LINES = ("UnitNumber", "BuildingNumber", "StreetName", "SecondaryNumber", "District", "ShortAddress")
TOWN = ("PostalCode", "City")
LINES_V21 = ("BuildingNumber", "BuildingName", "Floor", "StreetName", "DistrictName", "PostBox")
TOWN_V21 = ("TownName", "CountrySubDivision")


def listed(
    body: object, name: str, id_name: str, read: Callable[[Fields], tuple[str | None, T]], blank: T
) -> Parsed[T]:
    """Read `{"Data": {name: [...]}}`; `read` returns an object with its id.

    One that says nothing at all is left out. Two under one id are one; where they are not the same, the later one is
    left out and noted. Raises MalformedResponse.
    """
    unreadable: list[str] = []
    top = Fields(body, "", unreadable)
    kept: list[T] = []
    keys: list[str | None] = []
    known: dict[str, T] = {}
    for fields in entries(top, name):
        key, item = read(fields)
        if item == blank:
            fields.leave_out(id_name)
        elif key is None or known.setdefault(key, item) is item:
            kept.append(item)
            keys.append(key)
        elif known[key] != item:
            fields.leave_out(id_name)
    return Parsed(tuple(kept), details(unreadable), next_query(top), tuple(keys))


def identity(fields: Fields, name: str) -> str | None:
    """Read an id as it is, for what is compared; one without anything visible is none, and is noted."""
    return fields.exact(name) if fields.needed(name) else None


def unless_blank(item: T, blank: T) -> T | None:
    """Return None for an object that says nothing."""
    return item if item != blank else None


def told(found: Iterable[T], blank: T) -> tuple[T, ...]:
    """Return the objects that say anything."""
    return tuple(each for each in found if each != blank)


def agent(fields: Fields, name: str, address: Callable[[Fields], Address | None] | None = None) -> Agent | None:
    """Read the bank of one side; its address where the version's own reader of one is given."""
    inner = fields.part(name)
    if inner is None:
        return None
    found = Agent(
        inner.text("SchemeName"), inner.text("Identification"), inner.text("Name"), address(inner) if address else None
    )
    return unless_blank(found, Agent())


def payee(fields: Fields, address: Callable[[Fields], Address | None] | None = None) -> Counterparty | None:
    """Read who gets the money of a payee's entry or an order: `AccountHolderName`, `CreditorAccount[]` and its bank."""
    found = Counterparty(
        fields.text("AccountHolderName"),
        fields.text("AccountHolderShortName"),
        tuple(number for each in fields.each("CreditorAccount") if (number := account_number(each))),
        agent(fields, "CreditorAgent", address),
    )
    return unless_blank(found, Counterparty())


def account_number(fields: Fields) -> AccountIdentifier | None:
    """Read by which number an account is known; the scheme is "" where it is not named."""
    number = fields.text("Identification")
    return AccountIdentifier(fields.text("SchemeName") or "", number, fields.text("Name")) if number else None


def address(fields: Fields, name: str = "PostalAddress") -> Address | None:
    """Read a postal address of v1.2."""
    inner = fields.part(name)
    if inner is None:
        return None
    lines = [inner.code(each) if each == "UnitNumber" else inner.text(each) for each in LINES]
    return _address(inner, lines, TOWN)


def address_v21(fields: Fields, name: str = "PostalAddress") -> Address | None:
    """Read a postal address of v2.1 (ISO 20022, `PostalAddress27`): free lines, then what is structured of it."""
    inner = fields.part(name)
    if inner is None:
        return None
    return _address(inner, [*inner.texts("AddressLine"), *(inner.text(each) for each in LINES_V21)], TOWN_V21)


def _address(inner: Fields, lines: list[str | None], town: tuple[str, str]) -> Address | None:
    last = " ".join(part for each in town if (part := inner.text(each))) or None
    found = Address(tuple(line for line in (*lines, last) if line), inner.text("Country"), inner.text("AddressType"))
    return unless_blank(found, Address())
