"""The library of scripts beside the script that is open."""

from ui.screens.scripts.screen import screen

__all__ = ["screen"]
