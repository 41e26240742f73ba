"""Words about what changes on open screens."""

from enum import StrEnum


class Chapter(StrEnum):
    """A part of the business that screens show; ``db.changes`` says which tables are its."""

    APPROVALS = "approvals"
    CLIENTS = "clients"
    COMPLAINTS = "complaints"
    CONTACTS = "contacts"
    DOCUMENTS = "documents"
    DUPLICATES = "duplicates"
    INTAKE = "intake"
    NOTIFICATIONS = "notifications"
    PEOPLE = "people"
    PLANS = "plans"
    POLICIES = "policies"
    RENEWALS = "renewals"
    SCRIPTS = "scripts"
    RULES = "rules"
    TIERS = "tiers"
    UNDO = "undo"
