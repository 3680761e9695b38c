"""A certificate that we do not trust is named as one, with the check that failed, and never taken for silence."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.bank.test_transport import get, raw_server
from tests.clock import machine
from tpp.bank.transport import Call, Transport
from tpp.errors import BankCertificateUntrusted, BankUnreachable

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

TODAY = machine()
"""The machine's own: the TLS library reads no other clock."""

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def certificate(folder: Path, name: str, first: int, last: int) -> Path:
    """Write a self-signed certificate with its key, good from and until so many days from today."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY + timedelta(days=first))
        .not_valid_after(TODAY + timedelta(days=last))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def https(pem: Path) -> Iterator[str]:
    """Serve one answer behind a certificate; gives the address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def behave(line: socket.socket) -> None:
        try:
            with context.wrap_socket(line, server_side=True) as tls:
                tls.recv(4096)
                tls.sendall(ANSWER)
        except OSError:
            line.close()

    url, listener = raw_server(behave)
    with listener:
        yield url.replace("http://127.0.0.1", "https://localhost")


CASES = [
    ("localhost", -1, 1, False, "self-signed certificate"),
    ("localhost", -9, -2, True, "certificate has expired"),
    ("localhost", 2, 9, True, "certificate is not yet valid"),
    ("elsewhere.example", -1, 1, True, "Hostname mismatch"),
]


@pytest.mark.parametrize(("name", "first", "last", "pinned", "check"), CASES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_untrusted_certificate_is_named_with_the_check_that_failed(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    method: str,
    name: str,
    first: int,
    last: int,
    check: str,
    *,
    pinned: bool,
) -> None:
    pem = certificate(tmp_path, name, first, last)
    with https(pem) as url, pytest.raises(BankCertificateUntrusted) as caught:
        Transport(ca_file=str(pem) if pinned else None).send(Call(method, url, "/x"))

    assert check in str(caught.value)
    host = url.split("/")[2]
    assert f"certificate of {host} is not trusted: {check}" in caplog.text


def test_a_certificate_that_is_trusted_is_no_trouble(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "localhost", -1, 1)
    with https(pem) as url:
        assert Transport(ca_file=str(pem)).send(get(url)).status == 200


def test_a_server_without_tls_has_no_certificate_to_blame(caplog: pytest.LogCaptureFixture) -> None:
    def behave(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(ANSWER)
        line.close()

    url, listener = raw_server(behave)
    with listener, pytest.raises(BankUnreachable):
        Transport().send(get(url.replace("http:", "https:")))
    assert "certificate" not in caplog.text


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_that_the_environment_names_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pem = certificate(tmp_path, "localhost", -1, 1)
    monkeypatch.setenv(name, str(pem))
    with https(pem) as url, pytest.raises(BankCertificateUntrusted):
        Transport().send(get(url))


def test_an_authority_that_the_environment_names_does_not_take_the_place_of_the_pinned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate(other, "localhost", -1, 1)))
    pem = certificate(tmp_path, "localhost", -1, 1)
    with https(pem) as url:
        assert Transport(ca_file=str(pem)).send(get(url)).status == 200


def test_only_the_pinned_authority_is_trusted(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    pinned = certificate(other, "localhost", -1, 1)
    with https(certificate(tmp_path, "localhost", -1, 1)) as url, pytest.raises(BankCertificateUntrusted):
        Transport(ca_file=str(pinned)).send(get(url))
