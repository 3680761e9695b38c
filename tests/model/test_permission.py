"""The permissions: what they need, and which sentence is shown."""

from __future__ import annotations

import pytest

from tpp.model.permission import BY_CODE, FOR_THE_PRODUCT, PERMISSIONS, faults, shown

KIT = {
    *("ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances", "ReadBeneficiariesBasic", "ReadBeneficiariesDetail"),
    *("ReadTransactionsBasic", "ReadTransactionsDetail", "ReadTransactionsCredits", "ReadTransactionsDebits"),
    *("ReadScheduledPaymentsBasic", "ReadScheduledPaymentsDetail", "ReadDirectDebits", "ReadStandingOrdersBasic"),
    *("ReadStandingOrdersDetail", "ReadPartyUser", "ReadPartyUserIdentity", "ReadParty"),
}
"""What the Starter Kit accepts, but for ReadConsents, which is never asked for."""


def test_every_permission_of_the_kit_has_words_and_only_product_is_more() -> None:
    assert {each.code for each in PERMISSIONS} == KIT | {"ReadProduct"}


def test_what_the_product_asks_for_fits_together() -> None:
    assert faults(FOR_THE_PRODUCT) == []


def test_a_starter_kit_is_asked_for_nothing_that_it_refuses_and_each_line_is_printed() -> None:
    """CX-24: of each kind one line stands on the page, whatever else is asked for along with it."""
    assert set(FOR_THE_PRODUCT) <= KIT
    assert [each.code for each in shown(FOR_THE_PRODUCT)] == [
        *("ReadAccountsDetail", "ReadBalances", "ReadBeneficiariesDetail", "ReadStandingOrdersDetail"),
        *("ReadScheduledPaymentsDetail", "ReadDirectDebits", "ReadTransactionsDetail", "ReadPartyUser"),
    ]


@pytest.mark.parametrize("code", sorted(each.code for each in PERMISSIONS if each.needs))
def test_a_permission_that_needs_accounts_is_refused_alone(code: str) -> None:
    """CX-26."""
    assert faults([code])
    assert not any("ReadAccounts" in fault for fault in faults([code, "ReadAccountsBasic"]))


def test_unknown_doubled_and_missing_permissions_are_named() -> None:
    assert faults([]) == ["no permission is named"]
    assert "ReadConsents" in faults(["ReadConsents"])[0]
    assert "twice" in faults(["ReadParty", "ReadParty"])[0]


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        (["ReadAccountsBasic", "ReadAccountsDetail"], ["ReadAccountsDetail"]),
        (["ReadAccountsBasic"], ["ReadAccountsBasic"]),
        (["ReadParty", "ReadPartyUser", "ReadPartyUserIdentity"], ["ReadPartyUserIdentity"]),
        (["ReadParty", "ReadPartyUser"], ["ReadPartyUser"]),
        (["ReadTransactionsDetail", "ReadTransactionsBasic"], ["ReadTransactionsDetail"]),
    ],
)
def test_detail_hides_basic_and_the_highest_party_hides_the_lower(asked: list[str], printed: list[str]) -> None:
    """CX-13, CX-14."""
    assert [each.code for each in shown(asked)] == printed


def test_every_sentence_is_its_own() -> None:
    """One fault seen elsewhere: every expander shows the same paragraph."""
    assert len({each.line.msgid for each in BY_CODE.values()}) == len(BY_CODE)
