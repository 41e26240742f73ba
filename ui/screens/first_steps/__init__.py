"""The view of ``/first-steps``: the guide that walks a new administrator to the first book."""

from ui.screens.first_steps.guide import draw as guide

__all__ = ["guide"]
