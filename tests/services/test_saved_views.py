"""Saved views: whose they are, who sees them, what stays private."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, SavedView, SavedViewPin
from services import saved_views
from services.actor import Actor
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from services.saved_views import ViewRow
from terms.people import Role, Scope
from terms.saved_views import ViewPage
from tests.make import AT, make_actor, make_branch, make_team

DUE = {"expires": "30", "line": "motor"}


def saved(session: Session, actor: Actor, name: str = "车险快到期", **but: Any) -> ViewRow:
    page = but.pop("page", ViewPage.CLIENTS)
    given = {"parameters": DUE, "at": AT, **but}
    view_id = saved_views.save_view(session, actor=actor, page=page, name=name, **given)
    return next(row for row in listed(session, actor, page) if row.id == view_id)


def listed(
    session: Session, actor: Actor, page: ViewPage = ViewPage.CLIENTS
) -> tuple[ViewRow, ...]:
    return saved_views.views_of(session, actor=actor, page=page)


def names(session: Session, actor: Actor) -> list[str]:
    return [row.name for row in listed(session, actor)]


def shared(session: Session, actor: Actor, scope: Scope, **but: Any) -> ViewRow:
    view = saved(session, actor, **but)
    saved_views.share_view(
        session,
        actor=actor,
        view_id=view.id,
        shared_with=scope,
        at=AT,
        seen_version=view.version,
    )
    return next(row for row in listed(session, actor) if row.id == view.id)


def audited(session: Session, event: str) -> dict[str, Any]:
    session.flush()
    return (
        session.scalars(
            select(AuditEntry.detail)
            .where(AuditEntry.event == event)
            .order_by(AuditEntry.id.desc())
        ).first()
        or {}
    )


def test_a_view_keeps_the_filters_of_the_address_and_nothing_else(session: Session) -> None:
    actor = make_actor(session)
    view = saved(session, actor, parameters={**DUE, "after": "C0000009", "evil": "1", "q": " "})
    assert dict(view.filters) == DUE
    assert (view.is_mine, view.is_pinned, view.shared_with) == (True, False, Scope.OWN)
    assert audited(session, "saved_view:save")["filters"] == ["expires", "line"]


def test_an_address_without_a_filter_is_no_view(session: Session) -> None:
    actor = make_actor(session)
    with pytest.raises(saved_views.ViewSaysNothing):
        saved(session, actor, parameters={"after": "C0000009"})


@pytest.mark.parametrize("name", ["", "  ", "\x00\x07"])
def test_a_view_needs_a_name(session: Session, name: str) -> None:
    with pytest.raises(saved_views.ViewNameMissing):
        saved(session, make_actor(session), name=name)


def test_a_name_of_mine_is_not_taken_twice_unless_i_replace_it(session: Session) -> None:
    actor = make_actor(session)
    first = saved(session, actor)
    with pytest.raises(saved_views.ViewNameTaken):
        saved(session, actor, parameters={"stage": "formal"})
    again = saved(session, actor, parameters={"stage": "formal"}, replace=True)
    assert again.id == first.id
    assert dict(again.filters) == {"stage": "formal"}
    other_page = saved(session, actor, page=ViewPage.RENEWALS, parameters={"view": "team"})
    assert other_page.id != first.id


def test_what_was_searched_for_is_encrypted_and_never_shared(session: Session) -> None:
    lead = make_actor(session, Role.TEAM_LEAD)
    view = saved(session, lead, parameters={"q": "13812346721"})
    stored = session.execute(select(func.max(SavedView.filters))).scalar_one()
    assert stored == {"q": "13812346721"}
    raw = session.connection().exec_driver_sql("SELECT filters FROM saved_view").scalar_one()
    assert b"13812346721" not in bytes(raw)
    assert "13812346721" not in str(audited(session, "saved_view:save"))
    with pytest.raises(saved_views.ViewSearches):
        saved_views.share_view(
            session,
            actor=lead,
            view_id=view.id,
            shared_with=Scope.TEAM,
            at=AT,
            seen_version=view.version,
        )


def test_a_shared_view_is_not_replaced_by_a_search(session: Session) -> None:
    lead = make_actor(session, Role.TEAM_LEAD)
    shared(session, lead, Scope.TEAM)
    with pytest.raises(saved_views.ViewSearches):
        saved(session, lead, parameters={"q": "沈"}, replace=True)


def test_a_view_shows_to_those_it_is_shared_with_and_nobody_else(session: Session) -> None:
    top = make_branch(session)
    below = make_branch(session, parent_id=top.id)
    team, beside = make_team(session, branch=top), make_team(session, branch=below)
    elsewhere = make_team(session)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    manager = make_actor(session, Role.MANAGER, team=team)
    admin = make_actor(session, Role.ADMINISTRATOR, team=team)
    colleague, cousin, stranger = (make_actor(session, team=t) for t in (team, beside, elsewhere))
    shared(session, lead, Scope.TEAM, name="组")
    shared(session, manager, Scope.BRANCH, name="分公司")
    shared(session, admin, Scope.ALL, name="全公司")
    saved(session, admin, name="自己")
    assert names(session, colleague) == ["全公司", "分公司", "组"]
    assert names(session, cousin) == ["全公司", "分公司"]
    assert names(session, stranger) == ["全公司"]
    assert {row.is_mine for row in listed(session, colleague)} == {False}


def test_nobody_shares_further_than_they_see(session: Session) -> None:
    specialist, lead = make_actor(session), make_actor(session, Role.TEAM_LEAD)
    assert saved_views.shareable_with(actor=specialist) == (Scope.OWN,)
    assert saved_views.shareable_with(actor=lead) == (Scope.OWN, Scope.TEAM)
    for actor, scope in ((specialist, Scope.TEAM), (lead, Scope.BRANCH), (lead, Scope.ALL)):
        with pytest.raises(NotPermitted):
            shared(session, actor, scope, name=scope.value)


def test_two_people_may_give_one_name_and_are_told_apart(session: Session) -> None:
    team = make_team(session)
    mine, theirs = (make_actor(session, Role.TEAM_LEAD, team=team) for _ in range(2))
    shared(session, theirs, Scope.TEAM)
    assert [row.has_namesake for row in listed(session, mine)] == [False]
    saved(session, mine)
    rows = listed(session, mine)
    assert [(row.name, row.has_namesake) for row in rows] == [("车险快到期", True)] * 2
    assert [row.owner for row in rows] == [mine.name, theirs.name]


def test_only_the_owner_changes_a_view(session: Session) -> None:
    team = make_team(session)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    colleague, stranger = make_actor(session, team=team), make_actor(session)
    view = shared(session, lead, Scope.TEAM)
    change = {"view_id": view.id, "at": AT, "seen_version": view.version}
    for act in (
        lambda who: saved_views.rename_view(session, actor=who, name="别的", **change),
        lambda who: saved_views.delete_view(session, actor=who, **change),
        lambda who: saved_views.share_view(session, actor=who, shared_with=Scope.OWN, **change),
    ):
        with pytest.raises(saved_views.ViewNotYours):
            act(colleague)
        with pytest.raises(NotFound):
            act(stranger)


def test_a_view_is_renamed_unless_somebody_was_faster(session: Session) -> None:
    actor = make_actor(session)
    view = saved(session, actor)
    change = {"actor": actor, "view_id": view.id, "at": AT + timedelta(minutes=1)}
    saved_views.rename_view(session, name="到期", seen_version=view.version, **change)
    assert names(session, actor) == ["到期"]
    assert audited(session, "saved_view:rename") == {
        "page": "clients",
        "before": "车险快到期",
        "after": "到期",
    }
    with pytest.raises(ChangedMeanwhile):
        saved_views.rename_view(session, name="又改", seen_version=view.version, **change)
    saved(session, actor, name="另一个")
    version = next(row.version for row in listed(session, actor) if row.name == "到期")
    with pytest.raises(saved_views.ViewNameTaken):
        saved_views.rename_view(session, name="另一个", seen_version=version, **change)


def test_a_pin_is_each_persons_own_and_goes_with_the_sharing(session: Session) -> None:
    team = make_team(session)
    lead, colleague = make_actor(session, Role.TEAM_LEAD, team=team), make_actor(session, team=team)
    view = shared(session, lead, Scope.TEAM)
    for _ in range(2):
        saved_views.pin_view(session, actor=colleague, view_id=view.id, is_pinned=True, at=AT)
    assert [row.is_pinned for row in listed(session, colleague)] == [True]
    assert [row.is_pinned for row in listed(session, lead)] == [False]
    saved_views.share_view(
        session,
        actor=lead,
        view_id=view.id,
        shared_with=Scope.OWN,
        at=AT,
        seen_version=view.version,
    )
    assert listed(session, colleague) == ()
    assert session.scalars(select(SavedViewPin)).all() == []
    with pytest.raises(NotFound):
        saved_views.pin_view(session, actor=colleague, view_id=view.id, is_pinned=True, at=AT)


def test_no_more_are_pinned_than_fit_above_a_list(session: Session) -> None:
    actor = make_actor(session)
    views = [saved(session, actor, name=f"视图{n}") for n in range(saved_views.MOST_PINNED + 1)]
    for view in views[:-1]:
        saved_views.pin_view(session, actor=actor, view_id=view.id, is_pinned=True, at=AT)
    with pytest.raises(saved_views.ViewsFull):
        saved_views.pin_view(session, actor=actor, view_id=views[-1].id, is_pinned=True, at=AT)
    saved_views.pin_view(session, actor=actor, view_id=views[0].id, is_pinned=False, at=AT)
    saved_views.pin_view(session, actor=actor, view_id=views[-1].id, is_pinned=True, at=AT)


def test_there_is_an_end_to_keeping(session: Session) -> None:
    actor = make_actor(session)
    for number in range(saved_views.MOST_VIEWS):
        saved_views.save_view(
            session,
            actor=actor,
            page=ViewPage.CLIENTS,
            name=f"视图{number}",
            parameters=DUE,
            at=AT,
        )
    with pytest.raises(saved_views.ViewsFull):
        saved(session, actor, name="再一个")


def test_a_deleted_view_is_gone_for_everybody(session: Session) -> None:
    team = make_team(session)
    lead, colleague = make_actor(session, Role.TEAM_LEAD, team=team), make_actor(session, team=team)
    view = shared(session, lead, Scope.TEAM)
    saved_views.pin_view(session, actor=colleague, view_id=view.id, is_pinned=True, at=AT)
    saved_views.delete_view(session, actor=lead, view_id=view.id, at=AT, seen_version=view.version)
    assert listed(session, lead) == listed(session, colleague) == ()
    assert audited(session, "saved_view:delete") == {"page": "clients", "name": "车险快到期"}


def test_views_of_a_screen_open_to_whoever_may_open_the_screen(session: Session) -> None:
    hr = make_actor(session, Role.HR)
    with pytest.raises(NotPermitted):
        listed(session, hr)
    with pytest.raises(NotPermitted):
        saved(session, hr)
