"""The tab of payees: whom the customer has saved at the bank, under which number and at which bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.text import cut
from tpp.model.words import N_, NN_
from tpp.pages import labels
from tpp.pages.numbers import number
from tpp.pages.tabs.state import State, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tpp.model.banking.beneficiary import Address, Agent, Beneficiary, Counterparty
    from tpp.model.figures import Found
    from tpp.model.words import Words

_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Payee:
    """One payee. `chip`: what is to be known of it at once; `details`: its first number and its bank.

    `facts`: all that is told, in the order in which people ask.
    """

    title: Words | str
    chip: Words | str | None
    details: tuple[Words | str, ...]
    facts: tuple[tuple[Words | str, Words | str], ...]


@dataclass(frozen=True, slots=True)
class PayeesView:
    """The tab. `count`: how many the bank sent; None where nothing came, and `state` says why."""

    state: State
    payees: tuple[Payee, ...] = ()
    count: Words | None = None
    more: bool = False


def build(found: Found[Beneficiary]) -> PayeesView:
    """Build the tab, in the bank's order."""
    if found.parsed is None:
        return PayeesView(state(found))
    count = len(found.parsed.items)
    words = NN_("%(count)s payee", "%(count)s payees", count)
    return PayeesView(state(found), tuple(_payee(each) for each in found.parsed.items), words, found.parsed.more)


def facts_of(payee: Counterparty) -> Iterator[tuple[Words | str, Words | str]]:
    """Yield by which numbers somebody is known, and at which bank."""
    for each in payee.accounts:
        told = number(each)
        yield told.label or N_("Account"), told.text
    if payee.agent:
        yield from _bank(payee.agent)


def lines_of(address: Address) -> str:
    """Print an address in one line; a country as the code that it is."""
    return ", ".join([*address.lines, *([address.country] if address.country else [])])


def _payee(beneficiary: Beneficiary) -> Payee:
    name = beneficiary.payee.title if beneficiary.payee else None
    return Payee(
        title=cut(name, _LONGEST_TITLE) if name else N_("Payee without a name"),
        chip=_chip(beneficiary),
        details=tuple(_details(beneficiary.payee)) if beneficiary.payee else (),
        facts=tuple(_facts(beneficiary)),
    )


def _chip(beneficiary: Beneficiary) -> Words | str | None:
    if beneficiary.is_activated is None:
        return labels.label({}, beneficiary.kind)
    return None if beneficiary.is_activated else N_("Not confirmed at the bank")


def _details(payee: Counterparty) -> Iterator[Words | str]:
    yield from (number(each).text for each in payee.accounts[:1])
    if payee.agent and payee.agent.name:
        yield payee.agent.name


def _facts(beneficiary: Beneficiary) -> Iterator[tuple[Words | str, Words | str]]:
    who = beneficiary.payee
    if who and who.short_name and who.short_name != who.title:
        yield N_("Short name"), who.short_name
    if who:
        yield from facts_of(who)
    if beneficiary.reference:
        yield N_("Your reference"), beneficiary.reference
    if beneficiary.added_by_open_finance:
        yield N_("Added"), N_("Through Open Finance")


def _bank(agent: Agent) -> Iterator[tuple[Words, Words | str]]:
    if agent.name:
        yield N_("Bank"), agent.name
    if agent.identification:
        code = agent.identification
        yield N_("Code of the bank"), N_("BIC %(code)s", code=code) if agent.scheme == "BICFI" else code
    if agent.address and agent.address.lines:
        yield N_("Address of the bank"), lines_of(agent.address)
