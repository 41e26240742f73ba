"""The view of ``/exports``."""

from ui.screens.exports.orders import draw as orders

__all__ = ["orders"]
