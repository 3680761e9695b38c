"""Transactions out of their JSON body: `{"Data": {"AccountId", "Transaction": [...]}}`, account-information v1.2.

v2.1 has the same shape; its new words come through as they are. What cannot be read is noted and left out, but a
transaction whose amount cannot be read stays, without one: it happened all the same. `GeoLocation` is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.bank.read_parts import account_number, agent, identity, listed, unless_blank
from tpp.model.banking.beneficiary import Counterparty
from tpp.model.banking.transaction import BankCode, Bill, Card, Charge, Exchange, Merchant, RunningBalance, Transaction

if TYPE_CHECKING:
    from tpp.bank.read import Fields
    from tpp.model.resource import Parsed

_IS_CREDIT = {"Credit": True, "Debit": False}


def transactions(body: object) -> Parsed[Transaction]:
    """Read `GET /accounts/{AccountId}/transactions`, in the bank's order; an id that comes twice is kept once."""
    return listed(body, "Transaction", "TransactionId", _transaction, Transaction())


def _transaction(fields: Fields) -> tuple[str | None, Transaction]:
    transaction_id = identity(fields, "TransactionId")
    is_credit = _IS_CREDIT.get(fields.text("CreditDebitIndicator") or "")
    return transaction_id, Transaction(
        transaction_id=transaction_id,
        happened_at=fields.moment("TransactionDateTime"),
        booked_at=fields.moment("BookingDateTime"),
        value_at=fields.moment("ValueDateTime"),
        money=fields.money("Amount"),
        is_credit=is_credit,
        status=fields.text("Status"),
        kind=fields.text("TransactionType"),
        sub_kind=fields.text("SubTransactionType"),
        information=fields.text("TransactionInformation"),
        reference=fields.text("TransactionReference"),
        statement_reference=fields.text("StatementReference"),
        flags=fields.texts("Flags"),
        payment_mode=fields.text("PaymentModes"),
        purpose_code=fields.text("PaymentPurposeCode"),
        counterparty=_counterparty(fields, is_credit=is_credit),
        merchant=_merchant(fields),
        card=_card(fields),
        bill=_bill(fields),
        charge=_charge(fields),
        exchange=_exchange(fields),
        running_balance=_running_balance(fields),
        bank_code=_bank_code(fields),
    )


def _counterparty(fields: Fields, *, is_credit: bool | None) -> Counterparty | None:
    """Read the other side: of a debit the creditor, whose accounts are an array; of a credit the debtor, who has one.

    Which side is the other one cannot be told without the direction.
    """
    if is_credit is None:
        return None
    if is_credit:
        debtor = fields.part("DebtorAccount")
        sides, bank = [debtor] if debtor else [], agent(fields, "DebtorAgent")
    else:
        sides, bank = list(fields.each("CreditorAccount")), agent(fields, "CreditorAgent")
    names = [name for each in sides if (name := each.text("Name"))]
    numbers = tuple(number for each in sides if (number := account_number(each)))
    return unless_blank(Counterparty(next(iter(names), None), None, numbers, bank), Counterparty())


def _merchant(fields: Fields) -> Merchant | None:
    inner = fields.part("MerchantDetails")
    if inner is None:
        return None
    found = Merchant(inner.text("MerchantName"), inner.code("MerchantId"), inner.code("MerchantCategoryCode"))
    return unless_blank(found, Merchant())


def _card(fields: Fields) -> Card | None:
    inner = fields.part("CardInstrument")
    if inner is None:
        return None
    named = [inner.text(name) for name in ("CardSchemeName", "InstrumentType", "Identification", "Name")]
    return unless_blank(Card(*named), Card())


def _bill(fields: Fields) -> Bill | None:
    inner = fields.part("BillDetails")
    if inner is None:
        return None
    return unless_blank(Bill(inner.code("BillerId"), inner.text("BillNumber"), inner.text("BillPaymentType")), Bill())


def _charge(fields: Fields) -> Charge | None:
    inner = fields.part("ChargeAmount")
    included = inner.truth("ChargeIncluded") if inner else None
    money, vat = fields.unsigned_money("ChargeAmount"), fields.unsigned_money("ChargeAmountVat")
    return unless_blank(Charge(money, included, vat), Charge())


def _exchange(fields: Fields) -> Exchange | None:
    inner = fields.part("CurrencyExchange")
    if inner is None:
        return None
    found = Exchange(
        source=inner.text("SourceCurrency"),
        target=inner.text("TargetCurrency"),
        unit=inner.text("UnitCurrency"),
        rate=inner.number("ExchangeRate"),
        instructed=inner.unsigned_money("InstructedAmount"),
        quoted_at=inner.moment("QuotationDate"),
        contract=inner.text("ContractIdentification"),
    )
    return unless_blank(found, Exchange())


def _running_balance(fields: Fields) -> RunningBalance | None:
    inner = fields.part("Balance")
    money = inner.money("Amount") if inner else None
    return RunningBalance(money, inner.text("Type")) if inner and money else None


def _bank_code(fields: Fields) -> BankCode | None:
    iso, own = fields.part("BankTransactionCode"), fields.part("ProprietaryBankTransactionCode")
    found = BankCode(
        domain=_either(iso, "DomainCode", "Domain"),
        family=_either(iso, "FamilyCode", "Family"),
        sub_family=_either(iso, "SubFamilyCode", "SubFamily"),
        proprietary=own.text("Code") if own else None,
        issuer=own.text("Issuer") if own else None,
    )
    return unless_blank(found, BankCode())


def _either(fields: Fields | None, code: str, name: str) -> str | None:
    """Read a code, and its name only where there is no code."""
    return (fields.text(code) or fields.text(name)) if fields else None
