"""Saved views of a list: the pinned ones as one-click links, all of them in one menu.

A view sets the filters of the address, nothing else; what is picked, saved or shared says so in
the address, so that reload and link agree with it.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from services import saved_views
from services.actor import Actor
from services.saved_views import ViewNameTaken, ViewRow
from terms.people import Scope
from terms.saved_views import ViewPage
from ui.components.asking import ask, forget, form, stands_open
from ui.components.choices import without_icon
from ui.session import now, read, refusal, save, tell_later
from words import _
from words.markdown import plain, quiet
from words.saved_views import shared_with, view_name

SAVE, MANAGE = "save", "manage"
NAME, TAKEN, KEPT = "views.name", "views.taken", "views.kept"

NOTHING: Mapping[str, str] = {}

Picked = Callable[[], None]


def pinned(
    actor: Actor,
    page: ViewPage,
    *,
    also: Mapping[str, str] = NOTHING,
    on_pick: Picked | None = None,
) -> None:
    """The views that stand above the list, as links; nothing where nobody pinned one.

    Args:
        also: parameters that hold though the address does not name them.
        on_pick: runs after a view has set the address.
    """
    rows = [row for row in _views(actor, page) if row.is_pinned]
    if not rows:
        return
    here = saved_views.kept(page, {**also, **st.query_params.to_dict()})
    with st.container(key=f"{page}-pinned", horizontal=True, gap="small"):
        for row in rows:
            is_here = dict(row.filters) == here
            st.button(
                plain(view_name(row)),
                key=f"{page}.pinned-{row.id}",
                type="tertiary",
                icon=":material/bookmark_added:" if is_here else ":material/bookmark:",
                on_click=_pick,
                args=(row, on_pick),
            )


def menu(
    actor: Actor,
    page: ViewPage,
    *,
    also: Mapping[str, str] = NOTHING,
    on_pick: Picked | None = None,
) -> None:
    """All views somebody may pick here, and the ways to keep and to arrange them; as ``pinned``."""
    rows = {str(row.id): row for row in _views(actor, page)}
    names = {key: plain(view_name(row)) for key, row in rows.items()}
    names[SAVE] = _("Save what is set now…")
    if rows:
        names[MANAGE] = _("Arrange views…")
    key = f"{page}.views"

    def chosen() -> None:
        picked = st.session_state[key]
        if picked in rows:
            _pick(rows[picked], on_pick)
        else:
            st.session_state.pop(TAKEN, None)
            ask(f"{key}-{picked}")

    st.menu_button(
        _("Views"),
        list(names),
        key=key,
        icon=":material/bookmarks:",
        type="tertiary",
        format_func=names.__getitem__,
        on_click=chosen,
    )
    if stands_open(f"{key}-{SAVE}"):
        form(_("Save what is set now"), _save, actor, page, also)
    elif stands_open(f"{key}-{MANAGE}"):
        form(_("Arrange views"), _manage, actor, page)


def _views(actor: Actor, page: ViewPage) -> tuple[ViewRow, ...]:
    """What somebody may pick, at most half a minute old; their own acts show at once."""
    return _kept_views(
        f"{actor.own_id} {page}", lambda: read(saved_views.views_of, actor=actor, page=page)
    )


@st.cache_data(ttl=30, max_entries=1000, show_spinner=False)
def _kept_views(
    whose: str,  # noqa: ARG001 - person and page, the key
    _ask: Callable[[], tuple[ViewRow, ...]],
) -> tuple[ViewRow, ...]:
    return _ask()


def _pick(row: ViewRow, on_pick: Picked | None) -> None:
    st.query_params.from_dict(dict(row.filters))
    if on_pick is not None:
        on_pick()


def _save(actor: Actor, page: ViewPage, also: Mapping[str, str]) -> None:
    """The dialog: a name for the filters of the address."""
    if st.session_state.pop(KEPT, False):
        forget()
        tell_later(_("The view is kept. Pin it to have it above the list."))
        st.rerun()
    st.markdown(_("The filters set now, under a name of yours. The list itself stays live."))
    name = st.text_input(_("Name of the view"), key=NAME, max_chars=saved_views.NAME_LIMIT)
    replaces = bool(name.strip()) and st.session_state.get(TAKEN) == name.strip()
    st.button(
        _("Replace “{name}”").format(name=plain(name)) if replaces else _("Save"),
        key="views.save",
        type="primary",
        on_click=_keep,
        args=(actor, page, also, replaces),
    )


def _keep(actor: Actor, page: ViewPage, also: Mapping[str, str], replaces: bool) -> None:
    name = st.session_state[NAME]
    made = save(
        saved_views.save_view,
        actor=actor,
        page=page,
        name=name,
        parameters={**also, **st.query_params.to_dict()},
        at=now(),
        replace=replaces,
    )
    if made is not None:
        _kept_views.clear()
        st.session_state[KEPT] = True
        st.session_state.pop(TAKEN, None)
    elif isinstance(refusal(), ViewNameTaken):
        st.session_state[TAKEN] = name.strip()


def _manage(actor: Actor, page: ViewPage) -> None:
    """The dialog: pin, rename, share, delete."""
    rows = _views(actor, page)
    if not rows:
        st.markdown(_("You have no views here yet."))
        return
    mine = [row for row in rows if row.is_mine]
    theirs = [row for row in rows if not row.is_mine]
    for row in mine:
        _line(actor, row)
        with st.expander(_("Change “{name}”").format(name=plain(row.name)), key=_key(row, "more")):
            _change(actor, row)
    if theirs:
        st.markdown(quiet(_("Shared with you")))
        for row in theirs:
            _line(actor, row)


def _line(actor: Actor, row: ViewRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=_key(row, "line")):
        st.markdown(f"**{plain(view_name(row))}**", width="content")
        if row.shared_with is not Scope.OWN and row.is_mine:
            st.markdown(quiet(shared_with(row.shared_with)), width="content")
        st.space("stretch")
        st.button(
            _("Unpin") if row.is_pinned else _("Pin"),
            key=_key(row, "pin"),
            type="tertiary",
            icon=":material/keep_off:" if row.is_pinned else ":material/keep:",
            on_click=_act,
            args=(saved_views.pin_view,),
            kwargs={"actor": actor, "view_id": row.id, "is_pinned": not row.is_pinned},
        )


def _change(actor: Actor, row: ViewRow) -> None:
    of = {"actor": actor, "view_id": row.id, "seen_version": row.version}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            _("Name of the view"),
            value=row.name,
            key=_key(row, "name"),
            max_chars=saved_views.NAME_LIMIT,
        )
        st.button(
            _("Rename"),
            key=_key(row, "rename"),
            disabled=name.strip() == row.name,
            on_click=lambda: _act(
                saved_views.rename_view, name=st.session_state[_key(row, "name")], **of
            ),
        )
    scopes = list(saved_views.shareable_with(actor=actor))
    if row.shared_with not in scopes:
        scopes.append(row.shared_with)
    if len(scopes) > 1:
        st.session_state[_key(row, "share")] = row.shared_with
        st.segmented_control(
            _("Shown to"),
            scopes,
            key=_key(row, "share"),
            required=True,
            format_func=without_icon(shared_with),
            on_change=lambda: _act(
                saved_views.share_view,
                shared_with=Scope(st.session_state[_key(row, "share")]),
                **of,
            ),
        )
    gone = _("It leaves everybody it is shared with, too.")
    st.button(
        _("Delete the view"),
        key=_key(row, "delete"),
        icon=":material/delete:",
        help=gone if row.shared_with is not Scope.OWN else None,
        on_click=lambda: _act(saved_views.delete_view, **of),
    )


def _act(operation: Callable[..., None], **given: object) -> None:
    save(operation, at=now(), **given)
    _kept_views.clear()


def _key(row: ViewRow, what: str) -> str:
    return f"views.{what}-{row.id}"
