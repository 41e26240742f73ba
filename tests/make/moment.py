"""The moment all tests live in."""

from datetime import UTC, date, datetime

ON = date(2026, 11, 20)
"""The business day of the tests, a Friday and a working day."""
AT = datetime(2026, 11, 20, 1, 12, tzinfo=UTC)
"""09:12 of that day in Shanghai."""
