"""The draft and its last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tpp.model.consent import DUBAI, ConsentDraft, end_of_day, may_be_asked
from tpp.model.permission import FOR_THE_PRODUCT

pytestmark = pytest.mark.days


@pytest.mark.parametrize(
    ("now", "days", "last"),
    [
        ("2026-11-22T10:00:00", 30, "2026-12-22"),
        ("2026-11-22T19:59:59", 1, "2026-11-23"),
        ("2026-11-22T20:00:00", 1, "2026-11-24"),
        ("2027-03-01T00:00:00", 364, "2028-02-28"),
        ("2026-11-22T10:00:00", 5000, "2027-11-21"),
    ],
)
def test_a_draft_ends_at_the_end_of_a_dubai_day_within_a_year(now: str, days: int, last: str) -> None:
    """CX-16, CX-25: the Dubai day, and strictly less than a year ahead, leap years included."""
    begin = datetime.fromisoformat(now).replace(tzinfo=UTC)
    end = end_of_day(begin, days)

    assert end.tzinfo is UTC
    assert end.astimezone(DUBAI).isoformat() == f"{last}T23:59:59+04:00"
    assert timedelta(0) < end - begin < timedelta(days=365)


def test_a_draft_survives_its_way_through_json() -> None:
    draft = ConsentDraft(("ReadBalances",), datetime(2026, 12, 22, 19, 59, 59, tzinfo=UTC), "A", "B", "C", bank_id="D")

    assert ConsentDraft.from_json(draft.to_json()) == draft


NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = ConsentDraft(
    FOR_THE_PRODUCT, end_of_day(NOW, 30), "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer"
)


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, True),
        ({"permissions": ("ReadAccountsBasic",)}, True),
        ({"permissions": ("ReadAccountsBasic", "ReadBalances")}, True),
        ({"permissions": ("ReadBalances",)}, False),
        ({"permissions": ("ReadAccountsBasic", "ReadAccountsBasic")}, False),
        ({"permissions": ("ReadAccountsBasic", "ReadEverything")}, False),
        ({"permissions": (*FOR_THE_PRODUCT, "ReadProduct")}, False),
        ({"permissions": ()}, False),
        ({"until": end_of_day(NOW, 1)}, True),
        ({"until": end_of_day(NOW, 364)}, True),
        ({"until": end_of_day(NOW, 364) + timedelta(seconds=1)}, False),
        ({"until": NOW}, False),
        ({"until": NOW - timedelta(days=1)}, False),
        ({"tpp_name": "Another"}, False),
        ({"bank_name": "Another"}, False),
        ({"bank_id": "another"}, False),
        ({"purpose": "Another"}, False),
        ({"version": "1999-01"}, False),
    ],
    ids=str,
)
def test_a_draft_may_ask_for_less_and_end_on_another_day_and_nothing_else(change: dict[str, Any], may: bool) -> None:
    """CX-24 to CX-26."""
    assert may_be_asked(replace(TODAY, **change), TODAY, NOW) is may
