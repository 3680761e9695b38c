"""The way through the Starter Kit: what it reads, what it refuses."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START
from tests.routes import ROUTE
from tpp.bank.resources import RESOURCES
from tpp.bank.starter_kit import StarterKitClient, read_state, read_tokens, visit_headers
from tpp.bank.transport import Call, Reply
from tpp.errors import ConsentMismatch, MalformedResponse, UntrustedRedirect
from tpp.model.attempt import Attempt
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.model.resource import Wanted
from tpp.model.visit import Visit

if TYPE_CHECKING:
    from tpp.bank.transport import Transport
    from tpp.model.visit import Listener

VERIFIER = "a83ec9b6-aaa5-49ed-844c-8472502c8e7339f34116-eb79-4d40-89fb-ec4339331daf"
CONSENT = "aa213912-65d4-403a-b7ca-32598eeb9758"
ISSUER = "https://auth1.altareq1.sandbox.apihub.openfinance.ae"
OWN = "http://localhost:1411"
CLIENT = "https://rp.sandbox.directory.openfinance.ae/openid_relying_party/7039a1c5-67e4-4452-9d51-9cae79df8c4a"
REDIRECT = (
    f"{ISSUER}/auth?client_id={CLIENT}&response_type=code&scope=openid"
    "&request_uri=urn:ietf:params:oauth:request_uri:0b7da623-848a-49dc-9630-a0d89078c256"
)
CREATED = {"redirect": REDIRECT, "consent_id": CONSENT, "code_verifier": VERIFIER}
DRAFT = ConsentDraft(
    ("ReadAccountsBasic",), START + timedelta(days=30), "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer"
)


class Answering:
    """A transport that gives one answer and remembers the calls."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.calls: list[Call] = []
        self.told: list[Listener] = []
        self._reply = Reply(status, "application/json", json.dumps(body).encode())

    def send(self, call: Call, tell: Listener) -> Reply:
        """Answer."""
        self.calls.append(call)
        self.told.append(tell)
        return self._reply


def kit(answering: Answering, issuer: str = ISSUER, **more: Any) -> StarterKitClient:
    """Make a client over it."""
    transport: Transport = answering  # type: ignore[assignment]
    return StarterKitClient(transport, "http://127.0.0.1:1412/", "Model Bank", issuer, own=OWN, **more)


def attempt(**changes: Any) -> Attempt:
    """Make an attempt as the seed's example would leave it."""
    plain = {"consent_id": CONSENT, "code_verifier": VERIFIER, "issuer": ISSUER, "client_id": CLIENT}
    return Attempt(
        **{"name": "n", "expected_state": None, "draft": DRAFT, "started_at": START, "route": ROUTE, **plain, **changes}
    )


def test_begin_reads_the_seeds_example() -> None:
    answering = Answering(CREATED, 201)
    begun = kit(answering).begin(DRAFT, Visit())

    assert begun.redirect == REDIRECT
    assert (begun.consent_id, begun.code_verifier) == (CONSENT, VERIFIER)
    assert (begun.issuer, begun.client_id) == (ISSUER, CLIENT)
    (call,) = answering.calls
    assert (call.method, call.url) == ("POST", "http://127.0.0.1:1412/consent-create/bank-data")
    assert call.json == {"data_permissions": ["ReadAccountsBasic"], "valid_until": "2026-12-22T10:30:00.000Z"}


SPOILED = [
    {"redirect": None},
    {"redirect": ""},
    {"redirect": 7},
    {"consent_id": ""},
    {"consent_id": "a b"},
    {"consent_id": "c" * 129},
    {"code_verifier": "short"},
    {"code_verifier": "v" * 129},
    {"code_verifier": "v" * 50 + "\n"},
]


@pytest.mark.parametrize("spoiled", SPOILED, ids=str)
def test_begin_refuses_an_answer_that_lacks_what_is_needed(spoiled: dict[str, Any]) -> None:
    with pytest.raises((MalformedResponse, UntrustedRedirect)):
        kit(Answering(CREATED | spoiled)).begin(DRAFT, Visit())


def test_begin_refuses_a_redirect_to_another_host_than_the_issuers() -> None:
    with pytest.raises(UntrustedRedirect):
        kit(Answering(CREATED), "https://auth1.other.example").begin(DRAFT, Visit())


def test_begin_fixes_the_issuer_of_the_settings_and_takes_none_from_the_kit() -> None:
    """A kit that names another bank by its `redirect` would be believed when that bank answers."""
    strange = CREATED | {"redirect": REDIRECT.replace(ISSUER, "https://auth1.other.example")}
    with pytest.raises(UntrustedRedirect):
        kit(Answering(strange)).begin(DRAFT, Visit())
    assert kit(Answering(CREATED | {"issuer": "https://auth1.other.example"})).begin(DRAFT, Visit()).issuer == ISSUER


def state_of(verifier: str = VERIFIER, consent: str = CONSENT) -> str:
    """Encode a state as the kit does."""
    told = {"code_verifier": verifier, "consent_id": consent}
    return base64.b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


def test_the_kits_own_state_names_the_attempt() -> None:
    state = state_of()

    assert len(state) == 192
    assert kit(Answering({})).recognises_state(state, attempt()) is True
    assert kit(Answering({})).recognises_state(state.replace("+", "-").rstrip("="), attempt()) is True


@pytest.mark.parametrize("state", [state_of(consent="another"), state_of(verifier="v" * 43)])
def test_a_readable_state_with_another_fact_names_another_attempt(state: str) -> None:
    assert kit(Answering({})).recognises_state(state, attempt()) is False


def test_a_kit_that_is_set_to_opaque_is_never_read() -> None:
    assert kit(Answering({}), state_form="opaque").recognises_state(state_of(), attempt()) is None


def test_another_kit_and_another_bank_are_another_way() -> None:
    here = kit(Answering({}))
    assert here.way != kit(Answering({}), "https://auth1.other.example").way
    assert VERIFIER not in here.way


OPAQUE = [
    "99a07ac8-8943-4923-8d2b-c1a2318469db",
    "",
    "=",
    "a",
    base64.b64encode(b"[1]").decode(),
    base64.b64encode(b'{"code_verifier": 1, "consent_id": "c"}').decode(),
    base64.b64encode(b'{"consent_id": "c"}').decode(),
    base64.b64encode(b"\xff\xfe").decode(),
    base64.b64encode(b"[" * 400).decode(),
    state_of(consent="c" * 600),
    state_of(consent="\ud800"),
    "é" * 8,
]


@pytest.mark.parametrize("state", OPAQUE)
def test_anything_else_is_opaque(state: str) -> None:
    assert read_state(state) is None
    assert kit(Answering({})).recognises_state(state, attempt()) is None


def token_answer(**changes: Any) -> dict[str, Any]:
    """Make a token response as the bank sends it."""
    data = {"ConsentId": CONSENT, "Status": "Authorized", "ExpirationDateTime": "2026-12-01T00:00:00Z"}
    return {
        "access_token": "tok",
        "token_type": "Bearer",
        "expires_in": 600,
        "refresh_token": "ref",
        "state": "another state than the callback's",
        "authorization_details": [{"type": "x", "consent": {"Data": data}}],
        **changes,
    }


def test_redeem_sends_code_and_verifier_and_keeps_the_banks_end() -> None:
    answering = Answering(token_answer())
    grant = kit(answering).redeem(attempt(), "the-code", "s", START, Visit())

    assert answering.calls[0].json == {"code": "the-code", "code_verifier": VERIFIER}
    assert grant.until == datetime(2026, 12, 1, tzinfo=UTC)
    assert grant.tokens is not None
    assert grant.tokens.expires_at == START + timedelta(seconds=600)
    assert (grant.tokens.access_token, grant.tokens.refresh_token) == ("tok", "ref")


DETAILS = [
    [{"consent": {"Data": {"ConsentId": "other"}}}],
    [{"Data": {"ConsentId": "other"}}],
    [{"consent": {"ConsentId": "other"}}],
    [{"consent": {"Data": {"ConsentId": 7}}}],
]


@pytest.mark.parametrize("details", DETAILS)
def test_redeem_refuses_another_consent_in_each_place_where_it_may_stand(details: Any) -> None:
    with pytest.raises(ConsentMismatch):
        kit(Answering(token_answer(authorization_details=details))).redeem(attempt(), "c", "s", START, Visit())


@pytest.mark.parametrize("details", [None, [], [{}], [None], "x", [{"consent": "x"}]])
def test_redeem_falls_back_on_the_draft_where_no_consent_is_shown(details: Any) -> None:
    grant = kit(Answering(token_answer(authorization_details=details))).redeem(attempt(), "c", "s", START, Visit())

    assert grant.until == DRAFT.until


@pytest.mark.parametrize(
    ("sent", "seconds"), [(300, 300), (None, 600), ("300", 600), (0, 600), (-5, 600), (True, 600), (10**12, 600)]
)
def test_expires_in_is_obeyed_where_it_is_a_sane_number(sent: Any, seconds: int) -> None:
    tokens = read_tokens({"access_token": "t", "token_type": "bearer", "expires_in": sent}, START)

    assert tokens.expires_at == START + timedelta(seconds=seconds)


def test_a_grant_says_by_which_way_it_came() -> None:
    """So that its tokens go nowhere else: the bank by its issuer, the kit, and the version that a kit asks for."""
    body = {"access_token": "t", "token_type": "Bearer"}
    client = kit(Answering(body))
    grant = client.redeem(attempt(route=client.route), "code", None, START, Visit())

    assert (client.route.bank_id, client.route.client, client.route.api_version) == (ISSUER, "starter-kit", "v1.2")
    assert grant.route == client.route


def test_refresh_keeps_the_old_token_where_no_new_one_comes() -> None:
    grant = Grant(CONSENT, ISSUER, START, START, DRAFT, TokenSet("old", START, "keep-me"), route=ROUTE)
    body = {"access_token": "new", "token_type": "Bearer"}

    assert kit(Answering(body)).refresh(grant, START, Visit()).refresh_token == "keep-me"
    assert kit(Answering(body | {"refresh_token": "new-one"})).refresh(grant, START, Visit()).refresh_token == "new-one"
    assert kit(Answering(body | {"refresh_token": 7})).refresh(grant, START, Visit()).refresh_token == "keep-me"


VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


@pytest.mark.parametrize("refresh", [" ", "a b", f" {VISIBLE} ", "r" * 32_768, '"\\'])
def test_a_refresh_token_of_any_permitted_character_is_kept_and_sent_as_it_is(refresh: str) -> None:
    """RFC 6749, A.17: `%x20-7E`. Dropping one ends the connection after ten minutes."""
    grant = kit(Answering(token_answer(refresh_token=refresh))).redeem(attempt(), "c", "s", START, Visit())
    assert grant.tokens is not None
    assert grant.tokens.refresh_token == refresh
    answering = Answering({"access_token": "new", "token_type": "Bearer"})
    assert kit(answering).refresh(Grant.from_json(grant.to_json()), START, Visit()).refresh_token == refresh
    assert answering.calls[0].json == {"refresh_token": refresh}


@pytest.mark.parametrize("refresh", ["", "a\tb", "a\nb", "é", "r" * 32_769, 7, None])
def test_a_refresh_token_that_no_bank_may_send_is_not_kept(refresh: Any) -> None:
    grant = kit(Answering(token_answer(refresh_token=refresh))).redeem(attempt(), "c", "s", START, Visit())
    assert grant.tokens is not None
    assert grant.tokens.refresh_token is None


def test_an_access_token_of_any_character_that_a_header_can_carry_is_sent_as_it_is() -> None:
    tokens = read_tokens(token_answer(access_token=VISIBLE), START)
    answering = Answering({"Data": {}})
    kit(answering).get(tokens.access_token, Wanted(RESOURCES.accounts), Visit())
    assert answering.calls[0].headers["Authorization"] == f"Bearer {VISIBLE}"


@pytest.mark.parametrize("access", ["a b", " a", "a ", "a\r\nX: 1", "é", "", "t" * 8193])
def test_an_access_token_that_no_header_can_carry_is_refused_by_name(access: str) -> None:
    """RFC 6749, A.12, would allow a blank; RFC 6750, 2.1, does not: what follows it would be lost on the way."""
    with pytest.raises(MalformedResponse) as refused:
        read_tokens(token_answer(access_token=access), START)
    assert refused.value.pointer == "/access_token"


def id_token_of(**changes: Any) -> str:
    """Make an ID token of this bank for this client."""
    now = int(START.timestamp())
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": "person", "iat": now, "exp": now + 600} | changes
    parts = ({"alg": "PS256"}, claims)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts), "c"]
    )


def test_redeem_keeps_of_whom_the_id_token_spoke() -> None:
    grant = kit(Answering(token_answer(id_token=id_token_of()))).redeem(attempt(), "c", "s", START, Visit())

    assert (grant.subject, grant.client_id) == ("person", CLIENT)
    assert Grant.from_json(grant.to_json()) == grant
    assert "person" not in repr(grant)


@pytest.mark.parametrize("name", ["at_hash", "c_hash", "s_hash"])
def test_redeem_compares_the_id_token_with_what_came_with_it(name: str) -> None:
    answering = Answering(token_answer(id_token=id_token_of(**{name: "AAAAAAAAAAAAAAAAAAAAAA"})))
    with pytest.raises(ConsentMismatch) as refused:
        kit(answering).redeem(attempt(), "c", "s", START, Visit())
    assert refused.value.what == f"id_token {name}"


def test_redeem_wants_the_nonce_that_was_sent_and_remembers_one_that_only_the_kit_knew() -> None:
    """None where no ID token came: whether one must come is for the journey to say."""
    told = Answering(token_answer(id_token=id_token_of(nonce="n")))

    for known in (None, "n"):
        assert kit(told).redeem(attempt(nonce=known), "c", "s", START, Visit()).nonce == "n"
    with pytest.raises(ConsentMismatch) as refused:
        kit(told).redeem(attempt(nonce="another"), "c", "s", START, Visit())
    assert refused.value.what == "id_token nonce"
    assert kit(Answering(token_answer())).redeem(attempt(nonce="n"), "c", "s", START, Visit()).nonce is None


def test_a_grant_of_an_older_version_is_read() -> None:
    value = kit(Answering(token_answer())).redeem(attempt(), "c", "s", START, Visit()).to_json()
    del value["subject"], value["client_id"]
    assert Grant.from_json(value).subject is None


@pytest.mark.parametrize(
    "changes",
    [{"sub": "another"}, {"iss": "https://x.example"}, {"aud": "other"}, {"nonce": "of another request"}],
    ids=str,
)
def test_a_renewal_whose_id_token_speaks_of_another_gives_no_token(
    changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """OpenID Connect Core 1.0, section 12.2; without an ID token a renewal is as good, and without a nonce in it."""
    first = Answering(token_answer(id_token=id_token_of(nonce="n")))
    grant = kit(first).redeem(attempt(), "c", "s", START, Visit())
    body = {"access_token": "new", "token_type": "Bearer"}
    assert kit(Answering(body)).refresh(grant, START, Visit()).access_token == "new"
    assert kit(Answering(body | {"id_token": id_token_of()})).refresh(grant, START, Visit()).access_token == "new"

    with pytest.raises(MalformedResponse):
        kit(Answering(body | {"id_token": id_token_of(**changes)})).refresh(grant, START, Visit())
    assert f"renewal refused: consent-mismatch: id_token {next(iter(changes))}" in caplog.text
    assert str(next(iter(changes.values()))) not in caplog.text


def test_the_consent_never_lasts_longer_than_the_day_that_was_shown() -> None:
    data = {"ConsentId": CONSENT, "ExpirationDateTime": "2027-11-01T00:00:00Z"}
    body = token_answer(authorization_details=[{"consent": {"Data": data}}])

    assert kit(Answering(body)).redeem(attempt(), "c", "s", START, Visit()).until == DRAFT.until


def test_no_account_id_is_in_the_logged_path_whatever_it_looks_like() -> None:
    answering = Answering({"Data": {}})
    kit(answering).get("tok", Wanted(RESOURCES.balances, "salma-savings"), Visit())

    assert "salma" not in answering.calls[0].path


def test_tokens_print_presence_and_never_their_value() -> None:
    grant = kit(Answering(token_answer())).redeem(attempt(), "c", "s", START, Visit())
    printed = f"{grant!r} {grant.tokens!r} {attempt()!r} {kit(Answering(CREATED)).begin(DRAFT, Visit())!r}"

    assert "tok" not in printed.replace("tokens", "").replace("access_token", "").replace("refresh_token", "")
    assert VERIFIER not in printed
    assert REDIRECT not in printed


def test_get_sends_the_bearer_token_and_who_is_looking() -> None:
    answering = Answering({"Data": {}})
    visit = Visit("192.0.2.7", "Browser/1", START)
    kit(answering).get("tok", Wanted(RESOURCES.balances, "1-a.b_c"), visit)

    (call,) = answering.calls
    assert call.url.endswith("/open-finance/account-information/v1.2/accounts/1-a.b_c/balances")
    assert call.path.endswith("/accounts/{AccountId}/balances"), "no id in the log"
    assert call.headers["Authorization"] == "Bearer tok"
    assert call.headers["x-fapi-customer-ip-address"] == "192.0.2.7"
    assert call.headers["x-customer-user-agent"] == "Browser/1"
    assert re.fullmatch(r"Sun, 22 Nov 2026 10:30:00 GMT", call.headers["x-fapi-auth-date"])


def test_a_query_goes_along_quoted_where_there_is_one_and_never_into_the_log() -> None:
    answering = Answering({"Data": {}})
    query = {"fromBookingDateTime": "2026-01-01T00:00:00+04:00", "a&b": "c d"}
    kit(answering).get("tok", Wanted(RESOURCES.balances, "1", query), Visit())
    kit(answering).get("tok", Wanted(RESOURCES.balances, "1"), Visit())
    asked, plain = answering.calls

    assert asked.url == f"{plain.url}?fromBookingDateTime=2026-01-01T00%3A00%3A00%2B04%3A00&a%26b=c+d"
    assert "?" not in plain.url
    assert asked.path == plain.path


def test_every_call_says_which_step_it_belongs_to_and_is_told_to_the_visit() -> None:
    heard: list[object] = []
    visit = Visit("192.0.2.7", listeners=(heard.append,))
    answering = Answering(CREATED | token_answer())
    client = kit(answering)
    client.begin(DRAFT, visit)
    grant = client.redeem(attempt(), "c", "s", START, visit)
    client.refresh(grant, START, visit)
    client.get("tok", Wanted(RESOURCES.accounts), visit)
    client.get("tok", Wanted(RESOURCES.balances, "1"), visit)

    assert [call.wave for call in answering.calls] == ["begin", "redeem", "refresh", "accounts", "balances"]
    assert answering.told == [visit.tell] * 5
    customers = [[name for name in call.headers if "customer" in name] for call in answering.calls]
    assert customers == [[], [], [], *[["x-fapi-customer-ip-address"]] * 2], "the standard wants them with data alone"


def test_nobody_there_means_no_customer_headers() -> None:
    assert visit_headers(Visit()) == {}
