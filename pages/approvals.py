"""Approvals 审批: every decision that takes two people."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.approvals import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.APPROVAL_READ)
frame(
    _("Approvals"),
    _("What somebody asks for and a second person decides. Approving carries it out at once."),
)
screen()
