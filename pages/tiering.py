"""Client tiers 客户分级: where clients stand, how they moved, who could rise, what is missing."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.tiering import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.TIER_READ)
frame(
    _("Client tiers"),
    _(
        "Where clients stand by value, risk and stars, who moved, and who could rise."
        " For our own use: stars are never told to a client."
    ),
)
screen()
