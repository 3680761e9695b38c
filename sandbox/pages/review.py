"""What a person reads under "Review the information you will share": groups and plain words.

The groups in the standard's order, one sentence for each permission of either version. Finance rates are missing:
nobody can be given them here. The standard has no text for foreign exchange: the words and the group are ours.
Within a family Detail hides
Basic, and the widest party permission hides the narrower ones, as on the consent page of the client.
Source: UAE Open Finance customer experience guidelines, Data Sharing, Authorisation page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUPS = (
    ("account", _l("Your Account Details")),
    ("regular", _l("Your Regular Payments")),
    ("transactions", _l("Your Account Transactions")),
    ("statements", _l("Your Account Statements")),
    ("product", _l("Your Product Information")),
    ("party", _l("Contact and Party Details")),
)

LINES = (
    (
        "account",
        "ReadAccountsBasic",
        _l(
            "Which accounts you picked: their number, kind and currency, the nickname you use, "
            "and the name they are held in."
        ),
    ),
    (
        "account",
        "ReadAccountsDetail",
        _l(
            "Which accounts you picked, with all particulars: number, kind, how the bank describes them, "
            "currency, your nickname, the name they are held in, and the day they were opened."
        ),
    ),
    (
        "account",
        "ReadBalances",
        _l(
            "How much money is in the accounts: what you can spend, what is booked, any overdraft or "
            "credit limit, and how fresh these figures are."
        ),
    ),
    (
        "regular",
        "ReadBeneficiariesBasic",
        _l(
            "The people and companies you saved as payees: their account number, name and nickname, "
            "their bank, and your reference."
        ),
    ),
    (
        "regular",
        "ReadBeneficiariesDetail",
        _l(
            "The people and companies you saved as payees, with their address as well: account number, "
            "name and nickname, bank, address, and your reference."
        ),
    ),
    (
        "regular",
        "ReadStandingOrdersBasic",
        _l(
            "Payments you set to repeat: who gets them, how often, the first, next and last amount and date, "
            "how many there are, what they are for, and whether they are active."
        ),
    ),
    (
        "regular",
        "ReadStandingOrdersDetail",
        _l(
            "Full records of payments you set to repeat: who gets them, how often, the first, next and last "
            "amount and date, how many there are, what they are for, and whether they are active."
        ),
    ),
    (
        "regular",
        "ReadScheduledPaymentsBasic",
        _l("Single payments you planned for a later day: who gets them, how much, and when."),
    ),
    (
        "regular",
        "ReadScheduledPaymentsDetail",
        _l(
            "Single payments you planned for a later day, with the account they go to and the references "
            "on both sides: who, how much, and when."
        ),
    ),
    (
        "regular",
        "ReadDirectDebits",
        _l(
            "Companies you allow to collect money from the account: their name, the mandate, how often "
            "they collect, whether it is active, and the last amount and date."
        ),
    ),
    (
        "transactions",
        "ReadTransactionsBasic",
        _l("Money in and out of the accounts: date, amount, type, the text on the entry, its status and reference."),
    ),
    (
        "transactions",
        "ReadTransactionsDetail",
        _l(
            "Money in and out of the accounts, with who was paid or who paid you: date, amount, type, text, "
            "shop or payee, spending category, status, reference, and any currency exchange."
        ),
    ),
    (
        "transactions",
        "ReadTransactionsCredits",
        _l("Only the entries that brought money into the accounts."),
    ),
    (
        "transactions",
        "ReadTransactionsDebits",
        _l("Only the entries that took money out of the accounts."),
    ),
    (
        "transactions",
        "ReadFXTransactionsBasic",
        _l("The main facts of your transactions in other currencies."),
    ),
    (
        "transactions",
        "ReadFXTransactionsDetail",
        _l("All facts of your transactions in other currencies, such as the currencies and the rate."),
    ),
    (
        "transactions",
        "ReadFXRemittanceCharges",
        _l("What you were charged for sending money abroad or exchanging it."),
    ),
    (
        "statements",
        "ReadStatements",
        _l(
            "Your account statements: what each period began and ended with, and its entries, fees and "
            "interest or profit."
        ),
    ),
    (
        "product",
        "ReadProduct",
        _l("Facts about the product behind the account: its name, features, rates, fees and main conditions."),
    ),
    ("party", "ReadParty", _l("In which legal or registered name the account is held.")),
    (
        "party",
        "ReadPartyUser",
        _l("Who you are: name, birth date, how to reach you, and where you live."),
    ),
    (
        "party",
        "ReadPartyUserIdentity",
        _l(
            "Who you are, with proof of identity: name, birth date, how to reach you, Emirates ID, "
            "nationality, where you live, and who employs you."
        ),
    ),
)

HIDDEN_BY = {
    "ReadAccountsBasic": {"ReadAccountsDetail"},
    "ReadBeneficiariesBasic": {"ReadBeneficiariesDetail"},
    "ReadStandingOrdersBasic": {"ReadStandingOrdersDetail"},
    "ReadScheduledPaymentsBasic": {"ReadScheduledPaymentsDetail"},
    "ReadTransactionsBasic": {"ReadTransactionsDetail"},
    "ReadFXTransactionsBasic": {"ReadFXTransactionsDetail"},
    "ReadParty": {"ReadPartyUser", "ReadPartyUserIdentity"},
    "ReadPartyUser": {"ReadPartyUserIdentity"},
}


@dataclass(frozen=True)
class Group:
    """One group on the page: the name of its icon, its title, its sentences."""

    icon: str
    title: str
    lines: tuple[str, ...]


def review_groups(permissions: Iterable[str]) -> list[Group]:
    """Return the groups that have something to say, in the standard's order and the reader's language."""
    asked = set(permissions)
    shown = {name for name in asked if not HIDDEN_BY.get(name, set()) & asked}
    groups = [
        Group(
            icon,
            str(title),
            tuple(str(words) for home, name, words in LINES if home == icon and name in shown),
        )
        for icon, title in GROUPS
    ]
    return [group for group in groups if group.lines]
