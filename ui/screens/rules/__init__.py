"""The rule book, one rule with its draft and history, and the working calendar."""

from ui.screens.rules.screen import screen

__all__ = ["screen"]
