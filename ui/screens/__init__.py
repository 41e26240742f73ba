"""The views of pages that are more than one view."""
