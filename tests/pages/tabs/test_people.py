"""The tab of people: names in sight, everything personal apart, and a salary that is hidden as an amount is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.bodies import english
from tests.pages.tabs.regular_payments import failed, found
from tpp.bank import read_parties
from tpp.model.banking.beneficiary import Address
from tpp.model.banking.party import Business, Claims, Party, Personal
from tpp.pages.tabs.people import Person, build

PERSONAL = Personal(
    born=date(1990, 2, 28),
    nationality="AE",
    emirates_id="784-1990-1234567-1",
    emirates_id_expires=date(2028, 1, 1),
    home=Address(("Villa 7", "Dubai"), "AE"),
    mobile="+971501234567",
    email="a@example.com",
    marital_status="NeverMarried",
    language="ar",
    profession="Engineer",
    employer="Qamar",
    employed_since=date(2020, 5, 1),
    source_of_income="Salary",
    salary=Decimal("24500.5"),
    has_salary_transfer=True,
    has_power_of_attorney=False,
)


def only(party: Party) -> Person:
    """Return how one party is shown."""
    (person,) = build(found([party])).people or ()
    return person


def said(facts: Any) -> dict[str, str]:
    """Return facts in English."""
    return {english(label): english(value) for label, value in facts}


def test_what_is_personal_stands_apart_from_what_is_in_sight() -> None:
    claims = Claims(full_name="Layla Al Hashmi", given_name="Layla", nickname="ليلى", personal=PERSONAL)
    person = only(Party("p", kind="Joint", role="SecondaryOwner", category="Retail", claims=(claims,)))

    assert person.title == "Layla Al Hashmi"
    assert said(person.facts) == {
        "Kind of holder": "Joint holder",
        "Role": "Second holder",
        "Kind of customer": "Personal",
        "Given name": "Layla",
        "Known as": "ليلى",
    }
    assert said(person.personal) == {
        "Born": "28/02/1990",
        "Nationality": "AE",
        "Emirates ID": "784-1990-1234567-1",
        "Emirates ID valid until": "01/01/2028",
        "Home": "Villa 7, Dubai, AE",
        "Mobile number": "+971501234567",
        "Email": "a@example.com",
        "Marital status": "Never Married",
        "Language": "ar",
        "Profession": "Engineer",
        "Employer": "Qamar",
        "Employed since": "01/05/2020",
        "Source of income": "Salary",
        "Salary": "24,500.50, the currency is not told",
        "Salary is paid in here": "Yes",
        "Has given a power of attorney": "No",
    }


def test_a_company_is_called_by_its_name_and_its_particulars_stand_apart() -> None:
    business = Business("L1", "T1", date(2001, 2, 3), "AE", Address(("Road",), None), "a@b", "1", "Trade", "b.example")
    person = only(Party("p", claims=(Claims(business_name="Qamar LLC", business=business),)))

    assert (person.title, person.facts) == ("Qamar LLC", ())
    assert said(person.personal) == {
        "Trade licence": "L1",
        "Tax number": "T1",
        "Founded": "03/02/2001",
        "Country": "AE",
        "Address": "Road",
        "Email": "a@b",
        "Phone": "1",
        "Industry": "Trade",
        "Website": "b.example",
    }


def test_who_has_no_name_is_not_given_one_and_nothing_of_a_person_is_printed_by_accident() -> None:
    person = only(Party("p", claims=(Claims(personal=PERSONAL),)))

    assert english(person.title) == "Somebody without a name"
    assert "784" not in repr(person)
    assert "784" not in repr(build(found([Party("p", claims=(Claims(personal=PERSONAL),))])))


def test_people_that_did_not_come_are_none_and_an_empty_answer_is_nobody() -> None:
    refused, empty = build(failed("refused")), build(found())

    assert (refused.people, empty.people) == (None, ())
    assert english(refused.state.failure or "") == "Your bank did not share this"


@pytest.mark.parametrize(
    "claims",
    [
        {"DateOfBirth": "1900-02-29", "EmiratesIdExpiryDate": "0000-00-00", "Salary": "much"},
        {"DateOfBirth": 7, "EmiratesId": ["x"], "Salary": True, "Email": {}},
        {"ResidentialAddress": "home", "SalaryTransfer": "yes", "MobileNumber": 971},
    ],
)
def test_bad_values_of_a_person_are_left_out_and_counted(claims: dict[str, Any]) -> None:
    body = {"Data": {"Party": {"PartyId": "p", "VerifiedClaims": [{"Claims": {"FullName": "A", **claims}}]}}}
    parsed = read_parties.user(body)
    view = build(found(parsed.items, unreadable=parsed.unreadable))
    (person,) = view.people or ()

    assert (person.title, person.personal) == ("A", ())
    assert english(view.state.unreadable or "").startswith("3 details" if len(claims) == 3 else "4 details")
