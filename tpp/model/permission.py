"""The permissions of a bank data sharing consent: their group on the page, their words, what they need.

Source: the standard's permission clusters (v1.2) and the display rules of its consent page: Detail hides
Basic of the same family, the highest party permission hides the lower ones. The sentences are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpp.model.words import Words


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """One expander of the consent page. `key`: its name in addresses; `icon`: of the picture beside it."""

    key: str
    title: Words
    icon: str


ACCOUNT_DETAILS = PermissionGroup("accounts", N_("Your Account Details"), "person")
REGULAR_PAYMENTS = PermissionGroup("payments", N_("Your Regular Payments"), "payments")
TRANSACTIONS = PermissionGroup("transactions", N_("Your Account Transactions"), "wallet")
STATEMENTS = PermissionGroup("statements", N_("Your Account Statements"), "statements")
PRODUCT = PermissionGroup("product", N_("Your Product Information"), "product")
PARTIES = PermissionGroup("parties", N_("Contact and Party Details"), "parties")
FINANCE_RATES = PermissionGroup("rates", N_("Your Finance Rates"), "rates")

GROUPS = (ACCOUNT_DETAILS, REGULAR_PAYMENTS, TRANSACTIONS, STATEMENTS, PRODUCT, PARTIES, FINANCE_RATES)
"""In the order of the standard's page (CX-11)."""

ACCOUNTS = frozenset({"ReadAccountsBasic", "ReadAccountsDetail"})
TRANSACTION_READS = frozenset({"ReadTransactionsBasic", "ReadTransactionsDetail"})
PAYEE_READS = frozenset({"ReadBeneficiariesBasic", "ReadBeneficiariesDetail"})
DEBIT_READS = frozenset({"ReadDirectDebits"})
ORDER_READS = frozenset({"ReadStandingOrdersBasic", "ReadStandingOrdersDetail"})
PLAN_READS = frozenset({"ReadScheduledPaymentsBasic", "ReadScheduledPaymentsDetail"})
REGULAR_READS = DEBIT_READS | ORDER_READS | PLAN_READS
PRODUCT_READS = frozenset({"ReadProduct"})
PARTY_READS = frozenset({"ReadParty", "ReadPartyUser", "ReadPartyUserIdentity"})


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission. `needs`: each set must share a member with the consent; `hidden_by`: see the module."""

    code: str
    group: PermissionGroup
    line: Words
    needs: tuple[frozenset[str], ...] = (ACCOUNTS,)
    hidden_by: frozenset[str] = frozenset()


PERMISSIONS = (
    Permission(
        "ReadAccountsBasic",
        ACCOUNT_DETAILS,
        N_("Which accounts you picked: number, kind, currency, your nickname for them, and whose name they are in."),
        (),
        frozenset({"ReadAccountsDetail"}),
    ),
    Permission(
        "ReadAccountsDetail",
        ACCOUNT_DETAILS,
        N_(
            "Which accounts you picked, in full: number, kind, how the bank describes them, currency, your nickname "
            "for them, whose name they are in, and the day they were opened."
        ),
        (),
    ),
    Permission(
        "ReadBalances",
        ACCOUNT_DETAILS,
        N_(
            "How much money is in them: what you can spend, what is booked, any overdraft or credit limit, and how "
            "fresh these figures are."
        ),
    ),
    Permission(
        "ReadBeneficiariesBasic",
        REGULAR_PAYMENTS,
        N_("The payees you saved: account number, name and nickname, their bank, and your reference."),
        hidden_by=frozenset({"ReadBeneficiariesDetail"}),
    ),
    Permission(
        "ReadBeneficiariesDetail",
        REGULAR_PAYMENTS,
        N_("The payees you saved, with their address: account number, name and nickname, bank, and your reference."),
    ),
    Permission(
        "ReadStandingOrdersBasic",
        REGULAR_PAYMENTS,
        N_("Payments that you set to repeat: to whom, how often, amounts and dates, what for, and if they are active."),
        hidden_by=frozenset({"ReadStandingOrdersDetail"}),
    ),
    Permission(
        "ReadStandingOrdersDetail",
        REGULAR_PAYMENTS,
        N_(
            "All about payments that you set to repeat: to whom, how often, amounts and dates, what for, and if active."
        ),
    ),
    Permission(
        "ReadScheduledPaymentsBasic",
        REGULAR_PAYMENTS,
        N_("Single payments planned for a later day: to whom, how much, and when."),
        hidden_by=frozenset({"ReadScheduledPaymentsDetail"}),
    ),
    Permission(
        "ReadScheduledPaymentsDetail",
        REGULAR_PAYMENTS,
        N_("Single payments planned for a later day, with the payee’s account and the references on both sides."),
    ),
    Permission(
        "ReadDirectDebits",
        REGULAR_PAYMENTS,
        N_("Companies that you allow to collect from the account: name, mandate, how often, and the last amount."),
    ),
    Permission(
        "ReadTransactionsBasic",
        TRANSACTIONS,
        N_("Money in and out: date, amount, type, the text on the entry, its status and reference."),
        hidden_by=frozenset({"ReadTransactionsDetail"}),
    ),
    Permission(
        "ReadTransactionsDetail",
        TRANSACTIONS,
        N_(
            "Money in and out, with who was paid or who paid you: date, amount, type, text, shop or payee, spending "
            "category, status, reference, and any currency exchange."
        ),
    ),
    Permission(
        "ReadTransactionsCredits",
        TRANSACTIONS,
        N_("Only the entries that brought money in."),
        (ACCOUNTS, TRANSACTION_READS),
    ),
    Permission(
        "ReadTransactionsDebits",
        TRANSACTIONS,
        N_("Only the entries that took money out."),
        (ACCOUNTS, TRANSACTION_READS),
    ),
    Permission(
        "ReadProduct",
        PRODUCT,
        N_("The product behind the account: its name, features, rates, fees and main conditions."),
    ),
    Permission(
        "ReadParty",
        PARTIES,
        N_("In which legal or registered name the account is held."),
        (),
        frozenset({"ReadPartyUser", "ReadPartyUserIdentity"}),
    ),
    Permission(
        "ReadPartyUser",
        PARTIES,
        N_("Who you are: name, date of birth, how to reach you, and where you live."),
        (),
        frozenset({"ReadPartyUserIdentity"}),
    ),
    Permission(
        "ReadPartyUserIdentity",
        PARTIES,
        N_("Who you are, with proof of identity: name, date of birth, contacts, Emirates ID, nationality, home, job."),
        (),
    ),
)

BY_CODE = {permission.code: permission for permission in PERMISSIONS}

FOR_THE_PRODUCT = (
    "ReadAccountsBasic",
    "ReadAccountsDetail",
    "ReadBalances",
    "ReadTransactionsBasic",
    "ReadTransactionsDetail",
    "ReadBeneficiariesBasic",
    "ReadBeneficiariesDetail",
    "ReadStandingOrdersBasic",
    "ReadStandingOrdersDetail",
    "ReadScheduledPaymentsBasic",
    "ReadScheduledPaymentsDetail",
    "ReadDirectDebits",
    "ReadPartyUser",
)
"""What the pages show today, and so what is asked for, no more (CX-24).

`ReadTransactionsCredits` and `ReadTransactionsDebits` only narrow, both together nothing, and later versions of the
standard refuse them. `ReadParty` beside `ReadPartyUser` would be asked for without a word on the page (CX-14).
"""


def faults(codes: Iterable[str]) -> list[str]:
    """Tell in plain English what is wrong with a set of permissions; empty when the hub would take it (CX-26)."""
    asked = list(codes)
    unknown = [f"{code} is not a permission of v1.2" for code in asked if code not in BY_CODE]
    doubled = [f"{code} is named twice" for code in sorted({code for code in asked if asked.count(code) > 1})]
    lacking = [
        f"{code} needs {' or '.join(sorted(need))} beside it"
        for code in asked
        if code in BY_CODE
        for need in BY_CODE[code].needs
        if not need & set(asked)
    ]
    return ["no permission is named"] if not asked else [*unknown, *doubled, *lacking]


def shown(codes: Iterable[str]) -> list[Permission]:
    """Return the permissions whose sentence is printed, in the page's order (CX-13, CX-14)."""
    asked = set(codes)
    return [each for each in PERMISSIONS if each.code in asked and not each.hidden_by & asked]
