"""Beneficiaries out of their JSON body: `{"Data": {"AccountId", "Beneficiary": [...]}}`; one reader a version.

v2.1 has another address, and tells whether a payment through Open Finance made the entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.bank.read_parts import address, address_v21, identity, listed, payee
from tpp.model.banking.beneficiary import Beneficiary

if TYPE_CHECKING:
    from tpp.bank.read import Fields
    from tpp.model.banking.beneficiary import Counterparty
    from tpp.model.resource import Parsed


def beneficiaries(body: object) -> Parsed[Beneficiary]:
    """Read `GET /accounts/{AccountId}/beneficiaries` of v1.2."""
    return listed(body, "Beneficiary", "BeneficiaryId", _beneficiary, Beneficiary())


def beneficiaries_v21(body: object) -> Parsed[Beneficiary]:
    """Read `GET /accounts/{AccountId}/beneficiaries` of v2.1."""
    return listed(body, "Beneficiary", "BeneficiaryId", _beneficiary_v21, Beneficiary())


def _beneficiary(fields: Fields) -> tuple[str | None, Beneficiary]:
    return _with(fields, payee(fields, address), added=None)


def _beneficiary_v21(fields: Fields) -> tuple[str | None, Beneficiary]:
    return _with(fields, payee(fields, address_v21), added=fields.truth("AddedViaOF"))


def _with(fields: Fields, who: Counterparty | None, *, added: bool | None) -> tuple[str | None, Beneficiary]:
    beneficiary_id = identity(fields, "BeneficiaryId")
    return beneficiary_id, Beneficiary(
        beneficiary_id=beneficiary_id,
        kind=fields.text("BeneficiaryType"),
        payee=who,
        reference=fields.text("Reference"),
        added_by_open_finance=added,
    )
