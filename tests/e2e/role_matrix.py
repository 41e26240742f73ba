"""One cell of the matrix: an operation, driven through the running app as one account.

Who may do it does it, and the database shows it. Who may not is tried in three ways, after each of
which nothing has changed, words are on the screen and the access log has a line:

- the button is not there when they open the screen themselves;
- they send the messages of a colleague who may, each one, as their own;
- the screen was drawn for somebody who may, and their role was changed before the press.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.actor import Actor
from services.errors import NotFound, NotPermitted
from services.permissions import ROLE_PERMISSIONS
from terms.people import Role
from tests.e2e.operations import Operation, entries
from tests.e2e.serving import PASSWORD, Server
from tests.e2e.tab import Tab
from tests.e2e.ways import Target
from tests.e2e.world import World
from words import _, errors, in_locale


def refusing_words() -> frozenset[str]:
    """Every sentence that says no, as the demo accounts read it."""
    with in_locale("zh_CN"):
        return frozenset(
            {
                _("This screen is not open to your role"),
                _("What you pressed is not on this screen any more. Nothing was done."),
                _("Your roles were changed: the screens show what they allow now."),
                errors.sentence(NotPermitted()),
                errors.sentence(NotFound()),
            }
        )


@dataclass(slots=True)
class Matrix:
    """The running app with every demo account signed in over its form."""

    server: Server
    world: World
    accounts: dict[str, Role]
    _cookies: dict[str, str] = field(default_factory=dict)
    _tabs: list[Tab] = field(default_factory=list)

    def tab(self, username: str) -> Tab:
        """A new tab of the account's browser."""
        made = Tab(self.server.url, cookie=self._cookies.get(username, ""))
        if not made.cookie:
            self._cookies[username] = made.sign_in(username, PASSWORD)
        self._tabs.append(made)
        return made

    def close(self) -> None:
        """Close every tab."""
        while self._tabs:
            self._tabs.pop().close()

    def forget(self, username: str) -> None:
        """The account's sign-in has ended: the next tab signs in again."""
        self._cookies.pop(username, None)

    def may(self, operation: Operation, role: Role) -> bool:
        return operation.allows(role)

    def who_may(self, operation: Operation) -> list[str]:
        return [name for name, role in self.accounts.items() if self.may(operation, role)]

    def who_may_not(self, operation: Operation) -> list[str]:
        return [name for name in self.accounts if name not in self.who_may(operation)]

    # --- the cells ------------------------------------------------------------------------

    def does(self, operation: Operation, username: str) -> None:
        """The account may: the screen offers it, it works, and it is on record."""
        target, tab = self._reached(operation, username)
        before = self._entries(operation, target)
        operation.press(tab, target)
        assert not refusing_words() & set(tab.said), tab.said
        assert self._entries(operation, target) > before, f"no {operation.leaves}: {tab.said}"
        with self.world.database.reading() as session:
            assert operation.shows(session, target), tab.said

    def is_refused(self, operation: Operation, username: str) -> None:
        """The account may not, in any of the ways."""
        lender = self.who_may(operation)[0]
        target, lent = self._reached(operation, lender)
        role = self.accounts[username]
        if operation.also in ROLE_PERMISSIONS[role]:
            role = Role.HR
        self._withdrawn(operation, target, lent, role)
        own, actor = self.tab(username), self.world.actor(username)
        before = self.world.refusals_of(actor)
        own.open(operation.page, target.query)
        assert last_pressed(lent) not in {each.id for each in own.widgets.values()}
        if operation.is_common:
            return
        state = self.world.state()
        own.repeat(lent.sent)
        self._nothing_done(state, own.said)
        assert self.world.refusals_of(actor) > before, "not in the access log"

    def _withdrawn(self, operation: Operation, target: Target, lent: Tab, role: Role) -> None:
        """Between drawing and pressing the account's role became ``role``."""
        with self.world.as_role(target.actor, role):
            before = self.world.refusals_of(target.actor)
            state = self.world.state()
            operation.press(lent, target)
            self._nothing_done(state, lent.said)
            assert self.world.refusals_of(target.actor) > before, "not in the access log"

    def _nothing_done(self, state: dict[str, str], said: Iterable[str]) -> None:
        now = self.world.state()
        changed = [table for table in now if now[table] != state[table]]
        assert changed == [], f"changed {changed}; on screen: {said}"
        assert refusing_words() & set(said), f"no words: {said}"

    def _reached(self, operation: Operation, username: str) -> tuple[Target, Tab]:
        """The account's tab just before the last button."""
        actor: Actor = self.world.actor(username)
        target = operation.find(self.world, actor)
        tab = self.tab(username).open(operation.page, target.query)
        operation.reach(tab, target)
        return target, tab

    def _entries(self, operation: Operation, target: Target) -> int:
        with self.world.database.reading() as session:
            return entries(session, target, operation.leaves)


def last_pressed(tab: Tab) -> str:
    """The id of the widget the tab used last."""
    return str(tab.sent[-1].widget_states.widgets[-1].id)
