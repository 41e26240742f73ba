"""Clients: who we serve."""
