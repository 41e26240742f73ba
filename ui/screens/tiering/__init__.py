"""Views of the tiers."""
