"""People 人员: staff, branches and teams, leave; sign-ins, passwords and departures."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.people import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.STAFF_READ)
frame(
    _("Staff"),
    _("Who works here, in which roles and teams, and who is away; a row opens the person."),
)
screen(actor)
