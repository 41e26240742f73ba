"""Clients that may be one: the list, and the two side by side."""

from ui.screens.duplicates.screen import draw

__all__ = ["draw"]
