"""Audit 审计: who did what, who saw what, and whether the trail is whole."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.audit import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.AUDIT_READ)
frame(
    _("Audit"),
    _("Who did what, before and after; who opened which file, and why."),
)
screen(actor)
