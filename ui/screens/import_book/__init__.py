"""Import: the file, its columns, what it would do, taking it over, and earlier imports."""

from ui.screens.import_book.screen import screen

__all__ = ["screen"]
