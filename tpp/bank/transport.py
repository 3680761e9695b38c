"""The one configured HTTP client: pool, deadline, size cap, retries, error mapping, and a record of each call.

Why each setting is there:
- each request goes straight to the pooled adapter, with all that counts for it: a `requests.Session` looks into the
  environment, where a `.netrc` would replace our bearer token and `REQUESTS_CA_BUNDLE` the pinned certificate
  authority, both silently; it keeps cookies, and one customer's would ride on another's call; and it merges all of
  that anew for every call, which takes longer than the call itself;
- the requests timeout is per read, so the body is read in pieces against a deadline for the whole answer (a
  server that trickles its headers could take longer; whoever waits for several calls has a deadline of his own);
- only GET is repeated, after a broken connection and not after silence: a token or consent request that got no
  answer may have been carried out;
- an answer with `Retry-After` is not repeated at all: whoever asked reads when to ask again, and nobody sleeps on
  it inside a request;
- redirects are not followed: a bearer token goes where we send it.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_ACCEPT_ENCODING
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import Retry

from tpp.bank.certificates import failed_check, host_of
from tpp.bank.clock_watch import ClockWatch
from tpp.bank.header_times import retry_after
from tpp.errors import BankCertificateUntrusted, BankTimeout, BankUnreachable, MalformedResponse
from tpp.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse

log = logging.getLogger(__name__)

POOL = 128
"""Connections kept open to one host; at least as many as threads that fan out."""

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
DEADLINE_SECONDS = 10.0
LARGEST_BODY = 8 * 1024 * 1024


class Patience(Retry):
    """Repeats a GET that met a broken connection or a bank that is briefly away.

    Never one that met silence, which would wait twice as long, and never one that was told when to come back.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: FBT001, FBT002 - urllib3's own signature
        """Whether an answer of this status is worth a second call at once."""
        return not has_retry_after and super().is_retry(method, status_code, has_retry_after)

    def increment(self, method: str | None = None, *args: Any, **kwargs: Any) -> Patience:
        """Count a failure, or give up."""
        error = kwargs.get("error")
        if isinstance(error, ReadTimeoutError) or (error and method not in (self.allowed_methods or ())):
            raise error
        return super().increment(method, *args, **kwargs)


HEADERS = {
    "User-Agent": "Mizan",
    "Accept": "application/json",
    "Accept-Encoding": DEFAULT_ACCEPT_ENCODING,
    "Connection": "keep-alive",
}

PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(:[1-5]?[0-9]{1,4})?/[A-Za-z0-9/._~-]*")
"""An address that has nothing to be encoded, converted or refused; any other is looked at closely."""

RETRIES = Patience(
    total=2,
    connect=2,
    read=1,
    status=2,
    other=0,
    redirect=False,
    allowed_methods={"GET"},
    status_forcelist={502, 503, 504},
    backoff_factor=0.2,
    backoff_jitter=0.1,
    respect_retry_after_header=False,
    raise_on_status=False,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `path` is the template for the log (no ids, no query), `wave` the step that it belongs to."""

    method: str
    url: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    wave: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole answer. Its body stays out of every repr.

    `retry_after`: in how many seconds the bank wants to be asked again, from 0 to a week; None where it did not say.
    """

    status: int
    content_type: str
    body: bytes = field(repr=False)
    retry_after: float | None = None


def log_record(record: Record) -> None:
    """Write a call's line into the log."""
    log.info(
        "upstream %(method)s %(path)s %(status)s %(elapsed_ms)sms %(interaction_id)s",
        {
            "method": record.method,
            "path": record.path,
            "status": record.status,
            "elapsed_ms": record.elapsed_ms,
            "interaction_id": record.interaction_id,
        },
    )


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class Transport:
    """Sends calls. Made after the fork; safe for threads, since nothing but the pool changes afterwards.

    `ca_file`: the one authority that certificates are checked against; None for those that the world trusts.
    """

    def __init__(
        self,
        *,
        ca_file: str | None = None,
        deadline: float = DEADLINE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._adapter = HTTPAdapter(pool_connections=8, pool_maxsize=POOL, max_retries=RETRIES)
        self._verify = ca_file or True
        self._timeout = (CONNECT_SECONDS, min(READ_SECONDS, deadline))
        self._deadline = deadline
        self._monotonic = monotonic
        self._now = now
        self._clock = ClockWatch()

    def send(self, call: Call, tell: Callable[[Record], None] = log_record) -> Reply:
        """Send one call and return the whole answer, of any status.

        `tell` is told of it, whatever comes of it; a call that is made for nobody is told to the log alone.
        Raises BankUnreachable, BankCertificateUntrusted, BankTimeout, or MalformedResponse for a body beyond the cap.
        """
        interaction_id = str(uuid.uuid4())
        started_at, started = self._now(), self._monotonic()
        status: int | None = None
        try:
            reply = self._exchange(call, interaction_id, started)
            status = reply.status
        finally:
            elapsed = int((self._monotonic() - started) * 1000)
            heard = (call.method, call.path, status, elapsed, interaction_id)
            tell(Record(*heard, started_at, host_of(call.url), call.wave))
        return reply

    def _exchange(self, call: Call, interaction_id: str, started: float) -> Reply:
        try:
            answer = self._adapter.send(
                _prepared(call, interaction_id), stream=True, timeout=self._timeout, verify=self._verify, proxies={}
            )
            with answer:
                body = self._body(answer.raw, started)
        except (requests.Timeout, ReadTimeoutError) as err:
            raise BankTimeout from err
        except (requests.RequestException, HTTPError, OSError) as err:
            raise _no_answer(call, err) from err
        self._clock.note(answer.headers.get("Date"), self._now())
        wait = retry_after(answer.headers.get("Retry-After"), self._now())
        return Reply(answer.status_code, answer.headers.get("Content-Type", ""), body, wait)

    def _body(self, raw: BaseHTTPResponse, started: float) -> bytes:
        """Read what is there, piece by piece: a server that trickles cannot hold us past the deadline."""
        pieces, size = [], 0
        while piece := raw.read1(65536, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_BODY:
                raise MalformedResponse("")
            if self._monotonic() - started > self._deadline:
                raise BankTimeout
        return b"".join(pieces)


def _no_answer(call: Call, error: Exception) -> BankUnreachable | BankCertificateUntrusted:
    """Tell a certificate that we do not trust from a server that is not there; the former is told to the log."""
    check = failed_check(error)
    if check is None:
        return BankUnreachable()
    log.error(
        "certificate of %(host)s is not trusted: %(check)s (CA_FILE names the authority; see that the clock is right)",
        {"host": host_of(call.url), "check": check},
    )
    return BankCertificateUntrusted(check)


def _prepared(call: Call, interaction_id: str) -> requests.PreparedRequest:
    """Check and write out a request: without cookies, and without what an address could say of a user."""
    request = requests.PreparedRequest()
    request.method, request.url = call.method, call.url
    if not PLAIN_URL.fullmatch(call.url):
        request.prepare_url(call.url, None)
    request.prepare_headers({**HEADERS, **call.headers, "x-fapi-interaction-id": interaction_id})
    request.prepare_body(None, None, call.json)
    return request
