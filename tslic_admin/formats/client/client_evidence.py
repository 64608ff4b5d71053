"""Turn a client's license into evidence of the license that its server issued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from tslic_admin.domain.clocks import iso
from tslic_admin.domain.licenses.packs import ProductType
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.evidence import EvidenceKind, version_id_of
from tslic_admin.formats.client.client_file import (
    LARGEST_CLIENT_FILE,
    ClientFile,
    StoredLicense,
    may_be_client_file,
    read_client_file,
)
from tslic_admin.formats.tables.files import FileBytes, TextFile
from tslic_admin.formats.tables.records import EvidenceRecord, OwnRow, Record, RefusedRow, ServerSummary

HEAD_BYTES = 4096  # bytes from which a large client's file is recognised
PER_USER_CODE = "C50"  # what the product codes of per-user licenses begin with (domain.md, section 3)


@dataclass(frozen=True, slots=True)
class ClientContent:
    """The licenses of a client's file (a FileContent)."""

    file: ClientFile
    format: str = "client-license"
    date_order: str | None = None
    taken_at: datetime | None = None
    summaries: Mapping[str | None, ServerSummary] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Record | RefusedRow | OwnRow]:
        for one in self.file.unread:
            yield RefusedRow(one.line, one.place, "client-entry-unread")
        yield from map(evidence_of, self.file.licenses)


def recognise(
    data: FileBytes,
    _text: TextFile | None = None,
    _date_order: str | None = None,
    _time_zone: tzinfo | None = None,
) -> ClientContent | None:
    """None where it is no client's file at all. Raises RuleViolation where it is one without a license to read."""
    if data.size > LARGEST_CLIENT_FILE or not may_be_client_file(data.head(HEAD_BYTES), data.size):
        return None
    with data.open() as stream:
        content = stream.read()
    try:
        file = read_client_file(content)
    except RuleViolation as violation:
        if violation.code == "client-file-unknown":
            return None
        raise
    if not file.licenses and not file.unread:
        if file.deletions:
            raise RuleViolation("client-license-only-deletes")
        raise RuleViolation("client-license-none")
    return ClientContent(file)


def evidence_of(stored: StoredLicense) -> EvidenceRecord:
    """What a license says of the one that its server issued. The facts go by the names of the console's form."""
    one = stored.license
    values = {
        "entry": stored.place or None,
        "machine": one.machine,
        "user": one.user,
        "product": one.product,
        "version": version_text(one.version),
        "flags": None if one.flags is None else f"0x{one.flags:08x}",
        "temporary": one.temporary,
        "beta": one.beta,
        "enforced": one.enforced,
        "issued": iso(one.issued),
        "expires": iso(one.expires),
        "serial": one.serial,
        "issuer": one.issuer,
        "issuer_id": one.issuer_id,
        "scope": one.scope,
        "signature_holds": one.signature_holds,
    }
    per_user = (one.product or "").upper().startswith(PER_USER_CODE)
    return EvidenceRecord(
        stored.line,
        one.issuer,
        EvidenceKind.CLIENT_LICENSE,
        tuple((name, _fact(value)) for name, value in values.items() if value is not None),
        server_product_id=one.issuer_id,
        computer=one.machine,
        user=one.user,
        hardware_id=stored.hardware_id,
        product_version_id=version_id_of(*one.version) if one.version else None,
        product_type=ProductType.PER_USER if per_user else None,
        temporary=one.temporary,
        issued_at=one.issued,
        expires_at=one.expires,
        # the same license out of the registry and as a file is the same
        key=(one.machine or "", one.serial, one.issuer_id or "", iso(one.issued), iso(one.expires)),
    )


def version_text(version: tuple[int, int] | None) -> str | None:
    """As it is written everywhere: 6.0."""
    return None if version is None else f"{version[0]}.{version[1]}"


def _fact(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
