"""The forms of a plan: an item, its execution, the head, opening. What is typed is kept."""

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from services import documents, plans
from services.actor import Actor
from services.engagements import StageCard
from services.errors import ChangedMeanwhile
from services.plans import Act, ItemData, ItemRow, PlanCard, Revised
from terms.renewals import ContactChannel
from terms.service import ServiceKind
from ui.components.asking import forget, form, form_button
from ui.components.drafted import Draft
from ui.screens.client.engage import as_upload
from ui.session import now, read, refusal, save, tell_later, today
from words import _, current_locale
from words.labels import label
from words.markdown import plain, quiet
from words.plans import change_said, item_head

VERSION, SAID = "client.plan-version", "client.plan-said"
_KEY = "client.item-{name}"
ITEM = Draft(
    "client.plan-item",
    {
        name: _KEY.format(name=name)
        for name in ("kind", "channel", "content", "starts", "ends", "handler", "cost", "promise")
    }
    | {"why": _KEY.format(name="why")},
    {
        "kind": ServiceKind,
        "channel": ContactChannel,
        "starts": date.fromisoformat,
        "ends": date.fromisoformat,
        "handler": int,
        "promise": int,
        "cost": float,
    },
)
DONE = Draft(
    "client.plan-done",
    {
        "day": "client.done-day",
        "channel": "client.done-channel",
        "done": "client.done-what",
        "reaction": "client.done-reaction",
    },
    {"day": date.fromisoformat, "channel": ContactChannel},
)
HEAD = Draft(
    "client.plan-head",
    {
        "theme": "client.head-theme",
        "goal": "client.head-goal",
        "needs": "client.head-needs",
        "agreed": "client.head-agreed",
        "opinion": "client.head-opinion",
    },
    {"needs": date.fromisoformat, "agreed": date.fromisoformat},
)


def _opens(draft: Draft, actor: Actor, plan: PlanCard, subject: str, **first: Any) -> None:
    """The draft of the form, else what stands; and the version it is decided from."""
    draft.restore(actor, subject)
    for name, value in first.items():
        if value is not None:
            st.session_state.setdefault(draft.keys[name], value)
    st.session_state[VERSION], st.session_state[SAID] = plan.version, ""


def _overtaken(actor: Actor, plan: PlanCard) -> None:
    """Somebody saved the plan meanwhile: say what they changed; saving again is from that."""
    fresh = read(plans.plan_of, actor=actor, number=plan.client_number, on=today())
    if fresh is None:
        return
    st.session_state[VERSION] = fresh.version
    told = [change_said(*each) for each in fresh.versions[0].changes] if fresh.versions else []
    st.session_state[SAID] = " · ".join(told[:6])


def _notice() -> None:
    if st.session_state.get(SAID):
        st.markdown(_("Changed meanwhile: {what}").format(what=plain(st.session_state[SAID])))


def _revise(
    actor: Actor, plan: PlanCard, act: Act, why: str, *, draft: Draft, subject: str
) -> None:
    done: Revised | None = save(
        plans.revise,
        actor=actor,
        plan_id=plan.id,
        acts=(act,),
        why=why,
        at=now(),
        on=today(),
        seen_version=st.session_state[VERSION],
    )
    if done is not None:
        draft.drop(actor, subject)
        forget()
        tell_later(
            _("Asked for: {number}. Nothing changes until it is approved.").format(
                number=done.waits
            )
            if done.waits
            else _("Saved.")
        )
        st.rerun()
    if isinstance(refusal(), ChangedMeanwhile):
        _overtaken(actor, plan)


def item_button(actor: Actor, stage: StageCard, plan: PlanCard) -> None:
    """Opens the form of a new item."""
    subject = f"{plan.client_number}:new"
    if form_button(
        _("Add an item"),
        "client.item-new",
        prepare=lambda: _opens(
            ITEM,
            actor,
            plan,
            subject,
            kind=ServiceKind.PHONE_VISIT,
            channel=ContactChannel.PHONE,
            starts=max(plan.starts_on, min(today(), plan.ends_on)),
            ends=plan.ends_on,
            handler=actor.staff_id,
            cost=0.0,
        ),
        icon=":material/add:",
        type="tertiary",
    ):
        form(_("New item of the plan"), _item_form, actor, stage, plan, None, width="medium")


def change_button(actor: Actor, stage: StageCard, plan: PlanCard, item: ItemRow) -> None:
    """Opens the form of an item."""
    subject = f"{plan.client_number}:{item.id}"
    if form_button(
        _("Edit"),
        f"client.item-change-{item.id}",
        prepare=lambda: _opens(
            ITEM,
            actor,
            plan,
            subject,
            kind=item.kind,
            channel=item.channel,
            content=item.content,
            starts=item.starts_on,
            ends=item.ends_on,
            handler=item.handler_id,
            cost=item.cost_fen / 100,
            promise=item.promise_id,
        ),
        type="tertiary",
    ):
        form(plain(item_head(item)), _item_form, actor, stage, plan, item, width="medium")


def _item_form(actor: Actor, stage: StageCard, plan: PlanCard, item: ItemRow | None) -> None:
    subject = f"{plan.client_number}:{item.id if item else 'new'}"
    keeping = ITEM.keeping(actor, subject)
    keys = ITEM.keys
    handlers = {each.staff_id: each.name for each in stage.team if not each.is_gone}
    if st.session_state.get(keys["handler"]) not in handlers:
        st.session_state.pop(keys["handler"], None)
    promises = (
        {each.id: each.what for each in stage.engagement.promises} if stage.engagement else {}
    )
    with st.container():
        ITEM.notice(actor, subject)
        _notice()
        with st.grid(2, min_column_width=200):
            kind = st.selectbox(
                _("Service"), list(ServiceKind), key=keys["kind"], format_func=label, **keeping
            )
            channel = st.selectbox(
                _("Channel"),
                list(ContactChannel),
                key=keys["channel"],
                format_func=label,
                **keeping,
            )
            starts_on = st.date_input(_("Expected start"), key=keys["starts"], **keeping)
            ends_on = st.date_input(_("Expected finish"), key=keys["ends"], **keeping)
            handler = st.selectbox(
                _("Handler"),
                list(handlers),
                index=None,
                key=keys["handler"],
                format_func=lambda one: handlers[one],
                placeholder=_("One of the team"),
                **keeping,
            )
            cost = st.number_input(
                _("Cost, yuan"), key=keys["cost"], step=10.0, format="%.2f", **keeping
            )
        content = st.text_input(
            _("Content, more than the service says"),
            key=keys["content"],
            max_chars=plans.LIMITS["content"],
            **keeping,
        )
        promise = None
        if promises:
            promise = st.selectbox(
                _("Keeps the promise"),
                list(promises),
                index=None,
                key=keys["promise"],
                format_func=lambda one: promises[one],
                placeholder=_("None"),
                **keeping,
            )
        why = st.text_area(
            _("Why (needed where it is less than the standard or above the limit)"),
            key=keys["why"],
            max_chars=plans.LIMITS["why"],
            height=80,
            **keeping,
        )
        with st.container(horizontal=True):
            saves = st.button(_("Save"), key="client.item-save", type="primary")
            drops = item is not None and st.button(
                _("Take it out of the plan"), key="client.item-drop", type="tertiary"
            )
        go = partial(_revise, actor, plan, draft=ITEM, subject=subject)
        if drops and item is not None:
            go(Act("drop", item.id), why)
        elif saves:
            data = ItemData(
                kind,
                channel,
                starts_on,
                ends_on,
                handler,
                round((cost or 0) * 100),
                content,
                promise,
            )
            go(Act("save", item.id if item else None, data), why)


def open_button(actor: Actor, plan: PlanCard) -> None:
    """Opens the plan; asks why where it costs more than its limit."""
    if form_button(
        _("Open the plan"),
        "client.plan-open",
        prepare=lambda: _opens(ITEM, actor, plan, f"{plan.client_number}:open"),
        icon=":material/play_arrow:",
    ):
        form(_("Open the plan"), _open_form, actor, plan, width="small")


def _open_form(actor: Actor, plan: PlanCard) -> None:
    subject = f"{plan.client_number}:open"
    with st.container():
        st.markdown(
            _("From now on every change is a version, and what falls due stands in My day.")
        )
        _notice()
        why = st.text_area(
            _("Why (needed above the cost limit)"),
            key=ITEM.keys["why"],
            max_chars=plans.LIMITS["why"],
            height=80,
            **ITEM.keeping(actor, subject),
        )
        if st.button(_("Open it"), key="client.plan-open-go", type="primary"):
            _revise(actor, plan, Act("open"), why, draft=ITEM, subject=subject)


def head_button(actor: Actor, plan: PlanCard) -> None:
    """Opens the form of what the plan is about."""
    if form_button(
        _("Focus and opinion"),
        "client.plan-head",
        prepare=lambda: _opens(
            HEAD,
            actor,
            plan,
            plan.client_number,
            theme=plan.theme,
            goal=plan.goal,
            needs=plan.needs_talk_on,
            agreed=plan.agreed_on,
            opinion=plan.opinion,
        ),
        type="tertiary",
    ):
        form(_("What the plan is about"), _head_form, actor, plan, width="medium")


def _head_form(actor: Actor, plan: PlanCard) -> None:
    keeping, keys = HEAD.keeping(actor, plan.client_number), HEAD.keys
    with st.container():
        HEAD.notice(actor, plan.client_number)
        _notice()
        theme = st.text_input(
            _("Focus of the year"), key=keys["theme"], max_chars=plans.LIMITS["theme"], **keeping
        )
        goal = st.text_area(
            _("Goal: the renewal, new needs"),
            key=keys["goal"],
            max_chars=plans.LIMITS["goal"],
            height=80,
            **keeping,
        )
        with st.grid(2, min_column_width=200):
            needs = st.date_input(
                _("Needs asked on"), value=None, key=keys["needs"], max_value=today(), **keeping
            )
            agreed = st.date_input(
                _("Client agreed on"), value=None, key=keys["agreed"], max_value=today(), **keeping
            )
        opinion = st.text_area(
            _("Opinion of client relations"),
            key=keys["opinion"],
            max_chars=plans.LIMITS["opinion"],
            height=90,
            **keeping,
        )
        if not st.button(_("Save"), key="client.head-save", type="primary"):
            return
        saved = save(
            plans.write_head,
            actor=actor,
            plan_id=plan.id,
            theme=theme,
            goal=goal,
            needs_talk_on=needs,
            agreed_on=agreed,
            opinion=opinion,
            at=now(),
            on=today(),
            seen_version=st.session_state[VERSION],
        )
        if saved is not None:
            HEAD.drop(actor, plan.client_number)
            forget()
            tell_later(_("Saved."))
            st.rerun()
        if isinstance(refusal(), ChangedMeanwhile):
            _overtaken(actor, plan)


def execute_button(actor: Actor, plan: PlanCard, item: ItemRow) -> None:
    """Opens the form that carries an item out."""
    subject = f"{plan.client_number}:{item.id}"
    if form_button(
        _("Carried out…"),
        f"client.item-done-{item.id}",
        prepare=lambda: _opens(DONE, actor, plan, subject, day=today(), channel=item.channel),
        icon=":material/task_alt:",
    ):
        form(plain(item_head(item)), _done_form, actor, plan, item, width="medium")


def _done_form(actor: Actor, plan: PlanCard, item: ItemRow) -> None:
    subject = f"{plan.client_number}:{item.id}"
    keeping, keys = DONE.keeping(actor, subject), DONE.keys
    with st.container():
        DONE.notice(actor, subject)
        with st.grid(2, min_column_width=200):
            day = st.date_input(_("Done on"), key=keys["day"], max_value=today(), **keeping)
            channel = st.selectbox(
                _("Channel"),
                list(ContactChannel),
                key=keys["channel"],
                format_func=label,
                **keeping,
            )
        done = st.text_area(
            _("What was done for the client"),
            key=keys["done"],
            max_chars=plans.TEXT_LIMIT,
            height=90,
            **keeping,
        )
        reaction = st.text_area(
            _("How the client reacted"),
            key=keys["reaction"],
            max_chars=plans.TEXT_LIMIT,
            height=80,
            **keeping,
        )
        with st.container(key=f"client-evidence-{current_locale()}"):
            given = st.file_uploader(
                _("Evidence, if there is any"),
                type=list(documents.EXTENSIONS),
                key="client.done-file",
            )
        st.markdown(quiet(_("It goes into the client log, under contacts.")))
        if not st.button(_("Save"), key="client.done-save", type="primary"):
            return
        saved = save(
            plans.execute,
            actor=actor,
            item_id=item.id,
            done_on=day or today(),
            channel=channel,
            done=done,
            reaction=reaction,
            evidence=as_upload(given),
            at=now(),
            on=today(),
            seen_version=item.version,
        )
        if saved is not None:
            DONE.drop(actor, subject)
            forget()
            tell_later(_("Carried out, and in the client log."))
            st.rerun()
