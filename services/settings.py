"""Settings: one frozen dataclass, read once from the environment and checked at start.

The README's table documents each (a house test checks). What a manager may change is not here but
in the rule tables.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from db.crypto import FieldCipher, parse_key_ring
from db.session import Database, connect

ROOT = Path(__file__).resolve().parents[1]


class BadSetting(Exception):
    """A setting is missing or wrong; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a process; see the README for each."""

    database_url: str = field(repr=False)
    secret_key: bytes = field(repr=False)
    field_keys: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    now: datetime | None = None
    timezone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    demo: bool = False
    demo_password: str = field(default="evergreen-demo", repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    var: Path = ROOT / "var"
    backups: Path | None = None
    """Where the worker puts its nightly backups; none are taken where it is not set."""
    backups_kept: int = 14

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def cipher(self) -> FieldCipher:
        return FieldCipher(self.field_keys, self.index_key)

    def business_now(self) -> datetime:
        """The business's instant: the clock, or ``EVERGREEN_NOW`` where time stands still."""
        return self.now or clock_now()


def clock_now() -> datetime:
    """The real clock, for session limits and durations; business time is ``business_now``."""
    return datetime.now(UTC)


def settings_from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    On SQLite missing keys are made once into ``var/keys.env`` (0600) and read from there by
    every command; PostgreSQL refuses to start without them.

    Raises:
        BadSetting: one is missing or wrong; the message names it.
    """
    given = dict(os.environ if environ is None else environ)
    var = Path(given.get("EVERGREEN_VAR") or ROOT / "var")
    url = given.get("EVERGREEN_DATABASE_URL") or f"sqlite:///{var / 'evergreen.sqlite'}"
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise BadSetting("EVERGREEN_DATABASE_URL is not a database URL") from error
    if backend not in ("sqlite", "postgresql", "postgres"):
        raise BadSetting("EVERGREEN_DATABASE_URL is neither SQLite nor PostgreSQL")
    is_sqlite = backend == "sqlite"
    if is_sqlite:
        given = {**_kept_keys(var, given), **{k: v for k, v in given.items() if v}}
    return Settings(
        database_url=url,
        secret_key=_key(given, "EVERGREEN_SECRET_KEY"),
        field_keys=_ring(given),
        index_key=_key(given, "EVERGREEN_INDEX_KEY"),
        now=_instant(given.get("EVERGREEN_NOW")),
        timezone=_zone(given.get("EVERGREEN_TIMEZONE") or "Asia/Shanghai"),
        demo=_flag(given, "EVERGREEN_DEMO"),
        demo_password=given.get("EVERGREEN_DEMO_PASSWORD") or "evergreen-demo",
        metrics_token=given.get("EVERGREEN_METRICS_TOKEN") or None,
        var=var,
        backups=Path(given["EVERGREEN_BACKUPS"]) if given.get("EVERGREEN_BACKUPS") else None,
        backups_kept=_count(given, "EVERGREEN_BACKUPS_KEPT", 14),
    )


def open_database(settings: Settings, *, pool_size: int = 10) -> Database:
    """Connect as the settings say."""
    if settings.is_sqlite:
        path = make_url(settings.database_url).database
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
    return connect(settings.database_url, settings.cipher, pool_size=pool_size)


@dataclass(frozen=True, slots=True)
class Process:
    """What this process runs on: its settings and its one database."""

    settings: Settings
    database: Database


_process: Process | None = None


def process() -> Process:
    """The settings and the database of this process; opened from the environment when first asked.

    Raises:
        BadSetting: a setting is missing or wrong.
    """
    global _process
    if _process is None:
        settings = settings_from_environment()
        _process = Process(settings, open_database(settings))
    return _process


def use_process(given: Process | None) -> None:
    """Run on ``given`` from here on: the server's start and the tests say so; None forgets."""
    global _process
    _process = given


_KEYS = ("EVERGREEN_SECRET_KEY", "EVERGREEN_FIELD_KEYS", "EVERGREEN_INDEX_KEY")


def _kept_keys(var: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The keys of ``var/keys.env``, made now if any is needed and the file is not there."""
    path = var / "keys.env"
    if all(given.get(name) for name in _KEYS):
        return {}
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        made = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in _KEYS}
        made["EVERGREEN_FIELD_KEYS"] = "k1=" + made["EVERGREEN_FIELD_KEYS"]
        text = "".join(f"{name}={value}\n" for name, value in made.items())
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process of the same start made it first
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _key(given: Mapping[str, str], name: str) -> bytes:
    text = given.get(name)
    if not text:
        raise BadSetting(f"{name} is missing: 32 random bytes in base64 (openssl rand -base64 32)")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadSetting(f"{name} is not base64") from error
    if len(key) < 32:
        raise BadSetting(f"{name} is shorter than 32 bytes")
    return key


def _ring(given: Mapping[str, str]) -> dict[str, bytes]:
    text = given.get("EVERGREEN_FIELD_KEYS")
    if not text:
        raise BadSetting("EVERGREEN_FIELD_KEYS is missing: id=base64 of 32 bytes, newest first")
    try:
        return parse_key_ring(text)
    except ValueError as error:
        raise BadSetting(f"EVERGREEN_FIELD_KEYS: {error}") from error


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSetting("EVERGREEN_NOW is not an ISO instant") from error
    if instant.tzinfo is None:
        raise BadSetting("EVERGREEN_NOW has no zone, e.g. 2026-11-20T09:12:00+08:00")
    return instant.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(f"EVERGREEN_TIMEZONE {name!r} is not a known zone") from error


def _flag(given: Mapping[str, str], name: str) -> bool:
    text = (given.get(name) or "0").strip()
    if text not in ("0", "1"):
        raise BadSetting(f"{name} is 0 or 1")
    return text == "1"


def _count(given: Mapping[str, str], name: str, otherwise: int) -> int:
    text = (given.get(name) or str(otherwise)).strip()
    if not text.isdecimal() or int(text) < 1:
        raise BadSetting(f"{name} is a whole number, 1 or more")
    return int(text)
