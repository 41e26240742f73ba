"""What more than one screen draws; the list of our own components v2 is closed."""

from ui.components.frame import frame

__all__ = ["frame"]
