"""What more than one screen draws; the list of our own components v2 is closed."""

from ui.components.top import frame

__all__ = ["frame"]
