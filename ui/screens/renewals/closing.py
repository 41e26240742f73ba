"""From the client's yes to the end: plans, checklist, new term; drawn when asked for."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

from services import closings, documents, renewals
from services.actor import Actor
from services.closings import ClosingCard, NewPlan, PlanRow, StepDetail, StepRow
from services.permissions import Permission
from services.renewals import Brief
from services.settings import process
from services.working_calendar import SHANGHAI
from terms.closings import StepState, StepWay
from terms.intake import DocumentKind
from terms.renewals import RenewalKind
from ui.components.asking import forget, form, form_button
from ui.components.choices import without_icon
from ui.components.drafted import Draft
from ui.screens.renewals import address
from ui.screens.renewals.amounts import as_typed, covers_of, fen_of, in_yuan
from ui.screens.renewals.in_hand import saved
from ui.session import now, read, save, tell, tell_later, today
from words import _, current_locale, formats
from words.closings import step_name
from words.documents import documents_folder
from words.labels import badge, label
from words.markdown import plain, quiet

CLOSING, OPEN = "renewals.closing", "renewals.open"
PLAN_FIELDS = ("name", "premium", "insurer", "product")
TYPED = "renewals.plan-typed"
"""The form of a plan that stands there with its draft."""
YEAR = timedelta(days=364)
AT_NOON = time(12)
MOST_YUAN = 100_000_000.0


def button(actor: Actor, facts: Brief) -> None:
    """The button beneath the contact form, and the closing while it stands open."""
    if form_button(
        _("Plans and closing"),
        CLOSING,
        prepare=lambda: st.session_state.pop(TYPED, None),
        icon=":material/checklist:",
        type="tertiary",
    ):
        form(_("Plans and closing"), _closing, actor, facts.id, width="large")


def _closing(actor: Actor, renewal_id: int) -> None:
    with st.container():
        card = read(closings.closing_of, actor=actor, renewal_id=renewal_id, on=today())
        name = plain(card.client_name or card.client_number)
        about = _("{product} · due {day} · ¥{premium}").format(
            product=plain(card.product),
            day=formats.day(card.due_on),
            premium=formats.money(card.premium_fen),
        )
        st.markdown(f"**{name}** {quiet(about)} {badge(card.state)}")
        if card.kind is RenewalKind.TERM:
            _plans(actor, card)
        _steps(actor, card)
        if card.may_work:
            _end(actor, card)


# --- plans -----------------------------------------------------------------------------------


def _plans(actor: Actor, card: ClosingCard) -> None:
    st.subheader(_("Plans"), anchor=False)
    if card.plans:
        st.dataframe(
            _compared(card),
            key="renewals.plans",
            hide_index=True,
            alt=_("The plans beside the last term"),
        )
        for plan in card.plans:
            _plan(actor, card, plan)
    else:
        st.markdown(quiet(_("No plan has been put before the client yet.")))
    if card.may_work and len(card.plans) < closings.MOST_PLANS:
        n = len(card.plans)
        with st.expander(
            _("Add a plan"), key=f"renewals.plan-add-{n}", expanded=not n and not card.steps
        ):
            _add(actor, card)


def _compared(card: ClosingCard) -> pa.Table:
    items = list(
        dict.fromkeys([*card.cover, *(item for plan in card.plans for item in plan.cover)])
    )
    names = _unlike([_("Last term"), *(plan.name for plan in card.plans)])
    covers: list[Mapping[str, int | str]] = [card.cover, *(plan.cover for plan in card.plans)]
    premiums = [card.premium_fen, *(plan.premium_fen for plan in card.plans)]
    table: dict[str, list[str]] = {_("Terms"): [_("Premium"), *items]}
    for name, cover, premium in zip(names, covers, premiums, strict=True):
        table[name] = [f"¥{formats.money(premium)}", *(_amount(cover.get(item)) for item in items)]
    return pa.table(table)


def _unlike(names: list[str]) -> list[str]:
    """Two plans of one name stay two columns."""
    return [
        name if names.index(name) == place else f"{name} ({place})"
        for place, name in enumerate(names)
    ]


def _amount(value: int | str | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else formats.money_short(value)


def _plan(actor: Actor, card: ClosingCard, plan: PlanRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"renewals-plan-{plan.id}"):
        about = (
            f"{plain(plan.insurer)} · {plain(plan.product)} · ¥{formats.money(plan.premium_fen)}"
        )
        if plan.document_name:
            about += f" · :material/attach_file: {plain(plan.document_name)}"
        said = _("Chosen")
        mark = f" :green-badge[:material/check: {said}]" if plan.is_chosen else ""
        st.markdown(f"**{plain(plan.name)}**{mark}  \n{quiet(about)}")
        st.space("stretch")
        if not card.may_work or plan.is_chosen:
            return
        act: dict[str, Any] = {
            "actor": actor,
            "renewal_id": card.id,
            "plan_id": plan.id,
            "at": now(),
            "seen_version": card.version,
        }
        takes = st.button(_("The client takes it"), key=f"renewals.plan-choose-{plan.id}")
        if takes and save(closings.choose_plan, **act) is not None:
            st.rerun()
        away = st.button(_("Take away"), key=f"renewals.plan-remove-{plan.id}", type="tertiary")
        if away and save(closings.remove_plan, **act) is not None:
            st.rerun()


def _add(actor: Actor, card: ClosingCard) -> None:
    n = len(card.plans)
    keys = {
        field: f"renewals.plan-{field}-{n}" for field in ("name", "premium", "insurer", "product")
    }
    draft, subject = Draft("renewals.plan", keys), str(card.id)
    if st.session_state.get(TYPED) != (card.id, n):
        draft.restore(actor, subject)
        st.session_state[TYPED] = (card.id, n)
    st.session_state.setdefault(keys["insurer"], card.insurer)
    st.session_state.setdefault(keys["product"], card.product)
    draft.notice(actor, subject)
    keeping = {"live": True, **draft.keeping(actor, subject)}
    left, right = st.columns(2)
    name = left.text_input(_("Name of the plan"), key=keys["name"], max_chars=80, **keeping)
    premium = right.text_input(
        _("Premium, yuan"), key=keys["premium"], placeholder=in_yuan(card.premium_fen), **keeping
    )
    insurer = left.text_input(_("Insurer"), key=keys["insurer"], **keeping)
    product = right.text_input(_("Product"), key=keys["product"], **keeping)
    covers = st.data_editor(
        pd.DataFrame(
            {
                "item": pd.Series(list(card.cover), dtype="object"),
                "amount": pd.Series(
                    [as_typed(value) for value in card.cover.values()], dtype="object"
                ),
            }
        ),
        key=f"renewals.plan-cover-{n}",
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "item": st.column_config.TextColumn(_("Cover item"), max_chars=60),
            "amount": st.column_config.TextColumn(_("Amount in yuan, or in words"), max_chars=60),
        },
    )
    document_id, file = None, None
    kept = dict(card.documents)
    left, right = st.columns(2)
    if kept:
        document_id = left.selectbox(
            _("Quote among the client's documents"),
            list(kept),
            index=None,
            key=f"renewals.plan-document-{n}",
            format_func=lambda id: kept.get(id, ""),
            placeholder=_("None"),
        )
    if actor.may(Permission.CLIENT_WRITE):
        with (
            right if kept else st.container(),
            st.container(key=f"client-uploader-{current_locale()}"),
        ):
            file = st.file_uploader(
                _("Quote of the insurer, PDF or picture"),
                type=list(documents.EXTENSIONS),
                key=f"renewals.plan-file-{n}",
            )
    if not st.button(_("Add the plan"), key=f"renewals.plan-save-{n}", type="primary"):
        return
    premium_fen = fen_of(premium)
    if premium_fen is None:
        tell(_("Say the new premium in yuan, for example 6480.50."), kind="warning")
        return
    plan = NewPlan(
        name=name,
        premium_fen=premium_fen,
        insurer=insurer,
        product=product,
        cover=covers_of(covers),
        document_id=document_id,
    )
    done = save(
        _offer,
        actor=actor,
        card=card,
        plan=plan,
        file=file,
        at=now(),
        seen_version=card.version,
    )
    if done is not None:
        draft.drop(actor, subject)
        st.rerun()


def _offer(
    session: Session,
    *,
    actor: Actor,
    card: ClosingCard,
    plan: NewPlan,
    file: Any,
    at: datetime,
    seen_version: int,
) -> renewals.RenewalCard:
    """The quote into the client's documents and the plan beside it, as one act."""
    if file is not None:
        document_id = documents.store_document(
            session,
            actor=actor,
            number=card.client_number,
            kind=DocumentKind.OTHER,
            name=file.name,
            source=file,
            folder=documents_folder(process().settings),
            at=at,
            on=today(),
        )
        plan = NewPlan(
            plan.name, plan.premium_fen, plan.insurer, plan.product, plan.cover, document_id
        )
    return closings.offer_plan(
        session, actor=actor, renewal_id=card.id, plan=plan, at=at, seen_version=seen_version
    )


# --- the checklist ---------------------------------------------------------------------------


def _steps(actor: Actor, card: ClosingCard) -> None:
    st.subheader(_("Until it is done"), anchor=False)
    if not card.steps:
        if not card.may_work:
            st.markdown(quiet(_("The closing was not begun.")))
            return
        said = (
            _("The checklist begins when the client takes a plan, or agrees without one.")
            if card.kind is RenewalKind.TERM
            else _("The checklist begins when the client agrees to pay.")
        )
        st.markdown(quiet(said))
        if st.button(_("The client agrees"), key="renewals.agree"):
            done = save(
                closings.begin_closing,
                actor=actor,
                renewal_id=card.id,
                at=now(),
                seen_version=card.version,
            )
            if done is not None:
                st.rerun()
        return
    first = next((step.id for step in card.steps if step.state is StepState.OPEN), None)
    for step in card.steps:
        if card.may_work:
            with st.expander(_step_said(step), expanded=step.id == first):
                _step(actor, card, step)
        else:
            st.markdown(_step_said(step))


def _step_said(step: StepRow) -> str:
    parts = [badge(step.state), f"**{step_name(step.kind)}**"]
    if step.way is not None:
        parts.append(plain(step.location) or label(step.way))
    if step.settled_at is not None:
        parts.append(
            _("{time} by {who}").format(
                time=formats.moment(step.settled_at, on=today()),
                who=plain(step.settled_by) or _("the system"),
            )
        )
    elif step.due_at is not None:
        late = "▲ " if step.due_at < now() else ""
        parts.append(late + formats.near_day(step.due_at.astimezone(SHANGHAI).date(), on=today()))
    if step.note:
        parts.append(plain(step.note))
    return " · ".join(parts)


def _step(actor: Actor, card: ClosingCard, step: StepRow) -> None:
    key = f"renewals.step-{step.kind.value}"
    left, middle, right = st.columns([1, 1.4, 1])
    way: StepWay | None = left.segmented_control(
        _("How"), list(StepWay), default=step.way, key=f"{key}-way", format_func=without_icon(label)
    )
    location = middle.text_input(
        _("Where"),
        value=step.location or "",
        key=f"{key}-where",
        max_chars=120,
        disabled=way is not StepWay.OFFLINE,
    )
    due = right.date_input(
        _("By when"),
        value=step.due_at.astimezone(SHANGHAI).date() if step.due_at else None,
        key=f"{key}-due",
    )
    note = st.text_input(_("Note"), value=step.note or "", key=f"{key}-note", max_chars=120)
    due_at = datetime.combine(due, AT_NOON, SHANGHAI) if isinstance(due, date) else None
    detail = StepDetail(way, location, due_at, note)
    with st.container(horizontal=True):
        acts: tuple[tuple[StepState, str, Literal["primary", "secondary", "tertiary"]], ...] = (
            (StepState.DONE, _("Done"), "primary"),
            (StepState.OPEN, _("Keep as agreed"), "secondary"),
            (StepState.NOT_NEEDED, _("Not needed"), "tertiary"),
        )
        for state, said, kind in acts:
            pressed = st.button(said, key=f"{key}-{state.value}", type=kind)
            if not pressed:
                continue
            done = save(
                closings.settle_step,
                actor=actor,
                renewal_id=card.id,
                kind=step.kind,
                state=state,
                detail=detail,
                at=now(),
                seen_version=card.version,
            )
            if done is not None:
                st.rerun()


# --- the end ---------------------------------------------------------------------------------


def _end(actor: Actor, card: ClosingCard) -> None:
    is_term = card.kind is RenewalKind.TERM
    st.subheader(_("The new term") if is_term else _("Paid"), anchor=False)
    chosen = card.chosen
    premium_fen = chosen.premium_fen if chosen else card.proposed_premium_fen or card.premium_fen
    left, right = st.columns(2)
    number = ""
    if is_term:
        number = left.text_input(
            _("Number of the new policy"), key="renewals.term-number", max_chars=60
        )
    premium = right.text_input(
        _("Premium, yuan"), key="renewals.term-premium", value=in_yuan(premium_fen)
    )
    begins, ends = card.due_on + timedelta(days=1), card.due_on + timedelta(days=1) + YEAR
    if is_term:
        begins = left.date_input(_("Cover begins"), value=begins, key="renewals.term-begins")
        ends = right.date_input(_("Cover ends"), value=ends, key="renewals.term-ends")
    if card.open_steps:
        st.markdown(quiet(_("The case can be closed once every step above is done.")))
    if not st.button(
        _("Write the new term and close") if is_term else _("Close as paid"),
        key="renewals.term-save",
        type="primary",
        disabled=bool(card.open_steps),
    ):
        return
    typed_fen = fen_of(premium)
    if typed_fen is None:
        tell(_("Say the new premium in yuan, for example 6480.50."), kind="warning")
        return
    term = None
    if is_term:
        term = renewals.NewTerm(
            number=number,
            inception_on=begins,
            expiry_on=ends,
            insurer=chosen.insurer if chosen else "",
            product=chosen.product if chosen else "",
            cover=chosen.cover if chosen and chosen.cover else None,
        )
    done = save(
        renewals.close_renewed,
        actor=actor,
        renewal_id=card.id,
        premium_fen=typed_fen,
        term=term,
        at=now(),
        seen_version=card.version,
    )
    if done is not None:
        saved(done.id, done.at_risk_fen, is_open=False)
        st.session_state.pop(OPEN, None)
        address.put(case=None)
        tell_later(_("Closed as renewed."))
        forget()
        st.rerun()
