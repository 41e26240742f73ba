"""What if: drafts of the tier rules, turned by hand, held against every client at once."""

from typing import Any

import streamlit as st

from services import tier_rules
from services.actor import Actor
from services.changes import Chapter
from services.tier_rules import Population, TierDraftCard, Trial
from ui.components.live import live
from ui.screens.tiering import asking, outcome, published, tuning
from ui.session import fragment, now, read, save, today
from words import _, current_locale, formats
from words.markdown import plain, quiet, strong

DRAFT = "draft"
AXIS = "axis"


def draw(actor: Actor) -> None:
    """Draw the drafts, the one chosen with what it would do, and what was published."""
    found = read(tier_rules.drafts, actor=actor)
    card = _chosen(actor, found)
    if card is None:
        _first(actor)
    else:
        _trying(actor, card.number)
    published.draw(actor)


def _chosen(actor: Actor, found: tuple[TierDraftCard, ...]) -> TierDraftCard | None:
    """The draft the address names, else the one saved last; the line to choose and begin one."""
    if not found:
        return None
    by_number = {card.number: card for card in found}
    named = st.query_params.get(DRAFT)
    if named not in by_number:
        named = found[0].number
    with st.container(horizontal=True, vertical_alignment="bottom", key="tiering-drafts"):
        number = st.selectbox(
            _("Draft"),
            list(by_number),
            index=list(by_number).index(named),
            format_func=lambda each: by_number[each].name,
            key="tiering.draft",
            width=320,
        )
        with st.popover(_("New draft"), icon=":material/add:", key="tiering.beginning"):
            _begin(actor, by_number[number])
        if by_number[number].waits is None:
            with st.popover(_("Discard"), icon=":material/delete:", key="tiering.discarding"):
                st.markdown(_("What is in force stays as it is. The draft is gone for everybody."))
                st.button(
                    _("Discard the draft"),
                    key="tiering.discard",
                    on_click=_discard,
                    args=(actor, by_number[number]),
                )
    st.query_params[DRAFT] = number
    return by_number[number]


def _first(actor: Actor) -> None:
    with st.container(border=True, key="tiering-first"):
        st.markdown(
            _(
                "Copy the rules in force, turn them, and see at once who would move, before "
                "anybody is asked to approve them."
            )
        )
        _begin(actor, None)


def _begin(actor: Actor, like: TierDraftCard | None) -> None:
    with st.form("tiering.new", border=False):
        st.text_input(
            _("Name of the draft"), max_chars=80, key="tiering.name", placeholder=_("e.g. 2027")
        )
        if like is not None:
            names = {
                "": _("Rules in force"),
                like.number: _("Copy of “{name}”").format(name=like.name),
            }
            st.radio(_("Begin with"), list(names), format_func=names.__getitem__, key=_like())
        st.form_submit_button(
            _("Begin the draft"),
            key="tiering.begin",
            type="primary",
            on_click=_start,
            args=(actor,),
        )


def _like() -> str:
    """The key of the choice; one that is chosen from is matched by what it reads."""
    return f"tiering.like.{current_locale().value}"


def _start(actor: Actor) -> None:
    made = save(
        tier_rules.start,
        actor=actor,
        name=st.session_state["tiering.name"],
        like=st.session_state.get(_like()) or None,
        on=today(),
        at=now(),
    )
    if made is not None:
        st.query_params[DRAFT] = made.number
        st.session_state.pop("tiering.draft", None)
        st.session_state["tiering.name"] = ""


def _discard(actor: Actor, card: TierDraftCard) -> None:
    if save(
        tier_rules.discard, actor=actor, number=card.number, at=now(), seen_version=card.version
    ):
        st.query_params.pop(DRAFT, None)
        st.session_state.pop("tiering.draft", None)


@fragment
def _trying(actor: Actor, number: str) -> None:
    live(Chapter.TIERS, key="tiering.whatif", scope="tiering-whatif")
    with st.container(key="tiering-whatif"):
        card = read(tier_rules.card_of, actor=actor, number=number)
        saved = _("Saved by {who}, {when}").format(
            who=plain(card.saved_by), when=formats.date_time(card.saved_at)
        )
        st.markdown(quiet(saved))
        values = tuning.taken_up(actor, card)
        problems = tier_rules.problems_of(values)
        trial = None if problems else tried(actor, values)
        if trial is not None:
            st.markdown(strong(outcome.summary(trial, tuning.axis_now())))
        left, right = st.columns([5, 7], gap="medium")
        with left:
            axis = tuning.draw(actor, card, values)
        with right:
            if problems:
                outcome.draw_problems(problems)
            elif trial is None:
                st.info(_("No pass over the clients yet: there is nothing to try a rule on."))
            else:
                outcome.draw(actor, trial, axis, values)
                _compared(actor, card, trial, axis)
        if trial is not None:
            asking.draw(actor, card, trial)


def _compared(actor: Actor, card: TierDraftCard, trial: Trial, axis: Any) -> None:
    others = [each for each in read(tier_rules.drafts, actor=actor) if each.number != card.number]
    if not others:
        return
    by_number = {each.number: each for each in others}
    if not st.toggle(_("Compare with another draft"), key="tiering.comparing"):
        return
    number = st.selectbox(
        _("Draft"),
        list(by_number),
        format_func=lambda each: by_number[each].name,
        key="tiering.other",
    )
    other = by_number[number]
    if tier_rules.problems_of(other.values):
        st.warning(_("That draft still has problems."))
        return
    theirs = tried(actor, other.values)
    if theirs is not None:
        outcome.draw_between(other.name, theirs, card.name, trial, axis)


def tried(actor: Actor, values: Any) -> Trial | None:
    """``values`` held against every client; None before the first pass."""
    run_id = read(tier_rules.last_run, actor=actor)
    if run_id is None:
        return None
    found = _population(run_id, today().isoformat(), actor)
    factors = tuple(
        row["factor"] for key in ("tiering.value", "tiering.risk") for row in values[key]["factors"]
    )
    found = read(tier_rules.with_columns, actor=actor, population=found, factors=factors)
    in_force = read(tier_rules.in_force, actor=actor, on=today())
    return tier_rules.tried(found, values, in_force)


@st.cache_resource(ttl=1800, max_entries=1, show_spinner=False)
def _population(run_id: int, day: str, _actor: Actor) -> Population:  # noqa: ARG001
    """The columns of one pass, the company's and not a person's: kept once for the process."""
    return read(tier_rules.population, actor=_actor, on=today())
