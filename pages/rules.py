"""Rules 规则: what the business may change by itself, with its dates, sources and history."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.rules import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.RULE_READ)
frame(
    _("Rules"),
    _("Every number the house goes by. A change begins on its day, after a second person agreed."),
)
screen()
