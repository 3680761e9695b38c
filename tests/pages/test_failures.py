"""One test for all tables of failure words: whatever can go wrong in a phase has words of its own there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import pytest
from bs4 import BeautifulSoup

from tests.stack import ORIGIN
from tests.test_translations import latin_words, said_in_arabic
from tpp import errors
from tpp.bank import answers
from tpp.journey.refusals import REASONS
from tpp.model.bank_client import Wording
from tpp.model.words import Words
from tpp.pages import failures_general, failures_return, failures_start, troubles
from tpp.web.error_pages import page
from tpp.web.language import COOKIE
from tpp.web.routes_callback import NO_COOKIE

if TYPE_CHECKING:
    from tests.stack import Stack
    from tpp.pages.failure import Failure

WORDINGS: tuple[Wording, ...] = get_args(Wording)

SETTINGS = re.compile(r"/control|SANDBOX_EXPIRY=fixed|TRUSTED_PROXIES|X-Forwarded-Host|\bHost\b|\bproxy\b")
"""What whoever runs the app knows under this name alone, in every language."""

START, RETURN, BANK, ACCOUNT, ANYWHERE = "start", "return", "a bank is read", "an account is read", "anywhere"

ASKED = (START, RETURN, BANK, ACCOUNT)
"""Wherever the bank is asked."""

PHASES: dict[type[errors.MizanError], tuple[str, ...]] = {
    errors.MizanError: (RETURN,),
    **dict.fromkeys((errors.BankUnreachable, errors.BankCertificateUntrusted, errors.BankTimeout), ASKED),
    **dict.fromkeys((errors.MalformedResponse, errors.BankRefused, errors.TokenRejected), ASKED),
    **dict.fromkeys((errors.RateLimited, errors.BankFault), ASKED),
    errors.UntrustedRedirect: (START,),
    errors.GrantRefused: (RETURN,),
    errors.ConsentHalted: (BANK,),
    errors.AccountRefused: (BANK, ACCOUNT),
    errors.OtherAccount: (ACCOUNT,),
    **dict.fromkeys((errors.MalformedCallback, errors.UnknownAttempt, errors.StateUnreadable), (RETURN,)),
    **dict.fromkeys((errors.AttemptLate, errors.IssuerMissing, errors.IssuerMismatch), (RETURN,)),
    **dict.fromkeys((errors.ConsentMismatch, errors.ClockDiffers, errors.OtherWindow), (RETURN,)),
    **dict.fromkeys((errors.ConsentDenied, errors.SignedOut), (RETURN,)),
    errors.StoreUnavailable: (*ASKED, ANYWHERE),
    **dict.fromkeys((errors.NotConnected, errors.VaultClosed, errors.ReconnectNeeded), (BANK,)),
}
"""In which phases an error can come before the customer."""

BASES = {errors.BankError, errors.CallbackRefused}
"""Never raised themselves."""

SLUGS: dict[type[errors.MizanError], set[str]] = {
    errors.ConsentDenied: set(REASONS),
    errors.ConsentHalted: {reason for reason, _ in answers.HALTED.values()},
    errors.AccountRefused: {*answers.REFUSED.values(), answers.RESOURCE_UNKNOWN},
}
"""Of errors whose reason depends on what the bank said."""

NO_ERRORS = {
    START: {"old-form"},
    RETURN: {NO_COOKIE},
    BANK: {"access-refused", "consent-ended"},
    ACCOUNT: {"not-asked", "odd-id", "no-balance", "not-loaded", "consent-invalid"},
    ANYWHERE: {"400", "403", "404", "405", "421", "500", "host", "csrf"},
}
"""What stops the customer without an error of ours."""


def kinds(base: type[errors.MizanError]) -> set[type[errors.MizanError]]:
    """Return all classes below one."""
    return {below for each in base.__subclasses__() for below in {each, *kinds(each)}}


def reasons(phase: str) -> set[str]:
    """Return every reason that can come before the customer in a phase."""
    found = {reason for kind, phases in PHASES.items() if phase in phases for reason in SLUGS.get(kind, {kind.reason})}
    return found | NO_ERRORS[phase]


def tables(wording: Wording) -> dict[str, set[str]]:
    """Return which reasons have words in each phase."""
    return {
        START: set(failures_start.PAGES[wording]),
        RETURN: set(failures_return.PAGES[wording]),
        BANK: {*troubles.BANK_ERRORS, *troubles.ENDED},
        ACCOUNT: set(troubles.WORDS[wording]),
        ANYWHERE: set(failures_general.PAGES),
    }


def pages() -> list[Failure]:
    """Return every failure page of every phase, in every wording."""
    by_wording = [*failures_start.PAGES.values(), *failures_return.PAGES.values()]
    return [each for table in [*by_wording, failures_general.PAGES] for each in table.values()]


def test_every_error_of_ours_has_its_phases() -> None:
    assert set(PHASES) == {errors.MizanError, *kinds(errors.MizanError)} - BASES


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("phase", NO_ERRORS)
def test_every_reason_has_words_in_each_phase_where_it_can_occur_and_no_words_are_left_over(
    phase: str, wording: Wording
) -> None:
    assert tables(wording)[phase] == reasons(phase)


def test_a_failure_page_holds_our_own_words_only() -> None:
    """No upstream text: every sentence is a message of ours, and none has a value that could bring some in."""
    said = [words for each in pages() for words in (each.title, *each.sentences, each.action_label)]

    assert [words for words in said if not isinstance(words, Words) or words.values] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_failure_page_says_what_happened_and_offers_one_way_on(stack: Stack, language: str) -> None:
    for failure in pages():
        with stack.app.test_request_context("/", base_url=ORIGIN, headers={"Cookie": f"{COOKIE}={language}"}):
            stack.app.preprocess_request()
            answer = page(failure)
        text = answer.get_data(as_text=True)
        soup = BeautifulSoup(text, "html5lib")

        assert answer.status_code == failure.status
        assert len(soup.select("main a.button, main button")) == 1
        assert soup.select("main h1 + .lead p")
        if language == "ar":
            assert said_in_arabic(text)
            assert latin_words(SETTINGS.sub("", text)) == []


@pytest.mark.parametrize("module", [failures_start, failures_return])
def test_only_words_that_a_client_chooses_name_what_stands_between_us_and_the_bank(module: object) -> None:
    """A way straight to the bank brings words of its own for these, and shares the others."""
    shared: dict[str, Failure] = vars(module)["ANY_WAY"]
    said = [words.msgid for each in shared.values() for words in (each.title, *each.sentences)]

    assert [text for text in said if "Starter Kit" in text or "connection service" in text.lower()] == []


def test_an_account_error_names_the_starter_kit_in_its_clients_words_only() -> None:
    """A way that is offered no more, or one straight to the bank, has no kit to speak of."""
    said = {reason: troubles.of_reason(reason, None) for reason in troubles.ACCOUNT_ERRORS}

    assert [words.msgid for words in said.values() if words and "Starter Kit" in words.msgid] == []
    for wording in WORDINGS:
        words = troubles.of_reason("not-asked", wording)
        assert words is not None
        assert "Starter Kit" in words.msgid
        assert words != said["not-asked"]
    assert troubles.of_reason("never heard of", "starter-kit") is None


def test_the_clients_wording_decides_between_a_real_kit_and_the_simulated_one() -> None:
    real, simulated = (failures_start.at_the_start("unreachable", wording) for wording in WORDINGS)

    assert "Starter Kit API" in real.sentences[0].msgid
    assert "stop the app" in simulated.sentences[0].msgid
    assert failures_start.at_the_start("never heard of", "starter-kit") == failures_start.ANY_WAY["bank-fault"]
    assert failures_return.return_slug("never heard of", "starter-kit") == "unexpected"
