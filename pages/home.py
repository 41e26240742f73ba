"""The address ``/``: sends everybody to the screen of their role."""

from services.permissions import Permission
from ui import navigation
from ui.components import frame
from ui.session import signed_in, switch_to
from ui.waiting import waiting
from words import _

actor = signed_in(Permission.DAY_READ)
landing = "first_steps" if waiting(actor).get("first_steps") else navigation.landing_of(actor)
if landing:
    switch_to(landing)
frame(_("Evergreen"), _("No screen is open to your role yet."))
