"""The views of ``/people``: the staff, one person (``id``), branches and teams, leave."""

from ui.screens.people.screen import screen

__all__ = ["screen"]
