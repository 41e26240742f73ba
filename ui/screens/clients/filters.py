"""The filter row of ``/clients`` and its address: a link shows what its sender saw.

``q``, ``owner``, ``team``, ``branch``, ``line``, ``expires`` (days), ``below`` (per cent),
``stage``, ``type``; ``after`` and ``before`` say where a page begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from services import clients
from services.clients import ClientFilters, FilterChoices
from terms.clients import ClientType, LifecycleStage
from terms.policies import Line
from words import _, ngettext
from words.labels import label

EXPIRY_DAYS = ("7", "30", "60", "90")
BELOW = ("40", "60", "80", "100")
NAMES = ("q", "owner", "team", "branch", "line", "expires", "below", "stage", "type")
PLACES = ("after", "before")
NAMED = frozenset({"owner", "team", "branch"})
"""Filters by somebody's name; one who is not offered is shown as written, and finds nothing."""
MOST = {"expires": 366, "below": 101}
"""Numbers a link may ask for beside those offered."""


@dataclass(frozen=True, slots=True)
class _Filter:
    """One select box of the row; ``options`` as the address writes them."""

    name: str
    title: str
    options: Sequence[str]
    say: Callable[[str], str]
    width: int


def asked() -> ClientFilters:
    """The filters as the address has them; what it cannot mean is left out."""
    get = st.query_params.get
    stages = {stage.value: stage for stage in LifecycleStage}
    lines = {line.value: line for line in Line}
    types = {client_type.value: client_type for client_type in ClientType}
    return ClientFilters(
        text=get("q", "")[:80],
        owner=get("owner") or None,
        team=get("team") or None,
        branch=get("branch") or None,
        line=lines.get(get("line", "")),
        expires_within_days=_whole(get("expires"), MOST["expires"]),
        completeness_below=_whole(get("below"), MOST["below"]),
        stage=stages.get(get("stage", "")),
        client_type=types.get(get("type", "")),
    )


def draw(choices: FilterChoices) -> None:
    """The filter row; every choice goes into the address and back to the first page."""
    with st.container(
        key="clients-filters", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.session_state[_key("q")] = st.query_params.get("q", "")
        st.text_input(
            _("Find"),
            key=_key("q"),
            placeholder=_("Name, initials, number, last four"),
            icon=":material/search:",
            label_visibility="collapsed",
            on_change=_chosen,
            args=("q",),
            width=190 if choices.owners else 250,
        )
        for one in _filters(choices):
            _select(one)


def clear_button() -> None:
    """Takes every filter away; stands there only when one is set."""
    if any(name in st.query_params for name in NAMES):
        st.button(
            _("Clear filters"),
            key="clients.clear",
            icon=":material/filter_alt_off:",
            type="tertiary",
            on_click=_clear,
        )


def go_to(**place: str) -> None:
    """Turn the page: ``after`` or ``before`` in the address."""
    for name in PLACES:
        st.query_params.pop(name, None)
    st.query_params.update(place)


def _filters(choices: FilterChoices) -> list[_Filter]:
    people = dict(choices.owners)
    people[clients.NOBODY] = _("Nobody")
    found = [
        _Filter(
            "expires",
            _("Expires in"),
            EXPIRY_DAYS,
            lambda days: ngettext("{n} day", "{n} days", int(days)).format(n=days),
            108,
        ),
        _Filter("line", _("Line"), [line.value for line in Line], _label_of(Line), 108),
        _Filter("below", _("File below"), BELOW, lambda percent: f"< {percent}%", 108),
        _Filter(
            "stage",
            _("Stage"),
            [stage.value for stage in LifecycleStage],
            _label_of(LifecycleStage),
            108,
        ),
        _Filter("type", _("Type"), [kind.value for kind in ClientType], _label_of(ClientType), 108),
    ]
    if choices.owners:
        found.append(
            _Filter("owner", _("Owner"), list(people), lambda name: people.get(name, name), 108)
        )
    if len(choices.teams) > 1:
        found.append(_Filter("team", _("Team"), choices.teams, str, 108))
    if len(choices.branches) > 1:
        found.append(_Filter("branch", _("Branch"), choices.branches, str, 108))
    return found


def _select(one: _Filter) -> None:
    given = st.query_params.get(one.name)
    options = list(one.options)
    if given and given not in options:
        if one.name in NAMED or _whole(given, MOST.get(one.name, -1)) is not None:
            options.append(given)
        else:
            given = None
    st.session_state[_key(one.name)] = given or None
    st.selectbox(
        one.title,
        options,
        key=_key(one.name),
        index=None,
        placeholder=one.title,
        format_func=one.say,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(one.name,),
        width=one.width,
    )


def _label_of(enum: Any) -> Callable[[str], str]:
    values = {member.value for member in enum}
    return lambda value: label(enum(value)) if value in values else value


def _chosen(name: str) -> None:
    value = (st.session_state[_key(name)] or "").strip()
    go_to()
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _clear() -> None:
    for name in (*NAMES, *PLACES):
        st.query_params.pop(name, None)


def _key(name: str) -> str:
    return f"clients.{name}"


def _whole(text: str | None, most: int) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or int(text) > most:
        return None
    return int(text)
