"""The views of ``/audit``: acts and the access log."""

from ui.screens.audit.screen import screen

__all__ = ["screen"]
