"""My day: one list of all that is due from me."""

from ui.screens.my_day.day import day

__all__ = ["day"]
