"""The service of a client: the ten working days, the plan, the engagement, the team, the papers."""

import streamlit as st

from services import engagements, plans
from services.actor import Actor
from services.clients import ClientFile
from services.engagements import StageCard
from services.permissions import Permission
from terms.service import StageClock
from ui.components.stage_strip import stage_strip
from ui.screens.client import engage, plan, team
from ui.session import now, read, save, switch_to, tell_later, today
from words import _, formats
from words.engagements import papers_said, stage_said
from words.labels import label
from words.markdown import plain, quiet, tag


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw what the client is served: the clocks first, then the plan; who and what beside it."""
    card = read(engagements.stage_of, actor=actor, number=file.number, on=today())
    of_client = read(plans.plan_of, actor=actor, number=file.number, on=today())
    if card.engagement is None or card.stage in engagements.BEFORE_ENGAGEMENT:
        with st.container(horizontal=True, vertical_alignment="center", key="client-not-engaged"):
            st.markdown(f":orange[◆] {plain(stage_said(card))}")
            if actor.may(Permission.ENGAGEMENT_WRITE):
                engage.button(actor, card)
        if card.engagement is None:
            return
    if card.clocks:
        stage_strip(
            card.clocks,
            key="client-strip",
            act=lambda clock: _act(actor, card, clock, has_plan=of_client is not None),
        )
    wide, narrow = st.columns([5, 2], gap="small")
    with wide:
        plan.draw(actor, card, of_client)
    with narrow:
        with st.container(border=True):
            team.draw(actor, card)
        with st.container(border=True):
            _engagement(actor, card)
        with st.container(border=True):
            _papers(card)


def _act(actor: Actor, card: StageCard, clock: StageClock, *, has_plan: bool) -> None:
    """The way out of an open clock."""
    if clock is StageClock.FILE:
        if actor.may(Permission.CLIENT_WRITE) and st.button(
            _("To the documents"), key="client.to-documents", type="tertiary"
        ):
            switch_to("client", id=card.client_number, view="documents")
    elif clock is StageClock.STAR:
        if actor.may(Permission.ENGAGEMENT_WRITE) and card.stars is not None:
            stars = "★" * card.stars
            st.button(
                _("Confirm {stars}").format(stars=stars),
                key="client.rate",
                help=_("By the income of the service year; for our own use only."),
                on_click=_rate,
                args=(actor, card),
            )
    elif clock is StageClock.TEAM:
        if actor.may(Permission.ENGAGEMENT_WRITE):
            team.add_button(card, key="client.team-add-here")
    elif not has_plan and actor.may(Permission.PLAN_WRITE):
        plan.begin_button(actor, card.client_number)


def _rate(actor: Actor, card: StageCard) -> None:
    assert card.engagement is not None
    rated = save(
        engagements.rate_star,
        actor=actor,
        number=card.client_number,
        at=now(),
        on=today(),
        seen_version=card.engagement.version,
    )
    if rated is not None:
        tell_later(_("Star confirmed."))


def _engagement(actor: Actor, card: StageCard) -> None:
    signed = card.engagement
    assert signed is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Engagement"), anchor=False)
        if actor.may(Permission.ENGAGEMENT_WRITE):
            st.space("stretch")
            engage.button(actor, card, is_again=True)
    said = {"kind": label(signed.kind), "day": formats.day(signed.signed_on)}
    st.markdown(
        _("{kind}, signed {day}, until {end}").format(**said, end=formats.day(signed.ends_on))
        if signed.ends_on
        else _("{kind}, signed {day}, without an end").format(**said)
    )
    if signed.rated_stars:
        st.markdown(
            quiet(
                _("{stars} confirmed {day} by {who}; for our own use").format(
                    stars="★" * signed.rated_stars,
                    day=formats.day(signed.rated_on),
                    who=plain(signed.rated_by),
                )
            )
        )
    if signed.has_original:
        st.markdown(tag("green", _("Original archived"), "inventory_2"))
    else:
        st.markdown(tag("orange", _("Original not archived"), "schedule"))
        if actor.may(Permission.ENGAGEMENT_WRITE):
            engage.archive_button(actor, card)
    for promise in signed.promises:
        mark = ":green[✓]" if promise.is_planned else ":orange[◆]"
        note = "" if promise.is_planned else quiet(_("no item of the plan keeps it yet"))
        st.markdown(f"{mark} {plain(promise.what)} {note}")
    if signed.insurer_terms:
        with st.expander(_("Insurer's service and time limits")):
            st.text(signed.insurer_terms)
    if signed.text:
        with st.expander(_("Text of the engagement")):
            st.text(signed.text)


def _papers(card: StageCard) -> None:
    st.subheader(_("Papers of the file"), anchor=False)
    st.progress(card.papers.percent / 100, text=papers_said(card.papers))
    with st.expander(_("What is there and what is missing"), key="client-papers"):
        for kind in card.papers.asked:
            mark = ":orange[○]" if kind in card.papers.missing else ":green[✓]"
            st.markdown(f"{mark} {label(kind)}")
