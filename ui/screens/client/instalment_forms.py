"""The forms of an instalment: demand, payment, notice, application, answer. Typed text is kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from services import documents, renewals
from services.actor import Actor
from services.money import fen
from services.renewals import FormalDemand, InstalmentClock, Notice, Recorded
from terms.instalments import DemandMeans, InstalmentStage, NoticeMeans
from ui.components.asking import forget, form, form_button
from ui.components.choices import without_icon
from ui.components.drafted import Draft
from ui.session import now, read, save, tell_later, today
from words import _, formats
from words.labels import label
from words.markdown import plain, quiet


def _draft(name: str, *fields: str, **readers: Callable[[str], Any]) -> Draft:
    return Draft(
        f"client.{name}",
        {field: f"client.{name}-{field}" for field in fields},
        {"day": date.fromisoformat, "paper": int, **readers},
    )


DEMAND = _draft("demand", "day", "means", "reference", "paper", means=DemandMeans)
NOTICE = _draft("notice", "day", "means", "reference", "paper", means=NoticeMeans)
PAYMENT = _draft("paid", "day", "amount", amount=float)
AGREED = _draft("agreed", "day")
APPLICATION = _draft("apply", "day")
ANSWER = _draft("answer", "day", "answer", "why")


def _opens(draft: Draft, actor: Actor, clock: InstalmentClock, **first: Any) -> None:
    draft.restore(actor, str(clock.instalment_id))
    for field, value in ({"day": today()} | first).items():
        st.session_state.setdefault(draft.keys[field], value)


def _button(
    draft: Draft, title: str, icon: str, actor: Actor, clock: InstalmentClock, **first: Any
) -> bool:
    return form_button(
        title,
        f"{draft.form}-{clock.instalment_id}",
        prepare=lambda: _opens(draft, actor, clock, **first),
        icon=f":material/{icon}:",
    )


def demand(actor: Actor, number: str, clock: InstalmentClock) -> None:
    """Opens the form of a formal demand."""
    if _button(DEMAND, _("Record a formal demand"), "gavel", actor, clock):
        form(_("Record a formal demand"), _demand, actor, number, clock)


def _demand(actor: Actor, number: str, clock: InstalmentClock) -> None:
    with st.container():
        said = _(
            "A call, an SMS or any other reminder is no formal demand and is not recorded here: "
            "only the insurer's own demand with proof of delivery ends grace earlier."
        )
        st.markdown(quiet(said))
        day = _day(DEMAND, actor, clock, _("Delivered on"))
        means = _means(DEMAND, actor, clock, _("How it was delivered"), DemandMeans)
        reference, paper = _proof(DEMAND, actor, number, clock, _("Proof of delivery"))
        if not _go(DEMAND, means is None or not reference.strip() or day is None):
            return
        assert day is not None
        done = save(
            renewals.record_demand,
            actor=actor,
            instalment_id=clock.instalment_id,
            demand=FormalDemand(day, means, reference, paper),
            on=today(),
            at=now(),
            seen_version=clock.version,
        )
        _done(DEMAND, actor, clock, done)


def agreed_grace(actor: Actor, _number: str, clock: InstalmentClock) -> None:
    """Opens the form of the contract's own grace."""
    if _button(
        AGREED, _("Grace of the contract"), "contract", actor, clock, day=clock.grace_ends_on
    ):
        form(_("Grace of the contract"), _agreed_grace, actor, clock, width="small")


def _agreed_grace(actor: Actor, clock: InstalmentClock) -> None:
    with st.container():
        said = _("What the contract says stands in the place of the law's 60 and 30 days.")
        st.markdown(quiet(said))
        day = _day(AGREED, actor, clock, _("Last day of grace"), is_past=False)
        if not _go(AGREED, day is None):
            return
        done = save(
            renewals.record_agreed_grace,
            actor=actor,
            instalment_id=clock.instalment_id,
            until=day,
            on=today(),
            at=now(),
            seen_version=clock.version,
        )
        _done(AGREED, actor, clock, done)


def notice(actor: Actor, number: str, clock: InstalmentClock) -> None:
    """Opens the form of the notice of suspension."""
    if _button(NOTICE, _("Notice sent"), "outgoing_mail", actor, clock):
        form(_("Notice of suspension sent"), _notice, actor, number, clock)


def _notice(actor: Actor, number: str, clock: InstalmentClock) -> None:
    with st.container():
        day = _day(NOTICE, actor, clock, _("Sent on"))
        means = _means(NOTICE, actor, clock, _("How it was sent"), NoticeMeans)
        reference, paper = _proof(NOTICE, actor, number, clock, _("Proof of sending"))
        if not _go(NOTICE, means is None or not reference.strip() or day is None):
            return
        assert day is not None
        done = save(
            renewals.record_notice,
            actor=actor,
            notice=Notice(day, means, reference, paper),
            **_of_suspension(clock),
        )
        _done(NOTICE, actor, clock, done)


def application(actor: Actor, _number: str, clock: InstalmentClock) -> None:
    """Opens the form of an application for reinstatement."""
    if _button(APPLICATION, _("Record an application"), "restart_alt", actor, clock):
        form(_("Record an application"), _application, actor, clock, width="small")


def _application(actor: Actor, clock: InstalmentClock) -> None:
    with st.container():
        until = formats.day(clock.reinstatable_until)
        st.markdown(quiet(plain(_("Until {day} at the latest").format(day=until))))
        day = _day(APPLICATION, actor, clock, _("Applied to the insurer on"))
        if not _go(APPLICATION, day is None):
            return
        assert day is not None
        done = save(
            renewals.record_application, actor=actor, applied_on=day, **_of_suspension(clock)
        )
        _done(APPLICATION, actor, clock, done)


def answer(actor: Actor, _number: str, clock: InstalmentClock) -> None:
    """Opens the form of the insurer's answer."""
    if _button(ANSWER, _("Record the answer"), "rule", actor, clock):
        form(_("Record the answer"), _answer, actor, clock, width="small")


def _answer(actor: Actor, clock: InstalmentClock) -> None:
    keeping = ANSWER.keeping(actor, str(clock.instalment_id))
    said = {"accepted": _("Accepted"), "refused": _("Refused")}
    with st.container():
        day = _day(ANSWER, actor, clock, _("Answered on"))
        given = st.segmented_control(
            _("Answer"),
            list(said),
            key=ANSWER.keys["answer"],
            format_func=without_icon(said.__getitem__),
            **keeping,
        )
        why = st.text_input(_("Why"), key=ANSWER.keys["why"], max_chars=200, live=True, **keeping)
        missing = given is None or (given == "refused" and not why.strip())
        if not _go(ANSWER, missing or day is None):
            return
        assert day is not None
        done = save(
            renewals.answer_application,
            actor=actor,
            is_accepted=given == "accepted",
            answered_on=day,
            note=why,
            **_of_suspension(clock),
        )
        _done(ANSWER, actor, clock, done)


def payment(actor: Actor, _number: str, clock: InstalmentClock) -> None:
    """Opens the form of a payment."""
    is_back = clock.stage is InstalmentStage.ACCEPTED
    owed = (clock.arrears_fen if is_back else clock.premium_fen) / 100
    if _button(PAYMENT, _("Record a payment"), "payments", actor, clock, amount=owed):
        form(_("Record a payment"), _payment, actor, clock, width="small")


def _payment(actor: Actor, clock: InstalmentClock) -> None:
    with st.container():
        day = _day(PAYMENT, actor, clock, _("Paid on"))
        amount = st.number_input(
            _("Amount, yuan"),
            min_value=0.0,
            key=PAYMENT.keys["amount"],
            format="%.2f",
            **PAYMENT.keeping(actor, str(clock.instalment_id)),
        )
        if not _go(PAYMENT, not amount or day is None):
            return
        assert day is not None
        done = save(
            renewals.record_payment,
            actor=actor,
            instalment_id=clock.instalment_id,
            paid_on=day,
            paid_fen=fen(f"{amount:.2f}"),
            on=today(),
            at=now(),
            seen_version=clock.version,
        )
        _done(PAYMENT, actor, clock, done)


# --- what the forms share ----------------------------------------------------------------------


def _day(
    draft: Draft,
    actor: Actor,
    clock: InstalmentClock,
    title: str,
    *,
    is_past: bool = True,
) -> date | None:
    draft.notice(actor, str(clock.instalment_id))
    day: date | None = st.date_input(
        title,
        value=None,
        key=draft.keys["day"],
        max_value=today() if is_past else None,
        format="YYYY-MM-DD",
        **draft.keeping(actor, str(clock.instalment_id)),
    )
    return day


def _means(draft: Draft, actor: Actor, clock: InstalmentClock, title: str, kind: Any) -> Any:
    return st.selectbox(
        title,
        list(kind),
        index=None,
        key=draft.keys["means"],
        format_func=label,
        placeholder=_("Choose"),
        **draft.keeping(actor, str(clock.instalment_id)),
    )


def _proof(
    draft: Draft, actor: Actor, number: str, clock: InstalmentClock, title: str
) -> tuple[str, int | None]:
    keeping = draft.keeping(actor, str(clock.instalment_id))
    reference = st.text_input(
        title,
        key=draft.keys["reference"],
        max_chars=80,
        placeholder=_("Number of the letter, the receipt or the deed"),
        live=True,
        **keeping,
    )
    papers = {
        row.id: row.name
        for row in read(documents.documents_of, actor=actor, number=number, on=today())
        if row.removed_at is None
    }
    if st.session_state.get(draft.keys["paper"]) not in papers:
        st.session_state.pop(draft.keys["paper"], None)
    paper: int | None = st.selectbox(
        _("Paper in the file"),
        list(papers),
        index=None,
        key=draft.keys["paper"],
        format_func=papers.__getitem__,
        placeholder=_("none"),
        **keeping,
    )
    return reference, paper


def _go(draft: Draft, is_missing: bool) -> bool:
    return st.button(_("Record it"), key=f"{draft.form}-go", type="primary", disabled=is_missing)


def _of_suspension(clock: InstalmentClock) -> dict[str, Any]:
    return {
        "suspension_id": clock.suspension_id,
        "on": today(),
        "at": now(),
        "seen_version": clock.suspension_version,
    }


def _done(draft: Draft, actor: Actor, clock: InstalmentClock, done: Recorded | None) -> None:
    if done is None:
        return
    draft.drop(actor, str(clock.instalment_id))
    forget()
    said = _("Recorded.")
    if done.grace_ends_on is not None:
        said = _("Recorded. Grace now ends {day}.").format(day=formats.day(done.grace_ends_on))
    elif done.answer_due_on is not None:
        said = _("Recorded. Until {day} the insurer can refuse.").format(
            day=formats.day(done.answer_due_on)
        )
    tell_later(said)
    st.rerun()
