"""Role × operation: whoever lacks the permission is refused, whatever the rest of the call says.

Every public function of a chapter that takes an actor is called here by somebody whose roles allow
nothing. A new one is found by itself; what everybody may do for themselves stands in ``OWN``.
"""

import contextlib
import enum
import importlib
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from services.actor import Actor
from services.errors import BusinessError, NotPermitted
from services.permissions import Permission
from tests.house.sources import chapters
from tests.make import AT, ON, make_actor

OWN = frozenset(
    {
        "documents.note_refused",
        "documents.order_file",
        "documents.order_ticket",
        "documents.orders_of",
        "documents.redeem",
        "notifications.choose_quiet_hours",
        "notifications.mark_all_read",
        "notifications.mark_read",
        "notifications.notices",
        "notifications.quiet_hours",
        "notifications.unread_count",
        "people.change_password",
        "people.choose_locale",
        "renewals.open_count",
        "saved_views.delete_view",
        "saved_views.pin_view",
        "saved_views.rename_view",
        "saved_views.share_view",
    }
)
"""What is one's own, by its rows: nothing to permit, and nothing of anybody else to reach."""
BY_KIND = frozenset(
    {
        "documents.make_ticket",
        "documents.order_export",
        "measures.export_ticket",
        "measures.order_export",
        "measures.rows_of",
        "undo.batch",
        "undo.batches",
        "undo.begin",
        "undo.preview",
        "undo.undo",
    }
)
"""The kind of file, figure or act says which permission; tested with its kinds."""
BY_THE_WORKER = frozenset(
    {
        "approvals.refigure",
        "renewals.follow_leave",
        "renewals.refigure",
        "renewals.refigure_notices",
        "undo.forget_expired",
    }
)
"""Called by the worker and by operations that have permitted already; on no screen."""
ELSEWHERE = OWN | BY_KIND | BY_THE_WORKER


def doors() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of a chapter that asks who acts."""
    for chapter in chapters():
        package = importlib.import_module(f"services.{chapter}")
        for name in package.__all__:
            found = getattr(package, name)
            if not inspect.isfunction(found):
                continue
            names = list(inspect.signature(found).parameters)
            if names[:1] == ["session"] and "actor" in names:
                yield f"{chapter}.{name}", found


DOORS = dict(doors())


def given_for(kind: Any) -> Any:
    """Some value of the type; what it says does not matter to who may not ask."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in typing.get_args(kind) else given_for(typing.get_args(kind)[0])
    simple: dict[Any, Any] = {
        int: 1,
        str: "C0000001",
        bool: True,
        float: 1.0,
        bytes: b"x",
        date: ON,
        datetime: AT,
        Path: Path(),
    }
    if kind in simple:
        return simple[kind]
    if origin is tuple:
        return ()
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if isinstance(origin, type) and issubclass(origin, (Sequence, typing.Iterable)):  # type: ignore[arg-type]
        return ()
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{each.name: given_for(hints[each.name]) for each in fields(kind)})  # type: ignore[operator]
    return {}


def called(function: Callable[..., Any], session: Session, actor: Actor) -> Any:
    hints = typing.get_type_hints(function)
    given = {
        name: given_for(hints.get(name, str))
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in ("session", "actor") and parameter.default is parameter.empty
    }
    found = function(session, actor=actor, **given)
    return list(found) if inspect.isgenerator(found) else found


@pytest.mark.parametrize("door", sorted(set(DOORS) - ELSEWHERE))
def test_who_may_nothing_is_refused_at_every_door(session: Session, door: str) -> None:
    nobody = replace(make_actor(session), permissions=frozenset(), roles=())
    with pytest.raises(NotPermitted):
        called(DOORS[door], session, nobody)


OF_THE_SYSTEM = {"approvals.watch", "engagements.settle_stages", "plans.follow_risk"}
"""What the worker does, and nobody else."""


@pytest.mark.parametrize("door", sorted(set(DOORS) - ELSEWHERE - OF_THE_SYSTEM))
def test_who_may_everything_is_not_refused_for_the_role(session: Session, door: str) -> None:
    """What else is wrong with such a call is not this test's business."""
    everybody = replace(make_actor(session), permissions=frozenset(Permission))
    with contextlib.suppress(BusinessError, LookupError, TypeError, AttributeError, ValueError):
        try:
            called(DOORS[door], session, everybody)
        except NotPermitted as refused:
            pytest.fail(f"{door}: {refused}")


def test_what_is_left_to_others_is_there() -> None:
    assert set(DOORS) >= ELSEWHERE
