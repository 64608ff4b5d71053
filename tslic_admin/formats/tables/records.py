"""The records that the readers return, and the interface of a recognised file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeyPackRecord:
    """A row of Win32_TSLicenseKeyPack. Counts are uint32 (4294967295 = unlimited); times are aware, UTC."""

    line: int
    server: str | None
    keypack_id: int
    description: str | None = None
    key_pack_type: int | None = None
    product_type: int | None = None
    product_version: str | None = None
    product_version_id: int | None = None
    total: int | None = None
    issued: int | None = None
    available: int | None = None
    expires_at: datetime | None = None
    access_rights: int | None = None
    type_and_model: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedRecord:
    """A row of Win32_TSIssuedLicense. `None` for an empty cell; a computer of one space is None.

    Only an export of this program has licenses without a License ID: those that were entered by hand.
    """

    line: int
    server: str | None
    license_id: int | None
    keypack_id: int
    user: str | None = None
    computer: str | None = None
    status: int | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    hardware_id: str | None = None


@dataclass(frozen=True, slots=True)
class ServerRecord:
    """The one row of Win32_TSLicenseServer; it carries no name of its own."""

    line: int
    server: str | None
    product_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    country_region: str | None = None
    email: str | None = None
    org_unit: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    role: int | None = None
    database_path: str | None = None
    version: str | None = None
    version_number: int | None = None
    activation: int | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """What a report, a directory, a client or an event says of one license (domain/records/evidence.py).

    `kind`: an EvidenceKind. `facts`: what was read, name and value, as they stood in the file and in its order;
    never a secret. `server_product_id`: the product ID of the server that issued it. `temporary`: None where that
    is not stated. `happened_at`: when it was true of the license, where that is neither its issue nor its end.
    `key`: what identifies it among evidence of its kind and server; None: all its fields besides `facts`.
    """

    line: int
    server: str | None
    kind: str
    facts: tuple[tuple[str, str], ...]
    server_product_id: str | None = None
    computer: str | None = None
    user: str | None = None
    hardware_id: str | None = None
    product_version: str | None = None
    product_version_id: int | None = None
    product_type: int | None = None
    temporary: bool | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    happened_at: datetime | None = None
    key: tuple[str, ...] | None = None


Record = KeyPackRecord | IssuedRecord | ServerRecord | EvidenceRecord


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported: its line, the text that was refused, and the reason (a code of wording/)."""

    line: int
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row of this program's machine form without a number of its server: it cannot be imported."""

    line: int


@dataclass(frozen=True, slots=True)
class ServerSummary:
    """What a file states about its lists of one server.

    `complete`: the lists are all there, each read to its end. `errors`: why not, in the words of the computer
    that read them. `rows`: how many rows they have.
    """

    taken_at: datetime | None
    complete: bool
    rows: int
    errors: tuple[str, ...] = ()

    def combine(self, other: ServerSummary) -> ServerSummary:
        """The summary of a server that is twice in a file: complete only if both are."""
        times = [at for at in (self.taken_at, other.taken_at) if at is not None]
        return ServerSummary(
            min(times, default=None),
            self.complete and other.complete,
            self.rows + other.rows,
            (*self.errors, *other.errors),
        )


class FileContent(Protocol):
    """A recognised file. Iterating reads it from the start, lazily; it can be iterated again."""

    @property
    def format(self) -> str:
        """One of the RECOGNISERS in formats/recognise.py."""

    @property
    def date_order(self) -> str | None:
        """mdy, dmy or ymd where the file's dates needed one; None where no date was ambiguous in form."""

    @property
    def taken_at(self) -> datetime | None:
        """When the snapshot was made, if the file says so itself."""

    @property
    def summaries(self) -> Mapping[str | None, ServerSummary]:
        """What the file states about each server, by the name in its rows."""

    def __iter__(self) -> Iterator[Record | RefusedRow | OwnRow]: ...
