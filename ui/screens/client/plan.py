"""The service plan of a client: what is due, what it costs, what lies below the standard."""

import streamlit as st

from services import measures, plans
from services.actor import Actor
from services.engagements import StageCard
from services.permissions import Permission
from services.plans import ItemRow, PlanCard, VersionRow
from terms.service import ItemSource, ItemState, PlanState, Timing
from ui.components.figure import figure
from ui.screens.client import plan_forms
from ui.session import now, save, tell_later, today
from words import _, formats
from words.labels import badge, label, mark
from words.markdown import plain, quiet, tag
from words.plans import (
    budget_said,
    change_said,
    done_note,
    item_head,
    item_note,
    shortfall_said,
)

SHOWN = 12


def draw(actor: Actor, stage: StageCard, plan: PlanCard | None) -> None:
    """Draw the plan: head, money, what waits, the items by their days, the versions."""
    with st.container(border=True, key="client-plan"):
        if plan is None:
            st.subheader(_("Service plan"), anchor=False)
            st.markdown(_("No plan yet: it begins with the services of the client's star."))
            if actor.may(Permission.PLAN_WRITE) and not stage.clocks:
                begin_button(actor, stage.client_number)
            return
        may_write = actor.may(Permission.PLAN_WRITE) and plan.state is not PlanState.CLOSED
        _head(actor, stage, plan, may_write=may_write)
        _money(plan)
        _alerts(plan)
        _items(actor, stage, plan, may_write=may_write)
        _versions(plan)


def begin_button(actor: Actor, number: str) -> None:
    """Begins the plan from the standard."""
    st.button(
        _("Begin the plan"),
        key="client.plan-begin",
        help=_("With the services of the client's star as a minimum"),
        on_click=_begin,
        args=(actor, number),
    )


def _begin(actor: Actor, number: str) -> None:
    begun = save(plans.begin, actor=actor, number=number, at=now(), on=today())
    if begun is not None:
        tell_later(_("The plan is begun. Give it its days and handlers, then open it."))


def _head(actor: Actor, stage: StageCard, plan: PlanCard, *, may_write: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Service plan"), anchor=False, width="content")
        st.markdown(badge(plan.state), width="content")
        if plan.number:
            said = _("version {n}").format(n=plan.number)
            st.markdown(quiet(said), width="content")
        st.space("stretch")
        if may_write:
            plan_forms.head_button(actor, plan)
            plan_forms.item_button(actor, stage, plan)
            if plan.state is PlanState.DRAFT:
                plan_forms.open_button(actor, plan)
            elif plan.disclosed_at is None:
                st.button(
                    _("Shown to colleagues"),
                    key="client.plan-disclose",
                    type="tertiary",
                    help=_("Note that the colleagues concerned were shown the plan."),
                    on_click=_disclose,
                    args=(actor, plan),
                )
    facts = [
        _("{first} to {last}").format(
            first=formats.day(plan.starts_on), last=formats.day(plan.ends_on)
        )
    ]
    if plan.theme:
        facts.append(_("focus: {theme}").format(theme=plan.theme))
    if plan.goal:
        facts.append(_("goal: {goal}").format(goal=plan.goal))
    if plan.needs_talk_on:
        facts.append(_("needs asked {day}").format(day=formats.day(plan.needs_talk_on)))
    if plan.agreed_on:
        facts.append(_("client agreed {day}").format(day=formats.day(plan.agreed_on)))
    if plan.disclosed_by:
        facts.append(_("shown to colleagues by {who}").format(who=plan.disclosed_by))
    st.markdown(plain(" · ".join(facts)))
    if plan.opinion:
        said = _("Client relations ({who}): {opinion}").format(
            who=plan.opinion_by, opinion=plan.opinion
        )
        st.markdown(quiet(plain(said)))


def _disclose(actor: Actor, plan: PlanCard) -> None:
    save(
        plans.disclose,
        actor=actor,
        plan_id=plan.id,
        at=now(),
        on=today(),
        seen_version=plan.version,
    )


def _money(plan: PlanCard) -> None:
    """Cost against the income of the year (量入为出)."""
    budget = plan.budget
    about = {"client": plan.client_number}
    with st.container(key="client-plan-money", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            figure(measures.figure("plans.cost", budget.cost_fen, about=about))
            colour, sign = ("red", "▲") if budget.is_over else ("gray", "○")
            st.markdown(f":{colour}[{sign} {plain(budget_said(budget))}]", width="content")
        if budget.limit_fen:
            st.progress(min(1.0, budget.cost_fen / budget.limit_fen))


def _alerts(plan: PlanCard) -> None:
    if plan.is_reference:
        st.markdown(
            tag("blue", _("The standard is a reference: under a year, or consulting"), "info")
        )
    for each in plan.waiting:
        said = _("Waits for approval: {number}, asked by {who}, {why}").format(
            number=each.number, who=each.asked_by, why=each.why
        )
        st.markdown(f":orange[◆] {plain(said)}")
    if plan.shortfalls:
        said = _("Below the standard: {lacks}").format(
            lacks=formats.listing([shortfall_said(each) for each in plan.shortfalls])
        )
        st.markdown(f":orange[◆] {plain(said)}")


def _items(actor: Actor, stage: StageCard, plan: PlanCard, *, may_write: bool) -> None:
    ahead = [each for each in plan.items if each.state is ItemState.PLANNED]
    past = [each for each in plan.items if each.state is not ItemState.PLANNED]
    for item in ahead[:SHOWN]:
        _item(actor, stage, plan, item, may_write=may_write)
    if len(ahead) > SHOWN:
        with st.expander(_("Later items"), key="client-plan-later"):
            for item in ahead[SHOWN:]:
                _item(actor, stage, plan, item, may_write=may_write)
    if past:
        with st.expander(_("Carried out and taken out"), key="client-plan-past"):
            for item in past:
                note = done_note(item) if item.state is ItemState.DONE else item_note(item)
                st.markdown(f"{_when(item)} {plain(item_head(item))}  \n{quiet(plain(note))}")


def _when(item: ItemRow) -> str:
    found = mark(item.timing)
    return tag(found.colour, label(item.timing), found.icon) if found else label(item.timing)


def _item(
    actor: Actor, stage: StageCard, plan: PlanCard, item: ItemRow, *, may_write: bool
) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"client-item-{item.id}"
    ):
        more = ""
        if item.timing is not Timing.AHEAD:
            more += f"{_when(item)} "
        if item.source is not ItemSource.STANDARD:
            more += tag("gray", label(item.source)) + " "
        gone = tag("red", _("has left"), "error") if item.handler_is_gone else ""
        st.markdown(f"{more}{plain(item_head(item))} {gone}  \n{quiet(plain(item_note(item)))}")
        st.space("stretch")
        is_mine = item.handler_id == actor.staff_id
        if (
            plan.state is PlanState.OPEN
            and actor.may(Permission.PLAN_EXECUTE)
            and (is_mine or may_write)
        ):
            plan_forms.execute_button(actor, plan, item)
        if may_write:
            plan_forms.change_button(actor, stage, plan, item)


def _versions(plan: PlanCard) -> None:
    if not plan.versions:
        return
    with st.expander(_("Versions and what they changed"), key="client-plan-versions"):
        for version in plan.versions:
            st.markdown(_version(version))
            for what, field, before, after in version.changes[:40]:
                st.markdown(quiet(plain(change_said(what, field, before, after))))


def _version(version: VersionRow) -> str:
    said = _("Version {n}, {time}, {who}").format(
        n=version.number,
        time=formats.date_time(version.made_at),
        who=plain(version.made_by) or _("the system"),
    )
    why = f" {quiet(plain(version.why))}" if version.why else ""
    return f"**{said}**{why}"
