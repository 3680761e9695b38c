"""Every data resource, for everyone: bodies that the official schemas accept, and what the levels show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.people import everyone
from sandbox.people.everyone import PEOPLE
from sandbox.people.published import MITS
from tests.sandbox import specs
from tests.sandbox.helpers import ISSUER

if TYPE_CHECKING:
    from tests.sandbox.helpers import Claims, RelyingParty

SOUND = [person for person in PEOPLE if person.username != "nasty"]
FAMILIES = ("Accounts", "Beneficiaries", "Transactions", "ScheduledPayments", "StandingOrders")
PLAIN = ["ReadBalances", "ReadDirectDebits", "ReadProduct", "ReadParty"]
BASIC = [*PLAIN, *(f"Read{family}Basic" for family in FAMILIES)]
DETAIL = [*PLAIN, "ReadPartyUserIdentity", *(f"Read{family}Detail" for family in FAMILIES)]
SCHEMAS = {
    "": "AEReadAccountId",
    "/balances": "AEReadBalance",
    "/transactions": "AEReadTransaction",
    "/beneficiaries": "AEReadBeneficiary",
    "/direct-debits": "AEReadDirectDebit",
    "/standing-orders": "AEReadStandingOrder",
    "/scheduled-payments": "AEReadScheduledPayment",
    "/product": "AEReadProduct1",
    "/parties": "AEReadParty2",
}
NAMES = {
    "/transactions": "Transaction",
    "/beneficiaries": "Beneficiary",
    "/direct-debits": "DirectDebit",
    "/standing-orders": "StandingOrder",
    "/scheduled-payments": "ScheduledPayment",
}
REQUIRED = {
    "/beneficiaries": {"BeneficiaryId", "BeneficiaryType"},
    "/scheduled-payments": {"ScheduledPaymentId", "ScheduledType", "ScheduledPaymentDateTime", "InstructedAmount"},
}
M3, LAYLA = MITS[1].account_id, everyone.BY_SUBJECT[PEOPLE[2].subject].accounts


def pages(party: RelyingParty, path: str, token: str, query: str = "") -> list[Claims]:
    """Return every page of a resource, the next link followed as given."""
    found = []
    path += query
    while path:
        response = party.read(path, token)
        assert response.status_code == 200, response.text
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["x-fapi-interaction-id"]
        found.append(response.get_json())
        link = found[-1]["Links"].get("Next", "")
        path = link.removeprefix(ISSUER.removesuffix("/auth1") + "/rs1/open-finance/account-information/v1.2")
        assert len(found) < 200
    return found


def test_every_answer_of_every_person_is_valid(party: RelyingParty) -> None:
    checked = 0
    for person in SOUND:
        for permissions in (BASIC, DETAIL):
            token = party.connected(person.username, Permissions=permissions)["access_token"]
            bodies = [("AEReadAccount", party.read("/accounts", token).get_json())]
            bodies.append(("AEReadParty4", party.read("/parties", token).get_json()))
            for account in person.accounts:
                for path, schema in SCHEMAS.items():
                    bodies += [(schema, body) for body in pages(party, f"/accounts/{account.account_id}{path}", token)]
            for schema, body in bodies:
                assert specs.faults(specs.DATA, schema, body) == [], person.username
            checked += len(bodies)
    accounts = sum(len(person.accounts) for person in SOUND)
    assert accounts == 23
    assert checked >= 2 * (len(SOUND) * 2 + accounts * len(SCHEMAS)) + 50


@pytest.mark.parametrize(("path", "name"), NAMES.items())
def test_detail_only_adds_to_basic(party: RelyingParty, path: str, name: str) -> None:
    chosen = LAYLA[0].account_id
    bodies = []
    for permissions in (BASIC, DETAIL):
        token = party.connected("layla", Permissions=permissions)["access_token"]
        bodies.append(party.read(f"/accounts/{chosen}{path}", token).get_json()["Data"][name])
    less, more = bodies
    assert less
    assert len(less) == len(more)
    for basic, detail in zip(less, more, strict=True):
        assert {key: detail[key] for key in basic} == basic
        assert set(basic) == REQUIRED.get(path, set(basic))
        if path != "/direct-debits":
            assert set(detail) > set(basic)
            hidden = ("Name", "Agent", "Account", "Reference", "Information", "Merchant", "Purpose", "BalanceAfter")
            assert not [key for key in basic if any(word in key for word in hidden)]


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        ("ReadBeneficiariesBasic", "beneficiaries"),
        ("ReadBeneficiariesDetail", "beneficiaries"),
        ("ReadTransactionsBasic", "transactions"),
        ("ReadTransactionsDetail", "transactions"),
        ("ReadTransactionsCredits", "transactions"),
        ("ReadTransactionsDebits", "transactions"),
        ("ReadDirectDebits", "direct-debits"),
        ("ReadStandingOrdersBasic", "standing-orders"),
        ("ReadStandingOrdersDetail", "standing-orders"),
        ("ReadScheduledPaymentsBasic", "scheduled-payments"),
        ("ReadScheduledPaymentsDetail", "scheduled-payments"),
        ("ReadProduct", "product"),
        ("ReadParty", "parties"),
        ("ReadPartyUser", "parties"),
        ("ReadPartyUserIdentity", "parties"),
    ],
)
def test_one_permission_opens_its_resource_and_no_other(party: RelyingParty, permission: str, resource: str) -> None:
    token = party.connected(Permissions=["ReadAccountsBasic", permission])["access_token"]
    opened = [path for path in SCHEMAS if path and party.read(f"/accounts/{M3}{path}", token).status_code == 200]
    assert opened == [f"/{resource}"]
    assert party.read("/parties", token).status_code == (200 if resource == "parties" else 403)


def test_cards_have_no_regular_payments(party: RelyingParty) -> None:
    token = party.connected("layla", Permissions=DETAIL)["access_token"]
    for path in ("/beneficiaries", "/direct-debits", "/standing-orders", "/scheduled-payments"):
        body = party.read(f"/accounts/{LAYLA[3].account_id}{path}", token).get_json()
        assert body["Data"][NAMES[path]] == []
        assert body["Meta"] == {"TotalPages": 0}
        assert set(body["Links"]) == {"Self"}


def test_a_joint_account_has_two_parties(party: RelyingParty) -> None:
    token = party.connected("layla", Permissions=DETAIL)["access_token"]
    alone, joint = (
        party.read(f"/accounts/{account.account_id}/parties", token).get_json()["Data"]["Party"]
        for account in LAYLA[:2]
    )
    assert [(each["PartyType"], each["AccountRole"]) for each in alone] == [("Sole", "Principal")]
    assert [(each["PartyType"], each["AccountRole"]) for each in joint] == [
        ("Joint", "Principal"),
        ("Joint", "SecondaryOwner"),
    ]


@pytest.mark.parametrize(
    ("permissions", "has", "lacks"),
    [
        (["ReadParty"], {"FullName"}, {"DateOfBirth", "EmiratesId"}),
        (["ReadPartyUser"], {"FullName", "DateOfBirth", "ResidentialAddress"}, {"EmiratesId", "Salary"}),
        (["ReadParty", "ReadPartyUserIdentity"], {"DateOfBirth", "EmiratesId", "EmployerName", "Salary"}, set()),
    ],
)
def test_the_widest_party_permission_decides_the_claims(
    party: RelyingParty, permissions: list[str], has: set[str], lacks: set[str]
) -> None:
    token = party.connected(Permissions=permissions)["access_token"]
    (verified,) = party.read("/parties", token).get_json()["Data"]["Party"]["VerifiedClaims"]
    assert has <= set(verified["Claims"])
    assert not lacks & set(verified["Claims"])


@pytest.mark.parametrize("path", [path for path in SCHEMAS if path])
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Suspended", "Consent.AccountTemporarilyBlocked"),
        ("Closed", "Consent.PermanentAccountAccessFailure"),
        ("Unclaimed", "Consent.PermanentAccountAccessFailure"),
        ("Deceased", "Consent.PermanentAccountAccessFailure"),
    ],
)
def test_a_shut_account_gives_nothing(
    party: RelyingParty, monkeypatch: pytest.MonkeyPatch, path: str, status: str, code: str
) -> None:
    token = party.connected(Permissions=DETAIL)["access_token"]
    mits = PEOPLE[0]
    shut = replace(mits, accounts=tuple(replace(each, status=status) for each in mits.accounts))
    monkeypatch.setitem(everyone.BY_SUBJECT, mits.subject, shut)
    answer = party.read(f"/accounts/{M3}{path}", token)
    assert (answer.status_code, answer.get_json()["Errors"][0]["Code"]) == (403, code)


def test_only_chosen_accounts_give_data(party: RelyingParty) -> None:
    token = party.connected(accounts=[M3], Permissions=DETAIL)["access_token"]
    for path in SCHEMAS:
        answer = party.read(f"/accounts/{MITS[2].account_id}{path}", token)
        assert answer.get_json()["Errors"][0]["Code"] == "Consent.PermanentAccountAccessFailure"


def test_planned_and_next_payments_are_ahead(party: RelyingParty) -> None:
    token = party.connected("layla", Permissions=DETAIL)["access_token"]
    now = party.clock().isoformat()

    def rows(path: str) -> list[dict[str, Any]]:
        body = party.read(f"/accounts/{LAYLA[0].account_id}{path}", token).get_json()
        found: list[dict[str, Any]] = body["Data"][NAMES[path]]
        return found

    assert all(row["ScheduledPaymentDateTime"] > now for row in rows("/scheduled-payments"))
    assert all(row["LastPaymentDateTime"] < now < row["NextPaymentDateTime"] for row in rows("/standing-orders"))
    assert all(row["PreviousPaymentDateTime"] < now for row in rows("/direct-debits"))
