"""Words about what the bell tells."""

from enum import StrEnum


class NotificationKind(StrEnum):
    """``chapter.fact``: what happened; ``words.notifications`` says it in a sentence.

    A chapter that has news adds its member here and its sentence with ``notifications.says``.
    """

    IMPORT_CHECKED = "import.checked"
    IMPORT_APPLIED = "import.applied"
    IMPORT_FAILED = "import.failed"
    CASES_GIVEN = "renewals.given"
    NOTICES_DUE = "renewals.notices_due"
    ANSWERS_DUE = "renewals.answers_due"
    CASES_UNTOUCHED = "renewals.untouched"
    EXPORT_READY = "export.ready"
    EXPORT_FAILED = "export.failed"
    APPROVAL_ASKED = "approval.asked"
    APPROVAL_DECIDED = "approval.decided"
    APPROVAL_REMINDER = "approval.reminder"
    APPROVAL_EXPIRED = "approval.expired"
    PLAN_RISK = "plan.risk"
    REFERRAL_ASKED = "referral.asked"
    REFERRAL_ANSWERED = "referral.answered"
    VOICES_HEARD = "renewals.voices_heard"
    WIN_BACK_GIVEN = "renewals.win_back_given"


URGENT: frozenset[NotificationKind] = frozenset()
"""Told at once, also in somebody's quiet hours."""
