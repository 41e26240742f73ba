"""From when a client is to be contacted, as a condition of a statement."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_

from db.models import Renewal
from services.renewals.rules import Windows
from terms.renewals import RenewalKind


def is_to_be_contacted(windows: Windows, before: date) -> ColumnElement[bool]:
    """The condition on ``renewal`` that leaves cases whose time to be contacted began before
    ``before``: a new term's with the contact window, an instalment's with its first reminder."""
    return or_(
        *(
            and_(
                Renewal.kind == kind,
                Renewal.due_on < before + timedelta(days=windows.first_contact(kind)),
            )
            for kind in RenewalKind
        )
    )
