"""The views of ``/tiering``: where clients stand, how they moved, who is near a limit, what is
not known."""

from ui.screens.tiering.screen import screen

__all__ = ["screen"]
