"""The draft that today's visitors are shown, what can be chosen from it, and the choice in a request's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for

from tpp.model.consent import ConsentDraft, end_of_day
from tpp.pages import choose
from tpp.web.safe_redirect import keep_query
from tpp.web.services import services

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.bank_client import BankClient
    from tpp.pages.choose import Choice, Offer, Query
    from tpp.pages.sections import BankSection

LONGEST_VALUE = 40
MOST_VALUES = 20
"""Of what an address may bring along of a choice that cannot be read, to be shown with a word beside it."""


def offer(client: BankClient | None = None) -> Offer:
    """Return what can be chosen: the one-click way's draft, as it is made now for the bank that is offered first.

    `client`: of another bank.
    """
    parts, now = services(), services().now()
    bank = client or parts.banks.default
    draft = ConsentDraft(
        permissions=parts.facts.permissions,
        until=end_of_day(now, parts.facts.consent_days),
        tpp_name=parts.facts.tpp_name,
        bank_name=bank.bank_name,
        purpose="AccountAggregation",
        bank_id=bank.route.bank_id,
    )
    return choose.Offer(draft, now, bank.refuses)


def asked(offered: Offer) -> Choice:
    """Read the choice in this request's address; a page in another language keeps it."""
    choice = choose.read({name: request.args.getlist(name) for name in choose.NAMES}, offered)
    keep_query(choice.query(offered))
    return choice


def typed() -> Query:
    """Return the parameters of a choice as they came, not longer than they can be."""
    values = {name: request.args.getlist(name)[:MOST_VALUES] for name in choose.NAMES}
    return {name: [each[:LONGEST_VALUE] for each in found] for name, found in values.items() if found}


def once_more(draft: ConsentDraft | None, since: datetime | None = None) -> Query:
    """Return the parameters that lead to the consent page with what a draft asked for; none for no draft.

    Until the same day, or, where `since` says when it was made, for as many days as then.
    """
    offered = offer()
    return choose.chosen(draft, offered, since).query(offered) if draft else {}


def connect_again(bank: BankSection) -> str:
    """Return where a connection's consent can be given once more, with the old choices."""
    return url_for("connect.page", **once_more(bank.asked, bank.since))
