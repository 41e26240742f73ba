"""Keeping, naming, sharing, pinning and deleting views."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.models import SavedView, SavedViewPin, Staff
from services import audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.saved_views.queries import shareable_with, visible_views
from services.saved_views.rules import (
    MOST_PINNED,
    MOST_VIEWS,
    PERMISSIONS,
    SEARCH,
    kept,
    plain_name,
)
from terms.people import Scope
from terms.saved_views import ViewPage


class ViewNameMissing(BusinessError):
    """A view needs a name."""

    code: ClassVar[str] = "view_name_missing"


class ViewNameTaken(BusinessError):
    """The actor has a view of this name on the screen. Data: ``name``."""

    code: ClassVar[str] = "view_name_taken"


class ViewSaysNothing(BusinessError):
    """No filter is set: there is nothing to keep."""

    code: ClassVar[str] = "view_says_nothing"


class ViewsFull(BusinessError):
    """There are as many as there may be. Data: ``limit``."""

    code: ClassVar[str] = "views_full"


class ViewNotYours(BusinessError):
    """Only whoever made a view changes it. Data: ``owner``."""

    code: ClassVar[str] = "view_not_yours"


class ViewSearches(BusinessError):
    """The view searches for a text, which may name a client: it is not shared."""

    code: ClassVar[str] = "view_searches"


def save_view(
    session: Session,
    *,
    actor: Actor,
    page: ViewPage,
    name: str,
    parameters: Mapping[str, str],
    at: datetime,
    replace: bool = False,
) -> int:
    """Keep the filters of an address under a name, for the actor alone.

    Args:
        parameters: the address's; what is no filter of ``page`` is left out.
        replace: put them in the place of the actor's view of that name, if there is one.

    Returns:
        The view's id.

    Raises:
        NotPermitted: the screen is not the actor's to open.
        ViewNameMissing, ViewSaysNothing: there is no name, or no filter.
        ViewNameTaken: the actor has a view of this name, and ``replace`` is not asked for.
        ViewSearches: it would replace a shared view by one that searches for a text.
        ViewsFull: the actor has as many views there as anybody may.

    Audit: ``saved_view:save`` with the name and the names of the filters, never their values.
    """
    actor.require(PERMISSIONS[page])
    name, filters = _named(name), kept(page, parameters)
    if not filters:
        raise ViewSaysNothing()
    view: SavedView | None = session.scalar(_mine(actor, page).where(SavedView.name == name))
    if view is None:
        _refuse_more(session, _mine(actor, page), MOST_VIEWS)
        view = SavedView(
            owner_id=actor.own_id,
            page=page,
            name=name,
            filters=filters,
            shared_with=Scope.OWN,
            created_at=at,
            updated_at=at,
        )
        session.add(view)
    elif not replace:
        raise ViewNameTaken(name=name)
    else:
        if view.shared_with is not Scope.OWN and SEARCH in filters:
            raise ViewSearches()
        view.filters, view.updated_at = filters, at
    session.flush()
    _record(session, actor, "save", view, at, name=name, filters=sorted(filters))
    return view.id


def rename_view(
    session: Session, *, actor: Actor, view_id: int, name: str, at: datetime, seen_version: int
) -> None:
    """Give one of the actor's views another name.

    Raises:
        NotFound, ViewNotYours, ChangedMeanwhile: as for every change of a view.
        ViewNameMissing, ViewNameTaken: there is no name, or the actor has a view of that name.

    Audit: ``saved_view:rename`` with the name before and after.
    """
    view = _own(session, actor, view_id, seen_version)
    before, name = view.name, _named(name)
    if name != before:
        taken = _mine(actor, view.page).where(SavedView.name == name)
        if session.scalar(taken) is not None:
            raise ViewNameTaken(name=name)
        view.name, view.updated_at = name, at
    session.flush()
    _record(session, actor, "rename", view, at, before=before, after=name)


def share_view(
    session: Session,
    *,
    actor: Actor,
    view_id: int,
    shared_with: Scope,
    at: datetime,
    seen_version: int,
) -> None:
    """Show one of the actor's views to their team, their branch and those beneath it, or all; or,
    with ``own``, to nobody else any more: then it also leaves whoever had pinned it.

    Raises:
        NotFound, ViewNotYours, ChangedMeanwhile: as for every change of a view.
        NotPermitted: the actor does not see that far themselves.
        ViewSearches: the view searches for a text, which may name a client.

    Audit: ``saved_view:share`` with whom before and after.
    """
    view = _own(session, actor, view_id, seen_version)
    if shared_with not in shareable_with(actor=actor):
        raise NotPermitted(permission="saved_view:share")
    if shared_with is not Scope.OWN and SEARCH in view.filters:
        raise ViewSearches()
    before = view.shared_with
    branch_id = session.scalar(select(Staff.branch_id).where(Staff.id == actor.own_id))
    view.shared_with, view.updated_at = shared_with, at
    view.team_id = actor.team_id if shared_with is Scope.TEAM else None
    view.branch_id = branch_id if shared_with is Scope.BRANCH else None
    session.flush()
    if shared_with is Scope.OWN:
        session.execute(
            delete(SavedViewPin).where(
                SavedViewPin.view_id == view.id, SavedViewPin.staff_id != actor.own_id
            )
        )
    _record(session, actor, "share", view, at, before=before.value, after=shared_with.value)


def pin_view(
    session: Session, *, actor: Actor, view_id: int, is_pinned: bool, at: datetime
) -> None:
    """Have a view stand above the actor's list, or no more; one's own or a shared one.

    Raises:
        NotFound: there is no such view, or it is not shared with the actor.
        ViewsFull: as many stand there as fit.

    Audit: ``saved_view:pin`` with whether it stands there.
    """
    view = _seen(session, actor, view_id)
    session.execute(
        delete(SavedViewPin).where(
            SavedViewPin.view_id == view.id, SavedViewPin.staff_id == actor.own_id
        )
    )
    if is_pinned:
        others = (
            select(SavedViewPin.view_id)
            .join(SavedView, SavedView.id == SavedViewPin.view_id)
            .where(SavedViewPin.staff_id == actor.own_id, SavedView.page == view.page)
            .where(visible_views(actor))
        )
        _refuse_more(session, others, MOST_PINNED)
        session.add(SavedViewPin(staff_id=actor.own_id, view_id=view.id))
    session.flush()
    _record(session, actor, "pin", view, at, is_pinned=is_pinned)


def delete_view(
    session: Session, *, actor: Actor, view_id: int, at: datetime, seen_version: int
) -> None:
    """Forget one of the actor's views; whoever had pinned it finds it gone.

    Raises:
        NotFound, ViewNotYours, ChangedMeanwhile: as for every change of a view.

    Audit: ``saved_view:delete`` with the name.
    """
    view = _own(session, actor, view_id, seen_version)
    _record(session, actor, "delete", view, at, name=view.name)
    session.execute(delete(SavedViewPin).where(SavedViewPin.view_id == view.id))
    session.delete(view)
    session.flush()


def _named(name: str) -> str:
    named = plain_name(name)
    if not named:
        raise ViewNameMissing()
    return named


def _mine(actor: Actor, page: ViewPage) -> Any:
    return select(SavedView).where(SavedView.owner_id == actor.own_id, SavedView.page == page)


def _refuse_more(session: Session, chosen: Any, limit: int) -> None:
    if (session.scalar(select(func.count()).select_from(chosen.subquery())) or 0) >= limit:
        raise ViewsFull(limit=limit)


def _seen(session: Session, actor: Actor, view_id: int) -> SavedView:
    view = session.scalar(select(SavedView).where(SavedView.id == view_id, visible_views(actor)))
    if view is None or not actor.may(PERMISSIONS[view.page]):
        raise NotFound(kind="saved_view")
    return view


def _own(session: Session, actor: Actor, view_id: int, seen_version: int) -> SavedView:
    view = _seen(session, actor, view_id)
    if view.owner_id != actor.own_id:
        owner = session.scalar(select(Staff.name).where(Staff.id == view.owner_id))
        raise ViewNotYours(owner=owner)
    if view.version != seen_version:
        raise ChangedMeanwhile(at=view.updated_at)
    return view


def _record(
    session: Session, actor: Actor, verb: str, view: SavedView, at: datetime, **detail: object
) -> None:
    audit.record(
        session,
        actor=actor,
        event=f"saved_view:{verb}",
        subject="saved_view",
        subject_id=view.id,
        at=at,
        detail={"page": view.page.value, **detail},
    )
