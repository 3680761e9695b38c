"""The settings: defaults, faults all at once, secrets out of sight."""

from __future__ import annotations

import os
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import config
from tests.stack import make_settings
from tpp.serve.programs import programs_of

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return a changer of an environment that holds none of our settings, in a folder without an `.env`."""
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_nothing_set_means_the_sandbox_on_this_machine(environment: pytest.MonkeyPatch) -> None:
    settings = config.load()

    assert settings.uses_sandbox
    assert settings.mode == "sandbox"
    assert (settings.origin, settings.callback_path, settings.port) == (
        "http://localhost:1411",
        "/hackathon-redirect",
        1411,
    )
    assert settings.kit_url == "http://127.0.0.1:1412"
    assert settings.issuer == "http://127.0.0.1:1413/auth1"
    assert (settings.consent_days, settings.remember_days, settings.idle) == (30, 30, None)
    assert settings.warnings == []


def test_a_real_kit_changes_the_address_and_locks_after_a_pause(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("STARTER_KIT_URL", "http://localhost:1412")
    settings = config.load()

    assert settings.kit_url == "http://localhost:1412"
    assert settings.mode == "altareq"
    assert settings.issuer == "https://auth1.altareq1.sandbox.apihub.openfinance.ae", "the kit has no say in it"
    assert settings.idle == timedelta(minutes=15)


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 2), (4, 4), (16, 4)])
def test_there_are_as_many_workers_as_cores_for_us_but_four_at_most(
    environment: pytest.MonkeyPatch, cores: int, workers: int
) -> None:
    environment.setattr(os, "sched_getaffinity", lambda _pid: set(range(cores)), raising=False)
    command = programs_of(config.load())[-1].command

    assert command[command.index("--workers") + 1] == str(workers)
    environment.setenv("WEB_WORKERS", "7")
    assert config.load().workers == 7


FAULTS = {
    "STARTER_KIT_URL": "ftp://x",
    "REDIRECT_URI": "http://app.example/callback",
    "CONSENT_DAYS": "365",
    "REMEMBER_DAYS": "never",
    "PERMISSIONS": "ReadBalances ReadEverything",
    "LOG_LEVEL": "LOUD",
    "CA_FILE": "/no/such/file.pem",
    "LISTEN_PORT": "70000",
    "SECRET_KEY": "guessable-value",
    "ALTAREQ_LOGO": "/etc/hostname",
}


def test_all_faults_are_told_together_by_name_and_without_values(environment: pytest.MonkeyPatch) -> None:
    for name, value in FAULTS.items():
        environment.setenv(name, value)
    with pytest.raises(config.SettingsError) as caught:
        config.load()
    told = "\n".join(caught.value.faults)

    for name in FAULTS:
        assert name in told
    assert "ReadBalances needs ReadAccountsBasic or ReadAccountsDetail beside it" in told
    assert "guessable-value" not in told
    assert "ReadEverything is not a permission" in told


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"redirect_uri": "http://app.example/callback"}, "must be https"),
        ({"redirect_uri": "http://localhost:1411/"}, "path of its own"),
        ({"redirect_uri": "http://localhost:1411/x?y=z"}, "REDIRECT_URI"),
        ({"starter_kit_url": "http://user:pass@localhost:1412"}, "STARTER_KIT_URL"),
        ({"starter_kit_url": "http://localhost:port"}, "STARTER_KIT_URL"),
        ({"redirect_uri": "http://localhost:1411/accounts"}, "path of its own"),
        ({"redirect_uri": "http://localhost:1411/<int:x>/cb"}, "path of its own"),
        ({"secret_key": "short"}, "at least 32"),
        ({"secret_key": ","}, "at least 32"),
        ({"secret_key": f"{'k' * 40},short"}, "at least 32"),
        ({"permissions": ""}, "no permission"),
    ],
)
def test_each_fault_is_found(environment: pytest.MonkeyPatch, changes: dict[str, str], part: str) -> None:
    for name, value in changes.items():
        environment.setenv(name.upper(), value or " ,")
    with pytest.raises(config.SettingsError) as caught:
        config.load()

    assert part in "\n".join(caught.value.faults)
    assert "user:pass" not in str(caught.value)


def test_a_kit_in_clear_elsewhere_is_warned_of(tmp_path: Path) -> None:
    assert "in clear" in make_settings(tmp_path, starter_kit_url="http://kit.example:1412").warnings[0]
    assert make_settings(tmp_path, starter_kit_url="https://kit.example").warnings == []


def test_the_key_is_made_once_private_and_kept(tmp_path: Path) -> None:
    keys: list[bytes] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        keys.append(make_settings(tmp_path / "instance").server_keys()[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(keys)) == 1
    assert len(keys[0]) >= 32
    assert (tmp_path / "instance" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in (tmp_path / "instance").iterdir()] == ["secret.key"]


def test_a_key_from_a_file_and_several_for_rotation(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{'n' * 40},\n{'o' * 40}\n")
    settings = make_settings(tmp_path, secret_key_file=tmp_path / "key")

    assert settings.server_keys() == (b"n" * 40, b"o" * 40)


def test_a_key_in_two_places_is_a_fault(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40)
    environment.setenv("SECRET_KEY", "k" * 40)
    environment.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(config.SettingsError) as caught:
        config.load()

    assert caught.value.faults == ["SECRET_KEY_FILE: is set beside SECRET_KEY: leave one of them out"]


def test_an_empty_key_file_is_a_fault_and_no_reason_to_make_another_key(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("\n")
    environment.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(config.SettingsError):
        config.load()


def test_a_damaged_kept_key_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(config.SettingsError):
        make_settings(tmp_path).server_keys()


@pytest.mark.parametrize(
    ("uri", "origin", "port"),
    [
        ("https://Example.COM/cb", "https://example.com", 443),
        ("https://example.com:443/cb", "https://example.com", 443),
        ("https://example.com:8443/cb", "https://example.com:8443", 8443),
        ("http://[::1]:1411/cb", "http://[::1]:1411", 1411),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(tmp_path: Path, uri: str, origin: str, port: int) -> None:
    settings = make_settings(tmp_path, redirect_uri=uri)

    assert (settings.origin, settings.port) == (origin, port)


def test_a_server_open_to_others_without_a_proxy_is_warned_of(tmp_path: Path) -> None:
    assert "proxy" in make_settings(tmp_path, listen_host="0.0.0.0").warnings[0]
    assert make_settings(tmp_path, listen_host="0.0.0.0", trusted_proxies=1).warnings == []


def test_secrets_do_not_print(tmp_path: Path) -> None:
    assert "k" * 40 not in repr(make_settings(tmp_path, secret_key="k" * 40))


@pytest.mark.parametrize(
    ("issuer", "mode"),
    [
        (None, "altareq"),
        ("https://auth1.altareq1.sandbox.apihub.openfinance.ae", "altareq"),
        ("https://auth.bank.example", "bank"),
        ("https://sandbox.apihub.openfinance.ae.evil.example", "bank"),
    ],
)
def test_the_strip_on_top_says_which_bank_is_behind(tmp_path: Path, issuer: str | None, mode: str) -> None:
    changes: dict[str, Any] = {"starter_kit_url": "http://localhost:1412", "bank_issuer": issuer}

    assert make_settings(tmp_path, **changes).mode == mode


def test_every_setting_is_explained_and_nothing_else() -> None:
    explained = set(
        re.findall(r"^#?\s?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert explained == {name.upper() for name in config.Settings.model_fields}


def test_the_readme_has_a_row_for_every_setting_and_nothing_else() -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \| (.+?) \| .+? \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    named = [name for settings, _ in rows for name in re.findall(r"`([A-Z_]+)`", settings)]

    assert sorted(named) == sorted(name.upper() for name in config.Settings.model_fields)


def test_the_readme_gives_the_defaults_that_are_so() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for name, one in config.Settings.model_fields.items():
        row = re.search(rf"^\| `{name.upper()}` \| (.+?) \|", text, re.MULTILINE)
        if row and isinstance(one.default, int | str):
            assert row[1].strip("`") == (
                str(one.default).lower() if isinstance(one.default, bool) else str(one.default)
            )


def test_another_bank_must_be_set_by_hand_and_is_not_called_the_model_bank_in_silence(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"starter_kit_url": "http://localhost:1412", "bank_issuer": "https://auth.bank.example"}
    settings = make_settings(tmp_path, **changes)
    assert settings.issuer == "https://auth.bank.example"
    assert "BANK_NAME" in settings.warnings[0]
    assert make_settings(tmp_path, **changes, bank_name="Example Bank").warnings == []


@pytest.mark.parametrize(
    ("changes", "states"),
    [
        ({}, "opaque"),
        ({"sandbox_state_form": "base64"}, "readable"),
        ({"starter_kit_url": "http://localhost:1412"}, "auto"),
        ({"starter_kit_url": "http://localhost:1412", "sandbox_state_form": "base64"}, "auto"),
        ({"starter_kit_url": "http://localhost:1412", "state_form": "readable"}, "readable"),
        ({"sandbox_state_form": "base64", "state_form": "opaque"}, "opaque"),
    ],
    ids=str,
)
def test_the_form_of_the_state_is_known_where_the_sandbox_is_and_can_be_set(
    tmp_path: Path, changes: dict[str, Any], states: str
) -> None:
    assert make_settings(tmp_path, **changes).states == states
