"""Which recorded key pack or transfer a listed key pack or license belongs to (rules 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from tslic_admin.domain.licenses.issuances import LicenseStatus
from tslic_admin.domain.licenses.packs import (
    KeyPackType,
    ProductType,
    is_built_in,
    is_purchased,
    version_family,
)
from tslic_admin.domain.outcomes import RuleViolation


def purchase_key(
    product_type: int | None, key_pack_type: int | None, product_version: int | None, total: int | None
) -> Hashable | None:
    """The values that a recorded key pack and a listed one share if they are the same pack; None if a value is unknown, or the
    pack was not purchased.
    """
    key = (version_family(product_version), product_type, total)
    return key if None not in key and is_purchased(product_type, key_pack_type) else None


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer as far as it says which license the new computer will get from the server."""

    number: int
    license: str
    server_id: int
    product_version: int | None
    on: date


@dataclass(frozen=True, slots=True)
class ReceivedCandidate:
    """A license that may be the one a transfer led to."""

    license: str
    server_id: int
    product_version: int | None
    product_type: int | None
    key_pack_type: int | None
    status: int | None
    issued_on: date | None


def check_received(transfer: TransferFacts, license_: ReceivedCandidate) -> None:
    """Raises RuleViolation where a license cannot be the one that a transfer led to (rule 4.6)."""
    field, name, number = "license", license_.license, transfer.number
    if license_.server_id != transfer.server_id:
        raise RuleViolation("link-server", field=field, license=name, transfer=number)
    if (
        license_.product_type != ProductType.PER_DEVICE
        or license_.key_pack_type == KeyPackType.TEMPORARY
        or is_built_in(license_.product_type, license_.key_pack_type)
    ):
        raise RuleViolation("link-type", field=field, license=name, transfer=number)
    if license_.status == LicenseStatus.TEMPORARY:
        raise RuleViolation("link-temporary", field=field, license=name, transfer=number)
    version = version_family(transfer.product_version)
    if version is None or version_family(license_.product_version) != version:
        raise RuleViolation("link-version", field=field, license=name, transfer=number)
    if license_.issued_on is None or license_.issued_on < transfer.on:
        raise RuleViolation("link-issued", field=field, license=name, transfer=number)


def is_received(transfer: TransferFacts, license_: ReceivedCandidate) -> bool:
    """Whether a license can be the one that a transfer led to."""
    try:
        check_received(transfer, license_)
    except RuleViolation:
        return False
    return True
