"""Reading saved views: one's own and those of others that are shared with one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from db.models import Branch, SavedView, SavedViewPin, Staff
from services.actor import Actor
from services.saved_views.rules import FILTERS, MOST_VIEWS, PERMISSIONS, scopes_up_to
from terms.people import Scope
from terms.saved_views import ViewPage

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One view somebody may pick."""

    id: int
    version: int
    name: str
    filters: tuple[tuple[str, str], ...]
    shared_with: Scope
    owner: str
    """The name of whoever made it."""
    is_mine: bool
    is_pinned: bool
    has_namesake: bool
    """Another view of this name stands in the same list: the owner's name tells them apart."""


def views_of(session: Session, *, actor: Actor, page: ViewPage) -> tuple[ViewRow, ...]:
    """What the actor may pick on ``page``: their own by name, then those shared with them.

    Raises:
        NotPermitted: the screen is not the actor's to open.
    """
    actor.require(PERMISSIONS[page])
    pinned = exists().where(
        SavedViewPin.view_id == SavedView.id, SavedViewPin.staff_id == actor.own_id
    )
    is_mine = SavedView.owner_id == actor.own_id
    found = session.execute(
        select(SavedView, Staff.name.label("owner"), pinned.label("is_pinned"))
        .join(Staff, Staff.id == SavedView.owner_id)
        .where(SavedView.page == page, visible_views(actor))
        .order_by(is_mine.desc(), SavedView.name, SavedView.id)
        .limit(MOST_SHOWN + MOST_VIEWS)
    ).all()
    names = [view.name for view, _, _ in found]
    return tuple(
        ViewRow(
            id=view.id,
            version=view.version,
            name=view.name,
            filters=tuple(
                (name, view.filters[name]) for name in FILTERS[page] if name in view.filters
            ),
            shared_with=view.shared_with,
            owner=owner,
            is_mine=view.owner_id == actor.staff_id,
            is_pinned=bool(is_pinned),
            has_namesake=names.count(view.name) > 1,
        )
        for view, owner, is_pinned in found
    )


def shareable_with(*, actor: Actor) -> tuple[Scope, ...]:
    """With whom the actor may share a view: nobody first, then up to what they see themselves."""
    return tuple(
        scope
        for scope in scopes_up_to(actor.scope)
        if scope is not Scope.TEAM or actor.team_id is not None
    )


def visible_views(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``saved_view`` that leaves what the actor may pick."""
    own_branch = select(Staff.branch_id).where(Staff.id == actor.own_id).scalar_subquery()
    up = select(Branch.id, Branch.parent_id).where(Branch.id == own_branch)
    chain: Any = up.cte("chain", recursive=True)
    chain = chain.union(select(Branch.id, Branch.parent_id).where(Branch.id == chain.c.parent_id))
    above = select(chain.c.id)
    return or_(
        SavedView.owner_id == actor.own_id,
        SavedView.shared_with == Scope.ALL,
        and_(SavedView.shared_with == Scope.TEAM, SavedView.team_id == actor.team_id),
        and_(SavedView.shared_with == Scope.BRANCH, SavedView.branch_id.in_(above)),
    )
