"""My exports 我的导出: the long lists the worker made for me."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.exports import orders
from ui.session import signed_in
from words import _

actor = signed_in(Permission.DAY_READ)
frame(
    _("My exports"),
    _("Long lists are made in the background; each can be fetched for seven days."),
)
orders(actor)
