"""Service plans 服务计划: the ten working days, what plans have us do, how punctually."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.plans import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.PLAN_READ)
frame(
    _("Service plans"),
    _(
        "Who waits for team, file, star or plan after the engagement, what plans have us do, and"
        " how punctually it is done. Pick a row to go to the client."
    ),
)
screen()
