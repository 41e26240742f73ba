"""First steps 初始设置: from an empty database to the first book, for a new administrator."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.first_steps import guide
from ui.session import signed_in
from words import _

actor = signed_in(Permission.STAFF_MANAGE)
frame(
    _("First steps"),
    _("From an empty house to the first book: what is done, and what comes next."),
)
guide(actor)
