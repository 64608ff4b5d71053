"""Read a file with a client's own licenses; its format is recognised by its content, not by its name."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client.client_license import LONGEST_CHAIN, ClientLicense, chain_in, is_chain
from tslic_admin.formats.client.registry_export import (
    MOST_ENTRIES,
    RegistryExport,
    StoreEntry,
    begins_registry_export,
    read_registry_export,
)

LARGEST_CLIENT_FILE = 1 << 25
"""Bytes of the largest file that is read: an export of MSLicensing has some kilobytes."""

MOST_BYTES = 1 << 18
"""Bytes of licenses in one file: a client holds a few of 2 KB."""

REGISTRY, CHAIN, INFO, BASE64 = "registry", "chain", "info", "base64"
_ARMOR = re.compile(rb"-----(?:BEGIN|END) [A-Z0-9 #]{1,40}-----")


@dataclass(frozen=True, slots=True)
class StoredLicense:
    """A license and its `place`: its entry in the license store; empty where the file is the license itself.

    `hardware_id`: the client's own, 20 bytes in hexadecimal, as the registry has it.
    """

    place: str
    license: ClientLicense
    line: int = 1
    hardware_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """A store entry that could not be read, and why."""

    place: str
    violation: RuleViolation
    line: int = 1


@dataclass(frozen=True, slots=True)
class ClientFile:
    """What a file holds. `deletions`: keys and values of MSLicensing that it would delete; they carry no license."""

    format: str
    licenses: tuple[StoredLicense, ...]
    unread: tuple[UnreadableEntry, ...] = ()
    deletions: int = 0


def may_be_client_file(head: bytes, size: int) -> bool:
    """Whether a file may have a client's licenses, by its first bytes and its size."""
    return size <= MOST_BYTES or is_chain(head) or begins_registry_export(head)


def read_client_file(data: bytes) -> ClientFile:
    """The licenses of a client in a registry export, a license chain or a NEW_LICENSE_INFO, also as base64 text.

    A registry export may hold none: where it has the key MSLicensing, that is an answer. Raises RuleViolation
    `client-file-unknown`, `client-file-too-large`, `client-file-other-keys`, `client-license-damaged`,
    `client-license-too-long`, `client-file-many-entries`, `client-license-none`.
    """
    if len(data) > LARGEST_CLIENT_FILE:
        raise RuleViolation("client-file-too-large", most=LARGEST_CLIENT_FILE >> 20)
    if is_chain(data):
        return _one(CHAIN, data)
    if (chain := chain_in(data)) is not None and is_chain(chain):
        return _one(INFO, chain)
    if (export := read_registry_export(data)) is not None:
        return _registry(export)
    if (decoded := _from_base64(data)) is not None:
        return _one(BASE64, decoded)
    raise RuleViolation("client-file-unknown")


def _one(format_name: str, data: bytes) -> ClientFile:
    return ClientFile(format_name, tuple(StoredLicense("", one) for one in _licenses_in(data)))


def _licenses_in(data: bytes) -> tuple[ClientLicense, ...]:
    """The licenses of the chains. Raises RuleViolation `client-license-none` and those of `read_chains`."""
    from tslic_admin.formats.client.license_chain import read_chains  # noqa: PLC0415 - ASN.1 libraries, 75 ms

    licenses = read_chains(data)
    if not licenses:
        raise RuleViolation("client-license-none")
    return licenses


def _from_base64(data: bytes) -> bytes | None:
    """Decode a base64 chain, with or without armor lines; None where it is not base64 of a chain."""
    if len(data) > 2 * LONGEST_CHAIN:
        return None
    try:
        decoded = binascii.a2b_base64(b"".join(_ARMOR.sub(b"", data).split()), strict_mode=True)
    except binascii.Error:
        return None
    return decoded if is_chain(decoded) else None


def _registry(export: RegistryExport) -> ClientFile:
    if not export.keys:
        raise RuleViolation("client-file-other-keys")
    if len(export.entries) > MOST_ENTRIES:
        raise RuleViolation("client-file-many-entries", most=MOST_ENTRIES)
    stored: list[StoredLicense] = []
    unread: list[UnreadableEntry] = []
    left = MOST_BYTES
    for entry in export.entries:
        try:
            left -= len(entry.data or b"")
            if left < 0:
                raise RuleViolation("client-license-too-many", most=MOST_BYTES)  # noqa: TRY301 - reported like the other refusals
            licenses = _of_entry(entry)
        except RuleViolation as violation:
            unread.append(UnreadableEntry(entry.place, violation, entry.line))
            continue
        hardware_id = export.hardware_ids.get(entry.view)
        stored += (StoredLicense(entry.place, one, entry.line, hardware_id) for one in licenses)
    return ClientFile(
        REGISTRY,
        tuple(stored),
        tuple(unread),
        export.deletions,
    )


def _of_entry(entry: StoreEntry) -> tuple[ClientLicense, ...]:
    if entry.too_long:
        raise RuleViolation("client-license-too-long", most=LONGEST_CHAIN)
    if not entry.data:
        raise RuleViolation("client-license-damaged", what="value ClientLicense")
    return _licenses_in(entry.data)
