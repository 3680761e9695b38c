"""Regular payments for tests: short to write, and any mixture of what a bank may leave out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from tests.clock import START
from tests.routes import ROUTE
from tpp.model.account import Account, AccountIdentifier, Balance
from tpp.model.banking.beneficiary import Address, Agent, Counterparty
from tpp.model.banking.schedule import DirectDebit, Payment, ScheduledPayment, StandingOrder
from tpp.model.consent import ConsentDraft
from tpp.model.figures import AccountFigures, Found
from tpp.model.grant import Grant
from tpp.model.money import Money
from tpp.model.resource import Parsed
from tpp.pages.tabs.coming import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

UNTIL = START + timedelta(days=30)
DRAFT = ConsentDraft((), UNTIL, "Mizan", "Model Bank", "A", bank_id="i")
GRANT = Grant("c", "i", UNTIL, START, DRAFT, None, route=ROUTE)


def aed(amount: str, currency: str = "AED") -> Money:
    """Return an amount, of dirhams unless told otherwise."""
    return Money(Decimal(amount), currency)


def found(items: Iterable[T] = (), **more: Any) -> Found[T]:
    """Return what was read just now; `error` alone: that nothing came; `unreadable` and `next` as in `Parsed`."""
    parsed = Parsed(tuple(items), more.pop("unreadable", ()), more.pop("next", None))
    return Found(GRANT, parsed, more.pop("at", START), **more)


def failed(error: str, **more: Any) -> Found[Any]:
    """Return that nothing came."""
    return Found(GRANT, error=error, **more)


def sources(
    debits: Iterable[DirectDebit] = (), orders: Iterable[StandingOrder] = (), plans: Iterable[ScheduledPayment] = ()
) -> Sources:
    """Return what was read of all three kinds."""
    return Sources(found(debits), found(orders), found(plans))


def holding(amount: str = "1000", kind: str = "InterimAvailable", **more: Any) -> AccountFigures:
    """Return a current account with one balance."""
    balance = Balance(kind, aed(amount, more.pop("currency", "AED")), more.pop("at", START), more.pop("lines", ()))
    account = Account("a", currency=balance.money.currency, sub_type=more.pop("sub_type", "CurrentAccount"))
    return AccountFigures(account, (balance,), at=START, **more)


def at(days: float) -> datetime:
    """Return the moment so many days from the start."""
    return START + timedelta(days=days)


def plan(days: float, amount: str | None = "100", kind: str | None = "Execution", **more: Any) -> ScheduledPayment:
    """Return a payment planned in so many days."""
    return ScheduledPayment(kind=kind, at=at(days), money=aed(amount) if amount else None, **more)


def order(frequency: str, days: float, amount: str | None = "100", **more: Any) -> StandingOrder:
    """Return an active standing order whose next payment is in so many days."""
    named = Payment(at(days), aed(amount) if amount else None)
    return StandingOrder(**{"status": "Active", "frequency": frequency, "next": named, **more})


def debit(frequency: str = "Monthly", days: float = -20, amount: str | None = "50", **more: Any) -> DirectDebit:
    """Return an active direct debit that was last collected so many days from now."""
    last = Payment(at(days), aed(amount) if amount else None)
    return DirectDebit(**{"status": "Active", "name": "Telecom", "frequency": frequency, "previous": last, **more})


TEXTS = st.none() | st.text(max_size=20) | st.sampled_from(["", "سوق", "=1+1", "<b>", "\u202e%(x)s", "x" * 200])
CURRENCIES = st.sampled_from(["AED", "AED", "AED", "USD", "BHD", "ZZZ"])
MONEY = st.none() | st.builds(Money, st.decimals(0, 9_999_999_999_999, places=5), CURRENCIES)
MOMENTS = st.none() | st.sampled_from(
    [
        *(START + timedelta(hours=7 * each) for each in range(-60, 120)),
        *(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ]
)
FREQUENCIES = st.none() | st.sampled_from(
    [
        *("Daily", "Weekly", "Monthly", "NotKnown", "EveryDay", "EveryWorkingDay", "IntervalDay:3", "IntervalDay:99"),
        *("IntervalWeekDay:1:5", "IntervalMonthDay:1:31", "IntervalMonthDay:1:-1", "QuarterDay:RECEIVED", "", "x"),
    ]
)
STATUSES = st.sampled_from(["Active", "Active", "Active", "Inactive", "Odd", "", None])
PAYMENTS = st.none() | st.builds(Payment, MOMENTS, MONEY)
IBAN = AccountIdentifier("IBAN", "AE070331234567890123456")
NUMBERS = st.sampled_from([(), (IBAN, AccountIdentifier("", "1")), (AccountIdentifier("X", ""),)])
AGENTS = st.none() | st.builds(Agent, TEXTS, TEXTS, TEXTS, st.none() | st.just(Address(("Road",), "AE")))
PAYEES = st.none() | st.builds(Counterparty, TEXTS, TEXTS, NUMBERS, AGENTS)
DEBITS = st.builds(DirectDebit, TEXTS, TEXTS, STATUSES, TEXTS, FREQUENCIES, PAYMENTS)
ORDERS = st.builds(
    StandingOrder,
    *(TEXTS, STATUSES, TEXTS, FREQUENCIES, PAYMENTS, PAYMENTS, PAYMENTS, PAYMENTS, TEXTS, TEXTS, TEXTS, PAYEES),
)
PLANS = st.builds(
    ScheduledPayment,
    TEXTS,
    st.sampled_from(["Execution", "Arrival", "Odd", None]),
    MOMENTS,
    MONEY,
    PAYEES,
    TEXTS,
    TEXTS,
)
REASONS = st.sampled_from(["timeout", "refused", "not-shared", "rate-limited", "consent-revoked", "unheard"])


def any_found(items: st.SearchStrategy[T]) -> st.SearchStrategy[Found[T] | None]:
    """Return what may be known of a resource: nothing, a failure, something older, or something new."""
    parsed = st.builds(Parsed, st.lists(items, max_size=4).map(tuple), st.sampled_from([(), ("/Data",)]), TEXTS)
    new = st.builds(Found, st.just(GRANT), parsed, st.just(START))
    older = st.builds(Found, st.just(GRANT), parsed, st.just(at(-0.01)), REASONS)
    return st.none() | st.builds(failed, REASONS) | new | older
