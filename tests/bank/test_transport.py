"""The HTTP client: what it must not take from its surroundings, its deadline, its cap, its errors."""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
import urllib3

from tests.clock import START
from tests.stack import plain, serving
from tpp.bank import transport
from tpp.bank.transport import Call, Transport
from tpp.errors import BankError, BankTimeout, BankUnreachable, MalformedResponse
from tpp.model.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from wsgiref.types import WSGIApplication

    from tests.clock import Clock
    from tpp.model.record import Record


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    """Return what the server saw."""
    return []


@pytest.fixture
def server(seen: list[dict[str, Any]]) -> Iterator[str]:
    """Serve one answer with a cookie, and write down the environment of each request."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append({key: value for key, value in environ.items() if key.startswith("HTTP_")})
        start_response("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "who=alice; Path=/")])
        return [b"{}"]

    with serving(answer) as (url, _):
        yield url


def get(url: str, **headers: str) -> Call:
    """Make a call."""
    return Call("GET", url, "/x", headers)


def test_no_cookie_of_one_call_rides_on_another(server: str, seen: list[dict[str, Any]]) -> None:
    client = Transport()
    client.send(get(server))
    client.send(get(server))

    assert ["HTTP_COOKIE" in each for each in seen] == [False, False]


def test_netrc_and_proxies_and_bundles_of_the_environment_count_for_nothing(
    server: str, seen: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none"))

    Transport().send(get(server, Authorization="Bearer ours"))

    assert seen[0]["HTTP_AUTHORIZATION"] == "Bearer ours"


def test_calls_one_after_another_share_a_connection() -> None:
    """An answer that is read to its end gives its connection back, or each call would begin with a handshake."""
    came = []

    def stay(connection: socket.socket) -> None:
        came.append(1)
        while connection.recv(4096):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    url, listener = raw_server(stay)
    client = Transport()
    with listener:
        assert [client.send(get(url)).status for _ in range(3)] == [200, 200, 200]
    assert came == [1]


def test_an_address_goes_out_encoded_whatever_stands_in_it() -> None:
    def heard(connection: socket.socket) -> None:
        lines.append(connection.recv(4096).split(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.close()

    lines: list[bytes] = []
    url, listener = raw_server(heard)
    client = Transport()
    with listener:
        for path in ("a/b~c", "a%2Fb", "a b", "é?q=ü", 'a"b#c'):
            client.send(get(url + path))
    sent = [line.split(b" ")[1].decode() for line in lines]
    assert sent == ["/a/b~c", "/a%2Fb", "/a%20b", "/%C3%A9?q=%C3%BC", "/a%22b"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/", "http://127.0.0.1:x/", "127.0.0.1/", "http:///x", "ftp://a/"]
)
def test_an_address_that_is_none_is_unreachable(url: str) -> None:
    with pytest.raises(BankUnreachable):
        Transport().send(get(url))


def test_user_and_password_in_an_address_are_not_sent(server: str, seen: list[dict[str, Any]]) -> None:
    Transport().send(get(server.replace("http://", "http://eve:secret@")))

    assert "HTTP_AUTHORIZATION" not in seen[0]


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nX-Injected: 1"])
def test_a_header_with_a_line_break_is_refused(server: str, seen: list[dict[str, Any]], value: str) -> None:
    with pytest.raises(BankUnreachable):
        Transport().send(get(server, Authorization=value))
    assert seen == []


def test_every_call_has_an_interaction_id_of_its_own(server: str, seen: list[dict[str, Any]]) -> None:
    records: list[Record] = []
    client = Transport()
    client.send(get(server), records.append)
    client.send(get(server), records.append)

    sent = [each["HTTP_X_FAPI_INTERACTION_ID"] for each in seen]
    assert len(set(sent)) == 2
    assert [record.interaction_id for record in records] == sent


def test_whoever_listens_is_told_when_where_and_why_a_call_was_made(server: str, clock: Clock) -> None:
    first: list[Record] = []
    second: list[Record] = []
    visit = Visit(listeners=(first.append, second.append))
    Transport(now=clock).send(Call("GET", f"{server}/secret?code=secret", "/x", wave="balances"), visit.tell)

    (record,) = first
    assert second == first
    assert (record.method, record.path, record.status, record.wave) == ("GET", "/x", 200, "balances")
    assert f"http://{record.host}" == server
    assert record.started_at == START
    assert "secret" not in repr(record)


def test_a_call_that_got_no_answer_is_told_too() -> None:
    records: list[Record] = []
    with pytest.raises(BankUnreachable):
        Transport().send(Call("POST", "http://127.0.0.1:1/x", "/x", json={}, wave="begin"), records.append)

    assert [(each.status, each.wave, each.host) for each in records] == [(None, "begin", "127.0.0.1:1")]


def test_a_call_writes_one_line_into_the_log(server: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        Transport().send(get(server))
    (line,) = [each.getMessage() for each in caplog.records if each.name == "tpp.bank.transport"]

    assert re.fullmatch(r"upstream GET /x 200 \d+ms [0-9a-f-]{36}", line)


def test_redirects_are_not_followed() -> None:
    def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("302 Found", [("Location", "http://127.0.0.1:9/")])
        return [b""]

    with serving(answer) as (url, _):
        assert Transport().send(get(url, Authorization="Bearer ours")).status == 302


def test_refused_connections_and_unknown_names_are_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/"):
        with pytest.raises(BankUnreachable):
            Transport().send(Call("POST", url, "/x", json={}))


def raw_server(behave: Callable[[socket.socket], None]) -> tuple[str, socket.socket]:
    """Accept connections and treat each one as told."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=behave, args=(connection,), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/", listener


def test_a_trickling_answer_ends_at_the_deadline_not_at_the_last_byte() -> None:
    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(600):
            try:
                connection.sendall(b"x")
            except OSError:
                return
            time.sleep(0.05)

    url, listener = raw_server(trickle)
    started = time.monotonic()
    with listener, pytest.raises(BankTimeout):
        Transport(deadline=0.5).send(Call("POST", url, "/x", json={}))
    assert time.monotonic() - started < 20


def test_a_silent_server_is_a_timeout() -> None:
    url, listener = raw_server(lambda _connection: time.sleep(3))
    with listener, pytest.raises(BankTimeout):
        Transport(deadline=0.3).send(Call("POST", url, "/x", json={}))


def test_silence_is_not_asked_a_second_time() -> None:
    """A GET that met silence would else wait twice as long, and be told as something else."""
    asked, heard = [], threading.Event()

    def be_silent(connection: socket.socket) -> None:
        asked.append(connection.recv(4096))
        heard.set()
        time.sleep(2)

    url, listener = raw_server(be_silent)
    with listener, pytest.raises(BankTimeout):
        Transport(deadline=0.3).send(get(url))
    assert heard.wait(20)
    assert len(asked) == 1


def test_a_connection_that_breaks_is_tried_again_for_get() -> None:
    asked = []

    def break_once(connection: socket.socket) -> None:
        asked.append(connection.recv(4096))
        if len(asked) > 1:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.close()

    url, listener = raw_server(break_once)
    with listener:
        assert Transport().send(get(url)).status == 200
    assert len(asked) == 2


def test_a_broken_off_answer_is_unreachable() -> None:
    def break_off(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        connection.close()

    url, listener = raw_server(break_off)
    with listener, pytest.raises(BankUnreachable):
        Transport().send(Call("POST", url, "/x", json={}))


def test_an_endless_answer_is_cut_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_BODY", 1000)
    with serving(plain("200 OK", b"x" * 5000)) as (url, _), pytest.raises(MalformedResponse):
        Transport().send(get(url))


def away(count: list[int], status: str = "503 Service Unavailable", *headers: tuple[str, str]) -> WSGIApplication:
    """Make a bank that is away, and counts who asks."""

    def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        count.append(1)
        start_response(status, [*headers, ("Content-Length", "0")])
        return [b""]

    return answer


@pytest.mark.parametrize(("method", "times"), [("GET", 3), ("POST", 1)])
def test_only_get_is_repeated_when_the_bank_is_briefly_away(method: str, times: int) -> None:
    count: list[int] = []
    with serving(away(count)) as (url, _):
        reply = Transport().send(Call(method, url, "/x"))

    assert (reply.status, reply.retry_after) == (503, None)
    assert len(count) == times


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad", "503 Away", "504 Late"])
def test_an_answer_that_says_when_to_come_back_is_not_repeated(status: str) -> None:
    count: list[int] = []
    with serving(away(count, status, ("Retry-After", "85092"))) as (url, _):
        reply = Transport().send(get(url))

    assert (reply.status, reply.retry_after) == (int(status[:3]), 85_092)
    assert count == [1]


@pytest.mark.parametrize("text", ["1e5", "120, 5", "soon"])
def test_an_answer_that_says_unreadably_when_to_come_back_is_not_repeated_either(text: str) -> None:
    count: list[int] = []
    with serving(away(count, "503 Away", ("Retry-After", text))) as (url, _):
        reply = Transport().send(get(url))

    assert (reply.status, reply.retry_after) == (503, 60)
    assert count == [1]


def test_a_date_to_come_back_at_is_measured_by_our_clock(clock: Clock) -> None:
    date = ("Retry-After", "Sun, 22 Nov 2026 10:45:00 GMT")
    with serving(away([], "503 Away", date)) as (url, _):
        assert Transport(now=clock).send(get(url)).retry_after == 15 * 60


def test_every_error_of_requests_and_urllib3_becomes_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """No failure of a lower layer may pass as something else than a BankError."""
    kinds: list[Exception] = [
        *(kind() for kind in leaves(requests.RequestException) if kind is not requests.exceptions.JSONDecodeError),
        urllib3.exceptions.ProtocolError("x"),
        urllib3.exceptions.DecodeError("x"),
        urllib3.exceptions.IncompleteRead(1, 2),
        OSError("x"),
    ]
    for kind in kinds:
        client = Transport()

        def fail(*_: object, kind: Exception = kind, **__: object) -> None:
            raise kind

        monkeypatch.setattr(client._adapter, "send", fail)
        with pytest.raises(BankError):
            client.send(get("http://127.0.0.1/"))


def leaves(kind: type[Exception]) -> list[type[Exception]]:
    """Return a class and all below it."""
    return [kind, *(leaf for below in kind.__subclasses__() for leaf in leaves(below))]
