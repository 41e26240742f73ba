"""Filtering cases by class (R77): client type, value tier, line, sum insured, expiry.

The choice stands in the address (``type``, ``tier``, ``line``, ``insured``, ``window``); one button
says it and opens the form.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from services import renewals
from services.renewals import UNKNOWN, CaseFilter, Classes
from terms.clients import ClientType
from terms.policies import Line
from terms.renewals import CaseClass, WindowStage
from terms.tiering import Tier
from ui.components.asking import forget, form, form_button
from ui.screens.renewals import address
from ui.session import read, today
from words import _
from words.labels import label
from words.renewal_classes import class_name

_WORDS: Mapping[CaseClass, Any] = {
    CaseClass.CLIENT_TYPE: ClientType,
    CaseClass.TIER: Tier,
    CaseClass.LINE: Line,
    CaseClass.WINDOW: WindowStage,
}


def narrowed(base: CaseFilter) -> CaseFilter:
    """``base`` with the classes of the address; what it cannot mean does not filter."""
    if not any(address.asked(each.value) for each in CaseClass):
        return base
    return _classes().filter(
        base,
        client_type=address.word(CaseClass.CLIENT_TYPE.value, ClientType),
        tier=address.word(CaseClass.TIER.value, Tier),
        line=address.word(CaseClass.LINE.value, Line),
        insured=address.asked(CaseClass.INSURED.value),
        window=address.word(CaseClass.WINDOW.value, WindowStage),
    )


def button(*, is_narrowed: bool, on_change: Callable[[], None]) -> None:
    """The button that says what is filtered and opens the form."""
    said: list[str] = []
    if is_narrowed:
        bands = _classes().bands
        asked = [(each, address.asked(each.value)) for each in CaseClass]
        said = [class_name(each, code, bands) for each, code in asked if code]
    name = "renewals.classes"
    caption = " · ".join(said) or _("Filter by class…")
    look: Any = "secondary" if said else "tertiary"
    if form_button(caption, name, icon=":material/filter_alt:", type=look):
        form(_("Filter by class"), _form, on_change)


def clear() -> None:
    """Ask for every class again."""
    address.put(**{each.value: None for each in CaseClass})


def _classes() -> Classes:
    return read(renewals.case_classes, on=today())


def _options(by: CaseClass, classes: Classes) -> list[str]:
    if by is CaseClass.INSURED:
        return [*(band.code for band in classes.bands), UNKNOWN]
    return [each.value for each in _WORDS[by]]


def _form(on_change: Callable[[], None]) -> None:
    classes = _classes()
    chosen: dict[str, str | None] = {}
    for by in CaseClass:
        options = _options(by, classes)
        held = address.asked(by.value)
        chosen[by.value] = st.selectbox(
            label(by),
            options,
            index=options.index(held) if held in options else None,
            key=f"renewals.class-{by.value}",
            placeholder=_("all"),
            format_func=lambda code, by=by: class_name(by, code, classes.bands),
        )
    with st.container(horizontal=True):
        wants = st.button(_("Show these"), key="renewals.class-go", type="primary")
        all_again = st.button(_("Show every class"), key="renewals.class-all")
    if not wants and not all_again:
        return
    address.put(**(chosen if wants else dict.fromkeys(chosen)))
    forget()
    on_change()
    st.rerun()
