"""The order of the checks, with plain values and a bank that only counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START, Clock
from tests.routes import ROUTE, offering
from tpp.errors import (
    AttemptLate,
    BankUnreachable,
    ConsentDenied,
    ConsentMismatch,
    GrantRefused,
    IssuerMismatch,
    IssuerMissing,
    MalformedCallback,
    MizanError,
    OtherWindow,
    SignedOut,
    StateUnreadable,
    UnknownAttempt,
    VaultClosed,
)
from tpp.journey import connections
from tpp.journey.attempt import Arrival, begin, complete
from tpp.journey.authorization_response import read_response
from tpp.journey.claims import CONNECTED, Already, await_outcome, recall
from tpp.journey.edition import leave, open_to
from tpp.journey.precedents import STATE, has_shown
from tpp.journey.shapes import VERSION
from tpp.model import kinds
from tpp.model.bank_client import Begun
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.model.rows import New
from tpp.model.visit import Visit
from tpp.store.sessions import SealedVaults
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tpp.model.attempt import Attempt
    from tpp.model.bank_client import StateForm, Wording
    from tpp.model.consent import Route

    Run = Callable[[SqliteRows, str, tuple[object, ...]], list[tuple[object, ...]]]

ISSUER = "https://issuer.example"
DRAFT = ConsentDraft(
    ("ReadBalances",), START + timedelta(days=30), "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer"
)


@dataclass
class Bank:
    """Counts codes; `known` says whether it can read states."""

    known: bool = False
    route: Route = ROUTE
    way: str = "kit issuer"
    state_form: StateForm = "auto"
    wording: Wording = "starter-kit"
    subject: str | None = None
    nonce: str | None = None
    told_nonce: str | None = None
    number: int = 0
    codes: list[str] = field(default_factory=list)
    fault: MizanError | None = None

    def begin(self, _draft: ConsentDraft, _visit: Visit) -> Begun:
        """Stage."""
        self.number += 1
        name = f"consent-{self.number}"
        return Begun(f"{ISSUER}/auth", name, "v" * 43, ISSUER, "client", f"state-{self.number}", self.nonce)

    def recognises_state(self, state: str, attempt: Attempt) -> bool | None:
        """Read the state, or not."""
        return state == attempt.expected_state if self.known else None

    def redeem(self, attempt: Attempt, code: str, state: str | None, now: datetime, _visit: Visit) -> Grant:
        """Exchange."""
        self.codes.append(code)
        if self.fault:
            raise self.fault
        tokens = TokenSet("t", now + timedelta(seconds=600))
        return Grant(
            attempt.consent_id,
            ISSUER,
            DRAFT.until,
            now,
            DRAFT,
            tokens,
            subject=self.subject,
            route=attempt.route,
            nonce=self.told_nonce,
        )


@pytest.fixture(params=[False, True], ids=["opaque", "known"])
def bank(request: pytest.FixtureRequest) -> Bank:
    """Return a bank of each kind."""
    return Bank(known=request.param)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, bank: Bank) -> Arrival:
    """Return a desk with one attempt under way."""
    vaults = SealedVaults(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), [b"s" * 32], clock.seconds)
    days = timedelta(days=30)
    vault = vaults.open(b"k" * 32)
    laid = Arrival(
        vault,
        vaults.server,
        offering(bank),
        clock,
        days,
        "edition",
        meant=lambda _attempt: None,
        kept=lambda _answer, _grant: None,
        visit=Visit(),
    )
    begin(laid.vault, laid.banks.default, DRAFT, clock, Visit())
    return laid


def query(**changes: str | list[str] | None) -> dict[str, list[str]]:
    """Make a good callback, then spoil it."""
    good: dict[str, Any] = {"code": "the-code", "state": "state-1", "iss": ISSUER}
    kept = {name: value for name, value in (good | changes).items() if value is not None}
    return {name: value if isinstance(value, list) else [value] for name, value in kept.items()}


def attempts(desk: Arrival) -> int:
    """Count the attempts that are kept."""
    return len(desk.vault.find("attempt"))


def test_a_good_return_is_exchanged_consumed_and_kept(desk: Arrival, bank: Bank) -> None:
    grant = complete(desk, query())

    assert isinstance(grant, Grant)
    assert bank.codes == ["the-code"]
    assert attempts(desk) == 0
    assert desk.vault.get("connection", "consent-1") is not None
    stub = desk.server.get("stub", "consent-1")
    assert stub is not None
    assert "t" not in stub.value.values()
    assert set(stub.value) - {VERSION} == {"consent_id", "bank", "issuer", "until", "state", "changed_at"}


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
    desk: Arrival, bank: Bank, changes: dict[str, Any], kind: type[MizanError]
) -> None:
    with pytest.raises(kind):
        complete(desk, query(**changes))

    assert bank.codes == []
    assert isinstance(complete(desk, query()), Grant), "the attempt is still alive"


def test_a_wrong_issuer_tells_the_log_what_was_expected_and_whose_came(desk: Arrival) -> None:
    """A wrong setting looks like an attack: whoever runs the app must be able to tell."""
    came = "https://other.example:8443/auth?secret=x" + "y" * 300
    with pytest.raises(IssuerMismatch) as caught:
        complete(desk, query(iss=came))

    told = str(caught.value)
    assert f"{ISSUER} was expected" in told
    assert "https://other.example:8443 came" in told
    assert "BANK_ISSUER" in told
    assert "secret" not in told


def test_unknown_single_parameters_are_ignored(desk: Arrival) -> None:
    assert isinstance(complete(desk, query(session_state="x")), Grant)


def test_error_counts_only_after_state_age_and_issuer(desk: Arrival, bank: Bank, clock: Clock) -> None:
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


def test_a_known_refusal_is_remembered_for_its_reload(desk: Arrival, bank: Bank) -> None:
    refusal = query(code=None, error="access_denied", error_description="user_rejected_consent")
    with pytest.raises(ConsentDenied):
        complete(desk, refusal)
    if bank.known:
        assert complete(desk, refusal) == Already("declined", "starter-kit")
    else:
        with pytest.raises(ConsentDenied):
            complete(desk, refusal)


def test_a_return_after_ten_minutes_is_late_and_after_an_hour_unknown(desk: Arrival, bank: Bank, clock: Clock) -> None:
    clock.move(minutes=10, seconds=1)
    with pytest.raises(AttemptLate):
        complete(desk, query())
    clock.move(minutes=50)
    with pytest.raises(UnknownAttempt):
        complete(desk, query())
    assert bank.codes == []


def test_one_code_is_sent_once_whatever_became_of_it(desk: Arrival, bank: Bank) -> None:
    bank.fault = BankUnreachable()
    with pytest.raises(BankUnreachable):
        complete(desk, query())
    bank.fault = None

    assert complete(desk, query()) == Already("unreachable", "starter-kit")
    assert bank.codes == ["the-code"]


def test_a_reloaded_success_leads_where_the_first_one_led(desk: Arrival, bank: Bank) -> None:
    complete(desk, query())

    assert complete(desk, query()) == Already(CONNECTED, "starter-kit")
    stranger = replace(desk, vault=SealedVaults.open(_vaults(desk), b"x" * 32))
    assert complete(stranger, query()) == Already(CONNECTED, "starter-kit")
    assert bank.codes == ["the-code"]


def _vaults(desk: Arrival) -> SealedVaults:
    return SealedVaults(desk.vault._rows, [b"s" * 32], desk.vault._now)  # type: ignore[attr-defined]


def test_invalid_grant_with_an_opaque_state_leaves_the_attempt_for_three_codes(desk: Arrival, bank: Bank) -> None:
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


def test_the_newest_attempt_is_meant_by_an_opaque_state(desk: Arrival, bank: Bank, clock: Clock) -> None:
    clock.move(seconds=1)
    begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
    grant = complete(desk, query())

    assert isinstance(grant, Grant)
    assert grant.consent_id == ("consent-1" if bank.known else "consent-2")


def test_a_waiting_double_learns_the_outcome_or_gives_up(desk: Arrival, clock: Clock) -> None:
    answer = read_response(query())
    assert recall(desk.server, answer) is None
    desk.server.add("claim", answer.claim, {"outcome": None}, START.timestamp() + 3600)
    assert await_outcome(desk.server, answer, clock.sleep) == Already(None), (
        "it waits, in vain, for twelve seconds of the clock"
    )
    desk.server.put("claim", answer.claim, {"outcome": "declined"}, START.timestamp() + 3600)
    assert await_outcome(desk.server, answer, clock.sleep) == Already("declined")


def test_a_new_connection_takes_the_place_of_one_whose_access_has_ended(desk: Arrival, clock: Clock) -> None:
    first = complete(desk, query())
    assert isinstance(first, Grant)
    end = START.timestamp() + 9999
    desk.vault.put("connection", first.consent_id, first.with_tokens(None).to_json(), end)
    late = {"account_id": "a", "answer": {"at": START.timestamp(), "reading": "", "body": {}}}
    wait = {"account_id": "a", "error": "bank-fault", "firm": True}
    for kind, value in (("late", late), ("wait", wait)):
        for consent_id in (first.consent_id, "another"):
            desk.vault.put(kind, f"{consent_id}\0a", {"consent_id": consent_id, **value}, end)
    begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
    complete(desk, query(code="second", state="state-2"))

    assert [kept.name for kept in desk.vault.find("connection")] == ["consent-2"]
    (past,) = connections.history(desk.vault, clock())
    assert (past.consent_id, past.tokens, past.draft.until) == (first.consent_id, None, first.draft.until)
    for kind in ("late", "wait"):
        assert [kept.value["consent_id"] for kept in desk.vault.find(kind)] == ["another"]


def test_a_connection_and_its_edition_are_written_in_one_step(desk: Arrival, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads beside the exchange finds neither or both; a gap let a second session see the figures."""
    seen: list[tuple[bool, bool]] = []
    write = SqliteRows._run

    def watched(rows: SqliteRows, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        found = write(rows, statement, values)
        other = SqliteRows(rows._path, rows._now)
        vault = SealedVaults(other, [b"s" * 32], rows._now).open(b"k" * 32)
        seen.append((bool(vault.find("connection")), vault.get(kinds.EDITION, "") is not None))
        return found

    monkeypatch.setattr(SqliteRows, "_run", once_deep(watched, write))
    assert isinstance(complete(desk, query()), Grant)
    assert (True, True) in seen
    assert set(seen) <= {(False, False), (True, True)}


def once_deep(watched: Run, plain: Run) -> Run:
    """Watch the statements of others, and not those of the watcher."""
    inside = [False]

    def run(rows: SqliteRows, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        if inside[0]:
            return plain(rows, statement, values)
        inside[0] = True
        try:
            return watched(rows, statement, values)
        finally:
            inside[0] = False

    return run


@pytest.fixture
def vaults(desk: Arrival, tmp_path: Path, clock: Clock) -> SealedVaults:
    """Return the store of the desk, as another process sees it."""
    return SealedVaults(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), [b"s" * 32], clock.seconds)


def test_a_vault_shuts_on_reads_that_began_before_another_edition(desk: Arrival, vaults: SealedVaults) -> None:
    planted = open_to(vaults.open(b"k" * 32), None)
    assert planted is not None, "nothing is connected yet"
    complete(desk, query())

    reads: list[Callable[[], object]] = [
        lambda: planted.find("connection"),
        lambda: planted.get("connection", "consent-1"),
        lambda: planted.take("figures", "consent-1"),
        lambda: planted.find_beside("connection", "wait"),
        lambda: planted.get_beside("connection", "consent-1", "wait"),
    ]
    for read in reads:
        with pytest.raises(VaultClosed):
            read()
    assert open_to(vaults.open(b"k" * 32), None) is None
    assert open_to(vaults.open(b"k" * 32), "another word") is None
    knows = open_to(vaults.open(b"k" * 32), "edition")
    assert knows is not None
    assert len(knows.find("connection")) == 1


def test_a_vault_that_has_shut_takes_no_row_either(desk: Arrival, vaults: SealedVaults) -> None:
    planted = open_to(vaults.open(b"k" * 32), None)
    assert planted is not None
    complete(desk, query())
    planted.put("figures", "f", {}, 9e9)
    assert not planted.put_together([New("figures", "f", {}, 9e9)])
    assert vaults.open(b"k" * 32).find("figures") == []


def test_a_return_over_an_older_edition_does_not_take_the_vault_over(
    desk: Arrival, bank: Bank, vaults: SealedVaults, clock: Clock
) -> None:
    """A planted session whose own exchange ends after the victim's would else give itself the newest edition."""
    planted = open_to(vaults.open(b"k" * 32), None)
    assert planted is not None
    begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
    late = replace(desk, vault=planted, edition="the thief's")
    own = bank.redeem

    def overtaken(attempt: Attempt, code: str, state: str | None, now: datetime, _visit: Visit) -> Grant:
        bank.redeem = own  # type: ignore[method-assign]
        complete(desk, query(code="the victim's", state="state-1"))
        return own(attempt, code, state, now, _visit)

    bank.redeem = overtaken  # type: ignore[method-assign]
    with pytest.raises(OtherWindow):
        complete(late, query(code="the thief's", state="state-2"))
    assert open_to(vaults.open(b"k" * 32), "the thief's") is None
    assert open_to(vaults.open(b"k" * 32), "edition") is not None


def test_a_sign_out_wins_over_an_exchange_that_began_before(desk: Arrival, bank: Bank, vaults: SealedVaults) -> None:
    own = bank.redeem

    def left(attempt: Attempt, code: str, state: str | None, now: datetime, _visit: Visit) -> Grant:
        leave(vaults.open(b"k" * 32), START)
        return own(attempt, code, state, now, _visit)

    bank.redeem = left  # type: ignore[method-assign]
    with pytest.raises((SignedOut, UnknownAttempt)):
        complete(desk, query())
    assert vaults.open(b"k" * 32).find("connection") == []


def test_a_kit_whose_state_was_readable_once_gets_away_with_no_other(desk: Arrival, bank: Bank, clock: Clock) -> None:
    if not bank.known:
        assert isinstance(complete(desk, query()), Grant), "a kit that never showed a readable one goes on as it was"
        return
    complete(desk, query())
    bank.known = False
    begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
    for answer in (query(code="new", state="opaque"), query(code=None, error="access_denied", state="opaque")):
        with pytest.raises(StateUnreadable) as refused:
            complete(desk, answer)
    assert "STATE_FORM" in str(refused.value)
    assert bank.codes == ["the-code"]
    bank.way = "another kit"
    assert isinstance(complete(desk, query(code="new", state="opaque")), Grant)


def test_a_kit_that_is_set_to_readable_gets_away_with_no_opaque_state_from_the_start(desk: Arrival, bank: Bank) -> None:
    bank.state_form = "readable"
    if bank.known:
        assert isinstance(complete(desk, query()), Grant)
        return
    with pytest.raises(StateUnreadable):
        complete(desk, query())
    assert bank.codes == []


def test_a_kit_that_is_set_to_opaque_is_not_held_to_what_it_once_showed(
    desk: Arrival, bank: Bank, clock: Clock
) -> None:
    complete(desk, query())
    bank.known, bank.state_form = False, "opaque"
    begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
    assert isinstance(complete(desk, query(code="new", state="opaque")), Grant)


def test_a_forged_readable_state_does_not_switch_the_demand_on(desk: Arrival, bank: Bank) -> None:
    """Only a state that names an attempt of this browser counts."""
    was, bank.known = bank.known, True
    with pytest.raises(UnknownAttempt):
        complete(desk, query(state="state-of-somebody-else"))
    bank.known = was
    assert not has_shown(desk.server, bank.way, STATE)
    assert isinstance(complete(desk, query()), Grant)


def test_an_id_token_may_not_be_left_out_once_one_was_shown(desk: Arrival, bank: Bank, clock: Clock) -> None:
    bank.subject = "person"
    complete(desk, query())
    bank.subject = None
    for way, missing in (("kit issuer", True), ("another kit", False)):
        bank.way = way
        begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
        answer = query(code=way, state=f"state-{bank.number}")
        if missing:
            with pytest.raises(ConsentMismatch) as refused:
                complete(desk, answer)
            assert refused.value.what == "id_token"
        else:
            assert isinstance(complete(desk, answer), Grant)


@pytest.mark.parametrize("told", [None, "of another request", "sent"])
def test_a_grant_without_the_nonce_that_was_sent_is_refused(
    desk: Arrival, bank: Bank, clock: Clock, told: str | None
) -> None:
    """Whatever the client has checked: a nonce that is known must have come back, in an ID token."""
    bank.nonce, bank.told_nonce = "sent", told
    clock.move(seconds=1)
    begin(desk.vault, desk.banks.default, DRAFT, clock, Visit())
    answer = query(state=f"state-{bank.number}")

    if told == "sent":
        assert isinstance(complete(desk, answer), Grant)
        return
    with pytest.raises(ConsentMismatch) as refused:
        complete(desk, answer)
    assert refused.value.what == "id_token nonce"
    assert connections.listed(desk.vault) == []


@pytest.mark.parametrize("length", [1025, 2100, 60_000])
def test_a_code_of_any_length_is_exchanged(desk: Arrival, bank: Bank, length: int) -> None:
    code = ("a b~" * length)[:length]
    assert isinstance(complete(desk, query(code=code)), Grant)
    assert bank.codes == [code]


def test_a_claim_holds_no_code(desk: Arrival) -> None:
    complete(desk, query())
    kept = desk.server.find("claim")
    assert len(kept) == 1
    assert "the-code" not in str(kept)
