"""Renewal queue 续保队列: my queue, my team's load, the analysis."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.renewals import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.RENEWAL_READ)
frame(
    _("Renewal queue"),
    _("Which week is too full, where cases stop, and why clients say no. A bar opens its cases.")
    if not actor.may(Permission.RENEWAL_LEAD) and not actor.may(Permission.RENEWAL_WORK)
    else _(
        "Make the call that matters most: promises first, then by premium a contact can still save."
        " Saving opens the next row."
    ),
)
screen()
