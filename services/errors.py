"""What the business refuses, as facts: a code and data. ``words.errors`` says it in sentences."""

from typing import ClassVar


class BusinessError(Exception):
    """The rules do not allow this; the user is told why in one sentence.

    Subclasses stand beside the operation that raises them, are named for the fact and set
    ``code``; what a sentence needs is given as keyword data.
    """

    code: ClassVar[str] = "business"

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(f"{self.code} {data}" if data else self.code)


class NotPermitted(BusinessError):
    """The actor's roles do not allow this act."""

    code = "not_permitted"


class NotFound(BusinessError):
    """There is no such record, or the actor may not know of it."""

    code = "not_found"


class ChangedMeanwhile(BusinessError):
    """Somebody saved the record after the version the actor saw.

    Data: ``who``, ``at``, and ``fields`` that differ, when known.
    """

    code = "changed_meanwhile"
