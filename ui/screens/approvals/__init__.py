"""What waits for me, what I asked for, what was decided; and one request with its decision."""

from ui.screens.approvals.screen import screen

__all__ = ["screen"]
