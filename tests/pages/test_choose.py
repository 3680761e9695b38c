"""The choice: read from any text without an exception, never wider than what is offered, known again by its link."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bodies import english
from tpp.model.consent import ConsentDraft, end_of_day, may_be_asked
from tpp.model.permission import FOR_THE_PRODUCT, PERMISSIONS, faults
from tpp.pages.choose import BALANCES, EVERYTHING, NAMES, OWN, Offer, build, chosen, days_until, read

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
ALL = tuple(each.code for each in PERMISSIONS)
ACCOUNTS = ("ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances")

VALUE = st.text(max_size=12) | st.sampled_from(
    [
        *("balances", "everything", "own", "accounts", "payments", "transactions", "product", "parties", "rates"),
        *("0", "1", "7", "30", "90", "364", "365", "-1", "1e3", "007", "²", "٣٠", "9" * 5000, "\x00", "\ud800", "<b>"),
    ]
)
PARAMETERS = st.dictionaries(st.sampled_from([*NAMES, "other"]), st.lists(VALUE, max_size=4))
SETTINGS = st.sets(st.sampled_from(ALL), min_size=1).map(tuple).filter(lambda codes: faults(codes) == [])


def offer(permissions: tuple[str, ...] = FOR_THE_PRODUCT, days: int = 30, now: datetime = NOW) -> Offer:
    """Return what can be chosen from these permissions, through a kit."""
    draft = ConsentDraft(
        permissions, end_of_day(now, days), "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer"
    )
    return Offer(draft, now, frozenset({"ReadProduct"}))


OFFER = offer()


@given(PARAMETERS, SETTINGS, st.integers(1, 364))
def test_whatever_is_sent_leads_to_a_draft_that_may_be_asked_for_or_to_a_word(
    parameters: dict[str, list[str]], settings: tuple[str, ...], days: int
) -> None:
    """CX-24 to CX-26: nothing beyond what is offered, nothing without what it needs, no day beyond a year."""
    offered = offer(settings, days)
    choice = read(parameters, offered)

    assert build(choice, offered).errors == choice.errors
    assert all(english(word) for word in choice.errors.values())
    if not choice.errors:
        assert may_be_asked(choice.draft(offered), offered.draft, NOW)


@given(PARAMETERS, SETTINGS, st.integers(1, 364))
def test_the_link_of_a_choice_leads_to_the_same_draft(
    parameters: dict[str, list[str]], settings: tuple[str, ...], days: int
) -> None:
    offered = offer(settings, days)
    choice = read(parameters, offered)
    again = read(choice.query(offered), offered)

    if not choice.errors:
        assert again.errors == {}
        assert again.draft(offered) == choice.draft(offered)


@given(PARAMETERS, SETTINGS, st.integers(1, 364))
def test_a_draft_leads_back_to_the_choice_that_made_it(
    parameters: dict[str, list[str]], settings: tuple[str, ...], days: int
) -> None:
    """So that a second try after a failure asks for the same, until the same day."""
    offered = offer(settings, days)
    choice = read(parameters, offered)

    if not choice.errors:
        draft = choice.draft(offered)
        assert chosen(draft, offered).draft(offered) == draft


def test_after_midnight_a_draft_leads_back_to_its_own_last_day() -> None:
    before = read({"what": [BALANCES], "days": ["7"]}, OFFER).draft(OFFER)
    later = offer(now=NOW + timedelta(days=1))

    assert chosen(before, later).draft(later).until == before.until
    assert chosen(replace(before, until=NOW), later).days == 30


def test_a_consent_that_is_given_again_lasts_as_many_days_as_before() -> None:
    before = read({"what": [BALANCES], "days": ["7"]}, OFFER).draft(OFFER)
    later = offer(now=NOW + timedelta(days=40))

    assert chosen(before, later, NOW).draft(later).until == end_of_day(later.now, 7)


@pytest.mark.parametrize(
    ("parameters", "permissions", "days"),
    [
        ({}, FOR_THE_PRODUCT, 30),
        ({"what": [EVERYTHING], "days": ["364"]}, FOR_THE_PRODUCT, 364),
        ({"what": [EVERYTHING], "group": ["parties"]}, FOR_THE_PRODUCT, 30),
        ({"what": [BALANCES], "group": ["parties"]}, ACCOUNTS, 30),
        ({"what": [OWN]}, ACCOUNTS, 30),
        ({"what": [OWN], "group": ["parties"]}, (*ACCOUNTS, "ReadPartyUser"), 30),
        (
            {"what": [OWN], "group": ["transactions"], "days": ["90"]},
            (*ACCOUNTS, "ReadTransactionsBasic", "ReadTransactionsDetail"),
            90,
        ),
        ({"group": ["parties"]}, (*ACCOUNTS, "ReadPartyUser"), 30),
    ],
    ids=str,
)
def test_a_choice_asks_for_what_it_says_and_for_the_accounts_that_it_needs(
    parameters: dict[str, list[str]], permissions: tuple[str, ...], days: int
) -> None:
    """Whoever ticks transactions shares the accounts too; a box counts where boxes are ticked, and nowhere else."""
    choice = read(parameters, OFFER)
    draft = choice.draft(OFFER)

    assert choice.errors == {}
    assert (draft.permissions, days_until(draft, NOW)) == (permissions, days)
    assert replace(draft, permissions=FOR_THE_PRODUCT, until=OFFER.draft.until) == OFFER.draft


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"what": ["all"]}, "what"),
        ({"what": [OWN, BALANCES]}, "what"),
        ({"what": [""]}, "what"),
        ({"what": [OWN], "group": ["product"]}, "group"),
        ({"what": [OWN], "group": ["transactions", "x"]}, "group"),
        ({"days": ["0"]}, "days"),
        ({"days": ["365"]}, "days"),
        ({"days": ["30", "90"]}, "days"),
        ({"days": ["a month"]}, "days"),
        ({"days": ["9" * 5000]}, "days"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_read_has_a_word_beside_its_field(parameters: dict[str, list[str]], field: str) -> None:
    assert list(read(parameters, OFFER).errors) == [field]


def test_a_group_that_is_offered_stays_ticked_beside_one_that_is_not() -> None:
    assert read({"what": [OWN], "group": ["x", "transactions"]}, OFFER).groups == ("transactions",)


def test_where_accounts_are_not_asked_for_at_least_one_group_must_be_ticked() -> None:
    parties = offer(("ReadParty", "ReadAccountsBasic"))

    assert read({"what": [OWN]}, parties).errors == {}
    assert offer(("ReadParty",)).presets == (EVERYTHING,)


def test_a_group_that_the_way_refuses_is_there_with_its_reason_and_one_that_nobody_asks_for_is_not() -> None:
    groups = {each.key: each for each in build(read({}, OFFER), OFFER).groups}
    fewer = offer(("ReadAccountsBasic", "ReadBalances", "ReadTransactionsBasic"))

    assert list(groups) == ["accounts", "payments", "transactions", "product", "parties"]
    assert {key: each.state for key, each in groups.items() if each.state != "open"} == {
        "accounts": "fixed",
        "product": "refused",
    }
    assert english(groups["product"].note) == "Cannot be chosen: the Starter Kit does not ask banks for it."
    assert [each.key for each in build(read({}, fewer), fewer).groups] == ["accounts", "transactions", "product"]
    asking = replace(offer(ALL), refused=frozenset())
    assert {each.key: each.state for each in build(read({}, asking), asking).groups}["product"] == "open"


def test_each_group_says_what_it_needs_and_what_needs_it() -> None:
    """The rule of the hub, in both directions: what needs accounts says so, and the accounts say by what."""
    for each in build(read({}, OFFER), OFFER).groups:
        needs = any(permission.needs for permission in PERMISSIONS if permission.group.key == each.key)
        if each.state == "open":
            assert english(each.note).startswith("Needs Your Account Details" if needs else "Stands alone")


@pytest.mark.parametrize(
    ("permissions", "presets"),
    [
        (FOR_THE_PRODUCT, (BALANCES, EVERYTHING, OWN)),
        (("ReadAccountsBasic", "ReadBalances"), (EVERYTHING,)),
        (("ReadAccountsBasic", "ReadTransactionsBasic"), (EVERYTHING, OWN)),
    ],
    ids=str,
)
def test_what_leaves_nothing_out_or_says_what_is_not_so_is_no_preset(
    permissions: tuple[str, ...], presets: tuple[str, ...]
) -> None:
    """Where no balance is asked for there is no "Balances only"; where there is one group, nothing is to be chosen."""
    assert tuple(each.value for each in build(read({}, offer(permissions)), offer(permissions)).presets) == presets


def test_every_duration_has_its_last_day_and_the_chosen_one_is_among_them() -> None:
    view = build(read({"days": ["45"]}, OFFER), OFFER)

    assert [each.days for each in view.durations] == [7, 30, 45, 90, 180, 364]
    assert view.days_picked == 45
    assert all(each.until == end_of_day(NOW, each.days) for each in view.durations)
