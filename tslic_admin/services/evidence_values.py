"""Evidence as it is stored: its columns, and what makes the same evidence the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tslic_admin.db.recording import Value
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.codes import hide_codes
from tslic_admin.domain.evidence import Claim, EvidenceKind
from tslic_admin.domain.history import canonical
from tslic_admin.domain.names import label_of
from tslic_admin.formats.records import EvidenceRecord

TIMES = ("issued_at", "expires_at", "happened_at")
SAID = (
    "server_product_id",
    "computer",
    "user",
    "hardware_id",
    "product_version",
    "product_version_id",
    "product_type",
    "temporary",
    *TIMES,
)


def stored_evidence(record: EvidenceRecord, given_server: str | None = None) -> dict[str, Value]:
    """The columns of evidence, but for its server, its file and its license.

    `given_server`: the user's word for what names no server; it tells the same row of two servers apart.
    """
    values: dict[str, Value] = {"kind": record.kind}
    for name in SAID:
        value: Any = getattr(record, name)
        if name in TIMES and value is not None:
            value = iso(value)
        values[name] = int(value) if isinstance(value, bool) else value
    server = record.server or given_server
    of = label_of(server) if server else record.server_product_id or ""
    key = list(record.key) if record.key is not None else [values[name] for name in SAID]
    text = canonical({"kind": record.kind, "of": of, "key": key})
    values["identity"] = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    values["facts"] = json.dumps([(name, hide_codes(value)) for name, value in record.facts])
    return values


def claim_of(values: dict[str, Value], servers: frozenset[int] | None) -> Claim:
    """What stored evidence says of its license. `servers`: those that it can be of, None for any."""
    said: dict[str, Any] = {name: values[name] for name in SAID if name != "server_product_id"}
    if said["temporary"] is not None:
        said["temporary"] = bool(said["temporary"])
    decides = values["kind"] == EvidenceKind.PER_DEVICE_REPORT
    return Claim(servers=servers, hardware_decides=decides, **said)
