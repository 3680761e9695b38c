"""Transactions as the standard has them, at two levels.

No specification lists the fields of the levels; the split is ours. Basic keeps what the schema requires, and
status, dates and amounts. Detail adds narrative, references, merchant, the other party with its account and
bank, the card, codes, flags, currency exchange and the running balance. `ReadTransactionsCredits` and
`ReadTransactionsDebits` narrow either level to money in or money out; alone they give Basic; both together
narrow nothing. Source: UAE Open Finance Standard v1.2, `AETransaction`.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sandbox.ground.amounts import amount, major_of
from sandbox.ground.instants import write_instant
from sandbox.ledger.settling import CHARGE, CHARGE_VAT
from sandbox.people.everyone import ACCOUNTS
from sandbox.people.holders import made_number

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sandbox.ledger.flows import Flow
    from sandbox.people.holders import Account
    from sandbox.people.story import Habit

CREDITS, DEBITS = "ReadTransactionsCredits", "ReadTransactionsDebits"
DETAIL = "ReadTransactionsDetail"
CARD_CODES = {"POS": ("CCRD", "POSD"), "ECommerce": ("CCRD", "OTHR"), "ATM": ("CCRD", "CWDL")}
HUNDREDTH = Decimal("0.01")
AGENTS = ("Sample Bank One", "Sample Bank Two", "Sample Bank Three")
OWN_AGENT = {"SchemeName": "Other", "Identification": "99900", "Name": "Model Bank"}
ABROAD = frozenset({"abroad", "from_abroad"})
RETURNED = "returned: insufficient funds"


def narrowed(flows: Sequence[Flow], permissions: Collection[str]) -> Sequence[Flow]:
    """Return the flows whose direction the permissions open."""
    credits_, debits = CREDITS in permissions, DEBITS in permissions
    if credits_ == debits:
        return flows
    return [flow for flow in flows if (flow.minor > 0) == credits_]


def transaction(flow: Flow, account: Account, *, detail: bool) -> dict[str, Any]:
    """Return a transaction object of `account`."""
    body = _common(flow, account)
    if not detail:
        return body
    return body | _particulars(flow, account) | _other_side(flow.habit, account)


def opened(flow: Flow, account: Account, permissions: Collection[str]) -> dict[str, Any]:
    """Return a transaction object at the level that the permissions open."""
    return transaction(flow, account, detail=DETAIL in permissions)


def party_account(habit: Habit) -> tuple[dict[str, str], dict[str, str]]:
    """Return the account and the bank of a habit's other side: this bank's, or invented ones, each time the same.

    Abroad the number is no IBAN, and the bank is known by a BIC (ISO 9362) of the country `XX`, which is nobody's.
    """
    if habit.pair:
        other = ACCOUNTS[habit.pair]
        return {"SchemeName": other.scheme, "Identification": other.identification}, OWN_AGENT
    number = crc32(habit.party.encode())
    place = number % len(AGENTS)
    if habit.kind in ABROAD:
        bank = {"SchemeName": "BICFI", "Identification": f"SMPLXX{place + 1}X", "Name": f"{AGENTS[place]} Abroad"}
        return {"SchemeName": "AccountNumber", "Identification": f"{number:012}"}, bank
    agent = {"SchemeName": "Other", "Identification": f"9990{place + 1}", "Name": AGENTS[place]}
    return {"SchemeName": "IBAN", "Identification": made_number(100 + number % 700)}, agent


def _common(flow: Flow, account: Account) -> dict[str, Any]:
    """Return the fields of Basic."""
    kind = flow.habit.named
    body: dict[str, Any] = {
        "TransactionId": flow.key,
        "TransactionDateTime": write_instant(flow.happened),
        "LocalTimeZone": "UTC+04:00",
        "BookingDateTime": write_instant(flow.booked),
        "CreditDebitIndicator": "Credit" if flow.minor > 0 else "Debit",
        "Status": flow.status,
        "TransactionMutability": "Mutable" if flow.status == "Pending" else "Immutable",
        "Amount": amount(major_of(flow.minor, account.currency), account.currency),
        "TransactionType": kind.type,
        "SubTransactionType": kind.sub_type,
        "PaymentModes": kind.mode,
    }
    if flow.status == "Booked":
        body["ValueDateTime"] = body["BookingDateTime"]
    if flow.habit.kind == "abroad":
        body["ChargeAmount"] = amount(major_of(CHARGE, account.currency), account.currency) | {"ChargeIncluded": False}
        body["ChargeAmountVat"] = amount(major_of(CHARGE_VAT, account.currency), account.currency)
    return body


def _particulars(flow: Flow, account: Account) -> dict[str, Any]:
    """Return what only Detail has: narrative, codes, flags, exchange and the running balance."""
    habit, kind = flow.habit, flow.habit.named
    family, sub_family = CARD_CODES.get(kind.type, ("RCDT" if flow.minor > 0 else "ICDT", "DMCT"))
    body: dict[str, Any] = {
        "TransactionInformation": _narrative(flow)[:500],
        "TransactionReference": f"REF{flow.key[:12].upper()}",
        "BankTransactionCode": {"DomainCode": "PMNT", "FamilyCode": family, "SubFamilyCode": sub_family},
    }
    if kind.flag:
        body["Flags"] = [kind.flag]
    if flow.after is not None:
        body["Balance"] = {
            "CreditDebitIndicator": "Debit" if flow.after < 0 else "Credit",
            "Type": "InterimBooked",
            "Amount": amount(major_of(flow.after, account.currency), account.currency),
        }
    if habit.foreign:
        body["CurrencyExchange"] = _exchange(flow, account)
    return body


def _narrative(flow: Flow) -> str:
    told = flow.habit.text or flow.habit.party
    return f"{told} {RETURNED}" if flow.status == "Rejected" else told


def _exchange(flow: Flow, account: Account) -> dict[str, Any]:
    """Return the exchange. The rate alone is a JSON number, as the schema wants; no amount is made from it."""
    habit = flow.habit
    value = major_of(flow.minor, account.currency) / Decimal(habit.rate)
    return {
        "SourceCurrency": account.currency,
        "TargetCurrency": habit.foreign,
        "UnitCurrency": habit.foreign,
        "ExchangeRate": float(habit.rate),
        "InstructedAmount": amount(value.quantize(HUNDREDTH, ROUND_HALF_UP), habit.foreign),
    }


def _other_side(habit: Habit, account: Account) -> dict[str, Any]:
    """Return the merchant with the card, the bill, or the other party: by the kind of the flow."""
    kind, number = habit.named, crc32(habit.party.encode())
    if kind.side == "merchant":
        merchant = {"MerchantId": 10_000_000 + number, "MerchantName": habit.party[:350]}
        code = {"MerchantCategoryCode": habit.code} if habit.code else {}
        card = {
            "CardSchemeName": "GCC",
            "InstrumentType": "Chip" if kind.type == "POS" else "Other",
            "Identification": f"************{account.identification[-4:]}",
        }
        return {"MerchantDetails": merchant | code, "CardInstrument": card}
    if kind.side == "bill":
        bill = {"BillerId": number % 100_000, "BillNumber": f"B{number % 10_000_000:07}", "BillPaymentType": "Postpaid"}
        code = {"MerchantCategoryCode": habit.code} if habit.code else {}
        return {"BillDetails": bill, "MerchantDetails": {"MerchantName": habit.party[:350]} | code}
    if kind.side == "none":
        return {}
    held, agent = party_account(habit)
    held |= {"Name": (ACCOUNTS[habit.pair].holder if habit.pair else habit.party)[:70]}
    if kind.credit:
        return {"DebtorAgent": agent, "DebtorAccount": held}
    return {"CreditorAgent": agent, "CreditorAccount": [held]}
