"""The views of ``/plans``."""

from ui.screens.plans.screen import screen

__all__ = ["screen"]
