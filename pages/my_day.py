"""My day 我的一天: all that is due from me, from every part of the system, in one list."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.my_day import day
from ui.session import signed_in
from words import _

actor = signed_in(Permission.DAY_READ)
frame(
    _("My day"),
    _("All that is due from me, in the order of its time. Pick a row to go to it."),
)
day()
