"""Notifications: what the bell tells.

An operation that others wait for tells them in its own transaction: the kind of news, the numbers
of its sentence and the screen it opens; the words are made when it is read, in the reader's
language. Nobody is told of the same occasion twice, and nobody inside their quiet hours: it then
shows when those end. Read or not, it is forgotten after ninety days.
"""

from services.notifications.operations import (
    Opens,
    QuietHoursInvalid,
    choose_quiet_hours,
    forget_notifications,
    mark_all_read,
    mark_read,
    notify,
)
from services.notifications.queries import (
    Notice,
    notices,
    quiet_hours,
    unread_count,
    unread_counts,
)
from services.notifications.rules import Quiet, shows_at
from terms.notifications import URGENT, NotificationKind

__all__ = [
    "URGENT",
    "Notice",
    "NotificationKind",
    "Opens",
    "Quiet",
    "QuietHoursInvalid",
    "choose_quiet_hours",
    "forget_notifications",
    "mark_all_read",
    "mark_read",
    "notices",
    "notify",
    "quiet_hours",
    "shows_at",
    "unread_count",
    "unread_counts",
]
