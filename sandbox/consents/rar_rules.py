"""Where the two versions of an account-access consent differ: permissions, kinds of account, ids and window.

The permissions of v1.2 are those of plain v1.2, which the Starter Kit was written against: it still offers
`ReadTransactionsCredits` and `ReadTransactionsDebits`, which errata1 took out. v2.1 has neither them nor
`ReadConsents`; its ids are UUIDs and its window is whole days, the date-times of v1.2 being gone from the
request and only "deprecated" in the answer. `ReadProductFinanceRates` needs a certification that no client
here has.

The schema of v1.2 demands 1 to 128 characters of an id and no more. A `ConsentId` that could not stand in the
path of its own resource is refused all the same: one with a `/` or a control character, and `.` and `..`,
which clients and servers take out of a path (RFC 3986 section 5.2.4).

Source: UAE Open Finance Standard v1.2, pushed-authorization-endpoint,
`AEAccountAccessAuthorizationDetailsConsent`; v2.1, authorization-endpoints,
`AEBankDataSharingAuthorizationDetailsProperties`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.ground.versions import V12, V21, Version

PARTY = frozenset({"ReadParty", "ReadPartyUser", "ReadPartyUserIdentity"})
ACCOUNTS = frozenset({"ReadAccountsBasic", "ReadAccountsDetail"})
OPENED_BY = {
    "balances": frozenset({"ReadBalances"}),
    "beneficiaries": frozenset({"ReadBeneficiariesBasic", "ReadBeneficiariesDetail"}),
    "direct-debits": frozenset({"ReadDirectDebits"}),
    "product": frozenset({"ReadProduct"}),
    "scheduled-payments": frozenset({"ReadScheduledPaymentsBasic", "ReadScheduledPaymentsDetail"}),
    "standing-orders": frozenset({"ReadStandingOrdersBasic", "ReadStandingOrdersDetail"}),
    "statements": frozenset({"ReadStatements"}),
    "transactions": frozenset(
        {"ReadTransactionsBasic", "ReadTransactionsDetail", "ReadTransactionsCredits", "ReadTransactionsDebits"}
    ),
}
"""What opens each resource of an account, in either version. `parties` are opened by `PARTY`."""
BOUND: frozenset[str] = frozenset().union(*OPENED_BY.values())
OF_V12 = frozenset({"ReadTransactionsCredits", "ReadTransactionsDebits"})
OF_V21 = frozenset({"ReadStatements", "ReadFXTransactionsBasic", "ReadFXTransactionsDetail", "ReadFXRemittanceCharges"})
CERTIFIED = frozenset({"ReadProductFinanceRates"})

REQUIRED = frozenset({"ConsentId", "Permissions", "ExpirationDateTime", "OpenFinanceBilling"})
OPTIONAL = frozenset({"BaseConsentId", "AccountType", "AccountSubType", "OnBehalfOf"})


@dataclass(frozen=True)
class Rules:
    """What a consent of one version may hold.

    `bound` are the permissions that need one for accounts beside them, `certified` those that exist but
    are given to nobody here. `window` names the two ends of what is shared.
    """

    bound: frozenset[str]
    free: frozenset[str]
    certified: frozenset[str]
    sub_types: tuple[str, ...]
    window: tuple[str, str]
    whole_days: bool
    uuids: bool

    @property
    def permissions(self) -> frozenset[str]:
        """Return every permission that can be given."""
        return ACCOUNTS | PARTY | self.bound | self.free

    def opens(self, resource: str) -> frozenset[str]:
        """Return the permissions each of which opens a resource of an account; none where there is no such one."""
        return PARTY if resource == "parties" else OPENED_BY.get(resource, frozenset()) & self.bound

    @property
    def optional(self) -> frozenset[str]:
        """Return the fields that a consent may leave out."""
        return OPTIONAL | set(self.window)


RULES: dict[Version, Rules] = {
    V12: Rules(
        bound=BOUND - OF_V21,
        free=frozenset({"ReadConsents"}),
        certified=frozenset(),
        sub_types=("CurrentAccount", "Savings"),
        window=("TransactionFromDateTime", "TransactionToDateTime"),
        whole_days=False,
        uuids=False,
    ),
    V21: Rules(
        bound=BOUND - OF_V12 | OF_V21,
        free=frozenset(),
        certified=CERTIFIED,
        sub_types=("CurrentAccount", "Savings", "CreditCard", "Mortgage", "Finance"),
        window=("FromDate", "ToDate"),
        whole_days=True,
        uuids=True,
    ),
}
