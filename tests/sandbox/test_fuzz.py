"""Hostile requests made from the official documents: every answer is one that the document declares.

schemathesis makes the requests: first its list of edge cases, then random ones, well-formed and malformed, the same
ones at each run. What it cannot know is put in: a token that works wherever it made one up, and the id of an
account or a consent that exists in three of four places. What is checked, and the exceptions from that, are in
`docs/decisions/012-fuzzing-by-schemathesis.md`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from sandbox.consents import consents
from sandbox.ground.services import EXTENSION
from sandbox.people.published import MITS
from tests.sandbox import specs
from tests.sandbox.helpers import DATA
from tests.sandbox.newer import DATA as DATA_V21
from tests.sandbox.newer import NewerParty
from tests.sandbox.resources.test_data import DETAIL

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis import APIOperation, Case
    from schemathesis.core.transport import Response
    from schemathesis.specs.openapi.schemas import OpenApiSchema

    from tests.sandbox.helpers import RelyingParty

ORIGIN = "http://127.0.0.1:1413"
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    allow_header_conformance,
]
FEW, MANY = 8, 250
ACCOUNT, CONSENT = MITS[1].account_id, "0d6f3a52-6a0e-4c52-8a53-5c9f1f9f5b11"
ACCOUNTS = "GET /accounts/{AccountId}"
CONSENTS = "/account-access-consents"
AUTH_DATE, GOOD_DATE = "x-fapi-auth-date", "Sun, 22 Nov 2026 09:00:00 GMT"
"""Well-formed cases get a good date: some that are called so have a faulty one, and few would get past it."""

REFUSED_ALL_THE_SAME = {
    f"{ACCOUNTS}/transactions": (
        "fromBookingDateTime is after toBookingDateTime.",
        "toBookingDateTime is in the future.",
    ),
    f"{ACCOUNTS}/statements": (
        "fromStatementDate is after toStatementDate.",
        "toStatementDate is in the future.",
    ),
    f"PATCH {CONSENTS}/{{ConsentId}}": (
        "415",
        "The body is not that of a change of consent.",
        "A client cannot revoke in the name of the bank.",
        "A Webhook needs a Url and IsActive.",
    ),
}
"""What the schema lets through and a rule in words does not: 415 is no body at all, or a signed one."""


@dataclass(frozen=True)
class Version:
    """A version of the account information API: its document, where it lies, and what of it is there.

    `connect` makes the consent `CONSENT` with every permission; it returns the person's access token.
    """

    document: str
    base: str
    operations: tuple[str, ...]
    connect: Callable[[RelyingParty], str]


def connect(party: RelyingParty) -> str:
    """Make a consent of v1.2."""
    return str(party.connected(ConsentId=CONSENT, Permissions=DETAIL)["access_token"])


def connect_newer(party: RelyingParty) -> str:
    """Make a consent of v2.1."""
    newer = NewerParty(party.app, party.clock, party.client_id, party.key, party.kid)
    return str(newer.connected(ConsentId=CONSENT, Permissions=[*DETAIL, "ReadStatements"])["access_token"])


OPERATIONS = (
    f"GET {CONSENTS}",
    f"GET {CONSENTS}/{{ConsentId}}",
    f"PATCH {CONSENTS}/{{ConsentId}}",
    "GET /accounts",
    ACCOUNTS,
    f"{ACCOUNTS}/balances",
    f"{ACCOUNTS}/beneficiaries",
    f"{ACCOUNTS}/direct-debits",
    f"{ACCOUNTS}/parties",
    f"{ACCOUNTS}/product",
    f"{ACCOUNTS}/scheduled-payments",
    f"{ACCOUNTS}/standing-orders",
    f"{ACCOUNTS}/transactions",
    "GET /parties",
)
VERSIONS = {
    "v1.2": Version(specs.DATA, DATA, OPERATIONS, connect),
    "v2.1": Version(specs.DATA_V21, DATA_V21, (*OPERATIONS, f"{ACCOUNTS}/statements"), connect_newer),
}
EVERYWHERE = [(version, label) for version, found in VERSIONS.items() for label in found.operations]


def schema_of(document: str, base: str) -> OpenApiSchema:
    """Return the document as schemathesis reads it. Skips without the files."""
    config = SchemathesisConfig.from_dict({"base-url": ORIGIN + base, "seed": 1})
    return from_dict(specs.document(document), config=config)


def attack(
    schema: OpenApiSchema,
    operation: APIOperation[Any, Any, Any, Any],
    examples: int,
    strike: Callable[[Case[Any]], None],
) -> None:
    """Let every edge case and so many well-formed and malformed random cases of an operation strike."""
    modes = list(GenerationMode)
    config = schema.config.generation_for(operation=operation)
    for case in schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=config):
        strike(case)
    for mode in modes:
        steady = settings(
            derandomize=True,
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        steady(given(case=operation.as_strategy(mode))(strike))()


@dataclass
class World:
    """A bank with one consent, the tokens for it (the person's and the client's own), and the answers so far."""

    party: RelyingParty
    token: str
    own: str
    statuses: Counter[int] = field(default_factory=Counter)

    def restore(self) -> None:
        """Make the consent a living one again, whatever the last request did to it."""
        state, now = self.party.app.extensions[EXTENSION].state, self.party.clock()
        found = consents.read(state, CONSENT, now)
        assert found is not None
        if found.status != "Authorized":
            consents.settle(state, found, "Authorized", now)

    def aim(self, case: Case[Any]) -> bool:
        """Put in what opens doors, where the case has something at all; tell whether all doors are open now."""
        key = self.own if case.operation.path.startswith(CONSENTS) else self.token
        held = "authorization" in (case.headers or {})
        if held:
            case.headers["authorization"] = f"Bearer {key}"
        if well_formed(case):
            mend(case)
        for name, value in (("AccountId", ACCOUNT), ("ConsentId", CONSENT)):
            made_up = (case.path_parameters or {}).get(name)
            if made_up is not None and crc32(repr(made_up).encode()) % 4:
                case.path_parameters[name] = value
            elif made_up is not None:
                held = False
        return held

    def strike(self, case: Case[Any]) -> None:
        """Send the case and check the answer."""
        self.restore()
        opened = self.aim(case)
        answer = case.call()
        self.statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)
        if opened and well_formed(case) and answer.status_code not in (200, 204):
            assert reason(answer) in REFUSED_ALL_THE_SAME.get(case.operation.label, ()), (case, answer.text)


def well_formed(case: Case[Any]) -> bool:
    """Tell whether the document lets a request through."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def mend(case: Case[Any]) -> None:
    """Make a well-formed case one that gets further: a date that is one, and every other time our own name."""
    if AUTH_DATE in (case.headers or {}):
        case.headers[AUTH_DATE] = GOOD_DATE
    data = case.body.get("Data") if isinstance(case.body, dict) else None
    if isinstance(data, dict) and crc32(repr(data).encode()) % 2:
        data["RevokedBy"] = "TPP"


def reason(answer: Response) -> str:
    """Return what a refusal says, or its status where it has no body."""
    return str(answer.json()["Errors"][0]["Message"]) if answer.text else str(answer.status_code)


def fuzz(party: RelyingParty, version: str, label: str, examples: int) -> None:
    """Fuzz one operation of one version; fail also where nothing got through, or all did."""
    known = VERSIONS[version]
    schema = schema_of(known.document, known.base)
    schema.app = party.app
    operation = schema.find_operation_by_label(label)
    assert operation is not None, label
    token = known.connect(party)
    own = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    world = World(party, token, own)
    attack(schema, operation, examples, world.strike)
    assert world.statuses[204 if label.startswith("PATCH") else 200] > 0
    assert min(world.statuses[400], world.statuses[401], world.statuses[405]) > 0


@pytest.mark.parametrize(("version", "label"), EVERYWHERE)
def test_every_answer_is_one_that_the_document_declares(party: RelyingParty, version: str, label: str) -> None:
    fuzz(party, version, label, FEW)


@pytest.mark.slow
@pytest.mark.parametrize(("version", "label"), EVERYWHERE)
def test_every_answer_to_many_is_one_that_the_document_declares(party: RelyingParty, version: str, label: str) -> None:
    fuzz(party, version, label, MANY)


@pytest.mark.parametrize("version", VERSIONS)
def test_no_operation_of_the_document_is_left_out(version: str) -> None:
    known = VERSIONS[version]
    labels = [
        each.ok().label for each in schema_of(known.document, known.base).get_all_operations() if isinstance(each, Ok)
    ]
    assert sorted(labels) == sorted(known.operations)


def oauth_answer(answer: Any, good: int) -> None:
    """Assert the success, or 400 with the one body that the documents have for it."""
    if answer.status_code == good:
        return
    assert answer.status_code == 400, (answer.status_code, answer.text)
    assert specs.faults(specs.AUTHORIZATION, "OAuthErrorResponse", answer.json()) == []


def fuzz_oauth(party: RelyingParty, document: str, good: int, examples: int) -> None:
    """Fuzz `/par` or `/token`: as the document has it, and with all put right that the document has wrong."""
    schema = schema_of(document, "/as1")
    schema.app = party.app
    seen: Counter[int] = Counter()

    def strike(case: Case[Any]) -> None:
        answer = case.call()
        not_allowed = case.method != "POST" and answer.status_code in (405, 200)
        if not not_allowed:
            oauth_answer(answer, good)
        if isinstance(case.body, dict):
            case.body = mended(party, case.body)
            answer = case.call()
            seen[answer.status_code] += 1
            if not not_allowed:
                oauth_answer(answer, good)

    (operation,) = (each.ok() for each in schema.get_all_operations() if isinstance(each, Ok))
    attack(schema, operation, examples, strike)
    assert seen[400] > 0


def mended(party: RelyingParty, body: dict[str, Any]) -> dict[str, Any]:
    """Return a made-up form with the proof of the client, and its request claims signed beside faultless ones."""
    form = body | party.proof()
    form.pop("client_id", None)
    if isinstance(claims := form.get("request"), dict):
        names = sorted(claims)
        chosen = names[crc32(repr(claims).encode()) % len(names)] if names else ""
        taken = {name: claims[name] for name in {"authorization_details", chosen} & set(claims)}
        form["request"] = party.sign(party.request_claims(**taken))
    return form


@pytest.mark.parametrize(("document", "good"), [(specs.PUSHED, 201), (specs.AUTHORIZATION, 200)])
def test_par_and_token_answer_or_refuse_as_oauth_does(party: RelyingParty, document: str, good: int) -> None:
    fuzz_oauth(party, document, good, FEW)


@pytest.mark.slow
@pytest.mark.parametrize(("document", "good"), [(specs.PUSHED, 201), (specs.AUTHORIZATION, 200)])
def test_par_and_token_answer_or_refuse_many_as_oauth_does(party: RelyingParty, document: str, good: int) -> None:
    fuzz_oauth(party, document, good, MANY)
