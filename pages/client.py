"""Client file 客户档案: one client, addressed by the business number."""

from services.permissions import Permission
from ui.screens.client import screen
from ui.session import signed_in

actor = signed_in(Permission.CLIENT_READ)
screen.draw(actor)
