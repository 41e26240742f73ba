"""Saved mappings: each belongs to whoever saved it, and everybody who imports may use it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import ImportMapping, ImportRun, Staff
from services import audit
from services.actor import Actor
from services.errors import BusinessError, NotFound
from services.intake.mapping import ColumnMapping, missing_required
from services.intake.queries import columns_of, may_see
from services.permissions import Permission
from terms.intake import ImportKind


class MappingNameEmpty(BusinessError):
    """A saved mapping needs a name."""

    code = "import_mapping_name_empty"


class MappingOfSeveral(BusinessError):
    """Several people saved a mapping of this name. Data: ``name``, ``owners`` (user names)."""

    code = "import_mapping_of_several"


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A mapping as it is offered for a file."""

    id: int
    name: str
    owner: str | None
    """The name of whoever saved it; None: it was saved from the command line."""
    is_mine: bool
    columns: ColumnMapping
    """Fitted to the headers of the file it is offered for."""
    fits: bool
    """Every column it names is in the file, and nothing the kind of file needs is missing."""


def save_mapping(
    session: Session,
    *,
    actor: Actor,
    run_id: int,
    name: str,
    columns: ColumnMapping,
    at: datetime,
) -> str:
    """Keep ``columns`` under ``name`` as the actor's, for files of the run's kind.

    The actor's own mapping of that name is replaced; a colleague's of the same name stays.

    Raises:
        NotPermitted: the actor lacks ``import:run``.
        NotFound: there is no such import, or it is somebody else's.
        MappingNameEmpty: it has no name.

    Audit: ``import:save_mapping``.
    """
    actor.require(Permission.IMPORT_RUN)
    run = session.scalar(select(ImportRun).where(ImportRun.id == run_id, may_see(actor)))
    if run is None:
        raise NotFound(kind="import")
    name = name.strip()[:80]
    if not name:
        raise MappingNameEmpty()
    kept = session.scalar(
        select(ImportMapping).where(
            ImportMapping.kind == run.kind,
            ImportMapping.name == name,
            ImportMapping.owner_id == actor.staff_id,
        )
    )
    if kept is None:
        kept = ImportMapping(kind=run.kind, name=name, owner_id=actor.staff_id, created_at=at)
        session.add(kept)
    kept.columns = columns.as_json()
    kept.updated_at = at
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="import:save_mapping",
        subject="import_mapping",
        subject_id=kept.id,
        at=at,
        detail={"kind": run.kind.value, "name": name, **columns.as_json()},
    )
    return name


def mappings_for(session: Session, *, actor: Actor, run_id: int) -> tuple[SavedMapping, ...]:
    """The saved mappings of the run's kind, fitted to its file: those that fit first, among
    them the one that names most columns, one's own before a colleague's, then the newest.

    Raises:
        NotPermitted: the actor lacks ``import:run``.
        NotFound: there is no such import, or it is somebody else's.
    """
    actor.require(Permission.IMPORT_RUN)
    kind = session.scalar(select(ImportRun.kind).where(ImportRun.id == run_id, may_see(actor)))
    if kind is None:
        raise NotFound(kind="import")
    headers = [fact.column for fact in columns_of(session, actor=actor, run_id=run_id)]
    found = session.execute(
        select(ImportMapping, Staff.name)
        .outerjoin(Staff, Staff.id == ImportMapping.owner_id)
        .where(ImportMapping.kind == kind)
        .order_by(ImportMapping.updated_at.desc(), ImportMapping.id.desc())
    )
    offered = []
    for kept, owner in found:
        whole = ColumnMapping.from_json(kept.columns)
        fitted = whole.fitted_to(headers)
        fits = len(fitted.fields) == len(whole.fields) and not missing_required(fitted, kind=kind)
        is_mine = actor.staff_id is not None and kept.owner_id == actor.staff_id
        offered.append(SavedMapping(kept.id, kept.name, owner, is_mine, fitted, fits))
    return tuple(
        sorted(offered, key=lambda one: (not one.fits, -len(one.columns.fields), not one.is_mine))
    )


def saved_mapping(
    session: Session, *, actor: Actor, kind: ImportKind, name: str
) -> ColumnMapping | None:
    """The mapping ``name``: the actor's own, else the only one of that name; None without one.

    ``name@user name`` means that person's.

    Raises:
        NotPermitted: the actor lacks ``import:run``.
        MappingOfSeveral: several colleagues saved one of that name, the actor did not.
    """
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportMapping.name, ImportMapping.columns, ImportMapping.owner_id, Staff.username)
        .outerjoin(Staff, Staff.id == ImportMapping.owner_id)
        .where(
            ImportMapping.kind == kind,
            ImportMapping.name.in_({name, name.rpartition("@")[0]}),
        )
        .order_by(ImportMapping.id)
    ).all()
    named = [row for row in found if row.name == name]
    own = [row for row in named if row.owner_id == actor.staff_id]
    of_person = [row for row in found if f"{row.name}@{row.username}" == name]
    fitting = own or named or of_person
    if len(fitting) > 1:
        raise MappingOfSeveral(name=name, owners=[row.username or "" for row in fitting])
    return ColumnMapping.from_json(fitting[0].columns) if fitting else None
