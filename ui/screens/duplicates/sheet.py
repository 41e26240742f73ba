"""Two clients side by side: choose what the one client will say, see what moves, merge."""

import streamlit as st

from services import duplicates
from services.actor import Actor
from services.duplicates import MergeSheet, SheetSide
from ui.components import asking
from ui.screens.duplicates import places
from ui.session import link_to, now, read, save, switch_to, tell_later, today
from words import _, formats, ngettext
from words.clients import client_title
from words.duplicates import MISSING, field_title, moving_sentence, reasons_text, value_text
from words.markdown import plain, quiet

SWAP, NOT_SAME, GO, BACK = (
    "duplicates.swap",
    "duplicates.not-same",
    "duplicates.merge",
    "duplicates.pairs-back",
)


def draw(actor: Actor, keep: str, lose: str) -> None:
    """Draw both clients, the choice per field, and the acts."""
    sheet = read(duplicates.merge_sheet, actor=actor, keep=keep, lose=lose, on=today())
    with st.container(key="duplicates-bar", horizontal=True, vertical_alignment="center"):
        if sheet.reasons:
            st.markdown(quiet(reasons_text(sheet.reasons)))
        st.space("stretch")
        st.button(
            _("To the pairs"), key=BACK, icon=":material/arrow_back:", on_click=places.to_pairs
        )
    _heads(sheet)
    take = _fields(sheet)
    _both(sheet)
    _acts(actor, sheet, take)


def _heads(sheet: MergeSheet) -> None:
    left, right = st.columns(2)
    for column, side, says in (
        (left, sheet.keep, _("stays")),
        (right, sheet.lose, _("is merged into it; its number still finds the file")),
    ):
        with column.container(border=True, height="stretch"):
            name = plain(client_title(side.values["name"], side.number))
            st.markdown(f"**{name}** · {plain(side.number)}")
            st.markdown(quiet(says))
            link_to("client", _("Open the file"), icon=":material/folder_open:", id=side.number)
    st.button(
        _("Keep the other number"),
        key=SWAP,
        icon=":material/swap_horiz:",
        on_click=places.to_sheet,
        args=(sheet.lose.number, sheet.keep.number),
    )


def _fields(sheet: MergeSheet) -> frozenset[str]:
    """One choice for each field the two differ in; the fields taken from the one that goes."""
    st.subheader(_("What the one file will say"), anchor=False)
    take = set()
    same, alone = [], []
    for field in duplicates.FIELDS:
        ours = value_text(field, sheet.keep.values.get(field))
        theirs = value_text(field, sheet.lose.values.get(field))
        said = _("{field}: {value}")
        if ours == theirs:
            if ours != MISSING:
                same.append(said.format(field=field_title(field), value=ours))
        elif MISSING in (ours, theirs):
            alone.append(
                said.format(field=field_title(field), value=theirs if ours == MISSING else ours)
            )
            if ours == MISSING:
                take.add(field)
        elif _choice(sheet, field, ours, theirs):
            take.add(field)
    for says, listed in (
        (_("Only one of them says, so it stays: {fields}"), alone),
        (_("The same in both: {fields}"), same),
    ):
        if listed:
            st.markdown(quiet(says.format(fields=" · ".join(listed))))
    return frozenset(take)


def _choice(sheet: MergeSheet, field: str, ours: str, theirs: str) -> bool:
    """Whether the value of the one that goes is chosen."""
    title, values = st.columns([1, 4], vertical_alignment="center")
    title.markdown(field_title(field))
    with values:
        chosen = st.radio(
            field_title(field),
            (False, True),
            index=int(field in sheet.take),
            key=f"duplicates.field-{field}-{sheet.keep.number}-{sheet.lose.number}",
            format_func=lambda other: plain(theirs if other else ours),
            horizontal=True,
            label_visibility="collapsed",
        )
    return bool(chosen)


def _both(sheet: MergeSheet) -> None:
    st.subheader(_("What comes along"), anchor=False)
    lines = [
        _("From {number}: {what}").format(
            number=plain(sheet.lose.number), what=moving_sentence(sheet.lose.counts)
        )
    ]
    for says, values in (
        (_("Phones: {values}"), _together(sheet, "phones")),
        (_("E-mail addresses: {values}"), _together(sheet, "emails")),
        (_("Addresses: {values}"), _together(sheet, "addresses")),
    ):
        if values:
            lines.append(says.format(values=plain(formats.listing(values))))
    st.markdown("\n".join(f"- {line}" for line in lines))


def _together(sheet: MergeSheet, name: str) -> list[str]:
    return list(dict.fromkeys((*getattr(sheet.keep, name), *getattr(sheet.lose, name))))


def _acts(actor: Actor, sheet: MergeSheet, take: frozenset[str]) -> None:
    with st.container(key="duplicates-acts", horizontal=True, vertical_alignment="center"):
        label = _("Merge into {number}…").format(number=sheet.keep.number)
        if asking.form_button(label, GO, type="primary", icon=":material/join_inner:"):
            asking.form(_("Make one client of the two"), _confirm, actor, sheet, take)
        if sheet.reasons and st.button(
            _("Not the same client"), key=NOT_SAME, icon=":material/call_split:"
        ):
            _say_not_same(actor, sheet.keep, sheet.lose)


def _say_not_same(actor: Actor, keep: SheetSide, lose: SheetSide) -> None:
    said = save(
        duplicates.say_not_same,
        actor=actor,
        one=keep.number,
        two=lose.number,
        at=now(),
        on=today(),
    )
    if said is not None:
        tell_later(_("Remembered: these are two clients."))
        places.to_pairs()
        st.rerun()


def _confirm(actor: Actor, sheet: MergeSheet, take: frozenset[str]) -> None:
    keep, lose = sheet.keep, sheet.lose
    st.markdown(
        _("**{lose}** becomes part of **{keep}**: {what} move over.").format(
            lose=plain(lose.number), keep=plain(keep.number), what=moving_sentence(lose.counts)
        )
    )
    if take:
        fields = formats.listing([field_title(field) for field in sorted(take)])
        said = ngettext(
            "{n} field is taken from {lose}: {fields}.",
            "{n} fields are taken from {lose}: {fields}.",
            len(take),
        )
        st.markdown(said.format(n=len(take), lose=plain(lose.number), fields=fields))
    st.caption(
        _(
            "The old number keeps finding the file. The merge can be undone under"
            " “Possible duplicates”, except for what somebody changes afterwards."
        )
    )
    if st.button(_("Merge now"), key=f"{GO}-go", type="primary"):
        done = save(
            duplicates.merge,
            actor=actor,
            keep=keep.number,
            lose=lose.number,
            take=take,
            at=now(),
            on=today(),
            seen_keep=keep.version,
            seen_lose=lose.version,
        )
        if done is not None:
            asking.forget()
            tell_later(
                _("{merged} is part of {number} now.").format(
                    merged=done.merged_number, number=done.number
                )
            )
            switch_to("client", id=done.number)
