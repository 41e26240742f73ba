"""The analysis of renewals: which week breaks us, where cases stop, what is renewed, who pays on.

One question at a time (``part`` in the address); its bars filter the list of cases below.
"""

from ui.screens.renewals.analysis.screen import draw

__all__ = ["draw"]
