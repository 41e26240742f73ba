"""Words of saved views."""

from enum import StrEnum


class ViewPage(StrEnum):
    """A list screen whose filters can be kept under a name; the value is its address."""

    CLIENTS = "clients"
    RENEWALS = "renewals"
