"""Every resource of v2.1, for everyone: bodies that its official schemas accept, and what is new in them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.people import everyone
from sandbox.people.everyone import PEOPLE
from sandbox.people.published import MITS
from tests.sandbox import specs
from tests.sandbox.newer import ORIGIN, bare, code

if TYPE_CHECKING:
    from tests.sandbox.helpers import Clock
    from tests.sandbox.newer import NewerParty

SOUND = [person for person in PEOPLE if person.username != "nasty"]
FAMILIES = ("Beneficiaries", "Transactions", "ScheduledPayments", "StandingOrders")
PLAIN = ("ReadBalances", "ReadDirectDebits", "ReadProduct", "ReadStatements")
BASIC = [*PLAIN, "ReadParty", *(f"Read{family}Basic" for family in FAMILIES)]
DETAIL = [
    *PLAIN,
    "ReadAccountsDetail",
    "ReadFXTransactionsDetail",
    "ReadPartyUserIdentity",
    *(f"Read{family}Detail" for family in FAMILIES),
]
SCHEMAS = {
    "": "AEReadAccountId",
    "/balances": "AEReadBalance",
    "/beneficiaries": "AEReadBeneficiary",
    "/product": "AEReadProduct1",
    "/parties": "AEReadParty2",
    "/transactions": "AEReadTransaction",
    "/statements": "AEReadStatements",
    "/direct-debits": "AEReadDirectDebit",
    "/standing-orders": "AEReadStandingOrder",
    "/scheduled-payments": "AEReadScheduledPayment",
}
LAYLA, FARIS = PEOPLE[2].accounts, PEOPLE[3].accounts
M3 = MITS[1].account_id
CARD, SALARY = LAYLA[3].account_id, LAYLA[0].account_id


def rows(newer: NewerParty, path: str, token: str, name: str) -> list[dict[str, Any]]:
    """Return the objects of all pages."""
    return [row for body in newer.pages(path, token) for row in body["Data"][name]]


@pytest.mark.parametrize("permissions", [BASIC, DETAIL], ids=["basic", "detail"])
def test_every_answer_of_every_person_is_valid_in_v21(newer: NewerParty, permissions: list[str]) -> None:
    checked, seen = 0, dict.fromkeys(SCHEMAS, 0)
    for person in SOUND:
        token = newer.token_for(person.username, *permissions)
        listed = newer.read("/accounts", token).get_json()
        assert specs.faults(specs.DATA_V21, "AEReadAccount", listed) == []
        assert len(listed["Data"]["Account"]) == len(person.accounts)
        assert specs.faults(specs.DATA_V21, "AEReadParty4", newer.read("/parties", token).get_json()) == []
        for account in person.accounts:
            for path, schema in SCHEMAS.items():
                for body in newer.pages(f"/accounts/{account.account_id}{path}", token):
                    assert specs.faults(specs.DATA_V21, schema, body) == [], person.username
                    assert body["Links"]["Self"].startswith(f"{ORIGIN}/rs1/open-finance/account-information/v2.1/")
                    seen[path] += 1
                    checked += 1
    assert min(seen.values()) == 23
    assert seen["/transactions"] > 60
    assert checked == sum(seen.values()) > 200


def test_the_validator_of_v21_is_not_blind(newer: NewerParty) -> None:
    token = newer.token_for("layla", "ReadStatements")
    body = newer.read(f"/accounts/{CARD}/statements", token).get_json()
    for name, wrong in (("StatementDate", "yesterday"), ("Summary", None), ("OpeningBalance", {})):
        spoilt = body["Data"] | {"Statements": [body["Data"]["Statements"][0] | {name: wrong}]}
        assert specs.faults(specs.DATA_V21, "AEReadStatements", body | {"Data": spoilt})
    full = newer.token_for("layla", *DETAIL)
    for path, name, schema in (
        ("product", "Product", "AEReadProduct1"),
        ("beneficiaries", "Beneficiary", "AEReadBeneficiary"),
    ):
        body = newer.read(f"/accounts/{SALARY}/{path}", full).get_json()
        spoilt = body["Data"] | {name: [body["Data"][name][0] | {"ProductName": "x"}]}
        assert specs.faults(specs.DATA_V21, schema, body | {"Data": spoilt})
    body = newer.read(f"/accounts/{SALARY}/parties", full).get_json()
    for name in ("EmiratesId", "IdentityType", "ResidentialAddress"):
        (party,) = body["Data"]["Party"]
        claims = {key: value for key, value in party["VerifiedClaims"][0]["Claims"].items() if key != name}
        spoilt = body["Data"] | {"Party": [party | {"VerifiedClaims": [{"Claims": claims}]}]}
        assert specs.faults(specs.DATA_V21, "AEReadParty2", body | {"Data": spoilt})
    assert specs.faults(specs.DATA_V21, "AEError403Response", {"Errors": [{"Code": "word", "Message": "x"}]})


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        ("ReadBalances", "balances"),
        ("ReadStatements", "statements"),
        ("ReadTransactionsBasic", "transactions"),
        ("ReadTransactionsDetail", "transactions"),
        ("ReadDirectDebits", "direct-debits"),
        ("ReadStandingOrdersBasic", "standing-orders"),
        ("ReadStandingOrdersDetail", "standing-orders"),
        ("ReadScheduledPaymentsBasic", "scheduled-payments"),
        ("ReadScheduledPaymentsDetail", "scheduled-payments"),
        ("ReadFXTransactionsDetail", None),
        ("ReadFXRemittanceCharges", None),
        ("ReadProduct", "product"),
        ("ReadBeneficiariesBasic", "beneficiaries"),
        ("ReadBeneficiariesDetail", "beneficiaries"),
        ("ReadParty", "parties"),
        ("ReadPartyUser", "parties"),
        ("ReadPartyUserIdentity", "parties"),
    ],
)
def test_one_permission_opens_its_resource_of_v21_and_no_other(
    newer: NewerParty, permission: str, resource: str | None
) -> None:
    token = newer.token_for("mits", permission)
    for path in SCHEMAS:
        answer = newer.read(f"/accounts/{M3}{path}", token)
        if path in ("", f"/{resource}"):
            assert answer.status_code == 200
        else:
            assert code(answer, 403) == "AccessToken.InvalidScope"
    assert newer.read("/parties", token).status_code == (200 if resource == "parties" else 403)


def test_accounts_need_a_permission_of_their_own(newer: NewerParty) -> None:
    token = newer.connected(Permissions=["ReadParty"])["access_token"]
    for path in ("/accounts", f"/accounts/{M3}"):
        assert code(newer.read(path, token), 403) == "AccessToken.InvalidScope"


def test_a_resource_that_v21_does_not_have_is_not_here(newer: NewerParty) -> None:
    bare(newer.read(f"/accounts/{M3}/nonsense", newer.token_for("mits", *DETAIL)), 404)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [("Suspended", "Consent.AccountTemporarilyBlocked"), ("Closed", "Consent.PermanentAccountAccessFailure")],
)
def test_a_shut_or_foreign_account_gives_nothing_in_v21(
    newer: NewerParty, monkeypatch: pytest.MonkeyPatch, status: str, refusal: str
) -> None:
    token = newer.token_for("mits", *BASIC)
    mits = PEOPLE[0]
    shut = replace(mits, accounts=tuple(replace(each, status=status) for each in mits.accounts))
    monkeypatch.setitem(everyone.BY_SUBJECT, mits.subject, shut)
    assert len(newer.read("/accounts", token).get_json()["Data"]["Account"]) == 3
    for path in SCHEMAS:
        assert code(newer.read(f"/accounts/{M3}{path}", token), 403) == refusal
        assert code(newer.read(f"/accounts/{CARD}{path}", token), 403) == "Consent.PermanentAccountAccessFailure"


# What is new in the shapes


def test_cards_have_a_masked_number_and_a_known_sub_type(newer: NewerParty) -> None:
    shown = newer.read("/accounts", newer.token_for("rora")).get_json()["Data"]["Account"]
    kinds = [(each["AccountSubType"], each["AccountIdentifiers"][0]["SchemeName"]) for each in shown]
    assert kinds == [
        ("CurrentAccount", "IBAN"),
        ("CurrentAccount", "MaskedPAN"),  # a prepaid card, which the standard does not know
        ("CreditCard", "MaskedPAN"),
        ("CurrentAccount", "IBAN"),
        ("CurrentAccount", "IBAN"),
        ("Savings", "AccountNumber"),
        ("CreditCard", "MaskedPAN"),
        ("CurrentAccount", "MaskedPAN"),
    ]
    assert shown[2]["AccountIdentifiers"][0]["Identification"] == "************0106"
    assert [each["IsShariaCompliant"] for each in shown] == [kind == "Savings" for kind, _ in kinds]


def test_payees_have_the_new_address_and_were_not_added_by_open_finance(newer: NewerParty) -> None:
    path = f"/accounts/{SALARY}/beneficiaries"
    basic, detail = (
        newer.read(path, newer.token_for("layla", f"ReadBeneficiaries{level}")).get_json()["Data"]["Beneficiary"]
        for level in ("Basic", "Detail")
    )
    assert len(basic) == len(detail) > 0
    assert [set(row) for row in basic] == [{"BeneficiaryId", "BeneficiaryType", "AddedViaOF"}] * len(basic)
    for row in detail:
        assert row["AddedViaOF"] is False
        assert row["CreditorAgent"]["PostalAddress"]["CountrySubDivision"] == "Dubai"


def test_a_product_has_its_fee_its_rate_or_its_benefit(newer: NewerParty) -> None:
    token = newer.token_for("layla", "ReadProduct")
    current, _, savings, card = (
        newer.read(f"/accounts/{account.account_id}/product", token).get_json()["Data"]["Product"][0]
        for account in LAYLA
    )
    assert current["Charges"][0]["Charge"] == [{"Amount": {"Amount": "26.25", "Currency": "AED"}}]
    assert savings["DepositRates"]["RateDetails"][0]["AnnualRate"] == 1.25
    assert "Charges" not in savings
    assert card["RewardsBenefits"][0]["Type"] == "Cashback"
    assert card["IsSecured"] is False
    assert not [row for row in (current, savings, card) if "FinanceRates" in row]


def test_a_person_is_named_with_proof_or_not_at_all(newer: NewerParty) -> None:
    """The schema knows no person without the Emirates ID, which the customer gave away with one permission only."""
    for permission, known in (("ReadParty", 0), ("ReadPartyUser", 0), ("ReadPartyUserIdentity", 1)):
        token = newer.token_for("layla", permission)
        me = newer.read("/parties", token).get_json()["Data"]["Party"]
        joint = newer.read(f"/accounts/{LAYLA[1].account_id}/parties", token).get_json()["Data"]["Party"]
        assert [each["AccountRole"] for each in joint] == ["Principal", "SecondaryOwner"]
        for each in (me, *joint):
            assert len(each["VerifiedClaims"]) == known
        if known:
            names = [each["VerifiedClaims"][0]["Claims"]["FullName"] for each in joint]
            assert names == ["Layla Al Hashmi", "Omar Al Hashmi"]
            assert me["VerifiedClaims"][0]["Claims"]["Salary"] == 18500


def test_the_account_of_a_company_is_held_by_a_business(newer: NewerParty) -> None:
    noor = PEOPLE[4]
    for permission in ("ReadParty", "ReadPartyUser", "ReadPartyUserIdentity"):
        token = newer.token_for("noor", permission)
        held = [
            newer.read(f"/accounts/{account.account_id}/parties", token).get_json()["Data"]["Party"]
            for account in noor.accounts
        ]
        assert held == [held[0]] * 3
        (business,) = held[0]
        assert business["PartyCategory"] == "SME"
        assert business["VerifiedClaims"][0]["Claims"] == {
            "IdentityType": "Business",
            "BusinessName": noor.accounts[0].holder,
        }
        assert business["PartyId"] != newer.read("/parties", token).get_json()["Data"]["Party"]["PartyId"]


def test_detail_adds_description_and_opening_date_in_v21_too(newer: NewerParty) -> None:
    basic, detail = (
        newer.read(f"/accounts/{CARD}", newer.token_for("layla", *more)).get_json()["Data"]["Account"]
        for more in ([], ["ReadAccountsDetail"])
    )
    assert set(detail) - set(basic) == {"Description", "OpeningDate"}


@pytest.mark.parametrize("account_id", [CARD, SALARY])
def test_components_add_up_to_what_is_owed(newer: NewerParty, account_id: str) -> None:
    token = newer.token_for("layla", "ReadBalances")
    for balance in newer.read(f"/accounts/{account_id}/balances", token).get_json()["Data"]["Balance"]:
        owed = balance["CreditDebitIndicator"] == "Debit"
        assert owed == (account_id == CARD) == ("Components" in balance)
        if owed:
            parts = sum(Decimal(each["Amount"]["Amount"]) for each in balance["Components"])
            assert parts == Decimal(balance["Amount"]["Amount"])


def test_transactions_name_what_v12_could_not(newer: NewerParty) -> None:
    token = newer.token_for("layla", "ReadTransactionsDetail")
    found = rows(newer, f"/accounts/{SALARY}/transactions", token, "Transaction")
    assert {"Repayments", "Purchase"} <= {row["SubTransactionType"] for row in found}
    flags = {flag for row in found for flag in row.get("Flags", [])}
    assert "Finance" in flags
    assert "Loan" not in flags


def test_the_exchange_is_opened_by_its_own_permission_beside_basic(newer: NewerParty) -> None:
    path = f"/accounts/{FARIS[0].account_id}/transactions"
    without, with_it = (
        [
            row
            for row in rows(newer, path, newer.token_for("faris", "ReadTransactionsBasic", *more), "Transaction")
            if "CurrencyExchange" in row
        ]
        for more in ([], ["ReadFXTransactionsBasic"])
    )
    assert without == []
    assert with_it
    assert not [row for row in with_it if "TransactionInformation" in row]


def test_the_window_of_whole_days_cuts_transactions(newer: NewerParty, clock: Clock) -> None:
    asked = {"FromDate": "2026-09-03", "ToDate": "2026-10-26"}  # a day of finance, a day of household money
    token = newer.token_for("layla", "ReadTransactionsBasic", **asked)
    every = rows(newer, f"/accounts/{SALARY}/transactions", token, "Transaction")
    whole = newer.token_for("layla", "ReadTransactionsBasic")
    everything = rows(newer, f"/accounts/{SALARY}/transactions", whole, "Transaction")
    begin, end = "2026-09-02T20:00:00+00:00", "2026-10-26T19:59:59+00:00"  # midnights in Dubai
    assert every == [row for row in everything if begin <= row["BookingDateTime"] <= end]
    assert len(everything) > len(every) > 10
    assert every[0]["BookingDateTime"].startswith("2026-10-26T")
    assert begin <= every[-1]["BookingDateTime"] < "2026-09-03T20:00:00+00:00"


@pytest.mark.parametrize("asked", [{"FromDate": "0001-01-01"}, {"ToDate": "9999-12-31"}], ids=str)
def test_the_outermost_days_cut_nothing(newer: NewerParty, asked: dict[str, str]) -> None:
    for name, path in (("Transaction", "transactions"), ("Statements", "statements")):
        address = f"/accounts/{SALARY}/{path}"
        whole = rows(newer, address, newer.token_for("layla", "ReadTransactionsBasic", "ReadStatements"), name)
        token = newer.token_for("layla", "ReadTransactionsBasic", "ReadStatements", **asked)
        assert rows(newer, address, token, name) == whole
