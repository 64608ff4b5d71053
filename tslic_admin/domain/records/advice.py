"""What may make a telephone call needless: licenses that return to the pool, licenses that may be revoked (rule 4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tslic_admin.domain.clocks import never_expires
from tslic_admin.domain.licenses.issuances import is_expired
from tslic_admin.domain.licenses.packs import UNLIMITED, ProductType, ProductVersion, is_purchased, shortage

REVOCABLE_PERCENT = 20


class ReturnKind(StrEnum):
    """Whether a license goes back to the pool of its server."""

    ON = "on"  # at its end, unless the old client connects and renews it
    BACK = "back"  # it ran out or is gone: it may be back already
    NEVER = "never"
    UNKNOWN = "unknown"  # its server did not say when it ends


@dataclass(frozen=True, slots=True)
class PoolReturn:
    how: ReturnKind
    day: date | None = None


def predict_return(*, expires_on: date | None, ended_on: date | None, today: date) -> PoolReturn:
    """When a license that nobody uses goes back to the pool, by the date that its server gave it."""
    if ended_on is not None:
        return PoolReturn(ReturnKind.BACK, ended_on)
    if expires_on is None:
        return PoolReturn(ReturnKind.UNKNOWN)
    if is_expired(expires_on, today):
        return PoolReturn(ReturnKind.BACK, expires_on)
    return (
        PoolReturn(ReturnKind.NEVER) if never_expires(expires_on) else PoolReturn(ReturnKind.ON, expires_on)
    )


@dataclass(frozen=True, slots=True)
class Pool:
    """One open key pack of a version, as its server lists it."""

    product_type: int | None
    key_pack_type: int | None
    total: int | None
    issued: int | None


@dataclass(frozen=True, slots=True)
class RevocationLimit:
    """How many licenses of a version may be revoked at a time, and how many of them are revoked now."""

    at_a_time: int
    revoked: int

    @property
    def remaining(self) -> int:
        return max(0, self.at_a_time - self.revoked)


def is_purchased_per_device(pool: Pool) -> bool:
    """Whether a pool holds purchased licenses per device: only those can be revoked."""
    return pool.product_type == ProductType.PER_DEVICE and is_purchased(pool.product_type, pool.key_pack_type)


def compute_revocation_limit(
    pools: Iterable[Pool], *, revoked: int, server_version: int | None
) -> RevocationLimit | None:
    """At most 20 % of a version's licenses at a time, or one, whichever is more.

    `pools`: the open key packs of the version. None where nothing can be revoked or calculated: no license per
    device, an unknown or unlimited total, or a server before 2008, which cannot revoke [WMI].
    """
    totals = [pool.total for pool in pools if is_purchased_per_device(pool)]
    if server_version is not None and server_version < ProductVersion.SERVER_2008:
        return None
    if any(total is None or total == UNLIMITED for total in totals):
        return None
    installed = sum(total or 0 for total in totals)
    if not installed:
        return None
    return RevocationLimit(max(1, installed * REVOCABLE_PERCENT // 100), revoked)


def total_shortage(pools: Iterable[Pool]) -> int:
    """How many more are issued than installed, pack by pack: the rest of one pack does not make up for another."""
    return sum(shortage(pool.total, pool.issued) for pool in pools)
