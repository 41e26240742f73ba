"""Clients 客户: find, filter, open a file."""

from services.permissions import Permission
from ui.components import frame
from ui.screens.clients import listing
from ui.session import signed_in
from words import _

actor = signed_in(Permission.CLIENT_READ)
frame(
    _("Clients"),
    _("Find a client, or narrow the list to those who need something; a row opens the file."),
    _(
        "Search by the beginning of a name, pinyin initials (every reading), any two characters"
        " of a group's name, client or policy number, a whole phone or its last four digits, or a"
        " whole ID number. ◆ marks an expiry within 15 days. Arrows move in the list, Shift+Space"
        " opens a file."
    ),
)
listing.draw(actor)
