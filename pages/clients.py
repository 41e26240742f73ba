"""Clients 客户: find, filter, open a file."""

import streamlit as st

from services.permissions import Permission
from ui.components import frame
from ui.screens import duplicates
from ui.screens.clients import listing
from ui.screens.duplicates.places import is_asked
from ui.session import signed_in
from words import _

actor = signed_in(Permission.CLIENT_READ)
if is_asked(actor):
    frame(
        _("Possible duplicates"),
        _("Files that may be one client, the likeliest first; decide, or merge the two."),
    )
    duplicates.draw(actor)
    st.stop()
frame(
    _("Clients"),
    _("Find a client, or narrow the list to those who need something; a row opens the file."),
)
listing.draw(actor)
