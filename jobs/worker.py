"""``python -m jobs worker``: what is scheduled and what waits, done once and to the end.

Work runs as durable workflows of DBOS: each finished step is written down, so a killed worker
goes on after its restart where it stopped, and a living one takes over from a dead one. A step in
flight at the kill runs again; every step here may.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import click
from dbos import DBOS, SetWorkflowID

from db.migrations.state import is_at_head
from jobs.command import Failed, Job, job
from jobs.durable import schedule, start_durable
from jobs.renewal_model_work import renewal_model, score_renewals
from jobs.renewal_steps import (
    allocate,
    count_renewals,
    extract,
    follow_instalments,
    keep_cover,
    recall,
    tell_voices,
)
from jobs.slots import Slots, slots_of, take_lowest
from services import (
    approvals,
    audit_trail,
    backups,
    documents,
    duplicates,
    engagements,
    intake,
    plans,
    tiering,
)
from services.actor import SYSTEM
from services.logs import log, log_failure
from services.retention import forget_old
from services.settings import Settings, clock_now, process
from services.soundness import refuse_demo_accounts
from services.working_calendar import (
    calendar_of,
    coverage_ends_on,
    coverage_ends_soon,
    local_date,
)
from terms.intake import ImportState
from words.documents import documents_folder, exports_folder, finished
from words.errors import learn_chapters

MORNING = "30 6 * * *"
EVENING = "30 3 * * *"
BACKUP = "0 2 * * *"
FIRST_OF_MONTH = "30 4 1 * *"
_SWEEP_EVERY = 30
_WATCH_EVERY = 60
_SEAL_EVERY = 60
_TIERS_EVERY = 15
_AFTER_FAILURE = timedelta(minutes=10)
_NAME = "worker-{}"
_GOING_ON = ("ENQUEUED", "PENDING", "DELAYED")

_log = log("worker")


@DBOS.workflow(name="morning")
def morning(_scheduled_at: datetime, only_working_days: bool) -> None:
    """Open and allocate the renewals of the business day, and look at the calendar's end.

    The schedule keeps working days (rules §3); a start makes up what was missed. A month that
    begins on a day off is counted all the same: the analysis asks for whole months up to the last.

    A step that fails keeps nobody from their work: the others are taken, then it is raised.
    """
    day = business_day()
    steps = [warn_of_calendar, follow_plans, follow_instalments]
    if not only_working_days or is_working(day):
        steps += [
            extract,
            keep_cover,
            recall,
            score_renewals,
            allocate,
            count_renewals,
            tell_voices,
        ]
    elif date.fromisoformat(day).day == 1:
        steps.append(count_renewals)
    take_each(*(partial(step, day) for step in steps))


def take_each(*steps: "partial[None]") -> None:
    """Take all steps, whichever of them fail; then raise what the first of those raised."""
    failed: list[Exception] = []
    for step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - it is raised below
            log_failure("worker", error, step=step.func.__name__)
            failed.append(error)
    if failed:
        raise failed[0]


@DBOS.workflow(name="night")
def night(_scheduled_at: datetime, _context: Any) -> None:
    """Forget what is old, compare the clients that changed with all others, bring the tiers to
    the day."""
    take_each(
        partial(forget),
        partial(sweep_files),
        partial(find_duplicates),
        partial(recalculate_tiers, True),
    )


@DBOS.workflow(name="tiers")
def tiers() -> None:
    """Bring the tiers to the day and to what changed; a worker that was off catches up."""
    recalculate_tiers(False)


@DBOS.workflow(name="backup")
def backup(_scheduled_at: datetime, _context: Any) -> None:
    """Write the night's backup where the settings say so."""
    back_up()


@DBOS.workflow(name="import")
def work_on_import(run_id: int) -> None:
    """Carry one import on until it waits for a person or is done; then compare its clients and
    give them their tiers."""
    if work_on(run_id) == ImportState.APPLIED.value:
        find_duplicates()
        recalculate_tiers(False)


@DBOS.workflow(name="export")
def work_on_export(order_id: int) -> None:
    """Make one ordered export."""
    make_export(order_id)


@DBOS.step()
def business_day() -> str:
    settings = process().settings
    return local_date(settings.business_now(), settings.timezone).isoformat()


@DBOS.step()
def is_working(day: str) -> bool:
    with process().database.reading() as session:
        on = date.fromisoformat(day)
        return calendar_of(session, since=on).is_working(on)


@DBOS.step()
def warn_of_calendar(day: str) -> None:
    on = date.fromisoformat(day)
    with process().database.reading() as session:
        if coverage_ends_soon(session, on=on):
            _log.warning("working calendar ends soon", ends_on=str(coverage_ends_on(session)))


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def follow_plans(day: str) -> None:
    """End the service stages that are whole; put measures of a risk tier into open plans."""
    running = process()
    at, on = running.settings.business_now(), date.fromisoformat(day)
    with running.database.transaction() as session:
        ended = engagements.settle_stages(session, actor=SYSTEM, on=on, at=at)
    with running.database.transaction() as session:
        plans_changed = plans.follow_risk(session, actor=SYSTEM, on=on, at=at)
    _log.info("service plans followed", on=day, stages_ended=ended, plans_changed=plans_changed)


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def forget() -> None:
    running = process()
    with running.database.transaction() as session:
        gone = forget_old(
            session,
            actor=SYSTEM,
            at=running.settings.business_now(),
            clock=clock_now(),
            zone=running.settings.timezone,
        )
    _log.info("forgotten", sign_ins=gone.sign_ins, tickets=gone.tickets, access=gone.access_entries)


@DBOS.step(retries_allowed=True, max_attempts=3, interval_seconds=300)
def back_up() -> None:
    taken = backups.take_scheduled(process().settings, at=clock_now())
    if taken is not None:
        _log.info("backed up", to=taken.path.name, bytes=taken.size_bytes, rows=taken.rows)


@DBOS.step()
def work_on(run_id: int) -> str:
    running = process()
    state = intake.work_on(
        running.database,
        run_id=run_id,
        at=running.settings.business_now(),
        zone=running.settings.timezone,
    )
    _log.info("import worked on", run=run_id, state=state.value)
    return state.value


@DBOS.step(retries_allowed=True, max_attempts=3, interval_seconds=60)
def find_duplicates() -> None:
    running = process()
    at = running.settings.business_now()
    done = duplicates.look_for(
        running.database, at=at, on=local_date(at, running.settings.timezone)
    )
    _log.info(
        "duplicates looked for",
        clients=done.clients,
        compared=done.compared,
        sure=done.sure,
        doubtful=done.doubtful,
    )


@DBOS.step(retries_allowed=True, max_attempts=3, interval_seconds=60)
def recalculate_tiers(full: bool) -> None:
    running = process()
    at = running.settings.business_now()
    done = tiering.recalculate(
        running.database, on=local_date(at, running.settings.timezone), at=at, full=full
    )
    with running.database.reading() as session:
        is_behind = done.is_full or tiering.is_behind(session, at=at)
    if is_behind:
        tiering.concentrate(running.database, at=at)
    _log.info("tiers recalculated", clients=done.clients, changed=done.changed)


@DBOS.step()
def make_export(order_id: int) -> None:
    running = process()
    at = running.settings.business_now()
    learn_chapters()
    state = documents.make_export(
        running.database,
        order_id=order_id,
        folder=exports_folder(running.settings),
        at=at,
        on=local_date(at, running.settings.timezone),
        finish=lambda file, actor: finished(file, actor=actor, at=at),
    )
    _log.info("export made", order=order_id, state=state.value)


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def sweep_files() -> None:
    """Delete exports past their days, and files that no row knows."""
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        exports = documents.forget_exports(
            session, folder=exports_folder(running.settings), at=at, clock=clock_now()
        )
        orphans = documents.sweep_documents(
            session, folder=documents_folder(running.settings), clock=clock_now()
        )
    _log.info("files swept", exports=exports, orphans=orphans)


class Worker:
    """One worker process, from its start to its end."""

    def __init__(self, settings: Settings, slots: Slots) -> None:
        self._settings = settings
        self._slots = slots
        self._stop = threading.Event()
        self._begun: set[str] = set()
        self._number = take_lowest(slots)
        self.name = _NAME.format(self._number)

    def stop(self, *_signal: object) -> None:
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop.

        Raises:
            Failed: another worker could have taken this one's name; start it again.
        """
        start_durable(self._settings, self.name)
        try:
            self._work()
        finally:
            DBOS.destroy(workflow_completion_timeout_sec=5)
        _log.info("stopped", worker=self.name)

    def _work(self) -> None:
        zone = self._settings.timezone.key
        DBOS.apply_schedules(
            [
                schedule("morning", morning, MORNING, zone, context=True),
                schedule("night", night, EVENING, zone, context=None),
                schedule("backup", backup, BACKUP, zone, context=None),
                schedule("renewal-model", renewal_model, FIRST_OF_MONTH, zone, context=None),
            ]
        )
        with SetWorkflowID(f"start-{self.name}-{clock_now():%Y%m%dT%H%M%S}"):
            DBOS.start_workflow(morning, clock_now(), True)
        DBOS.start_workflow(tiers)
        _log.info("working", worker=self.name)
        beats = 0
        while not self._stop.wait(1):
            beats += 1
            self._safely(self._start_imports)
            self._safely(self._start_exports)
            if beats % _SEAL_EVERY == 0:
                self._safely(self._seal_audit)
            if beats % _WATCH_EVERY == 0:
                self._safely(self._watch_approvals)
            if beats % _TIERS_EVERY == 0:
                self._safely(self._start_tiers)
            if beats % _SWEEP_EVERY == 0:
                self._safely(self._take_over_from_the_dead)

    def _safely(self, act: Callable[[], None]) -> None:
        """One failed round is logged; the next may find the database again."""
        try:
            act()
        except Failed:
            raise
        except Exception as error:  # noqa: BLE001 - the worker outlives a database's restart
            log_failure("worker", error)

    def _start_imports(self) -> None:
        with process().database.reading() as session:
            waiting = intake.runs_waiting(session)
        for run in waiting:
            work = f"import-{run.id}-{run.version}"
            if work in self._begun:
                continue
            self._begun.add(work)
            with SetWorkflowID(_fresh(work)):
                DBOS.start_workflow(work_on_import, run.id)

    def _start_exports(self) -> None:
        with process().database.reading() as session:
            waiting = documents.orders_waiting(session)
        for order_id in waiting:
            work = f"export-{order_id}"
            if work in self._begun:
                continue
            self._begun.add(work)
            with SetWorkflowID(_fresh(work)):
                DBOS.start_workflow(work_on_export, order_id)

    def _start_tiers(self) -> None:
        """One pass at a time, as soon as there is something for it."""
        at = self._settings.business_now()
        with process().database.reading() as session:
            if not tiering.is_due(session, on=local_date(at, self._settings.timezone)):
                return
        last = DBOS.list_workflows(
            name="tiers", limit=1, sort_desc=True, load_input=False, load_output=False
        )
        if last and (last[0].status in _GOING_ON or _failed_just_now(last[0])):
            return
        DBOS.start_workflow(tiers)

    def _seal_audit(self) -> None:
        done = audit_trail.seal(process().database, at=clock_now())
        if done is not None:
            _log.info("audit sealed", entries=done.entries, upto=done.upto_id, head=done.seal)

    def _watch_approvals(self) -> None:
        at = self._settings.business_now()
        on = local_date(at, self._settings.timezone)
        with process().database.transaction() as session:
            done = approvals.watch(session, actor=SYSTEM, on=on, at=at)
        if done.reminded or done.expired:
            _log.info("approvals watched", reminded=done.reminded, expired=done.expired)

    def _take_over_from_the_dead(self) -> None:
        if not self._slots.are_held():
            raise Failed("the connection that holds this worker's name broke: start it again")
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for name in {found.executor_id for found in pending} - {self.name, None}:
            number = int(str(name).removeprefix(_NAME.format("")))
            if self._slots.take(number):
                try:
                    DBOS._recover_pending_workflows([str(name)])  # noqa: SLF001 - the one door
                    _log.warning("took over", of=name)
                finally:
                    self._slots.give_back(number)


def _failed_just_now(work: Any) -> bool:
    """Whether it failed a moment ago: what fails is tried again, not again and again."""
    ended = datetime.fromtimestamp((work.updated_at or 0) / 1000, UTC)
    return work.status == "ERROR" and clock_now() - ended < _AFTER_FAILURE


def _fresh(work: str) -> str:
    """``work``, or a name of its own where work of that name ended without doing it."""
    known = DBOS.get_workflow_status(work)
    if known is not None and known.status not in _GOING_ON:
        return f"{work}-{clock_now():%Y%m%dT%H%M%S}"
    return work


@click.command("worker")
@job
def worker_command(job: Job) -> dict[str, object]:
    """Work on what is scheduled and what waits, until stopped.

    Every working day at 06:30 the day's renewals are opened and allocated; imports are worked on
    as they come. Several workers may run; what a killed one left is taken up again.
    """
    if not is_at_head(job.database):
        raise Failed("the database is not at the newest version: run python -m jobs migrate")
    refuse_demo_accounts(job.settings, job.database)
    worker = Worker(job.settings, slots_of(job.settings, job.database.engine))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    worker.run()
    if any(not thread.daemon for thread in threading.enumerate()[1:]):
        logging.shutdown()
        os._exit(0)  # a step still runs: it is done again at the next start
    return {"worker": worker.name}
