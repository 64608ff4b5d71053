"""What a client's license states, and how to recognise the two forms that hold it: a chain, and NEW_LICENSE_INFO around one."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

from tslic_admin.domain.records.evidence import TEMPORARY_FLAG

RELEASE_FLAG = 0x00800000
ENFORCED_FLAG = 0x00008000

LONGEST_CHAIN = 1 << 16
"""Bytes of one store entry or file. A real chain has 2 KB, and an entry holds a handful."""

INFO_FIELDS = 4
LONGEST_INFO_TEXT = 1 << 12
"""Bytes of the scope, the company and the product; in real files some dozens."""


def chain_in(data: bytes) -> bytes | None:
    """The chain inside a NEW_LICENSE_INFO; None where its lengths do not add up to the data: another format."""
    at = 4
    part = b""
    for number in range(INFO_FIELDS):
        if at + 4 > len(data):
            return None
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
        if size > len(data) - at or (number < INFO_FIELDS - 1 and size > LONGEST_INFO_TEXT):
            return None
        part = data[at : at + size]
        at += size
    return part if at == len(data) else None


@dataclass(frozen=True, slots=True)
class ClientLicense:
    """What a client's license says. None: it does not say that. Times in UTC.

    `signature_holds`: the signatures are valid, which does not prove a genuine license; None: cannot be checked.
    """

    machine: str | None
    user: str | None
    product: str | None
    version: tuple[int, int] | None
    flags: int | None
    platform: int | None
    issued: datetime
    expires: datetime
    serial: str
    issuer: str | None
    issuer_id: str | None
    scope: str | None
    signature_holds: bool | None

    @property
    def temporary(self) -> bool | None:
        return None if self.flags is None else bool(self.flags & TEMPORARY_FLAG)

    @property
    def beta(self) -> bool | None:
        return None if self.flags is None else not self.flags & RELEASE_FLAG

    @property
    def enforced(self) -> bool | None:
        return None if self.flags is None else bool(self.flags & ENFORCED_FLAG)


def is_chain(data: bytes) -> bool:
    """Whether bytes begin as a chain does: a sequence whose first item is the OID of signed data."""
    return data[:1] == b"\x30" and bytes.fromhex("06092a864886f70d010702") in data[2:24]
