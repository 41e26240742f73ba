"""The controls of a draft: points by factor, from which value on, the cut-offs, the stars.

Every change is kept at once as the shared draft; the fields hold the version this tab last saw.
Where a colleague saved since, both are named and nothing typed is lost.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import streamlit as st

from services import tier_rules
from services.actor import Actor
from services.rule_book import SCHEMAS, differences
from services.tier_rules import RULE_OF, TRIED_AXES, TierDraftCard
from services.tiering import Scale
from terms.tiering import EXTRA, MONEY, Factor, TierAxis
from ui.components.before_after import before_after
from ui.components.choices import without_icon
from ui.session import now, save
from words import _, current_locale
from words.labels import label
from words.markdown import plain, quiet
from words.rule_book import difference_text
from words.tiering import factor_name

SEEN, BASE, FORM = "tiering.seen", "tiering.base", "tiering.form"
AXIS = "tiering.axis"
MOST_POINTS, MOST_FACTORS, MOST_STEPS = 100, 12, 8
_STARS = ("two", "three", "four", "five")
_NEW = "+"

Values = dict[str, Any]


def taken_up(actor: Actor, card: TierDraftCard) -> Values:
    """What stands in the fields of this tab: the draft, or what was typed over it."""
    seen = st.session_state.setdefault(SEEN, {})
    if card.number not in seen:
        _take(card)
    if card.waits is not None:
        return dict(card.values)
    values = typed(card, form_of(card.number))
    if seen[card.number] == card.version:
        return values
    if values == card.values:
        _take(card)
    elif values == st.session_state[BASE][card.number]:
        _theirs(card)
        values = typed(card, form_of(card.number))
    else:
        _conflict(actor, card, values)
    return values


def _take(card: TierDraftCard) -> None:
    """From here on the fields of this tab hold this version."""
    st.session_state.setdefault(SEEN, {})[card.number] = card.version
    st.session_state.setdefault(BASE, {})[card.number] = deepcopy(dict(card.values))


def draw(actor: Actor, card: TierDraftCard, values: Values) -> TierAxis:
    """Draw the controls of one axis.

    Returns:
        The axis that is looked at.
    """
    names = {axis: label(axis) for axis in TRIED_AXES}
    axis = st.segmented_control(
        _("What is tried"),
        TRIED_AXES,
        format_func=without_icon(names.__getitem__),
        default=TierAxis.VALUE,
        required=True,
        label_visibility="collapsed",
        key=AXIS,
    )
    form, change = form_of(card.number), _keeper(actor, card)
    is_locked = card.waits is not None
    if axis is TierAxis.STARS:
        _stars(form, values[RULE_OF[axis]], change, is_locked)
    else:
        _scale(form, axis, values[RULE_OF[axis]], change, is_locked)
    return axis


def axis_now() -> TierAxis:
    """The axis that is looked at."""
    return TierAxis(st.session_state.get(AXIS) or TierAxis.VALUE)


def typed(card: TierDraftCard, form: str) -> Values:
    """The version the fields were made from, with what stands in them over it."""
    state = st.session_state
    found = deepcopy(dict(state.get(BASE, {}).get(card.number, card.values)))
    for axis in (TierAxis.VALUE, TierAxis.RISK):
        value = found[RULE_OF[axis]]
        cuts = state.get(f"{form}.{axis.value}.cuts")
        if cuts is not None:
            value["mid"], value["high"] = cuts
        for row in value["factors"]:
            row["points"] = state.get(f"{form}.{axis.value}.{row['factor']}", row["points"])
        for place, row in enumerate(value["steps"]):
            at = f"{form}.{axis.value}.step.{place}"
            row["at"] = _whole(state.get(f"{at}.at"), row["at"])
            row["percent"] = _whole(state.get(f"{at}.percent"), row["percent"])
    stars = found[RULE_OF[TierAxis.STARS]]
    for name in _STARS:
        yuan = state.get(f"{form}.stars.{name}")
        stars[name] = stars[name] if yuan is None else int(yuan) * 100
    return found


def _scale(form: str, axis: TierAxis, value: Values, change: Any, is_locked: bool) -> None:
    most = sum(each.most for each in Scale.of(value).factors)
    st.slider(
        _("Mid from and high from, points"),
        min_value=1,
        max_value=max(most, value["high"], 2),
        value=(value["mid"], value["high"]),
        key=f"{form}.{axis.value}.cuts",
        on_change=change,
        disabled=is_locked,
    )
    st.markdown(quiet(_("{most} points can be had").format(most=most)))
    for row in value["factors"]:
        st.slider(
            plain(factor_name(row["factor"])),
            min_value=0,
            max_value=MOST_POINTS,
            value=min(max(row["points"], 0), MOST_POINTS),
            key=f"{form}.{axis.value}.{row['factor']}",
            on_change=change,
            disabled=is_locked,
        )
    if is_locked:
        return
    with st.expander(_("Which factors count, and from which value on")):
        _factors(form, axis, value, change)
        _steps(form, axis, value, change)


def _factors(form: str, axis: TierAxis, value: Values, change: Any) -> None:
    inside = [row["factor"] for row in value["factors"]]
    # a list chosen from is matched by what it reads: one per language
    key = f"{form}.{axis.value}.factors.{current_locale().value}"
    names = {name: factor_name(name) for name in [*(each.value for each in Factor), *inside]}
    st.multiselect(
        _("Factors"),
        list(names),
        default=inside,
        format_func=names.__getitem__,
        max_selections=MOST_FACTORS,
        placeholder=_("Choose"),
        key=key,
        on_change=change,
        kwargs={"mend": lambda values: _choose(values[RULE_OF[axis]], st.session_state[key])},
    )
    own = f"{form}.{axis.value}.own"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("A numeric column of your own, by its name"), max_chars=60, key=own)
        st.button(
            _("Let it count"),
            icon=":material/add:",
            key=f"{own}.add",
            on_click=change,
            kwargs={"mend": lambda values: _count_own(values[RULE_OF[axis]], own)},
        )


def _count_own(value: Values, own: str) -> None:
    name = " ".join(st.session_state[own].split())
    if name:
        _choose(value, [*(row["factor"] for row in value["factors"]), EXTRA + name])


def _choose(value: Values, names: list[str]) -> None:
    """The factors ``names``, those new with points and a first step."""
    points = {row["factor"]: row["points"] for row in value["factors"]}
    value["factors"] = [
        {"factor": name, "points": points.get(name, 10)} for name in dict.fromkeys(names)
    ]
    value["steps"] = [row for row in value["steps"] if row["factor"] in names]
    stepped = {row["factor"] for row in value["steps"]}
    value["steps"] += [
        {"factor": name, "at": 1, "percent": 100} for name in names if name not in stepped
    ]


def _steps(form: str, axis: TierAxis, value: Values, change: Any) -> None:
    inside = [row["factor"] for row in value["factors"]]
    if not inside:
        return
    names = {name: factor_name(name) for name in inside}
    factor = st.selectbox(
        _("Steps of"),
        inside,
        format_func=names.__getitem__,
        key=f"{form}.{axis.value}.stepped.{current_locale().value}",
    )
    unit = _("From, yuan") if factor in MONEY else _("From")
    mine = [(place, row) for place, row in enumerate(value["steps"]) if row["factor"] == factor]
    for place, row in mine:
        at = f"{form}.{axis.value}.step.{place}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input(unit, value=row["at"], step=1, key=f"{at}.at", on_change=change)
            st.number_input(
                _("Share of the points, %"),
                value=row["percent"],
                step=5,
                key=f"{at}.percent",
                on_change=change,
            )
            if len(mine) > 1:
                st.button(
                    _("Take out"),
                    icon=":material/close:",
                    key=f"{at}.out",
                    on_click=change,
                    kwargs={"mend": _taking_out(axis, place)},
                )
    if len(mine) < MOST_STEPS:
        st.button(
            _("Another step"),
            icon=":material/add:",
            key=f"{form}.{axis.value}.more",
            on_click=change,
            kwargs={"mend": _adding(axis, factor, mine[-1][1]["at"] if mine else 0)},
        )


def _taking_out(axis: TierAxis, place: int) -> Callable[[Values], None]:
    return lambda values: values[RULE_OF[axis]]["steps"].pop(place)


def _adding(axis: TierAxis, factor: str, after: int) -> Callable[[Values], None]:
    row = {"factor": factor, "at": after + 1, "percent": 100}
    return lambda values: values[RULE_OF[axis]]["steps"].append(row)


def _stars(form: str, value: Values, change: Any, is_locked: bool) -> None:
    st.markdown(quiet(_("Income of one service year in yuan; stars are for our own use.")))
    named = (_("Two stars from"), _("Three stars from"), _("Four stars from"), _("Five stars from"))
    for name, said in zip(_STARS, named, strict=True):
        st.number_input(
            said,
            min_value=0,
            value=value[name] // 100,
            step=100,
            key=f"{form}.stars.{name}",
            on_change=change,
            disabled=is_locked,
        )


def _keeper(actor: Actor, card: TierDraftCard) -> Callable[..., None]:
    """The callback of every control: what stands in the fields becomes the draft."""

    def change(mend: Callable[[Values], None] | None = None) -> None:
        values = typed(card, form_of(card.number))
        if mend is not None:
            mend(values)
        keep(actor, card, values, st.session_state[SEEN][card.number])
        if mend is not None:
            _anew(card.number)

    return change


def keep(actor: Actor, card: TierDraftCard, values: Mapping[str, Any], seen: int) -> bool:
    """Save ``values`` as the draft; whether it was."""
    kept = save(
        tier_rules.keep,
        actor=actor,
        number=card.number,
        values=values,
        why=st.session_state.get(f"tiering.why.{card.number}", card.why),
        effective_from=st.session_state.get(f"tiering.day.{card.number}", card.effective_from),
        at=now(),
        seen_version=seen,
    )
    if kept is None:
        return False
    _take(kept)
    return True


def _conflict(actor: Actor, card: TierDraftCard, values: Values) -> None:
    who = plain(card.saved_by)
    st.warning(
        _(
            "{who} saved this draft in the meantime. What you typed still stands in the fields "
            "below."
        ).format(who=who),
        icon=":material/group:",
    )
    told = [
        difference_text(key, each)
        for key in RULE_OF.values()
        for each in differences(SCHEMAS[key].shape, card.values[key], values[key])
    ]
    if told:
        before_after(told, before=_("Saved by {who}").format(who=who), after=_("Typed by me"))
    with st.container(horizontal=True):
        st.button(_("Take the saved one"), key="tiering.theirs", on_click=_theirs, args=(card,))
        st.button(
            _("Save mine over it"),
            key="tiering.mine",
            on_click=_mine,
            args=(actor, card, values),
        )


def _mine(actor: Actor, card: TierDraftCard, values: Values) -> None:
    keep(actor, card, values, card.version)


def _theirs(card: TierDraftCard) -> None:
    _take(card)
    _anew(card.number)


def form_of(number: str) -> str:
    """The name of the fields of a draft in this tab."""
    return f"tiering.{number}.{st.session_state.get(FORM, {}).get(number, 0)}"


def _anew(number: str) -> None:
    """Fields of their own for what the draft says now."""
    forms = st.session_state.setdefault(FORM, {})
    forms[number] = forms.get(number, 0) + 1


def _whole(given: Any, instead: int) -> int:
    return instead if given is None else int(given)
