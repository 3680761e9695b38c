"""The Starter Kit API: plain JSON for an application, signed FAPI calls towards the bank.

Paths, statuses, field names and the kit's own spellings ("Inalid", "requred") are kept. It asks no caller for
a password and must listen on a private address only. Beyond the real kit it refuses a `Host` that is no name
of its own, without a body: no page elsewhere can reach it through a browser by a DNS name that points here.
`valid_from` and `valid_until` are an extension of one public copy; here `valid_until` becomes the
consent's end and not, as there, a data window.
Source: the Starter Kit's public copies.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.directory.directory import client_id_of
from sandbox.ground.host_names import LOOPBACK, name_of
from sandbox.ground.instants import write_milliseconds
from sandbox.ground.keys import load_key
from sandbox.ground.serving import without_type
from sandbox.ground.state import State
from sandbox.kit.express import LARGEST_BODY, MalformedJsonError, error_page, malformed_page, read_body
from sandbox.kit.signing import FIXED_EXPIRY, Begun, Signer, begin
from sandbox.kit.upstream import Answer, UnreachableError, Upstream
from sandbox.stage.controls import Controls
from sandbox.stage.faults import install

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sandbox.ground.settings import KitSettings

EXTENSION = "sandbox_kit"
OWN_NAMES = LOOPBACK | {"host.docker.internal"}
DATA = "/open-finance/account-information/v1.2"
CREATED = 200, 201
DEFAULT_LIFE = timedelta(days=180)
PERMISSIONS = (
    "ReadAccountsBasic",
    "ReadAccountsDetail",
    "ReadBalances",
    "ReadBeneficiariesBasic",
    "ReadBeneficiariesDetail",
    "ReadTransactionsBasic",
    "ReadTransactionsDetail",
    "ReadTransactionsCredits",
    "ReadTransactionsDebits",
    "ReadScheduledPaymentsBasic",
    "ReadScheduledPaymentsDetail",
    "ReadDirectDebits",
    "ReadStandingOrdersBasic",
    "ReadStandingOrdersDetail",
    "ReadConsents",
    "ReadPartyUser",
    "ReadPartyUserIdentity",
    "ReadParty",
)
DATA_TYPES = (
    "balances",
    "transactions",
    "direct-debits",
    "beneficiaries",
    "scheduled-payments",
    "standing-orders",
    "product",
)
SCOPES = (
    "confirmation-of-payee",
    "openid payments",
    "openid accounts",
    "openid accounts payments",
    "openid payments accounts",
    "openid products",
)

blueprint = Blueprint("starter_kit", __name__)
log = logging.getLogger(__name__)


class RefusedError(Exception):
    """The kit's own check failed: 400 with one member, `description` or `error`."""

    def __init__(self, text: str, member: str = "description") -> None:
        super().__init__(text)
        self.body = {member: text}


class Kit:
    """What the views work with: the settings, the signing client and the way to the bank."""

    def __init__(self, settings: KitSettings) -> None:
        state = State(settings.instance)
        self.controls = Controls(state, settings.instance, on=settings.control)
        settings = replace(settings, now=self.controls.shifted(settings.now))
        self.settings = settings
        self.state = state
        self.signer = Signer(client_id_of(state), load_key(state, "client"), settings)
        self.upstream = Upstream(settings.bank_url, settings.connect_timeout, settings.read_timeout)


def create_kit(settings: KitSettings) -> Flask:
    """Return the Starter Kit. Raises `StateError` when the instance's files cannot be used."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # no redirect to an address made from Host
    app.extensions[EXTENSION] = kit = Kit(settings)
    app.register_blueprint(blueprint)
    app.register_error_handler(RefusedError, lambda error: (jsonify(error.body), 400))
    app.register_error_handler(UnreachableError, lambda error: (jsonify(error=str(error)), 500))
    app.register_error_handler(MalformedJsonError, malformed_page)
    app.register_error_handler(HTTPException, error_page)
    app.before_request(_refuse_foreign_hosts)
    app.after_request(without_type)
    app.after_request(_log_request)
    install(app, kit.controls, settings.instance, "kit")
    return app


def _refuse_foreign_hosts() -> Response | None:
    if name_of(request.host) in OWN_NAMES.union(_kit().settings.host_names):
        return None
    answer = Response(status=403)
    del answer.headers["Content-Type"]
    return answer


@blueprint.get("/register")
def register() -> ResponseReturnValue:
    """Register the client at the bank: 204, or 400 when it was registered before."""
    return _pass_on(_kit().upstream.post_json("/rs1/tpp-registration"))


@blueprint.post("/consent-create/bank-data")
def create_consent() -> ResponseReturnValue:
    """Push a consent request; answer with where to send the person, the consent's id and the verifier."""
    kit, body = _kit(), read_body()
    permissions = _permissions(body.get("data_permissions"))
    expires = _expiry(kit.settings, body)
    begun = begin(kit.settings.state_form)
    form = {
        "client_id": kit.signer.client_id,
        "request": kit.signer.request_object(begun, permissions, expires),
    }
    answer = kit.upstream.post("/as1/par", form | kit.signer.assertion())
    if answer.status not in CREATED or not isinstance(answer.body, dict):
        return _pass_on(answer)
    return jsonify(_created(kit, begun, str(answer.body.get("request_uri")))), answer.status


@blueprint.post("/token/authorization-code")
def by_code() -> ResponseReturnValue:
    """Exchange a code and its verifier for tokens."""
    body = read_body()
    code, verifier = body.get("code"), body.get("code_verifier")
    if not code or not verifier:
        raise RefusedError("code and code_verifier requred")
    form = {"code": str(code), "redirect_uri": _kit().settings.redirect_uri, "code_verifier": str(verifier)}
    return _token("authorization_code", form)


@blueprint.post("/token/refresh-token")
def by_refresh() -> ResponseReturnValue:
    """Exchange a refresh token for an access token."""
    refresh = read_body().get("refresh_token")
    if not refresh:
        raise RefusedError("refresh_token requred")
    return _token("refresh_token", {"refresh_token": str(refresh)})


@blueprint.post("/token/client-credentials")
def by_client() -> ResponseReturnValue:
    """Get a token of the client itself."""
    scope = read_body().get("scope")
    if scope not in SCOPES:
        raise RefusedError("Invalid scope")
    return _token("client_credentials", {"scope": str(scope)})


@blueprint.get(f"{DATA}/accounts")
def accounts() -> ResponseReturnValue:
    """Read the shared accounts."""
    return _resource("/accounts")


@blueprint.get(f"{DATA}/parties")
def parties() -> ResponseReturnValue:
    """Read who the person is."""
    return _resource("/parties")


@blueprint.get(f"{DATA}/accounts/<account_id>/<data_type>")
def account_data(account_id: str, data_type: str) -> ResponseReturnValue:
    """Read one kind of data of one account. The token is checked before the kind, as in the real kit."""
    token = _bearer()
    if data_type not in DATA_TYPES:
        raise RefusedError(f"Invalid data type. Must be one of: {', '.join(DATA_TYPES)}")
    return _resource(f"/accounts/{quote(account_id, safe='')}/{data_type}", token)


def _kit() -> Kit:
    kit = current_app.extensions[EXTENSION]
    if not isinstance(kit, Kit):  # pragma: no cover - create_kit put it there
        raise TypeError(EXTENSION)
    return kit


def _permissions(asked: Any) -> list[str]:
    if not isinstance(asked, list) or not asked or any(name not in PERMISSIONS for name in asked):
        raise RefusedError("Inalid data_permissions")
    return asked


def _expiry(settings: KitSettings, body: dict[str, Any]) -> str:
    """Return `ExpirationDateTime`; with `fixed`, the date long past that the real kit sends."""
    if settings.expiry == "fixed":
        return FIXED_EXPIRY
    starts, ends = _instant(body.get("valid_from")), _instant(body.get("valid_until"))
    if starts is not None and ends is not None and ends <= starts:
        raise RefusedError("valid_until must be later than valid_from")
    return write_milliseconds(ends or settings.now() + DEFAULT_LIFE)


def _instant(text: Any) -> datetime | None:
    """Return an ISO date or date-time as an aware instant; without an offset it is UTC."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise RefusedError("valid_from and valid_until must be valid ISO date strings") from error


def _created(kit: Kit, begun: Begun, request_uri: str) -> dict[str, str]:
    """Return the answer; the link's values are not percent-encoded, as the real kit leaves them."""
    query = f"client_id={kit.signer.client_id}&response_type=code&scope=openid&request_uri={request_uri}"
    return {
        "redirect": f"{kit.settings.issuer}/auth?{query}",
        "consent_id": begun.consent_id,
        "code_verifier": begun.code_verifier,
    }


def _token(grant_type: str, form: dict[str, str]) -> ResponseReturnValue:
    """Call the token endpoint; half a character becomes a question mark on the way, because no form can hold it."""
    kit, whole = _kit(), {name: value.encode(errors="replace").decode() for name, value in form.items()}
    return _pass_on(kit.upstream.post("/as1/token", {"grant_type": grant_type} | whole | kit.signer.assertion()))


def _bearer() -> str:
    prefix, header = "Bearer ", request.headers.get("Authorization", "")
    token = header.removeprefix(prefix).split(" ")[0]
    if not header.startswith(prefix) or not token:
        raise RefusedError("Access token required", "error")
    return token


def _resource(path: str, token: str | None = None) -> ResponseReturnValue:
    return _pass_on(_kit().upstream.get(f"/rs1{DATA}{path}", token or _bearer()))


def _pass_on(answer: Answer) -> ResponseReturnValue:
    passed = answer.retry_after and _kit().settings.pass_retry_after
    headers = {"Retry-After": answer.retry_after} if passed else {}
    if answer.body is None:
        return "", answer.status, headers
    return jsonify(answer.body), answer.status, headers


def _log_request(response: Response) -> Response:
    """Log the route's template, never a token, a body or a query."""
    route = request.url_rule.rule if request.url_rule else "(none)"
    log.info(
        "request %(method)s %(route)s %(status)s",
        {"method": request.method, "route": route, "status": response.status_code},
    )
    return response
