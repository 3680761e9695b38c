"""Days as a reader in Dubai counts them."""

from __future__ import annotations

from datetime import date, datetime, time

from tpp.model.consent import DUBAI


def day_of(moment: datetime) -> date:
    """Return the Dubai day of an aware moment; at the very ends of the calendar, its own day."""
    try:
        return moment.astimezone(DUBAI).date()
    except OverflowError:
        return moment.date()


def noon(day: date) -> datetime:
    """Return the noon of a Dubai day, to be printed as that day."""
    return datetime.combine(day, time(12), DUBAI)
