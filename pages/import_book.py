"""Import 导入: a file of staff, clients, policies or a whole book comes in, step by step."""

from services.permissions import Permission
from ui.components.frame import frame
from ui.screens.import_book import screen
from ui.session import signed_in
from words import _

actor = signed_in(Permission.IMPORT_RUN)
frame(
    _("Import"),
    _("Bring in a file: see what it would do first, then take it over all at once."),
)
screen(actor)
