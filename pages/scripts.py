"""Scripts 话术: what is said to clients, prepared together and approved by a second person."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.scripts import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.SCRIPT_READ)
frame(
    _("Scripts"),
    _("What is said to clients, by stage, objection and line. A text is used once it is approved."),
)
screen()
