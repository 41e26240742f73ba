"""The actor: who acts, as every operation and query needs to know them."""

from dataclasses import dataclass

from services.errors import NotPermitted
from services.permissions import Permission
from terms.people import Locale, Role, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in member of staff, or the system itself (``staff_id`` None)."""

    staff_id: int | None
    username: str
    name: str
    roles: tuple[Role, ...]
    permissions: frozenset[Permission]
    scope: Scope
    team_id: int | None = None
    branch_ids: tuple[int, ...] = ()
    """The branches a branch scope covers: the actor's own and those beneath it."""
    registration_number: str | None = None
    locale: Locale = Locale.ZH
    must_change_password: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse the act unless the actor holds ``permission``.

        Raises:
            NotPermitted: the actor's roles do not give it.
        """
        if permission not in self.permissions:
            raise NotPermitted(permission=permission.value)

    @property
    def own_id(self) -> int:
        """The staff id of a person who acts; the system owns nothing."""
        if self.staff_id is None:
            raise NotPermitted(permission="person")
        return self.staff_id


SYSTEM = Actor(
    staff_id=None,
    username="system",
    name="system",
    roles=(),
    permissions=frozenset(Permission),
    scope=Scope.ALL,
)
"""The worker and the command line when no ``--as`` is given."""
