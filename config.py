"""The settings, from the environment and an optional `.env`: parsed, checked, and every fault told at once.

Nothing else reads the environment. Each setting is explained in `.env.example`. Secrets come as `NAME` or, for
containers, as `NAME_FILE`; they print as asterisks.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tpp.model.bank_client import StateForm  # noqa: TC001 - pydantic reads it at run time
from tpp.model.consent import LONGEST_DAYS
from tpp.model.hosts import LOOPBACK, TEST_BANKS, is_loopback, is_test_bank, reached_at
from tpp.model.permission import FOR_THE_PRODUCT, faults

SANDBOX_ISSUER_PATH = "/auth1"
MODEL_BANK_ISSUER = f"https://auth1.altareq1{TEST_BANKS}"
SHORTEST_KEY = 32
CALLBACK_PATH = re.compile(r"(/[A-Za-z0-9._-]+)+")
TAKEN_PATHS = frozenset(
    {
        *("accounts", "amounts", "connect", "connections", "healthz", "language", "money", "privacy", "readyz"),
        *("robots.txt", "sign-out", "signed-out", "static", "terms", "welcome-back"),
        *("transactions", "transactions.csv", "transactions.json"),
    }
)
PICTURES = (".svg", ".png", ".webp")
PASSED_ON = frozenset(
    {
        *("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD", "VIRTUAL_ENV"),
        *("FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "PATHEXT", "COMSPEC", "USERPROFILE"),
    }
)
PASSED_ON_PREFIXES = ("PYTHON", "LC_")
"""What an interpreter needs from its environment; whatever else stands there is nobody's business down here."""

MOST_WORKERS = 4
DEFAULT_PORTS = {"http": 80, "https": 443}

Mode = Literal["sandbox", "altareq", "bank"]


class SettingsError(Exception):
    """The settings cannot be used; `faults` holds one sentence each, with the remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(*faults)
        self.faults = faults


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    starter_kit_url: str | None = None
    bank_issuer: str | None = None
    bank_name: str = Field(default="Model Bank", min_length=1, max_length=60)
    state_form: StateForm | None = None
    redirect_uri: str = "http://localhost:1411/hackathon-redirect"
    tpp_name: str = Field(default="Mizan", min_length=1, max_length=60)
    permissions: Annotated[tuple[str, ...], NoDecode] = FOR_THE_PRODUCT
    consent_days: int = Field(default=30, ge=1, le=LONGEST_DAYS)
    remember_days: int = Field(default=30, ge=1, le=LONGEST_DAYS)
    idle_minutes: int | None = Field(default=None, ge=0, le=1440)

    secret_key: SecretStr | None = None
    secret_key_file: Path | None = None
    instance_path: Path = Path("instance")
    ca_file: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    listen_host: str = LOOPBACK
    listen_port: int | None = Field(default=None, ge=1, le=65535)
    web_workers: int | None = Field(default=None, ge=1, le=64)
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    altareq_logo: Path | None = None
    altareq_mark: Path | None = None

    sandbox_kit_port: int = Field(default=1412, ge=1, le=65535)
    sandbox_bank_port: int = Field(default=1413, ge=1, le=65535)
    sandbox_bank_url: str | None = None
    sandbox_state_form: Literal["opaque", "base64"] = "opaque"
    sandbox_expiry: Literal["honour", "fixed"] = "honour"
    sandbox_latency_ms: int = Field(default=0, ge=0, le=60_000)
    sandbox_access_token_seconds: int = Field(default=600, ge=1, le=86_400)
    sandbox_control: bool = True

    @field_validator("permissions", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, re.split(r"[\s,]+", value))) if isinstance(value, str) else value

    @field_validator("permissions")
    @classmethod
    def _fit_together(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if found := faults(value):
            raise ValueError("; ".join(found))
        return value

    @field_validator("starter_kit_url", "bank_issuer", "redirect_uri", "sandbox_bank_url")
    @classmethod
    def _be_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _parts(value)
        odd = parts.username is not None or parts.query or parts.fragment
        if parts.scheme not in {"http", "https"} or not parts.hostname or odd:
            raise ValueError("must be an address such as http://localhost:1412, without user name or query")
        return value

    @field_validator("ca_file", "secret_key_file", "altareq_logo", "altareq_mark")
    @classmethod
    def _be_readable(cls, value: Path | None) -> Path | None:
        if value is not None and not os.access(value, os.R_OK):
            raise ValueError("names a file that cannot be read")
        return value

    @field_validator("redirect_uri")
    @classmethod
    def _be_a_callback(cls, value: str) -> str:
        parts = _parts(value)
        if not CALLBACK_PATH.fullmatch(parts.path) or parts.path.split("/")[1] in TAKEN_PATHS or parts.fragment:
            raise ValueError("must have a plain path of its own, such as /hackathon-redirect")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must be https, except on localhost")
        return value

    @field_validator("secret_key")
    @classmethod
    def _be_long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        _check_keys(value.get_secret_value() if value else None)
        return value

    @field_validator("secret_key_file")
    @classmethod
    def _be_the_only_one(cls, value: Path | None, others: ValidationInfo) -> Path | None:
        if value is not None and others.data.get("secret_key") is not None:
            raise ValueError("is set beside SECRET_KEY: leave one of them out")
        _check_keys(value.read_text(encoding="utf-8") if value else None)
        return value

    @field_validator("altareq_logo", "altareq_mark")
    @classmethod
    def _be_a_picture(cls, value: Path | None) -> Path | None:
        if value is not None and value.suffix not in PICTURES:
            raise ValueError(f"must be a picture: {', '.join(PICTURES)}")
        return value

    @property
    def uses_sandbox(self) -> bool:
        """Whether the embedded sandbox stands in for the Starter Kit and the bank."""
        return self.starter_kit_url is None

    @property
    def mode(self) -> Mode:
        """What the strip on top of every page says."""
        if self.uses_sandbox:
            return "sandbox"
        host = _parts(self.issuer).hostname or ""
        return "altareq" if is_test_bank(host) else "bank"

    @property
    def kit_url(self) -> str:
        """The Starter Kit's address, as the server reaches it."""
        return self.starter_kit_url or f"http://{LOOPBACK}:{self.sandbox_kit_port}"

    @property
    def bank_public_url(self) -> str:
        """The sandbox bank's address, as the browser reaches it. Another site than the app's, on purpose."""
        return (self.sandbox_bank_url or f"http://{self.sandbox_host}:{self.sandbox_bank_port}").rstrip("/")

    @property
    def sandbox_host(self) -> str:
        """Where this machine reaches its own simulated bank: on loopback, unless that is not listened on."""
        return reached_at(self.listen_host)

    @property
    def issuer(self) -> str:
        """The issuer that a callback must name: the one set by hand, else the sandbox's or the Model Bank's.

        Never one that the Starter Kit names: it would then choose the bank.
        """
        own = self.bank_public_url + SANDBOX_ISSUER_PATH if self.uses_sandbox else MODEL_BANK_ISSUER
        return self.bank_issuer or own

    @property
    def states(self) -> StateForm:
        """Whether the kit's `state` must, may or cannot be read. The sandbox's is known from its own setting."""
        of_sandbox: StateForm = "readable" if self.sandbox_state_form == "base64" else "opaque"
        return self.state_form or (of_sandbox if self.uses_sandbox else "auto")

    @property
    def origin(self) -> str:
        """The app's own address as browsers write it: lower case, and no port where it is the scheme's own."""
        parts = _parts(self.redirect_uri)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
        return f"{parts.scheme}://{host}{port}"

    @property
    def callback_path(self) -> str:
        """The path of the redirect URI."""
        return _parts(self.redirect_uri).path

    @property
    def port(self) -> int:
        """The port to listen on: LISTEN_PORT, else the redirect URI's."""
        parts = _parts(self.redirect_uri)
        return self.listen_port or parts.port or DEFAULT_PORTS[parts.scheme]

    @property
    def workers(self) -> int:
        """How many processes serve the app: WEB_WORKERS, else as many as cores, four at most."""
        return self.web_workers or min(_cores(), MOST_WORKERS)

    @property
    def idle(self) -> timedelta | None:
        """After which pause the figures wait behind one click; None for never. Off in sandbox mode by default."""
        minutes = self.idle_minutes if self.idle_minutes is not None else (0 if self.uses_sandbox else 15)
        return timedelta(minutes=minutes) if minutes else None

    @property
    def warnings(self) -> list[str]:
        """What is allowed but should be known."""
        kit = _parts(self.kit_url)
        found = []
        if kit.scheme != "https" and not is_loopback(kit.hostname):
            found.append(
                "STARTER_KIT_URL is neither on this machine nor behind https: a Starter Kit asks for no password, "
                "and tokens travel there in clear"
            )
        if self.mode == "bank" and "bank_name" not in self.model_fields_set:
            found.append("BANK_ISSUER is not the Model Bank's, and people still read its name: set BANK_NAME as well")
        if not is_loopback(self.listen_host) and not self.trusted_proxies:
            found.append(
                "LISTEN_HOST is open to others and TRUSTED_PROXIES is 0: outside a demonstration put a proxy in "
                "front that speaks TLS and limits how often somebody may call (there is neither here)"
            )
        return found + self._open_files()

    def _open_files(self) -> list[str]:
        """Name the keys and stores that others on this machine can read."""
        here = self.instance_path
        kept = [here / "secret.key", *sorted(here.glob("*.sqlite*")), *sorted(here.glob("sandbox.key"))]
        files = [*filter(None, [self.secret_key_file]), *kept]
        return [f"{path} can be read by others on this machine: chmod 600 {path}" for path in files if _is_open(path)]

    def server_keys(self) -> tuple[bytes, ...]:
        """Return the server's keys, the writing one first; without SECRET_KEY one is made and kept in `instance`."""
        return tuple(key.encode() for key in self._given_keys() or [self._kept_key()])

    def _given_keys(self) -> list[str]:
        if self.secret_key_file:
            return _split_keys(self.secret_key_file.read_text(encoding="utf-8"))
        return _split_keys(self.secret_key.get_secret_value() if self.secret_key else "")

    def _kept_key(self) -> str:
        """Make `instance/secret.key` (mode 0600) if need be; of several processes at once one makes it."""
        self.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.instance_path / "secret.key"
        fresh = path.with_name(f"secret.key.{os.getpid()}.{secrets.token_hex(4)}")
        if not path.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        key = path.read_text(encoding="utf-8").strip()
        if len(key) < SHORTEST_KEY:
            raise SettingsError([f"{path} holds no whole key: remove it, and a new one is made"])
        return key


def _cores() -> int:
    """Count the cores that this process may use, where the system tells, else those that there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _split_keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def _check_keys(text: str | None) -> None:
    """Raise for a setting that is there and holds no key, or a short one: never fall back on another in silence."""
    if text is None:
        return
    keys = _split_keys(text)
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"must hold one key or several, each of at least {SHORTEST_KEY} characters")


def load() -> Settings:
    """Read the settings. Raises SettingsError with every fault, each with the setting's name."""
    try:
        return Settings()
    except ValidationError as err:
        raise SettingsError([_sentence(fault["loc"], fault["msg"]) for fault in err.errors()]) from None


def environment_of_the_sandbox() -> dict[str, str]:
    """Return what an interpreter needs, and no setting: the sandbox is told everything on its command line."""
    names = {name for name in os.environ if name.upper() in PASSED_ON or name.upper().startswith(PASSED_ON_PREFIXES)}
    return {name: os.environ[name] for name in names}


def environment_of_the_app() -> dict[str, str]:
    """Return what an interpreter needs, and our own settings."""
    ours = {name: value for name, value in os.environ.items() if name.lower() in Settings.model_fields}
    return environment_of_the_sandbox() | ours


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    name = str(place[0]).upper() if place else ""
    text = message.removeprefix("Value error, ")
    return f"{name}: {text}" if name and not text.startswith(name) else text


def _is_open(path: Path) -> bool:
    """Whether the group, or everybody, may read a file and enter its folder. Mode bits mean this on POSIX alone."""
    if os.name != "posix" or not path.exists():
        return False
    file, folder = path.stat().st_mode, path.absolute().parent.stat().st_mode
    return any(file & 0o4 << shift and folder & 0o1 << shift for shift in (0, 3))


def _parts(address: str) -> SplitResult:
    """Split an address; a port that is no number counts as a fault of the address."""
    parts = urlsplit(address)
    _ = parts.port
    return parts
