"""The renewals screen: my queue, the team's load, the analysis; all inside one fragment."""

from ui.screens.renewals.screen import screen

__all__ = ["screen"]
