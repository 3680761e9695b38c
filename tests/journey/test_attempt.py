"""The order of the checks, with plain values and a bank that only counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START, Clock
from tpp.errors import (
    AttemptLate,
    BankUnreachable,
    ConsentDenied,
    GrantRefused,
    IssuerMismatch,
    IssuerMissing,
    MalformedCallback,
    MizanError,
    OtherWindow,
    UnknownAttempt,
)
from tpp.journey.attempt import CONNECTED, Already, Desk, await_outcome, begin, complete, read_answer, recall
from tpp.model.connection import Attempt, Begun
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.store.sessions import SealedVaults
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ISSUER = "https://issuer.example"
DRAFT = ConsentDraft(("ReadBalances",), START + timedelta(days=30), "Mizan", "Model Bank", "AccountAggregation")


@dataclass
class Bank:
    """Counts codes; `known` says whether it can read states."""

    known: bool = False
    number: int = 0
    codes: list[str] = field(default_factory=list)
    fault: MizanError | None = None

    def begin(self, _draft: ConsentDraft) -> Begun:
        """Stage."""
        self.number += 1
        name = f"consent-{self.number}"
        return Begun(f"{ISSUER}/auth", name, "v" * 43, ISSUER, "client", f"state-{self.number}")

    def names(self, state: str, attempt: Attempt) -> bool | None:
        """Read the state, or not."""
        return state == attempt.expected_state if self.known else None

    def redeem(self, attempt: Attempt, code: str, now: datetime) -> Grant:
        """Exchange."""
        self.codes.append(code)
        if self.fault:
            raise self.fault
        tokens = TokenSet("t", now + timedelta(seconds=600))
        return Grant(attempt.consent_id, ISSUER, DRAFT.until, now, DRAFT, tokens)


@pytest.fixture(params=[False, True], ids=["opaque", "known"])
def bank(request: pytest.FixtureRequest) -> Bank:
    """Return a bank of each kind."""
    return Bank(known=request.param)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, bank: Bank) -> Desk:
    """Return a desk with one attempt under way."""
    vaults = SealedVaults(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"s" * 32, clock.seconds)
    laid = Desk(vaults.open(b"k" * 32), vaults.server, bank, clock, clock.sleep, timedelta(days=30), "epoch")  # type: ignore[arg-type]
    begin(laid.vault, laid.connection, DRAFT, clock)
    return laid


def query(**changes: str | list[str] | None) -> dict[str, list[str]]:
    """Make a good callback, then spoil it."""
    good: dict[str, Any] = {"code": "the-code", "state": "state-1", "iss": ISSUER}
    kept = {name: value for name, value in (good | changes).items() if value is not None}
    return {name: value if isinstance(value, list) else [value] for name, value in kept.items()}


def attempts(desk: Desk) -> int:
    """Count the attempts that are kept."""
    return len(desk.vault.find("attempt"))


def test_a_good_return_is_exchanged_consumed_and_kept(desk: Desk, bank: Bank) -> None:
    grant = complete(desk, query())

    assert isinstance(grant, Grant)
    assert bank.codes == ["the-code"]
    assert attempts(desk) == 0
    assert desk.vault.get("connection", "consent-1") is not None
    stub = desk.server.get("stub", "consent-1")
    assert stub is not None
    assert "t" not in stub.value.values()
    assert set(stub.value) == {"consent_id", "bank", "issuer", "until", "state", "changed_at"}


REFUSED: list[tuple[dict[str, Any], type[MizanError]]] = [
    ({"code": ["a", "a"]}, MalformedCallback),
    ({"iss": [ISSUER, "https://evil.example"]}, MalformedCallback),
    ({"foo": ["1", "2"]}, MalformedCallback),
    ({"code": None}, MalformedCallback),
    ({"error": "access_denied"}, MalformedCallback),
    ({"state": None}, UnknownAttempt),
    ({"iss": None}, IssuerMissing),
    ({"iss": "https://evil.example"}, IssuerMismatch),
    ({"iss": ISSUER + "/"}, IssuerMismatch),
]


@pytest.mark.parametrize(("changes", "kind"), REFUSED, ids=str)
def test_a_spoiled_return_is_refused_before_anything_is_used_up(
    desk: Desk, bank: Bank, changes: dict[str, Any], kind: type[MizanError]
) -> None:
    with pytest.raises(kind):
        complete(desk, query(**changes))

    assert bank.codes == []
    assert isinstance(complete(desk, query()), Grant), "the attempt is still alive"


def test_a_wrong_issuer_tells_the_log_what_was_expected_and_whose_came(desk: Desk) -> None:
    """A wrong setting looks like an attack: whoever runs the app must be able to tell."""
    came = "https://other.example:8443/auth?secret=x" + "y" * 300
    with pytest.raises(IssuerMismatch) as caught:
        complete(desk, query(iss=came))

    told = str(caught.value)
    assert f"{ISSUER} was expected" in told
    assert "https://other.example:8443 came" in told
    assert "BANK_ISSUER" in told
    assert "secret" not in told


def test_unknown_single_parameters_are_ignored(desk: Desk) -> None:
    assert isinstance(complete(desk, query(session_state="x")), Grant)


def test_error_counts_only_after_state_age_and_issuer(desk: Desk, bank: Bank, clock: Clock) -> None:
    """A forged `error=` must not end an attempt before we know that it answers us."""
    refusal = {"code": None, "error": "access_denied"}
    with pytest.raises(IssuerMismatch):
        complete(desk, query(**refusal, iss="https://evil.example"))
    with pytest.raises(UnknownAttempt):
        complete(desk, query(**refusal, state=None))
    assert attempts(desk) == 1
    with pytest.raises(ConsentDenied):
        complete(desk, query(**refusal))
    assert attempts(desk) == (0 if bank.known else 1)


def test_a_known_refusal_is_remembered_for_its_reload(desk: Desk, bank: Bank) -> None:
    refusal = query(code=None, error="access_denied", error_description="user_rejected_consent")
    with pytest.raises(ConsentDenied):
        complete(desk, refusal)
    if bank.known:
        assert complete(desk, refusal) == Already("declined")
    else:
        with pytest.raises(ConsentDenied):
            complete(desk, refusal)


def test_a_return_after_ten_minutes_is_late_and_after_an_hour_unknown(desk: Desk, bank: Bank, clock: Clock) -> None:
    clock.move(minutes=10, seconds=1)
    with pytest.raises(AttemptLate):
        complete(desk, query())
    clock.move(minutes=50)
    with pytest.raises(UnknownAttempt):
        complete(desk, query())
    assert bank.codes == []


def test_one_code_is_sent_once_whatever_became_of_it(desk: Desk, bank: Bank) -> None:
    bank.fault = BankUnreachable()
    with pytest.raises(BankUnreachable):
        complete(desk, query())
    bank.fault = None

    assert complete(desk, query()) == Already("unreachable")
    assert bank.codes == ["the-code"]


def test_a_reloaded_success_leads_where_the_first_one_led(desk: Desk, bank: Bank) -> None:
    complete(desk, query())

    assert complete(desk, query()) == Already(CONNECTED, "epoch")
    stranger = replace(desk, vault=SealedVaults.open(_vaults(desk), b"x" * 32))
    assert complete(stranger, query()) == Already(CONNECTED, "epoch")
    assert bank.codes == ["the-code"]


def _vaults(desk: Desk) -> SealedVaults:
    return SealedVaults(desk.vault._rows, b"s" * 32, desk.vault._now)  # type: ignore[attr-defined]


def test_invalid_grant_with_an_opaque_state_leaves_the_attempt_for_three_codes(desk: Desk, bank: Bank) -> None:
    bank.fault = GrantRefused(400, "invalid_grant")
    if bank.known:
        with pytest.raises(GrantRefused):
            complete(desk, query())
        assert attempts(desk) == 0
        return
    for left, code in ((1, "a"), (1, "b"), (0, "c")):
        with pytest.raises(OtherWindow):
            complete(desk, query(code=code))
        assert attempts(desk) == left
    with pytest.raises(UnknownAttempt):
        complete(desk, query(code="d"))


def test_the_newest_attempt_is_meant_by_an_opaque_state(desk: Desk, bank: Bank, clock: Clock) -> None:
    clock.move(seconds=1)
    begin(desk.vault, desk.connection, DRAFT, clock)
    grant = complete(desk, query())

    assert isinstance(grant, Grant)
    assert grant.consent_id == ("consent-1" if bank.known else "consent-2")


def test_a_waiting_double_learns_the_outcome_or_gives_up(desk: Desk) -> None:
    answer = read_answer(query())
    assert recall(desk.server, answer) is None
    desk.server.add("claim", answer.claim, {"outcome": None}, START.timestamp() + 3600)
    assert await_outcome(desk, query()) == Already(None), "it waits, in vain, for twelve seconds of the clock"
    desk.server.put("claim", answer.claim, {"outcome": "declined"}, START.timestamp() + 3600)
    assert await_outcome(desk, query()) == Already("declined")


def test_a_new_connection_takes_the_place_of_one_whose_access_has_ended(desk: Desk, clock: Clock) -> None:
    first = complete(desk, query())
    assert isinstance(first, Grant)
    end = START.timestamp() + 9999
    desk.vault.put("connection", first.consent_id, first.with_tokens(None).to_json(), end)
    begin(desk.vault, desk.connection, DRAFT, clock)
    complete(desk, query(code="second", state="state-2"))

    assert [kept.name for kept in desk.vault.find("connection")] == ["consent-2"]
