"""Why the demo company may not move in, as a sentence."""

from services.demo_company import DatabaseNotEmpty
from words import N_
from words.errors import says

says(
    DatabaseNotEmpty,
    N_(
        "The demo company only moves into an empty database, and this one holds staff or clients "
        "already. Nothing was changed. Name another database in EVERGREEN_DATABASE_URL."
    ),
)
