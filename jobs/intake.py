"""``python -m jobs import``: a file of staff, clients, policies or a book comes in."""

import json
import sys
from pathlib import Path
from typing import Any, cast

import click

from jobs.command import Failed, Job, job
from services import intake, people
from services.actor import SYSTEM, Actor
from services.working_calendar import local_date
from terms.intake import DateOrder, ImportField, ImportKind, ImportState
from terms.people import Locale

_STATES = {
    ImportState.CHECKING: "checked",
    ImportState.STAGING: "staged",
    ImportState.APPLYING: "applied",
}


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_name",
    metavar="NAME|FILE",
    help="A saved mapping, or a JSON file of column → meaning; else the suggestion is used.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows with their reasons to this CSV.",
)
@click.option("--as", "username", metavar="USER", help="Act as this member of staff.")
@job
def import_command(
    job: Job,
    kind: str,
    file: Path,
    mapping_name: str | None,
    dry_run: bool,
    report: Path | None,
    username: str | None,
) -> dict[str, Any]:
    """Bring in a CSV or XLSX FILE of KIND staff, clients, policies or book.

    A book is one flat file of clients with their policies. The same file again changes nothing.
    """
    at = job.settings.business_now()
    what = ImportKind(kind)
    actor = _actor(job, username)
    mapping = _mapping(job, actor, what, mapping_name)
    with file.open("rb") as source:
        intake.refuse_size(file.stat().st_size)
        with job.database.transaction() as session:
            run = intake.start(
                session,
                actor=actor,
                kind=what,
                file_name=file.name,
                source=source,
                folder=job.settings.var / "imports",
                at=at,
                columns=mapping,
                is_attended=True,
            )
    return _work(job, actor, run.id, dry_run=dry_run, report=report)


def _work(
    job: Job, actor: Actor, run_id: int, *, dry_run: bool, report: Path | None
) -> dict[str, Any]:
    at = job.settings.business_now()
    opened = intake.OpenFile()

    def say(state: ImportState, done: int, rows: int) -> None:
        job.progress(_STATES[state], done, rows)

    def work() -> intake.RunCard:
        intake.work_on(
            job.database,
            run_id=run_id,
            at=at,
            progress=say,
            file=opened,
            zone=job.settings.timezone,
        )
        with job.database.reading() as session:
            return intake.run(session, actor=actor, number=intake.number_of(run_id))

    run = work()
    if run.state is ImportState.READ:
        seen = run.version
        with job.database.transaction() as session:
            if dry_run:
                intake.use_columns(
                    session,
                    actor=actor,
                    run_id=run_id,
                    columns=run.columns,
                    at=at,
                    seen_version=seen,
                )
            else:
                intake.apply(session, actor=actor, run_id=run_id, at=at, seen_version=seen)
        run = work()
    if run.state is ImportState.FAILED:
        raise Failed(_failure(run), id=run.number, **(run.failure or {}))
    if report is not None:
        _write_report(job, actor, run, report)
    if dry_run:
        with job.database.transaction() as session:
            intake.cancel(session, actor=actor, run_id=run_id, at=at, seen_version=run.version)
    return {
        "id": run.number,
        "rows": run.rows,
        "created": run.created,
        "changed": run.changed,
        "same": run.same,
        "warnings": run.warnings,
        "duplicates": run.duplicates,
        "refused": run.refused,
    }


def _actor(job: Job, username: str | None) -> Actor:
    if username is None:
        return SYSTEM
    today = local_date(job.settings.business_now(), job.settings.timezone)
    with job.database.reading() as session:
        found = people.actor_named(session, username=username, on=today)
    if found is None:
        raise click.BadParameter(f"{username} is nobody in service", param_hint="--as")
    return found


def _mapping(
    job: Job, actor: Actor, kind: ImportKind, name: str | None
) -> intake.ColumnMapping | None:
    if name is None:
        return None
    path = Path(name)
    if path.is_file():
        return _mapping_file(path)
    try:
        with job.database.reading() as session:
            found = intake.saved_mapping(session, actor=actor, kind=kind, name=name)
    except intake.MappingOfSeveral as error:
        owners = ", ".join(
            f"{name}@{owner}" for owner in cast("list[str]", error.data["owners"]) if owner
        )
        raise click.BadParameter(f"say whose: {owners}", param_hint="--mapping") from error
    if found is None:
        raise click.BadParameter(
            f"{name} is neither a saved mapping nor a file", param_hint="--mapping"
        )
    return found


def _mapping_file(path: Path) -> intake.ColumnMapping:
    """``{"columns": {header: meaning}, "orders": {header: "mdy"}}``, or the columns alone."""
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
        columns = given.get("columns", given)
        orders = given.get("orders", {}) if "columns" in given else {}
        return intake.ColumnMapping(
            {column: ImportField(meaning) for column, meaning in columns.items() if meaning},
            {column: DateOrder(order) for column, order in orders.items()},
        )
    except (ValueError, AttributeError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--mapping") from error


def _failure(run: intake.RunCard) -> str:
    import words
    from words.intake import failure_sentence

    with words.in_locale(Locale.EN):
        return failure_sentence(run)


def _write_report(job: Job, actor: Actor, run: intake.RunCard, path: Path) -> None:
    import words
    from words.intake import refused_chunks

    with (
        words.in_locale(actor.locale if actor.staff_id is not None else Locale.EN),
        job.database.reading() as session,
        path.open("wb") as target,
    ):
        for chunk in refused_chunks(intake.refused_rows(session, actor=actor, run_id=run.id)):
            target.write(chunk)
    job.say(f"refused rows: {path}")
    sys.stderr.flush()
