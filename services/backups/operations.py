"""Taking a backup, proving it, putting it back."""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import ClassVar

from sqlalchemy import delete, inspect

from db.migrations.state import head, revision_of
from db.models import DownloadTicket, SignInSession, SignInTicket
from db.session import Database, connect
from services.backups.engines import EngineFailed, engine_of
from services.backups.sealing import PIECE, Unreadable, opened, written
from services.errors import BusinessError
from services.settings import Settings, open_database

FOLDERS = ("documents", "exports", "imports")
"""What of ``EVERGREEN_VAR`` belongs to the company beside the database."""
SUFFIX = ".evergreen"
_MANIFEST, _DATABASE = "manifest.json", "database"


class BackupFailed(BusinessError):
    """The backup could not be taken, proved or put back. Data: ``why``, in the tool's words."""

    code: ClassVar[str] = "backup_failed"


class NotABackup(BusinessError):
    """The file is none of our backups, is damaged or needs another key. Data: ``why``."""

    code: ClassVar[str] = "not_a_backup"


class NotEmpty(BusinessError):
    """There is a company in the database already. Data: ``tables`` with rows."""

    code: ClassVar[str] = "restore_not_empty"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was written and proved."""

    path: Path
    size_bytes: int
    tables: int
    rows: int
    files: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A company put back."""

    taken_at: datetime
    revision: str
    tables: int
    rows: int
    files: int
    is_older: bool
    """Its tables are of an older version: migrate."""


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What a backup says of itself."""

    taken_at: str
    backend: str
    revision: str
    tables: dict[str, str]


def take(settings: Settings, *, path: Path, at: datetime) -> Taken:
    """Write the whole company into ``path`` while everybody works, then prove it by restoring.

    The proof restores the file just written into a scratch database and compares every table with
    what the snapshot held. When anything fails ``path`` is left as it was.

    Args:
        at: the instant written into the backup.

    Raises:
        BackupFailed: a tool is missing or failed, the disk is full, or the proof did not match.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unproved = path.with_name(path.name + ".unproved")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            counts = _write(settings, unproved, Path(folder), at=at)
            files = _prove(settings, unproved, Path(folder) / "proof", counts)
        unproved.replace(path)
    except (EngineFailed, Unreadable, OSError) as error:
        raise BackupFailed(why=str(error)) from error
    finally:
        unproved.unlink(missing_ok=True)
    return Taken(path, path.stat().st_size, len(counts), _rows(counts), files)


def restore(settings: Settings, *, path: Path) -> Restored:
    """Put a backup into the empty database of the settings, and its files into ``EVERGREEN_VAR``.

    Nobody stays signed in and no download ticket stays valid: both may have been taken back after
    the backup.

    Raises:
        NotABackup: the file is none, is damaged, or needs a field key that is not given.
        NotEmpty: the database holds rows.
        BackupFailed: a tool is missing or failed, or what was put back is not what was taken.
    """
    _refuse_rows(settings)
    try:
        with tempfile.TemporaryDirectory(dir=_near(settings), prefix=".restore-") as folder:
            place = Path(folder)
            told = _unpack(path, place)
            if told.backend != _backend(settings):
                raise NotABackup(why=f"it is of {told.backend}")
            engine = engine_of(settings.database_url)
            engine.put_back(place / _DATABASE, settings.database_url)
            found = engine.counts(settings.database_url)
            if found != told.tables:
                raise BackupFailed(why=_difference(told.tables, found))
            files = _bring_files(place, settings.var)
    except Unreadable as error:
        raise NotABackup(why=str(error)) from error
    except (EngineFailed, OSError) as error:
        raise BackupFailed(why=str(error)) from error
    _end_what_was_open(settings)
    return Restored(
        taken_at=datetime.fromisoformat(told.taken_at),
        revision=told.revision,
        tables=len(told.tables),
        rows=_rows(told.tables),
        files=files,
        is_older=told.revision != head(),
    )


def take_scheduled(settings: Settings, *, at: datetime) -> Taken | None:
    """The night's backup into ``EVERGREEN_BACKUPS``, the oldest beyond ``EVERGREEN_BACKUPS_KEPT``
    deleted once it stands; None where no folder is set.

    Raises:
        BackupFailed: and nothing was deleted.
    """
    if settings.backups is None:
        return None
    taken = take(
        settings,
        path=settings.backups / f"{at.astimezone(settings.timezone):%Y%m%d-%H%M%S}{SUFFIX}",
        at=at,
    )
    for old in kept(settings)[: -settings.backups_kept]:
        old.unlink(missing_ok=True)
    return taken


def kept(settings: Settings) -> list[Path]:
    """The scheduled backups that are there, oldest first."""
    if settings.backups is None:
        return []
    return sorted(settings.backups.glob(f"*{SUFFIX}"))


def newest(settings: Settings) -> datetime | None:
    """When the newest scheduled backup was taken; None when there is none."""
    paths = kept(settings)
    if not paths:
        return None
    stem = paths[-1].stem
    try:
        return datetime.strptime(stem, "%Y%m%d-%H%M%S").replace(tzinfo=settings.timezone)
    except ValueError:
        return None


def _write(settings: Settings, target: Path, folder: Path, *, at: datetime) -> Mapping[str, str]:
    copy = folder / _DATABASE
    counts = engine_of(settings.database_url).copy(settings.database_url, copy)
    manifest = _Manifest(at.isoformat(), _backend(settings), _revision(settings), dict(counts))
    note = folder / _MANIFEST
    note.write_text(json.dumps(asdict(manifest)))
    with written(target) as archive:
        archive.add(note, arcname=_MANIFEST, filter=_nobody)
        archive.add(copy, arcname=_DATABASE, filter=_nobody)
        for name in FOLDERS:
            for path in sorted((settings.var / name).glob("*")):
                try:
                    archive.add(path, arcname=f"{name}/{path.name}", filter=_nobody)
                except FileNotFoundError:
                    continue  # forgotten between the listing and now
    copy.unlink()
    return counts


def _prove(settings: Settings, path: Path, folder: Path, counts: Mapping[str, str]) -> int:
    """Restore ``path`` into a scratch database; the number of files beside it.

    Raises:
        BackupFailed: a table came back otherwise.
    """
    folder.mkdir()
    _unpack(path, folder)
    engine = engine_of(settings.database_url)
    with engine.scratch(settings.database_url, folder.parent) as scratch:
        engine.put_back(folder / _DATABASE, scratch)
        found = engine.counts(scratch)
    if found != counts:
        raise BackupFailed(why=_difference(counts, found))
    return sum(1 for name in FOLDERS for _ in (folder / name).glob("*"))


def _unpack(path: Path, folder: Path) -> _Manifest:
    with opened(path) as archive:
        for member in archive:
            inside, content = PurePosixPath(member.name), archive.extractfile(member)
            expected = str(inside.parent) in FOLDERS or member.name in (_MANIFEST, _DATABASE)
            if not expected or content is None:
                raise Unreadable(f"it holds {member.name}")
            target = folder / inside.parent.name / inside.name
            target.parent.mkdir(exist_ok=True, mode=0o700)
            with target.open("xb") as file:
                target.chmod(0o600)
                shutil.copyfileobj(content, file, PIECE)
    if not (folder / _DATABASE).exists():
        raise Unreadable("it has no database")
    try:
        return _Manifest(**json.loads((folder / _MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise Unreadable("it has no manifest of this version") from error


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A file without its owner; folders and links are no part of a backup."""
    if not member.isfile():
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _bring_files(source: Path, var: Path) -> int:
    brought = 0
    for name in FOLDERS:
        for path in sorted((source / name).glob("*")):
            folder = var / name
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(path, folder / path.name)
            brought += 1
    return brought


def _refuse_rows(settings: Settings) -> None:
    """
    Raises:
        NotEmpty: a table beyond what a fresh migration leaves has rows.
    """
    counts = _counted(settings)
    told = sorted(
        table
        for table in ("staff", "client", "party", "audit_entry")
        if counts.get(table, "0").split()[0] != "0"
    )
    if told:
        raise NotEmpty(tables=told)


def _counted(settings: Settings) -> Mapping[str, str]:
    database = open_database(settings)
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).get_table_names():
                return {}
    finally:
        database.engine.dispose()
    return engine_of(settings.database_url).counts(settings.database_url)


def _end_what_was_open(settings: Settings) -> None:
    database: Database = connect(settings.database_url, settings.cipher)
    try:
        with database.unaudited("after a restore nobody is signed in") as session:
            for model in (SignInTicket, SignInSession, DownloadTicket):
                session.execute(delete(model))
    finally:
        database.engine.dispose()


def _revision(settings: Settings) -> str:
    database = open_database(settings)
    try:
        with database.engine.connect() as connection:
            found = revision_of(connection)
    finally:
        database.engine.dispose()
    if found is None:
        raise EngineFailed("there is no company in this database: run python -m jobs migrate")
    return found


def _near(settings: Settings) -> Path:
    settings.var.mkdir(parents=True, exist_ok=True)
    return settings.var


def _backend(settings: Settings) -> str:
    return "sqlite" if settings.is_sqlite else "postgresql"


def _rows(counts: Mapping[str, str]) -> int:
    return sum(int(count.split()[0]) for count in counts.values())


def _difference(taken: Mapping[str, str], found: Mapping[str, str]) -> str:
    other = sorted(
        table for table in taken.keys() | found.keys() if taken.get(table) != found.get(table)
    )
    return "these tables are not as they were taken: " + ", ".join(other)
